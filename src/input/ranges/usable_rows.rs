//! Which rows can be used, and what their prefixes are.

use ipnet::IpNet;

use super::row::{BadRow, RangeField, Row};
use super::row_prefixes::{RowProblem, row_prefixes};
use crate::diagnostic::Diagnostic;
use crate::input::error::InputError;

/// The rows of a file that can be used.
#[derive(Debug)]
pub struct UsableRows {
    /// The rows that are in use, each with one of its prefixes, canonical.
    pub rows: Vec<(Row, IpNet)>,
    /// Sentences on what was masked or left out on purpose.
    pub warnings: Vec<String>,
    /// What is wrong with each bad row.
    pub skipped: Vec<Diagnostic>,
}

/// Statuses whose prefixes are not in use, and why. NetBox calls them so; IPAMs that only nest prefixes mean it.
const NOT_IN_USE: [(&str, &str); 2] = [
    ("container", "they contain other prefixes and are not in use themselves"),
    ("deprecated", "they are out of use"),
];

/// Selects the rows that can be used, of the file that messages call `file`; a bad one is an error unless `skip_bad_rows`,
/// and one whose columns may have been misread is an error in any case.
pub fn select_usable_rows(
    found: Vec<Result<Row, BadRow>>,
    file: &str,
    skip_bad_rows: bool,
) -> Result<UsableRows, InputError> {
    let mut usable_rows = UsableRows { rows: Vec::new(), warnings: Vec::new(), skipped: Vec::new() };
    let mut left_out = [0_usize; NOT_IN_USE.len()];
    for row in found {
        let status = row.as_ref().ok().and_then(|row| row.get(RangeField::Status)).map(str::to_lowercase);
        if let Some(at) = NOT_IN_USE.iter().position(|(name, _)| Some(*name) == status.as_deref()) {
            left_out[at] += 1;
            continue;
        }
        match row.and_then(parse_prefixes) {
            Ok((row, prefixes)) => usable_rows.add(&row, &prefixes, file),
            Err(bad) if bad.misread => return Err(InputError::invalid(bad.in_file(file))),
            Err(bad) => usable_rows.skipped.push(bad.in_file(file)),
        }
    }
    for ((status, why), count) in NOT_IN_USE.into_iter().zip(left_out).filter(|(_, count)| *count > 0) {
        let prefixes = if count == 1 { "prefix" } else { "prefixes" };
        usable_rows
            .warnings
            .push(format!("{file}: {count} {prefixes} with the status {status} left out: {why}"));
    }
    match usable_rows.skipped.first().filter(|_| !skip_bad_rows) {
        // Where no row can be used, the columns are not understood, and skipping rows is no advice.
        Some(bad) if usable_rows.rows.is_empty() => Err(InputError::invalid(bad.clone())),
        Some(bad) => {
            Err(InputError::invalid(bad.clone())
                .remedy("--skip-bad-rows leaves such rows out and lists them"))
        }
        None => usable_rows.require_rows(file),
    }
}

/// Finds the prefixes of a row. A column called like one of prefixes and that has none names the row.
fn parse_prefixes(mut row: Row) -> Result<(Row, Vec<IpNet>), BadRow> {
    let place = row.place;
    let (prefixes, name) =
        row_prefixes(&row).map_err(|RowProblem { what, misread }| BadRow { place, what, misread })?;
    if let Some(name) = name.filter(|_| row.get(RangeField::Name).is_none()) {
        row.put_field(RangeField::Name, &name);
    }
    Ok((row, prefixes))
}

impl UsableRows {
    fn add(&mut self, row: &Row, prefixes: &[IpNet], file: &str) {
        for prefix in prefixes {
            let canonical = prefix.trunc();
            if canonical != *prefix {
                let place = row.place.in_message(file);
                self.warnings.push(format!("{place}: {prefix} has host bits set; read as {canonical}"));
            }
            self.rows.push((row.clone(), canonical));
        }
    }

    /// Refuses a file without a usable row: it would look like one without collisions.
    fn require_rows(self, file: &str) -> Result<Self, InputError> {
        if !self.rows.is_empty() {
            return Ok(self);
        }
        let reason = match (self.skipped.as_slice(), self.warnings.first()) {
            ([only], _) => only.clone(),
            ([first, ..], _) => first.clone().context(format!("{} bad rows, the first", self.skipped.len())),
            ([], Some(warning)) => warning.as_str().into(),
            ([], None) => "it has no row".into(),
        };
        Err(InputError::invalid(
            Diagnostic::new(format!("{file} has no prefix")).with_cause_and_remedies(reason),
        ))
    }
}
