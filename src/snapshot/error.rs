//! Why a snapshot cannot be read.

use std::io;

use thiserror::Error;

use super::about::SNAPSHOT_VERSION;
use crate::diagnostic::Diagnostic;
use crate::model::SCHEMA_VERSION;

/// Why a snapshot cannot be read. Each names the file; [`SnapshotError::remedy`] says what to do.
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
    /// It is as it was written, but has something in it that is not of its version, as far as that is known here.
    #[error("{name} has a value that this netcensus does not know: {what}")]
    Strange {
        /// The file.
        name: String,
        /// What is not understood, and where.
        what: String,
        /// What wrote it, as it says itself.
        generator: String,
    },
    /// It is compressed, and no snapshot.
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

impl SnapshotError {
    /// Returns what to do, where something can be done.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Io { .. } => None,
            Self::Damaged { .. } => {
                Some("use another one: the snapshots beside it are not affected".to_owned())
            }
            Self::Strange { generator, .. } => {
                Some(format!("{generator} wrote it: upgrade, or read it with that version"))
            }
            Self::NotSnapshot(_) => Some("decompress it first, as with `zstd -d`".to_owned()),
            Self::Version { .. } => Some("a newer netcensus wrote it: upgrade".to_owned()),
        }
    }

    /// Returns the message with its cause and remedy.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::from_error(self);
        match self.remedy() {
            Some(remedy) => diagnostic.remedy(remedy),
            None => diagnostic,
        }
    }

    /// Tells whether there is no such file, as when another process removed it meanwhile.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Says what went wrong with the file `name`. The decompressor's errors are of kinds of its own, and an end in the
    /// middle is one of them.
    pub(super) fn of(error: io::Error, name: &str) -> Self {
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged { name, what: "it ends too early".to_owned() },
            io::ErrorKind::Other => Self::Damaged { name, what: error.to_string() },
            _ => Self::Io { name, source: error },
        }
    }
}
