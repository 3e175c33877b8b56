//! The authority that gives out tokens, and the transport by which credentials ask it.
//!
//! `azure_identity` accepts an empty token, panics when a token is valid for thousands of years, and cannot read numbers
//! that are written as text, as older endpoints do. So the transport checks every answer first.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, Request, RetryOptions, StatusCode,
    Transport,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::Client;
use serde_json::{Map, Value, json};
use url::Url;

use super::token_pauses::TokenPauses;
use crate::clouds::azure::requests::arm_error::start_of_body;
use crate::clouds::causes::{causes, certificate_remedy, is_not_http, root, unanswered};
use crate::clouds::http_client::SYSTEM_CA_VARIABLE;
use crate::clouds::{CloudError, Failure, Run, meter};
use crate::config;

/// The public cloud's authority.
const PUBLIC: &str = "https://login.microsoftonline.com";

/// How often a token is asked for again when the authority is busy, breaks or does not answer: one that hiccups must
/// not cost a tenant, and one that is not there must not hold the others up.
const RETRIES: u32 = 2;

/// Bytes of an answer that are read at most. A token has a few thousand.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The authority, and the transports that credentials use.
#[derive(Debug, Clone)]
pub struct Authority {
    url: Url,
    through_proxies: Arc<CheckedTransport>,
    direct: Arc<CheckedTransport>,
}

impl Authority {
    /// Prepares to ask `authority`, or the one that `AZURE_AUTHORITY_HOST` names. Pauses that it asks for are waited for as
    /// long as `run` bounds a read.
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(
        authority: Option<Url>,
        authority_host: Option<&str>,
        http: Client,
        direct: Client,
        run: &Run,
    ) -> Result<Self, CloudError> {
        let authority = match (authority, authority_host) {
            (Some(authority), _) => authority,
            (None, Some(text)) => Url::parse(text).map_err(|error| {
                CloudError::bad_setting(format!(
                    "AZURE_AUTHORITY_HOST is `{text}`, which is not a URL: {error}"
                ))
                .remedy(format!("it looks like {PUBLIC}"))
            })?,
            (None, None) => Url::parse(PUBLIC).expect("the address is written above"),
        };
        if !authority.username().is_empty() || authority.password().is_some() {
            return Err(CloudError::bad_setting("AZURE_AUTHORITY_HOST has a user name or password in it")
                .remedy(format!("name the host alone, such as {PUBLIC}")));
        }
        let http = if config::is_loopback(&authority) { direct.clone() } else { http };
        let plain = (authority.scheme() == "http").then(|| authority.clone());
        if let Some(plain) = plain.as_ref().filter(|plain| !config::is_loopback(plain)) {
            return Err(CloudError::bad_setting(format!(
                "the authority {plain} would get secrets without encryption"
            ))
            .remedy("use https; http is for emulators on a loopback address only"));
        }
        Ok(Self {
            url: authority,
            through_proxies: Arc::new(CheckedTransport {
                client: http,
                plain: plain.clone(),
                issuer: TokenIssuer::Entra,
                pauses: TokenPauses::new(run),
            }),
            direct: Arc::new(CheckedTransport {
                client: direct,
                plain,
                issuer: TokenIssuer::Host,
                pauses: TokenPauses::new(run),
            }),
        })
    }

    /// Returns the authority as messages name it: scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Returns the address at which `tenant` gives out tokens.
    pub fn token_endpoint(&self, tenant: &str) -> String {
        format!("{}/{tenant}/oauth2/v2.0/token", self.url.as_str().trim_end_matches('/'))
    }

    /// Returns the options of a credential that asks the authority.
    pub fn options(&self) -> ClientOptions {
        // The crate takes no authority without TLS; on loopback the transport takes it back (see `Watched`).
        let mut authority = self.url.clone();
        let _ = authority.set_scheme("https");
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = authority.to_string();
        let cloud = Some(Arc::new(CloudConfiguration::Custom(cloud)));
        ClientOptions { cloud, ..options(&self.through_proxies) }
    }

