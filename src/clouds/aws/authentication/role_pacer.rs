//! Paces requests to assume a role, so that STS takes as many as it allows and none is lost.
//!
//! STS throttles by caller, and an organization may have thousands of accounts. So all roles of a caller wait in one queue.
//! A role whose request is throttled goes to the end of the queue, so that one that STS always throttles holds back no others.
//! How many requests are sent at once changes as TCP does it (RFC 5681): half as many after a refusal, one more after each
//! round without one.
//!
//! The SDK has a limiter for this (retry mode `adaptive`), but no queue: it lets any of the requests that wait go next, and if
//! there are many, some never go.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::clouds::aws::requests::errors::ASSUME_ROLE;
use crate::clouds::aws::requests::pauses::Pauses;
use crate::clouds::aws::requests::retries::is_patient;
use crate::clouds::turns::waiting_for_turn;
use crate::clouds::waits::FOR_EVER;
use crate::clouds::{Failure, Run, backoff, random};
use crate::model::Outcome;

/// Roles that a caller assumes at once before STS refuses one. STS takes 600 requests a second of an account:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MOST_AT_ONCE: usize = 64;
/// The fewest requests that are sent at once: one that gets no answer must not hold back all others.
const FEWEST_AT_ONCE: usize = 2;

/// Why a request did not lead to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestFault {
    /// STS refused it because the caller sent too many, and may ask to wait for this time.
    Throttled(Option<Duration>),
    /// STS took it, and refused the role.
    Denied,
    /// STS did not answer, or had a fault of its own. This says nothing of how many requests it takes.
    Unanswered,
}

/// The queue of the roles that one caller assumes.
#[derive(Debug)]
pub struct RolePacer {
    turns: Semaphore,
    rate: Mutex<RequestRate>,
    pauses: Pauses,
}

/// How fast STS takes requests, as far as its answers say.
#[derive(Debug)]
struct RequestRate {
    /// How many roles are asked for at present: in the queue, or on their way.
    wanted: usize,
    /// How many requests may be sent at once.
    at_once: usize,
    /// The permits of the queue, those in use included. There are more of them than `at_once` while requests are on their way
    /// that were sent before a refusal.
    permits: usize,
    /// Requests that STS took since `at_once` changed.
    taken: usize,
    /// Refusals in a row. Those of requests that were sent at the same time count once.
    refusals: u32,
    /// When the latest refusal came that counted.
    refused_at: Option<Instant>,
    /// Since when STS took no request, although there were some all the time.
    refused_since: Option<Instant>,
    /// Until when an answer asked to wait.
    announced: Option<Instant>,
    /// Until when nothing is sent because of refusals that asked for no wait.
    backed_off: Option<Instant>,
    /// When it was found that STS refuses everything.
    given_up: Option<Instant>,
}

impl RolePacer {
    /// Makes an empty queue. When STS has refused every request for as long as `run` bounds a sign-in, it gives up.
    pub fn new(run: &Run) -> Self {
        let rate = RequestRate {
            wanted: 0,
            at_once: MOST_AT_ONCE,
            permits: MOST_AT_ONCE,
            taken: 0,
            refusals: 0,
            refused_at: None,
            refused_since: None,
            announced: None,
            backed_off: None,
            given_up: None,
        };
        Self { turns: Semaphore::new(MOST_AT_ONCE), rate: Mutex::new(rate), pauses: Pauses::new(run) }
    }

    /// Sends a `request` when its turn comes, and once more for each answer that throttles it, as `fault` tells. Its waits do
    /// not count against the bound of the step that it is a part of. Returns the first other answer, or the last one where
    /// `retries` has fewer attempts than netcensus chose.
    ///
    /// # Errors
    /// When STS asks for a pause that is longer than the bound on a sign-in, or has taken no request for so long.
    pub async fn send<T, E, F>(
        &self,
        retries: &RetryConfig,
        request: impl Fn() -> F,
        fault: impl Fn(&E) -> RequestFault,
    ) -> Result<Result<T, E>, Failure>
    where
        F: Future<Output = Result<T, E>>,
    {
        let _until_dropped = Wanted::begin(self);
        let mut attempts = 0;
        loop {
            let turn = waiting_for_turn(self.wait_for_turn()).await?;
            let (answer, is_throttled) = self.attempt(request(), &fault, retries).await;
            drop(turn);
            attempts += 1;
            if !is_throttled || is_last(attempts, retries) {
                return Ok(answer);
            }
        }
    }

