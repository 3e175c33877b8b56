//! Why a file cannot be written.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// What to do about a directory that does not exist. It is not created: the path may be mistyped, or the disk not mounted.
pub(super) const CREATE_DIRECTORY: &str = "create it, or fix the path";

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
        let message = format!("cannot write {}", path.display());
        if path.is_relative() && error.kind() == io::ErrorKind::NotFound && std::env::current_dir().is_err() {
            let gone = Diagnostic::new(message).cause("the directory that you are in was deleted");
            return Self { diagnostic: gone }.remedy("change to another one");
        }
        match path.parent().and_then(outermost_missing) {
            Some(missing) if error.kind() == io::ErrorKind::NotFound => {
                let cause = format!("directory {} does not exist", missing.display());
                Self { diagnostic: Diagnostic::new(message).cause(cause) }.remedy(CREATE_DIRECTORY)
            }
            _ => Self::new(message).caused_by(error),
        }
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

/// Returns the first directory of a path that is missing; `None` if all of them exist.
pub(super) fn outermost_missing(directory: &Path) -> Option<&Path> {
    directory.ancestors().take_while(|path| is_missing(path)).last()
}

/// Tells whether nothing is at a path.
pub(super) fn is_missing(path: &Path) -> bool {
    !path.as_os_str().is_empty() && !path.exists()
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl StdError for WriteError {}