    /// Returns the options of a credential that asks the host it runs on, where no proxy has a part.
    pub fn direct(&self) -> ClientOptions {
        options(&self.direct)
    }
}

fn options(http: &Arc<CheckedTransport>) -> ClientOptions {
    let transport = Some(Transport::new(Arc::clone(http) as Arc<dyn HttpClient>));
    let retry = ExponentialRetryOptions { max_retries: RETRIES, ..ExponentialRetryOptions::default() };
    ClientOptions { transport, retry: RetryOptions::exponential(retry), ..ClientOptions::default() }
}

/// Why no answer can be used that an authority, or the identity endpoint of a machine, was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRequestError {
    /// It is there, and did not answer.
    #[error("{0} did not answer in time")]
    Silent(String),
    /// No connection, or it ended before the answer began.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Scheme, host and port.
        host: String,
        /// The reason, without a final stop.
        why: String,
        /// What to do, where that is known.
        remedy: Option<String>,
    },
    /// It began to answer, and the connection ended.
    #[error("the token answer of {host} ended too early: {why}")]
    BrokenOff {
        /// Scheme, host and port.
        host: String,
        /// The reason, without a final stop.
        why: String,
    },
    /// It asks for a longer pause than is waited for.
    #[error("{0}")]
    Paused(Failure),
    /// It answered, and not with a token.
    #[error("the token answer of {host} {why}")]
    Answer {
        /// Scheme, host and port.
        host: String,
        /// What is wrong with it.
        why: String,
    },
}

impl TokenRequestError {
    /// Finds it in what a credential's error was caused by.
    pub fn find(error: &Error) -> Option<&Self> {
        causes(error).find_map(|cause| cause.downcast_ref::<Self>())
    }
}

impl From<TokenRequestError> for Error {
    fn from(unusable: TokenRequestError) -> Self {
        // The kind decides whether the crate asks again.
        let kind = match unusable {
            TokenRequestError::Silent(_)
            | TokenRequestError::Unreachable { .. }
            | TokenRequestError::BrokenOff { .. } => ErrorKind::Io,
            TokenRequestError::Answer { .. } | TokenRequestError::Paused(_) => ErrorKind::DataConversion,
        };
        Self::new(kind, unusable)
    }
}

/// Sends what credentials ask, counts it, and checks what comes back.
#[derive(Debug)]
struct CheckedTransport {
    client: Client,
    /// An authority on loopback that speaks plain HTTP, such as the sandbox.
    plain: Option<Url>,
    issuer: TokenIssuer,
    pauses: TokenPauses,
}

