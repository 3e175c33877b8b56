//! What it means when Azure does not answer as asked: denied, expired, throttled, gone, silent, broken.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use url::Url;

use super::http::{Call, Quota};
use super::ways::Way;
use crate::clouds::Failure;
use crate::model::Outcome;

/// Messages of Azure can be long; the start says it.
const MESSAGE_LENGTH: usize = 240;

/// Longer than anybody waits, and not so long that a time cannot be that far off.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

/// A request that brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{failure}")]
pub struct Refusal {
    /// HTTP status; `None` when there was no answer.
    pub status: Option<StatusCode>,
    /// Azure's code of the error; empty when there was none.
    code: String,
    /// Code and message, as Azure has them.
    words: String,
    /// How long Azure wants to be left alone.
    pub wait: Option<Duration>,
    /// How it counts, and why.
    pub failure: Failure,
}

impl Refusal {
    /// Makes one of a failure that has nothing to do with an answer.
    pub const fn of(failure: Failure) -> Self {
        Self { status: None, code: String::new(), words: String::new(), wait: None, failure }
    }

    /// Makes one of an answer that is not the one asked for.
    pub fn answered(call: &Call, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let (code, words, failure) = if let Ok(Body { error }) = serde_json::from_slice(body) {
            let failure = classify(call, status, &error);
            (error.code.clone(), format!("{}{}", error.code, message(&error)), failure)
        } else {
            let failure = Failure::new(outcome(status), unreadable(call, status, body));
            (String::new(), String::new(), failure)
        };
        Self { status: Some(status), code, words, wait: wait(headers), failure }
    }

    /// Makes one of an answer with status 200 that is not what the API documents.
    pub fn garbled(action: &str, why: &str) -> Self {
        Self::of(Failure::new(Outcome::Failed, format!("{action}: the answer is not the API's: {why}")))
    }

    /// Makes one of an answer that is larger than `largest` bytes.
    pub fn endless(call: &Call, largest: usize) -> Self {
        let (action, size) = (call.action, largest / (1024 * 1024));
        let detail = format!("{action}: the answer does not end: it is larger than {size} MiB");
        Self::of(Failure::new(Outcome::Failed, detail))
    }

    /// Makes one of an endpoint that does not answer.
    pub fn unanswered(call: &Call, timeout: bool, why: &str) -> Self {
        let (outcome, detail) = if timeout {
            (Outcome::TimedOut, format!("{}: {} did not answer in time", call.action, host(&call.url)))
        } else {
            (Outcome::Failed, format!("{}: {} cannot be reached: {why}", call.action, host(&call.url)))
        };
        Self::of(Failure::unreachable(outcome, detail))
    }

    /// Makes one of a call that would take the token to another host than `home`.
    pub fn astray(call: &Call, home: &Url) -> Self {
        let detail = format!(
            "{}: the answer continues at {}, which is not {}; the token was not sent there",
            call.action,
            call.url.origin().ascii_serialization(),
            home.origin().ascii_serialization()
        );
        Self::of(Failure::new(Outcome::Failed, detail))
    }

    /// Makes one of a pause that is too long.
    pub fn throttled(call: &Call, wait: Duration, longest: Duration) -> Self {
        let (wait, longest) = (wait.as_secs_f64().ceil(), longest.as_secs());
        let detail = format!(
            "Azure throttles {} for {wait} s more, longer than the {longest} s that are waited for",
            call.quota
        );
        Self::of(Failure::new(Outcome::Throttled, detail).remedy("try later, or allow more with --timeout"))
    }

    /// Adds what mends it, when whoever signed in by `way` is refused.
    #[must_use]
    pub fn signed_in_by(self, call: &Call, way: &Way, tenant: Option<&str>) -> Self {
        let remedy = match self.status {
            // These say already what to do, and a new token or role would not help.
            _ if self.code == FOREIGN_TENANT || DISABLED.contains(&self.code.as_str()) => return self,
            Some(StatusCode::UNAUTHORIZED) => way.sign_in_again(tenant),
            Some(StatusCode::FORBIDDEN) => way.give_role(&call.quota),
            _ => return self,
        };
        Self { failure: self.failure.remedy(remedy), ..self }
    }

    /// Tells whether asking again may help.
    pub fn may_pass(&self) -> bool {
        match self.status {
            None => self.failure.unreachable,
            Some(status) => status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
        }
    }

    /// Tells whether the subscription never used the service that was asked, so that there is nothing of it:
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider>.
    pub fn is_unused_service(&self) -> bool {
        self.code == "MissingSubscriptionRegistration"
    }

    /// Tells whether Azure says that the subscription is of a kind that cannot hold what was asked for.
    pub fn is_disallowed(&self) -> bool {
        let refuses = self.status.is_some_and(|status| status.is_client_error());
        refuses && matches!(self.code.as_str(), "DisallowedOperation" | "DisallowedProvider")
    }

