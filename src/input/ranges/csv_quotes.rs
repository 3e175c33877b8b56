//! Quotes of a CSV record that enclose no cell. The parser takes them silently, and a stray one swallows the rows behind it.

use super::csv::is_like_prefix;
use super::row_prefixes::CellValue;
use crate::diagnostic::Diagnostic;

/// A quote that is not where it should be.
#[derive(Debug)]
pub struct StrayQuote {
    /// How many lines below the first one of the record it is.
    pub line: usize,
    /// Whether it may have swallowed rows. Otherwise only its own row cannot be trusted.
    pub may_swallow_rows: bool,
    /// What is wrong, and what to do.
    pub what: Diagnostic,
}

/// Checks the quotes of `record`, which are the bytes of one record as the file has them. A quote inside a cell is
/// text: `19" rack`.
///
/// # Errors
/// When a quote is never closed, when a cell in quotes contains a line that looks like a row, or when text follows a closing quote.
pub fn check_quotes(record: &[u8], delimiter: u8) -> Result<(), StrayQuote> {
    let line_of = |at: usize| record[..at].split(|byte| *byte == b'\n').count() - 1;
    let mut at = 0;
    while at < record.len() {
        if record[at] == b'"' {
            let opened = at + 1;
            let swallows = |what| StrayQuote { line: line_of(at), may_swallow_rows: true, what };
            let Some(closed) = closing_quote(record, opened) else {
                let what = Diagnostic::new("a quote that is opened here is never closed").remedy("close it");
                return Err(swallows(what));
            };
            if let Some(row) = swallowed_row(&record[opened..closed], delimiter) {
                let what = Diagnostic::new(format!(
                    "a quote that is opened here is closed on a later line, and a line between looks like a row: `{row}`"
                ));
                return Err(swallows(what.remedy("close the quote on its own line")));
            }
            at = closed + 1;
            let end = end_of_cell(record, at, delimiter);
            if !record[at..end].trim_ascii().is_empty() {
                let what = Diagnostic::new(format!(
                    "text follows a closing quote: `{}`",
                    String::from_utf8_lossy(record[at..end].trim_ascii())
                ));
                let what = what.remedy("write a quote inside a cell in quotes twice: `\"\"`");
                let line = line_of(at);
                return Err(StrayQuote {
                    line,
                    may_swallow_rows: record[opened..closed].contains(&b'\n'),
                    what,
                });
            }
        }
        at = end_of_cell(record, at, delimiter) + 1;
    }
    Ok(())
}

/// Finds the quote that closes the one before `from`. Two in a row are one that belongs to the text.
fn closing_quote(record: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += record[at..].iter().position(|byte| *byte == b'"')?;
        if record.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn end_of_cell(record: &[u8], from: usize, delimiter: u8) -> usize {
    let ends = |byte: &u8| *byte == delimiter || *byte == b'\n';
    record[from..].iter().position(ends).map_or(record.len(), |length| from + length)
}

/// Finds a line of `cell`, other than its first, that looks like a row. A list of prefixes is none.
fn swallowed_row(cell: &[u8], delimiter: u8) -> Option<String> {
    let cell = String::from_utf8_lossy(cell);
    let delimiter = char::from(delimiter);
    let is_blank_or_prefix = |text: &str| text.trim().is_empty() || is_like_prefix(text);
    if cell.split(['\n', delimiter, ',', ';', '|']).all(is_blank_or_prefix) {
        return None;
    }
    let looks_like_row = |line: &&str| {
        let cells: Vec<_> = line.split(delimiter).map(|cell| cell.trim().trim_matches('"')).collect();
        matches!(CellValue::new(cells[0]), CellValue::Prefixes(_))
            || cells.len() > 1 && cells.iter().any(|cell| is_like_prefix(cell))
    };
    cell.lines().skip(1).find(looks_like_row).map(|line| line.trim().to_owned())
}
