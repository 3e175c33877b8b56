//! How usage changed, from one inventory after the other.

use schemars::JsonSchema;
use serde::Serialize;

use super::forecast::{Forecast, UsagePoint};

/// How usage changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UsageTrend {
    /// How many addresses more are used than a day ago; `null` if no snapshot of then knows.
    pub since_yesterday: Option<i64>,
    /// How many addresses more are used than a week ago; `null` if no snapshot of then knows.
    pub since_last_week: Option<i64>,
    /// When it will be full.
    pub forecast: Forecast,
    /// The last known numbers of each day, in UTC, oldest first, at most those of 30 days.
    pub points: Vec<UsagePoint>,
}

impl UsageTrend {
    /// Returns how many addresses are used in so many days after the last point, at the rate seen, and never more than there
    /// are; `None` where there is no rate.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a forecast is no exact number, and it is kept within those that there are"
    )]
    pub fn used_in(&self, days: u32) -> Option<u64> {
        let last = self.points.last()?;
        let used = last.used as f64 + self.forecast.addresses_per_day? * f64::from(days);
        Some(used.clamp(0.0, last.total as f64) as u64)
    }
}
