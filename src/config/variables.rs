//! Environment variables that stand for flags: `NETCENSUS_AWS_PROFILE` for `--aws-profile`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::keys::{self, Key};
use super::rules::Color;
use crate::suggest::{meant, nearest};

/// What the names of all variables begin with.
const PREFIX: &str = "NETCENSUS_";

/// Variables that stand for no flag: of the configuration file, of the recipes for CI systems (`docs/recipes`), and of the
/// tests.
const OTHERS: [&str; 9] = [
    "NETCENSUS_CONFIG",
    "NETCENSUS_IMAGE",
    "NETCENSUS_NOTE_TOKEN",
    "NETCENSUS_SHA256",
    "NETCENSUS_URL",
    "NETCENSUS_BIN",
    "NETCENSUS_BLESS",
    "NETCENSUS_SHARED",
    "NETCENSUS_VENV",
];

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
            name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) && !value.is_empty()
        };
        Self(variables.into_iter().filter(is_ours).collect())
    }

    /// Returns the value of the variable that stands for the flag of `key`.
    pub(super) fn get(&self, key: Key) -> Option<&OsStr> {
        self.0.get(OsStr::new(key.variable)).map(OsString::as_os_str)
    }

    /// Describes each variable that stands for no flag and has no other meaning: its name is probably a misspelling, and
    /// it would be ignored without a word.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let is_known = |name: &str| keys::variables().any(|key| key == name) || OTHERS.contains(&name);
        let names = self.0.keys().map(|name| name.to_string_lossy());
        let unknown = names.filter(|name| !is_known(name));
        unknown
            .map(|name| {
                let suggestion = meant(nearest_variable(&name));
                format!("the environment variable {name} has no effect: no flag has it{suggestion}")
            })
            .collect()
    }

    /// Returns the choice of colour, for what is printed before there are settings. A wrong value is reported with the
    /// settings.
    #[must_use]
    pub fn color(&self) -> Option<Color> {
        let text = self.get(keys::COLOR)?;
        Color::ALL.into_iter().find(|color| text == color.as_str())
    }
}

/// Finds the variable that `typed` is probably a misspelling of. The name of the cloud may be missing in it.
fn nearest_variable(typed: &str) -> Option<&'static str> {
    let typed = typed.strip_prefix(PREFIX)?;
    let clouds = ["AWS_", "AZURE_"];
    let short = |name: &'static str| {
        let name = name.strip_prefix(PREFIX)?;
        clouds.iter().find_map(|cloud| name.strip_prefix(cloud))
    };
    let full = |name: &'static str| name.strip_prefix(PREFIX);
    let find = |part: &dyn Fn(&'static str) -> Option<&'static str>| {
        let found = nearest(typed, keys::variables().filter_map(part))?;
        keys::variables().find(|name| part(name) == Some(found))
    };
    find(&full).or_else(|| find(&short))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(name: &str) -> Vec<String> {
        Variables::new([(name.into(), "x".into())]).unknown()
    }

    #[test]
    fn a_variable_that_nothing_reads_is_named_with_the_one_that_was_meant() {
        let said = |name: &str, suggestion: &str| {
            vec![format!("the environment variable {name} has no effect: no flag has it{suggestion}")]
        };
        for (typed, meant) in [
            ("NETCENSUS_AWS_PROFLE", "NETCENSUS_AWS_PROFILE"),
            ("NETCENSUS_PROFLE", "NETCENSUS_AWS_PROFILE"),
            ("NETCENSUS_SUBSCRIPTION", "NETCENSUS_AZURE_SUBSCRIPTION"),
            ("NETCENSUS_REGIONS", "NETCENSUS_REGION"),
            ("NETCENSUS_Color", "NETCENSUS_COLOR"),
        ] {
            assert_eq!(unknown(typed), said(typed, &format!(" (did you mean `{meant}`?)")));
        }
        assert_eq!(unknown("NETCENSUS_WEATHER"), said("NETCENSUS_WEATHER", ""));
    }

    #[test]
    fn variables_of_flags_recipes_and_others_are_not_named() {
        let known = keys::variables().chain(OTHERS).chain(["NETCENSU_REGION", "AWS_PROFILE"]);
        for name in known {
            assert_eq!(unknown(name), [""; 0], "{name}");
        }
        assert_eq!(
            Variables::new([("NETCENSUS_REGON".into(), "".into())]).unknown(),
            [""; 0],
            "empty is not set"
        );
    }
}
