//! How often an endpoint is tried that has not answered yet: a wrong address, or a server that is down, is an error soon.
//!
//! An endpoint that answered once is tried as often as the settings say, since its silence passes.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use url::Url;

/// So many attempts without any answer are the last ones, unless the user says how many there are to be.
const MAX_ATTEMPTS: u32 = 3;

/// What is known of the endpoint of a client. Clones share it: one is for the interceptors, one for the classifiers of
/// retries.
#[derive(Debug, Clone)]
pub struct UnansweredLimit(Arc<UnansweredAttempts>);

#[derive(Debug)]
struct UnansweredAttempts {
    /// Attempts before the first answer; `None` for as many as the settings say.
    limit: Option<u32>,
    endpoint: OnceLock<String>,
    has_answered: AtomicBool,
    unanswered: AtomicU32,
}

impl UnansweredLimit {
    /// Begins without an answer. `is_default` says that the user has not set how often requests are tried.
    pub fn new(is_default: bool) -> Self {
        Self(Arc::new(UnansweredAttempts {
            limit: is_default.then_some(MAX_ATTEMPTS),
            endpoint: OnceLock::new(),
            has_answered: AtomicBool::new(false),
            unanswered: AtomicU32::new(0),
        }))
    }

    /// Returns where requests go: scheme, host and port. `None` before the first one.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.get().map(String::as_str)
    }
}

impl Intercept for UnansweredLimit {
    fn name(&self) -> &'static str {
        "netcensus::UnansweredLimit"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.endpoint.get().is_none()
            && let Ok(url) = Url::parse(context.request().uri())
        {
            let _ = self.0.endpoint.set(url.origin().ascii_serialization());
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.has_answered.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl ClassifyRetry for UnansweredLimit {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        let is_unanswered = error.is_some_and(|error| error.as_connector_error().is_some());
        if !is_unanswered || self.0.has_answered.load(Ordering::Relaxed) {
            return RetryAction::NoActionIndicated;
        }
        let attempts = self.0.unanswered.fetch_add(1, Ordering::Relaxed) + 1;
        match self.0.limit {
            Some(limit) if attempts >= limit => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "netcensus::UnansweredLimit"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
