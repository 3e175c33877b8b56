//! Paces requests to EC2, so that a scan takes no more than the documented share of an account.

use std::num::NonZeroU32;

use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::HashMapStateStore};

/// EC2's documented bucket for paginated describe calls: 100 at once, 20 more each second.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();

type BucketKey = (String, String, &'static str);

/// One bucket per account, region and API.
#[derive(Debug)]
pub struct RequestPacer(RateLimiter<BucketKey, HashMapStateStore<BucketKey>, DefaultClock>);

impl RequestPacer {
    /// Makes full buckets.
    pub fn new() -> Self {
        Self(RateLimiter::hashmap(Quota::per_second(PER_SECOND).allow_burst(BURST)))
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
        let pacer = RequestPacer::new();
        let passes = |account, region, action| pacer.wait(account, region, action).now_or_never().is_some();
        assert!((0..BURST.get()).all(|_| passes("1", "a", "x")));
        assert!(!passes("1", "a", "x"), "the bucket is empty");
        assert!(passes("2", "a", "x") && passes("1", "b", "x") && passes("1", "a", "y"));
    }
}
