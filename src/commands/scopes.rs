//! Whether two inventories were asked for the same.

use std::collections::BTreeSet;

use crate::snapshot::Asked;
use crate::ui::Ui;

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// Nobody knows what one of them was asked for.
    Unknown,
    /// Both were asked for the same.
    Same,
    /// They were not: the settings and variables that differ, by name.
    Apart(Vec<String>),
}

impl Scopes {
    /// Compares what both were asked for. Who signed in is no part of it: in a CI job that is somebody new every time.
    pub fn of(old: Option<&Asked>, new: Option<&Asked>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::Unknown };
        let [old, new] = [old, new].map(|asked| asked.scope.iter().collect::<BTreeSet<_>>());
        let name = |setting: &&String| setting.split('=').next().unwrap_or_default().to_owned();
        let names: BTreeSet<String> = old.symmetric_difference(&new).map(name).collect();
        if names.is_empty() { Self::Same } else { Self::Apart(names.into_iter().collect()) }
    }

    /// Says that they were asked for different things.
    pub fn note(&self) -> Option<String> {
        let Self::Apart(names) = self else { return None };
        Some(format!("the two sides were asked for different things: they differ in {}", names.join(", ")))
    }

    /// Warns of it.
    pub fn say(&self, ui: &Ui) {
        if let Some(note) = self.note() {
            ui.warn(&note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(scope: &[&str], signer: u32) -> Asked {
        Asked { scope: scope.iter().map(|text| (*text).to_owned()).collect(), signer }
    }

    #[test]
    fn scopes_are_one_whoever_signed_in_and_apart_by_the_names_of_settings() {
        let one = asked(&["aws.regions=eu-west-1", "providers=aws"], 1);
        assert_eq!(Scopes::of(Some(&one), None), Scopes::Unknown);
        assert_eq!(Scopes::of(Some(&one), Some(&Asked { signer: 2, ..one.clone() })), Scopes::Same);
        let other = asked(&["aws.regions=us-east-1", "providers=aws", "shard=1/2"], 1);
        let apart = Scopes::of(Some(&one), Some(&other));
        assert_eq!(apart, Scopes::Apart(vec!["aws.regions".into(), "shard".into()]));
        let note = "the two sides were asked for different things: they differ in aws.regions, shard";
        assert_eq!(apart.note().unwrap(), note);
    }
}
