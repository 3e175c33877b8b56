//! Usage: the summary, a table of the rows, and what else there is to know.

use std::io::{self, Write};

use super::page::quiet;
use super::tables::write_used_columns;
use crate::analysis::usage::UsageReport;
use crate::output::layout::Layout;
use crate::output::usage::{usage_rows, usage_text};

/// The columns that a page has room for.
const COLUMNS: [&str; 15] = [
    "status",
    "used_percent",
    "addresses_used",
    "addresses_free",
    "addresses_total",
    "free_blocks",
    "full_in_days",
    "name",
    "id",
    "prefixes",
    "network_name",
    "account_name",
    "account",
    "region",
    "message",
];
/// The most characters of a sentence that are shown.
const MAX_SENTENCE: usize = 400;

/// Writes the summary and the rows, without columns that no row has.
pub(crate) fn write(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## netcensus usage: {}\n", usage_text::summary_line(report))?;
    let mut table = usage_rows::table(report);
    let shown: Vec<usize> =
        COLUMNS.iter().filter_map(|name| table.columns.iter().position(|it| it.name == *name)).collect();
    for row in &mut table.rows {
        *row = shown.iter().map(|at| row[*at].clone()).collect();
    }
    table.columns = shown.iter().map(|at| table.columns[*at].clone()).collect();
    write_used_columns(table, out)?;
    let lines: Vec<&String> = report.missing.iter().chain(&report.notes).collect();
    if !lines.is_empty() {
        writeln!(out)?;
    }
    lines.into_iter().try_for_each(|line| writeln!(out, "- {}", quiet(line, MAX_SENTENCE)))
}
