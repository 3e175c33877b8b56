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

use super::errors::{connection_fault, root_cause, undelivered, unreadable_answer, unreadable_secret};
use super::pauses::{Pauses, pause_asked_by};
use super::throttling::is_throttling;
use crate::clouds::aws::answers::xml_scan::AnswerError;
use crate::clouds::causes::{is_of_certificate, shorten};
use crate::clouds::meter::{self, Meter};
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
    meter: Meter,
    /// Until when an answer asked to wait.
    until: Mutex<Option<Instant>>,
    /// Why the latest request did not lead to a token, and when that was found.
    failed: Mutex<Option<(Failure, Instant)>>,
}

impl TokenEndpoint {
    /// Sends requests for `action` by `http`.
    pub fn new(http: SharedHttpClient, action: &'static str, run: &Run) -> Self {
        Self(Arc::new(Renewals {
            http,
            action,
            pauses: Pauses::new(run),
            meter: Meter::default(),
            until: Mutex::default(),
            failed: Mutex::default(),
        }))
    }

    /// Returns why the latest request did not lead to a token. Where that is throttling, it says to wait for what is left of
    /// `gap`, before which the SDK sends no other request.
    pub fn failure(&self, gap: Duration) -> Option<Failure> {
        let (failure, at) = lock(&self.0.failed).clone()?;
        if failure.outcome != Outcome::Throttled {
            return Some(failure);
        }
        let left = Some(gap.saturating_sub(at.elapsed()));
        Some(Failure { retry_after: failure.retry_after.max(left), ..failure })
    }

    /// Says what a request that took longer than `bound` was waiting for.
    pub fn out_of_time(&self, bound: Duration) -> Failure {
        self.0.meter.out_of_time(bound).context(self.0.action)
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
        self.pause().await?;
        self.note(meter::count_request);
        let sent = Instant::now();
        let answer = match connector.call(request).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.unanswered(error)),
        };
        let status = answer.status().as_u16();
        tracing::trace!(status, "answer");
        self.note(|| meter::note_answer(status, sent.elapsed()));
        let pause = pause_asked_by(&answer);
        if let Some(pause) = pause {
            *lock(&self.until) = Some(Instant::now() + pause);
        }
        let answer = self.read(answer).await?;
        if is_throttling(&answer) {
            self.note(meter::note_throttled);
        }
        *lock(&self.failed) = flaw(&answer, self.action)
            .map(|failure| (Failure { retry_after: pause, ..failure }, Instant::now()));
        Ok(answer)
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
        self.note(|| meter::note_unanswered(connection_fault(&error)));
        self.fail(undelivered(&error, self.action, "the endpoint"));
        if is_of_certificate(&error) { ConnectorError::other(error.into(), None) } else { error }
    }

    fn unreadable(&self, error: Box<dyn std::error::Error + Send + Sync>) -> ConnectorError {
        let action = self.action;
        if let Some(flaw) = AnswerError::find_in(&*error) {
            self.fail(Failure::new(Outcome::Failed, format!("{action}: {flaw}")));
            return ConnectorError::other(error, None);
        }
        let why = root_cause(&*error);
        self.note(|| meter::note_unreadable(why.clone()));
        self.fail(Failure::new(Outcome::Failed, format!("{action}: the answer ended too early: {why}")));
        ConnectorError::io(error)
    }

    fn fail(&self, failure: Failure) {
        *lock(&self.failed) = Some((failure, Instant::now()));
    }

    /// Tells the meter of who asks, and that of the token: others may wait for the token too.
    fn note(&self, noted: impl Fn()) {
        noted();
        self.meter.within(noted);
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
    let text = |name: &str| fields.as_ref()?.get(name)?.as_str().filter(|text| !text.is_empty());
    let status = answer.status().as_u16();
    if answer.status().is_success() {
        return match fields {
            Some(_) if text("accessToken").is_some() => None,
            Some(_) => {
                let detail = format!("{action}: HTTP {status} with an answer that has no accessToken");
                Some(Failure::new(Outcome::Failed, detail))
            }
            None => Some(unreadable_secret(answer, action)),
        };
    }
    if is_throttling(answer) {
        let detail = format!("{action}: HTTP {status}, too many requests, after all retries");
        return Some(Failure::new(Outcome::Throttled, detail).remedy("try later"));
    }
    let Some(code) = text("error") else { return Some(unreadable_answer(answer, action)) };
    let said = text("error_description").map(|said| format!(": {}", shorten(said))).unwrap_or_default();
    Some(Failure::new(Outcome::Failed, format!("{action}: {}{said}", shorten(code))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw_of(status: u16, body: &str) -> Option<Failure> {
        let answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_owned()));
        flaw(&answer, "sso-oidc:CreateToken")
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
