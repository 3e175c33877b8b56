//! Accounts and subscriptions that the user leaves out, by id, name or glob.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cloud_provider::{Event, Run};
use crate::config::{Origin, Patterns, Sourced};
use crate::suggest::nearest;

/// The patterns of one cloud, and which of them matched anything so far.
#[derive(Debug)]
pub struct Exclusion<'a> {
    patterns: &'a Sourced<Patterns>,
    /// The key of the configuration file.
    key: &'static str,
    matched: Mutex<Vec<bool>>,
    /// What there is to match: ids and names.
    known: Mutex<Vec<String>>,
}

impl<'a> Exclusion<'a> {
    /// Begins with the value of `key`.
    pub fn new(patterns: &'a Sourced<Patterns>, key: &'static str) -> Self {
        let matched = Mutex::new(vec![false; patterns.value.iter().count()]);
        Self { patterns, key, matched, known: Mutex::default() }
    }

    /// Returns why the account is left out; `None` when it is to be read.
    pub fn reason(&self, id: &str, name: Option<&str>) -> Option<String> {
        lock(&self.known).extend([id].into_iter().chain(name).map(str::to_owned));
        let mut reason = None;
        for (pattern, matched) in self.patterns.value.iter().zip(lock(&self.matched).iter_mut()) {
            let text = pattern.as_str();
            // Ids of Azure compare without case; AWS shows its ids with hyphens in places.
            let is_id = pattern.matches(id)
                || pattern.matches(&id.to_ascii_lowercase())
                || text.eq_ignore_ascii_case(id)
                || text.replace('-', "") == id;
            if is_id || name.is_some_and(|name| pattern.matches(name)) {
                *matched = true;
                reason.get_or_insert_with(|| format!("excluded by {} `{text}`", self.setting()));
            }
        }
        reason
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AzureOverrides, KnownNames, Overrides, Settings};

    #[test]
    fn ids_names_and_globs_leave_out() {
        let exclude_subscriptions = ["AA-1", "dev-*", "1111-2222-3333", "none"].map(str::to_owned).to_vec();
        let azure = AzureOverrides { exclude_subscriptions, ..AzureOverrides::default() };
        let overrides = Overrides { azure, ..Overrides::default() };
        let known =
            KnownNames { providers: &[], formats: &["table"], columns: &|_| Vec::new(), fields: &|_| Ok(()) };
        let settings = Settings::resolve(None, &overrides, &known).unwrap();
        let exclusion = Exclusion::new(&settings.azure.exclude_subscriptions, "key");
        let is_out = |id: &str, name: Option<&str>| exclusion.reason(id, name).is_some();
        assert!(is_out("aa-1", None) && is_out("bb-2", Some("dev-x")) && is_out("111122223333", None));
        assert!(!is_out("bb-2", None) && !is_out("aa-1x", Some("prod")) && !is_out("cc", Some("DEV-x")));
        assert_eq!(*lock(&exclusion.matched), [true, true, true, false]);
        let why = "excluded by --exclude-azure-subscription `dev-*`";
        assert_eq!(exclusion.reason("x", Some("dev-y")).as_deref(), Some(why));
    }
}
