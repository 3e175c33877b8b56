//! What every connection and request passes: counts requests, and makes the faults happen.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::fault::Fault;
use super::kind::{
    Alteration, ConnectionFault, EventFault, FaultKind, ListFault, PageLoop, Refusal, RetryAfter,
    TransportFault,
};
use super::selector::Key;

/// What the faults do to a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RequestFaults {
    /// How long to hold it back.
    pub delay: Duration,
    /// What to answer instead.
    pub refusal: Option<Refusal>,
    /// How to list.
    pub list: ListFaults,
    /// What to do with the answer, a refusal too.
    pub answer: AnswerFaults,
}

/// What is wrong with a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ListFaults {
    /// Where Azure's link to the next page leads instead.
    pub astray: Option<String>,
    /// Whether Resource Graph leaves out the last row of a page, and counts it all the same.
    pub is_short: bool,
    /// Whether Resource Graph returns rows in the opposite order.
    pub is_disordered: bool,
    /// How it never ends.
    pub page_loop: Option<PageLoop>,
    /// Whether the last entry of a batch of SQS fails.
    pub fails_last_entry: bool,
    /// How old what EC2 lists is.
    pub age: Duration,
}

/// What happens to an answer when it is complete.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AnswerFaults {
    /// Changes, in order.
    pub changes: Vec<AnswerChange>,
    /// How it breaks on its way.
    pub transport: Option<TransportFault>,
}

/// A change to an answer. It counts as a strike of its fault when it changes something.
#[derive(Debug, PartialEq, Eq)]
pub struct AnswerChange {
    pub alteration: Alteration,
    pub strike_count: StrikeCount,
}

/// How often a fault struck.
#[derive(Debug, Clone, Default)]
pub struct StrikeCount(Arc<AtomicU64>);

impl StrikeCount {
    /// Counts a strike.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartialEq for StrikeCount {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for StrikeCount {}

/// Counts and faults.
#[derive(Debug)]
pub struct FaultInjector {
    faults: Vec<ActiveFault>,
    served: Mutex<BTreeMap<Key, Served>>,
}

/// Requests that were served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Served {
    /// How many.
    pub requests: u64,
    /// How many of them came before a time that the answer to an earlier one had told them to wait for.
    pub early: u64,
}

#[derive(Debug)]
struct ActiveFault {
    fault: Fault,
    limiter: Option<DefaultKeyedRateLimiter<Key>>,
    /// How many requests matched, when the selector depends on it.
    matched: Mutex<HashMap<Key, u32>>,
    /// Until when clients were told to wait.
    closed_until: Mutex<HashMap<Key, Instant>>,
    strike_count: StrikeCount,
}

impl FaultInjector {
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: faults.into_iter().map(ActiveFault::new).collect(), served: Mutex::default() }
    }

    /// Returns what is wrong with the next connection.
    pub fn accept(&self) -> Option<ConnectionFault> {
        self.faults.iter().find_map(|active| match active.fault.kind {
            FaultKind::Connection(fault) if active.matches_next(&Key::default()) => {
                active.strike_count.add();
                Some(fault)
            }
            _ => None,
        })
    }

    /// Counts a request; returns what the faults do to it. Delays and changes add up. Of several refusals, and of several
    /// ways to break an answer, the first decides.
    pub fn pass(&self, key: &Key) -> RequestFaults {
        lock(&self.served).entry(key.clone()).or_default().requests += 1;
        let mut passage = RequestFaults::default();
        for active in &self.faults {
            let kind = &active.fault.kind;
            let is_immune = *kind == FaultKind::Refusal(Refusal::Denied) && key.action == ALWAYS_ALLOWED;
            if is_immune || passage.has_decided(kind) {
                continue;
            }
            if let Some(left) = active.time_left(key) {
                lock(&self.served).entry(key.clone()).or_default().early += 1;
                passage.refusal = Some(Refusal::Throttled(Some(RetryAfter::Seconds(left))));
            } else if active.matches_next(key) {
                active.close(key);
                passage.add(active);
            }
        }
        passage
    }

    /// Returns what happens to an event on its way to a queue, in the order in which the faults are given. Events are no
    /// requests, and not counted as such.
    pub fn pass_event(&self, key: &Key) -> Vec<EventFault> {
        let striking = self.faults.iter().filter_map(|active| match active.fault.kind {
            FaultKind::Event(fault) if active.matches_next(key) => {
                active.strike_count.add();
                Some(fault)
            }
            _ => None,
        });
        striking.collect()
    }

    /// Returns how old what EC2 lists can be at most.
    pub fn greatest_age(&self) -> Duration {
        let ages = self.faults.iter().filter_map(|active| match &active.fault.kind {
            FaultKind::List(ListFault::Stale(age)) => Some(*age),
            _ => None,
        });
        ages.max().unwrap_or_default()
    }

    /// Returns how often each fault struck so far, in the order in which they are given. A request that comes too early
    /// after `retry-after` is no further strike.
    pub fn strikes(&self) -> Vec<u64> {
        self.faults.iter().map(|active| active.strike_count.get()).collect()
    }

    /// Returns the counts so far.
    pub fn served(&self) -> BTreeMap<Key, Served> {
        lock(&self.served).clone()
    }
}

