//! Which rows can be used, and what their prefixes are.

use ipnet::IpNet;

use super::fields::{BadRow, Field, Row};
use super::written::prefixes_of;
use crate::input::error::InputError;

/// What came of the rows of a file.
#[derive(Debug)]
pub struct Judged {
    /// The rows that are in use, each with one of its prefixes, canonical.
    pub rows: Vec<(Row, IpNet)>,
    /// Sentences on what was masked or left out on purpose.
    pub warnings: Vec<String>,
    /// A sentence on each bad row.
    pub skipped: Vec<String>,
}

/// Statuses whose prefixes are not in use, and why. NetBox calls them so; IPAMs that only nest prefixes mean it.
const NOT_IN_USE: [(&str, &str); 2] = [
    ("container", "they hold other prefixes and are not in use themselves"),
    ("deprecated", "they are out of use"),
];

/// Judges the rows of the file that messages call `file`; a bad one is an error unless `skip_bad_rows`, and one whose
/// columns may have been misread is an error in any case.
pub fn judge(found: Vec<Result<Row, BadRow>>, file: &str, skip_bad_rows: bool) -> Result<Judged, InputError> {
    let mut judged = Judged { rows: Vec::new(), warnings: Vec::new(), skipped: Vec::new() };
    let mut left_out = [0_usize; NOT_IN_USE.len()];
    let mut first_bad = None;
    for row in found {
        let status = row.as_ref().ok().and_then(|row| row.get(Field::Status)).map(str::to_lowercase);
        if let Some(at) = NOT_IN_USE.iter().position(|(name, _)| Some(*name) == status.as_deref()) {
            left_out[at] += 1;
            continue;
        }
        match row.and_then(usable) {
            Ok((row, prefixes)) => judged.keep(&row, &prefixes, file),
            Err(BadRow { place, what, misread: true }) => {
                return Err(InputError::invalid(format!("{}: {what}", place.in_message(file))));
            }
            Err(BadRow { place, what, .. }) => {
                let place = place.in_message(file);
                judged.skipped.push(format!("{place}: {what}"));
                first_bad.get_or_insert((place, what));
            }
        }
    }
    for ((status, why), count) in NOT_IN_USE.into_iter().zip(left_out).filter(|(_, count)| *count > 0) {
        let prefixes = if count == 1 { "prefix" } else { "prefixes" };
        judged.warnings.push(format!("{file}: {count} {prefixes} with the status {status} left out: {why}"));
    }
    match first_bad.filter(|_| !skip_bad_rows) {
        // Where no row can be used, the columns are not understood, and skipping rows is no advice.
        Some((place, reason)) if judged.rows.is_empty() => {
            Err(InputError::invalid(format!("{place}: {reason}")))
        }
        Some((place, what)) => Err(InputError::invalid(format!("{place}: {what}"))
            .remedy("--skip-bad-rows leaves such rows out and lists them")),
        None => judged.or_nothing(file),
    }
}

/// Finds the prefixes of a row. A column called like one of prefixes and that has none names the row.
fn usable(mut row: Row) -> Result<(Row, Vec<IpNet>), BadRow> {
    let place = row.place;
    let (prefixes, name) =
        prefixes_of(&row).map_err(|bad| BadRow { place, what: bad.what, misread: bad.misread })?;
    if let Some(name) = name.filter(|_| row.get(Field::Name).is_none()) {
        row.put_field(Field::Name, &name);
    }
    Ok((row, prefixes))
}

impl Judged {
    fn keep(&mut self, row: &Row, prefixes: &[IpNet], file: &str) {
        for prefix in prefixes {
            let canonical = prefix.trunc();
            if canonical != *prefix {
                let place = row.place.in_message(file);
                self.warnings.push(format!("{place}: {prefix} has host bits set; read as {canonical}"));
            }
            self.rows.push((row.clone(), canonical));
        }
    }

    /// Refuses a file that nothing is left of: it would pass for one without collisions.
    fn or_nothing(self, file: &str) -> Result<Self, InputError> {
        if !self.rows.is_empty() {
            return Ok(self);
        }
        let reason = match (self.skipped.first(), self.warnings.first()) {
            (Some(first), _) => format!("{} bad rows, the first: {first}", self.skipped.len()),
            (None, Some(warning)) => warning.clone(),
            (None, None) => "it has no row".to_owned(),
        };
        Err(InputError::invalid(format!("{file} has no prefix: {reason}")))
    }
}
