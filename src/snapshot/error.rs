//! Why a snapshot cannot be read.

use std::io;

use thiserror::Error;

use super::form::SNAPSHOT_VERSION;
use crate::diagnostic::{Diagnostic, Remedies};
use crate::fs;
use crate::model::SCHEMA_VERSION;

/// Why a snapshot cannot be read. Each message names the file; [`SnapshotError::remedy`] says what to do.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It cannot be opened or read.
    #[error("cannot read {name}")]
    Io {
        /// The file.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is not as it was written.
    #[error("{name} is damaged: {what}")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// It is not damaged, but contains something that this version of netcensus does not know.
    #[error("{name} contains something that this version of netcensus does not know: {what}")]
    NotUnderstood {
        /// The file.
        name: String,
        /// What is not understood, and where.
        what: String,
        /// The version of netcensus that wrote it, as the file says.
        generator: String,
    },
    /// It is compressed, and not a snapshot.
    #[error("{0} is compressed and is not a snapshot")]
    NotSnapshot(String),
    /// Its form or its rows are of another version.
    #[error(
        "{name} is a snapshot of version {snapshot}.{schema}; this netcensus reads up to version \
         {SNAPSHOT_VERSION}.{SCHEMA_VERSION}"
    )]
    Version {
        /// The file.
        name: String,
        /// The version of its form.
        snapshot: u64,
        /// The version of its rows.
        schema: u64,
    },
}

impl From<SnapshotError> for io::Error {
    fn from(error: SnapshotError) -> Self {
        Self::other(error)
    }
}

impl Remedies for SnapshotError {
    fn remedies(&self) -> Vec<String> {
        let remedy = match self {
            Self::Io { .. } => None,
            Self::Damaged { .. } => Some("use another snapshot: the others are not affected".to_owned()),
            Self::NotUnderstood { generator, .. } => {
                Some(format!("it was written by {generator}: upgrade, or read it with that version"))
            }
            Self::NotSnapshot(_) => Some("decompress it first, as with `zstd -d`".to_owned()),
            Self::Version { .. } => Some("a newer netcensus wrote it: upgrade".to_owned()),
        };
        remedy.into_iter().collect()
    }
}

impl SnapshotError {
    /// Returns the message with its cause and remedy.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let diagnostic = match self {
            Self::Io { name, source } => fs::cannot_read(name, source),
            _ => Diagnostic::from_error(self),
        };
        diagnostic.with_remedies(self.remedies())
    }

    /// Returns whether there is no such file, as when another process has just removed it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Makes the error for the file `name`. The decompressor reports damage as `Other`, and a missing end as
    /// `UnexpectedEof`.
    pub(super) fn from_io(error: io::Error, name: &str) -> Self {
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged { name, what: "it ends too early".to_owned() },
            io::ErrorKind::Other => Self::Damaged { name, what: error.to_string() },
            _ => Self::Io { name, source: error },
        }
    }
}
