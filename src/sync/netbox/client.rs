//! Requests to the REST API of `NetBox`: lists page by page, changes in bulk, and what is tried again.
//!
//! <https://netboxlabs.com/docs/netbox/integrations/rest-api/>, measured against 4.7.3. Two things of it decide what is
//! here. A filter that it does not know is ignored and everything comes back, so callers check every object, and pages are
//! checked here. A bulk request is all or nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Map, Value};
use tokio::time::sleep;
use url::Url;

use crate::clouds::{backoff, explain_unanswered, http_client, random, retry_after_in};
use crate::config::is_loopback;
use crate::diagnostic::Diagnostic;
use crate::redact::{self, redact};

/// Objects of a page; `MAX_PAGE_SIZE` is 1,000 unless the administrator changed it.
const PAGE: usize = 1000;
/// How often a request is sent at most.
const ATTEMPTS: u32 = 5;
/// How often the first request is sent at most, if there is no answer to it: the address is wrong, or the server is down.
const FIRST_ATTEMPTS: u32 = 2;
/// The first pause; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How long a server may take to write what it is sent.
const LONGEST_WRITE: Duration = Duration::from_mins(2);
/// The most bytes that an answer may have. A page of machines with all their fields has a few million.
const LARGEST_ANSWER: usize = 64 << 20;
/// Characters of an answer that an error repeats.
const ANSWER: usize = 300;

/// The oldest version that has MAC addresses as objects.
const OLDEST: (u32, u32) = (4, 2);

/// A JSON object, as `NetBox` sends and takes them.
pub type Object = Map<String, Value>;

/// A `NetBox`.
#[derive(Debug)]
pub struct NetboxClient {
    http: Client,
    /// Ends in `/api/`.
    api: Url,
    authorization: HeaderValue,
    /// Whether there was an answer of any kind.
    has_answered: AtomicBool,
    /// Whether an answer had the version of an object.
    has_etags: AtomicBool,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub struct RequestError {
    /// What is wrong; without secrets.
    pub diagnostic: Diagnostic,
    /// The status, if there was an answer.
    pub status: Option<StatusCode>,
    /// Whether everything else would fail too: there was no answer, also not to the last attempt.
    pub is_unavailable: bool,
}

impl RequestError {
    fn new(diagnostic: Diagnostic) -> Self {
        Self { diagnostic: diagnostic.map(redact), status: None, is_unavailable: false }
    }

    /// Tells whether a part of what was sent may be accepted.
    #[must_use]
    pub fn is_divisible(&self) -> bool {
        self.status.is_some_and(|status| matches!(status.as_u16(), 400 | 403 | 409 | 413 | 500))
    }

    /// Tells whether what was sent may have taken too long, for the server or for what stands before it. Less of it may not.
    #[must_use]
    pub fn is_too_slow(&self) -> bool {
        self.is_unavailable && self.status.is_none_or(|status| matches!(status.as_u16(), 408 | 502 | 504))
    }

    /// Tells whether what was sent is wrong, such as the value of a filter.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.status == Some(StatusCode::BAD_REQUEST)
    }

    /// Tells whether the object is not as `If-Match` says any more.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.status == Some(StatusCode::PRECONDITION_FAILED)
    }
}

/// An answer.
#[derive(Debug)]
pub struct NetboxAnswer {
    /// The body; null if there is none.
    pub body: Value,
    /// The version of the object, where `NetBox` tells it (4.6 and later).
    pub etag: Option<HeaderValue>,
}

/// One attempt that failed.
struct FailedAttempt {
    error: RequestError,
    /// How long the server asks to wait; `None` if it would fail in the same way again.
    pause: Option<Duration>,
}

impl NetboxClient {
    /// Makes a client. Nothing is sent.
    ///
    /// # Errors
    /// When the token cannot be a header, or the machine's certificates cannot be used.
    pub fn new(url: &Url, token: &str) -> Result<Self, Diagnostic> {
        redact::remember(token);
        // Tokens of version 2 (4.5 and later) have a prefix and another scheme.
        let scheme = if token.starts_with("nbt_") { "Bearer" } else { "Token" };
        let mut authorization = HeaderValue::from_str(&format!("{scheme} {token}"))
            .map_err(|_| Diagnostic::new("the token of NetBox contains characters that no token has"))?;
        authorization.set_sensitive(true);
        // A proxy would take what is for this machine elsewhere.
        let http = http_client(!is_loopback(url)).map_err(|error| error.diagnostic)?;
        let mut api = url.clone();
        let path = api.path().trim_end_matches('/').trim_end_matches("/api");
        let path = format!("{path}/api/");
        api.set_path(&path);
        let (has_answered, has_etags) = (AtomicBool::new(false), AtomicBool::new(false));
        Ok(Self { http, api, authorization, has_answered, has_etags })
    }

