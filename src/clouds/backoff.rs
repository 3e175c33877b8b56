//! How long to wait before what failed is tried again, where no answer says so.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// Returns the wait after a failed attempt, counted from 1: `first` after the first one, and twice as long each time, up to
/// `longest`. `random` is from 0 to 1 and decides about half of it, because what failed together must not come back
/// together; 1 is the whole wait.
#[must_use]
pub fn backoff(attempt: u32, first: Duration, longest: Duration, random: f64) -> Duration {
    let grown = first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(longest);
    grown.mul_f64(0.5 + random / 2.0)
}

/// Returns a random number from 0 to 1. Only waits depend on it, so the keys of the standard library's hash maps are
/// random enough.
#[must_use]
pub fn random() -> f64 {
    let number = u32::try_from(RandomState::new().hash_one(0_u8) >> 32).unwrap_or_default();
    f64::from(number) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_one() {
        let wait = |attempt, random| backoff(attempt, Duration::from_secs(1), Duration::from_secs(5), random);
        assert_eq!([0, 1, 2, 3, 4, u32::MAX].map(|attempt| wait(attempt, 1.0).as_secs()), [1, 1, 2, 4, 5, 5]);
        assert_eq!(wait(1, 0.0), Duration::from_millis(500));
    }

    #[test]
    fn random_numbers_differ() {
        let numbers: Vec<f64> = (0..100).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..=1.0).contains(number)));
        assert!(numbers.iter().any(|number| (number - numbers[0]).abs() > 0.1));
    }
}
