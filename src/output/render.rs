//! From a report to bytes: picks the format's own file.

use std::io::{self, Write};

use super::format::Format;
use super::layout::Layout;
use super::{csv, json, markdown, ndjson, table};
use crate::analysis::select::Table;
use crate::model::{Inventory, Kind};

/// What is written: the formats with columns take the tables, the others the document.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The document, with the filters applied.
    pub inventory: &'a Inventory,
    /// The kinds asked for.
    pub kinds: &'a [Kind],
    /// The tables of these kinds, for the formats with columns.
    pub tables: &'a [Table],
}

/// Writes `report` and returns the names of the columns that there was no room for.
///
/// # Errors
/// When `out` cannot be written, or the format has no room for the rows ([`Format::check`]).
pub fn render(
    report: &Report<'_>,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    format.check(report.tables.len()).map_err(io::Error::other)?;
    match format {
        Format::Json => json::write(report.inventory, out)?,
        Format::Ndjson => ndjson::write(report, out)?,
        Format::Table | Format::Csv | Format::Markdown | Format::Sarif | Format::Junit | Format::Github => {
            return render_tables(report.tables, format, layout, out);
        }
    }
    Ok(Vec::new())
}

/// Writes the whole document, which every command reads.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_document(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    json::write(inventory, out)
}

/// Writes `tables`, which no document stands behind; a format without columns writes them as [`Format::Table`].
/// Returns the names of the columns that there was no room for.
///
/// # Errors
/// When `out` cannot be written.
pub fn render_tables(
    tables: &[Table],
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<Vec<String>> {
    match format {
        Format::Csv => csv::write(tables, out)?,
        Format::Markdown => markdown::write(tables, out)?,
        Format::Table | Format::Json | Format::Ndjson | Format::Sarif | Format::Junit | Format::Github => {
            return table::write(tables, layout, out);
        }
    }
    Ok(Vec::new())
}

/// Writes the answer of a query: as NDJSON one element a line, as anything else one JSON value.
pub fn render_answer(answer: &serde_json::Value, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match (format, answer) {
        (Format::Ndjson, serde_json::Value::Array(elements)) => {
            elements.iter().try_for_each(|element| json::write_line(element, out))
        }
        (Format::Ndjson, single) => json::write_line(single, out),
        _ => json::write(answer, out),
    }
}
