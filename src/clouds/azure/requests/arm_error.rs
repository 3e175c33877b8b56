//! Why a request to Azure brought nothing: denied, expired, throttled, gone, no answer, or not an answer of the API.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use super::arm_request::ArmRequest;
use crate::clouds::Failure;
use crate::clouds::causes::{MESSAGE_LENGTH, shorten};
use crate::model::Outcome;

/// Why a request brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{failure}")]
pub struct ArmError {
    /// HTTP status; `None` when there was no answer.
    pub status: Option<StatusCode>,
    /// Azure's code of the error; empty when there was none.
    code: String,
    /// Code and message, as Azure writes them.
    azure_message: String,
    /// How long Azure asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// How it counts in the coverage, and why.
    pub failure: Failure,
    /// Whether the answer ended before it was whole.
    is_broken_off: bool,
}

impl ArmError {
    /// The error for an answer that is not the one asked for.
    pub fn from_answer(
        request: &ArmRequest,
        status: StatusCode,
        retry_after: Option<Duration>,
        body: &[u8],
    ) -> Self {
        let (code, azure_message, failure) = if let Ok(ErrorAnswer { error }) = serde_json::from_slice(body) {
            let failure = classify(request, status, &error);
            (error.code.clone(), format!("{}{}", error.code, message(&error)), failure)
        } else {
            let failure = Failure::new(outcome(status), unreadable(request, status, body));
            (String::new(), String::new(), failure)
        };
        Self { status: Some(status), code, azure_message, retry_after, failure, is_broken_off: false }
    }

    /// The error for an answer with status 200 that is not what the API documents.
    pub fn unexpected_answer(action: &str, why: &str) -> Self {
        Self::from(Failure::new(
            Outcome::Failed,
            format!("{action}: the answer is not one of the API: {why}"),
        ))
    }

    /// The error for an answer that is larger than `largest` bytes.
    pub fn oversized_answer(request: &ArmRequest, largest: usize) -> Self {
        let (action, size) = (request.action, largest / (1024 * 1024));
        let detail = format!("{action}: the answer does not end: it is larger than {size} MiB");
        Self::from(Failure::new(Outcome::Failed, detail))
    }

    /// The error for an endpoint that does not answer in time.
    pub fn timed_out(request: &ArmRequest) -> Self {
        let detail = format!("{}: {} did not answer in time", request.action, host(&request.url));
        Self::from(Failure::unreachable(Outcome::TimedOut, detail))
    }

    /// The error for an endpoint that sends no answer. `why` follows its name, such as `cannot be reached: Connection refused`.
    pub fn unreachable(request: &ArmRequest, why: &str) -> Self {
        let detail = format!("{}: {} {why}", request.action, host(&request.url));
        Self::from(Failure::unreachable(Outcome::Failed, detail))
    }

    /// The error for an answer that ends before it is whole.
    pub fn broken_off(request: &ArmRequest, why: &str) -> Self {
        let detail =
            format!("{}: the answer of {} ended too early: {why}", request.action, host(&request.url));
        // The endpoint is there: other requests may be answered.
        Self { is_broken_off: true, ..Self::from(Failure::new(Outcome::Failed, detail)) }
    }

    /// The error for an answer that leads elsewhere (a redirect). `target` is named without its path, which may hold
    /// secrets.
    pub fn redirect(request: &ArmRequest, status: StatusCode, target: Option<&str>) -> Self {
        let target = target.and_then(|target| request.url.join(target).ok());
        let leads = target.map_or_else(|| "elsewhere".to_owned(), |target| format!("to {}", host(&target)));
        let detail = format!(
            "{}: HTTP {}, a redirect {leads}; netcensus did not follow it, because the token would be sent there too",
            request.action,
            status.as_u16()
        );
        let failure = Failure::new(Outcome::Failed, detail)
            .remedy("a proxy may want you to sign in: check HTTPS_PROXY and NO_PROXY");
        Self { status: Some(status), ..Self::from(failure) }
    }

