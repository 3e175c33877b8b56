//! After which answers, how often and after which waits a request to AWS is tried again. An answer may ask for a longer wait
//! (`pauses.rs`). The SDK makes the waits longer from one attempt to the next. A request to assume a role that is throttled is
//! tried again by `authentication/role_pacer.rs`, which decides when and how often.
//!
//! The SDK reads these settings too, but panics when they are wrong. So they are read here, and handed to it.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_config::retry::{RetryConfig, RetryMode};
use aws_sdk_sts::config::retry::{ClientRateLimiter, RetryPartition};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

use super::sdk_settings::{SdkVariables, Setting, find_setting};
use super::throttling::is_throttling;
use crate::clouds::CloudError;
use crate::clouds::aws::answers::xml_scan::AnswerError;
use crate::clouds::aws::authentication::profiles::Profile;
use crate::clouds::causes::is_of_certificate;
use crate::clouds::meter::TOO_MANY_REQUESTS;

/// Attempts per request unless the user says otherwise: a shared account's throttling passes in seconds, and
/// an exhausted retry costs the whole scope.
const MAX_ATTEMPTS: u32 = 8;

/// Attempts of the first request of a sign-in, unless the user says otherwise: what fails there mostly fails for good,
/// and the user waits for it.
const SIGN_IN_ATTEMPTS: u32 = 4;
/// By how much the longest wait between two attempts is longer than the shortest one, as in the SDK's own settings.
const BACKOFF_GROWTH: u32 = 20;

/// How often the requests of an account are tried.
#[derive(Debug)]
pub struct RetrySettings {
    /// Of all requests.
    pub requests: RetryConfig,
    /// Of the first request of a sign-in, if that is to be tried less often.
    pub sign_in: Option<RetryConfig>,
}

/// Makes a budget of retries that no other client has a part in. Those that the SDK makes by a name are shared by
/// every client of the process that uses the name, also in a later scan.
pub fn new_retry_budget(name: &'static str) -> RetryPartition {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // It paces in the retry mode `adaptive`, and does nothing before AWS throttles.
    let limiter = ClientRateLimiter::new(now.as_secs_f64());
    RetryPartition::custom(name).client_rate_limiter(limiter).build()
}

