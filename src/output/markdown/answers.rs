//! Answers of `find`: a table of the matches.

use std::io::{self, Write};

use super::tables::write_used_columns;
use crate::analysis::find::{FindHistory, FindReport};
use crate::output::find::{history_rows, match_rows};

/// Writes a row for each match, and one for each thing that was not found.
pub(crate) fn write(report: &FindReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(match_rows::table(report), out)
}

/// Writes a row for each time that something had a thing.
pub(crate) fn write_history(history: &FindHistory, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(history_rows::table(history), out)
}
