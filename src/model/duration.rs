//! Lengths of time, as you write them, and how far clocks differ.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// Reads a length of time such as `90s`, `15m`, `12h`, `7d` or `1w`; a day is 24 hours. `None` when it is none, or not
/// more than nothing.
#[must_use]
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(duration).filter(SignedDuration::is_positive)
}

/// The shortest time between two runs that you can ask for.
pub const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// How far the clocks of two machines may be apart.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Returns whether `moment` is after `now` by more than clocks differ. A snapshot of that time was taken on a machine whose
/// clock was wrong, so its age is unknown.
#[must_use]
pub fn is_in_future(moment: Timestamp, now: Timestamp) -> bool {
    moment.duration_since(now) > CLOCK_TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_days_are_24_hours() {
        let hours = |text| parse_duration(text).map(|duration| duration.as_hours());
        assert_eq!(["36h", "1d", "7d", "1w", "1d 12h"].map(hours), [36, 24, 168, 168, 36].map(Some));
        for wrong in ["", "7", "-1d", "0s", "1mo", "1y", "soon"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
