//! From a report to bytes, by the function that the table of formats has for it.

use std::io::{self, Write};
use std::slice;

use serde::Serialize;

use super::export::Export;
use super::export_format::ExportFormat;
use super::format::{Content, Format, RowWriter};
use super::formats::FormatError;
use super::json;
use super::layout::Layout;
use super::ndjson;
use super::rendered::Rendered;
use crate::analysis::default_vpcs::DefaultVpcsReport;
use crate::analysis::groups::GroupsReport;
use crate::analysis::rows::Table;
use crate::analysis::streamed_table::StreamedTable;
use crate::model::{InventoryView, Kind};

/// Rows of an inventory.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The inventory after filtering, for formats of objects.
    pub view: InventoryView<'a>,
    /// The kinds asked for.
    pub kinds: &'a [Kind],
    /// A table for each of them, for formats with columns ([`Format::has_columns`]); the others ignore these.
    pub tables: &'a [Table],
}

/// Writes tables whose rows are made one at a time.
///
/// # Errors
/// If `out` cannot be written, the rows cannot be read, or the format cannot do it ([`Format::streams_rows`]).
pub fn render_streamed(tables: &[StreamedTable<'_>], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format.check_kinds(tables.len()).map_err(io::Error::other)?.writer {
        RowWriter::Columns { stream: Some(write), .. } => write(tables, out),
        RowWriter::Columns { .. } | RowWriter::Objects { .. } => {
            Err(io::Error::other(FormatError::Unsupported(format, Content::Rows)))
        }
    }
}

/// Writes `report`.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write these rows ([`Format::check_kinds`]).
pub fn render_rows(
    report: &Report<'_>,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format.check_kinds(report.kinds.len()).map_err(io::Error::other)?.writer {
        RowWriter::Columns { write, .. } => write(report.tables, layout, out),
        RowWriter::Objects { write, .. } => write(report.view, report.kinds, out),
    }
}

/// Writes a list that is no inventory: `table` in formats with columns, otherwise `objects`, one for each row.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write lists.
pub fn render_list<T: Serialize>(
    table: &Table,
    objects: &[T],
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_table_or_report(table, &objects, ndjson::write_objects, format, layout, out)
}

/// Writes the report of `groups`: `table` in formats with columns, otherwise the report.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write lists.
pub fn render_groups(
    report: &GroupsReport,
    table: &Table,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_table_or_report(table, report, ndjson::write_groups, format, layout, out)
}

/// Writes the report of `default-vpcs`: `table` in formats with columns, otherwise the report.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write lists.
pub fn render_default_vpcs(
    report: &DefaultVpcsReport,
    table: &Table,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_table_or_report(table, report, ndjson::write_default_vpcs, format, layout, out)
}

/// Writes `table` in formats with columns, otherwise `report`; `write_lines` writes it for NDJSON.
fn write_table_or_report<R: Serialize>(
    table: &Table,
    report: &R,
    write_lines: fn(&R, &mut dyn Write) -> io::Result<()>,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format.check_kinds(1).map_err(io::Error::other)?.writer {
        RowWriter::Columns { write, .. } => write(slice::from_ref(table), layout, out),
        RowWriter::Objects { .. } if format == Format::Ndjson => write_lines(report, out),
        RowWriter::Objects { .. } => json::write(report, out),
    }
}

/// Writes the answer to a query. Only [`Format::Table`] uses `layout`.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write rows.
pub fn render_answer(
    answer: &serde_json::Value,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format.check_kinds(1).map_err(io::Error::other)?.writer {
        RowWriter::Objects { write_answer, .. } | RowWriter::Columns { write_answer, .. } => {
            write_answer(answer, layout, out)
        }
    }
}

/// Writes the whole document, which every command reads.
///
/// # Errors
/// If `out` cannot be written, or the rows cannot be read.
pub fn write_document<'a>(view: impl Into<InventoryView<'a>>, out: &mut dyn Write) -> io::Result<()> {
    json::write(&view.into(), out)
}

/// Writes the report of a command. Only [`Format::Table`] uses `layout`.
///
/// # Errors
/// If `out` cannot be written, or the format cannot write such a report.
pub fn render<R: Rendered>(
    report: &R,
    format: Format,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let written = report.write_as(format.spec(), layout, out);
    written.unwrap_or_else(|| Err(io::Error::other(FormatError::Unsupported(format, R::CONTENT))))
}

/// Writes any JSON value over several lines.
pub fn render_value(value: &serde_json::Value, out: &mut dyn Write) -> io::Result<()> {
    json::write(value, out)
}

/// Writes one file of an export: all of it, or `table` in a format that has a file for each kind.
pub fn write_export(
    export: &Export<'_>,
    format: ExportFormat,
    table: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    (format.spec().write)(export, table, out)
}
