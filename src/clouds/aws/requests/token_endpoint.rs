//! The endpoints that renew the tokens of `aws sso login` and `aws login`.
//!
//! The SDK asks them with clients of its own, which take none of our interceptors, classifiers and caches, and it does not
//! say why a token was not renewed. So the HTTP client that it is given does here what those do for other requests: it waits
//! for `Retry-After`, ends attempts that are futile, counts requests, and keeps what went wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::errors::{connection_fault, root_cause, undelivered, unreadable_answer};
use super::pauses::{Pauses, pause_asked_by};
use super::retries::is_futile;
use super::throttling::is_throttling;
use crate::clouds::aws::answers::xml_scan::AnswerError;
use crate::clouds::causes::{shorten, unanswered};
use crate::clouds::meter::{self, Meter};
use crate::clouds::waits::FOR_EVER;
use crate::clouds::{Failure, Run};
use crate::model::Outcome;

/// The HTTP client for one token: all who need the token share it.
#[derive(Debug, Clone)]
pub struct TokenEndpoint(Arc<Renewals>);

/// What the requests for one token share.
#[derive(Debug)]
struct Renewals {
    http: SharedHttpClient,
    /// As IAM spells it.
    action: &'static str,
    pauses: Pauses,
    /// Until when an answer asked to wait.
    until: Mutex<Option<Instant>>,
    latest: Mutex<Renewal>,
}

/// What is known of one renewal.
#[derive(Debug, Default)]
struct Renewal {
    /// What the SDK names it by in each of its requests.
    id: Option<String>,
    meter: Meter,
    /// Why its latest request did not lead to a token, and when that was found.
    failed: Option<(Failure, Instant)>,
}

/// The header that has the same value in all requests of a renewal.
const RENEWAL_ID: &str = "amz-sdk-invocation-id";

impl TokenEndpoint {
    /// Sends requests for `action` by `http`.
    pub fn new(http: SharedHttpClient, action: &'static str, run: &Run) -> Self {
        Self(Arc::new(Renewals {
            http,
            action,
            pauses: Pauses::new(run),
            until: Mutex::default(),
            latest: Mutex::default(),
        }))
    }

    /// Returns why the latest request did not lead to a token, if that was found within the last `gap`: after it, another
    /// request would have been sent. Where it is throttling, it says to wait for what is left of `gap`.
    pub fn failure(&self, gap: Duration) -> Option<Failure> {
        let (failure, at) = lock(&self.0.latest).failed.clone()?;
        let left = gap.checked_sub(at.elapsed())?;
        if failure.outcome != Outcome::Throttled {
            return Some(failure);
        }
        Some(Failure { retry_after: failure.retry_after.max(Some(left)), ..failure })
    }

    /// Does `work`, in which the SDK may ask for a token, for as long as `bound` at most.
    ///
    /// # Errors
    /// When it took longer: what it was waiting for. There is no time left to sign in again, even if it was throttling.
    pub async fn within<T>(&self, bound: Duration, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::time::timeout(bound, work).await.map_err(|_| {
            let late = lock(&self.0.latest).meter.out_of_time(bound).context(self.0.action);
            Failure { retry_after: Some(FOR_EVER), ..late }
        })
    }
}

impl HttpClient for TokenEndpoint {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.0.http.http_connector(settings, components);
        SharedHttpConnector::new(TokenConnector { renewals: Arc::clone(&self.0), connector })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.http.connector_metadata()
    }
}

#[derive(Debug)]
struct TokenConnector {
    renewals: Arc<Renewals>,
    connector: SharedHttpConnector,
}

impl HttpConnector for TokenConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (renewals, connector) = (Arc::clone(&self.renewals), self.connector.clone());
        HttpConnectorFuture::new(async move { renewals.send(&connector, request).await })
    }
}

