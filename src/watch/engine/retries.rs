//! Reads that failed: how often in a row, and when they are tried again.

use std::collections::HashMap;
use std::time::Instant;

use super::timing::{ATTEMPTS_FOR_MESSAGES, FIRST_RETRY, LONGEST_RETRY};
use crate::model::Kind;
use crate::watch::account_region::AccountRegion;
use crate::watch::pending::ReadWindow;
use crate::watch::retry_delay::retry_delay;

/// How often reads of a kind in an account and region failed in a row, and when they are tried again.
#[derive(Debug, Default)]
pub(super) struct FailedReads(HashMap<(AccountRegion, Kind), FailedReadRetry>);

/// A read that failed, and is tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct FailedReadRetry {
    /// How often it failed in a row.
    failures: u32,
    /// When it is tried again.
    pub next: Instant,
}

impl FailedReadRetry {
    /// Tells whether it failed so often that no message waits for it any more.
    pub const fn is_given_up(self) -> bool {
        self.failures >= ATTEMPTS_FOR_MESSAGES
    }
}

impl FailedReads {
    /// Returns when kinds may be read in an account and region: what fails is not asked for more often because there is more
    /// to ask.
    pub fn not_before(
        &self,
        place: &AccountRegion,
        kinds: impl IntoIterator<Item = Kind>,
        window: ReadWindow,
    ) -> ReadWindow {
        let retries = kinds.into_iter().filter_map(|kind| self.0.get(&(place.clone(), kind)));
        retries.fold(window, |window, retry| window.not_before(retry.next))
    }

    /// Counts a read that failed. Returns when it is tried again.
    pub fn add(&mut self, place: &AccountRegion, kind: Kind, now: Instant) -> FailedReadRetry {
        let key = (place.clone(), kind);
        let failures = self.0.get(&key).map_or(0, |retry| retry.failures) + 1;
        let retry =
            FailedReadRetry { failures, next: now + retry_delay(failures, FIRST_RETRY, LONGEST_RETRY) };
        self.0.insert(key, retry);
        retry
    }

    /// Forgets how often a read failed: it succeeded, or waits for something else.
    pub fn remove(&mut self, place: &AccountRegion, kind: Kind) {
        self.0.remove(&(place.clone(), kind));
    }

    /// Tells whether reads of a kind in an account and region failed so often that no message waits for them any more.
    pub fn is_given_up(&self, key: &(AccountRegion, Kind)) -> bool {
        self.0.get(key).is_some_and(|retry| retry.is_given_up())
    }
}