/// Tells whether a request that ended so would end in the same way again: its answer was too long, or the certificate of the
/// server is not accepted.
pub fn is_futile(error: &(dyn Error + 'static)) -> bool {
    AnswerError::find_in(error) == Some(&AnswerError::TooLarge) || is_of_certificate(error)
}

/// Forbids that a request is sent again where that [is futile](is_futile). The SDK takes that for faults of the network that
/// pass.
#[derive(Debug)]
pub struct NoFutileRetries;

impl ClassifyRetry for NoFutileRetries {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.output_or_error() {
            Some(Err(error)) if is_futile(error) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "netcensus::NoFutileRetries"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// Forbids that the SDK sends a request again that was refused because too many were sent: `authentication/role_pacer.rs` does.
#[derive(Debug)]
pub struct NoRetriesOfThrottled;

impl ClassifyRetry for NoRetriesOfThrottled {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response() {
            Some(response) if is_throttling(response) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "netcensus::NoRetriesOfThrottled"
    }
}

/// Asks that a request is sent again after an answer whose status says that the failure may pass, also if the rest of it is not
/// an answer of the API: 408, 425, 429 and 5xx. Of these the SDK itself knows 500, 502, 503 and 504 only.
#[derive(Debug)]
pub struct RetryStatuses;

impl ClassifyRetry for RetryStatuses {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(answer) = context.response() else { return RetryAction::NoActionIndicated };
        match answer.status().as_u16() {
            TOO_MANY_REQUESTS => RetryAction::throttling_error(),
            // An emulator says so of an action that it does not have.
            501 if has_code(answer) => RetryAction::NoActionIndicated,
            408 | 425 | 500..=599 => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "netcensus::RetryStatuses"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::http_status_code_classifier()
    }
}

/// Tells whether an answer has an error code, as errors of AWS have in XML or JSON.
fn has_code(answer: &HttpResponse) -> bool {
    let body = answer.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
    ["<Code>", "\"__type\""].iter().any(|mark| body.contains(mark))
}

/// Reads `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`, then the profile's `max_attempts` and `retry_mode`. Without a
/// `shortest_backoff` the waits are those of the SDK.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
///
/// # Errors
/// When one of them has a value that the AWS SDKs do not know.
pub fn configured_retries(
    variables: SdkVariables,
    profile: Option<&Profile>,
    shortest_backoff: Option<Duration>,
) -> Result<RetrySettings, CloudError> {
    let setting = |variable: &str, key: &str| find_setting(variables, profile, variable, key);
    let (attempts, mode) =
        (setting("AWS_MAX_ATTEMPTS", "max_attempts"), setting("AWS_RETRY_MODE", "retry_mode"));
    resolve_retries(attempts, mode, shortest_backoff)
}

fn resolve_retries(
    attempts: Option<Setting>,
    mode: Option<Setting>,
    shortest_backoff: Option<Duration>,
) -> Result<RetrySettings, CloudError> {
    let is_default = attempts.is_none();
    let attempts = match attempts {
        None => MAX_ATTEMPTS,
        Some((name, value)) => match value.trim().parse() {
            Ok(count @ 1..) => count,
            _ => return Err(bad_setting(&name, &value, "a whole number of 1 or more")),
        },
    };
    let mode = match mode {
        None => RetryMode::Standard,
        Some((name, value)) => match value.trim().to_ascii_lowercase().as_str() {
            // The SDKs that know `legacy` say of it that it is like `standard`; this one has no other.
            "standard" | "legacy" => RetryMode::Standard,
            "adaptive" => RetryMode::Adaptive,
            _ => return Err(bad_setting(&name, &value, "standard or adaptive")),
        },
    };
    let requests = RetryConfig::standard().with_retry_mode(mode).with_max_attempts(attempts);
    let requests = match shortest_backoff {
        Some(wait) => requests.with_initial_backoff(wait).with_max_backoff(wait * BACKOFF_GROWTH),
        None => requests,
    };
    let sign_in = is_default.then(|| requests.clone().with_max_attempts(SIGN_IN_ATTEMPTS));
    Ok(RetrySettings { requests, sign_in })
}

/// Tells whether requests are tried as often as netcensus chose to: the user asked for no fewer attempts.
pub fn is_patient(retries: &RetryConfig) -> bool {
    retries.max_attempts() >= MAX_ATTEMPTS
}

fn bad_setting(name: &str, value: &str, wanted: &str) -> CloudError {
    CloudError::bad_setting(format!("{name} is `{value}`, which is not {wanted}"))
        .remedy("it is an AWS setting; unset it to use netcensus' own retries")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, value: &str) -> Setting {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn settings_of_the_user_replace_the_defaults() {
        let RetrySettings { requests, sign_in } = resolve_retries(None, None, None).unwrap();
        assert_eq!(sign_in.map(|retries| retries.max_attempts()), Some(4));
        assert_eq!((requests.max_attempts(), requests.mode()), (8, RetryMode::Standard));
        let RetrySettings { requests, sign_in } = resolve_retries(
            Some(setting("AWS_MAX_ATTEMPTS", "3")),
            Some(setting("AWS_RETRY_MODE", "Adaptive")),
            None,
        )
        .unwrap();
        assert_eq!((requests.max_attempts(), requests.mode()), (3, RetryMode::Adaptive));
        assert!(sign_in.is_none(), "also for the first request of a sign-in");
    }

    #[test]
    fn waits_grow_with_the_shortest_one() {
        let waits = |shortest| {
            let retries = resolve_retries(None, None, shortest).unwrap().requests;
            (retries.initial_backoff(), retries.max_backoff())
        };
        assert_eq!(waits(None), waits(Some(Duration::from_secs(1))), "what the SDK has");
        assert_eq!(
            waits(Some(Duration::from_millis(1))),
            (Duration::from_millis(1), Duration::from_millis(20))
        );
    }

    #[test]
    fn wrong_settings_are_named_and_not_a_panic() {
        for value in ["0", "-1", "many"] {
            let error = resolve_retries(Some(setting("AWS_MAX_ATTEMPTS", value)), None, None).unwrap_err();
            assert!(error.message().starts_with(&format!("AWS_MAX_ATTEMPTS is `{value}`")), "{error}");
        }
        let error =
            resolve_retries(None, Some(setting("retry_mode of profile a", "bogus")), None).unwrap_err();
        assert_eq!(error.message(), "retry_mode of profile a is `bogus`, which is not standard or adaptive");
    }
}
