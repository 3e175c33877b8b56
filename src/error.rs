//! The one application error: a sentence, what led to it, and what to do.
//!
//! Rooms have typed errors of their own; they become this one at the edge, and only `ui` prints it.

use std::error::Error as StdError;
use std::fmt;

use crate::exit::Exit;

/// A failure that ends the command.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// What sort of failure it is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line, the configuration or an input file is wrong.
    Usage,
    /// Nothing could be read: no account, no credentials.
    NothingRead,
    /// The result could not be written.
    Output,
    /// The inventory is incomplete, and nothing was made of it.
    Incomplete,
    /// The user stopped the run.
    Interrupted,
}

impl Error {
    /// Makes an error of `kind`; `message` is a full clause without a final stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Makes an error about the command line, the configuration or an input.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Makes an error about an input out of a typed one: its sentence, then what led to it.
    #[must_use]
    pub fn of_input(error: &(dyn StdError + 'static)) -> Self {
        let shown = Self::usage(error.to_string());
        match error.source() {
            Some(cause) => shown.caused_by(cause),
            None => shown,
        }
    }

    /// Adds the chain of causes of `source`, outermost first.
    #[must_use]
    pub fn caused_by(mut self, source: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(source);
        while let Some(cause) = next {
            let text = cause.to_string();
            if self.causes.last() != Some(&text) {
                self.causes.push(text);
            }
            next = cause.source();
        }
        self
    }

    /// Adds a cause in words.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.causes.push(detail.into());
        self
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns the sentence itself.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the causes, outermost first.
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns the exit code this error ends the process with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Usage | ErrorKind::NothingRead | ErrorKind::Output => Exit::Unusable,
            ErrorKind::Incomplete => Exit::Incomplete,
            ErrorKind::Interrupted => Exit::Interrupted,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl StdError for Error {}
