//! A limit that finds itself: it grows while answers come no slower, and shrinks when they do.
//!
//! The idea is that of TCP Vegas and of Netflix's concurrency-limits: what waits in a queue answers later than what does
//! not, so answers that come later than the fastest ones say that more requests would only make the queue longer.
//! <https://netflixtechblog.medium.com/performance-under-load-3e6fa9a60581>
//!
//! It has no clock. Time comes in with the answers, and the limit changes once a window, which is as many attempts as the
//! limit allows at once.

use std::collections::HashMap;
use std::time::Duration;

use super::endpoint_health::EndpointKey;
use crate::model::{AccountKey, Kind, Provider, Scope};

/// The limit in the beginning. `--concurrency` names it in its help, and the largest one too.
const FIRST_LIMIT: usize = 32;
/// It never shrinks below this.
pub const MIN_LIMIT: usize = 8;
/// It never grows beyond this: each read may have a page of answers in memory.
const MAX_LIMIT: usize = 256;

/// Answers that take less than this many times the time of the fastest one did not wait in a queue.
const UNHINDERED: f64 = 1.3;
/// Answers that take more than this many times its time waited too long: as long as they were worked on. Between the two the
/// limit stays, so that it does not swing with every window.
const QUEUED: f64 = 2.0;
/// The smallest part of the limit that a window leaves. A window of the smaller limit decides about the next part, so one bad
/// window does not throw away all that was learned.
const SMALLEST_PART: f64 = 0.5;
/// Latencies below this are not told apart: this machine's own delays are as long.
const NEGLIGIBLE: Duration = Duration::from_millis(10);

/// After so many windows the fastest answers are forgotten: they may have been of empty accounts, or come by another way.
const WINDOWS_REMEMBERED: u32 = 64;

/// Answers are compared with those of the same region and kind: Sydney is further away than Ireland, and instances take
/// longer to list than networks.
type LatencyGroup = (Provider, Option<String>, Kind);

/// What an attempt to get an answer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The answer began after this time.
    Answered(Duration),
    /// The cloud refused, because it was asked too often.
    Throttled,
    /// No answer came.
    Unanswered,
}

impl Attempt {
    /// Makes one of an answer. EC2 throttles with HTTP 503, Azure with 429. A server that is busy answers 503 too, and is
    /// helped by fewer requests as well.
    #[cfg(any(feature = "aws", feature = "azure", test))]
    pub const fn from_status(status: u16, latency: Duration) -> Self {
        if matches!(status, 429 | 503) { Self::Throttled } else { Self::Answered(latency) }
    }
}

/// The limit, what it was learned from, and the present window.
#[derive(Debug)]
pub struct AdaptiveLimit {
    limit: usize,
    most: usize,
    /// No window was slow yet, so the limit doubles.
    is_doubling: bool,
    fastest: HashMap<LatencyGroup, Fastest>,
    windows: u32,
    window: Window,
}

/// The fastest answer lately, in seconds.
#[derive(Debug, Clone, Copy)]
struct Fastest {
    now: f64,
    /// That of the windows before those that are remembered now.
    before: f64,
}

/// What came of the attempts since the limit was last looked at.
#[derive(Debug, Default)]
struct Window {
    attempts: usize,
    /// How many times the fastest latency each answer took.
    slowness: Vec<f64>,
    /// The attempts of each account, and those that were throttled.
    accounts: HashMap<AccountKey, AttemptCount>,
    /// The attempts at each endpoint, and those that were not answered.
    endpoints: HashMap<EndpointKey, AttemptCount>,
    /// Whether a read waited because of the limit.
    is_reached: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct AttemptCount {
    attempts: usize,
    failed: usize,
}

/// What a window says about the limit.
#[derive(Debug, PartialEq)]
enum LimitChange {
    Grow,
    Keep,
    /// To this part of it, for this reason.
    Shrink(f64, &'static str),
}

impl AdaptiveLimit {
    /// Begins with a moderate limit that never grows beyond `allowed`.
    pub fn new(allowed: usize) -> Self {
        let most = allowed.clamp(MIN_LIMIT, MAX_LIMIT);
        Self {
            limit: FIRST_LIMIT.min(most),
            most,
            is_doubling: true,
            fastest: HashMap::new(),
            windows: 0,
            window: Window::default(),
        }
    }

    /// Returns the limit.
    pub const fn current(&self) -> usize {
        self.limit
    }

    /// Notes that a read waits because of the limit.
    pub const fn note_reached(&mut self) {
        self.window.is_reached = true;
    }

