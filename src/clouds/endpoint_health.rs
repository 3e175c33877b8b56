//! Finds out which endpoints do not answer, so that the rest of their reads is not tried.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Outcome, Provider, Scope};

/// After so many silent scopes in a row of one account, or so many silent accounts, the rest is not tried.
const SILENT: usize = 3;

/// What shares an endpoint: a region of a cloud, or a cloud that has one for all its regions.
pub type EndpointKey = (Provider, Option<String>);

/// The regions of a run.
#[derive(Default)]
pub struct Regions(HashMap<EndpointKey, Arc<RegionHealth>>);

/// One region: which accounts found its endpoint silent.
///
/// Accounts usually share the endpoint, but an account may have one of its own (`endpoint_url`), so one
/// account's silence says nothing about the others.
pub struct RegionHealth(Mutex<RegionAnswers>);

#[derive(Default)]
struct RegionAnswers {
    /// Scopes in a row that were silent, by account.
    silent: HashMap<String, usize>,
    /// How the latest of them ended.
    ended: Option<Outcome>,
    answered: bool,
}

impl Regions {
    /// Returns the region of `scope`.
    pub fn get(&mut self, scope: &Scope) -> Arc<RegionHealth> {
        let region = || {
            // The one endpoint of a cloud without regions has listed the accounts: it is not dead, and silent for
            // single accounts at most.
            let seen = RegionAnswers { answered: scope.region.is_none(), ..RegionAnswers::default() };
            Arc::new(RegionHealth(Mutex::new(seen)))
        };
        Arc::clone(self.0.entry((scope.provider, scope.region.clone())).or_insert_with(region))
    }
}

impl RegionHealth {
    /// Returns how the reads before ended where the endpoint was silent too often to be worth another wait for `account`.
    pub fn silence(&self, account: &str) -> Option<Outcome> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = seen.silent.get(account).copied().unwrap_or_default();
        seen.ended.filter(|_| own >= SILENT || (!seen.answered && seen.silent.len() >= SILENT))
    }

    /// Notes how a scope of `account` ended where it got no answer of any kind; `None` where it got one.
    pub fn note_outcome(&self, account: &str, silence: Option<Outcome>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if silence.is_some() {
            seen.ended = silence;
            *seen.silent.entry(account.to_owned()).or_default() += 1;
        } else {
            seen.answered = true;
            seen.silent.remove(account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    const TIMED_OUT: Option<Outcome> = Some(Outcome::TimedOut);

    fn scope(region: &str) -> Scope {
        Scope {
            provider: Provider::Aws,
            account: "1".into(),
            region: Some(region.into()),
            kind: Kind::Networks,
        }
    }

    fn region() -> Arc<RegionHealth> {
        Regions::default().get(&scope("a"))
    }

    #[test]
    fn an_answer_closes_the_breaker_of_its_account() {
        let region = region();
        for silence in [TIMED_OUT, TIMED_OUT, None, TIMED_OUT, TIMED_OUT] {
            region.note_outcome("1", silence);
        }
        assert_eq!(region.silence("1"), None);
        region.note_outcome("1", Some(Outcome::Failed));
        assert_eq!(region.silence("1"), Some(Outcome::Failed), "the latest of them");
    }

    #[test]
    fn one_account_with_a_dead_endpoint_of_its_own_stops_no_other() {
        let region = region();
        for _ in 0..5 {
            region.note_outcome("1", TIMED_OUT);
        }
        assert_eq!((region.silence("1"), region.silence("2")), (TIMED_OUT, None));
    }

    #[test]
    fn accounts_that_one_endpoint_is_silent_for_stop_no_other() {
        let whole = Scope { provider: Provider::Azure, region: None, ..scope("") };
        let region = Regions::default().get(&whole);
        for account in ["1", "2", "3", "3", "3"] {
            region.note_outcome(account, TIMED_OUT);
        }
        assert_eq!((region.silence("3"), region.silence("4")), (TIMED_OUT, None));
    }

    #[test]
    fn a_region_that_is_silent_to_everyone_is_left_alone() {
        let region = region();
        for account in ["1", "2", "3"] {
            region.note_outcome(account, TIMED_OUT);
        }
        assert_eq!(region.silence("4"), TIMED_OUT);
        region.note_outcome("4", None);
        assert_eq!(region.silence("5"), None);
    }
}
