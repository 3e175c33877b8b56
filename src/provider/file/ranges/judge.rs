//! Which rows can be used, and what their prefixes are.

use ipnet::IpNet;

use super::fields::{BadRow, Field, Row};
use super::read::RangesError;

/// What came of the rows of a file.
#[derive(Debug)]
pub struct Judged {
    /// The rows that are in use, each with its prefix, canonical.
    pub rows: Vec<(Row, IpNet)>,
    /// Sentences on what was masked or left out on purpose.
    pub warnings: Vec<String>,
    /// A sentence on each bad row.
    pub skipped: Vec<String>,
}

/// Statuses of NetBox whose prefixes are not in use, and why.
const NOT_IN_USE: [(&str, &str); 2] = [
    ("container", "they hold other prefixes and are not in use themselves"),
    ("deprecated", "they are out of use"),
];

/// Judges the rows of the file that messages call `file`; a bad one is an error unless `skip_bad_rows`.
pub fn judge(
    found: Vec<Result<Row, BadRow>>,
    file: &str,
    skip_bad_rows: bool,
) -> Result<Judged, RangesError> {
    let mut judged = Judged { rows: Vec::new(), warnings: Vec::new(), skipped: Vec::new() };
    let mut left_out = [0_usize; NOT_IN_USE.len()];
    for row in found {
        let status = row.as_ref().ok().and_then(|row| row.get(Field::Status)).map(str::to_lowercase);
        if let Some(at) = NOT_IN_USE.iter().position(|(name, _)| Some(*name) == status.as_deref()) {
            left_out[at] += 1;
            continue;
        }
        match row.and_then(|row| prefix_of(&row).map(|prefix| (row, prefix))) {
            Ok((row, prefix)) => judged.keep(row, prefix, file),
            Err(bad) if skip_bad_rows => {
                judged.skipped.push(format!("{}: {}", bad.place.in_message(file), bad.what));
            }
            Err(BadRow { place, what }) => {
                return Err(RangesError::BadRow { place: place.in_message(file), what });
            }
        }
    }
    for ((status, why), count) in NOT_IN_USE.into_iter().zip(left_out).filter(|(_, count)| *count > 0) {
        let prefixes = if count == 1 { "prefix" } else { "prefixes" };
        judged.warnings.push(format!("{file}: {count} {prefixes} with the status {status} left out: {why}"));
    }
    judged.or_nothing(file)
}

impl Judged {
    fn keep(&mut self, row: Row, prefix: IpNet, file: &str) {
        let canonical = prefix.trunc();
        if canonical != prefix {
            let place = row.place.in_message(file);
            self.warnings.push(format!("{place}: {prefix} has host bits set; read as {canonical}"));
        }
        self.rows.push((row, canonical));
    }

    /// Refuses a file that nothing is left of: it would pass for one without collisions.
    fn or_nothing(self, file: &str) -> Result<Self, RangesError> {
        if !self.rows.is_empty() {
            return Ok(self);
        }
        let reason = match (self.skipped.first(), self.warnings.first()) {
            (Some(first), _) => format!("{} bad rows, the first: {first}", self.skipped.len()),
            (None, Some(warning)) => warning.clone(),
            (None, None) => "it has no row".to_owned(),
        };
        Err(RangesError::NoPrefix { name: file.to_owned(), reason })
    }
}

fn prefix_of(row: &Row) -> Result<IpNet, BadRow> {
    let text = row.get(Field::Prefix);
    if let Some(other) = row.all(Field::Prefix).find(|other| Some(*other) != text) {
        let what =
            format!("it has two prefixes, `{}` and `{other}`; give each a row", text.unwrap_or_default());
        return Err(BadRow { place: row.place, what });
    }
    let judged = text.ok_or_else(|| "there is no prefix".to_owned()).and_then(prefix);
    judged.map_err(|what| BadRow { place: row.place, what })
}

fn prefix(text: &str) -> Result<IpNet, String> {
    let Ok(prefix) = text.parse::<IpNet>() else {
        return Err(match text.parse::<std::net::IpAddr>() {
            Ok(address) => {
                let host = IpNet::from(address);
                format!("`{text}` is an address without a prefix length; write `{host}` if it is meant")
            }
            Err(_) => format!("`{text}` is not a prefix; write one such as `10.0.0.0/8`"),
        });
    };
    match prefix {
        _ if prefix.prefix_len() == 0 => {
            Err(format!("`{text}` covers every address; name the ranges in use"))
        }
        IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() => {
            Err(format!("`{text}` is IPv4 written as IPv6; write the IPv4 prefix"))
        }
        _ => Ok(prefix),
    }
}
