//! From a file of ranges to the ranges.

use std::collections::BTreeSet;
use std::path::Path;

use super::fields::{BadRow, Field, Flaw, Row};
use super::judge::{Judged, judge};
use super::{csv, json, toml};
use crate::input::error::InputError;
use crate::input::raw;
use crate::model::region_name;
use crate::model::{PlannedKind, PlannedPrefix, Provider, Range};

/// The ranges of a file, in its order, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges<T> {
    /// What the rows say.
    pub rows: Vec<T>,
    /// Sentences on host bits that were masked, and on rows that are not in use.
    pub warnings: Vec<String>,
    /// A sentence on each bad row; always empty where a bad row is an error.
    pub skipped: Vec<String>,
}

/// Reads ranges that no cloud knows. A row without a site is of its routing domain, or of the file, which `site` names.
///
/// # Errors
/// When the file or, unless `skip_bad_rows`, a row of it cannot be used.
pub fn external(path: &Path, site: &str, skip_bad_rows: bool) -> Result<Ranges<Range>, InputError> {
    let Judged { rows, warnings, skipped } = judged(path, Field::Site, skip_bad_rows)?;
    let mut seen = BTreeSet::new();
    let ranges = rows.iter().map(|(row, prefix)| Range {
        site: row.get(Field::Site).or_else(|| row.get(Field::Domain)).unwrap_or(site).to_owned(),
        prefix: *prefix,
        name: owned(row, Field::Name),
        domain: owned(row, Field::Domain),
        network: owned(row, Field::Network),
    });
    let rows = ranges.filter(|range| seen.insert(range.clone())).collect();
    Ok(Ranges { rows, warnings, skipped })
}

/// Reads prefixes that shall come into use; each is a network of its own, called by its place in the file.
///
/// # Errors
/// When the file or, unless `skip_bad_rows`, a row of it cannot be used.
pub fn planned(path: &Path, skip_bad_rows: bool) -> Result<Ranges<PlannedPrefix>, InputError> {
    let Judged { rows, warnings, skipped } = judged(path, Field::Name, skip_bad_rows)?;
    let file = path.display().to_string();
    let mut seen = BTreeSet::new();
    let is_new = |(row, prefix): &&(Row, _)| {
        let said = [Field::Site, Field::Name, Field::Domain, Field::Network, Field::Provider, Field::Region];
        seen.insert((*prefix, said.map(|field| owned(row, field))))
    };
    let prefixes = rows.iter().filter(is_new).map(|(row, prefix)| {
        let provider = provider_of(row);
        let region =
            |text| if provider == Some(Provider::Azure) { region_name(text) } else { text.to_owned() };
        PlannedPrefix {
            of: PlannedKind::Network,
            address: row.place.address(&file),
            provider,
            region: row.get(Field::Region).map(region),
            name: owned(row, Field::Name),
            network: None,
            is_new: true,
            prefix: *prefix,
        }
    });
    Ok(Ranges { rows: prefixes.collect(), warnings, skipped })
}

fn owned(row: &Row, field: Field) -> Option<String> {
    row.get(field).map(str::to_owned)
}

/// Returns the cloud of a row; in other people's tables the column may name a carrier.
fn provider_of(row: &Row) -> Option<Provider> {
    let named = row.get(Field::Provider)?.to_lowercase();
    [Provider::Aws, Provider::Azure].into_iter().find(|provider| provider.as_str() == named)
}

/// Reads the rows of `path`, in which a second column without a header is of the field `other`.
fn judged(path: &Path, other: Field, skip_bad_rows: bool) -> Result<Judged, InputError> {
    let name = path.display().to_string();
    let bytes = raw::read(raw::open(path, &name)?, &name, raw::MOST, |start| look(start, &name))?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let rows = rows(&bytes, &extension, other).map_err(|Flaw { line, what }| {
        let place = line.map_or_else(|| name.clone(), |line| format!("{name}:{line}"));
        InputError::invalid(format!("{place}: {what}"))
    })?;
    judge(rows, &name, skip_bad_rows)
}

fn look(start: &[u8], name: &str) -> Result<(), InputError> {
    let reason = match start {
        [b'P', b'K', 3, 4, ..] => "it is a workbook or another zip archive",
        // OLE, as in .xls: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => "it is a workbook (.xls)",
        [b'<', ..] => "it is XML or HTML, not CSV",
        _ => return Ok(()),
    };
    Err(raw::not_text(name, reason).remedy("save the sheet as CSV"))
}

fn rows(bytes: &[u8], extension: &str, other: Field) -> Result<Vec<Result<Row, BadRow>>, Flaw> {
    match (extension, bytes.trim_ascii_start().first()) {
        ("csv", _) => csv::rows(bytes, other),
        ("toml", _) => toml::rows(bytes),
        ("json", _) | (_, Some(b'[' | b'{')) => json::rows(bytes),
        _ => csv::rows(bytes, other),
    }
}