    /// Returns the version, and checks that it is one that works.
    ///
    /// # Errors
    /// When `NetBox` does not answer, refuses the token, or is too old.
    pub async fn version(&self) -> Result<String, RequestError> {
        let answer = self.send(Method::GET, "status/", None, None).await?;
        let text = answer.body["netbox-version"].as_str().unwrap_or_default().to_owned();
        let mut parts = text.split(['.', '-']).map(|part| part.parse::<u32>().ok());
        let (Some(Some(major)), Some(Some(minor))) = (parts.next(), parts.next()) else {
            return Err(RequestError::new(
                Diagnostic::new(format!("{} does not answer as NetBox does", self.host())).remedy(
                    "check `url`: it is the address of NetBox itself, such as https://netbox.example.com",
                ),
            ));
        };
        if (major, minor) < OLDEST {
            let (major, minor) = OLDEST;
            return Err(RequestError::new(Diagnostic::new(format!(
                "{} is NetBox {text}; {major}.{minor} or later is needed, which has MAC addresses as objects",
                self.host()
            ))));
        }
        Ok(text)
    }

    /// Lists objects, all pages. Whatever `query` says, the caller has to check every object.
    ///
    /// # Errors
    /// When a page cannot be read, or the pages do not go on: part of a list is never returned.
    pub async fn list(&self, path: &str, query: &[(&str, String)]) -> Result<Vec<Object>, RequestError> {
        let (mut objects, mut last) = (Vec::new(), 0);
        loop {
            // By id, so that what is added or deleted meanwhile moves nothing to another page.
            let page =
                [("ordering", "id".to_owned()), ("limit", PAGE.to_string()), ("id__gt", last.to_string())];
            let mut url = self.url(path)?;
            url.query_pairs_mut().extend_pairs(page.iter().chain(query).map(|(name, value)| (name, value)));
            let answer = self.send_to(Method::GET, url, None, None).await?;
            // A page that does not say whether another follows may not be the last one.
            let is_last = answer.body.get("next").ok_or_else(|| self.odd_page(path))?.is_null();
            let Value::Array(results) = answer.body["results"].clone() else {
                return Err(self.odd_page(path));
            };
            if !is_last && results.is_empty() {
                return Err(self.odd_page(path));
            }
            for result in results {
                let Value::Object(object) = result else { return Err(self.odd_page(path)) };
                let id = id_of(&object).filter(|id| *id > last).ok_or_else(|| self.odd_page(path))?;
                last = id;
                objects.push(object);
            }
            if is_last {
                return Ok(objects);
            }
        }
    }

