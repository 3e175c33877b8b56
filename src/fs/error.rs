//! Why a file cannot be read or written.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// What to do about a directory that does not exist. It is not created: the path may be mistyped, or the disk not mounted.
pub(super) const CREATE_DIRECTORY: &str = "create it, or fix the path";

/// Says why the file `name` cannot be read, and what to do.
#[must_use]
pub fn cannot_read(name: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => missing_file(name),
        io::ErrorKind::IsADirectory => {
            Diagnostic::new(format!("{name} is a directory")).remedy("name a file in it")
        }
        io::ErrorKind::PermissionDenied => Diagnostic::new(format!("cannot read {name}"))
            .with_source(error)
            .remedy("give your user the permission to read it, or run netcensus as a user that has it"),
        // What reads a file as text says so about a type of Rust.
        io::ErrorKind::InvalidData if error.to_string().contains("UTF-8") => {
            Diagnostic::new(format!("{name} is not text in UTF-8")).remedy("name a file of text")
        }
        _ => Diagnostic::new(format!("cannot read {name}")).with_source(error),
    }
}

fn missing_file(name: &str) -> Diagnostic {
    let remedy = if name.starts_with("https://") || name.starts_with("http://") {
        "netcensus reads no URLs: download it, and name the file"
    } else if Path::new(name).is_relative() {
        "check the path; it is relative to the current directory"
    } else {
        "check the path"
    };
    Diagnostic::new(format!("there is no file {name}")).remedy(remedy)
}

/// Says why `what` in a directory cannot be read, and what to do.
#[must_use]
pub fn cannot_read_directory(what: &str, directory: &Path, error: &io::Error) -> Diagnostic {
    let name = directory.display();
    match error.kind() {
        io::ErrorKind::NotADirectory => not_directory(directory),
        io::ErrorKind::PermissionDenied => {
            Diagnostic::new(format!("cannot read the {what} in {name}")).with_source(error).remedy(
                "give your user the permission to read the directory, or run netcensus as a user that has it",
            )
        }
        _ => Diagnostic::new(format!("cannot read the {what} in {name}")).with_source(error),
    }
}

fn not_directory(path: &Path) -> Diagnostic {
    Diagnostic::new(format!("{} is not a directory", path.display())).remedy("name a directory")
}

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
            let gone = Diagnostic::new(message).with_cause("the directory that you are in was deleted");
            return Self { diagnostic: gone }.remedy("change to another one");
        }
        match path.parent().and_then(outermost_missing) {
            Some(missing) if error.kind() == io::ErrorKind::NotFound => {
                let cause = format!("directory {} does not exist", missing.display());
                Self { diagnostic: Diagnostic::new(message).with_cause(cause) }.remedy(CREATE_DIRECTORY)
            }
            _ => {
                let file_above = path.ancestors().skip(1).find(|path| path.exists() && !path.is_dir());
                let diagnostic = Diagnostic::new(message);
                let diagnostic = if let Some(file) = file_above {
                    diagnostic.with_cause_and_remedies(not_directory(file))
                } else {
                    let remedies = remedy_for(error.kind()).map(str::to_owned);
                    diagnostic.with_source(error).with_remedies(remedies)
                };
                Self { diagnostic }
            }
        }
    }

    /// Makes the error for a directory that cannot be made, such as where a file has its name.
    #[must_use]
    pub fn cannot_create_directory(path: &Path, error: &io::Error) -> Self {
        if path.exists() && !path.is_dir() {
            Self::not_directory(path)
        } else {
            Self::cannot_write(path, error)
        }
    }

    /// Makes the error for a directory that is a file, or something else.
    #[must_use]
    pub fn not_directory(path: &Path) -> Self {
        Self { diagnostic: not_directory(path) }
    }

    /// Adds what led to it.
    #[must_use]
    pub fn with_source(self, error: &(dyn StdError + 'static)) -> Self {
        Self { diagnostic: self.diagnostic.with_source(error) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy) }
    }
}

/// Says what to do about a place that cannot be written.
const fn remedy_for(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Some("free some space, or name a path on another disk")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::NotFound => {
            Some("name a path where your user may write")
        }
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_says_why_and_what_to_do() {
        let said = |name: &str, kind: io::ErrorKind| cannot_read(name, &kind.into()).to_line();
        let missing = said("a.json", io::ErrorKind::NotFound);
        assert_eq!(
            missing,
            "there is no file a.json (check the path; it is relative to the current directory)"
        );
        assert_eq!(said("/a.json", io::ErrorKind::NotFound), "there is no file /a.json (check the path)");
        assert_eq!(said("a", io::ErrorKind::IsADirectory), "a is a directory (name a file in it)");
        let denied = said("a.json", io::ErrorKind::PermissionDenied);
        assert!(
            denied
                .contains("cannot read a.json: permission denied (give your user the permission to read it"),
            "{denied}"
        );
        let binary = std::io::read_to_string(&b"\xff\xfe"[..]).unwrap_err();
        assert_eq!(cannot_read("a", &binary).to_line(), "a is not text in UTF-8 (name a file of text)");
        let directory = |kind: io::ErrorKind| {
            cannot_read_directory("snapshots", Path::new("store"), &kind.into()).to_line()
        };
        assert_eq!(directory(io::ErrorKind::NotADirectory), "store is not a directory (name a directory)");
        assert!(
            directory(io::ErrorKind::PermissionDenied)
                .contains("give your user the permission to read the directory")
        );
    }

    #[test]
    fn what_cannot_be_written_says_why_and_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        let said = |path: &Path, kind: io::ErrorKind| {
            WriteError::cannot_write(path, &kind.into()).diagnostic.to_line()
        };
        let inside = said(&file.join("watch"), io::ErrorKind::NotADirectory);
        let shown = file.display();
        assert_eq!(
            inside,
            format!("cannot write {shown}/watch: {shown} is not a directory (name a directory)")
        );
        for (kind, remedy) in [
            (io::ErrorKind::PermissionDenied, "name a path where your user may write"),
            (io::ErrorKind::StorageFull, "free some space"),
        ] {
            assert!(said(&file, kind).contains(remedy), "{kind:?}");
        }
    }
}