/// Reads the body of an answer to its end; `None` if it has more than `largest` bytes: one that never ends would fill the
/// memory.
pub async fn read_bounded(
    mut body: impl Stream<Item = azure_core::Result<Bytes>> + Unpin,
    largest: usize,
) -> azure_core::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > largest {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

impl CheckedTransport {
    async fn send(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let asked = request.url();
        let plain = self.plain.as_ref().filter(|plain| {
            (asked.host_str(), asked.port_or_known_default())
                == (plain.host_str(), plain.port_or_known_default())
        });
        if plain.is_some() {
            let mut request = request.clone();
            let _ = request.url_mut().set_scheme("http");
            HttpClient::execute_request(&self.client, &request).await
        } else {
            HttpClient::execute_request(&self.client, request).await
        }
    }

    /// Sends a request, and reads the answer to its end.
    async fn exchange(&self, request: &Request) -> azure_core::Result<TokenAnswer> {
        let unanswered = |error: Error| {
            meter::note_unanswered(format!("{}: {}", unanswered(&error), root(&error)));
            Error::from(self.unanswered(request, &error))
        };
        let sent = Instant::now();
        let (status, headers, stream) = self.send(request).await.map_err(unanswered)?.deconstruct();
        meter::note_answer(status.into(), sent.elapsed());
        let body = read_bounded(stream, LARGEST_ANSWER).await;
        let body = body.map_err(|error| self.broken_off(request, &error))?.ok_or_else(|| {
            let why = format!("does not end: it is larger than {} MiB", LARGEST_ANSWER >> 20);
            TokenRequestError::Answer { host: self.host(request), why }
        })?;
        Ok(TokenAnswer { status, headers, body })
    }

    /// Waits as long as the latest answer to such a request asked to.
    async fn pause(&self, request: &Request) -> Result<(), TokenRequestError> {
        let waited = self.pauses.wait(request.url(), &self.who(request)).await;
        waited.map_err(TokenRequestError::Paused)
    }

    /// Begins the pause that an answer asks for. One that is too long ends the request, if it would be sent again.
    async fn begin_pause(
        &self,
        request: &Request,
        answer: &mut TokenAnswer,
    ) -> Result<(), TokenRequestError> {
        let is_repeated = matches!(answer.status.into(), 429_u16 | 500..);
        if u16::from(answer.status) < 400 {
            return Ok(());
        }
        match self.pauses.begin(request.url(), &mut answer.headers) {
            Some(_) if is_repeated => self.pause(request).await,
            _ => Ok(()),
        }
    }

    /// Names what gives out the tokens.
    fn who(&self, request: &Request) -> String {
        let host = self.host(request);
        match self.issuer {
            TokenIssuer::Entra => format!("the authority {host}"),
            TokenIssuer::Host => format!("the managed identity's endpoint {host}"),
        }
    }

    /// Returns the host that is asked, as messages name it.
    fn host(&self, request: &Request) -> String {
        let mut asked = request.url().clone();
        if let Some(plain) = &self.plain {
            let _ = asked.set_scheme(plain.scheme());
        }
        asked.origin().ascii_serialization()
    }

    /// Says of an answer that had begun why its rest did not come.
    fn broken_off(&self, request: &Request, error: &Error) -> TokenRequestError {
        let (host, why) = (self.host(request), root(error));
        if is_timeout(error) {
            meter::note_unanswered(format!("cannot be reached: {why}"));
            return TokenRequestError::Silent(host);
        }
        meter::note_unreadable(why.clone());
        TokenRequestError::BrokenOff { host, why }
    }

    fn unanswered(&self, request: &Request, error: &Error) -> TokenRequestError {
        let host = self.host(request);
        if is_timeout(error) {
            TokenRequestError::Silent(host)
        } else if is_not_http(error) {
            TokenRequestError::Answer { host, why: format!("is not valid HTTP: {}", root(error)) }
        } else {
            TokenRequestError::Unreachable {
                host,
                why: root(error),
                remedy: certificate_remedy(error, SYSTEM_CA_VARIABLE),
            }
        }
    }

    /// Sees to it that the crate reads no answer that it cannot stand.
    fn check(&self, request: &Request, answer: TokenAnswer) -> azure_core::Result<AsyncRawResponse> {
        let TokenAnswer { status, headers, body } = answer;
        let code = u16::from(status);
        let is_redirect = (300..400).contains(&code);
        let body: Vec<u8> = if status.is_success() || is_redirect {
            let host = self.host(request);
            let why = if is_redirect {
                let leads = redirect_target(request, &headers);
                Err(format!("is HTTP {code}, a redirect {leads}, perhaps from a proxy"))
            } else {
                check_token_answer(self.issuer, &body)
            };
            why.map_err(|why| TokenRequestError::Answer { host, why })?
        } else {
            match self.issuer {
                TokenIssuer::Entra => rewrite_error_answer(code, &body),
                TokenIssuer::Host => body,
            }
        };
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

/// Tells whether a connection was there, and nothing came through it.
fn is_timeout(error: &Error) -> bool {
    let mut sent = causes(error).filter_map(|cause| cause.downcast_ref::<reqwest::Error>());
    sent.any(|error| error.is_timeout() && !error.is_connect())
}

#[async_trait]
impl HttpClient for CheckedTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        self.pause(request).await?;
        meter::count_request();
        let mut answer = self.exchange(request).await?;
        self.begin_pause(request, &mut answer).await?;
        self.check(request, answer)
    }
}

/// An answer to the request for a token, whole.
struct TokenAnswer {
    status: StatusCode,
    headers: Headers,
    body: Vec<u8>,
}

/// Says where a redirect leads, without its path, which may have secrets in it.
fn redirect_target(request: &Request, headers: &Headers) -> String {
    let target = headers.get_optional_str(&"location".into());
    let target = target.and_then(|target| request.url().join(target).ok());
    target.map_or_else(
        || "elsewhere".to_owned(),
        |target| format!("to {}", target.origin().ascii_serialization()),
    )
}

/// Longer than any token is valid, in seconds. A larger number is not a time.
const LONGEST: i64 = 10 * 366 * 24 * 3600;

/// The kind of endpoint that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenIssuer {
    /// Microsoft Entra, which writes for how long a token is valid (`expires_in`).
    Entra,
    /// The endpoint of a managed identity, which writes until when it is valid (`expires_on`).
    Host,
}