    /// Sends a request to a path below `/api/`, again if it failed for a while only.
    ///
    /// # Errors
    /// When there is no answer or one that is not a success.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        if_match: Option<&HeaderValue>,
    ) -> Result<NetboxAnswer, RequestError> {
        self.send_to(method, self.url(path)?, body, if_match).await
    }

    /// Tells whether `NetBox` keeps to `If-Match`, as far as its answers say: 4.6 and later do.
    #[must_use]
    pub fn has_etags(&self) -> bool {
        self.has_etags.load(Ordering::Relaxed)
    }

    async fn send_to(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
        if_match: Option<&HeaderValue>,
    ) -> Result<NetboxAnswer, RequestError> {
        let mut attempt = 1;
        loop {
            let FailedAttempt { error, pause } =
                match self.send_once(method.clone(), url.clone(), body, if_match).await {
                    Ok(answer) => return Ok(answer),
                    Err(failed) => failed,
                };
            let most = if self.has_answered.load(Ordering::Relaxed) { ATTEMPTS } else { FIRST_ATTEMPTS };
            let Some(asked) = pause.filter(|_| attempt < most) else {
                return Err(RequestError {
                    is_unavailable: pause.is_some() || error.is_unavailable,
                    ..error
                });
            };
            sleep(asked.max(backoff(attempt, asked, LONGEST_PAUSE, random()))).await;
            attempt += 1;
        }
    }

    async fn send_once(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
        if_match: Option<&HeaderValue>,
    ) -> Result<NetboxAnswer, FailedAttempt> {
        let mut request = self.http.request(method, url).header(AUTHORIZATION, &self.authorization);
        if let Some(body) = body {
            // A chunk of objects takes longer than a page, and one that is given up may be written all the same.
            request = request.timeout(LONGEST_WRITE);
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        if let Some(etag) = if_match {
            request = request.header(IF_MATCH, etag);
        }
        let unanswered = |error: reqwest::Error| {
            let server = self.api.origin().ascii_serialization();
            let diagnostic = explain_unanswered(Diagnostic::new(format!("{server} did not answer")), error);
            let remedy = "check `url`, and whether NetBox is running and can be reached from here";
            FailedAttempt { error: RequestError::new(diagnostic.remedy(remedy)), pause: Some(FIRST_PAUSE) }
        };
        let answer = request.send().await.map_err(unanswered)?;
        self.has_answered.store(true, Ordering::Relaxed);
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = read_text(answer, LARGEST_ANSWER).await.map_err(unanswered)?;
        let text = text.ok_or_else(|| {
            let most = LARGEST_ANSWER >> 20;
            let message = format!(
                "{} sends an answer of more than {most} MiB, which is too long for an answer of \
                 NetBox",
                self.host()
            );
            let remedy =
                "check `url`: it is the address of NetBox itself, such as https://netbox.example.com";
            let error = RequestError::new(Diagnostic::new(message).remedy(remedy));
            FailedAttempt { error, pause: None }
        })?;
        if !status.is_success() {
            return Err(self.failed(status, &headers, &text));
        }
        if text.is_empty() {
            return Ok(NetboxAnswer { body: Value::Null, etag: None });
        }
        let body = serde_json::from_str(&text).map_err(|_| FailedAttempt {
            error: RequestError::new(
                Diagnostic::new(format!("{} does not answer with JSON", self.host())).remedy(
                    "check `url`: it is the address of NetBox itself, such as https://netbox.example.com",
                ),
            ),
            pause: None,
        })?;
        let etag = headers.get(ETAG).cloned();
        self.has_etags.fetch_or(etag.is_some(), Ordering::Relaxed);
        Ok(NetboxAnswer { body, etag })
    }

    fn failed(&self, status: StatusCode, headers: &HeaderMap, text: &str) -> FailedAttempt {
        let code = status.as_u16();
        let mut diagnostic = Diagnostic::new(format!("{} answered {code}", self.host()));
        let detail = detail(text);
        diagnostic = if detail.is_empty() { diagnostic } else { diagnostic.with_cause(detail) };
        diagnostic = match code {
            401 | 403 => diagnostic
                .remedy("check the token, and that its user may view, add, change and delete these objects"),
            300..=399 => {
                diagnostic.remedy("redirects are not followed; use the address that it leads to as `url`")
            }
            _ => diagnostic,
        };
        let error = RequestError { status: Some(status), ..RequestError::new(diagnostic) };
        // 500 is a fault of NetBox with what was sent, and comes again.
        let is_temporary = matches!(code, 408 | 425 | 429 | 502..=504);
        let pause = is_temporary.then(|| retry_after_in(headers).unwrap_or(FIRST_PAUSE));
        let Some(long) = pause.filter(|pause| *pause > LONGEST_PAUSE) else {
            return FailedAttempt { error, pause };
        };
        // Nothing else would be answered before that either.
        let remedy =
            format!("run the command again in {} s: the server asks to wait so long", long.as_secs());
        let diagnostic = error.diagnostic.clone().remedy(remedy);
        FailedAttempt { error: RequestError { is_unavailable: true, diagnostic, ..error }, pause: None }
    }

    fn url(&self, path: &str) -> Result<Url, RequestError> {
        self.api
            .join(path)
            .map_err(|_| RequestError::new(Diagnostic::new(format!("`{path}` is not a path of the API"))))
    }

    fn host(&self) -> &str {
        self.api.host_str().unwrap_or_default()
    }

    fn odd_page(&self, path: &str) -> RequestError {
        let message = format!("the list {path} of {} cannot be read page by page", self.host());
        RequestError::new(Diagnostic::new(message))
    }
}

/// Reads the text of an answer; `None` if it has more than `largest` bytes: one that never ends would fill the memory.
async fn read_text(mut answer: Response, largest: usize) -> reqwest::Result<Option<String>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > largest {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Returns the id of an object.
#[must_use]
pub fn id_of(object: &Object) -> Option<u64> {
    object.get("id")?.as_u64()
}

/// Reads what `NetBox` says about a failure: a text, or texts by field, or those of the items of a bulk request.
fn detail(text: &str) -> String {
    let said = match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let mut parts = Vec::new();
            collect_texts(&value, "", &mut parts);
            parts.join("; ")
        }
        // The page of a proxy.
        Err(_) if text.trim_start().starts_with('<') => String::new(),
        Err(_) => text.trim().to_owned(),
    };
    said.chars().take(ANSWER).collect()
}

fn collect_texts(value: &Value, field: &str, parts: &mut Vec<String>) {
    match value {
        Value::String(text) if matches!(field, "" | "detail" | "non_field_errors" | "__all__" | "errors") => {
            parts.push(text.clone());
        }
        Value::String(text) => parts.push(format!("{field}: {text}")),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, field, parts)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| collect_texts(value, name, parts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_answer_without_an_end_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n").await.unwrap();
            let piece = vec![b' '; 1 << 20];
            for _ in 0..2 * (LARGEST_ANSWER >> 20) {
                if stream.write_all(&piece).await.is_err() {
                    break;
                }
            }
        });
        let error = NetboxClient::new(&url, "token").unwrap().version().await.unwrap_err();
        let said = error.diagnostic.to_string();
        assert!(said.contains("127.0.0.1 sends an answer of more than 64 MiB"), "{said}");
    }
}
