//! The manifest beside an export: what was written, how fresh it is, and what is missing.

use std::collections::BTreeMap;
use std::io::{ErrorKind as IoErrorKind, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::guard::PreviousRows;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::fs::paths::{read_regular_file, refuse_non_file};
use crate::model::{Account, Coverage, Inventory};
use crate::wording::parser_fault;

/// The version of the format.
const MANIFEST_VERSION: u32 = 1;
/// A larger file is another one.
const LARGEST: u64 = 256 << 20;

/// The manifest of an export. Field names are those of the JSON file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportManifest {
    /// Version of this format.
    pub version: u32,
    /// The version of netcensus that wrote it.
    pub generator: String,
    /// When the inventory was taken, in UTC: an export is as fresh as that.
    pub taken_at: Timestamp,
    /// Whether everything was read.
    pub complete: bool,
    /// What could not be read, a sentence each.
    pub missing: Vec<String>,
    /// How many rows of each kind there are.
    pub rows: BTreeMap<String, usize>,
    /// How many rows the last complete export of each kind had, also of kinds that were not written since.
    #[serde(default)]
    pub last_complete: BTreeMap<String, CompleteRows>,
    /// How many subscriptions each Azure tenant has, those of tenants that could not be read this time included.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tenants: BTreeMap<String, usize>,
    /// The files, in the order in which they were put in their places.
    pub files: Vec<WrittenFile>,
}

/// The rows of a kind in a complete export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompleteRows {
    /// How many rows there were.
    pub rows: usize,
    /// When the inventory was taken, in UTC.
    pub taken_at: Timestamp,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// Its path in the directory, with `/`.
    pub name: String,
    /// Its format.
    pub format: String,
}

impl WrittenFile {
    /// Describes the file at `path` of an export to `directory`.
    pub fn new(directory: &Path, path: &Path, format: String) -> Self {
        let inside = path.strip_prefix(directory).unwrap_or(path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        Self { name: parts.join("/"), format }
    }

    /// Returns whether it is a file of one day and provider, which is in a directory of its own.
    pub fn is_partition(&self) -> bool {
        self.name.contains('/')
    }
}

impl ExportManifest {
    /// Makes the manifest, without files, of an export that replaces that of `before`.
    pub fn new(
        generator: String,
        taken_at: Timestamp,
        missing: Vec<String>,
        rows: BTreeMap<String, usize>,
        before: Option<&Self>,
    ) -> Self {
        let (version, complete, files) = (MANIFEST_VERSION, missing.is_empty(), Vec::new());
        let mut last_complete = before.map(Self::complete_rows).unwrap_or_default();
        if complete {
            last_complete.extend(complete_rows(&rows, taken_at));
        }
        let tenants = BTreeMap::new();
        Self { version, generator, taken_at, complete, missing, rows, last_complete, tenants, files }
    }

    /// Adds the Azure tenants of `inventory`. A tenant that could not be read keeps its entry of `before`, so that the
    /// next export misses it too.
    #[must_use]
    pub fn with_tenants(mut self, inventory: &Inventory, before: Option<&Self>) -> Self {
        let missed: Vec<String> =
            inventory.incomplete().filter_map(Coverage::tenant).map(str::to_ascii_lowercase).collect();
        let known = before.map(|before| before.tenants.clone()).unwrap_or_default();
        self.tenants = known.into_iter().filter(|(tenant, _)| missed.contains(tenant)).collect();
        self.tenants.extend(Account::count_by_tenant(&inventory.accounts));
        self
    }

    /// Lists the numbers of rows that the next export is compared with: of each kind those of the last complete export,
    /// or without one, those of this.
    pub fn previous_rows(&self) -> Vec<PreviousRows> {
        let mut known: BTreeMap<String, CompleteRows> = complete_rows(&self.rows, self.taken_at).collect();
        known.extend(self.complete_rows());
        let previous = |(kind, CompleteRows { rows, taken_at })| PreviousRows {
            kind,
            rows,
            source: format!("in the export of {taken_at}"),
        };
        known.into_iter().map(previous).collect()
    }

    /// Names the files of `before` that are still in `directory` and were not replaced. Partitions stay on purpose.
    pub fn describe_files_left(&self, before: &Self, directory: &Path) -> Option<String> {
        let is_left = |file: &&WrittenFile| {
            !file.is_partition() && !self.has_file(&file.name) && directory.join(&file.name).is_file()
        };
        let left: Vec<&str> = before.files.iter().filter(is_left).map(|file| file.name.as_str()).collect();
        let (taken, directory) = (before.taken_at, directory.display());
        (!left.is_empty())
            .then(|| format!("not replaced, from the export of {taken}: {} in {directory}", left.join(", ")))
    }

