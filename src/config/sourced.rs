//! A value that knows where it came from.

use std::fmt;
use std::path::PathBuf;

use super::problem::Place;

/// A setting and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The effective value.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// Wraps what holds when nobody says otherwise.
    pub const fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// Lets a flag that selects replace what the file selects. What nobody set keeps saying so.
    pub(super) fn give_way(&mut self, flag: &'static str)
    where
        T: Default,
    {
        if matches!(self.origin, Origin::File { .. }) {
            *self = Self { value: T::default(), origin: Origin::Flag(flag) };
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
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File {
        /// The file, as it was named or found.
        path: PathBuf,
        /// The line of the key, from 1.
        line: usize,
    },
    /// A flag, such as `--region`.
    Flag(&'static str),
}

impl From<Place> for Origin {
    fn from(place: Place) -> Self {
        match place {
            Place::File { path, line, .. } => Self::File { path, line },
            Place::Flag(flag) => Self::Flag(flag),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}
