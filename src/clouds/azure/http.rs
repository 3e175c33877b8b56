//! The one HTTP client under everything Azure: counted, bounded, held back when Azure says so, and careful
//! whom it hands a token.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response, StatusCode, redirect};
use tokio_rustls::rustls::crypto::ring;
use url::Url;

use super::pauses::Pauses;
use super::refusal::Refusal;
use crate::clouds::causes::root;
use crate::clouds::{PlanError, meter};

/// An endpoint that does not accept a connection by then is taken for dead.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// An endpoint that says nothing for so long is asked again.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a metadata service may take to show that it exists; it is next door or nowhere.
pub const PROBE: Duration = Duration::from_millis(500);
/// How often one request is sent at most.
const ATTEMPTS: u32 = 5;
/// How often it is sent to an endpoint that does not answer at all.
const UNANSWERED_ATTEMPTS: u32 = 2;
/// Several times the largest page there is; what goes on beyond it is no page.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;
/// The first wait after a server's error; doubled each time.
const BACKOFF: Duration = Duration::from_millis(400);

/// Makes a client; redirects are not followed, since they would take the token elsewhere.
///
/// # Errors
/// When the machine's certificates cannot be used.
pub fn client(proxies: bool) -> Result<Client, PlanError> {
    // The process has one default; that somebody installed it before us changes nothing.
    let _ = ring::default_provider().install_default();
    let builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("netcensus/", env!("CARGO_PKG_VERSION")));
    let builder = if proxies { builder } else { builder.no_proxy() };
    builder
        .build()
        .map_err(|error| PlanError::new("no connection to Azure can be prepared").cause(root(&error)))
}

/// Whose count of requests a call adds to; Azure throttles each for itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Quota {
    /// A subscription, by id.
    Subscription(String),
    /// A tenant: what is asked across subscriptions.
    Tenant(String),
}

impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Tenant(id) => write!(f, "tenant {id}"),
        }
    }
}

/// One request to the resource manager, ready to be sent as often as it takes.
#[derive(Debug)]
pub struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What it does, as Azure RBAC spells it.
    pub action: &'static str,
    /// Whose quota it counts against.
    pub quota: Quota,
}

/// The way to the resource manager.
#[derive(Debug)]
pub struct Manager {
    client: Client,
    home: Url,
    pauses: Arc<Pauses>,
}

impl Manager {
    /// Prepares the way to `home`.
    pub fn new(client: Client, home: Url, pauses: Arc<Pauses>) -> Self {
        Self { client, home, pauses }
    }

    /// Returns the resource manager's address.
    pub const fn home(&self) -> &Url {
        &self.home
    }

    /// Sends `call` until it is answered for good, and returns the body.
    ///
    /// # Errors
    /// When it is refused, or not answered after all attempts; or at once when it would go to another host.
    pub async fn send(&self, call: &Call) -> Result<Bytes, Refusal> {
        if call.url.origin() != self.home.origin() {
            return Err(Refusal::astray(call, &self.home));
        }
        let mut attempt = 0;
        loop {
            self.pauses.pass(call).await?;
            attempt += 1;
            let refusal = match self.once(call).await {
                Ok(body) => return Ok(body),
                Err(refusal) => refusal,
            };
            let last = if refusal.status.is_some() { ATTEMPTS } else { UNANSWERED_ATTEMPTS };
            if attempt >= last || !refusal.may_pass() {
                return Err(refusal);
            }
            let backoff = BACKOFF * 2_u32.pow(attempt - 1);
            match (refusal.status, refusal.wait) {
                // Some services ask for no wait at all, which would use up all attempts at once.
                (_, Some(wait)) => self.pauses.begin(&call.quota, wait.max(backoff)),
                (Some(StatusCode::TOO_MANY_REQUESTS), None) => self.pauses.begin(&call.quota, backoff),
                _ => tokio::time::sleep(backoff).await,
            }
        }
    }

    async fn once(&self, call: &Call) -> Result<Bytes, Refusal> {
        meter::count_request();
        let request = self.client.request(call.method.clone(), call.url.clone());
        let request = request.headers(call.headers.clone()).body(call.body.clone());
        let answer = request.send().await.map_err(|error| unanswered(call, &error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        meter::note_answer(status.as_u16());
        tracing::trace!(status = status.as_u16(), action = call.action, "answer");
        let body = body(call, answer, LARGEST_ANSWER).await?;
        if status == StatusCode::OK {
            Ok(body)
        } else {
            Err(Refusal::answered(call, status, &headers, &body))
        }
    }
}

/// Reads the body of an answer, which would fill the memory if it never ended.
async fn body(call: &Call, mut answer: Response, largest: usize) -> Result<Bytes, Refusal> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unanswered(call, &error))? {
        if body.len() + chunk.len() > largest {
            return Err(Refusal::endless(call, largest));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn unanswered(call: &Call, error: &reqwest::Error) -> Refusal {
    let why = root(error);
    tracing::trace!(why, action = call.action, "no answer");
    meter::note_unanswered(why.clone());
    Refusal::unanswered(call, error.is_timeout(), &why)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::model::Outcome;

    /// Serves one answer: `head`, and then `part` again and again until the other side goes away.
    async fn endless(head: &'static str, part: &'static str) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            stream.write_all(head.as_bytes()).await.unwrap();
            while stream.write_all(part.as_bytes()).await.is_ok() {}
        });
        url
    }

    /// An answer that never ends (faults F14).
    #[tokio::test]
    async fn an_answer_that_never_ends_is_given_up() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let url = endless(head, "10\r\n[[[[[[[[[[[[[[[[\r\n").await;
        let answer = client(false).unwrap().get(url.clone()).send().await.unwrap();
        let call = Call {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action: "x/read",
            quota: Quota::Tenant("t".to_owned()),
        };
        let refusal = body(&call, answer, 1024 * 1024).await.unwrap_err();
        assert_eq!((refusal.failure.outcome, refusal.may_pass()), (Outcome::Failed, false));
        assert_eq!(refusal.to_string(), "x/read: the answer does not end: it is larger than 1 MiB");
    }
}