impl Renewals {
    async fn send(
        &self,
        connector: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        self.begin(&request);
        self.pause().await?;
        self.note_in_both_meters(meter::count_request);
        let sent = Instant::now();
        let answer = match connector.call(request).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.unanswered(error)),
        };
        let status = answer.status().as_u16();
        tracing::trace!(status, "answer");
        self.note_in_both_meters(|| meter::note_answer(status, sent.elapsed()));
        let pause = pause_asked_by(&answer);
        if let Some(pause) = pause {
            *lock(&self.until) = Some(Instant::now() + pause);
        }
        let answer = self.read(answer).await?;
        if is_throttling(&answer) {
            self.note_in_both_meters(meter::note_throttled);
        }
        let failed = flaw(&answer, self.action);
        lock(&self.latest).failed =
            failed.map(|failure| (Failure { retry_after: pause, ..failure }, Instant::now()));
        Ok(answer)
    }

    /// Forgets what is known of the renewal before, where this is the first request of another one.
    fn begin(&self, request: &HttpRequest) {
        let id = request.headers().get(RENEWAL_ID).map(str::to_owned);
        let latest = &mut *lock(&self.latest);
        if id.is_none() || latest.id != id {
            *latest = Renewal { id, ..Renewal::default() };
        }
    }

    /// Waits for the pause that the latest answer asked for. The SDK does not repeat a request that ends with the error.
    async fn pause(&self) -> Result<(), ConnectorError> {
        let Some(until) = *lock(&self.until) else { return Ok(()) };
        let waited = self.pauses.wait_until(until, &format!("AWS throttles {}", self.action)).await;
        waited.map_err(|failure| {
            self.fail(failure.clone());
            ConnectorError::other(failure.into(), None)
        })
    }

    /// Reads the whole body. The SDK does so too, but takes one that is too long for a fault that passes.
    async fn read(&self, mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
        let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
        match ByteStream::new(body).collect().await {
            Ok(body) => {
                *answer.body_mut() = SdkBody::from(body.into_bytes());
                Ok(answer)
            }
            Err(error) => Err(self.unreadable(error.into())),
        }
    }

    fn unanswered(&self, error: ConnectorError) -> ConnectorError {
        let why = connection_fault(&error);
        self.note_in_both_meters(|| meter::note_unanswered(format!("{}: {why}", unanswered(&error))));
        self.fail(undelivered(&error, self.action, "the endpoint"));
        if is_futile(&error) { ConnectorError::other(error.into(), None) } else { error }
    }

    fn unreadable(&self, error: Box<dyn std::error::Error + Send + Sync>) -> ConnectorError {
        let action = self.action;
        if let Some(flaw) = AnswerError::find_in(&*error) {
            self.fail(Failure::new(Outcome::Failed, format!("{action}: {flaw}")));
            return ConnectorError::other(error, None);
        }
        let why = root_cause(&*error);
        self.note_in_both_meters(|| meter::note_unreadable(why.clone()));
        self.fail(Failure::new(Outcome::Failed, format!("{action}: the answer ended too early: {why}")));
        ConnectorError::io(error)
    }

    fn fail(&self, failure: Failure) {
        lock(&self.latest).failed = Some((failure, Instant::now()));
    }

    /// Tells the meter of the step at work, and that of the token: other steps may wait for the token too.
    fn note_in_both_meters(&self, noted: impl Fn()) {
        noted();
        let meter = lock(&self.latest).meter.clone();
        meter.within(noted);
    }
}

/// What is noted before a panic is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says why an answer has no token; `None` when it has one.
fn flaw(answer: &HttpResponse, action: &str) -> Option<Failure> {
    let body = answer.body().bytes().unwrap_or_default();
    let fields: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
    let text = |name: &str| text_of(fields.as_ref()?, name);
    let status = answer.status().as_u16();
    if answer.status().is_success() {
        return match fields {
            Some(fields) if has_token(&fields) => None,
            Some(_) => {
                let detail = format!("{action}: HTTP {status} with an answer that has no accessToken");
                Some(Failure::new(Outcome::Failed, detail))
            }
            None => Some(unreadable_answer(answer, action)),
        };
    }
    if is_throttling(answer) {
        let detail = format!("{action}: HTTP {status}, too many requests, after all retries");
        return Some(Failure::new(Outcome::Throttled, detail).remedy("try later"));
    }
    let Some(code) = text("error") else { return Some(unreadable_answer(answer, action)) };
    let said = text("error_description").or_else(|| text("message"));
    let said = said.map(|said| format!(": {}", shorten(said))).unwrap_or_default();
    Some(Failure::new(Outcome::Failed, format!("{action}: {}{said}", shorten(code))))
}

