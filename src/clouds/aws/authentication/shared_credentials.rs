//! Credentials that are asked for once, however many ask for them: those of a source profile that many roles are
//! assumed from, and the token of an SSO session.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::sync::OnceCell;

use super::profiles::Profile;
use super::role_pacer::RolePacer;
use super::sso_token::SsoToken;
use crate::clouds::step::contained;
use crate::clouds::turns::Turns;
use crate::clouds::{Failure, Run};
use crate::model::Outcome;
use crate::redact;

/// What the profiles of one scan share, each by what it is made from.
#[derive(Debug, Default)]
pub struct SharedSources {
    providers: KeyedOnce<SourceKey, SharedCredentialsProvider>,
    tokens: KeyedOnce<SourceKey, Arc<SsoToken>>,
    pacers: KeyedOnce<SourceKey, Arc<RolePacer>>,
}

/// What a source of credentials is made from: its name, and the settings that its requests are sent by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SourceKey {
    name: String,
    region: Option<String>,
    settings: Vec<Option<String>>,
}

/// The settings of a profile, beside its region, that requests for credentials depend on.
const REQUEST_SETTINGS: [&str; 7] = [
    "endpoint_url",
    "services",
    "ignore_configured_endpoint_urls",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "max_attempts",
    "retry_mode",
];

impl SourceKey {
    /// Makes the key of the source `name`, asked with `config`, which was made for `profile`.
    pub fn new(name: impl Into<String>, config: &SdkConfig, profile: Option<&Profile>) -> Self {
        let setting = |key: &&str| profile.and_then(|profile| profile.get(key)).map(str::to_owned);
        Self {
            name: name.into(),
            region: config.region().map(ToString::to_string),
            settings: REQUEST_SETTINGS.iter().map(setting).collect(),
        }
    }

    /// Returns the key of what `name` makes of this source.
    #[must_use]
    pub fn then(&self, name: &str) -> Self {
        // No name of a profile has a line end.
        Self { name: format!("{}\n{name}", self.name), ..self.clone() }
    }
}

impl SharedSources {
    /// Returns the provider of `key`; makes it if there is none.
    ///
    /// # Errors
    /// When it cannot be made. The next who asks tries again.
    pub async fn provider<F>(&self, key: SourceKey, make: F) -> Result<SharedCredentialsProvider, Failure>
    where
        F: Future<Output = Result<SharedCredentialsProvider, Failure>>,
    {
        self.providers.get(key).get_or_try_init(|| make).await.cloned()
    }

    /// Returns the provider of an SSO session's token; makes it if there is none.
    pub async fn token<F>(&self, key: SourceKey, make: F) -> Arc<SsoToken>
    where
        F: Future<Output = SsoToken>,
    {
        let token = self.tokens.get(key);
        Arc::clone(token.get_or_init(|| async { Arc::new(make.await) }).await)
    }

    /// Returns what paces the roles that are assumed from the source `key`.
    pub async fn pacer(&self, key: SourceKey, run: &Run) -> Arc<RolePacer> {
        let pacer = self.pacers.get(key);
        Arc::clone(pacer.get_or_init(|| async { Arc::new(RolePacer::new(run)) }).await)
    }
}

/// Values that are made once for each key.
#[derive(Debug)]
struct KeyedOnce<K, T>(Mutex<HashMap<K, Arc<OnceCell<T>>>>);

impl<K, T> Default for KeyedOnce<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> KeyedOnce<K, T> {
    fn get(&self, key: K) -> Arc<OnceCell<T>> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }
}

/// Credentials are renewed this long before they expire, so that none expires on its way.
const MARGIN: Duration = Duration::from_mins(2);

/// A provider that asks another one only when it has to, and never twice at once.
#[derive(Debug)]
pub struct CachedCredentials {
    inner: SharedCredentialsProvider,
    /// Whose they are, as users know it.
    whose: String,
    state: Mutex<CredentialState>,
    /// The waits for a turn of the question that is asked.
    turns: Arc<Turns>,
}

/// A question that all who ask it meanwhile wait for. Any of them may go away; when all did, it ends.
type Asking = BoxFuture<'static, Result<Credentials, Arc<CredentialsError>>>;

#[derive(Debug, Default)]
struct CredentialState {
    last: Option<Credentials>,
    asking: Option<WeakShared<Asking>>,
}

