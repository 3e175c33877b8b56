//! The note beside an export: what was written, of when, and what is missing.

use std::collections::BTreeMap;
use std::io::{ErrorKind as IoErrorKind, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::guard::Before;
use super::target;
use crate::error::Error;
use crate::fs::atomic::Draft;
use crate::model::{Account, Coverage, Inventory};

/// The version of the note's shape.
const MANIFEST_VERSION: u32 = 1;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub version: u32,
    /// What wrote it.
    pub generator: String,
    /// When the inventory was taken, in UTC: an export is as fresh as that.
    pub taken_at: Timestamp,
    /// Whether everything was read.
    pub complete: bool,
    /// The scopes that could not be read.
    pub missing: Vec<String>,
    /// How many rows of each kind there are.
    pub rows: BTreeMap<String, usize>,
    /// How many rows the last complete export of each kind had, also of kinds that were not written since.
    #[serde(default)]
    pub last_complete: BTreeMap<String, Whole>,
    /// How many subscriptions each Azure tenant has, those of tenants that could not be read this time included.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tenants: BTreeMap<String, usize>,
    /// The files, in the order in which they were put in their places.
    pub files: Vec<Written>,
}

/// A kind of a complete export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// How many rows there were.
    pub rows: usize,
    /// When the inventory was taken, in UTC.
    pub taken_at: Timestamp,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its path in the folder, with `/`.
    pub name: String,
    /// Its format.
    pub format: String,
}

impl Written {
    /// Notes the file at `path` of an export to `folder`.
    pub fn new(folder: &Path, path: &Path, format: String) -> Self {
        let inside = path.strip_prefix(folder).unwrap_or(path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        Self { name: parts.join("/"), format }
    }

    /// Tells whether it is one of those by day and provider, which are in folders of their own.
    fn is_of_day(&self) -> bool {
        self.name.contains('/')
    }
}

impl Manifest {
    /// Begins the note of an export without files, which comes after that of `before`.
    pub fn new(
        generator: String,
        taken_at: Timestamp,
        missing: Vec<String>,
        rows: BTreeMap<String, usize>,
        before: Option<&Self>,
    ) -> Self {
        let (version, complete, files) = (MANIFEST_VERSION, missing.is_empty(), Vec::new());
        let mut last_complete = before.map(Self::whole).unwrap_or_default();
        if complete {
            last_complete.extend(whole(&rows, taken_at));
        }
        let tenants = BTreeMap::new();
        Self { version, generator, taken_at, complete, missing, rows, last_complete, tenants, files }
    }

    /// Notes the Azure tenants of `inventory`. One that could not be read keeps what is known of it from `before`, so
    /// that it is missed the next time too.
    #[must_use]
    pub fn with_tenants(mut self, inventory: &Inventory, before: Option<&Self>) -> Self {
        let missed: Vec<String> =
            inventory.incomplete().filter_map(Coverage::tenant).map(str::to_ascii_lowercase).collect();
        let known = before.map(|before| before.tenants.clone()).unwrap_or_default();
        self.tenants = known.into_iter().filter(|(tenant, _)| missed.contains(tenant)).collect();
        self.tenants.extend(Account::count_by_tenant(&inventory.accounts));
        self
    }

    /// Lists how many rows of each kind the next export is compared with: those of the last complete one, or, where
    /// there was none, those of this.
    pub fn before(&self) -> Vec<Before> {
        let mut known: BTreeMap<String, Whole> = whole(&self.rows, self.taken_at).collect();
        known.extend(self.whole());
        let before = |(kind, Whole { rows, taken_at })| Before {
            kind,
            rows,
            place: format!("in the export of {taken_at}"),
        };
        known.into_iter().map(before).collect()
    }

    /// Names the files of `before` in `folder` that are still there, and not among those of this. Those by day and
    /// provider stay on purpose.
    pub fn not_replaced(&self, before: &Self, folder: &Path) -> Option<String> {
        let is_left = |file: &&Written| {
            !file.is_of_day() && !self.files.contains(file) && folder.join(&file.name).is_file()
        };
        let left: Vec<&str> = before.files.iter().filter(is_left).map(|file| file.name.as_str()).collect();
        let (taken, folder) = (before.taken_at, folder.display());
        (!left.is_empty())
            .then(|| format!("of the export of {taken}, and not replaced: {} in {folder}", left.join(", ")))
    }