    /// The error for a request that would take the token to another host than the resource manager.
    pub fn foreign_host(request: &ArmRequest, resource_manager: &Url) -> Self {
        let detail = format!(
            "{}: the answer continues at {}, which is not {}; the token was not sent there",
            request.action,
            host(&request.url),
            host(resource_manager)
        );
        Self::from(Failure::new(Outcome::Failed, detail))
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_remedy(self, remedy: &str) -> Self {
        Self { failure: self.failure.remedy(remedy), ..self }
    }

    /// Tells whether the error already says what to do, because a new token or role would not help.
    pub fn has_own_remedy(&self) -> bool {
        self.code == FOREIGN_TENANT || DISABLED.contains(&self.code.as_str())
    }

    /// Tells whether Azure does not accept the token, and may accept a newer one.
    pub fn is_refused_token(&self) -> bool {
        self.status == Some(StatusCode::UNAUTHORIZED) && self.code != FOREIGN_TENANT
    }

    /// Tells whether repeating the request may help.
    pub fn is_retryable(&self) -> bool {
        match self.status {
            None => self.failure.unreachable || self.is_broken_off,
            Some(status) => status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
        }
    }

    /// Tells whether the subscription never used the service that was asked, so that there is nothing of it:
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider>.
    pub fn is_unregistered_provider(&self) -> bool {
        self.code == "MissingSubscriptionRegistration"
    }

    /// Tells whether Azure says that the subscription is of a kind that cannot contain what was asked for.
    pub fn is_disallowed(&self) -> bool {
        let refuses = self.status.is_some_and(|status| status.is_client_error());
        refuses && matches!(self.code.as_str(), "DisallowedOperation" | "DisallowedProvider")
    }

    /// Tells whether Azure says so of every provider, and not only of the one that was asked.
    pub fn is_disallowed_everywhere(&self) -> bool {
        self.is_disallowed() && self.code == "DisallowedOperation"
    }

    /// Tells whether Azure does not know the subscription.
    pub fn is_unknown_subscription(&self) -> bool {
        self.status == Some(StatusCode::NOT_FOUND) && self.code == UNKNOWN_SUBSCRIPTION
    }

    /// Returns Azure's code and message.
    pub fn azure_message(&self) -> &str {
        &self.azure_message
    }

    /// Tells whether the answer would be larger than Resource Graph allows (16 MiB).
    pub fn is_too_large(&self) -> bool {
        self.code == "ResponsePayloadTooLarge"
    }

    /// Tells whether the resource does not exist any more: it was deleted after it was listed. The page of a proxy, an
    /// unknown path or a lost subscription are 404 too, and prove nothing about the resource.
    pub fn is_missing_resource(&self) -> bool {
        let code = self.code.as_str();
        self.status == Some(StatusCode::NOT_FOUND)
            && code.ends_with("NotFound")
            && code != UNKNOWN_SUBSCRIPTION
    }
}

impl From<Failure> for ArmError {
    /// The error for a failure that has nothing to do with an answer.
    fn from(failure: Failure) -> Self {
        let (code, azure_message) = (String::new(), String::new());
        Self { status: None, code, azure_message, retry_after: None, failure, is_broken_off: false }
    }
}

impl From<ArmError> for Failure {
    fn from(error: ArmError) -> Self {
        error.failure
    }
}

/// The code for a subscription that Azure does not know.
const UNKNOWN_SUBSCRIPTION: &str = "SubscriptionNotFound";
/// The code for a token of another tenant than the subscription's.
const FOREIGN_TENANT: &str = "InvalidAuthenticationTokenTenant";
/// Codes for a subscription that is disabled.
const DISABLED: [&str; 3] = ["DisabledSubscription", "ReadOnlyDisabledSubscription", "SubscriptionDisabled"];
/// Codes for an API version that the resource manager does not know.
const UNKNOWN_VERSION: [&str; 3] =
    ["NoRegisteredProviderFound", "InvalidApiVersionParameter", "UnsupportedApiVersion"];

/// The error of every Azure API:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/common-deployment-errors>.
#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorObject,
}

