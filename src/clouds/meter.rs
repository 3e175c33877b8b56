//! Watches the requests of the scope at work, retries included, wherever in the SDK they are sent.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

#[cfg(any(feature = "aws", feature = "azure", test))]
use super::adaptive_limit::Attempt;
use super::cloud_provider::Failure;
use super::read_limit::ReadLimit;
use super::turns::Turns;
use crate::model::{Outcome, Scope};

tokio::task_local! {
    static METER: Arc<Counts>;
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU32,
    /// HTTP status of the latest answer; 0 before the first.
    status: AtomicU16,
    /// Whether the latest answer refused the request because too many were sent.
    throttled: AtomicBool,
    odd: Mutex<LeftOutValues>,
    /// What was wrong with the latest attempt.
    fault: Mutex<Option<AttemptFault>>,
    /// What is to be said of what was read completely.
    remarks: Mutex<Vec<String>>,
    /// How many lists it waits for that another scope reads for both.
    waiting: AtomicU32,
    turns: Arc<Turns>,
    /// The scope, and the limit that learns from its answers; `None` while signing in.
    reading: Option<(Scope, Arc<ReadLimit>)>,
}

/// What was wrong with an attempt, so that the request is sent again.
#[derive(Debug, Clone)]
enum AttemptFault {
    /// It got no answer.
    Unanswered(String),
    /// Its answer could not be read.
    Unreadable(String),
}

/// Values of answers that mean nothing to us and are left out.
#[derive(Debug, Default)]
struct LeftOutValues {
    count: u32,
    /// The first of them.
    named: Vec<String>,
    /// The resource whose values are read.
    #[cfg(any(feature = "aws", feature = "azure", test))]
    resource: Option<String>,
}

/// Characters of an oddity that are shown.
#[cfg(any(feature = "aws", feature = "azure", test))]
const ODDITY_LENGTH: usize = 240;

/// Oddities that are named; an answer may have no end of them.
const NAMED: u32 = 5;

/// The HTTP status of a refusal because too many requests were sent.
pub const TOO_MANY_REQUESTS: u16 = 429;

#[cfg(any(feature = "aws", feature = "azure", test))]
impl Counts {
    fn note_attempt(&self, attempt: Attempt) {
        if let Some((scope, limit)) = &self.reading {
            limit.note_attempt(scope, attempt);
        }
    }
}

/// What a scope sent and got back; outlives the work it watches, so that a timed-out scope still tells.
#[derive(Debug, Default, Clone)]
pub struct Meter(Arc<Counts>);

impl Meter {
    /// Makes the meter of `scope`, from whose answers `limit` learns.
    pub fn for_scope(scope: Scope, limit: Arc<ReadLimit>) -> Self {
        Self(Arc::new(Counts { reading: Some((scope, limit)), ..Counts::default() }))
    }

    /// Runs `work`, counting what it sends and how long it waits for its turn.
    pub async fn watch<F: Future>(&self, work: F) -> F::Output {
        METER.scope(Arc::clone(&self.0), self.0.turns.watch(work)).await
    }

