//! Keeps one dead region from holding the rest: a share of the slots each, and a breaker.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;

use crate::model::{Provider, Scope};

/// After so many scopes in a row found a region's endpoint silent, the others there are not tried.
const SILENT_SCOPES: u32 = 3;

type Place = (Provider, Option<String>);

/// The regions of a run.
pub struct Regions(HashMap<Place, Arc<Region>>);

/// One region's endpoint, shared by all accounts.
pub struct Region {
    /// The slots that scopes of this region may hold at once.
    pub slots: Semaphore,
    silent: AtomicU32,
}

impl Regions {
    /// Gives every region of `scopes` its share of `concurrency` slots.
    ///
    /// From four regions on a region holds a quarter at most, so a dead one leaves three quarters.
    pub fn of(scopes: &[Scope], concurrency: usize) -> Self {
        let places: HashSet<Place> = scopes.iter().map(place).collect();
        let share = (concurrency / places.len().clamp(1, 4)).max(2);
        let region =
            |place| (place, Arc::new(Region { slots: Semaphore::new(share), silent: AtomicU32::new(0) }));
        Self(places.into_iter().map(region).collect())
    }

    /// Returns the region of `scope`.
    pub fn get(&self, scope: &Scope) -> Arc<Region> {
        Arc::clone(&self.0[&place(scope)])
    }
}

impl Region {
    /// Tells whether the endpoint was silent too often in a row to be worth another wait.
    pub fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed) >= SILENT_SCOPES
    }

    /// Notes whether a scope got an answer of any kind.
    pub fn note(&self, answered: bool) {
        if answered {
            self.silent.store(0, Ordering::Relaxed);
        } else {
            self.silent.fetch_add(1, Ordering::Relaxed);
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

    #[test]
    fn a_region_among_many_holds_a_quarter_of_the_slots() {
        let scopes: Vec<_> = ["a", "b", "c", "d", "e"].map(scope).to_vec();
        assert_eq!(Regions::of(&scopes, 32).get(&scopes[0]).slots.available_permits(), 8);
        assert_eq!(Regions::of(&scopes[..1], 32).get(&scopes[0]).slots.available_permits(), 32);
        assert_eq!(Regions::of(&scopes, 1).get(&scopes[0]).slots.available_permits(), 2);
    }

    #[test]
    fn an_answer_closes_the_breaker_again() {
        let scopes = [scope("a")];
        let region = Regions::of(&scopes, 4).get(&scopes[0]);
        region.note(false);
        region.note(false);
        region.note(true);
        region.note(false);
        assert!(!region.is_silent());
        region.note(false);
        region.note(false);
        assert!(region.is_silent());
    }
}
