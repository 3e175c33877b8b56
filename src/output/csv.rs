//! CSV as RFC 4180 quotes it; spreadsheet formulas defused.

use std::io::{self, Write};

use super::cell_text;
use crate::analysis::select::{Heading, Table};
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;

/// How the cells are laid down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// What stands between cells.
    pub delimiter: u8,
    /// Whether the byte order mark comes first, by which Excel knows UTF-8.
    pub byte_order_mark: bool,
    /// Whether what a spreadsheet would run as a formula is defused.
    pub defuse: bool,
    /// Whether lines end in carriage return and line feed, as RFC 4180 has it, or in a line feed alone.
    pub carriage_return: bool,
}

impl CsvOptions {
    /// What standard output gets, for tools that work by lines.
    pub(super) const LINES: Self =
        Self { delimiter: b',', byte_order_mark: false, defuse: true, carriage_return: false };
}

impl CsvOptions {
    /// Makes what lays cells down so.
    pub const fn writer<W: Write>(self, out: W) -> CsvWriter<W> {
        CsvWriter { options: self, out, line: Vec::new() }
    }

    /// Makes the header of a listing.
    #[must_use]
    pub fn header(self, columns: &[Heading]) -> Vec<String> {
        columns.iter().map(|column| self.cell(cell_text::escape(&column.name))).collect()
    }

    /// Makes the cells of a row.
    #[must_use]
    pub fn cells(self, row: &[Value]) -> Vec<String> {
        row.iter().map(|value| self.cell(cell_text::text(value))).collect()
    }

    /// Makes the text of a cell.
    pub(super) fn cell(self, text: String) -> String {
        if self.defuse { defuse(text) } else { text }
    }
}

/// Characters at which one spreadsheet or another splits a line, whatever the delimiter of the file is.
const SPLITTERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Writes records as RFC 4180 has them. A cell with a delimiter of any spreadsheet is quoted, and not only one with that
/// of the file.
#[derive(Debug)]
pub struct CsvWriter<W> {
    options: CsvOptions,
    out: W,
    /// The line that is being made, kept for its room.
    line: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_record(&mut self, cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
        let (line, mut count) = (&mut self.line, 0);
        line.clear();
        for cell in cells {
            if count > 0 {
                line.push(self.options.delimiter);
            }
            put(cell.as_ref(), self.options.delimiter, line);
            count += 1;
        }
        // An empty line would be no record.
        if count == 1 && line.is_empty() {
            line.extend(b"\"\"");
        }
        line.extend(if self.options.carriage_return { &b"\r\n"[..] } else { b"\n" });
        self.out.write_all(line)
    }

    /// Hands on what was written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Adds a cell to a line, quoted where it must be.
fn put(cell: &[u8], delimiter: u8, line: &mut Vec<u8>) {
    let is_special =
        |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == delimiter || SPLITTERS.contains(byte);
    if !cell.iter().any(is_special) {
        line.extend(cell);
        return;
    }
    line.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

/// Writes one table; [`super::Format::check`] has refused several.
pub(super) fn write(tables: &[Table], out: &mut dyn Write) -> io::Result<()> {
    tables.iter().try_for_each(|table| {
        let mut writer = CsvOptions::LINES.writer(&mut *out);
        writer.write_record(CsvOptions::LINES.header(&table.columns))?;
        put_rows(&mut writer, &table.rows)
    })
}

/// Writes a header, and rows of as many values.
pub(super) fn write_rows<'n, R: AsRef<[Value]>>(
    names: impl IntoIterator<Item = &'n str>,
    rows: impl IntoIterator<Item = R>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = CsvOptions::LINES.writer(out);
    writer.write_record(names)?;
    put_rows(&mut writer, rows)
}

fn put_rows(
    writer: &mut CsvWriter<impl Write>,
    rows: impl IntoIterator<Item = impl AsRef<[Value]>>,
) -> io::Result<()> {
    rows.into_iter().try_for_each(|row| writer.write_record(CsvOptions::LINES.cells(row.as_ref())))?;
    writer.flush()
}

/// Writes one listing.
pub(super) fn write_listing(
    listing: &StreamedTable<'_>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.byte_order_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = options.writer(out);
    writer.write_record(options.header(&listing.columns))?;
    listing.each(|row| writer.write_record(options.cells(&row)))?;
    writer.flush()
}

/// What formulas begin with, in one spreadsheet or another; East Asian ones take the wide forms, too.
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Puts an apostrophe before what a spreadsheet would run as a formula
/// (<https://owasp.org/www-community/attacks/CSV_Injection>): at the beginning of the cell, and after each character at
/// which a spreadsheet may split the line, since quotes in the middle of a field mean nothing. Tabs and carriage returns
/// at the beginning, which OWASP names too, are escaped already.
fn defuse(text: String) -> String {
    let is_at_start = is_formula(&text) && !is_negative_number(&text);
    if !is_at_start && !text.contains(is_splitter) {
        return text;
    }
    let mut defused = String::with_capacity(text.len() + 2);
    if is_at_start {
        defused.push('\'');
    }
    let mut rest = text.as_str();
    while let Some(at) = rest.find(is_splitter) {
        let (before, after) = rest.split_at(at + 1);
        defused.push_str(before);
        if is_formula(after.trim_start_matches(|c: char| c == '"' || c.is_whitespace())) {
            defused.push('\'');
        }
        rest = after;
    }
    defused + rest
}

/// Tells whether a text is a formula, once the blanks before it are gone.
fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(FORMULAS)
}

