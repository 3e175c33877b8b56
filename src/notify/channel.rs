//! What every channel does, and how it is sent to: the one place where sending is tried again.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep, timeout_at};

use super::notice::Notice;
use super::observation::Observation;
use super::part::Part;
use crate::clouds::{backoff, random};
use crate::diagnostic::Diagnostic;
use crate::redact::redact;

/// A service that messages are sent to.
pub trait Channel: Send + Sync {
    /// Checks what can be checked before anything is read, such as whether the address is there.
    ///
    /// # Errors
    /// When nothing can be sent.
    fn check(&self) -> Result<(), Diagnostic>;

    /// Returns what is sent, a part for each request, within the limits of the service. `notice` is `None` when nothing
    /// happened.
    fn render(&self, notice: Option<&Notice>, now: &Observation) -> Vec<Part>;

    /// Sends a part once.
    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Why a part was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// What is wrong; without secrets.
    pub diagnostic: Diagnostic,
    /// Whether to try again.
    pub retry: RetryAdvice,
}

/// Whether sending is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// It would fail in the same way, or was repeated already.
    Never,
    /// After a pause.
    Later,
    /// After the pause that the service asks for, or the usual one if that is longer.
    After(Duration),
}

impl SendError {
    /// Makes one that is not tried again.
    pub fn new(diagnostic: impl Into<Diagnostic>) -> Self {
        Self { diagnostic: diagnostic.into().map(redact), retry: RetryAdvice::Never }
    }

    /// Changes whether it is tried again.
    #[must_use]
    pub fn retry(self, retry: RetryAdvice) -> Self {
        Self { retry, ..self }
    }
}

/// How long a channel is tried.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// How often a part is sent at most.
    pub attempts: u32,
    /// The first pause; each one after it is twice as long.
    pub first_pause: Duration,
    /// How long all parts may take together.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 5, first_pause: Duration::from_secs(1), total: Duration::from_mins(1) }
    }
}

impl RetryPolicy {
    /// Returns how long to wait after a failed attempt, counted from 1, if `left` is the time that is left; `None` when it is
    /// over. `random` is from 0 to 1: messages that failed together must not come back together.
    #[must_use]
    pub fn pause(&self, attempt: u32, retry: RetryAdvice, left: Duration, random: f64) -> Option<Duration> {
        let usual = backoff(attempt, self.first_pause, self.total, random);
        let pause = match retry {
            RetryAdvice::Never => return None,
            RetryAdvice::Later => usual,
            // Some services ask for no pause at all. That would use up all attempts at once.
            RetryAdvice::After(asked) => asked.max(usual),
        };
        (attempt < self.attempts && pause <= left).then_some(pause)
    }
}

/// Sends all parts, one after the other.
///
/// # Errors
/// When one could not be sent. Those before it were.
pub async fn deliver(channel: &dyn Channel, parts: &[Part], patience: RetryPolicy) -> Result<(), Diagnostic> {
    let deadline = Instant::now() + patience.total;
    for part in parts {
        deliver_part(channel, part, patience, deadline).await?;
    }
    Ok(())
}

async fn deliver_part(
    channel: &dyn Channel,
    part: &Part,
    patience: RetryPolicy,
    deadline: Instant,
) -> Result<(), Diagnostic> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let sent = timeout_at(deadline, channel.send(part)).await;
        let late = |_| {
            let limit = patience.total.as_secs();
            Err(SendError::new(format!("no answer within {limit} s, the limit for a channel")))
        };
        let Err(error) = sent.unwrap_or_else(late) else { return Ok(()) };
        let left = deadline.saturating_duration_since(Instant::now());
        match patience.pause(attempt, error.retry, left, random()) {
            Some(pause) => sleep(pause).await,
            None => return Err(describe(error, attempt)),
        }
    }
}

fn describe(error: SendError, attempts: u32) -> Diagnostic {
    let diagnostic = match error.retry {
        RetryAdvice::After(pause) if !pause.is_zero() => {
            error.diagnostic.with_cause(format!("it asks for a pause of {} s", pause.as_secs()))
        }
        RetryAdvice::Never | RetryAdvice::Later | RetryAdvice::After(_) => error.diagnostic,
    };
    if attempts > 1 { diagnostic.with_cause(format!("tried {attempts} times")) } else { diagnostic }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::Publication;

    /// A service that never answers, and whose client would wait for ever.
    struct SilentChannel;

    impl Channel for SilentChannel {
        fn check(&self) -> Result<(), Diagnostic> {
            Ok(())
        }

        fn render(&self, _: Option<&Notice>, _: &Observation) -> Vec<Part> {
            Vec::new()
        }

        fn send<'a>(&'a self, _: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test]
    async fn all_parts_together_have_a_bound() {
        let part = || {
            Part::Publication(Publication {
                subject: String::new(),
                message: String::new(),
                structured: false,
                attributes: Vec::new(),
                id: String::new(),
            })
        };
        let patience = RetryPolicy { total: Duration::from_millis(20), ..RetryPolicy::default() };
        let error = deliver(&SilentChannel, &[part(), part()], patience).await.unwrap_err();
        assert!(error.message.starts_with("no answer within"), "{error}");
    }

    #[test]
    fn pauses_grow_and_those_that_a_service_asks_for_are_kept_within_the_bound() {
        let (patience, left) = (RetryPolicy::default(), Duration::from_mins(1));
        let pause = |attempt, retry| patience.pause(attempt, retry, left, 1.0).map(|pause| pause.as_secs());
        assert_eq!(
            [1, 2, 3, 4, 5].map(|attempt| pause(attempt, RetryAdvice::Later)),
            [Some(1), Some(2), Some(4), Some(8), None]
        );
        assert_eq!(pause(1, RetryAdvice::After(Duration::from_secs(30))), Some(30));
        assert_eq!(
            [1, 2, 3, 4].map(|attempt| pause(attempt, RetryAdvice::After(Duration::ZERO))),
            [Some(1), Some(2), Some(4), Some(8)],
            "a service that asks for no pause is not asked five times at once"
        );
        assert_eq!(
            pause(1, RetryAdvice::After(Duration::from_secs(61))),
            None,
            "longer than the channel may take"
        );
        assert_eq!(pause(1, RetryAdvice::Never), None);
        assert_eq!(patience.pause(1, RetryAdvice::Later, left, 0.0), Some(Duration::from_millis(500)));
    }
}
