//! The pauses that an authority, or the endpoint of a managed identity, asks for: with `Retry-After`, or with the headers of
//! Azure that have milliseconds.
//!
//! `azure_identity` understands `Retry-After` only in part, and waits for any time that a header names. So the transport takes
//! these headers out of every refusal and waits itself, before the next attempt.

use std::sync::Arc;
use std::time::Duration;

use azure_core::http::headers::{HeaderName, Headers, RETRY_AFTER, RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS};
use url::Url;

use crate::clouds::azure::requests::pauses::Pauses;
use crate::clouds::waits::retry_after;
use crate::clouds::{Failure, Run};

const DATE: HeaderName = HeaderName::from_static("date");

/// Until when no token may be asked for, for each address that gives out tokens.
#[derive(Debug)]
pub struct TokenPauses(Pauses<Url>);

impl TokenPauses {
    /// Waits for as long as `run` bounds a read at most, and tells its observer of every wait.
    pub fn new(run: &Run) -> Self {
        Self(Pauses::new(run.timeout, Arc::clone(&run.observer)))
    }

    /// Takes the headers that ask for a pause out of `headers`, and begins the longest of these pauses: the next request to
    /// `asked` waits for its end. Returns the pause if it is longer than the longest one that is waited for.
    pub fn begin(&self, asked: &Url, headers: &mut Headers) -> Option<Duration> {
        let pause = retry_after(headers.get_optional_str(&RETRY_AFTER), headers.get_optional_str(&DATE));
        let exact = [RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS].map(|name| milliseconds(headers, &name));
        for name in [RETRY_AFTER, RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS] {
            headers.remove(name);
        }
        let pause = exact.into_iter().flatten().chain(pause).max()?;
        self.0.begin(asked, pause);
        Some(pause).filter(|pause| *pause > self.0.longest())
    }

    /// Waits until no pause of `asked` is left. `who` gives out tokens there, such as `the authority https://HOST`.
    ///
    /// # Errors
    /// When the pause is longer than the longest one that is waited for: at once, rather than when the time is up.
    pub async fn wait(&self, asked: &Url, who: &str) -> Result<(), Failure> {
        self.0.wait(asked, || format!("{who} throttles token requests")).await
    }
}

/// Reads a header with a number of milliseconds; what is longer than a year is a year.
fn milliseconds(headers: &Headers, name: &HeaderName) -> Option<Duration> {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    let number: u64 = headers.get_optional_str(name)?.trim().parse().ok()?;
    Some(Duration::from_millis(number).min(YEAR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;

    fn headers(retry_after: &'static str) -> Headers {
        let mut headers = Headers::new();
        headers.insert(RETRY_AFTER, retry_after);
        headers
    }

    #[test]
    fn a_pause_is_understood_in_any_form_and_the_crate_does_not_see_it() {
        let pauses = TokenPauses::new(&Run { timeout: Duration::ZERO, ..Run::unobserved() });
        let [one, other] = ["https://a.example/1", "https://a.example/2"].map(|url| url.parse().unwrap());
        for (text, seconds) in [("2.5", 3), ("3, 5", 5), (" 7 ", 7)] {
            let mut headers = headers(text);
            assert_eq!(pauses.begin(&one, &mut headers), Some(Duration::from_secs(seconds)), "{text}");
            assert_eq!(headers.get_optional_str(&RETRY_AFTER), None);
        }
        assert!(pauses.0.remaining(&one).is_some() && pauses.0.remaining(&other).is_none());
        assert_eq!(pauses.begin(&other, &mut headers("soon")), None);
    }

    #[test]
    fn headers_with_milliseconds_count_too_and_the_longest_pause_holds() {
        let pauses = TokenPauses::new(&Run { timeout: Duration::ZERO, ..Run::unobserved() });
        let asked: Url = "https://a.example/1".parse().unwrap();
        for name in [RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS] {
            let mut headers = headers("2");
            headers.insert(name.clone(), "3600000");
            assert_eq!(pauses.begin(&asked, &mut headers), Some(Duration::from_hours(1)));
            assert_eq!(headers.get_optional_str(&name), None);
        }
        pauses.begin(&asked, &mut headers("1"));
        assert!(pauses.0.remaining(&asked).unwrap() > Duration::from_mins(59), "it is not shortened");
    }

    #[tokio::test]
    async fn a_pause_that_is_longer_than_the_timeout_is_refused_at_once() {
        let pauses = TokenPauses::new(&Run::unobserved());
        let asked = "https://a.example/1".parse().unwrap();
        pauses.begin(&asked, &mut headers("300")).unwrap();
        let failure = pauses.wait(&asked, "the authority https://a.example").await.unwrap_err();
        assert_eq!(failure.outcome, Outcome::Throttled);
        let expected = "the authority https://a.example throttles token requests for 300 s more, longer than the \
                        30 s that netcensus waits (try later, or use a longer --timeout)";
        assert_eq!(failure.detail(), expected);
        assert!(pauses.wait(&asked, "the authority").await.is_err(), "the next request is not sent either");
    }
}
