//! What is wrong with the configuration: where, which key, and what was meant.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::model::DurationError;

/// A reason why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be opened or read.
    #[error("cannot read the configuration file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not a file of text.
    #[error("{} {what}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is instead, as a predicate: `is a pipe or device, not a configuration file`.
        what: String,
    },
    /// The file, a variable or a flag has a wrong value. Never empty; in the order of the file, then variables, then
    /// flags.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
}

impl ConfigError {
    /// Returns the problems with single keys and flags; none when the file as a whole is at fault.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid(problems) => problems,
            Self::Read { .. } | Self::NotText { .. } => &[],
        }
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// One thing that is wrong, on one line: `netcensus.toml:12:3: aws.regoins: unknown key; did you mean `regions`?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: SettingPlace,
    /// The dotted key; `None` where the text is not TOML, so that there is no key yet.
    pub key: Option<String>,
    /// What is wrong and what is accepted, without a final stop.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// What to write instead.
    pub remedy: Option<String>,
}

/// Where a wrong value was given; orders as reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingPlace {
    /// In the file.
    File {
        /// The file, as it was named or found.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// In the value of this environment variable.
    Variable(&'static str),
    /// On the command line, in the value of this flag.
    Flag(&'static str),
}

impl SettingPlace {
    /// Tells whether it is on the command line or in the environment, not in a file.
    #[must_use]
    pub const fn is_typed(&self) -> bool {
        matches!(self, Self::Variable(_) | Self::Flag(_))
    }

    /// Names it without the column, such as `netcensus.toml:12`.
    pub(super) fn line(&self) -> String {
        match self {
            Self::File { path, line, .. } => format!("{}:{line}", path.display()),
            Self::Variable(name) | Self::Flag(name) => (*name).to_owned(),
        }
    }
}

impl Problem {
    /// Says what is wrong, without the remedy.
    #[must_use]
    pub fn describe(&self) -> String {
        Self { remedy: None, ..self.clone() }.to_string()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            SettingPlace::File { path, line, column } => {
                write!(f, "{}:{line}:{column}: ", path.display())?;
                if let Some(key) = &self.key {
                    write!(f, "{key}: ")?;
                }
            }
            // The name of the key would not help: it is not what the user typed.
            SettingPlace::Variable(name) | SettingPlace::Flag(name) => write!(f, "{name}: ")?,
        }
        f.write_str(&self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

/// What a rule has against a value; the reader knows where the value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueFault {
    pub message: String,
    pub suggestion: Option<String>,
    pub remedy: Option<String>,
}

impl ValueFault {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), suggestion: None, remedy: None }
    }

    pub fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl From<DurationError> for ValueFault {
    fn from(error: DurationError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Diagnostic> for ValueFault {
    fn from(diagnostic: Diagnostic) -> Self {
        let remedy = diagnostic.remedies.join("; ");
        Self { remedy: Some(remedy).filter(|remedy| !remedy.is_empty()), ..Self::new(diagnostic.reason()) }
    }
}
