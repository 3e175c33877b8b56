//! The note beside an export: what was written, of when, and what is missing.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::commands::sink::Draft;
use crate::error::Error;

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
    /// The files, in the order in which they were put in their places.
    pub files: Vec<Written>,
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
}

impl Manifest {
    /// Begins the note of an export without files.
    pub fn new(
        generator: String,
        taken_at: Timestamp,
        missing: Vec<String>,
        rows: BTreeMap<String, usize>,
    ) -> Self {
        let (version, complete, files) = (MANIFEST_VERSION, missing.is_empty(), Vec::new());
        Self { version, generator, taken_at, complete, missing, rows, files }
    }

    /// Reads the note of the export before; `None` when there is none.
    ///
    /// # Errors
    /// When it is something else: then a file of somebody's is in its place.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let Ok(bytes) = std::fs::read(path) else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Error::usage(format!("{} is not the manifest of an export: {error}", path.display()))
                .hint("move it away, or export elsewhere")
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
