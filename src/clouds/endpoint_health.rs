//! Keeps one dead region from holding the rest: a share of the slots each, and a breaker.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::model::{Provider, Scope};

/// After so many silent scopes in a row of one account, or so many silent accounts, the rest is not tried.
const SILENT: usize = 3;

type Place = (Provider, Option<String>);

/// The regions of a run.
pub struct Regions(HashMap<Place, Arc<Region>>);

/// One region: the slots its scopes may hold at once, and who found its endpoint silent.
///
/// Accounts usually share the endpoint, but an account may have one of its own (`endpoint_url`), so one
/// account's silence says nothing about the others.
pub struct Region {
    /// The slots that scopes of this region may hold at once.
    pub slots: Semaphore,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Scopes in a row that were silent, by account.
    silent: HashMap<String, usize>,
    answered: bool,
}

impl Regions {
    /// Gives every region of `scopes` its share of `concurrency` slots.
    ///
    /// From four regions on a region holds a quarter at most, so a dead one leaves three quarters. A cloud that
    /// lists all its regions at once has one endpoint for them, and may hold half.
    pub fn of(scopes: &[Scope], concurrency: usize) -> Self {
        let places: HashSet<Place> = scopes.iter().map(place).collect();
        let others = places.len().max(1);
        let share = |(_, region): &Place| {
            let parts = if region.is_none() { others.min(2) } else { others.min(4) };
            (concurrency / parts).max(2)
        };
        let region = |place: &Place| {
            // The one endpoint of a cloud without regions has listed the accounts: it is not dead, and silent for
            // single accounts at most.
            let seen = Seen { answered: place.1.is_none(), ..Seen::default() };
            Arc::new(Region { slots: Semaphore::new(share(place)), seen: Mutex::new(seen) })
        };
        Self(places.iter().map(|place| (place.clone(), region(place))).collect())
    }

    /// Returns the region of `scope`.
    pub fn get(&self, scope: &Scope) -> Arc<Region> {
        Arc::clone(&self.0[&place(scope)])
    }
}

impl Region {
    /// Tells whether the endpoint was silent too often to be worth another wait for `account`.
    pub fn is_silent(&self, account: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let own = seen.silent.get(account).copied().unwrap_or_default();
        own >= SILENT || (!seen.answered && seen.silent.len() >= SILENT)
    }

    /// Notes whether a scope of `account` got an answer of any kind.
    pub fn note(&self, account: &str, answered: bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            seen.answered = true;
            seen.silent.remove(account);
        } else {
            *seen.silent.entry(account.to_owned()).or_default() += 1;
        }
    }
}

fn place(scope: &Scope) -> Place {
    (scope.provider, scope.region.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn scope(region: &str) -> Scope {
        Scope {
            provider: Provider::Aws,
            account: "1".into(),
            region: Some(region.into()),
            kind: Kind::Networks,
        }
    }

    fn region() -> Arc<Region> {
        let scopes = [scope("a")];
        Regions::of(&scopes, 4).get(&scopes[0])
    }

    #[test]
    fn a_region_among_many_holds_a_quarter_of_the_slots() {
        let scopes: Vec<_> = ["a", "b", "c", "d", "e"].map(scope).to_vec();
        assert_eq!(Regions::of(&scopes, 32).get(&scopes[0]).slots.available_permits(), 8);
        assert_eq!(Regions::of(&scopes[..1], 32).get(&scopes[0]).slots.available_permits(), 32);
        assert_eq!(Regions::of(&scopes, 1).get(&scopes[0]).slots.available_permits(), 2);
        let whole = Scope { provider: Provider::Azure, region: None, ..scope("") };
        let both: Vec<_> = scopes.iter().cloned().chain([whole.clone()]).collect();
        assert_eq!(Regions::of(&both, 32).get(&whole).slots.available_permits(), 16);
    }

    #[test]
    fn an_answer_closes_the_breaker_of_its_account() {
        let region = region();
        for answered in [false, false, true, false, false] {
            region.note("1", answered);
        }
        assert!(!region.is_silent("1"));
        region.note("1", false);
        assert!(region.is_silent("1"));
    }

    #[test]
    fn one_account_with_a_dead_endpoint_of_its_own_stops_no_other() {
        let region = region();
        for _ in 0..5 {
            region.note("1", false);
        }
        assert!(region.is_silent("1") && !region.is_silent("2"));
    }

    #[test]
    fn accounts_that_one_endpoint_is_silent_for_stop_no_other() {
        let whole = [Scope { provider: Provider::Azure, region: None, ..scope("") }];
        let region = Regions::of(&whole, 4).get(&whole[0]);
        for account in ["1", "2", "3", "3", "3"] {
            region.note(account, false);
        }
        assert!(region.is_silent("3") && !region.is_silent("4"));
    }

    #[test]
    fn a_region_that_is_silent_to_everyone_is_left_alone() {
        let region = region();
        for account in ["1", "2", "3"] {
            region.note(account, false);
        }
        assert!(region.is_silent("4"));
        region.note("4", true);
        assert!(!region.is_silent("5"));
    }
}