impl RequestFaults {
    /// Tells whether another fault of this kind has nothing left to do; it does not even count the request then.
    const fn has_decided(&self, kind: &FaultKind) -> bool {
        match kind {
            FaultKind::Throttle(..) | FaultKind::Refusal(_) => self.refusal.is_some(),
            FaultKind::Transport(_) => self.answer.transport.is_some(),
            FaultKind::Connection(_) | FaultKind::Event(_) => true,
            FaultKind::Latency(_) | FaultKind::List(_) | FaultKind::Alteration(_) => false,
        }
    }

    fn add(&mut self, active: &ActiveFault) {
        let kind = &active.fault.kind;
        if !matches!(kind, FaultKind::Alteration(_)) {
            active.strike_count.add();
        }
        match kind {
            FaultKind::Latency(more) => self.delay += *more,
            FaultKind::Throttle(..) => self.refusal = Some(Refusal::Throttled(None)),
            FaultKind::Refusal(refusal) => self.refusal = Some(refusal.clone()),
            FaultKind::List(fault) => self.list.add(fault),
            FaultKind::Alteration(alteration) => {
                let (alteration, strike_count) = (alteration.clone(), active.strike_count.clone());
                self.answer.changes.push(AnswerChange { alteration, strike_count });
            }
            FaultKind::Transport(fault) => self.answer.transport = Some(fault.clone()),
            FaultKind::Connection(_) | FaultKind::Event(_) => {}
        }
    }
}

impl ListFaults {
    fn add(&mut self, fault: &ListFault) {
        match fault {
            ListFault::Astray(url) => self.astray = Some(url.clone()),
            ListFault::Short => self.is_short = true,
            ListFault::Disorder => self.is_disordered = true,
            ListFault::PageLoop(page_loop) => self.page_loop = Some(*page_loop),
            ListFault::FailedEntry => self.fails_last_entry = true,
            ListFault::Stale(age) => self.age = self.age.max(*age),
        }
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
        Self {
            fault,
            limiter,
            matched: Mutex::default(),
            closed_until: Mutex::default(),
            strike_count: StrikeCount::default(),
        }
    }

    /// Tells whether it happens to the next request like this one, and counts the request.
    fn matches_next(&self, key: &Key) -> bool {
        let selector = &self.fault.selector;
        if !selector.matches(key) {
            return false;
        }
        if self.limiter.as_ref().is_some_and(|limiter| limiter.check_key(key).is_ok()) {
            return false;
        }
        !selector.counts() || selector.chooses(key, self.count(key))
    }

    /// Returns for how many seconds more a request like this one is throttled, because clients were told to wait.
    fn time_left(&self, key: &Key) -> Option<u64> {
        let until = *lock(&self.closed_until).get(key)?;
        let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        Some(left.as_secs() + 1)
    }

    /// Throttles requests like this one until the time that their client is told to wait for, if that is what it does.
    fn close(&self, key: &Key) {
        if let FaultKind::Refusal(Refusal::Throttled(Some(wait))) = &self.fault.kind
            && let Some(until) = Instant::now().checked_add(wait.announced())
        {
            lock(&self.closed_until).insert(key.clone(), until);
        }
    }

    /// Counts a request that matches; returns its number, from 1.
    fn count(&self, key: &Key) -> u32 {
        let mut matched = lock(&self.matched);
        let number = matched.entry(key.clone()).or_default();
        *number = number.saturating_add(1);
        *number
    }
}

