//! Plans as a page of Markdown.

use std::io::{self, Write};

use super::page::quiet;
use super::tables::write_used_columns;
use crate::analysis::rows::{Fit, Table};
use crate::output::layout::Layout;
use crate::output::sync::{sync_rows, sync_text};
use crate::sync::SyncReport;

/// The most characters of a sentence that are shown.
const MAX_SENTENCE: usize = 400;

/// Writes a section for each registry.
pub(crate) fn write(report: &SyncReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    for target in &report.targets {
        writeln!(out, "## netcensus sync {}\n", quiet(&sync_text::summary_line(target), MAX_SENTENCE))?;
        let mut write_table = |table: Table| -> io::Result<()> {
            if table.rows.is_empty() {
                return Ok(());
            }
            write_used_columns(table, out)?;
            writeln!(out)
        };
        write_table(sync_rows::steps(target, usize::MAX, Fit::Never))?;
        write_table(sync_rows::conflicts(target, usize::MAX, Fit::Never))?;
        let lines = [sync_text::obstacles(target), sync_text::left_alone(target), target.notes.clone()];
        lines.iter().flatten().try_for_each(|line| writeln!(out, "- {}", quiet(line, MAX_SENTENCE)))?;
    }
    sync_text::gaps(report)
        .iter()
        .try_for_each(|gap| writeln!(out, "- not read: {}", quiet(gap, MAX_SENTENCE)))
}