fn is_splitter(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| SPLITTERS.contains(&byte))
}

fn is_negative_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else { return false };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_the_delimiter_of_any_spreadsheet_are_quoted() {
        let write = |delimiter: u8, carriage_return: bool| {
            let mut out = Vec::new();
            let options = CsvOptions { delimiter, carriage_return, ..CsvOptions::LINES };
            let mut writer = options.writer(&mut out);
            writer.write_record(["x;=cmd", "a,b", "a|b", "a\tb", "a b", "say \"x\"", "a\nb", ""]).unwrap();
            writer.write_record([""]).unwrap();
            String::from_utf8(out).unwrap()
        };
        for delimiter in [b',', b';', b'\t', b'|', b':'] {
            let cells =
                [r#""x;=cmd""#, r#""a,b""#, r#""a|b""#, "\"a\tb\"", "a b", r#""say ""x""""#, "\"a\nb\"", ""];
            let line = cells.join(&char::from(delimiter).to_string());
            assert_eq!(write(delimiter, false), format!("{line}\n\"\"\n"));
        }
        assert!(write(b',', true).ends_with("\r\n\"\"\r\n"));
    }

    #[test]
    fn formulas_are_defused_and_numbers_left_alone() {
        for formula in [
            "=1+1",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "-",
            "--1",
            "-1.",
            "=cmd|' /C calc'!A0",
            "  =1+1",
            "\u{a0}@A1",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            " \u{ff20}A1",
        ] {
            assert_eq!(defuse(formula.to_owned()), format!("'{formula}"));
        }
        for plain in
            ["-1", "-1.5", "012345678901", "a=b", "", "10.0.0.0/8", "'quoted", "a, b; c", "a -b", "x;'=1"]
        {
            assert_eq!(defuse(plain.to_owned()), plain);
        }
    }

    /// Split at `;`, the line `a,"x;=cmd"` has the cells `a,"x` and `=cmd"`: quotes in the middle do not protect.
    #[test]
    fn what_would_begin_a_cell_at_another_delimiter_is_defused() {
        for (text, defused) in [
            ("x;=cmd", "x;'=cmd"),
            ("x,+1", "x,'+1"),
            ("x\t-1", "x\t'-1"),
            ("x|@A1", "x|'@A1"),
            ("x;  =cmd", "x;'  =cmd"),
            ("x;\"=cmd\"", "x;'\"=cmd\""),
            ("x;\u{ff1d}cmd", "x;'\u{ff1d}cmd"),
            ("=a;=b|=c", "'=a;'=b|'=c"),
            ("a;;=b", "a;;'=b"),
            ("-1;=b", "'-1;'=b"),
        ] {
            assert_eq!(defuse(text.to_owned()), defused, "{text}");
        }
        let raw = CsvOptions { defuse: false, ..CsvOptions::LINES };
        assert_eq!(raw.cell("x;=cmd".to_owned()), "x;=cmd");
    }
}
