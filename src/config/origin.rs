//! A value that knows where it came from.

use std::fmt;
use std::path::PathBuf;

use super::problem::SettingPlace;

/// A setting and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The effective value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// Wraps a default.
    pub const fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// Drops a value that comes from a weaker place than `winner`. A default stays one.
    pub(super) fn give_way(&mut self, winner: &Origin)
    where
        T: Default,
    {
        if self.origin != Origin::Default && self.origin.rank() < winner.rank() {
            *self = Self { value: T::default(), origin: winner.clone() };
        }
    }

    /// Converts the value and keeps the origin.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: convert(self.value), origin: self.origin }
    }
}

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// The configuration file.
    File {
        /// The file, as it was named or found.
        path: PathBuf,
        /// The line of the key, from 1.
        line: usize,
    },
    /// An environment variable, such as `NETCENSUS_REGION`.
    Variable(&'static str),
    /// A flag, such as `--region`.
    Flag(&'static str),
}

impl Origin {
    /// Returns which wins: a flag over a variable, a variable over the file, the file over the default.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Variable(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl From<SettingPlace> for Origin {
    fn from(place: SettingPlace) -> Self {
        match place {
            SettingPlace::File { path, line, .. } => Self::File { path, line },
            SettingPlace::Variable(name) => Self::Variable(name),
            SettingPlace::Flag(flag) => Self::Flag(flag),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}