/// A panic elsewhere leaves counts that are still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::kind::ResetPoint;
    use super::*;

    fn injector(faults: &[&str]) -> FaultInjector {
        FaultInjector::new(faults.iter().map(|text| text.parse().expect("is a fault")))
    }

    fn key(region: &str) -> Key {
        Key { account: "1".into(), region: region.into(), service: "ec2", action: "DescribeVpcs".into() }
    }

    #[test]
    fn delays_and_changes_add_up_and_the_first_refusal_decides() {
        let faults = [
            "latency=1s",
            "latency=2s",
            "cut=5",
            "deny",
            "garbage",
            "cut=3",
            "reset=head",
            "endless",
            "short",
        ];
        let passage = injector(&faults).pass(&key("a"));
        assert_eq!((passage.delay, passage.refusal), (Duration::from_secs(3), Some(Refusal::Denied)));
        let changes: Vec<_> = passage.answer.changes.into_iter().map(|change| change.alteration).collect();
        assert_eq!(changes, [5, 3].map(Alteration::Cut));
        assert_eq!(passage.answer.transport, Some(TransportFault::Reset(ResetPoint::Head)));
        assert_eq!(passage.list, ListFaults { is_short: true, ..ListFaults::default() });
        assert_eq!(injector(&[]).pass(&key("a")), RequestFaults::default());
    }

    #[test]
    fn times_counts_for_each_account_region_and_action() {
        let injector = injector(&["garbage@times=2"]);
        let is_refused = |region: &str| injector.pass(&key(region)).refusal.is_some();
        assert_eq!([is_refused("a"), is_refused("a"), is_refused("a")], [true, true, false]);
        assert!(is_refused("b"));
        assert_eq!(injector.served()[&key("a")], Served { requests: 3, early: 0 });
    }

    #[test]
    fn the_second_fault_counts_what_the_first_left() {
        let injector = injector(&["expired@times=1", "deny@times=1"]);
        let refusals = [(); 3].map(|()| injector.pass(&key("a")).refusal);
        assert_eq!(refusals, [Some(Refusal::Expired), Some(Refusal::Denied), None]);
    }

    #[test]
    fn strikes_are_counted_for_each_fault_and_changes_when_they_are_made() {
        let injector = injector(&["garbage@times=1", "retry-after=1h", "cut=5", "late-events=1s", "silent"]);
        for _ in 0..3 {
            injector.pass(&key("a"));
        }
        injector.pass_event(&key("a"));
        assert_eq!(injector.strikes(), [1, 1, 0, 1, 0]);
        injector.accept();
        injector.pass(&key("b")).answer.changes[0].strike_count.add();
        assert_eq!(injector.strikes(), [2, 1, 1, 1, 1]);
    }

    #[test]
    fn throttling_lets_the_burst_through_and_keeps_keys_apart() {
        let injector = injector(&["throttle=1/3"]);
        let passed = (0..5).filter(|_| injector.pass(&key("a")).refusal.is_none()).count();
        assert_eq!(passed, 3);
        assert_eq!(injector.pass(&key("b")).refusal, None);
    }

    #[test]
    fn requests_before_the_announced_time_are_throttled_too_and_counted() {
        let injector = injector(&["retry-after=1h@times=1", "retry-after=text:0@times=1"]);
        let refusals = [(); 2].map(|()| injector.pass(&key("a")).refusal);
        let wait = |seconds| Some(Refusal::Throttled(Some(RetryAfter::Seconds(seconds))));
        assert_eq!(refusals, [wait(3600), wait(3600)]);
        assert_eq!(injector.served()[&key("a")], Served { requests: 2, early: 1 });
        assert_eq!(injector.pass(&key("b")).refusal, wait(3600));
        assert_eq!(injector.served()[&key("b")].early, 0);
        let passes = FaultInjector::new(["retry-after=0s@times=1".parse().expect("is a fault")]);
        assert!(passes.pass(&key("a")).refusal.is_some() && passes.pass(&key("a")).refusal.is_none());
    }

    #[test]
    fn events_are_counted_apart_from_requests() {
        let injector = injector(&["lost-events@times=1", "duplicate-events=2", "late-events=1s@region=b"]);
        assert_eq!(injector.pass(&key("a")), RequestFaults::default());
        let (lost, duplicate) = (EventFault::Lost, EventFault::Duplicate(2));
        assert_eq!(injector.pass_event(&key("a")), [lost, duplicate]);
        assert_eq!(injector.pass_event(&key("a")), [duplicate]);
        assert_eq!(
            injector.pass_event(&key("b")),
            [lost, duplicate, EventFault::Late(Duration::from_secs(1))]
        );
        assert_eq!(injector.served()[&key("a")].requests, 1);
    }

    #[test]
    fn connections_are_counted_apart_from_requests() {
        let injector = injector(&["silent@after=1,times=1", "slow-tls=1s"]);
        assert_eq!(injector.pass(&key("a")), RequestFaults::default());
        let slow = Some(ConnectionFault::SlowTls(Duration::from_secs(1)));
        assert_eq!([(); 3].map(|()| injector.accept()), [slow, Some(ConnectionFault::Silent), slow]);
    }
}
