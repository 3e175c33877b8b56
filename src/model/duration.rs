//! Lengths of time, as you write them, and how far clocks differ.

use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use thiserror::Error;

/// Why a text is not the length of time that is wanted.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DurationError {
    /// It is no length of time.
    #[error(
        "`{0}` is not a duration; accepted: a number and a unit (s, m, h, d or w), such as `90s`, `12h` or `7d`"
    )]
    Syntax(String),
    /// It is too short or too long.
    #[error("`{text}` is out of range; accepted: {accepted}")]
    Range {
        /// The text.
        text: String,
        /// The lengths that are accepted, in words.
        accepted: &'static str,
    },
}

/// Reads a length of time of more than nothing, such as `90s`, `15m`, `12h`, `7d` or `1w`; a day is 24 hours.
///
/// # Errors
/// When it is no length of time, or not more than nothing.
pub fn parse_duration(text: &str) -> Result<SignedDuration, DurationError> {
    let least = (Bound::Excluded(SignedDuration::ZERO), Bound::Unbounded);
    parse_duration_within(text, least, "more than 0s")
}

/// Reads a length of time as [`parse_duration`] does, from `lengths`, which `accepted` names in words.
///
/// # Errors
/// When it is no length of time, or not one of these.
pub fn parse_duration_within(
    text: &str,
    lengths: impl RangeBounds<SignedDuration>,
    accepted: &'static str,
) -> Result<SignedDuration, DurationError> {
    let syntax = || DurationError::Syntax(text.to_owned());
    let span: Span = text.parse().map_err(|_| syntax())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| syntax())?;
    let is_accepted = lengths.contains(&duration);
    is_accepted.then_some(duration).ok_or_else(|| DurationError::Range { text: text.to_owned(), accepted })
}

/// Reads the time between two runs: at least a second.
///
/// # Errors
/// When it is no length of time, or a shorter one.
pub fn parse_interval(text: &str) -> Result<Duration, DurationError> {
    let interval = parse_duration_within(text, SignedDuration::from_secs(1).., "1s or more")?;
    Ok(interval.unsigned_abs())
}

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
        assert_eq!(["36h", "1d", "7d", "1w", "1d 12h"].map(hours), [36, 24, 168, 168, 36].map(Ok));
        for wrong in ["", "7", "1mo", "1y", "soon"] {
            assert_eq!(parse_duration(wrong), Err(DurationError::Syntax(wrong.to_owned())), "{wrong}");
        }
        let refused = |text: &str| parse_duration(text).unwrap_err().to_string();
        assert_eq!(refused("-1d"), "`-1d` is out of range; accepted: more than 0s");
        assert_eq!(refused("0s"), "`0s` is out of range; accepted: more than 0s");
        let within = |text| parse_duration_within(text, ..=SignedDuration::from_hours(1), "up to 1h");
        assert_eq!(within("60m"), Ok(SignedDuration::from_hours(1)));
        assert_eq!(within("61m").unwrap_err().to_string(), "`61m` is out of range; accepted: up to 1h");
    }
}
