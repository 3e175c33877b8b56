//! Reads files of ranges: CSV, JSON and TOML.

use std::collections::BTreeSet;
use std::path::Path;

use super::row::{BadRow, RangeField, RangeFileError, Row};
use super::usable_rows::{UsableRows, select_usable_rows};
use super::{csv, json, toml};
use crate::diagnostic::Diagnostic;
use crate::input::error::InputError;
use crate::input::text_file;
use crate::model::region_name;
use crate::model::{PlannedKind, PlannedPrefix, Provider, Range};

/// The most that a list in TOML may have: a hundred thousand ranges. Its values are kept while it is parsed, and take ninety
/// times as much.
const MAX_TOML_BYTES: u64 = 8 << 20;

/// The ranges of a file, in its order, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges<T> {
    /// What the rows say.
    pub rows: Vec<T>,
    /// Sentences on host bits that were masked, and on rows that are not in use.
    pub warnings: Vec<String>,
    /// What is wrong with each bad row; always empty where a bad row is an error.
    pub skipped: Vec<Diagnostic>,
}

/// Reads ranges outside the clouds. A row without a site is of its routing domain, or of the file, which `site` names.
///
/// # Errors
/// When the file or, unless `skip_bad_rows`, a row of it cannot be used.
pub fn read_external_ranges(
    path: &Path,
    site: &str,
    skip_bad_rows: bool,
) -> Result<Ranges<Range>, InputError> {
    let UsableRows { rows, warnings, skipped } = read_usable_rows(path, RangeField::Site, skip_bad_rows)?;
    let mut seen = BTreeSet::new();
    let ranges = rows.iter().map(|(row, prefix)| Range {
        site: row.get(RangeField::Site).or_else(|| row.get(RangeField::Domain)).unwrap_or(site).to_owned(),
        prefix: *prefix,
        name: field_text(row, RangeField::Name),
        domain: field_text(row, RangeField::Domain),
        network: field_text(row, RangeField::Network),
    });
    let rows = ranges.filter(|range| seen.insert(range.clone())).collect();
    Ok(Ranges { rows, warnings, skipped })
}

/// Reads planned prefixes; each is a network of its own, named by its position in the file.
///
/// # Errors
/// When the file or, unless `skip_bad_rows`, a row of it cannot be used.
pub fn read_planned_prefixes(path: &Path, skip_bad_rows: bool) -> Result<Ranges<PlannedPrefix>, InputError> {
    let UsableRows { rows, warnings, skipped } = read_usable_rows(path, RangeField::Name, skip_bad_rows)?;
    let file = path.display().to_string();
    let mut seen = BTreeSet::new();
    let is_new = |(row, prefix): &&(Row, _)| {
        let fields = [
            RangeField::Site,
            RangeField::Name,
            RangeField::Domain,
            RangeField::Network,
            RangeField::Provider,
            RangeField::Region,
        ];
        seen.insert((*prefix, fields.map(|field| field_text(row, field))))
    };
    let prefixes = rows.iter().filter(is_new).map(|(row, prefix)| {
        let provider = provider_of(row);
        let region =
            |text| if provider == Some(Provider::Azure) { region_name(text) } else { text.to_owned() };
        PlannedPrefix {
            kind: PlannedKind::Network,
            address: row.place.address(&file),
            provider,
            region: row.get(RangeField::Region).map(region),
            name: field_text(row, RangeField::Name),
            network: None,
            is_new: true,
            prefix: *prefix,
        }
    });
    Ok(Ranges { rows: prefixes.collect(), warnings, skipped })
}

fn field_text(row: &Row, field: RangeField) -> Option<String> {
    row.get(field).map(str::to_owned)
}

/// Returns the cloud of a row; in other people's tables the column may name a carrier.
fn provider_of(row: &Row) -> Option<Provider> {
    let named = row.get(RangeField::Provider)?.to_lowercase();
    [Provider::Aws, Provider::Azure].into_iter().find(|provider| provider.as_str() == named)
}

/// Reads the rows of `path`, in which a second column without a header is of the field `other`.
fn read_usable_rows(path: &Path, other: RangeField, skip_bad_rows: bool) -> Result<UsableRows, InputError> {
    let name = path.display().to_string();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let most = if extension == "toml" { MAX_TOML_BYTES } else { text_file::MAX_BYTES };
    let file = text_file::open_file(path, &name)?;
    let bytes = text_file::read_text(file, &name, most, |start| check_start(start, &name))?;
    let rows = parse_rows(&bytes, &extension, other).map_err(|RangeFileError { line, what }| {
        let place = line.map_or_else(|| name.clone(), |line| format!("{name}:{line}"));
        InputError::invalid(what.context(place))
    })?;
    select_usable_rows(rows, &name, skip_bad_rows)
}

fn check_start(start: &[u8], name: &str) -> Result<(), InputError> {
    let reason = match start {
        [b'P', b'K', 3, 4, ..] => "it is a workbook or another zip archive",
        // OLE, as in .xls: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => "it is a workbook (.xls)",
        [b'<', ..] => "it is XML or HTML, not CSV",
        _ => return Ok(()),
    };
    Err(text_file::not_text(name, reason).remedy("save the sheet as CSV"))
}

fn parse_rows(
    bytes: &[u8],
    extension: &str,
    other: RangeField,
) -> Result<Vec<Result<Row, BadRow>>, RangeFileError> {
    match (extension, bytes.trim_ascii_start().first()) {
        ("csv", _) => csv::rows(bytes, other),
        ("toml", _) => toml::rows(bytes),
        ("json", _) | (_, Some(b'[' | b'{')) => json::rows(bytes),
        _ => csv::rows(bytes, other),
    }
}
