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

    /// Names the setting `key` where you wrote it: its key with its place in the file, its variable or its flag.
    #[must_use]
    pub fn name_setting(&self, key: &str) -> String {
        match self {
            Self::File { .. } => format!("{self}: {key}"),
            Self::Default | Self::Variable(_) | Self::Flag(_) => self.to_string(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_named_where_it_was_written() {
        let file = Origin::File { path: "netcensus.toml".into(), line: 2 };
        let name = |origin: &Origin| origin.name_setting("watch.serve");
        assert_eq!(name(&file), "netcensus.toml:2: watch.serve");
        assert_eq!(name(&Origin::Variable("NETCENSUS_SERVE")), "NETCENSUS_SERVE");
        assert_eq!(name(&Origin::Flag("--serve")), "--serve");
    }
}
