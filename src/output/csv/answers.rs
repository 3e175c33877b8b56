//! Answers of `find`: a row for each match, and one for each thing that was not found.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_rows};
use crate::analysis::find::{FindHistory, FindReport};
use crate::output::find::{history_rows, match_rows};

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(report: &FindReport<'_>, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[match_rows::table(report)], options, out)
}

/// Writes a header, and a row for each time that something had a thing.
pub(crate) fn write_history(
    history: &FindHistory,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_rows(&[history_rows::table(history)], options, out)
}
