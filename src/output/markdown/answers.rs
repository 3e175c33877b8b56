//! Answers of `find`: a table of the matches.

use std::io::{self, Write};

use super::tables;
use crate::analysis::find::FindReport;
use crate::output::find::match_rows;

/// Writes a row for each match, and one for each thing that was not found. Columns that no row has are left out.
pub(crate) fn write(report: &FindReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = match_rows::table(report);
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