impl CachedCredentials {
    /// Wraps `inner`, whose credentials are those of `whose`.
    pub fn wrap(inner: SharedCredentialsProvider, whose: &str) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Self::new(inner, whose))
    }

    fn new(inner: SharedCredentialsProvider, whose: &str) -> Self {
        Self { inner, whose: whose.to_owned(), state: Mutex::default(), turns: Arc::default() }
    }

    async fn credentials(&self) -> provider::Result {
        let asking = {
            let mut state = self.state();
            if let Some(known) = state.last.as_ref().filter(|known| is_fresh(known, SystemTime::now())) {
                return Ok(known.clone());
            }
            let current = state.asking.as_ref().and_then(WeakShared::upgrade);
            let asking = current.unwrap_or_else(|| self.ask());
            state.asking = asking.downgrade();
            asking
        };
        let renewed = self.turns.shared_by(asking).await.map_err(shared_error)?;
        self.state().last = Some(renewed.clone());
        Ok(renewed)
    }

    fn ask(&self) -> Shared<Asking> {
        let (inner, whose, turns) = (self.inner.clone(), self.whose.clone(), Arc::clone(&self.turns));
        let asking = async move {
            // A question that panicked would make all panic that share it.
            let asked = contained(inner.provide_credentials()).await;
            let fault = |fault| CredentialsError::provider_error(Failure::new(Outcome::Failed, fault));
            let renewed = asked.unwrap_or_else(|panic| Err(fault(panic)))?;
            redact::remember(renewed.secret_access_key());
            renewed.session_token().into_iter().for_each(redact::remember);
            check_header_values(&renewed, &whose).map_err(CredentialsError::provider_error)?;
            Ok(renewed)
        };
        let asking = async move { turns.watch(asking).await };
        asking.map(|answer: provider::Result| answer.map_err(Arc::new)).boxed().shared()
    }

    fn state(&self) -> MutexGuard<'_, CredentialState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error that several who waited are told.
#[derive(Debug)]
struct SharedError(Arc<CredentialsError>);

impl std::fmt::Display for SharedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SharedError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// Tells one of those who waited about `error`, as one of the same kind.
fn shared_error(error: Arc<CredentialsError>) -> CredentialsError {
    match &*error {
        CredentialsError::CredentialsNotLoaded(_) => CredentialsError::not_loaded(SharedError(error)),
        CredentialsError::ProviderTimedOut(late) => {
            CredentialsError::provider_timed_out(late.timeout_duration())
        }
        CredentialsError::InvalidConfiguration(_) => {
            CredentialsError::invalid_configuration(SharedError(error))
        }
        CredentialsError::ProviderError(_) => CredentialsError::provider_error(SharedError(error)),
        _ => CredentialsError::unhandled(SharedError(error)),
    }
}

/// Refuses what cannot be sent in a header, which the SDK takes for granted and panics over: a key of a file with
/// Windows line ends, say.
fn check_header_values(credentials: &Credentials, whose: &str) -> Result<(), Failure> {
    let fits = |text: &str| text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
    let parts = [
        ("access key id", Some(credentials.access_key_id())),
        ("secret access key", Some(credentials.secret_access_key())),
        ("session token", credentials.session_token()),
    ];
    let Some((odd, _)) = parts.into_iter().find(|(_, text)| !text.is_none_or(fits)) else { return Ok(()) };
    let why = format!("the {odd} of {whose} has a line end, a space or another character that no {odd} has");
    Err(Failure::new(Outcome::Failed, why).remedy("write it again, without spaces and line ends"))
}

/// Credentials without an expiry stay: nothing says when to ask again.
fn is_fresh(credentials: &Credentials, now: SystemTime) -> bool {
    credentials.expiry().is_none_or(|expiry| now + MARGIN < expiry)
}

