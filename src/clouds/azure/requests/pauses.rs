//! Waits as long as Azure asks: with `Retry-After`, or when a query of Resource Graph has used up its quota.
//!
//! How long to wait after an answer without either is decided in `arm_http.rs`.
//!
//! Azure Resource Manager counts requests for each subscription and tells with `Retry-After` how long to keep away:
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::clouds::waits::{FOR_EVER, retry_after_in, wait_out};
use crate::clouds::{Failure, Observer};

/// The longest wait after an answer that refused nothing.
const LONGEST_WAIT_UNREFUSED: Duration = Duration::from_secs(10);

/// The quota that a request counts against. Azure throttles each subscription and each tenant by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Quota {
    /// A subscription, by id.
    Subscription(String),
    /// A tenant: what is asked across subscriptions.
    Tenant(String),
}

impl Quota {
    /// Returns the id of the subscription or tenant.
    pub fn id(&self) -> &str {
        match self {
            Self::Subscription(id) | Self::Tenant(id) => id,
        }
    }
}

impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Tenant(id) => write!(f, "tenant {id}"),
        }
    }
}

/// The pauses that Azure asked for: a 429, or another refusal with `Retry-After`, holds back every request of its key, and no
/// other. The key is a [`Quota`], or the address that gives out tokens.
pub struct Pauses<K> {
    /// When the pause of a key ends. An entry may be in the past.
    until: Mutex<HashMap<K, Instant>>,
    /// The longest pause that is waited for.
    longest: Duration,
    observer: Arc<dyn Observer>,
}

impl<K> std::fmt::Debug for Pauses<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pauses").field("longest", &self.longest).finish_non_exhaustive()
    }
}

impl<K: Clone + Eq + Hash> Pauses<K> {
    /// Waits for `longest` at most, and tells `observer` of every wait.
    pub fn new(longest: Duration, observer: Arc<dyn Observer>) -> Self {
        Self { until: Mutex::default(), longest, observer }
    }

    /// Returns the longest pause that is waited for.
    pub const fn longest(&self) -> Duration {
        self.longest
    }

    /// Begins a pause for all requests of `key`. It never shortens a pause that has begun already: answers overtake each
    /// other.
    pub fn begin(&self, key: &K, pause: Duration) {
        let until = Instant::now() + pause;
        let mut pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pauses.entry(key.clone()).or_insert(until);
        *known = until.max(*known);
    }

    /// Waits until no pause of `key` is left. `throttles` says what throttles what, such as `Azure throttles subscription s`.
    ///
    /// # Errors
    /// When the pause is longer than the longest one that is waited for. The scope is throttled then, and says so at
    /// once rather than when its time is up.
    pub async fn wait(&self, key: &K, throttles: impl Fn() -> String) -> Result<(), Failure> {
        // Another answer may have prolonged the pause meanwhile.
        while let Some(pause) = self.remaining(key) {
            wait_out(pause, self.longest, &throttles(), &*self.observer).await?;
        }
        Ok(())
    }

    /// Returns what is left of the pause of `key`; `None` when it is over.
    pub fn remaining(&self, key: &K) -> Option<Duration> {
        let pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.get(key)?.saturating_duration_since(Instant::now());
        (!pause.is_zero()).then_some(pause)
    }
}

/// Reads `Retry-After`, or the Resource Graph's own header (`hh:mm:ss`):
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>.
pub fn requested_wait(headers: &HeaderMap) -> Option<Duration> {
    retry_after_in(headers).or_else(|| quota_resets_after(headers)).map(|wait| wait.min(FOR_EVER))
}

/// Returns how long to wait after a query of Resource Graph that was answered, and used up the quota: the next one
/// would be refused.
pub fn wait_for_used_up_quota(headers: &HeaderMap) -> Option<Duration> {
    let remaining = headers.get("x-ms-user-quota-remaining")?.to_str().ok()?;
    let wait = quota_resets_after(headers).filter(|_| remaining.trim() == "0")?;
    // No request was refused yet. A header that names a very long wait by mistake may not end the reading.
    Some(wait.min(LONGEST_WAIT_UNREFUSED))
}

fn quota_resets_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("x-ms-user-quota-resets-after")?.to_str().ok()?;
    parse_clock(text).map(Duration::from_secs)
}

