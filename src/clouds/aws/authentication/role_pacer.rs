//! Paces requests to assume a role, so that STS takes as many as it allows and none is lost.
//!
//! STS throttles by caller, and an organization may have thousands of accounts. So all roles of a caller wait in one queue,
//! in the order in which they were asked for. How many requests are sent at once changes as TCP does it (RFC 5681): half as
//! many after a refusal, one more after each round without one.
//!
//! The SDK has a limiter for this (retry mode `adaptive`), but no queue: whoever waits in it takes its chance against all who
//! wait too, and some of many never have their turn.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::clouds::aws::requests::errors::ASSUME_ROLE;
use crate::clouds::aws::requests::pauses::Pauses;
use crate::clouds::aws::requests::retries::is_patient;
use crate::clouds::meter::waiting_for_turn;
use crate::clouds::waits::FOR_EVER;
use crate::clouds::{Failure, Run, backoff, random};
use crate::model::Outcome;

/// Roles that a caller assumes at once before STS refuses one. STS takes 600 requests a second of an account:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MOST_AT_ONCE: usize = 64;
/// The fewest requests that are sent at once: one that gets no answer must not hold back all others.
const FEWEST_AT_ONCE: usize = 2;

/// A refusal for having asked too often.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// How long the answer asks to wait.
    pub pause: Option<Duration>,
}

/// The queue of the roles that one caller assumes.
#[derive(Debug)]
pub struct RolePacer {
    turns: Semaphore,
    pace: Mutex<Pace>,
    pauses: Pauses,
}

