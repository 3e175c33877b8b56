//! When address space will be full, at the rate seen.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The fewest points that are needed.
const MIN_POINTS: usize = 4;
/// So many days have to lie between the first and the last point.
const LEAST_DAYS: f64 = 3.0;
/// What is full in more days than this is as good as steady, and has no date.
const MAX_DAYS: f64 = 36_500.0;

/// What was used at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsagePoint {
    /// When it was read, in UTC.
    pub taken_at: Timestamp,
    /// Addresses in use.
    pub used: u64,
    /// Addresses that there were.
    pub total: u64,
}

/// When something will be full.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Forecast {
    /// The forecast in a word.
    pub state: ForecastState,
    /// How many addresses more are used each day; `null` where that is not known.
    pub addresses_per_day: Option<f64>,
    /// In how many whole days it is full, rounded down; only where it is filling.
    pub full_in_days: Option<u64>,
    /// The day on which it is full, in UTC; only where it is filling.
    #[schemars(with = "Option<String>")]
    pub full_on: Option<Date>,
}

/// A forecast in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ForecastState {
    /// Too few snapshots know it: fewer than four days, or less than three days apart.
    Unknown,
    /// It does not fill.
    Steady,
    /// It fills.
    Filling,
    /// It is full.
    Full,
}

impl ForecastState {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Steady => "steady",
            Self::Filling => "filling",
            Self::Full => "full",
        }
    }
}

impl Forecast {
    const fn without_date(state: ForecastState, addresses_per_day: Option<f64>) -> Self {
        Self { state, addresses_per_day, full_in_days: None, full_on: None }
    }

    /// Extrapolates from points, oldest first, to when nothing of `free` is left.
    #[must_use]
    pub fn new(points: &[UsagePoint], free: Option<u64>, now: Timestamp) -> Self {
        let rate = median_slope(points);
        let (Some(rate), Some(free)) = (rate, free) else {
            return Self::without_date(ForecastState::Unknown, rate);
        };
        let rounded = Some((rate * 100.0).round() / 100.0);
        #[expect(clippy::cast_precision_loss, reason = "a forecast is no exact number")]
        let days = free as f64 / rate;
        match (free, rate > 0.0 && days <= MAX_DAYS) {
            (0, _) => Self::without_date(ForecastState::Full, rounded),
            (_, false) => Self::without_date(ForecastState::Steady, rounded),
            (_, true) => {
                let seconds =
                    SignedDuration::try_from_secs_f64(days * 86_400.0).unwrap_or(SignedDuration::MAX);
                let full = now.saturating_add(seconds).unwrap_or(Timestamp::MAX);
                Self {
                    state: ForecastState::Filling,
                    addresses_per_day: rounded,
                    full_in_days: u64::try_from(seconds.as_hours() / 24).ok(),
                    full_on: Some(full.to_zoned(TimeZone::UTC).date()),
                }
            }
        }
    }

    /// Tells whether it is full now, or within a time.
    #[must_use]
    pub fn is_full_within(&self, time: SignedDuration) -> bool {
        match self.state {
            ForecastState::Full => true,
            ForecastState::Filling => {
                let days = self.full_in_days.and_then(|days| i64::try_from(days).ok());
                days.is_some_and(|days| SignedDuration::from_hours(days.saturating_mul(24)) < time)
            }
            ForecastState::Unknown | ForecastState::Steady => false,
        }
    }
}

/// Returns the median of the slopes of all pairs of points (the estimator of Theil and Sen), in addresses a day. A few days
/// out of the ordinary do not move it, as they would move a mean. `None` if the points are too few, or too close together.
fn median_slope(points: &[UsagePoint]) -> Option<f64> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < MIN_POINTS || days_between(first, last) < LEAST_DAYS {
        return None;
    }
    let pairs = points
        .iter()
        .enumerate()
        .flat_map(|(at, one)| points[at + 1..].iter().map(move |other| (one, other)));
    let slope = |(one, other): (&UsagePoint, &UsagePoint)| {
        #[expect(clippy::cast_precision_loss, reason = "counts of addresses are below 2^53")]
        let more = other.used as f64 - one.used as f64;
        more / days_between(one, other)
    };
    let mut slopes: Vec<f64> = pairs.map(slope).filter(|slope| slope.is_finite()).collect();
    slopes.sort_unstable_by(f64::total_cmp);
    let upper = *slopes.get(slopes.len() / 2)?;
    let lower = *slopes.get(slopes.len().checked_sub(1)? / 2)?;
    Some(f64::midpoint(lower, upper))
}

fn days_between(one: &UsagePoint, other: &UsagePoint) -> f64 {
    other.taken_at.duration_since(one.taken_at).as_secs_f64() / 86_400.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(used: &[u64]) -> Vec<UsagePoint> {
        let start: Timestamp = "2026-11-01T06:00:00Z".parse().unwrap();
        let at = |day: usize| start + SignedDuration::from_hours(24 * i64::try_from(day).unwrap());
        used.iter()
            .enumerate()
            .map(|(day, used)| UsagePoint { taken_at: at(day), used: *used, total: 251 })
            .collect()
    }

    fn forecast(used: &[u64], free: u64) -> Forecast {
        Forecast::new(&points(used), Some(free), "2026-11-09T06:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_steady_rate_leads_to_a_day() {
        let found = forecast(&[200, 204, 208, 212, 216], 35);
        assert_eq!((found.state, found.addresses_per_day), (ForecastState::Filling, Some(4.0)));
        assert_eq!(found.full_in_days, Some(8), "8.75 days are not nine");
        assert_eq!(found.full_on, Some("2026-11-18".parse().unwrap()));
        assert!(found.is_full_within(SignedDuration::from_hours(24 * 9)));
        assert!(!found.is_full_within(SignedDuration::from_hours(24 * 8)));
    }

    #[test]
    fn one_odd_day_does_not_move_the_rate() {
        assert_eq!(forecast(&[200, 204, 10, 212, 216, 220], 35).addresses_per_day, Some(4.0));
    }

    #[test]
    fn what_does_not_grow_is_never_full() {
        for used in [[200; 5].as_slice(), &[216, 212, 208, 204, 200]] {
            let found = forecast(used, 35);
            assert_eq!((found.state, found.full_in_days), (ForecastState::Steady, None));
            assert!(!found.is_full_within(SignedDuration::MAX));
        }
        let full = forecast(&[247, 248, 249, 251, 251], 0);
        assert_eq!(full.state, ForecastState::Full);
        assert!(full.is_full_within(SignedDuration::from_hours(1)));
    }

    #[test]
    fn few_points_and_short_times_tell_nothing() {
        assert_eq!(forecast(&[200, 204, 208], 35).state, ForecastState::Unknown, "three points");
        let hours: Vec<UsagePoint> = points(&[1, 2, 3, 4, 5])
            .into_iter()
            .enumerate()
            .map(|(hour, point)| UsagePoint {
                taken_at: "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap()
                    + SignedDuration::from_hours(17 * i64::try_from(hour).unwrap()),
                ..point
            })
            .collect();
        assert_eq!(Forecast::new(&hours, Some(9), Timestamp::UNIX_EPOCH).state, ForecastState::Unknown);
        assert_eq!(
            Forecast::new(&points(&[1, 2, 3, 4]), None, Timestamp::UNIX_EPOCH).state,
            ForecastState::Unknown
        );
        assert_eq!(Forecast::new(&[], Some(9), Timestamp::UNIX_EPOCH).state, ForecastState::Unknown);
    }
}
