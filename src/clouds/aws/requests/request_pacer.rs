//! Paces requests to EC2, so that a scan takes no more than the documented share of an account.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::HashMapStateStore};

/// EC2's documented bucket for paginated describe calls: 100 at once, 20 more each second.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// Between two requests when the bucket is empty: 20 a second.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

type BucketKey = (String, String, &'static str);

/// One bucket per account, region and API.
#[derive(Debug)]
pub struct RequestPacer(RateLimiter<BucketKey, HashMapStateStore<BucketKey>, DefaultClock>);

impl RequestPacer {
    /// Makes full buckets that take a request more after each `shortest_wait`, or as often as EC2 says.
    ///
    /// # Panics
    /// When the wait is zero.
    pub fn new(shortest_wait: Option<Duration>) -> Self {
        let quota = Quota::with_period(shortest_wait.unwrap_or(SHORTEST_WAIT)).expect("some time passes");
        Self(RateLimiter::hashmap(quota.allow_burst(BURST)))
    }

    /// Waits until one more request of `action` fits.
    pub async fn wait(&self, account: &str, region: &str, action: &'static str) {
        self.0.until_key_ready(&(account.to_owned(), region.to_owned(), action)).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn each_account_region_and_api_has_a_bucket_of_its_own() {
        let pacer = RequestPacer::new(None);
        let passes = |account, region, action| pacer.wait(account, region, action).now_or_never().is_some();
        assert!((0..BURST.get()).all(|_| passes("1", "a", "x")));
        assert!(!passes("1", "a", "x"), "the bucket is empty");
        assert!(passes("2", "a", "x") && passes("1", "b", "x") && passes("1", "a", "y"));
    }
}
