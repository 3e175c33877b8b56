//! An annotation for each row that fails or is past a limit.

use std::io::{self, Write};

use super::annotation::write_annotation;
use crate::analysis::usage::{UsageReport, UsageRow, UsageStatus};
use crate::output::layout::Layout;
use crate::output::layout::left_out;
use crate::output::usage::usage_text;

/// The most rows of a level that are written. GitHub shows ten annotations of each level of a step; the others are in its
/// log.
const MAX_ROWS: usize = 50;
/// The most reasons for an incomplete report that are named.
const MAX_GAPS: usize = 10;

/// Writes what is missing in one annotation, the rows that fail, those that are past a limit and do not, and the summary.
pub(crate) fn write(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let gaps = usage_text::gaps(report);
    if !report.complete {
        let mut lines: Vec<String> = gaps.iter().take(MAX_GAPS).cloned().collect();
        lines.extend(left_out(gaps.len(), MAX_GAPS));
        write_annotation("error", "netcensus usage is incomplete", &lines.join("\n"), out)?;
    }
    let (failed, passed): (Vec<&UsageRow>, Vec<&UsageRow>) = report.rows.iter().partition(|row| row.fails);
    write_rows("error", &failed, out)?;
    let is_past = |row: &&UsageRow| matches!(row.status, UsageStatus::Warning | UsageStatus::Critical);
    let passed: Vec<&UsageRow> = passed.into_iter().filter(is_past).collect();
    write_rows("warning", &passed, out)?;
    writeln!(out, "{}", usage_text::summary_line(report))
}

fn write_rows(level: &str, rows: &[&UsageRow], out: &mut dyn Write) -> io::Result<()> {
    for row in rows.iter().take(MAX_ROWS) {
        let title = format!("{} {} is {}", row.kind.as_str(), usage_text::title(row), row.status.as_str());
        let message = format!("{}\n{}", usage_text::message(row), usage_text::place(row));
        write_annotation(level, &title, &message, out)?;
    }
    left_out(rows.len(), MAX_ROWS).map_or(Ok(()), |line| writeln!(out, "{line}"))
}