    /// The same for a `request` that has a value in it that does not last, such as a one-time code: `prepare` gets that only
    /// when the turn has come. Throttled, it keeps its turn.
    ///
    /// # Errors
    /// Also what `prepare` fails with.
    pub async fn send_prepared<P, T, E, F>(
        &self,
        retries: &RetryConfig,
        prepare: impl Future<Output = Result<P, Failure>>,
        request: impl Fn(P) -> F,
        fault: impl Fn(&E) -> RequestFault,
    ) -> Result<Result<T, E>, Failure>
    where
        P: Clone,
        F: Future<Output = Result<T, E>>,
    {
        let _until_dropped = Wanted::begin(self);
        let _turn = waiting_for_turn(self.wait_for_turn()).await?;
        let prepared = prepare.await?;
        // A person may take minutes to type a code, in which STS had nothing to take.
        self.rate().refused_since = None;
        let mut attempts = 0;
        loop {
            waiting_for_turn(self.pause()).await?;
            let (answer, is_throttled) = self.attempt(request(prepared.clone()), &fault, retries).await;
            attempts += 1;
            if !is_throttled || is_last(attempts, retries) {
                return Ok(answer);
            }
        }
    }

    /// Sends one `request`, and learns from its answer. Returns the answer, and whether it was throttled.
    async fn attempt<T, E>(
        &self,
        request: impl Future<Output = Result<T, E>>,
        fault: impl Fn(&E) -> RequestFault,
        retries: &RetryConfig,
    ) -> (Result<T, E>, bool) {
        let sent = Instant::now();
        let answer = request.await;
        let fault = answer.as_ref().err().map(fault);
        match fault {
            Some(RequestFault::Throttled(pause)) => self.slow_down(sent, pause, retries),
            Some(RequestFault::Unanswered) => {}
            Some(RequestFault::Denied) | None => self.speed_up(),
        }
        (answer, matches!(fault, Some(RequestFault::Throttled(_))))
    }

    /// Waits for a turn, and until STS may be asked again.
    async fn wait_for_turn(&self) -> Result<Turn<'_>, Failure> {
        let permit = self.turns.acquire().await.expect("the queue is never closed");
        let turn = Turn { pacer: self, permit: Some(permit) };
        self.pause().await?;
        Ok(turn)
    }

    /// Waits until STS may be asked again.
    async fn pause(&self) -> Result<(), Failure> {
        while let Some((until, is_announced)) = self.next_wait()? {
            if is_announced {
                self.pauses.wait_until(until, &format!("AWS throttles {ASSUME_ROLE}")).await?;
            } else {
                tokio::time::sleep_until(until).await;
            }
        }
        Ok(())
    }

    /// Returns until when nothing may be sent, if so, and whether an answer has announced it.
    fn next_wait(&self) -> Result<Option<(Instant, bool)>, Failure> {
        let (rate, longest) = (self.rate(), self.pauses.longest());
        if rate.given_up.is_some_and(|at| at.elapsed() < longest) {
            return Err(refused_throughout(longest));
        }
        let coming = |until: &Instant| *until > Instant::now();
        let announced = rate.announced.filter(coming).map(|until| (until, true));
        Ok(announced.or_else(|| rate.backed_off.filter(coming).map(|until| (until, false))))
    }

    /// Notes that the request that was sent at this time was throttled, with the pause that the answer asks for.
    fn slow_down(&self, sent: Instant, pause: Option<Duration>, retries: &RetryConfig) {
        let now = Instant::now();
        let rate = &mut *self.rate();
        let since = *rate.refused_since.get_or_insert(now);
        if now - since >= self.pauses.longest() {
            rate.given_up = Some(now);
        }
        if rate.refused_at.is_none_or(|before| sent >= before) {
            rate.refused_at = Some(now);
            rate.refusals += 1;
            rate.taken = 0;
            rate.at_once = (rate.at_once / 2).max(FEWEST_AT_ONCE);
            let surplus = rate.permits.saturating_sub(rate.at_once);
            rate.permits -= self.turns.forget_permits(surplus);
            let wait = backoff(rate.refusals, retries.initial_backoff(), retries.max_backoff(), random());
            rate.backed_off = Some(now + wait);
        }
        rate.announced = rate.announced.max(pause.map(|pause| now + pause));
    }

    /// Notes that STS took a request.
    fn speed_up(&self) {
        let rate = &mut *self.rate();
        (rate.refusals, rate.refused_since, rate.given_up) = (0, None, None);
        rate.taken += 1;
        if rate.taken >= rate.at_once && rate.at_once < MOST_AT_ONCE {
            rate.at_once += 1;
            rate.taken = 0;
            let missing = rate.at_once.saturating_sub(rate.permits);
            self.turns.add_permits(missing);
            rate.permits += missing;
        }
    }

    fn rate(&self) -> MutexGuard<'_, RequestRate> {
        self.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells whether no further attempt follows after so many, because the user asked for fewer than netcensus chose.
