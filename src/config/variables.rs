//! Environment variables that stand for flags: `NETCENSUS_AWS_PROFILE` for `--aws-profile`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::keys::{self, Key};
use super::rules::Color;

/// The environment variables that are set, by name. An empty one counts as not set, as in CI systems, where a variable
/// without a value is often defined and empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<OsString, OsString>);

impl Variables {
    /// Reads the environment of this process.
    #[must_use]
    pub fn from_process() -> Self {
        Self::new(std::env::vars_os())
    }

    /// Keeps what has a value, and a name that may stand for a flag.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let is_ours = |(name, value): &(OsString, OsString)| {
            name.as_encoded_bytes().starts_with(b"NETCENSUS_") && !value.is_empty()
        };
        Self(variables.into_iter().filter(is_ours).collect())
    }

    /// Returns the value of the variable that stands for the flag of `key`.
    pub(super) fn get(&self, key: Key) -> Option<&OsStr> {
        self.0.get(OsStr::new(key.variable)).map(OsString::as_os_str)
    }

    /// Returns the choice of colour, for what is printed before there are settings. A wrong value is reported with the
    /// settings.
    #[must_use]
    pub fn color(&self) -> Option<Color> {
        let text = self.get(keys::COLOR)?;
        Color::ALL.into_iter().find(|color| text == color.as_str())
    }
}

/// Splits a list at its commas, but not at those of a glob such as `{dev,test}-*`.
#[must_use]
pub fn split_list(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let is_separator = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    text.split(is_separator).map(|part| part.trim().to_owned()).collect()
}
