//! Waits as long as AWS, or a proxy on the way, asks with `Retry-After`, before a request is sent again. How long to wait
//! without the header is decided in `retries.rs`.
//!
//! The SDK does not know the header. A classifier of its retries could ask for a wait, but the SDK cuts that to its longest
//! backoff, and forgets it in the retry mode `adaptive`. So the request waits where the SDK asks for credentials: before each
//! attempt, and before that is signed, since a signature is valid for five minutes only.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use tokio::time::Instant;

use crate::clouds::waits::{retry_after, wait_out};
use crate::clouds::{Failure, Observer, Run};

/// When a request may be sent again, as the latest answer to it says.
#[derive(Debug)]
struct PausedUntil(Instant);

impl Storable for PausedUntil {
    type Storer = StoreReplace<Self>;
}

/// Reads how long an answer asks to wait. An answer that is no error asks for nothing.
pub fn pause_asked_by(answer: &HttpResponse) -> Option<Duration> {
    let headers = answer.headers();
    let asked = retry_after(headers.get_all("retry-after"), headers.get("date"));
    asked.filter(|_| !answer.status().is_success())
}

/// Notes in the settings of a request how long its answer asks to wait.
pub fn note_pause(answer: &HttpResponse, request: &mut ConfigBag) {
    if let Some(pause) = pause_asked_by(answer) {
        request.interceptor_state().store_put(PausedUntil(Instant::now() + pause));
    }
}

/// How pauses are waited for: the longest one, and who is told of each.
#[derive(Clone)]
pub struct Pauses {
    longest: Duration,
    observer: Arc<dyn Observer>,
}

impl Pauses {
    /// Waits for as long as `run` bounds a read at most, and tells its observer of every wait.
    pub fn new(run: &Run) -> Self {
        Self { longest: run.timeout, observer: Arc::clone(&run.observer) }
    }

    /// Returns the longest pause that is waited for.
    pub const fn longest(&self) -> Duration {
        self.longest
    }

    /// Waits until the time `until`, which an answer announced. `throttles` says which service throttles what, such as
    /// `AWS throttles sts:AssumeRole`.
    ///
    /// # Errors
    /// When the wait is longer than the longest one: at once, rather than when the time is up.
    pub async fn wait_until(&self, until: Instant, throttles: &str) -> Result<(), Failure> {
        let pause = until.saturating_duration_since(Instant::now());
        if pause.is_zero() {
            return Ok(());
        }
        wait_out(pause, self.longest, throttles, &*self.observer).await
    }
}

impl std::fmt::Debug for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pauses").field("longest", &self.longest).finish_non_exhaustive()
    }
}

/// Resolves the credentials of an attempt after the pause that the answer to the one before asked for. It caches nothing:
/// sessions cache their credentials themselves, and wait for them as long as the user does.
#[derive(Debug)]
pub struct PausedIdentities(Pauses);

impl PausedIdentities {
    /// Waits for as long as `run` bounds a read at most, and tells its observer of every wait.
    pub fn new(run: &Run) -> Self {
        Self(Pauses::new(run))
    }

    /// Waits until the pause of a request is over.
    ///
    /// # Errors
    /// When it is longer than the longest one that is waited for. The request is throttled then, which is said at once
    /// rather than when its time is up.
    async fn pause(&self, request: &ConfigBag) -> Result<(), Failure> {
        let Some(PausedUntil(until)) = request.load::<PausedUntil>() else { return Ok(()) };
        let action = request.load::<Metadata>().map(action_name).unwrap_or_default();
        self.0.wait_until(*until, &format!("AWS throttles {action}")).await
    }
}

impl ResolveCachedIdentity for PausedIdentities {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        request: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            self.pause(request).await?;
            resolver.resolve_identity(components, request).await
        })
    }
}

/// Names an action as IAM does.
fn action_name(action: &Metadata) -> String {
    format!("{}:{}", action.service().to_lowercase(), action.name())
}
