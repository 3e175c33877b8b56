//! Answers of `find`: a row for each match, and one for each thing that was not found.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_rows};
use crate::analysis::find::FindReport;
use crate::output::find::match_rows;

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(report: &FindReport<'_>, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[match_rows::table(report)], options, out).map(drop)
}