/// Returns the text of a field that is not empty.
fn text_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Tells whether an answer has a token: a text, or credentials, as `aws login` has them
/// (<https://docs.aws.amazon.com/signin/latest/APIReference/API_AccessToken.html>).
fn has_token(fields: &Map<String, Value>) -> bool {
    let parts = ["accessKeyId", "secretAccessKey", "sessionToken"];
    match fields.get("accessToken") {
        Some(Value::Object(token)) => parts.iter().all(|part| text_of(token, part).is_some()),
        _ => text_of(fields, "accessToken").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw_of(status: u16, body: &str) -> Option<Failure> {
        let answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_owned()));
        flaw(&answer, "sso-oidc:CreateToken")
    }

    #[test]
    fn the_token_of_aws_login_is_a_set_of_credentials() {
        let token = |token: &str| flaw_of(200, &format!(r#"{{"accessToken":{token}}}"#));
        assert_eq!(token(r#"{"accessKeyId":"A","secretAccessKey":"s","sessionToken":"t"}"#), None);
        for half in ["{}", r#"{"accessKeyId":"A","secretAccessKey":"","sessionToken":"t"}"#, "7", "null"] {
            assert!(token(half).unwrap().detail().ends_with("an answer that has no accessToken"), "{half}");
        }
        let refused = flaw_of(400, r#"{"error":"TOKEN_EXPIRED","message":"Sign in again"}"#).unwrap();
        assert_eq!(refused.detail(), "sso-oidc:CreateToken: TOKEN_EXPIRED: Sign in again");
    }

    /// Answers with a status, or not at all.
    #[derive(Debug)]
    struct Answering(Mutex<Vec<Option<u16>>>);

    impl HttpConnector for Answering {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            match lock(&self.0).remove(0) {
                Some(status) => {
                    let body = SdkBody::from(r#"{"accessToken":"t"}"#);
                    HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), body)))
                }
                None => HttpConnectorFuture::new(std::future::pending()),
            }
        }
    }

    /// Silence was `the last answer was HTTP 200`, that of an hour ago, or throttling.
    #[tokio::test]
    async fn what_is_said_of_a_renewal_is_not_of_the_one_before() {
        let run = Run::unobserved();
        let http = crate::clouds::aws::requests::http::SharedConnectors::for_sandbox();
        let bound = Duration::from_millis(50);
        for before in [200, 429] {
            let endpoint = TokenEndpoint::new(SharedHttpClient::new(http.clone()), "a:B", &run);
            let connector =
                SharedHttpConnector::new(Answering(Mutex::new(vec![Some(429), Some(before), None])));
            let send = |renewal: &'static str| {
                let mut request = HttpRequest::new(SdkBody::empty());
                request.headers_mut().insert(RENEWAL_ID, renewal);
                endpoint.0.send(&connector, request)
            };
            let _ = send("1").await;
            let _ = send("1").await;
            assert_eq!(endpoint.failure(Duration::from_secs(9)).is_some(), before == 429);
            let late = endpoint.within(bound, send("2")).await.unwrap_err();
            assert_eq!(
                late.detail().split(" (").next(),
                Some("a:B: not done within 50ms: the endpoint did not answer")
            );
            assert_eq!(late.outcome, Outcome::TimedOut);
            assert_eq!(endpoint.failure(Duration::from_secs(9)), None);
        }
    }

    #[test]
    fn a_failure_is_forgotten_once_another_request_would_have_been_sent() {
        let run = Run::unobserved();
        let http = crate::clouds::aws::requests::http::SharedConnectors::for_sandbox();
        let endpoint = TokenEndpoint::new(SharedHttpClient::new(http), "a:B", &run);
        endpoint.0.fail(Failure::new(Outcome::Failed, "refused"));
        assert!(endpoint.failure(Duration::from_secs(9)).is_some());
        assert_eq!(endpoint.failure(Duration::ZERO), None);
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_said_without_its_secrets() {
        assert_eq!(flaw_of(200, r#"{"accessToken":"SEKRIT"}"#), None);
        for (status, body, why) in [
            (200, "{}", "HTTP 200 with an answer that has no accessToken"),
            (200, r#"{"accessToken":"SEKRIT"#, "HTTP 200 with an answer that is not one of the API"),
            (200, "", "HTTP 200 with an answer that is not one of the API"),
            (500, "<html>Bad Gateway</html>", "HTTP 500 with an answer that is not one of the API"),
            (400, r#"{"error":"invalid_grant","error_description":"Revoked"}"#, "invalid_grant: Revoked"),
        ] {
            let said = flaw_of(status, body).unwrap().detail();
            assert!(said.starts_with(&format!("sso-oidc:CreateToken: {why}")), "{said}");
            assert!(!said.contains("SEKRIT"), "{said}");
        }
        assert_eq!(flaw_of(429, "").unwrap().outcome, Outcome::Throttled);
    }
}
