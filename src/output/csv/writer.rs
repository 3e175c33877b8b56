//! The cells and lines of CSV and TSV.

use std::io::{self, Write};

use crate::analysis::rows::{Heading, Table};
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::export::Export;
use crate::output::formulas::{SPLITTERS, defuse_formulas};

/// How cells and lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    /// The character between cells.
    pub delimiter: u8,
    /// Whether the byte order mark comes first, by which Excel recognises UTF-8.
    pub byte_order_mark: bool,
    /// Whether cells that a spreadsheet would run as formulas are defused.
    pub defuse_formulas: bool,
    /// Whether lines end in carriage return and line feed, as RFC 4180 says, or in a line feed alone.
    pub carriage_return: bool,
}

impl CsvOptions {
    /// Comma-separated values on standard output, for tools that work by lines.
    pub(crate) const CSV: Self =
        Self { delimiter: b',', byte_order_mark: false, defuse_formulas: true, carriage_return: false };
    /// Tab-separated values on standard output.
    pub(crate) const TSV: Self = Self::CSV.with_tabs();

    /// Returns the same options for tab-separated values. These always end lines in a line feed alone: RFC 4180 is about
    /// commas, and `cut` and `awk` would take the carriage return for a part of the last cell.
    #[must_use]
    pub const fn with_tabs(self) -> Self {
        Self { delimiter: b'\t', carriage_return: false, ..self }
    }

    /// Returns a writer of records to `out`.
    pub const fn writer<W: Write>(self, out: W) -> CsvWriter<W> {
        CsvWriter { options: self, out, line: Vec::new() }
    }

    /// Returns the cells of the header.
    #[must_use]
    pub fn header(self, columns: &[Heading]) -> Vec<String> {
        columns.iter().map(|column| self.cell(cell_text::escape_unprintable(&column.name))).collect()
    }

    /// Returns the cells of a row.
    #[must_use]
    pub fn cells(self, row: &[Value]) -> Vec<String> {
        row.iter().map(|value| self.cell(cell_text::format_value(value))).collect()
    }

    fn cell(self, text: String) -> String {
        if self.defuse_formulas { defuse_formulas(text) } else { text }
    }
}

/// Writes records, quoted as RFC 4180 says. In a file with another delimiter than tabs, a cell that has the delimiter of any
/// spreadsheet is quoted, not only one that has the delimiter of the file.
#[derive(Debug)]
pub struct CsvWriter<W> {
    options: CsvOptions,
    out: W,
    /// The line being written; its buffer is reused.
    line: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes a record as one line.
    pub fn write_record(&mut self, cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
        let (line, mut count) = (&mut self.line, 0);
        line.clear();
        for cell in cells {
            if count > 0 {
                line.push(self.options.delimiter);
            }
            push_cell(cell.as_ref(), self.options.delimiter, line);
            count += 1;
        }
        // Readers skip an empty line, so a single empty cell is quoted.
        if count == 1 && line.is_empty() {
            line.extend(b"\"\"");
        }
        line.extend(if self.options.carriage_return { &b"\r\n"[..] } else { b"\n" });
        self.out.write_all(line)
    }

    /// Flushes the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Adds a cell to a line, in quotes if it needs them. What splits lines at tabs, such as `cut`, knows no quotes: there a cell
/// has them only if it would not be one cell, or begin with a quote, without.
fn push_cell(cell: &[u8], delimiter: u8, line: &mut Vec<u8>) {
    let is_special = |byte: &u8| match delimiter {
        b'\t' => matches!(byte, b'\t' | b'\r' | b'\n'),
        _ => matches!(byte, b'"' | b'\r' | b'\n') || *byte == delimiter || SPLITTERS.contains(byte),
    };
    if !cell.starts_with(b"\"") && !cell.iter().any(is_special) {
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

/// Writes a header, and rows with as many values.
pub(super) fn write_records<'n, R: AsRef<[Value]>>(
    names: impl IntoIterator<Item = &'n str>,
    rows: impl IntoIterator<Item = R>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = options.writer(out);
    writer.write_record(names)?;
    rows.into_iter().try_for_each(|row| writer.write_record(options.cells(row.as_ref())))?;
    writer.flush()
}

/// Writes the rows of `tables`; there is one, since the format has one kind per file. No column is left out.
pub(crate) fn write_rows(tables: &[Table], options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    for table in tables {
        let header = options.header(&table.columns);
        write_records(header.iter().map(String::as_str), &table.rows, options, out)?;
    }
    Ok(())
}

/// Writes a file of an export: this table, or all tables one after the other.
pub(crate) fn write_export(
    export: &Export<'_>,
    table: Option<&StreamedTable<'_>>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match table {
        Some(table) => write_table(table, options, out),
        None => write_streamed(export.listings, options, out),
    }
}

/// Writes `tables` one after the other, a row at a time.
pub(crate) fn write_streamed(
    tables: &[StreamedTable<'_>],
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    tables.iter().try_for_each(|table| write_table(table, options, out))
}

fn write_table(table: &StreamedTable<'_>, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    if options.byte_order_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = options.writer(out);
    writer.write_record(options.header(&table.columns))?;
    table.each(|row| writer.write_record(options.cells(&row)))?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_the_delimiter_of_any_spreadsheet_are_quoted() {
        let write = |delimiter: u8, carriage_return: bool| {
            let mut out = Vec::new();
            let options = CsvOptions { delimiter, carriage_return, ..CsvOptions::CSV };
            let mut writer = options.writer(&mut out);
            writer.write_record(["x;=cmd", "a,b", "a|b", "a\tb", "a b", "say \"x\"", "a\nb", ""]).unwrap();
            writer.write_record([""]).unwrap();
            String::from_utf8(out).unwrap()
        };
        for delimiter in [b',', b';', b'|', b':'] {
            let cells =
                [r#""x;=cmd""#, r#""a,b""#, r#""a|b""#, "\"a\tb\"", "a b", r#""say ""x""""#, "\"a\nb\"", ""];
            let line = cells.join(&char::from(delimiter).to_string());
            assert_eq!(write(delimiter, false), format!("{line}\n\"\"\n"));
        }
        assert!(write(b',', true).ends_with("\r\n\"\"\r\n"));
        let tabs = "x;=cmd\ta,b\ta|b\t\"a\tb\"\ta b\tsay \"x\"\t\"a\nb\"\t\n\"\"\n";
        assert_eq!(write(b'\t', false), tabs, "`cut` does not remove quotes");
    }

    #[test]
    fn between_tabs_a_cell_that_begins_with_a_quote_is_quoted() {
        let mut out = Vec::new();
        CsvOptions::TSV.writer(&mut out).write_record(["\"x\" is said", "a \"b\""]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"\"\"x\"\" is said\"\ta \"b\"\n");
    }

    #[test]
    fn formulas_stay_as_they_are_when_asked() {
        let raw = CsvOptions { defuse_formulas: false, ..CsvOptions::CSV };
        assert_eq!(raw.cell("x;=cmd".to_owned()), "x;=cmd");
        assert_eq!(CsvOptions::TSV.cell("x;=cmd".to_owned()), "x;'=cmd");
    }

    #[test]
    fn tabs_separate_the_cells_of_tsv_and_lines_end_as_unix_tools_expect() {
        let options = CsvOptions { carriage_return: true, ..CsvOptions::CSV }.with_tabs();
        let mut out = Vec::new();
        options.writer(&mut out).write_record(["a", "b c", "env=prod;x=1", ""]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\tb c\tenv=prod;x=1\t\n");
    }
}