/// Checks an answer that is to hold a token, and writes it as the crate reads it.
///
/// # Errors
/// With what is wrong with it.
pub fn check_token_answer(issuer: TokenIssuer, body: &[u8]) -> Result<Vec<u8>, String> {
    let mut answer: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
        // The beginning of such an answer may have the token in it.
        match body.trim_ascii_start().first() {
            Some(b'{') if error.is_eof() => format!("ended too early: {error}"),
            Some(b'{') => format!("is not JSON: {error}"),
            _ => format!("is not a token (it begins: {})", start_of_body(body)),
        }
    })?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if token.is_empty() {
        return Err("has no access_token".to_owned());
    }
    if token.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("has an access_token with blanks or control characters".to_owned());
    }
    match issuer {
        TokenIssuer::Entra => {
            let seconds = whole_seconds(&answer, "expires_in")?;
            if !(-LONGEST..=LONGEST).contains(&seconds) {
                return Err(format!("says that the token expires in {seconds} seconds (expires_in)"));
            }
            answer.insert("expires_in".to_owned(), json!(seconds));
            // It has no part in anything, and must be a number.
            answer.remove("ext_expires_in");
        }
        TokenIssuer::Host => {
            let seconds = whole_seconds(&answer, "expires_on")?;
            if jiff::Timestamp::from_second(seconds).is_err() {
                return Err(format!(
                    "says that the token expires at second {seconds} since 1970 (expires_on)"
                ));
            }
            answer.insert("expires_on".to_owned(), json!(seconds.to_string()));
        }
    }
    Ok(Value::Object(answer).to_string().into_bytes())
}

/// Reads a whole number, which some endpoints write as text.
fn whole_seconds(answer: &Map<String, Value>, name: &str) -> Result<i64, String> {
    let value = answer.get(name).ok_or_else(|| format!("does not say when the token expires ({name})"))?;
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64().or_else(|| value.as_f64().and_then(rounded)),
    };
    number.ok_or_else(|| format!("has {name} {value}, which is not a number of seconds"))
}

#[expect(clippy::cast_possible_truncation, reason = "what is out of range stays out of range")]
fn rounded(number: f64) -> Option<i64> {
    number.is_finite().then_some(number as i64)
}

