//! Report of `free`: a table of holes, prefixes, pools or holders.

use std::io::{self, Write};

use super::tables::write_used_columns;
use crate::analysis::free::FreeReport;
use crate::output::free::free_rows;

/// Writes the rows in the order of the document.
pub(crate) fn write(report: &FreeReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(free_rows::table(report), out)
}