    /// Tells whether a file of this name was written. Its format may have changed since.
    fn has_file(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    /// Warns that files of `before` were replaced by those of an older inventory.
    pub fn describe_older(&self, before: &Self) -> Option<String> {
        let is_replaced = |file: &WrittenFile| !file.is_partition() && before.has_file(&file.name);
        (self.taken_at < before.taken_at && self.files.iter().any(is_replaced)).then(|| {
            let (now, then) = (self.taken_at, before.taken_at);
            format!("an inventory taken at {now} replaced a newer one, taken at {then}")
        })
    }

    /// Returns the rows of the last complete exports. Manifests of earlier versions have only their own.
    fn complete_rows(&self) -> BTreeMap<String, CompleteRows> {
        if self.last_complete.is_empty() && self.complete {
            return complete_rows(&self.rows, self.taken_at).collect();
        }
        self.last_complete.clone()
    }

    /// Reads the manifest of the export before; `None` when it does not exist.
    ///
    /// # Errors
    /// When it cannot be read, or is something else. It must not pass for absent, because the guard compares with it.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        refuse_non_file(path)?;
        let bytes = match read_regular_file(path, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Error::usage(format!("cannot read {}", path.display())).with_source(&error).remedy(
                    "it is the manifest of the last export; make it readable, or move it away to start again",
                ));
            }
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Error::usage(format!(
                "{} is not the manifest of an export: {}",
                path.display(),
                parser_fault(&error)
            ))
            .remedy("move it away, or export elsewhere")
        })
    }

    /// Writes it to a file that is not yet in its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_pending(&self, path: &Path) -> Result<PendingFile, WriteError> {
        PendingFile::write(path, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            writeln!(out)
        })
    }
}

fn complete_rows(
    rows: &BTreeMap<String, usize>,
    taken_at: Timestamp,
) -> impl Iterator<Item = (String, CompleteRows)> {
    rows.iter().map(move |(kind, rows)| (kind.clone(), CompleteRows { rows: *rows, taken_at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(
        day: i64,
        missing: &[&str],
        rows: &[(&str, usize)],
        before: Option<&ExportManifest>,
    ) -> ExportManifest {
        let rows = rows.iter().map(|(kind, rows)| ((*kind).to_owned(), *rows)).collect();
        let missing = missing.iter().map(ToString::to_string).collect();
        let taken_at = Timestamp::from_second(day * 86_400).unwrap();
        ExportManifest::new("test".to_owned(), taken_at, missing, rows, before)
    }

    fn previous_rows(manifest: &ExportManifest) -> Vec<(String, usize)> {
        manifest.previous_rows().into_iter().map(|previous| (previous.kind, previous.rows)).collect()
    }

    #[test]
    fn the_last_complete_export_of_each_kind_is_kept_through_partial_and_incomplete_ones() {
        let all = manifest(1, &[], &[("instances", 90), ("networks", 45)], None);
        let some = manifest(2, &[], &[("networks", 40)], Some(&all));
        let half = manifest(3, &["a scope"], &[("instances", 45), ("networks", 20)], Some(&some));
        assert_eq!(previous_rows(&half), [("instances".to_owned(), 90), ("networks".to_owned(), 40)]);
        assert_eq!(half.previous_rows()[0].source, "in the export of 1970-01-02T00:00:00Z");
        let first = manifest(1, &["a scope"], &[("links", 3)], None);
        assert_eq!(previous_rows(&first), [("links".to_owned(), 3)], "there are at least as many");
        assert!(manifest(2, &["a scope"], &[], Some(&first)).last_complete.is_empty());
    }

    /// Faults F10: only a manifest that does not exist is absent.
    #[test]
    fn a_manifest_that_cannot_be_read_is_not_taken_for_absent() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        std::fs::write(inside("file"), "").unwrap();
        assert!(ExportManifest::read(&inside("manifest.json")).unwrap().is_none());
        for other in ["file/manifest.json", "file"] {
            ExportManifest::read(&inside(other)).unwrap_err();
        }
    }

    #[test]
    fn a_file_that_was_written_in_another_format_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a"), "").unwrap();
        let with = |format: &str| {
            let text = format!(
                r#"{{"version": 2, "generator": "x", "taken_at": "2026-11-20T08:00:00Z", "complete": true,
                "missing": [], "rows": {{}}, "files": [{{"name": "a", "format": "{format}"}}]}}"#
            );
            serde_json::from_str::<ExportManifest>(&text).unwrap()
        };
        assert_eq!(with("tsv").describe_files_left(&with("csv"), home.path()), None);
    }

    #[test]
    fn a_manifest_of_an_earlier_version_counts_by_itself() {
        let old: ExportManifest = serde_json::from_str(
            r#"{"version": 1, "generator": "old", "taken_at": "2026-11-20T08:00:00Z", "complete": true,
            "missing": [], "rows": {"networks": 45}, "files": []}"#,
        )
        .unwrap();
        assert_eq!(previous_rows(&old), [("networks".to_owned(), 45)]);
        let next =
            ExportManifest::new(String::new(), old.taken_at, vec!["all".to_owned()], [].into(), Some(&old));
        assert_eq!(previous_rows(&next), [("networks".to_owned(), 45)]);
    }
}
