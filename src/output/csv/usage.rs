//! Usage: a row for each subnet, network or account.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_rows};
use crate::analysis::usage::UsageReport;
use crate::output::usage::usage_rows;

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(report: &UsageReport, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[usage_rows::table(report)], options, out)
}
