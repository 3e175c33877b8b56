//! Credentials resolved once and shared by every client of a session.
//!
//! The SDK caches per client, but not for the calls that assume roles from a session: an organisation of a
//! hundred accounts would run a `credential_process` a hundred times.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use crate::clouds::Failure;
use crate::model::Outcome;
use crate::redact;

/// Credentials are renewed this long before they expire, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(2);

/// A provider that asks another one only when it has to, and never twice at once.
#[derive(Debug)]
pub struct Cached {
    inner: SharedCredentialsProvider,
    /// Whose they are, as users know it.
    whose: String,
    last: Mutex<Option<Credentials>>,
}

impl Cached {
    /// Wraps `inner`, whose credentials are those of `whose`.
    pub fn share(inner: SharedCredentialsProvider, whose: &str) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Self { inner, whose: whose.to_owned(), last: Mutex::default() })
    }

    async fn credentials(&self) -> provider::Result {
        let mut last = self.last.lock().await;
        if let Some(known) = last.as_ref().filter(|known| is_fresh(known, SystemTime::now())) {
            return Ok(known.clone());
        }
        let renewed = self.inner.provide_credentials().await?;
        redact::remember(renewed.secret_access_key());
        renewed.session_token().into_iter().for_each(redact::remember);
        check(&renewed, &self.whose).map_err(CredentialsError::provider_error)?;
        Ok(last.insert(renewed).clone())
    }
}

/// Refuses what cannot be sent in a header, which the SDK takes for granted and panics over: a key of a file with
/// Windows line ends, say.
fn check(credentials: &Credentials, whose: &str) -> Result<(), Failure> {
    let fits = |text: &str| text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
    let parts = [
        ("access key id", Some(credentials.access_key_id())),
        ("secret access key", Some(credentials.secret_access_key())),
        ("session token", credentials.session_token()),
    ];
    let Some((odd, _)) = parts.into_iter().find(|(_, text)| !text.is_none_or(fits)) else { return Ok(()) };
    let why = format!(
        "the {odd} of {whose} has a line end, a blank or another character that no {odd} has (write it anew, without \
         blanks and line ends)"
    );
    Err(Failure::new(Outcome::Failed, why))
}

/// Credentials without an expiry stay: nothing says when to ask again.
fn is_fresh(credentials: &Credentials, now: SystemTime) -> bool {
    credentials.expiry().is_none_or(|expiry| now + MARGIN < expiry)
}

impl ProvideCredentials for Cached {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Debug)]
    struct Counting(Arc<AtomicUsize>, Option<Duration>);

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(async {
                tokio::task::yield_now().await;
                self.0.fetch_add(1, Ordering::SeqCst);
                let expiry = self.1.map(|left| SystemTime::now() + left);
                Ok(Credentials::new("id", "secret", None, expiry, "test"))
            })
        }
    }

    async fn asked(left: Option<Duration>) -> usize {
        let count = Arc::new(AtomicUsize::new(0));
        let cached = Cached::share(SharedCredentialsProvider::new(Counting(Arc::clone(&count), left)), "p");
        let ask = || async { cached.provide_credentials().await.unwrap() };
        tokio::join!(ask(), ask(), ask());
        ask().await;
        count.load(Ordering::SeqCst)
    }

    // smithy-rs 1496; vector 5994; faults F6.
    #[test]
    fn what_is_no_header_value_is_refused_before_the_sdk_sees_it() {
        let check = |id: &str, secret: &str, token: Option<&str>| {
            let credentials = Credentials::new(id, secret, token.map(str::to_owned), None, "test");
            check(&credentials, "profile:p").map_err(|failure| failure.detail())
        };
        assert_eq!(check("AKIA", "a/b+c=", Some("t==")), Ok(()));
        for end in ["\n", "\r", "\r\n", "\u{7f}", "\0", "\u{fffd}", " "] {
            let id = check(&format!("AKIA{end}"), "s", None).unwrap_err();
            assert!(id.starts_with("the access key id of profile:p"), "{id}");
            let secret = check("AKIA", &format!("SEKRIT{end}"), None).unwrap_err();
            assert!(secret.starts_with("the secret access key of") && !secret.contains("SEKRIT"), "{secret}");
            assert!(check("AKIA", "s", Some(&format!("t{end}"))).is_err());
        }
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_while_they_last() {
        assert_eq!(asked(None).await, 1);
        assert_eq!(asked(Some(Duration::from_hours(1))).await, 1);
        assert_eq!(asked(Some(MARGIN / 2)).await, 4, "about to expire");
    }
}
