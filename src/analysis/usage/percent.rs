//! Shares of whole numbers, exactly.

use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A share in percent with two decimals, rounded down: 79.999 % is 79.99 and never 80, and only what is full has 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(transparent)]
pub struct Percent {
    #[schemars(with = "f64")]
    hundredths: u64,
}

impl Percent {
    /// Returns the share of `total` that is `used`; `None` of nothing, and where more is used than there is.
    #[must_use]
    pub fn new(used: u64, total: u64) -> Option<Self> {
        let hundredths = u128::from(used) * 10_000 / u128::from(Some(total).filter(|total| *total > 0)?);
        u64::try_from(hundredths).ok().filter(|_| used <= total).map(|hundredths| Self { hundredths })
    }

    /// Returns it as a number, for formats that have no exact decimals.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most 10000")]
    pub fn as_f64(self) -> f64 {
        self.hundredths as f64 / 100.0
    }

    /// Returns the number that it is printed as, with one decimal.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
    pub fn printed(self) -> f64 {
        (self.hundredths / 10) as f64 / 10.0
    }

    /// Returns it in hundredths of a percent.
    #[must_use]
    pub const fn hundredths(self) -> u64 {
        self.hundredths
    }

    /// Returns it in whole percent, rounded down.
    #[must_use]
    pub const fn whole(self) -> u64 {
        self.hundredths / 100
    }
}

/// With one decimal, rounded down: `79.9`, and `100` without.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.whole(), self.hundredths / 10 % 10) {
            (whole, 0) => f.pad(&whole.to_string()),
            (whole, tenth) => f.pad(&format!("{whole}.{tenth}")),
        }
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

/// Tells whether `used` is so many percent of `total`, or more, without rounding.
#[must_use]
pub(super) fn reaches(used: u64, total: u64, percent: u64) -> bool {
    u128::from(used) * 100 >= u128::from(percent) * u128::from(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_are_rounded_down() {
        let share = |used, total| Percent::new(used, total).map(|percent| percent.to_string());
        assert_eq!(share(1999, 2500).as_deref(), Some("79.9"), "79.96 is not 80");
        assert_eq!(share(2000, 2500).as_deref(), Some("80"));
        assert_eq!(share(250, 251).as_deref(), Some("99.6"));
        assert_eq!(share(251, 251).as_deref(), Some("100"));
        assert_eq!((share(0, 0), share(2, 1)), (None, None), "no share of nothing, and none above all");
        assert_eq!(serde_json::to_string(&Percent::new(1999, 2500)).unwrap(), "79.96");
        assert!(reaches(2000, 2500, 80) && !reaches(1999, 2500, 80));
    }

    proptest! {
        #[test]
        fn what_is_shown_never_reaches_a_limit_that_the_share_does_not(total in 1_u64..1 << 32, used in any::<u64>(), limit in 1_u64..=100) {
            let used = used % (total + 1);
            let shown = Percent::new(used, total).unwrap();
            prop_assert_eq!(shown.whole() >= limit, reaches(used, total, limit));
            prop_assert_eq!(shown.whole() == 100, used == total);
        }
    }
}