    /// Notes what an attempt of `scope` came to, and changes the limit at the end of a window.
    pub fn note_attempt(&mut self, scope: &Scope, attempt: Attempt) {
        let account = AccountKey::new(scope.provider, &scope.account);
        let endpoint = (scope.provider, scope.region.clone());
        self.window.accounts.entry(account).or_default().count(attempt == Attempt::Throttled);
        self.window.endpoints.entry(endpoint).or_default().count(attempt == Attempt::Unanswered);
        if let Attempt::Answered(latency) = attempt {
            let slowness = self.slowness(scope, latency);
            self.window.slowness.push(slowness);
        }
        self.window.attempts += 1;
        if self.window.attempts >= self.limit {
            self.end_round();
        }
    }

    /// Compares a latency with the fastest one of the same region and kind.
    fn slowness(&mut self, scope: &Scope, latency: Duration) -> f64 {
        let latency = latency.max(NEGLIGIBLE).as_secs_f64();
        let like = (scope.provider, scope.region.clone(), scope.kind);
        let fastest = self.fastest.entry(like).or_insert(Fastest { now: latency, before: latency });
        fastest.now = fastest.now.min(latency);
        latency / fastest.now.min(fastest.before)
    }

    fn end_round(&mut self) {
        let mut window = std::mem::take(&mut self.window);
        let before = self.limit;
        let reason = match window.limit_change() {
            LimitChange::Grow if window.is_reached => {
                let more = if self.is_doubling { before } else { before.isqrt() };
                self.limit = (before + more).min(self.most);
                "answers come no slower"
            }
            LimitChange::Grow | LimitChange::Keep => "",
            LimitChange::Shrink(part, reason) => {
                self.is_doubling = false;
                self.limit = part_of(before, part).max(MIN_LIMIT);
                reason
            }
        };
        if self.limit != before {
            tracing::debug!("{} reads at once (before: {before}): {reason}", self.limit);
        }
        self.forget();
    }

    /// Forgets the fastest answers that were before the last remembered windows.
    fn forget(&mut self) {
        self.windows += 1;
        if self.windows.is_multiple_of(WINDOWS_REMEMBERED) {
            for fastest in self.fastest.values_mut() {
                *fastest = Fastest { now: f64::INFINITY, before: fastest.now };
            }
        }
    }
}

impl Window {
    /// Decides by what is wrong with most accounts or endpoints, and else by the faster quarter of the answers. A queue
    /// delays that too, while large pages, slow regions and new connections leave it alone.
    fn limit_change(&mut self) -> LimitChange {
        if AttemptCount::most_fail(self.accounts.values()) {
            return LimitChange::Shrink(SMALLEST_PART, "most accounts are throttled");
        }
        if AttemptCount::most_fail(self.endpoints.values()) {
            return LimitChange::Shrink(SMALLEST_PART, "most regions do not answer");
        }
        if self.slowness.is_empty() {
            return LimitChange::Keep;
        }
        let quarter = self.slowness.len() / 4;
        let (_, slowness, _) = self.slowness.select_nth_unstable_by(quarter, f64::total_cmp);
        match *slowness {
            slowness if slowness < UNHINDERED => LimitChange::Grow,
            slowness if slowness < QUEUED => LimitChange::Keep,
            slowness => LimitChange::Shrink((QUEUED / slowness).max(SMALLEST_PART), "answers come slower"),
        }
    }
}

impl AttemptCount {
    /// From one failure in so many attempts on, an account or endpoint counts as failing.
    const FAILING: usize = 4;

    const fn count(&mut self, failed: bool) {
        self.attempts += 1;
        self.failed += failed as usize;
    }

