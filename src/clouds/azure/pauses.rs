//! Waiting when Azure says so: a 429 holds back every request of its subscription, and of no other.
//!
//! Azure Resource Manager counts requests for each subscription and tells with `Retry-After` how long to keep away:
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::http::{Call, Quota};
use super::refusal::Refusal;
use crate::clouds::{Event, Observer};

/// Who has to wait, and until when.
pub struct Pauses {
    until: Mutex<HashMap<Quota, Instant>>,
    /// The longest wait that makes sense.
    longest: Duration,
    observer: Arc<dyn Observer>,
}

impl std::fmt::Debug for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pauses").field("longest", &self.longest).finish_non_exhaustive()
    }
}

impl Pauses {
    /// Waits for `longest` at most, and tells `observer` of it.
    pub fn new(longest: Duration, observer: Arc<dyn Observer>) -> Self {
        Self { until: Mutex::default(), longest, observer }
    }

    /// Begins a pause of `wait` for all requests that count against `quota`.
    pub fn begin(&self, quota: &Quota, wait: Duration) {
        let until = Instant::now() + wait;
        let mut pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pauses.entry(quota.clone()).or_insert(until);
        *known = until.max(*known);
    }

    /// Waits until the pause of `call`'s quota is over, if there is one.
    ///
    /// # Errors
    /// When the pause is longer than anybody would wait: the scope is throttled then, and says so at once.
    pub async fn pass(&self, call: &Call) -> Result<(), Refusal> {
        while let Some(wait) = self.left(&call.quota) {
            if wait > self.longest {
                return Err(Refusal::throttled(call, wait, self.longest));
            }
            let seconds = wait.as_secs_f64().ceil();
            let waiting = format!("Azure throttles {}: waiting {seconds} s", call.quota);
            self.observer.event(Event::Doing(&waiting));
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn left(&self, quota: &Quota) -> Option<Duration> {
        let pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = pauses.get(quota)?.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::model::Outcome;

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Observer for Told {
        fn event(&self, event: Event<'_>) {
            if let Event::Doing(what) = event {
                self.0.lock().unwrap().push(what.to_owned());
            }
        }

        fn ask(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn call(subscription: &str) -> Call {
        Call {
            method: Method::GET,
            url: "https://h/".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action: "x/read",
            quota: Quota::Subscription(subscription.to_owned()),
        }
    }

    #[tokio::test]
    async fn one_subscription_waits_and_says_so_while_others_go_on() {
        let told = Arc::new(Told::default());
        let pauses = Pauses::new(Duration::from_mins(1), Arc::clone(&told) as Arc<dyn Observer>);
        let wait = Duration::from_millis(40);
        pauses.begin(&call("a").quota, wait);
        let begun = Instant::now();
        pauses.pass(&call("b")).await.unwrap();
        assert_eq!(told.0.lock().unwrap().len(), 0);
        pauses.pass(&call("a")).await.unwrap();
        assert!(begun.elapsed() >= wait);
        assert_eq!(*told.0.lock().unwrap(), ["Azure throttles subscription a: waiting 1 s"]);
    }

    #[tokio::test]
    async fn a_longer_pause_than_anybody_waits_is_the_end() {
        let pauses = Pauses::new(Duration::from_mins(1), Arc::new(Told::default()));
        pauses.begin(&call("a").quota, Duration::from_mins(17));
        // A later and shorter one does not end the first.
        pauses.begin(&call("a").quota, Duration::from_secs(1));
        let failure = pauses.pass(&call("a")).await.unwrap_err().failure;
        assert_eq!(failure.outcome, Outcome::Throttled);
        let expected = "Azure throttles subscription a for 1020 s more, longer than the 60 s that are waited \
                        for (try later, or allow more with --timeout)";
        assert_eq!(failure.detail(), expected);
    }
}
