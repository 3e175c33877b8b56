//! Credentials resolved once and shared by every client of a session.
//!
//! The SDK caches per client, but not for the calls that assume roles from a session: an organisation of a
//! hundred accounts would run a `credential_process` a hundred times.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use crate::redact;

/// Credentials are renewed this long before they expire, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(2);

/// A provider that asks another one only when it has to, and never twice at once.
#[derive(Debug)]
pub struct Cached {
    inner: SharedCredentialsProvider,
    last: Mutex<Option<Credentials>>,
}

impl Cached {
    /// Wraps `inner`.
    pub fn share(inner: SharedCredentialsProvider) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Self { inner, last: Mutex::default() })
    }

    async fn credentials(&self) -> provider::Result {
        let mut last = self.last.lock().await;
        if let Some(known) = last.as_ref().filter(|known| is_fresh(known, SystemTime::now())) {
            return Ok(known.clone());
        }
        let renewed = self.inner.provide_credentials().await?;
        redact::remember(renewed.secret_access_key());
        renewed.session_token().into_iter().for_each(redact::remember);
        Ok(last.insert(renewed).clone())
    }
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
        let cached = Cached::share(SharedCredentialsProvider::new(Counting(Arc::clone(&count), left)));
        let ask = || async { cached.provide_credentials().await.unwrap() };
        tokio::join!(ask(), ask(), ask());
        ask().await;
        count.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_while_they_last() {
        assert_eq!(asked(None).await, 1);
        assert_eq!(asked(Some(Duration::from_hours(1))).await, 1);
        assert_eq!(asked(Some(MARGIN / 2)).await, 4, "about to expire");
    }
}
