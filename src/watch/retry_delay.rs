//! How long to wait before what failed is tried again.

use std::time::Duration;

/// Returns the wait after so many failures in a row: the shortest one after the first, and twice as long each time.
#[must_use]
pub fn retry_delay(failures: u32, shortest: Duration, longest: Duration) -> Duration {
    shortest.saturating_mul(1 << failures.min(16).saturating_sub(1)).min(longest)
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
