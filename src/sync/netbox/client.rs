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
/// How long a request may take, until its answer is there to the last byte. A chunk of objects takes longer than a page, and one
/// that is given up may be written all the same.
const MAX_EXCHANGE: Duration = Duration::from_mins(2);
/// The most bytes that an answer may have. A page of machines with all their fields has a few million.
const LARGEST_ANSWER: usize = 64 << 20;
/// Characters of an answer that an error repeats.
const ANSWER: usize = 300;

/// How often a last page may have fewer objects than it tells: one may be deleted while it is counted.
const MAX_SHORT_PAGES: u32 = 3;

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
    /// [`MAX_EXCHANGE`], and less in tests.
    max_exchange: Duration,
    authorization: HeaderValue,
    /// Whether there was an answer of any kind, to its end.
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
        Ok(Self { http, api, max_exchange: MAX_EXCHANGE, authorization, has_answered, has_etags })
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
        let (mut objects, mut last, mut most, mut short_pages) = (Vec::new(), 0, None, 0);
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
            // How many there are from this page on. A proxy or a cache may cut a page short.
            let count = answer.body["count"].as_u64().and_then(|count| usize::try_from(count).ok());
            let count = count.ok_or_else(|| self.odd_page(path))?;
            let most = *most.get_or_insert_with(|| most_objects(count));
            if !is_last && results.is_empty() || objects.len() + results.len() > most {
                return Err(self.odd_page(path));
            }
            if is_last && results.len() < count {
                short_pages += 1;
                if short_pages == MAX_SHORT_PAGES {
                    return Err(self.odd_page(path));
                }
                continue;
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
        // The client bounds each silence, and not what comes byte by byte.
        request = request.timeout(self.max_exchange);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        if let Some(etag) = if_match {
            request = request.header(IF_MATCH, etag);
        }
        let unanswered = |error: reqwest::Error| {
            let server = self.api.origin().ascii_serialization();
            let diagnostic = explain_unanswered(&server, "did not answer", error);
            let remedy = "check `url`, and whether NetBox is running and can be reached from here";
            FailedAttempt { error: RequestError::new(diagnostic.remedy(remedy)), pause: Some(FIRST_PAUSE) }
        };
        let answer = request.send().await.map_err(unanswered)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = read_bytes(answer, LARGEST_ANSWER).await.map_err(unanswered)?;
        self.has_answered.store(true, Ordering::Relaxed);
        let bytes = bytes.ok_or_else(|| {
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
        // A part of an answer was not asked for.
        if !status.is_success() || status == StatusCode::PARTIAL_CONTENT {
            return Err(self.failed(status, &headers, &String::from_utf8_lossy(&bytes)));
        }
        if bytes.is_empty() {
            return Ok(NetboxAnswer { body: Value::Null, etag: None });
        }
        let body = serde_json::from_slice(&bytes).map_err(|_| FailedAttempt {
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

/// Returns how many objects a list may have of which `count` were told at first: some may be created while it is read.
const fn most_objects(count: usize) -> usize {
    count.saturating_mul(2).saturating_add(PAGE)
}

/// Reads an answer; `None` if it has more than `largest` bytes: one that never ends would fill the memory.
async fn read_bytes(mut answer: Response, largest: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > largest {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
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
    use std::future::Future;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// A client of a server that answers each request by `answer`, which is told how many there were before.
    async fn client_of<F>(answer: impl Fn(TcpStream, usize) -> F + Send + 'static) -> NetboxClient
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            for before in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await.unwrap();
                answer(stream, before).await;
            }
        });
        NetboxClient::new(&url, "token").unwrap()
    }

    async fn send_head(stream: &mut TcpStream, status: &str) {
        let head =
            format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
    }

    /// Asks a server for a list that has these pages, and says how many objects came of it, or what is wrong.
    async fn list_of(status: &'static str, pages: &[&'static [u8]]) -> Result<usize, String> {
        let pages = pages.to_vec();
        let client = client_of(move |mut stream, before| {
            let page = pages[before.min(pages.len() - 1)];
            async move {
                send_head(&mut stream, status).await;
                stream.write_all(page).await.unwrap();
            }
        });
        let listed = client.await.list("ipam/prefixes/", &[]).await;
        listed.map(|objects| objects.len()).map_err(|error| error.diagnostic.to_string())
    }

    /// Each was taken for the whole list, so that what it lacked was created a second time.
    #[tokio::test]
    async fn a_list_that_is_not_whole_is_an_error() {
        let odd = Err("the list ipam/prefixes/ of 127.0.0.1 cannot be read page by page".to_owned());
        let one = &br#"{"count": 1, "next": null, "results": [{"id": 7}]}"#[..];
        assert_eq!(list_of("200 OK", &[one]).await, Ok(1));
        let short = &br#"{"count": 2, "next": null, "results": [{"id": 7}]}"#[..];
        assert_eq!(list_of("200 OK", &[short, one]).await, Ok(1), "one was deleted between two queries");
        let first = &br#"{"count": 2, "next": "?", "results": [{"id": 1}]}"#[..];
        assert_eq!(list_of("200 OK", &[first, one]).await, Ok(2));
        for page in [
            &br#"{"count": 10, "next": null, "results": [{"id": 7}]}"#[..],
            br#"{"count": null, "next": null, "results": [{"id": 7}]}"#,
            br#"{"next": null, "results": []}"#,
        ] {
            assert_eq!(list_of("200 OK", &[page]).await, odd);
        }
        assert_eq!(list_of("206 Partial Content", &[one]).await, Err("127.0.0.1 answered 206".to_owned()));
        let latin = &b"{\"count\": 1, \"next\": null, \"results\": [{\"id\": 7, \"name\": \"caf\xe9\"}]}"[..];
        let error = list_of("200 OK", &[latin]).await.unwrap_err();
        assert!(error.starts_with("127.0.0.1 does not answer with JSON"), "{error}");
    }

    /// It filled the memory.
    #[tokio::test]
    async fn a_list_that_goes_on_for_ever_is_given_up() {
        let client = client_of(|mut stream, before| async move {
            send_head(&mut stream, "200 OK").await;
            let objects: Vec<_> =
                (1..=PAGE).map(|id| serde_json::json!({ "id": before * PAGE + id })).collect();
            let page = serde_json::json!({ "count": 3 * PAGE, "next": "?", "results": objects });
            stream.write_all(page.to_string().as_bytes()).await.unwrap();
        });
        let error = client.await.list("ipam/prefixes/", &[]).await.unwrap_err();
        assert_eq!(
            error.diagnostic.to_string(),
            "the list ipam/prefixes/ of 127.0.0.1 cannot be read page by page"
        );
    }

    /// Each byte began the time anew, so that a plan never ended.
    #[tokio::test]
    async fn an_answer_that_comes_byte_by_byte_is_given_up() {
        let client = client_of(|mut stream, _| async move {
            send_head(&mut stream, "200 OK").await;
            while stream.write_all(b" ").await.is_ok() {
                sleep(Duration::from_millis(10)).await;
            }
        });
        let client = NetboxClient { max_exchange: Duration::from_millis(200), ..client.await };
        let error = client.version().await.unwrap_err();
        assert!(error.is_unavailable && error.diagnostic.to_string().contains("did not answer"), "{error:?}");
    }

    #[tokio::test]
    async fn an_answer_without_an_end_is_given_up() {
        let client = client_of(|mut stream, _| async move {
            send_head(&mut stream, "200 OK").await;
            let piece = vec![b' '; 1 << 20];
            for _ in 0..2 * (LARGEST_ANSWER >> 20) {
                if stream.write_all(&piece).await.is_err() {
                    break;
                }
            }
        });
        let error = client.await.version().await.unwrap_err();
        let said = error.diagnostic.to_string();
        assert!(said.contains("127.0.0.1 sends an answer of more than 64 MiB"), "{said}");
    }
}
