//! How long a server asks to wait before a request is sent again, with `Retry-After`. The wait that no server asks for is
//! `backoff.rs`.

use std::time::{Duration, SystemTime};

use super::backoff::random;
#[cfg(any(feature = "aws", feature = "azure"))]
use super::{Event, Failure, Observer};
#[cfg(any(feature = "aws", feature = "azure"))]
use crate::model::Outcome;

/// The longest wait that a header can ask for. It is longer than any timeout, and short enough to be added to a time.
pub const FOR_EVER: Duration = Duration::from_hours(24 * 365);
/// A pause that a server asked for is lengthened by a random part of it, up to this time, so that requests do not come
/// back all at once.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);
/// The largest part of a pause that it is lengthened by.
const SPREAD: f64 = 0.1;

/// Reads `Retry-After` (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>): seconds, or a date. `values` are those
/// of all headers of that name; `date` is the answer's `Date`.
///
/// Of several values, also of some that something on the way joined to a list, the longest wait counts. Parts of a second
/// round up, and no wait is longer than [`FOR_EVER`]. `None` when no value can be understood.
pub fn retry_after<'a>(values: impl IntoIterator<Item = &'a str>, date: Option<&str>) -> Option<Duration> {
    // The date in the answer is by the same clock as the one to wait for; this machine's may be wrong.
    let now =
        date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()).unwrap_or_else(SystemTime::now);
    let waits = values.into_iter().filter_map(|value| parse_value(value, now));
    waits.max().map(|wait| wait.min(FOR_EVER))
}

/// Reads the `Retry-After` of an answer.
#[cfg(any(feature = "azure", feature = "channels"))]
pub fn retry_after_in(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    use reqwest::header::{DATE, RETRY_AFTER};

    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    retry_after(headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok()), date)
}

fn parse_value(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(date) = httpdate::parse_http_date(text.trim()) {
        return Some(date.duration_since(now).unwrap_or_default());
    }
    let seconds = text.split(',').filter_map(|part| {
        let seconds: f64 = part.trim().parse().ok().filter(|seconds| *seconds >= 0.0)?;
        // More than a duration can be, and infinity, is for ever.
        Some(Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(FOR_EVER))
    });
    seconds.max()
}

/// Lengthens a pause a little, so that all requests that wait for it do not come back in the same moment. It is never
/// shortened: servers count requests during the pause against the next one.
pub fn spread(pause: Duration) -> Duration {
    spread_by(pause, random())
}

/// Waits until `pause` is over, and tells `observer` so. `throttles` says which service throttles what, such as
/// `Azure throttles subscription s`.
///
/// # Errors
/// When `pause` is longer than `longest`: at once, rather than when the time is up.
#[cfg(any(feature = "aws", feature = "azure"))]
pub async fn wait_out(
    pause: Duration,
    longest: Duration,
    throttles: &str,
    observer: &dyn Observer,
) -> Result<(), Failure> {
    let seconds = pause.as_secs_f64().ceil();
    if pause > longest {
        let longest = longest.as_secs();
        let detail =
            format!("{throttles} for {seconds} s more, longer than the {longest} s that netcensus waits");
        let failure = Failure::new(Outcome::Throttled, detail);
        let failure = failure.remedy("try later, or use a longer --timeout");
        return Err(Failure { retry_after: Some(pause), ..failure });
    }
    observer.event(Event::Activity(&format!("{throttles}: waiting {seconds} s")));
    tokio::time::sleep(spread(pause)).await;
    Ok(())
}

fn spread_by(pause: Duration, random: f64) -> Duration {
    pause + pause.mul_f64(SPREAD).min(LONGEST_SPREAD).mul_f64(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A date, a fraction, a list and a number above 64 bits were not understood.
    #[test]
    fn every_form_of_a_wait_is_understood() {
        let of = |value: &str| retry_after([value], None).map(|time| time.as_secs());
        assert_eq!(of("17"), Some(17));
        assert_eq!(of(" 17 "), Some(17));
        assert_eq!(of("2.2"), Some(3));
        assert_eq!(of("5, 12"), Some(12));
        assert_eq!(of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0), "a date that is past");
        for long in ["18446744073709551615", "184467440737095516150", "1e400", "inf"] {
            assert_eq!(of(long), Some(FOR_EVER.as_secs()), "{long}");
        }
        for odd in ["", " ", "soon", "-1", "-1.5", "NaN", "12 s", "Thu, 01 Jan"] {
            assert_eq!(of(odd), None, "{odd}");
        }
        assert_eq!(retry_after([], None), None);
        assert_eq!(retry_after(["soon", "3", "7"], None), Some(Duration::from_secs(7)), "several headers");
    }

    /// The three forms of a date that HTTP knows.
    #[test]
    fn a_date_to_wait_for_is_by_the_clock_of_the_answer() {
        let answered = Some("Sun, 06 Nov 1994 08:49:25 GMT");
        for date in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(retry_after([date], answered), Some(Duration::from_secs(12)), "{date}");
            assert_eq!(retry_after([date], None), Some(Duration::ZERO), "else by this machine's");
            assert_eq!(retry_after([date], Some("today")), Some(Duration::ZERO));
        }
    }

    #[test]
    fn a_pause_is_spread_and_never_shortened() {
        for pause in [Duration::from_millis(40), Duration::from_secs(1), Duration::from_mins(5)] {
            assert_eq!(spread_by(pause, 0.0), pause);
            assert!(
                spread_by(pause, 1.0) > pause && spread_by(pause, 1.0) <= pause + LONGEST_SPREAD,
                "{pause:?}"
            );
        }
    }
}