    /// Tells whether Azure does not know the subscription.
    pub fn is_unknown_subscription(&self) -> bool {
        self.status == Some(StatusCode::NOT_FOUND) && self.code == UNKNOWN_SUBSCRIPTION
    }

    /// Returns Azure's code and message.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Tells whether the answer would be larger than the Resource Graph gives (16 MiB).
    pub fn is_too_large(&self) -> bool {
        self.code == "ResponsePayloadTooLarge"
    }

    /// Tells whether the resource is not there any more: it went between a list and a look at one item. A proxy's
    /// page, an unknown path or a lost subscription are 404 too, and say nothing of the resource.
    pub fn is_gone(&self) -> bool {
        let code = self.code.as_str();
        self.status == Some(StatusCode::NOT_FOUND)
            && code.ends_with("NotFound")
            && code != UNKNOWN_SUBSCRIPTION
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.failure
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
struct Body {
    error: Said,
}

#[derive(Deserialize, Default)]
struct Said {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

fn classify(call: &Call, status: StatusCode, said: &Said) -> Failure {
    let (action, code, message) = (call.action, said.code.as_str(), message(said));
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
            id(&call.quota)
        )),
        (_, code) if UNKNOWN_VERSION.contains(&code) => failed(format!("{action}: {code}{message}")).remedy(
            "this resource manager does not know the API versions that netcensus uses; Azure Stack Hub is not \
             supported",
        ),
        (StatusCode::NOT_FOUND, UNKNOWN_SUBSCRIPTION) => failed(format!("{code}{message}"))
            .remedy("it may have been closed, or belong to another tenant: --azure-tenant"),
        (StatusCode::TOO_MANY_REQUESTS, _) => failed(format!("{action}: {code} after all retries"))
            .remedy("try later, or a lower --concurrency"),
        _ => failed(format!("{action}: {code}{message}")),
    }
}

/// Writes Azure's message as it follows a code.
fn message(said: &Said) -> String {
    if said.message.is_empty() { String::new() } else { format!(": {}", shorten(&said.message)) }
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
fn unreadable(call: &Call, status: StatusCode, body: &[u8]) -> String {
    format!(
        "{}: HTTP {} with an answer that is not the API's, as of a proxy (it begins: {})",
        call.action,
        status.as_u16(),
        beginning(body)
    )
}

/// Returns the beginning of an answer, to show what it is.
pub fn beginning(body: &[u8]) -> String {
    // Far more than is shown, and less than the largest answers.
    let start = &body[..body.len().min(16 * MESSAGE_LENGTH)];
    let text = String::from_utf8_lossy(start).split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&text).to_owned()
}

/// Reads `Retry-After`, or the Resource Graph's own header (`hh:mm:ss`):
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let here = SystemTime::now();
    // The date in the answer is by the same clock as the one to wait for; this machine's may be wrong.
    let now = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(here);
    let wait = headers.get_all(RETRY_AFTER).iter().filter_map(|value| retry_after(value.to_str().ok()?, now));
    let wait =
        wait.max().or_else(|| text("x-ms-user-quota-resets-after").and_then(clock).map(Duration::from_secs));
    wait.map(|wait| wait.min(FOR_EVER))
}

/// Reads a `Retry-After`: seconds, which is what Azure sends, or a date, as
/// [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) has it. Of several that something on the way
/// joined to a list, the longest counts, and parts of a second round up.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
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

fn clock(text: &str) -> Option<u64> {
    text.split(':').try_fold(0_u64, |sum, part| {
        // Parts of a second round up.
        let part: f64 = part.trim().parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is checked to be small"
        )]
        let whole = (0.0..=3600.0).contains(&part).then(|| part.ceil() as u64)?;
        Some(sum * 60 + whole)
    })
}

fn id(quota: &Quota) -> &str {
    match quota {
        Quota::Subscription(id) | Quota::Tenant(id) => id,
    }
}

