//! Answers of `find`: a table of the matches.

use std::io::{self, Write};

use super::tables;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::select::Table;
use crate::output::find::{history_rows, match_rows};

/// Writes a row for each match, and one for each thing that was not found.
pub(crate) fn write(report: &FindReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(match_rows::table(report), out)
}

/// Writes a row for each time that something had a thing.
pub(crate) fn write_history(history: &FindHistory, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(history_rows::table(history), out)
}

/// Writes a table without the columns that no row has.
pub(super) fn write_used_columns(mut table: Table, out: &mut dyn Write) -> io::Result<()> {
    let is_used: Vec<bool> =
        (0..table.columns.len()).map(|at| table.rows.iter().any(|row| !row[at].is_blank())).collect();
    let mut used = is_used.iter();
    table.columns.retain(|_| used.next() == Some(&true));
    for row in &mut table.rows {
        let mut used = is_used.iter();
        row.retain(|_| used.next() == Some(&true));
    }
    tables::write(&[table], out)
}