fn parse_clock(text: &str) -> Option<u64> {
    text.split(':').try_fold(0_u64, |sum, part| {
        // Parts of a second round up.
        let part: f64 = part.trim().parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is checked to be small"
        )]
        let whole = (0.0..=3600.0).contains(&part).then(|| part.ceil() as u64)?;
        Some(sum.saturating_mul(60).saturating_add(whole))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::Event;
    use crate::model::Outcome;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<String>>);

    impl Observer for Recorder {
        fn event(&self, event: Event<'_>) {
            if let Event::Activity(what) = event {
                self.0.lock().unwrap().push(what.to_owned());
            }
        }

        fn ask(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn quota(subscription: &str) -> Quota {
        Quota::Subscription(subscription.to_owned())
    }

    async fn wait_for(pauses: &Pauses<Quota>, id: &str) -> Result<(), Failure> {
        let quota = quota(id);
        pauses.wait(&quota, || format!("Azure throttles {quota}")).await
    }

    #[tokio::test]
    async fn one_subscription_waits_and_says_so_while_others_go_on() {
        let told = Arc::new(Recorder::default());
        let pauses = Pauses::new(Duration::from_mins(1), Arc::clone(&told) as Arc<dyn Observer>);
        let wait = Duration::from_millis(40);
        pauses.begin(&quota("a"), wait);
        let begun = Instant::now();
        wait_for(&pauses, "b").await.unwrap();
        assert_eq!(told.0.lock().unwrap().len(), 0);
        wait_for(&pauses, "a").await.unwrap();
        assert!(begun.elapsed() >= wait);
        assert_eq!(*told.0.lock().unwrap(), ["Azure throttles subscription a: waiting 1 s"]);
    }

    #[tokio::test]
    async fn a_pause_that_is_longer_than_the_timeout_is_refused_at_once() {
        let pauses = Pauses::new(Duration::from_mins(1), Arc::new(Recorder::default()));
        pauses.begin(&quota("a"), Duration::from_mins(17));
        // A later and shorter one does not end the first.
        pauses.begin(&quota("a"), Duration::from_secs(1));
        let failure = wait_for(&pauses, "a").await.unwrap_err();
        assert_eq!(failure.outcome, Outcome::Throttled);
        let expected = "Azure throttles subscription a for 1020 s more, longer than the 60 s that netcensus \
            waits (try later, or use a longer --timeout)";
        assert_eq!(failure.detail(), expected);
    }

    #[test]
    fn both_headers_tell_how_long_to_wait() {
        let of = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            requested_wait(&headers).map(|time| time.as_secs())
        };
        assert_eq!(of("retry-after", "17"), Some(17));
        assert_eq!(of("x-ms-user-quota-resets-after", "00:00:05"), Some(5));
        assert_eq!(of("x-ms-user-quota-resets-after", "01:00:01.2"), Some(3602));
        assert_eq!(
            of("x-ms-user-quota-resets-after", "3600:".repeat(20).trim_end_matches(':')),
            Some(FOR_EVER.as_secs())
        );
        for odd in ["soon", "-1", "1e9:00:00", "::"] {
            assert_eq!(of("x-ms-user-quota-resets-after", odd), None, "{odd}");
        }
        assert_eq!(requested_wait(&HeaderMap::new()), None);
    }

    #[test]
    fn the_last_query_of_a_quota_is_followed_by_a_pause() {
        let after = |remaining: &'static str, resets: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ms-user-quota-remaining", remaining.parse().unwrap());
            headers.insert("x-ms-user-quota-resets-after", resets.parse().unwrap());
            wait_for_used_up_quota(&headers)
        };
        assert_eq!(after("0", "00:00:05"), Some(Duration::from_secs(5)));
        assert_eq!(after("0", "24:00:00"), Some(LONGEST_WAIT_UNREFUSED), "a refusal may ask for more");
        for (remaining, resets) in [("1", "00:00:05"), ("14", "00:00:05"), ("0", "soon"), ("", "00:00:05")] {
            assert_eq!(after(remaining, resets), None, "{remaining} {resets}");
        }
        assert_eq!(wait_for_used_up_quota(&HeaderMap::new()), None);
    }
}
