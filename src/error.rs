//! The one application error, and how the typed errors of the other rooms become it.
//!
//! Every `From` into [`Error`] stands here, so that kinds (and with them exit codes) are decided in one place. Only `ui`
//! prints errors.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::analysis::diff::IgnoredFieldError;
use crate::analysis::filter::FilterError;
use crate::analysis::find::ThingError;
use crate::analysis::free::{PrefixSizeError, PurposeError};
use crate::analysis::merge::MergeError;
use crate::analysis::overlap::{JoinError, OverlapError};
use crate::analysis::query::QueryError;
use crate::analysis::rows::SelectError;
use crate::analysis::usage::AssessError;
use crate::config::ConfigError;
use crate::diagnostic::{Diagnostic, Remedies};
use crate::exit::Exit;
use crate::fs::{self, WriteError};
use crate::input::InputError;
use crate::model::PrefixError;
use crate::output::FormatError;
use crate::sandbox::{SandboxError, SizeError};
use crate::snapshot::{NameError, SnapshotError};
use crate::watch::JournalError;
use crate::wording::{counted, shell_quoted};

/// A failure that ends the command.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    diagnostic: Diagnostic,
    /// Whether the causes are a list of problems, each with its place, and not what led to the failure.
    lists_problems: bool,
}

/// What sort of failure it is. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line or the configuration is wrong.
    Usage,
    /// A file, table or queue that you named cannot be read.
    Input,
    /// Nothing could be read: no account, no credentials.
    NothingRead,
    /// The result could not be written.
    Output,
    /// The operating system refused something that netcensus needs, such as threads.
    System,
    /// Other processes changed the same thing first, for too long.
    Conflict,
    /// A fault of netcensus itself.
    Fault,
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

    /// Makes an error about the command line or the configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Makes an error about a file that you named.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// Makes an error of `kind` that says what `diagnostic` says.
    #[must_use]
    pub const fn from_diagnostic(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self { kind, diagnostic, lists_problems: false }
    }

    /// Makes an error of `kind` that has a list of problems; `subject` is what has them, such as `the configuration`.
    pub fn of_problems(kind: ErrorKind, subject: &str, problems: impl IntoIterator<Item = String>) -> Self {
        let problems: Vec<Diagnostic> = problems.into_iter().map(Diagnostic::new).collect();
        let message = format!("{subject} is not valid: {}", counted(problems.len(), "problem"));
        let diagnostic = Diagnostic { causes: problems, ..Diagnostic::new(message) };
        Self { kind, diagnostic, lists_problems: true }
    }

    /// Makes an error of `kind` from a typed one: its message, and the chain of its sources as the causes.
    #[must_use]
    pub fn from_error(kind: ErrorKind, error: &(dyn StdError + 'static)) -> Self {
        Self::from_diagnostic(kind, Diagnostic::from_error(error))
    }

    /// Puts the flag, key or file that the error is about before its message: `CONTEXT: MESSAGE`.
    #[must_use]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Self { diagnostic: self.diagnostic.context(context), ..self }
    }

    /// Adds the chain of causes of `source`, outermost first.
    #[must_use]
    pub fn with_source(self, source: &(dyn StdError + 'static)) -> Self {
        Self { diagnostic: self.diagnostic.with_source(source), ..self }
    }

    /// Adds a cause.
    #[must_use]
    pub fn with_cause(self, cause: impl Into<Diagnostic>) -> Self {
        Self { diagnostic: self.diagnostic.with_cause(cause), ..self }
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy), ..self }
    }

    /// Puts causes and remedies into the message, for programs that take one line.
    #[must_use]
    pub fn on_one_line(self) -> Self {
        Self { diagnostic: Diagnostic::new(self.to_line()), ..self }
    }

    /// Writes the message, its causes and its remedies on one line.
    #[must_use]
    pub fn to_line(&self) -> String {
        self.diagnostic.to_line()
    }

    /// Returns the message, its causes and its remedies.
    #[must_use]
    pub const fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Tells whether the causes are a list of problems, each with its place, and not what led to the failure.
    #[must_use]
    pub const fn lists_problems(&self) -> bool {
        self.lists_problems
    }

    /// Returns the sentence itself.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.diagnostic.message
    }

    /// Tells whether nothing could be read: no account, no credentials.
    #[must_use]
    pub const fn is_nothing_read(&self) -> bool {
        matches!(self.kind, ErrorKind::NothingRead)
    }

    /// Returns the exit code this error ends the process with.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Usage
            | ErrorKind::Input
            | ErrorKind::NothingRead
            | ErrorKind::Output
            | ErrorKind::System
            | ErrorKind::Conflict
            | ErrorKind::Fault => Exit::Failed,
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

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        match &error {
            // One wrong flag is a mistake of the command line, and no list.
            ConfigError::Invalid(problems) => match problems.as_slice() {
                [only] if only.place.is_typed() => {
                    only.remedy.iter().fold(Self::usage(only.describe()), Self::remedy)
                }
                problems => {
                    let is_typed = problems.iter().all(|problem| problem.place.is_typed());
                    let what = if is_typed { "the command line" } else { "the configuration" };
                    Self::of_problems(ErrorKind::Usage, what, problems.iter().map(ToString::to_string))
                }
            },
            ConfigError::Read { path, source } => {
                let path = path.display().to_string();
                let refused = fs::cannot_read(&path, source).context("the configuration file");
                let refused = Self::from_diagnostic(ErrorKind::Usage, refused);
                let write = format!("write it: netcensus config init {}", shell_quoted(&path));
                if source.kind() == io::ErrorKind::NotFound { refused.remedy(write) } else { refused }
            }
            ConfigError::NotText { .. } => Self::from_error(ErrorKind::Usage, &error),
        }
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::from_diagnostic(ErrorKind::Input, error.diagnostic)
    }
}

impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Self {
        Self::from_diagnostic(ErrorKind::Input, error.to_diagnostic())
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        Self::from_error(ErrorKind::Input, &error)
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self::from_diagnostic(ErrorKind::Output, error.diagnostic)
    }
}

// The messages of these say enough.
impl Remedies for IgnoredFieldError {}
impl Remedies for JoinError {}
impl Remedies for PrefixError {}
impl Remedies for PurposeError {}
impl Remedies for QueryError {}
impl Remedies for SizeError {}
impl Remedies for ThingError {}

/// Errors about a flag or a value on the command line.
macro_rules! from_usage {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::from_diagnostic(ErrorKind::Usage, Diagnostic::from_remediable(&error))
            }
        }
    )+};
}

from_usage!(
    FilterError,
    FormatError,
    IgnoredFieldError,
    JoinError,
    MergeError,
    NameError,
    OverlapError,
    PrefixError,
    PrefixSizeError,
    PurposeError,
    QueryError,
    SelectError,
    SizeError,
    ThingError,
);

impl From<AssessError> for Error {
    fn from(error: AssessError) -> Self {
        match error {
            AssessError::Filter(error) => error.into(),
            AssessError::Rows(_) => Self::from_error(ErrorKind::Input, &error),
        }
    }
}

impl From<SandboxError> for Error {
    fn from(error: SandboxError) -> Self {
        Self::new(ErrorKind::System, "cannot start the sandbox").with_source(&error)
    }
}