fn is_last(attempts: u32, retries: &RetryConfig) -> bool {
    !is_patient(retries) && attempts >= retries.max_attempts()
}

/// The pause is longer than any, because signing in would otherwise begin again at once.
fn refused_throughout(longest: Duration) -> Failure {
    let detail = format!("{ASSUME_ROLE}: AWS throttled every request for {} s", longest.as_secs());
    let failure = Failure::new(Outcome::Throttled, detail).remedy("try later, or use a longer --timeout");
    Failure { retry_after: Some(FOR_EVER), ..failure }
}

/// A role that is asked for, until this is dropped.
struct Wanted<'a>(&'a RolePacer);

impl<'a> Wanted<'a> {
    fn begin(pacer: &'a RolePacer) -> Self {
        pacer.rate().wanted += 1;
        Self(pacer)
    }
}

impl Drop for Wanted<'_> {
    fn drop(&mut self) {
        let mut rate = self.0.rate();
        rate.wanted -= 1;
        // Hours may pass until the next request, in which STS had nothing to take.
        if rate.wanted == 0 {
            rate.refused_since = None;
        }
    }
}

/// A place among the requests that are sent at once. It is free again when this is dropped, unless there are fewer now.
struct Turn<'a> {
    pacer: &'a RolePacer,
    permit: Option<SemaphorePermit<'a>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        let mut rate = self.pacer.rate();
        if rate.permits > rate.at_once {
            rate.permits -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;
    use crate::clouds::step::bounded;

    const THROTTLED: RequestFault = RequestFault::Throttled(None);

    const fn fault(fault: &RequestFault) -> RequestFault {
        *fault
    }

    /// As many attempts as netcensus chooses, with waits from 1 to 20 ms.
    fn patient() -> RetryConfig {
        let milliseconds = Duration::from_millis;
        let retries = RetryConfig::standard().with_max_attempts(8);
        retries.with_initial_backoff(milliseconds(1)).with_max_backoff(milliseconds(20))
    }

    fn run(timeout: Duration) -> Run {
        Run { timeout, ..Run::unobserved() }
    }

    /// A caller of whom STS takes one request in each `period`.
    struct Sts {
        period: Duration,
        next: Mutex<Instant>,
        asked: AtomicUsize,
    }

    impl Sts {
        fn new(period: Duration) -> Self {
            Self { period, next: Mutex::new(Instant::now()), asked: AtomicUsize::new(0) }
        }

        async fn answer(&self) -> Result<(), RequestFault> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let mut next = self.next.lock().unwrap();
            if Instant::now() < *next {
                return Err(THROTTLED);
            }
            *next = Instant::now() + self.period;
            Ok(())
        }
    }

    /// All together take many times as long as each has. The last of them were lost.
    #[tokio::test]
    async fn every_role_is_assumed_however_long_the_queue_is() {
        let run = run(Duration::from_millis(500));
        let (pacer, sts) = (RolePacer::new(&run), Sts::new(Duration::from_millis(15)));
        let assume = async || {
            let retries = patient();
            let work = pacer.send(&retries, || sts.answer(), fault);
            bounded(&run, Box::pin(work)).await
        };
        let assumed = join_all((0..100).map(|_| assume())).await;
        assert!(assumed.iter().all(|result| *result == Ok(Ok(()))), "{assumed:?}");
        let asked = sts.asked.load(Ordering::Relaxed);
        assert!(asked < 1000, "{asked} requests for 100 roles");
    }

    #[tokio::test]
    async fn turns_come_in_the_order_in_which_they_were_asked_for() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let order = Mutex::new(Vec::new());
        let assume = async |number: usize| {
            let send = || async {
                order.lock().unwrap().push(number);
                tokio::task::yield_now().await;
                Ok::<_, RequestFault>(())
            };
            pacer.send(&patient(), send, fault).await.unwrap().unwrap();
        };
        join_all((0..3 * MOST_AT_ONCE).map(assume)).await;
        let order = order.into_inner().unwrap();
        // Those that are sent at once have no order.
        assert!(order.is_sorted_by_key(|number| number / MOST_AT_ONCE), "{order:?}");
    }

    #[tokio::test]
    async fn when_sts_refuses_everything_for_the_whole_time_all_are_throttled() {
        let run = run(Duration::from_millis(100));
        let (pacer, asked) = (RolePacer::new(&run), AtomicUsize::new(0));
        let refuse = || {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err::<(), _>(THROTTLED))
        };
        let retries = patient();
        for failed in join_all((0..100).map(|_| pacer.send(&retries, refuse, fault))).await {
            let failure = failed.unwrap_err();
            assert_eq!(failure.outcome, Outcome::Throttled);
            assert!(failure.detail().starts_with("sts:AssumeRole: AWS throttled every request for "));
            assert!(failure.retry_after > Some(run.timeout), "signing in does not begin again at once");
        }
        let before = asked.load(Ordering::Relaxed);
        pacer.send(&patient(), refuse, fault).await.unwrap_err();
        assert_eq!(asked.load(Ordering::Relaxed), before, "it is known");
    }

    #[tokio::test]
    async fn a_pause_that_is_too_long_ends_all_requests_without_another_one() {
        let run = run(Duration::from_secs(5));
        let (pacer, asked) = (RolePacer::new(&run), AtomicUsize::new(0));
        let refuse = || {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err::<(), _>(RequestFault::Throttled(Some(Duration::from_mins(5)))))
        };
        let retries = patient();
        for failed in join_all((0..100).map(|_| pacer.send(&retries, refuse, fault))).await {
            let said = failed.unwrap_err().detail();
            assert!(
                said.contains("AWS throttles sts:AssumeRole for 300 s more, longer than the 5 s"),
                "{said}"
            );
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_is_no_throttling_is_returned_at_once() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let deny = || std::future::ready(Err::<(), _>(RequestFault::Denied));
        assert_eq!(pacer.send(&patient(), deny, fault).await, Ok(Err(RequestFault::Denied)));
    }

    #[tokio::test]
    async fn fewer_attempts_are_made_where_the_user_wants_so() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let asked = AtomicUsize::new(0);
        let refuse = || {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err::<(), _>(THROTTLED))
        };
        let answer = pacer.send(&patient().with_max_attempts(2), refuse, fault).await;
        assert_eq!(answer, Ok(Err(THROTTLED)));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_refusal_halves_what_is_sent_at_once_and_answers_raise_it_again() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let sent = Instant::now();
        for _ in 0..5 {
            pacer.slow_down(sent, None, &patient());
        }
        assert_eq!(pacer.turns.available_permits(), MOST_AT_ONCE / 2, "they were sent at the same time");
        for _ in 0..9 {
            pacer.slow_down(Instant::now(), None, &patient());
        }
        assert_eq!(pacer.turns.available_permits(), FEWEST_AT_ONCE);
        // One more after two answers, and another one after three.
        for _ in 0..5 {
            pacer.speed_up();
        }
        assert_eq!(pacer.turns.available_permits(), FEWEST_AT_ONCE + 2);
    }

    /// A connection that is reset raised the rate, and made STS seem to take requests.
    #[tokio::test]
    async fn a_request_without_an_answer_says_nothing_of_the_rate() {
        let run = run(Duration::from_millis(500));
        let (pacer, asked) = (RolePacer::new(&run), AtomicUsize::new(0));
        let odd_ones_are_reset = || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            let fault = if number % 2 == 0 { THROTTLED } else { RequestFault::Unanswered };
            std::future::ready(Err::<(), _>(fault))
        };
        let retries = patient();
        let one_after_the_other = async {
            // As long as all of them are not wanted by one request.
            let _wanted = Wanted::begin(&pacer);
            loop {
                if let Err(failure) = pacer.send(&retries, odd_ones_are_reset, fault).await {
                    return failure;
                }
            }
        };
        assert_eq!(one_after_the_other.await.outcome, Outcome::Throttled);
        assert_eq!(pacer.rate().at_once, FEWEST_AT_ONCE);
    }

    #[tokio::test]
    async fn a_role_that_is_denied_shows_that_sts_takes_requests() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        pacer.slow_down(Instant::now(), None, &patient());
        let deny = || std::future::ready(Err::<(), _>(RequestFault::Denied));
        let _wanted = Wanted::begin(&pacer);
        pacer.send(&patient(), deny, fault).await.unwrap().unwrap_err();
        let rate = pacer.rate();
        assert_eq!((rate.taken, rate.refused_since), (1, None));
    }

    /// One refusal an hour ago, and the next one was said to be the end of an hour of refusals.
    #[tokio::test]
    async fn refusals_count_from_the_first_one_while_roles_are_wanted() {
        let pacer = RolePacer::new(&run(Duration::from_millis(20)));
        let refuse = || std::future::ready(Err::<(), _>(THROTTLED));
        let once = patient().with_max_attempts(1);
        for _ in 0..3 {
            assert_eq!(pacer.send(&once, refuse, fault).await, Ok(Err(THROTTLED)));
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The code was asked for first, and expired in the queue.
    #[tokio::test]
    async fn a_value_that_does_not_last_is_got_when_the_turn_has_come_and_then_sent_at_once() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let happened = Mutex::new(Vec::new());
        let happens = |what: &'static str| happened.lock().unwrap().push(what);
        // All others have a turn, or wait for one.
        let others = (0..=MOST_AT_ONCE).map(|_| async {
            let grant = || async {
                tokio::task::yield_now().await;
                happens("other");
                Ok::<_, RequestFault>(())
            };
            pacer.send(&patient(), grant, fault).await.unwrap().unwrap();
        });
        let coded = async {
            let attempts = AtomicUsize::new(0);
            let prepare = async {
                happens("asked");
                Ok("123456")
            };
            let send = |code| {
                happens(code);
                let is_first = attempts.fetch_add(1, Ordering::Relaxed) == 0;
                std::future::ready(if is_first { Err(THROTTLED) } else { Ok(()) })
            };
            pacer.send_prepared(&patient(), prepare, send, fault).await.unwrap().unwrap();
        };
        tokio::join!(join_all(others), coded);
        let happened = happened.into_inner().unwrap();
        let asked = happened.iter().position(|what| *what == "asked").unwrap();
        assert!(asked >= 1, "not before its turn: {happened:?}");
        let sent: Vec<_> = happened[asked..].iter().filter(|what| **what != "other").collect();
        assert_eq!(sent, [&"asked", &"123456", &"123456"]);
    }
}