    /// Does `work` that waits for nothing, counting what it finds odd.
    #[cfg(any(feature = "aws", feature = "azure"))]
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        METER.sync_scope(Arc::clone(&self.0), work)
    }

    /// Returns the requests sent so far.
    pub fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Returns how many values of answers were left out.
    #[cfg(all(test, any(feature = "aws", feature = "azure")))]
    pub fn odd_values(&self) -> u32 {
        lock(&self.0.odd).count
    }

    /// Says which values of answers were left out; `None` when there are none.
    pub fn left_out(&self) -> Option<String> {
        let odd = lock(&self.0.odd);
        let what = match odd.count {
            0 => return None,
            1 => "1 value of the answers is".to_owned(),
            count => format!("{count} values of the answers are"),
        };
        let others = odd.count - odd.count.min(NAMED);
        let more = if others > 0 { format!("; and {others} more (-v shows them)") } else { String::new() };
        Some(format!("{what} not understood and left out: {}{more}", odd.named.join("; ")))
    }

    /// Returns what is to be said of what was read completely.
    pub fn remark(&self) -> Option<String> {
        let remarks = lock(&self.0.remarks);
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }

    /// Returns the HTTP status of the latest answer, if there was any.
    pub fn last_status(&self) -> Option<u16> {
        Some(self.0.status.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }

    /// Returns once what it watches has taken longer than `bound` from now on. The time in which that waits for its turn does
    /// not count ([`waiting_for_turn`](super::turns::waiting_for_turn)).
    pub async fn time_is_up(&self, bound: Duration) {
        let (begun, before) = (Instant::now(), self.0.turns.total());
        loop {
            let waited = self.0.turns.total().saturating_sub(before);
            let left = (bound + waited).saturating_sub(begun.elapsed());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.max(SHORTEST_LOOK)).await;
        }
    }

    /// Says what work that took longer than `bound` was waiting for.
    pub fn out_of_time(&self, bound: Duration) -> Failure {
        let bound = seconds(bound);
        let fault = lock(&self.0.fault).clone();
        let (last, unreachable) = match (self.last_status(), fault, self.requests()) {
            (status, Some(AttemptFault::Unanswered(why)), _) => {
                (format!("the endpoint {why}"), status.is_none())
            }
            (Some(status), Some(AttemptFault::Unreadable(why)), _) => {
                (format!("the last answer was HTTP {status}, and could not be read: {why}"), false)
            }
            (Some(status), None, _) => (format!("the last answer was HTTP {status}"), false),
            (None, _, 0) if self.0.waiting.load(Ordering::Relaxed) > 0 => {
                ("another read of the same list was not finished".to_owned(), false)
            }
            (None, _, 0) => ("no credentials came in time".to_owned(), false),
            (None, _, _) => ("the endpoint did not answer".to_owned(), true),
        };
        let reason = format!("not done within {bound}: {last}");
        if self.0.throttled.load(Ordering::Relaxed) {
            return Failure::new(
                Outcome::Throttled,
                format!("{reason}, because too many requests were sent"),
            )
            .remedy("try later, or use a lower --concurrency or a longer --timeout");
        }
        Failure { unreachable, ..Failure::new(Outcome::TimedOut, reason).remedy("use a longer --timeout") }
    }
}

/// The time that is left is looked at no more often than this: none of it passes while something waits for its turn.
const SHORTEST_LOOK: Duration = Duration::from_millis(20);

/// Does `work` that another scope does for both, noting that the scope waits for it meanwhile.
#[cfg(feature = "azure")]
pub async fn waiting<F: Future>(work: F) -> F::Output {
    let _ = METER.try_with(|counts| counts.waiting.fetch_add(1, Ordering::Relaxed));
    let done = work.await;
    let _ = METER.try_with(|counts| counts.waiting.fetch_sub(1, Ordering::Relaxed));
    done
}

/// Notes a value of an answer that means nothing to us and is left out: which, and what is wrong with it. The
/// resource that it is of is added when it is known ([`reading`]).
#[cfg(any(feature = "aws", feature = "azure", test))]
pub fn note_oddity(what: impl Into<String>) {
    let what = shortened(what.into());
    let _ = METER.try_with(|counts| {
        let mut odd = lock(&counts.odd);
        let named = match &odd.resource {
            Some(resource) => format!("{resource}: {what}"),
            None => what,
        };
        tracing::debug!(odd = named, "not understood; left out");
        odd.count += 1;
        if odd.count <= NAMED {
            odd.named.push(named);
        }
    });
}

/// Does `work` that reads the values of one resource, so that its odd values are noted under that name.
#[cfg(any(feature = "aws", test))]
pub fn reading<T>(resource: &str, work: impl FnOnce() -> T) -> T {
    let name = |resource: Option<String>| {
        METER.try_with(|counts| std::mem::replace(&mut lock(&counts.odd).resource, resource)).ok().flatten()
    };
    let before = name(Some(resource.to_owned()));
    let done = work();
    name(before);
    done
}

/// Counts one request for the scope that this task works on, if any: credentials may be refreshed outside.
#[cfg(any(feature = "aws", feature = "azure", test))]
pub fn count_request() {
    let _ = METER.try_with(|counts| counts.requests.fetch_add(1, Ordering::Relaxed));
}

/// Notes why an attempt got no answer, such as `cannot be reached: Connection refused`, for the meter of the scope that is being
/// read.
#[cfg(any(feature = "aws", feature = "azure"))]
pub fn note_unanswered(why: String) {
    let _ = METER.try_with(|counts| {
        *lock(&counts.fault) = Some(AttemptFault::Unanswered(why));
        counts.note_attempt(Attempt::Unanswered);
    });
}

/// Notes why the latest answer could not be read, for the meter of the scope that is being read.
#[cfg(any(feature = "aws", feature = "azure", test))]
pub fn note_unreadable(why: String) {
    let _ = METER.try_with(|counts| *lock(&counts.fault) = Some(AttemptFault::Unreadable(why)));
}

/// Notes what is to be said of the scope although it was read completely.
#[cfg(any(feature = "aws", feature = "azure"))]
pub fn note_remark(remark: &str) {
    let _ = METER.try_with(|counts| {
        let mut remarks = lock(&counts.remarks);
        if !remarks.iter().any(|known| known == remark) {
            remarks.push(remark.to_owned());
        }
    });
}

