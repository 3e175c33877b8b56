//! Accounts that events name and the last scan does not: they may have joined the organisation or the tenant since.

use std::collections::HashSet;

use super::watched_clouds::WatchedClouds;
use crate::model::{AccountKey, Coverage};
use crate::watch::Hint;

/// So many accounts are remembered. Anyone who can send a message can name any.
const MOST: usize = 10_000;

/// The accounts that events named and that are not in scope. Each leads to one early scan at most: if that does not find it,
/// it is not ours.
#[derive(Debug, Default)]
pub struct UnknownAccounts(HashSet<AccountKey>);

impl UnknownAccounts {
    /// Tells whether the account of a hint that was refused may have been added since the last scan, which had this
    /// `coverage`. Only the first time for each account.
    pub fn may_be_new(&mut self, hint: &Hint, coverage: &[Coverage], clouds: &WatchedClouds<'_>) -> bool {
        let key = AccountKey::new(hint.provider, &hint.account);
        if self.0.contains(&key) || self.0.len() >= MOST || !clouds.may_gain(hint.provider, &hint.account) {
            return false;
        }
        // An account that is left out, closed or could not be entered is named in the coverage.
        let is_known = coverage.iter().any(|entry| AccountKey::new(entry.provider, &entry.account) == key);
        self.0.insert(key) && !is_known
    }
}
