//! Why a file that you name cannot be used.

use std::fmt;
use std::io;

use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::snapshot::SnapshotError;

/// Why a saved inventory, a list of ranges or a Terraform plan cannot be used.
#[derive(Debug)]
pub struct InputError {
    /// What sort of error it is.
    pub kind: InputErrorKind,
    /// What is wrong, with the name of the file, and what to do.
    pub diagnostic: Diagnostic,
}

/// What sort of [`InputError`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputErrorKind {
    /// There is no such file.
    Missing,
    /// It is a directory.
    Directory,
    /// The operating system refuses to open or read it.
    Unreadable,
    /// It has no bytes, or blank ones only.
    Empty,
    /// Another program wrote to it while it was read.
    Changed,
    /// A newer version of netcensus or Terraform wrote it.
    NewerVersion,
    /// An older version of netcensus wrote it, whose files are not read any more.
    OlderVersion,
    /// A snapshot that is whole, but has a value that this version does not know.
    NotUnderstood,
    /// It is longer than such a file may be.
    TooLarge,
    /// It is no inventory and no snapshot.
    NotInventory,
    /// It is damaged, or something else than what you named it as.
    Invalid,
}

impl InputError {
    /// Makes an error of `kind`.
    pub fn new(kind: InputErrorKind, diagnostic: impl Into<Diagnostic>) -> Self {
        Self { kind, diagnostic: diagnostic.into() }
    }

    /// Makes an error about what is in a file.
    pub fn invalid(what: impl Into<Diagnostic>) -> Self {
        Self::new(InputErrorKind::Invalid, what.into())
    }

    /// Makes an error about the file `name` that ends in the middle. Line and byte of the line count from 1.
    #[must_use]
    pub fn truncated(name: &str, line: usize, column: usize) -> Self {
        Self::invalid(format!("{name} ends too early, at line {line}, column {column}"))
            .remedy("the command that writes it may have been stopped: run that command again")
    }

    /// Makes an error about the file `name` that cannot be opened or read.
    #[must_use]
    pub fn io(name: &str, source: &io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::NotFound => InputErrorKind::Missing,
            io::ErrorKind::IsADirectory => InputErrorKind::Directory,
            _ => InputErrorKind::Unreadable,
        };
        Self::new(kind, fs::cannot_read(name, source))
    }

    /// Makes an error about the directory `name`.
    #[must_use]
    pub fn directory(name: &str) -> Self {
        Self::io(name, &io::ErrorKind::IsADirectory.into())
    }

    /// Makes an error about the file `name` that has nothing in it.
    #[must_use]
    pub fn empty(name: &str) -> Self {
        Self::new(InputErrorKind::Empty, format!("{name} is empty"))
            .remedy("the command that writes it may have failed: run that command again")
    }

    /// Adds what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy), ..self }
    }

    /// Tells whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.kind == InputErrorKind::Missing
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for InputError {}

impl From<SnapshotError> for InputError {
    fn from(error: SnapshotError) -> Self {
        let kind = match &error {
            SnapshotError::Io { .. } if error.is_missing() => InputErrorKind::Missing,
            SnapshotError::Io { .. } => InputErrorKind::Unreadable,
            SnapshotError::Version { .. } => InputErrorKind::NewerVersion,
            SnapshotError::NotUnderstood { .. } => InputErrorKind::NotUnderstood,
            SnapshotError::NotSnapshot(_) => InputErrorKind::NotInventory,
            SnapshotError::Damaged { .. } => InputErrorKind::Invalid,
        };
        Self::new(kind, error.to_diagnostic())
    }
}
