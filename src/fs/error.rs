//! Why a file cannot be written.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// Why a file cannot be written at its path.
#[derive(Debug)]
pub struct WriteError {
    /// What is wrong, with the path, and what to do.
    pub diagnostic: Diagnostic,
}

impl WriteError {
    /// Makes an error; `message` names the path.
    pub fn new(message: impl Into<String>) -> Self {
        Self { diagnostic: Diagnostic::new(message) }
    }

    /// Makes the error for a file or directory that cannot be written.
    #[must_use]
    pub fn cannot_write(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("cannot write {}", path.display())).caused_by(error)
    }

    /// Adds what led to it.
    #[must_use]
    pub fn caused_by(self, error: &(dyn StdError + 'static)) -> Self {
        Self { diagnostic: self.diagnostic.caused_by(error) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy) }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl StdError for WriteError {}