/// How fast STS takes requests, as far as its answers say.
#[derive(Debug)]
struct Pace {
    /// How many requests may be sent at once.
    at_once: usize,
    /// The permits of the queue, those in use included. There are more of them than `at_once` while requests are on their way
    /// that were sent before a refusal.
    permits: usize,
    /// Answers since `at_once` changed that were no refusals.
    answered: usize,
    /// Refusals in a row. Those of requests that were sent at the same time count once.
    refusals: u32,
    /// When the latest refusal came that counted.
    refused_at: Option<Instant>,
    /// Since when every answer was a refusal.
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
        let pace = Pace {
            at_once: MOST_AT_ONCE,
            permits: MOST_AT_ONCE,
            answered: 0,
            refusals: 0,
            refused_at: None,
            refused_since: None,
            announced: None,
            backed_off: None,
            given_up: None,
        };
        Self { turns: Semaphore::new(MOST_AT_ONCE), pace: Mutex::new(pace), pauses: Pauses::new(run) }
    }

    /// Sends a `request` when its turn comes, and once more for each answer that is a `refusal`. Its waits do not count
    /// against the bound of the step that it is a part of. Returns the answer that is no refusal, or the last one where
    /// `retries` has fewer attempts than netcensus chose.
    ///
    /// # Errors
    /// When STS asks for a pause that is longer than the bound on a sign-in, or has refused every request for so long.
    pub async fn send<T, E, F>(
        &self,
        retries: &RetryConfig,
        request: impl Fn() -> F,
        refusal: impl Fn(&E) -> Option<Refusal>,
    ) -> Result<Result<T, E>, Failure>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut attempts = 0;
        loop {
            let turn = waiting_for_turn(self.turn()).await?;
            let sent = Instant::now();
            let answer = request().await;
            attempts += 1;
            let refused = answer.as_ref().err().and_then(&refusal);
            match refused {
                Some(refused) => self.slow_down(sent, refused, retries),
                None => self.speed_up(),
            }
            drop(turn);
            let is_last = !is_patient(retries) && attempts >= retries.max_attempts();
            if refused.is_none() || is_last {
                return Ok(answer);
            }
        }
    }

    /// Waits for a turn, and until STS may be asked again.
    async fn turn(&self) -> Result<Turn<'_>, Failure> {
        let permit = self.turns.acquire().await.expect("the queue is never closed");
        let turn = Turn { pacer: self, permit: Some(permit) };
        while let Some((until, is_announced)) = self.next_wait()? {
            if is_announced {
                self.pauses.wait_until(until, &format!("AWS throttles {ASSUME_ROLE}")).await?;
            } else {
                tokio::time::sleep_until(until).await;
            }
        }
        Ok(turn)
    }

    /// Returns until when nothing may be sent, if so, and whether an answer has announced it.
    fn next_wait(&self) -> Result<Option<(Instant, bool)>, Failure> {
        let (pace, longest) = (self.pace(), self.pauses.longest());
        if pace.given_up.is_some_and(|at| at.elapsed() < longest) {
            return Err(refused_throughout(longest));
        }
        let coming = |until: &Instant| *until > Instant::now();
        let announced = pace.announced.filter(coming).map(|until| (until, true));
        Ok(announced.or_else(|| pace.backed_off.filter(coming).map(|until| (until, false))))
    }

    /// Notes that the request that was sent at this time was refused.
    fn slow_down(&self, sent: Instant, Refusal { pause }: Refusal, retries: &RetryConfig) {
        let now = Instant::now();
        let pace = &mut *self.pace();
        let since = *pace.refused_since.get_or_insert(now);
        if now - since >= self.pauses.longest() {
            pace.given_up = Some(now);
        }
        if pace.refused_at.is_none_or(|before| sent >= before) {
            pace.refused_at = Some(now);
            pace.refusals += 1;
            pace.answered = 0;
            pace.at_once = (pace.at_once / 2).max(FEWEST_AT_ONCE);
            let surplus = pace.permits.saturating_sub(pace.at_once);
            pace.permits -= self.turns.forget_permits(surplus);
            let wait = backoff(pace.refusals, retries.initial_backoff(), retries.max_backoff(), random());
            pace.backed_off = Some(now + wait);
        }
        pace.announced = pace.announced.max(pause.map(|pause| now + pause));
    }

    /// Notes an answer that was no refusal.
    fn speed_up(&self) {
        let pace = &mut *self.pace();
        (pace.refusals, pace.refused_since, pace.given_up) = (0, None, None);
        pace.answered += 1;
        if pace.answered >= pace.at_once && pace.at_once < MOST_AT_ONCE {
            pace.at_once += 1;
            pace.answered = 0;
            let missing = pace.at_once.saturating_sub(pace.permits);
            self.turns.add_permits(missing);
            pace.permits += missing;
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pause is longer than any, because who is told this would otherwise sign in again at once.
fn refused_throughout(longest: Duration) -> Failure {
    let detail = format!("{ASSUME_ROLE}: AWS throttled every request for {} s", longest.as_secs());
    let failure = Failure::new(Outcome::Throttled, detail).remedy("try later, or use a longer --timeout");
    Failure { retry_after: Some(FOR_EVER), ..failure }
}

/// A place among the requests that are sent at once. It is free again when this is dropped, unless there are fewer now.
struct Turn<'a> {
    pacer: &'a RolePacer,
    permit: Option<SemaphorePermit<'a>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        let mut pace = self.pacer.pace();
        if pace.permits > pace.at_once {
            pace.permits -= 1;
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

    /// What STS answers in place of credentials.
    #[derive(Debug, PartialEq)]
    enum Fault {
        Throttled(Option<Duration>),
        Denied,
    }

    const fn refusal(fault: &Fault) -> Option<Refusal> {
        match fault {
            Fault::Throttled(pause) => Some(Refusal { pause: *pause }),
            Fault::Denied => None,
        }
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

        async fn answer(&self) -> Result<(), Fault> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let mut next = self.next.lock().unwrap();
            if Instant::now() < *next {
                return Err(Fault::Throttled(None));
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
            let work = pacer.send(&retries, || sts.answer(), refusal);
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
                Ok::<_, Fault>(())
            };
            pacer.send(&patient(), send, refusal).await.unwrap().unwrap();
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
            std::future::ready(Err::<(), _>(Fault::Throttled(None)))
        };
        let retries = patient();
        for failed in join_all((0..100).map(|_| pacer.send(&retries, refuse, refusal))).await {
            let failure = failed.unwrap_err();
            assert_eq!(failure.outcome, Outcome::Throttled);
            assert!(failure.detail().starts_with("sts:AssumeRole: AWS throttled every request for "));
            assert!(failure.retry_after > Some(run.timeout), "nobody signs in again at once");
        }
        let before = asked.load(Ordering::Relaxed);
        pacer.send(&patient(), refuse, refusal).await.unwrap_err();
        assert_eq!(asked.load(Ordering::Relaxed), before, "it is known");
    }

    #[tokio::test]
    async fn a_pause_that_is_too_long_ends_all_who_wait_without_another_request() {
        let run = run(Duration::from_secs(5));
        let (pacer, asked) = (RolePacer::new(&run), AtomicUsize::new(0));
        let refuse = || {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err::<(), _>(Fault::Throttled(Some(Duration::from_mins(5)))))
        };
        let retries = patient();
        for failed in join_all((0..100).map(|_| pacer.send(&retries, refuse, refusal))).await {
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
        let deny = || std::future::ready(Err::<(), _>(Fault::Denied));
        assert_eq!(pacer.send(&patient(), deny, refusal).await, Ok(Err(Fault::Denied)));
    }

    #[tokio::test]
    async fn who_wants_fewer_attempts_is_told_after_them() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let asked = AtomicUsize::new(0);
        let refuse = || {
            asked.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err::<(), _>(Fault::Throttled(None)))
        };
        let answer = pacer.send(&patient().with_max_attempts(2), refuse, refusal).await;
        assert_eq!(answer, Ok(Err(Fault::Throttled(None))));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_refusal_halves_what_is_sent_at_once_and_answers_raise_it_again() {
        let pacer = RolePacer::new(&run(Duration::from_secs(30)));
        let (sent, refused) = (Instant::now(), Refusal { pause: None });
        for _ in 0..5 {
            pacer.slow_down(sent, refused, &patient());
        }
        assert_eq!(pacer.turns.available_permits(), MOST_AT_ONCE / 2, "they were sent at the same time");
        for _ in 0..9 {
            pacer.slow_down(Instant::now(), refused, &patient());
        }
        assert_eq!(pacer.turns.available_permits(), FEWEST_AT_ONCE);
        // One more after two answers, and another one after three.
        for _ in 0..5 {
            pacer.speed_up();
        }
        assert_eq!(pacer.turns.available_permits(), FEWEST_AT_ONCE + 2);
    }
}