    /// Says that files of `before` were replaced by older ones.
    pub fn is_older(&self, before: &Self) -> Option<String> {
        let is_replaced = |file: &Written| !file.is_of_day() && before.files.contains(file);
        (self.taken_at < before.taken_at && self.files.iter().any(is_replaced)).then(|| {
            let (now, then) = (self.taken_at, before.taken_at);
            format!("an inventory of {now} replaced that of {then}, which is newer")
        })
    }

    /// Returns what is known of complete exports; notes of earlier versions tell of themselves only.
    fn whole(&self) -> BTreeMap<String, Whole> {
        if self.last_complete.is_empty() && self.complete {
            return whole(&self.rows, self.taken_at).collect();
        }
        self.last_complete.clone()
    }

    /// Reads the note of the export before; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is something else: what the guard compares with is unknown then, and not absent.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        target::refuse_other(path)?;
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Error::usage(format!("cannot read {}", path.display())).caused_by(&error).remedy(
                    "it is the manifest of the export before; make it readable, or move it away to start anew",
                ));
            }
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Error::usage(format!("{} is not the manifest of an export: {error}", path.display()))
                .remedy("move it away, or export elsewhere")
        })
    }

    /// Writes it beside its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn draft(&self, path: &Path) -> Result<Draft, Error> {
        Draft::write(path, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            writeln!(out)
        })
    }
}

fn whole(rows: &BTreeMap<String, usize>, taken_at: Timestamp) -> impl Iterator<Item = (String, Whole)> {
    rows.iter().map(move |(kind, rows)| (kind.clone(), Whole { rows: *rows, taken_at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(day: i64, missing: &[&str], rows: &[(&str, usize)], before: Option<&Manifest>) -> Manifest {
        let rows = rows.iter().map(|(kind, rows)| ((*kind).to_owned(), *rows)).collect();
        let missing = missing.iter().map(ToString::to_string).collect();
        let taken_at = Timestamp::from_second(day * 86_400).unwrap();
        Manifest::new("test".to_owned(), taken_at, missing, rows, before)
    }

    fn before(manifest: &Manifest) -> Vec<(String, usize)> {
        manifest.before().into_iter().map(|before| (before.kind, before.rows)).collect()
    }

    #[test]
    fn the_last_complete_export_of_each_kind_is_kept_through_partial_and_incomplete_ones() {
        let all = note(1, &[], &[("instances", 90), ("networks", 45)], None);
        let some = note(2, &[], &[("networks", 40)], Some(&all));
        let half = note(3, &["a scope"], &[("instances", 45), ("networks", 20)], Some(&some));
        assert_eq!(before(&half), [("instances".to_owned(), 90), ("networks".to_owned(), 40)]);
        assert_eq!(half.before()[0].place, "in the export of 1970-01-02T00:00:00Z");
        let first = note(1, &["a scope"], &[("links", 3)], None);
        assert_eq!(before(&first), [("links".to_owned(), 3)], "there are as many at least");
        assert!(note(2, &["a scope"], &[], Some(&first)).last_complete.is_empty());
    }

    /// Faults F10: only a manifest that is not there is none.
    #[test]
    fn a_manifest_that_cannot_be_looked_at_is_not_taken_for_none() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        std::fs::write(inside("file"), "").unwrap();
        assert!(Manifest::read(&inside("manifest.json")).unwrap().is_none());
        for other in ["file/manifest.json", "file"] {
            Manifest::read(&inside(other)).unwrap_err();
        }
    }

    #[test]
    fn the_note_of_an_earlier_version_tells_of_itself() {
        let note: Manifest = serde_json::from_str(
            r#"{"version": 1, "generator": "old", "taken_at": "2026-11-20T08:00:00Z", "complete": true,
            "missing": [], "rows": {"networks": 45}, "files": []}"#,
        )
        .unwrap();
        assert_eq!(before(&note), [("networks".to_owned(), 45)]);
        let next =
            Manifest::new(String::new(), note.taken_at, vec!["all".to_owned()], [].into(), Some(&note));
        assert_eq!(before(&next), [("networks".to_owned(), 45)]);
    }
}
