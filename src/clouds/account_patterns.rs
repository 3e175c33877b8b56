//! Accounts and subscriptions that the user selects or leaves out, by id, name or glob.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cloud_provider::{CloudError, Event, Run};
use super::unmatched_patterns;
use crate::config::{Origin, Pattern, Patterns, Sourced};
use crate::suggest::nearest;

/// The patterns of one setting, and which of them matched an account so far.
#[derive(Debug)]
pub struct AccountPatterns<'a> {
    patterns: &'a Sourced<Patterns>,
    /// The key of the configuration file.
    key: &'static str,
    /// Names from the configuration by the ids of their accounts, in lower case.
    names: &'a BTreeMap<String, String>,
    matched: Mutex<Vec<bool>>,
    /// What there is to match: ids and names.
    known: Mutex<Vec<String>>,
    /// What the accounts are called, each once.
    labels: Mutex<Vec<String>>,
}

impl<'a> AccountPatterns<'a> {
    /// Begins with the value of `key`, and the names that the configuration gives to accounts.
    pub fn new(
        patterns: &'a Sourced<Patterns>,
        key: &'static str,
        names: &'a BTreeMap<String, String>,
    ) -> Self {
        let matched = Mutex::new(vec![false; patterns.value.iter().count()]);
        Self { patterns, key, names, matched, known: Mutex::default(), labels: Mutex::default() }
    }

    /// Returns the first pattern that matches an account with this id, one of these names, or the name that the
    /// configuration gives to it.
    pub fn find<'n>(&self, id: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'a Pattern> {
        let configured = self.names.get(&id.to_ascii_lowercase()).map(String::as_str);
        let mut all: Vec<&str> = configured.into_iter().collect();
        for name in names {
            all.push(name);
        }
        let names = all;
        lock(&self.labels).push((*names.first().unwrap_or(&id)).to_owned());
        lock(&self.known).extend([id].into_iter().chain(names.iter().copied()).map(str::to_owned));
        let mut found = None;
        for (pattern, matched) in self.patterns.value.iter().zip(lock(&self.matched).iter_mut()) {
            if is_id(pattern, id) || names.iter().any(|name| pattern.matches(name)) {
                *matched = true;
                found.get_or_insert(pattern);
            }
        }
        found
    }

    /// Tells whether an account is selected: everything is if there is no pattern.
    pub fn selects<'n>(&self, id: &str, names: impl IntoIterator<Item = &'n str>) -> bool {
        self.find(id, names).is_some() || self.patterns.value.is_empty()
    }

    /// Returns why the account is left out by patterns that exclude; `None` when it is to be read.
    pub fn exclusion<'n>(&self, id: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
        let pattern = self.find(id, names)?;
        Some(format!("excluded by {} `{}`", self.setting(), pattern.as_str()))
    }

    /// Refuses patterns that select and matched nothing.
    ///
    /// # Errors
    /// For the first of them, with the nearest name.
    pub fn require_matches(&self, what: &str) -> Result<(), CloudError> {
        let (matched, known, labels) = (lock(&self.matched), lock(&self.known), lock(&self.labels));
        let mut patterns = self.patterns.value.iter().zip(matched.iter());
        let Some((pattern, _)) = patterns.find(|(_, matched)| !**matched) else { return Ok(()) };
        let text = pattern.as_str();
        let mut names: Vec<&str> = Vec::new();
        match nearest(text, known.iter().map(String::as_str)) {
            Some(near) => names.push(near),
            None => labels.iter().for_each(|label| {
                if !names.contains(&label.as_str()) {
                    names.push(label);
                }
            }),
        }
        Err(unmatched_patterns::unknown(text, &names, what))
    }

    /// Warns of patterns that matched nothing: a typing error leaves in what was to be left out.
    pub fn warn_of_unmatched(&self, what: &str, run: &Run) {
        let (matched, known) = (lock(&self.matched), lock(&self.known));
        for (pattern, _) in self.patterns.value.iter().zip(matched.iter()).filter(|(_, matched)| !**matched) {
            let text = pattern.as_str();
            let hint = match nearest(text, known.iter().map(String::as_str)) {
                Some(name) => format!("; did you mean `{name}`?"),
                None => String::new(),
            };
            let warning =
                format!("{} `{text}` matches no {what}, so nothing is left out by it{hint}", self.setting());
            run.observer.event(Event::Warning(&warning));
        }
    }

    /// Names the flag, the variable or the key that the patterns are from.
    fn setting(&self) -> &'static str {
        match self.patterns.origin {
            Origin::Flag(name) | Origin::Variable(name) => name,
            Origin::File { .. } | Origin::Default => self.key,
        }
    }
}

/// Tells whether a pattern matches an id. Ids of Azure compare without case; AWS shows its ids with hyphens in places.
fn is_id(pattern: &Pattern, id: &str) -> bool {
    let text = pattern.as_str();
    pattern.matches(id)
        || pattern.matches(&id.to_ascii_lowercase())
        || text.eq_ignore_ascii_case(id)
        || text.replace('-', "") == id
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AzureOverrides, KnownNames, Overrides, Settings};

    fn settings(patterns: &[&str]) -> Settings {
        let exclude_subscriptions = patterns.iter().map(ToString::to_string).collect();
        let azure = AzureOverrides { exclude_subscriptions, ..AzureOverrides::default() };
        let overrides = Overrides { azure, ..Overrides::default() };
        let known = KnownNames::FOR_TESTS;
        Settings::resolve(None, &overrides, &known).unwrap()
    }

    #[test]
    fn ids_names_and_globs_leave_out() {
        let settings = settings(&["AA-1", "dev-*", "1111-2222-3333", "none"]);
        let names = BTreeMap::from([("dd-4".to_owned(), "dev-old".to_owned())]);
        let exclusion = AccountPatterns::new(&settings.azure.exclude_subscriptions, "key", &names);
        let is_out = |id: &str, name: Option<&str>| exclusion.exclusion(id, name).is_some();
        assert!(is_out("aa-1", None) && is_out("bb-2", Some("dev-x")) && is_out("111122223333", None));
        assert!(is_out("DD-4", Some("prod")), "by the name of the configuration");
        assert!(!is_out("bb-2", None) && !is_out("aa-1x", Some("prod")) && !is_out("cc", Some("DEV-x")));
        assert_eq!(*lock(&exclusion.matched), [true, true, true, false]);
        let why = "excluded by --exclude-azure-subscription `dev-*`";
        assert_eq!(exclusion.exclusion("x", Some("dev-y")).as_deref(), Some(why));
    }

    #[test]
    fn a_name_selects_every_account_of_that_name_and_one_of_none_is_refused() {
        let settings = settings(&["prod", "tset"]);
        let names = BTreeMap::from([("bb-2".to_owned(), "prod".to_owned())]);
        let selection = AccountPatterns::new(&settings.azure.exclude_subscriptions, "key", &names);
        assert!(selection.selects("aa-1", ["prod"]) && selection.selects("bb-2", None));
        assert!(!selection.selects("cc-3", ["test"]));
        let error = selection.require_matches("AWS account").unwrap_err();
        assert_eq!((error.message(), error.is_bad_setting()), ("no AWS account matches `tset`", true));
        assert_eq!(error.diagnostic.remedies, ["did you mean `test`?"]);
    }
}