    /// Tells whether more than half of `counts` are failing.
    fn most_fail<'a>(counts: impl ExactSizeIterator<Item = &'a Self>) -> bool {
        let all = counts.len();
        let failing = counts.filter(|count| count.failed * Self::FAILING >= count.attempts).count();
        failing * 2 > all
    }
}

/// Returns `part` of a limit, rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "limits are small, and parts are between 0 and 1"
)]
const fn part_of(limit: usize, part: f64) -> usize {
    (limit as f64 * part) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cloud that answers `capacity` requests a second, after `latency` at least: what is above waits in a queue.
    struct Cloud {
        capacity: f64,
        latency: f64,
    }

    fn scope(account: usize, region: &str) -> Scope {
        Scope {
            provider: Provider::Aws,
            account: account.to_string(),
            region: Some(region.to_owned()),
            kind: Kind::Networks,
        }
    }

    impl Cloud {
        /// Sends `windows` of as many requests as `limit` allows, each of another account, and returns the limit.
        fn read(&self, limit: &mut AdaptiveLimit, windows: usize) -> usize {
            for _ in 0..windows {
                let at_once = limit.current();
                let latency = self.latency.max(f64::from(u32::try_from(at_once).unwrap()) / self.capacity);
                limit.note_reached();
                for account in 0..at_once {
                    limit.note_attempt(
                        &scope(account, "a"),
                        Attempt::Answered(Duration::from_secs_f64(latency)),
                    );
                }
            }
            limit.current()
        }
    }

    /// Notes one window of attempts: `attempt` says what becomes of each.
    fn one_round(limit: &mut AdaptiveLimit, attempt: impl Fn(usize) -> (Scope, Attempt)) -> usize {
        limit.note_reached();
        for number in 0..limit.current() {
            let (scope, attempt) = attempt(number);
            limit.note_attempt(&scope, attempt);
        }
        limit.current()
    }

    const fn after(milliseconds: u64) -> Attempt {
        Attempt::Answered(Duration::from_millis(milliseconds))
    }

    #[test]
    fn it_doubles_up_to_its_bound_while_nothing_slows_down() {
        let cloud = Cloud { capacity: 1e9, latency: 0.06 };
        let mut limit = AdaptiveLimit::new(usize::MAX);
        let limits: Vec<usize> = (0..4).map(|_| cloud.read(&mut limit, 1)).collect();
        assert_eq!(limits, [64, 128, 256, 256]);
        assert_eq!(cloud.read(&mut AdaptiveLimit::new(48), 9), 48, "files bound it");
        assert_eq!(AdaptiveLimit::new(20).current(), 20);
    }

    /// 1,000 requests a second with 60 ms each are 60 at once; more would wait.
    #[test]
    fn it_settles_where_answers_begin_to_wait() {
        let cloud = Cloud { capacity: 1000.0, latency: 0.06 };
        let mut limit = AdaptiveLimit::new(usize::MAX);
        for _ in 0..50 {
            let limit = cloud.read(&mut limit, 1);
            assert!((60..=128).contains(&limit), "{limit}");
        }
    }

    #[test]
    fn it_shrinks_when_a_cloud_slows_down_and_grows_again_afterwards() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        assert_eq!(Cloud { capacity: 5000.0, latency: 0.06 }.read(&mut limit, 9), 256);
        let slow = Cloud { capacity: 200.0, latency: 0.06 }.read(&mut limit, 9);
        assert!((12..=24).contains(&slow), "{slow}: 200 requests a second with 60 ms each are 12 at once");
        assert!(Cloud { capacity: 5000.0, latency: 0.06 }.read(&mut limit, 40) > 200);
    }

    #[test]
    fn one_throttled_account_and_one_dead_or_slow_region_change_nothing_for_the_others() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        for _ in 0..9 {
            one_round(&mut limit, |number| match number % 4 {
                0 => (scope(7, "a"), Attempt::Throttled),
                1 => (scope(number, "dead"), Attempt::Unanswered),
                2 => (scope(number, "slow"), after(9000)),
                _ => (scope(number, "a"), after(60)),
            });
        }
        assert_eq!(limit.current(), MAX_LIMIT);
    }

    #[test]
    fn it_halves_when_most_accounts_are_throttled_or_most_regions_are_silent() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        assert_eq!(one_round(&mut limit, |number| (scope(number, "a"), Attempt::Throttled)), 16);
        assert_eq!(
            one_round(&mut limit, |number| (scope(number, "a"), after(60))),
            20,
            "no doubling any more"
        );
        let silent = |number: usize| (scope(1, ["a", "b", "c"][number % 3]), Attempt::Unanswered);
        assert_eq!([one_round(&mut limit, silent), one_round(&mut limit, silent)], [10, MIN_LIMIT]);
        assert_eq!(one_round(&mut limit, silent), MIN_LIMIT, "but never below the fewest");
    }

    /// An answer in ten is an error of a server now and then, and no reason to slow down.
    #[test]
    fn a_refusal_now_and_then_is_not_throttling() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        let attempt = |number: usize| {
            (scope(number % 3, "a"), if number.is_multiple_of(10) { Attempt::Throttled } else { after(60) })
        };
        assert_eq!(one_round(&mut limit, attempt), 64);
    }

    #[test]
    fn a_limit_that_is_not_reached_does_not_grow() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        for number in 0..1000 {
            limit.note_attempt(&scope(number, "a"), after(60));
        }
        assert_eq!(limit.current(), FIRST_LIMIT);
    }

    /// An account of many machines has pages of seconds, one after the other: no queue, and not for ever a reason to
    /// read less at once.
    #[test]
    fn what_is_slow_for_long_is_the_new_measure() {
        let mut limit = AdaptiveLimit::new(usize::MAX);
        one_round(&mut limit, |number| (scope(number, "a"), after(60)));
        let limits: Vec<usize> =
            (0..200).map(|_| one_round(&mut limit, |number| (scope(number, "a"), after(2000)))).collect();
        assert_eq!(limits.iter().min(), Some(&MIN_LIMIT));
        assert!(limits[199] > 100, "{limits:?}");
    }

    #[test]
    fn both_ways_to_throttle_are_known() {
        let after = Duration::from_millis(60);
        assert_eq!([429, 503].map(|status| Attempt::from_status(status, after)), [Attempt::Throttled; 2]);
        assert_eq!(
            [200, 400, 500].map(|status| Attempt::from_status(status, after)),
            [Attempt::Answered(after); 3]
        );
    }
}
