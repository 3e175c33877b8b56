//! The one application error: a sentence, what led to it, and what to do.
//!
//! Rooms have typed errors of their own; they become this one at the edge, and only `ui` prints it.

use std::error::Error as StdError;
use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::exit::Exit;

/// A failure that ends the command.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    diagnostic: Diagnostic,
}

/// What sort of failure it is. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line, the configuration or an input file is wrong.
    Usage,
    /// Nothing could be read: no account, no credentials.
    NothingRead,
    /// The result could not be written.
    Output,
    /// The operating system refused something that netcensus needs, such as threads.
    System,
    /// The inventory is incomplete, and nothing was made of it.
    Incomplete,
    /// The user stopped the run.
    Interrupted,
}

impl Error {
    /// Makes an error of `kind`; `message` is a full clause without a final stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::from_diagnostic(kind, Diagnostic::new(message))
    }

    /// Makes an error about the command line, the configuration or an input.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Makes an error of `kind` that says what `diagnostic` says.
    #[must_use]
    pub const fn from_diagnostic(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self { kind, diagnostic }
    }

    /// Makes an error about an input out of a typed one: its sentence, then what led to it.
    #[must_use]
    pub fn of_input(error: &(dyn StdError + 'static)) -> Self {
        Self::from_diagnostic(ErrorKind::Usage, Diagnostic::from_error(error))
    }

    /// Adds the chain of causes of `source`, outermost first.
    #[must_use]
    pub fn caused_by(self, source: &(dyn StdError + 'static)) -> Self {
        Self { diagnostic: self.diagnostic.caused_by(source), ..self }
    }

    /// Adds a cause in words.
    #[must_use]
    pub fn cause(self, cause: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.cause(cause), ..self }
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy), ..self }
    }

    /// Returns the message, its causes and its remedies.
    #[must_use]
    pub const fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Returns the sentence itself.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.diagnostic.message
    }

    /// Returns the exit code this error ends the process with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Usage | ErrorKind::NothingRead | ErrorKind::Output | ErrorKind::System => {
                Exit::Unusable
            }
            ErrorKind::Incomplete => Exit::Incomplete,
            ErrorKind::Interrupted => Exit::Interrupted,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl StdError for Error {}