/// Cuts a text that is longer than a message can be: it has a value of an answer in it, of any length.
#[cfg(any(feature = "aws", feature = "azure", test))]
fn shortened(text: String) -> String {
    match text.char_indices().nth(ODDITY_LENGTH) {
        Some((at, _)) => format!("{} ...", &text[..at]),
        None => text,
    }
}

/// What was noted before a panic is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a duration as flags take it.
fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{}s", duration.as_secs())
    } else {
        format!("{}ms", duration.as_millis())
    }
}

/// Notes the HTTP status of an answer, and how long after the request it began, for the meter of the scope that is being
/// read.
#[cfg(any(feature = "aws", feature = "azure", test))]
pub fn note_answer(status: u16, latency: Duration) {
    let _ = METER.try_with(|counts| {
        counts.status.store(status, Ordering::Relaxed);
        counts.throttled.store(status == TOO_MANY_REQUESTS, Ordering::Relaxed);
        *lock(&counts.fault) = None;
        counts.note_attempt(Attempt::from_status(status, latency));
    });
}

/// Notes that the latest answer refused the request for having asked too often, whatever its HTTP status.
#[cfg(any(feature = "aws", test))]
pub fn note_throttled() {
    let _ = METER.try_with(|counts| counts.throttled.store(true, Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_for_too_many_requests_is_throttling_until_the_next_answer() {
        let meter = Meter::default();
        meter.watch(async { note_answer(429, Duration::ZERO) }).await;
        assert_eq!(meter.out_of_time(Duration::from_secs(3)).outcome, Outcome::Throttled);
        meter.watch(async { note_answer(200, Duration::ZERO) }).await;
        assert_eq!(meter.out_of_time(Duration::from_secs(3)).outcome, Outcome::TimedOut);
        let refuse = || {
            note_answer(503, Duration::ZERO);
            note_throttled();
        };
        meter.watch(async { refuse() }).await;
        let failure = meter.out_of_time(Duration::from_secs(3));
        assert_eq!(failure.outcome, Outcome::Throttled);
        let said = failure.detail();
        assert!(said.contains("the last answer was HTTP 503") && said.contains("--concurrency"), "{said}");
        meter.watch(async { note_answer(503, Duration::ZERO) }).await;
        assert_eq!(meter.out_of_time(Duration::from_secs(3)).outcome, Outcome::TimedOut);
    }

    /// An answer that breaks off is asked for again, until the time is up.
    #[tokio::test]
    async fn what_was_wrong_with_the_last_answer_is_said_when_the_time_is_up() {
        let meter = Meter::default();
        let broken = || {
            note_answer(200, Duration::ZERO);
            note_unreadable("it ended too early".to_owned());
        };
        meter.watch(async { broken() }).await;
        let said =
            "not done within 3s: the last answer was HTTP 200, and could not be read: it ended too early";
        assert_eq!(meter.out_of_time(Duration::from_secs(3)).reasons[0].reason(), said);
        meter.watch(async { broken() }).await;
        meter.watch(async { note_answer(200, Duration::ZERO) }).await;
        assert_eq!(
            meter.out_of_time(Duration::from_secs(3)).reasons[0].reason(),
            "not done within 3s: the last answer was HTTP 200"
        );
    }

    /// Neither the resource nor the value was named.
    #[tokio::test]
    async fn oddities_are_named_the_first_of_them() {
        let meter = Meter::default();
        assert_eq!(meter.left_out(), None);
        meter.watch(async { reading("vpc-1", || note_oddity("`ten` is not a prefix")) }).await;
        let said = "1 value of the answers is not understood and left out: vpc-1: `ten` is not a prefix";
        assert_eq!(meter.left_out().as_deref(), Some(said));
        meter.watch(async { (0..9).for_each(|number| note_oddity(format!("odd {number}"))) }).await;
        let said = meter.left_out().unwrap();
        assert!(said.starts_with("10 values of the answers are not understood"), "{said}");
        assert!(said.ends_with("; odd 3; and 5 more (-v shows them)"), "{said}");
    }

    #[tokio::test]
    async fn a_meter_sees_its_own_work_only() {
        let (one, two) = (Meter::default(), Meter::default());
        tokio::join!(
            one.watch(async {
                count_request();
                tokio::task::yield_now().await;
                count_request();
                note_answer(503, Duration::ZERO);
            }),
            two.watch(async { count_request() }),
        );
        count_request();
        assert_eq!((one.requests(), one.last_status()), (2, Some(503)));
        assert_eq!((two.requests(), two.last_status()), (1, None));
    }
}