impl ProvideCredentials for CachedCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_config::Region;
    use futures_util::future::join_all;

    use super::*;
    use crate::clouds::causes::causes;
    use crate::clouds::step::bounded;
    use crate::clouds::turns::waiting_for_turn;

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
        let cached =
            CachedCredentials::wrap(SharedCredentialsProvider::new(Counting(Arc::clone(&count), left)), "p");
        let ask = || async { cached.provide_credentials().await.unwrap() };
        tokio::join!(ask(), ask(), ask());
        ask().await;
        count.load(Ordering::SeqCst)
    }

    // smithy-lang/smithy-rs#1496, vectordotdev/vector#5994.
    #[test]
    fn what_is_no_header_value_is_refused_before_the_sdk_sees_it() {
        let check_header_values = |id: &str, secret: &str, token: Option<&str>| {
            let credentials = Credentials::new(id, secret, token.map(str::to_owned), None, "test");
            check_header_values(&credentials, "profile:p").map_err(|failure| failure.detail())
        };
        assert_eq!(check_header_values("AKIA", "a/b+c=", Some("t==")), Ok(()));
        for end in ["\n", "\r", "\r\n", "\u{7f}", "\0", "\u{fffd}", " "] {
            let id = check_header_values(&format!("AKIA{end}"), "s", None).unwrap_err();
            assert!(id.starts_with("the access key id of profile:p"), "{id}");
            let secret = check_header_values("AKIA", &format!("SEKRIT{end}"), None).unwrap_err();
            assert!(secret.starts_with("the secret access key of") && !secret.contains("SEKRIT"), "{secret}");
            assert!(check_header_values("AKIA", "s", Some(&format!("t{end}"))).is_err());
        }
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_while_they_last() {
        assert_eq!(asked(None).await, 1);
        assert_eq!(asked(Some(Duration::from_hours(1))).await, 1);
        assert_eq!(
            asked(Some(MARGIN / 2)).await,
            2,
            "about to expire: once for all who ask at the same time"
        );
    }

    #[derive(Debug)]
    struct Failing(Arc<AtomicUsize>);

    impl ProvideCredentials for Failing {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(async {
                tokio::task::yield_now().await;
                self.0.fetch_add(1, Ordering::SeqCst);
                Err(CredentialsError::not_loaded(Failure::unreachable(Outcome::Failed, "no answer")))
            })
        }
    }

    /// What a dead source says is told to all who wait, so that not each of them waits for it in turn.
    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_wait_and_asked_anew_by_the_next() {
        let count = Arc::new(AtomicUsize::new(0));
        let cached =
            CachedCredentials::wrap(SharedCredentialsProvider::new(Failing(Arc::clone(&count))), "p");
        let ask = || async { cached.provide_credentials().await.unwrap_err() };
        for error in <[CredentialsError; 3]>::from(tokio::join!(ask(), ask(), ask())) {
            assert!(matches!(error, CredentialsError::CredentialsNotLoaded(_)), "{error:?}");
            let failure = causes(&error).find_map(|link| link.downcast_ref::<Failure>());
            assert!(failure.is_some_and(|failure| failure.unreachable), "{error:?}");
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
        ask().await;
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    /// A question ends with the last who waits for it: a program must not live on.
    #[tokio::test]
    async fn who_goes_away_leaves_the_question_to_the_others_and_none_leaves_none() {
        let count = Arc::new(AtomicUsize::new(0));
        let counting = SharedCredentialsProvider::new(Counting(Arc::clone(&count), None));
        let cached = CachedCredentials::new(counting, "p");
        let mut gone = Box::pin(cached.credentials());
        assert!(gone.as_mut().now_or_never().is_none(), "it waits");
        let stays = cached.credentials();
        drop(gone);
        stays.await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        cached.state().last = None;
        let mut gone = Box::pin(cached.credentials());
        assert!(gone.as_mut().now_or_never().is_none(), "it waits");
        drop(gone);
        assert!(cached.state().asking.as_ref().and_then(WeakShared::upgrade).is_none());
    }

    /// Credentials that wait for their turn for longer than a step may take.
    #[derive(Debug)]
    struct Queued(Duration);

    impl ProvideCredentials for Queued {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(async {
                waiting_for_turn(tokio::time::sleep(self.0)).await;
                Ok(Credentials::new("id", "secret", None, None, "test"))
            })
        }
    }

    /// Of the steps that wait for a role on the way to theirs, only the first one was given the time in the queue.
    #[tokio::test]
    async fn the_time_in_a_queue_counts_for_no_step_that_waits_for_the_same_credentials() {
        let run = Run { timeout: Duration::from_millis(100), ..Run::unobserved() };
        let hub = CachedCredentials::wrap(SharedCredentialsProvider::new(Queued(run.timeout * 5)), "hub");
        let sign_in = async || {
            // As a role that is assumed by the hub.
            let role = CachedCredentials::wrap(hub.clone(), "role");
            let signed_in = async { role.provide_credentials().await.map_err(|error| panic!("{error}")) };
            bounded(&run, Box::pin(signed_in)).await
        };
        let signed_in = join_all((0..9).map(|_| sign_in())).await;
        assert!(signed_in.iter().all(Result::is_ok), "{signed_in:?}");
    }

    #[test]
    fn sources_are_shared_by_those_who_ask_in_the_same_way() {
        let region = |name: &'static str| SdkConfig::builder().region(Region::from_static(name)).build();
        let key = |name: &str, region_name| SourceKey::new(name, &region(region_name), None);
        assert_eq!(key("a", "eu-west-1"), key("a", "eu-west-1"));
        assert_ne!(key("a", "eu-west-1"), key("b", "eu-west-1"));
        assert_ne!(key("a", "eu-west-1"), key("a", "us-east-1"));
        assert_ne!(key("a", "eu-west-1"), key("a", "eu-west-1").then("role"));
    }
}