/// Rewrites an error of an authority so that the crate can read it: it accepts no text with escapes, such as quotes and
/// line ends. Of an answer that is not Entra's, such as a proxy's page, it would report only that it is no JSON.
pub fn rewrite_error_answer(status: u16, body: &[u8]) -> Vec<u8> {
    let answer = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let codes = answer.get("error_codes").and_then(Value::as_array).into_iter().flatten();
    let codes: Vec<i32> =
        codes.filter_map(Value::as_i64).filter_map(|code| i32::try_from(code).ok()).collect();
    let text = match answer.get("error_description").and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => {
            format!("HTTP {status} with an answer that is not Entra's (it begins: {})", start_of_body(body))
        }
    };
    let plain = |c: char| match c {
        '"' => '\'',
        '\\' => '/',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(plain).collect();
    json!({ "error_description": text, "error_codes": codes }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(body: &str) -> Result<Value, String> {
        check_token_answer(TokenIssuer::Entra, body.as_bytes())
            .map(|body| serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn seconds_are_read_as_number_or_text_and_nonsense_is_refused() {
        // These made azure_identity panic.
        for odd in
            ["300000000000", "1000000000000000000", "-1000000000000", "1e300", "\"soon\"", "null", "{}"]
        {
            let error = authority(&format!(r#"{{"access_token": "t", "expires_in": {odd}}}"#)).unwrap_err();
            assert!(error.contains("expires_in"), "{odd}: {error}");
        }
        for (text, seconds) in [("3599", 3599), ("\"3599\"", 3599), ("3599.0", 3599), ("0", 0), ("-5", -5)] {
            let answer = authority(&format!(
                r#"{{"access_token": "t", "expires_in": {text}, "ext_expires_in": "x"}}"#
            ));
            assert_eq!(answer.unwrap()["expires_in"], json!(seconds), "{text}");
        }
    }

    #[test]
    fn an_answer_without_a_token_is_refused() {
        let long = format!(r#"{{"expires_in": 1, "access_token": "{}"}}"#, "");
        for body in
            ["{}", &long, r#"{"access_token": null, "expires_in": 1}"#, "[]", "", "<html>sign in</html>"]
        {
            assert!(authority(body).is_err(), "{body}");
        }
        assert!(authority(r#"{"access_token": "t"}"#).unwrap_err().contains("when the token expires"));
        assert!(authority("{\"access_token\": \"a\\nb\", \"expires_in\": 1}").is_err());
        for cut in [r#"{"access_token": "secret", "expires_in": 1"#, r#"{"access_token": "secre"#] {
            let error = authority(cut).unwrap_err();
            assert!(error.starts_with("ended too early: EOF") && !error.contains("secre"), "{error}");
        }
    }

    #[test]
    fn the_endpoint_of_a_managed_identity_says_until_when() {
        let host = |value: &str| {
            let body = format!(r#"{{"access_token": "t", "expires_on": {value}}}"#);
            check_token_answer(TokenIssuer::Host, body.as_bytes())
                .map(|body| serde_json::from_slice::<Value>(&body).unwrap())
        };
        assert_eq!(host("\"1893456000\"").unwrap()["expires_on"], "1893456000");
        assert_eq!(host("1893456000").unwrap()["expires_on"], "1893456000");
        assert!(host("1e18").is_err() && host("-1e18").is_err() && host("\"soon\"").is_err());
    }

    #[test]
    fn a_refusal_is_made_readable() {
        let text = |body: &[u8]| {
            let answer: Value = serde_json::from_slice(&rewrite_error_answer(502, body)).unwrap();
            answer["error_description"].as_str().unwrap().to_owned()
        };
        let entra =
            br#"{"error": "x", "error_description": "AADSTS1: \"no\".\r\nTrace ID: 2", "error_codes": [1]}"#;
        assert_eq!(text(entra), "AADSTS1: 'no'.  Trace ID: 2");
        let body = rewrite_error_answer(401, entra);
        assert!(!body.contains(&b'\\'), "the crate borrows the text from the body");
        for other in [&b"<html>\n Bad  Gateway"[..], b"{}", b"", br#"{"error_description": 7}"#] {
            assert!(
                text(other).starts_with("HTTP 502 with an answer that is not Entra's"),
                "{}",
                text(other)
            );
        }
    }
}
