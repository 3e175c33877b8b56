//! The names of kinds on the command line, also in the singular and in the words of the clouds.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::model::{Kind, Provider};

/// Lists other names of a kind.
#[must_use]
pub const fn aliases(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Networks => &["network", "vpc", "vpcs", "vnet", "vnets"],
        Kind::Subnets => &["subnet"],
        Kind::Instances => &["instance", "machine", "machines", "vm", "vms", "ec2"],
        Kind::Interfaces => &["interface", "eni", "enis", "nic", "nics"],
        Kind::Links => &["link", "peering", "peerings"],
    }
}

/// Returns the cloud that alone uses a name of a kind, such as `vnets`.
#[must_use]
pub fn cloud_of(name: &str) -> Option<Provider> {
    match name.to_ascii_lowercase().as_str() {
        "vpc" | "vpcs" | "ec2" | "eni" | "enis" => Some(Provider::Aws),
        "vnet" | "vnets" => Some(Provider::Azure),
        _ => None,
    }
}

/// Returns a kind as a value of a flag, under all its names.
pub(super) fn possible_value(kind: Kind) -> PossibleValue {
    PossibleValue::new(kind.as_str()).aliases(aliases(kind))
}

/// Returns the kind that a word is a name of, in upper or lower case.
#[must_use]
pub fn kind_named(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| possible_value(*kind).matches(word, true))
}

/// Parses the name of a kind, and returns its usual one.
pub(super) fn kind_names() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(Kind::ALL.map(possible_value))
        .map(|typed| kind_named(&typed).map_or_else(|| typed.clone(), |kind| kind.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_of_one_cloud_are_names_of_kinds() {
        let names: Vec<&str> = Kind::ALL.into_iter().flat_map(aliases).copied().collect();
        for name in ["vpc", "vpcs", "ec2", "eni", "enis", "vnet", "vnets"] {
            assert!(names.contains(&name) && cloud_of(name).is_some(), "{name}");
        }
        assert_eq!(cloud_of("vms"), None);
    }

    #[test]
    fn no_name_means_two_kinds() {
        let names = Kind::ALL.into_iter().flat_map(|kind| [&[kind.as_str()], aliases(kind)].concat());
        let names: Vec<&str> = names.collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
