//! Plans for people: a table of steps for each registry, conflicts, what is left alone, and a line that sums it up.

use std::io::{self, Write};

use super::columns;
use crate::analysis::rows::{Fit, Table};
use crate::output::layout::{Layout, styled, wrap, write_left_out, write_lines};
use crate::output::sync::{sync_rows, sync_text};
use crate::sync::{SyncReport, TargetReport};

/// The most rows that are shown without `--wide`.
const MAX_ROWS: usize = 50;

/// Writes the plans one below the other; a wide layout shows all rows and columns, whole.
pub(crate) fn write(report: &SyncReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for (index, target) in report.targets.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_target(target, layout, out)?;
    }
    Ok(())
}

fn write_target(target: &TargetReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_ROWS);
    let fit = if layout.wide { Fit::Never } else { Fit::Drop };
    let heading = format!("{} ({})", target.name, target.location);
    for line in wrap(&heading, layout.width) {
        writeln!(out, "{}", styled(layout, "1", &line))?;
    }
    let mut write_table = |table: Table, all: usize| -> io::Result<()> {
        if all == 0 {
            return Ok(());
        }
        columns::write(&[table], layout, out)?;
        write_left_out(all, most, "", out)?;
        writeln!(out)
    };
    write_table(sync_rows::steps(target, most, fit), target.steps.len())?;
    write_table(sync_rows::conflicts(target, most, fit), target.conflicts.len())?;
    let lines = sync_text::left_alone(target);
    let lines = lines.iter().chain(&target.notes).flat_map(|line| wrap(line, layout.width));
    write_lines(&lines.collect::<Vec<_>>(), "", out)?;
    for line in sync_text::obstacles(target) {
        write_lines(&wrap(&line, layout.width), "", out)?;
    }
    write_lines(&wrap(&sync_text::summary_line(target), layout.width), "", out)
}