#[derive(Deserialize, Default)]
struct ErrorObject {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

fn classify(request: &ArmRequest, status: StatusCode, said: &ErrorObject) -> Failure {
    let (action, code, message) = (request.action, said.code.as_str(), message(said));
    let failed = |message: String| Failure::new(outcome(status), message);
    match (status, code) {
        (_, FOREIGN_TENANT) => {
            failed(format!("{code}{message}")).remedy("name the subscription's tenant with --azure-tenant")
        }
        (StatusCode::UNAUTHORIZED, _) => failed(format!("{code}{message}")),
        // The message repeats action and scope, and names the caller by ids that mean nothing to you.
        (_, "AuthorizationFailed") => failed(format!("{action}: {code}")),
        (_, code) if DISABLED.contains(&code) => failed(format!("{code}{message}")).remedy(format!(
            "enable it: az account subscription enable --subscription-id {}",
            request.quota.id()
        )),
        (_, code) if UNKNOWN_VERSION.contains(&code) => failed(format!("{action}: {code}{message}")).remedy(
            "this resource manager does not know the API versions that netcensus uses; Azure Stack Hub is not \
             supported",
        ),
        (StatusCode::NOT_FOUND, UNKNOWN_SUBSCRIPTION) => failed(format!("{code}{message}"))
            .remedy("it may have been closed, or belong to another tenant: --azure-tenant"),
        (StatusCode::TOO_MANY_REQUESTS, _) => failed(format!("{action}: {code} after all retries"))
            .remedy("try later, or use a lower --concurrency"),
        _ => failed(format!("{action}: {code}{message}")),
    }
}

/// Writes Azure's message as it follows its code: `: MESSAGE`.
fn message(said: &ErrorObject) -> String {
    if said.message.is_empty() { String::new() } else { format!(": {}", shorten(first_line(&said.message))) }
}

const fn outcome(status: StatusCode) -> Outcome {
    match status {
        StatusCode::FORBIDDEN => Outcome::Denied,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Throttled,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Outcome::TimedOut,
        _ => Outcome::Failed,
    }
}

/// An answer that is not the API's: a proxy's or an emulator's HTML page.
fn unreadable(request: &ArmRequest, status: StatusCode, body: &[u8]) -> String {
    format!(
        "{}: HTTP {} with an answer that is not one of the API, perhaps from a proxy (it begins: {})",
        request.action,
        status.as_u16(),
        start_of_body(body)
    )
}

/// Returns the beginning of an answer, to show what it is.
pub fn start_of_body(body: &[u8]) -> String {
    // Far more than is shown, and less than the largest answers.
    let start = &body[..body.len().min(16 * MESSAGE_LENGTH)];
    let text = String::from_utf8_lossy(start).split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&text).chars().filter(|c| !c.is_control()).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

fn host(url: &Url) -> String {
    let origin = url.origin();
    if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", url.scheme()) }
}

#[cfg(test)]
impl ArmError {
    /// The error for an answer with the message `said`.
    pub fn for_test(status: u16, code: &str) -> Self {
        tests::answered(status, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ArmRequest {
        let url = "https://management.azure.com/subscriptions/s/x";
        ArmRequest::for_test(url, "Microsoft.Network/virtualNetworks/read", "s")
    }

    pub fn answered(status: u16, code: &str) -> ArmError {
        let body = format!(r#"{{"error": {{"code": "{code}", "message": "said\r\nmore"}}}}"#);
        ArmError::from_answer(&request(), StatusCode::from_u16(status).unwrap(), None, body.as_bytes())
    }

    #[test]
    fn the_status_decides_how_it_counts_and_whether_to_ask_again() {
        for (status, outcome, again) in [
            (400, Outcome::Failed, false),
            (401, Outcome::Failed, false),
            (403, Outcome::Denied, false),
            (404, Outcome::Failed, false),
            (429, Outcome::Throttled, true),
            (500, Outcome::Failed, true),
            (503, Outcome::Failed, true),
            (504, Outcome::TimedOut, true),
        ] {
            let error = answered(status, "Code");
            assert_eq!((error.failure.outcome, error.is_retryable()), (outcome, again), "{status}");
            assert!(!error.failure.unreachable, "it answered");
        }
        assert!(
            answered(404, "NotFound").is_missing_resource()
                && answered(404, "ResourceGroupNotFound").is_missing_resource()
        );
        for other in ["SubscriptionNotFound", "InvalidResourceType", ""] {
            assert!(!answered(404, other).is_missing_resource(), "{other}");
        }
        assert!(ArmError::timed_out(&request()).is_retryable());
        assert!(!ArmError::unexpected_answer("x", "y").is_retryable());
    }

    #[test]
    fn a_disabled_subscription_and_a_foreign_tenant_have_commands_of_their_own() {
        let detail = |status, code| answered(status, code).failure.detail();
        assert!(
            detail(403, "DisabledSubscription")
                .contains("az account subscription enable --subscription-id s")
        );
        assert!(detail(401, "InvalidAuthenticationTokenTenant").contains("--azure-tenant"));
        assert!(detail(404, "SubscriptionNotFound").contains("closed"));
    }

    #[test]
    fn a_resource_manager_that_is_too_old_is_named_as_such() {
        // ansible/ansible#42658.
        for code in UNKNOWN_VERSION {
            let detail = answered(400, code).failure.detail();
            assert!(detail.contains("API versions") && detail.contains("Azure Stack Hub"), "{detail}");
        }
    }

    /// An empty text was shown in place of where it leads.
    #[test]
    fn a_redirect_says_where_it_leads() {
        let leads = |target| ArmError::redirect(&request(), StatusCode::FOUND, target).failure.detail();
        let elsewhere = leads(Some("https://elsewhere.example/sign-in?token=secret"));
        assert!(elsewhere.contains("HTTP 302, a redirect to https://elsewhere.example; netcensus did not"));
        assert!(leads(Some("/here")).contains("a redirect to https://management.azure.com;"));
        for odd in [None, Some("http://[")] {
            assert!(leads(odd).contains("a redirect elsewhere;"), "{odd:?}");
        }
    }

    #[test]
    fn a_page_of_html_is_shown_as_what_it_is() {
        let page = b"<html>\n <h1>Bad   Gateway</h1>";
        let error = ArmError::from_answer(&request(), StatusCode::BAD_GATEWAY, None, page);
        let detail = error.failure.detail();
        assert!(
            detail.contains("HTTP 502") && detail.ends_with("(it begins: <html> <h1>Bad Gateway</h1>)"),
            "{detail}"
        );
    }
}
