//! The gate that every request passes: counts it, and lets the faults have their way.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::fault::{Fault, FaultKind};

/// What a limit or a count is kept for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub account: String,
    pub region: String,
    pub service: &'static str,
    pub action: String,
}

/// What became of a request at the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Answer it as usual.
    Pass,
    /// Refuse it: too many.
    Throttled,
    /// Refuse it: too many, and none before so many seconds.
    RetryAfter(u64),
    /// Refuse it with this code and HTTP status.
    Error(String, u16),
    /// Refuse it: not allowed.
    Denied,
    /// Never answer.
    Hang,
    /// Refuse it: expired credentials.
    Expired,
    /// Answer rubbish.
    Garbage,
    /// Answer, but let the link to the next page lead to this place.
    Astray(String),
    /// Answer, but leave a row out of each page.
    Short,
    /// Answer, but in the opposite order.
    Disorder,
    /// Answer no more than so many bytes.
    Cut(usize),
    /// Answer, with the second text in the place of the first.
    Replace(String, String),
    /// Answer, and lead back to the second page after so many.
    PageLoop(NonZeroUsize),
}

/// Counts and faults.
#[derive(Debug)]
pub struct FaultInjector {
    faults: Vec<ActiveFault>,
    served: Mutex<BTreeMap<Key, u64>>,
}

#[derive(Debug)]
struct ActiveFault {
    fault: Fault,
    limiter: Option<DefaultKeyedRateLimiter<Key>>,
    /// How often it struck, when `times` limits it.
    struck: Mutex<HashMap<Key, u32>>,
}

impl FaultInjector {
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: faults.into_iter().map(ActiveFault::new).collect(), served: Mutex::default() }
    }

    /// Counts a request; returns how long to hold it back, and then what to do with it.
    /// Delays add up; otherwise the first fault that strikes decides.
    pub fn pass(&self, key: &Key) -> (Duration, Verdict) {
        *lock(&self.served).entry(key.clone()).or_default() += 1;
        let mut delay = Duration::ZERO;
        for armed in &self.faults {
            let immune = armed.fault.kind == FaultKind::Deny && key.action == ALWAYS_ALLOWED;
            if immune || !armed.strikes(key) {
                continue;
            }
            let verdict = match &armed.fault.kind {
                FaultKind::Latency(more) => {
                    delay += *more;
                    continue;
                }
                FaultKind::Throttle(..) => Verdict::Throttled,
                FaultKind::RetryAfter(seconds) => Verdict::RetryAfter(*seconds),
                FaultKind::Error(code, status) => Verdict::Error(code.clone(), *status),
                FaultKind::Deny => Verdict::Denied,
                FaultKind::Hang => Verdict::Hang,
                FaultKind::Expired => Verdict::Expired,
                FaultKind::Garbage => Verdict::Garbage,
                FaultKind::Astray(url) => Verdict::Astray(url.clone()),
                FaultKind::Short => Verdict::Short,
                FaultKind::Disorder => Verdict::Disorder,
                FaultKind::Cut(bytes) => Verdict::Cut(*bytes),
                FaultKind::Replace(old, new) => Verdict::Replace(old.clone(), new.clone()),
                FaultKind::PageLoop(pages) => Verdict::PageLoop(*pages),
            };
            return (delay, verdict);
        }
        (delay, Verdict::Pass)
    }

    /// Returns the counts so far.
    pub fn served(&self) -> BTreeMap<Key, u64> {
        lock(&self.served).clone()
    }
}

/// The one call that no policy can take from a caller:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
const ALWAYS_ALLOWED: &str = "GetCallerIdentity";

impl ActiveFault {
    fn new(fault: Fault) -> Self {
        let limiter = match fault.kind {
            FaultKind::Throttle(rate, burst) => {
                Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)))
            }
            _ => None,
        };
        Self { fault, limiter, struck: Mutex::default() }
    }

    fn strikes(&self, key: &Key) -> bool {
        if !self.fault.selects(&key.account, &key.region, &key.action) {
            return false;
        }
        if self.limiter.as_ref().is_some_and(|limiter| limiter.check_key(key).is_ok()) {
            return false;
        }
        let Some(times) = self.fault.times else { return true };
        let mut struck = lock(&self.struck);
        let so_far = struck.entry(key.clone()).or_default();
        *so_far += 1;
        *so_far <= times
    }
}

/// A panic elsewhere leaves counts that are still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(faults: &[&str]) -> FaultInjector {
        FaultInjector::new(faults.iter().map(|text| text.parse().expect("is a fault")))
    }

    fn key(region: &str) -> Key {
        Key { account: "1".into(), region: region.into(), service: "ec2", action: "DescribeVpcs".into() }
    }

    #[test]
    fn delays_add_up_and_the_first_other_fault_decides() {
        let gate = gate(&["latency=1s", "latency=2s", "deny", "garbage"]);
        assert_eq!(gate.pass(&key("a")), (Duration::from_secs(3), Verdict::Denied));
    }

    #[test]
    fn times_counts_for_each_account_region_and_action() {
        let gate = gate(&["garbage@times=2"]);
        let verdicts = || gate.pass(&key("a")).1;
        assert_eq!([verdicts(), verdicts(), verdicts()], [Verdict::Garbage, Verdict::Garbage, Verdict::Pass]);
        assert_eq!(gate.pass(&key("b")).1, Verdict::Garbage);
        assert_eq!(gate.served()[&key("a")], 3);
    }

    #[test]
    fn throttling_lets_the_burst_through_and_keeps_keys_apart() {
        let gate = gate(&["throttle=1/3"]);
        let passed = (0..5).filter(|_| gate.pass(&key("a")).1 == Verdict::Pass).count();
        assert_eq!(passed, 3);
        assert_eq!(gate.pass(&key("b")).1, Verdict::Pass);
    }
}
