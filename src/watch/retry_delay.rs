//! How long to wait before what failed is tried again.

use std::time::Duration;

use crate::clouds::backoff;

/// Returns the wait after so many failures in a row: the shortest one after the first, and twice as long each time.
#[must_use]
pub fn retry_delay(failures: u32, shortest: Duration, longest: Duration) -> Duration {
    // A watch has no others beside it that would come back in the same moment, so nothing of it is random.
    backoff(failures, shortest, longest, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_one() {
        let wait = |failures| retry_delay(failures, Duration::from_secs(1), Duration::from_secs(5)).as_secs();
        assert_eq!([0, 1, 2, 3, 4, u32::MAX].map(wait), [1, 1, 2, 4, 5, 5]);
    }
}