fn host(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn shorten(text: &str) -> &str {
    let first = text.lines().next().unwrap_or_default().trim();
    first.char_indices().nth(MESSAGE_LENGTH).map_or(first, |(end, _)| &first[..end])
}

#[cfg(test)]
impl Refusal {
    /// Makes one as Azure answers it, with the message `said`.
    pub fn for_test(status: u16, code: &str) -> Self {
        tests::answered(status, code)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::Method;

    use super::super::developer_tool::Tool;
    use super::*;

    fn call() -> Call {
        Call {
            method: Method::GET,
            url: "https://management.azure.com/subscriptions/s/x".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action: "Microsoft.Network/virtualNetworks/read",
            quota: Quota::Subscription("s".to_owned()),
        }
    }

    pub fn answered(status: u16, code: &str) -> Refusal {
        let body = format!(r#"{{"error": {{"code": "{code}", "message": "said\r\nmore"}}}}"#);
        Refusal::answered(&call(), StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn a_denial_names_the_permission_and_where_to_give_it() {
        let denied = answered(403, "AuthorizationFailed").failure;
        assert_eq!(denied.outcome, Outcome::Denied);
        assert_eq!(denied.detail(), "Microsoft.Network/virtualNetworks/read: AuthorizationFailed");
        let way = Way::DeveloperTool { tool: Tool::Az, program: "az".into() };
        let denied = answered(403, "AuthorizationFailed").signed_in_by(&call(), &way, None).failure.detail();
        let remedy = "(allow it to az login: az role assignment create --role Reader --scope /subscriptions/s \
                      --assignee WHO)";
        assert!(denied.ends_with(remedy), "{denied}");
        let expired = answered(401, "ExpiredAuthenticationToken").signed_in_by(&call(), &way, Some("t"));
        assert!(expired.failure.detail().ends_with("(run: az login --tenant t)"), "{expired}");
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
            let refusal = answered(status, "Code");
            assert_eq!((refusal.failure.outcome, refusal.may_pass()), (outcome, again), "{status}");
            assert!(!refusal.failure.unreachable, "it answered");
        }
        assert!(answered(404, "NotFound").is_gone() && answered(404, "ResourceGroupNotFound").is_gone());
        for other in ["SubscriptionNotFound", "InvalidResourceType", ""] {
            assert!(!answered(404, other).is_gone(), "{other}");
        }
        assert!(Refusal::unanswered(&call(), true, "").may_pass());
        assert!(!Refusal::garbled("x", "y").may_pass());
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
    fn one_remedy_is_enough() {
        // faults F18.
        for (status, code) in [(401, "InvalidAuthenticationTokenTenant"), (403, "DisabledSubscription")] {
            let way = Way::DeveloperTool { tool: Tool::Az, program: "az".into() };
            let detail = answered(status, code).signed_in_by(&call(), &way, Some("t")).failure.detail();
            assert_eq!(detail.matches('(').count(), 1, "{detail}");
        }
    }

    #[test]
    fn a_resource_manager_that_is_too_old_is_named_as_such() {
        // ansible 42658.
        for code in UNKNOWN_VERSION {
            let detail = answered(400, code).failure.detail();
            assert!(detail.contains("API versions") && detail.contains("Azure Stack Hub"), "{detail}");
        }
    }

    #[test]
    fn a_page_of_html_is_shown_as_what_it_is() {
        let page = b"<html>\n <h1>Bad   Gateway</h1>";
        let refusal = Refusal::answered(&call(), StatusCode::BAD_GATEWAY, &HeaderMap::new(), page);
        let detail = refusal.failure.detail();
        assert!(
            detail.contains("HTTP 502") && detail.ends_with("(it begins: <html> <h1>Bad Gateway</h1>)"),
            "{detail}"
        );
    }

    #[test]
    fn both_headers_tell_how_long_to_wait() {
        let of = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            wait(&headers).map(|time| time.as_secs())
        };
        assert_eq!(of("retry-after", "17"), Some(17));
        assert_eq!(of("retry-after", &u64::MAX.to_string()), Some(FOR_EVER.as_secs()));
        assert_eq!(of("x-ms-user-quota-resets-after", "00:00:05"), Some(5));
        assert_eq!(of("x-ms-user-quota-resets-after", "01:00:01.2"), Some(3602));
        assert_eq!(of("retry-after", &format!("{}0", u64::MAX)), Some(FOR_EVER.as_secs()), "above u64");
        assert_eq!(of("retry-after", "2.2"), Some(3));
        assert_eq!(of("retry-after", "5, 12"), Some(12));
        assert_eq!(of("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"), Some(0), "a date that is past");
        for odd in ["", " ", "soon", "-1", "-1.5", "NaN", "12 s", "Thu, 01 Jan"] {
            assert_eq!(of("retry-after", odd), None, "{odd}");
        }
        for odd in ["soon", "-1", "1e9:00:00", "::"] {
            assert_eq!(of("x-ms-user-quota-resets-after", odd), None, "{odd}");
        }
        assert_eq!(wait(&HeaderMap::new()), None);
    }

    /// The three forms of a date that HTTP knows (faults F19).
    #[test]
    fn a_date_to_wait_for_is_by_the_clock_of_the_answer() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:25 GMT".parse().unwrap());
        for date in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            headers.insert(RETRY_AFTER, date.parse().unwrap());
            assert_eq!(wait(&headers), Some(Duration::from_secs(12)), "{date}");
        }
        headers.remove(DATE);
        assert_eq!(wait(&headers), Some(Duration::ZERO), "and else by this machine's");
    }
}
