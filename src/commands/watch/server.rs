//! The server of `--serve`: `/metrics`, `/healthz` and `/inventory`.
//!
//! It is on a loopback address, or it wants a token. On loopback a page in a browser may ask it by a name that it made
//! lead there, so only requests for a loopback name are answered.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, WWW_AUTHENTICATE,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use super::serve_options::{ServeOptions, ServeToken};
use super::status_board::StatusBoard;
use crate::output::OPEN_METRICS_TYPE;

/// Connections at once. Others wait.
const CONNECTIONS: usize = 64;
/// A client that does not send its request by then is cut off.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted, such as when no more files may be open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A server that has its address, and answers when it is started.
#[derive(Debug)]
pub struct StatusServer {
    listener: TcpListener,
    token: Option<ServeToken>,
}

impl StatusServer {
    /// Takes the address.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn bind(options: ServeOptions) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(options.address).await?, token: options.token })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers from `board`, until what is returned is dropped.
    pub fn start(self, board: Arc<StatusBoard>) -> AbortOnDropHandle<()> {
        let service = Arc::new(Service { board, token: self.token });
        AbortOnDropHandle::new(tokio::spawn(accept(self.listener, service)))
    }
}

async fn accept(listener: TcpListener, service: Arc<Service>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let service = Arc::clone(&service);
                connections.spawn(async move {
                    serve(stream, service).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, service: Arc<Service>) {
    let answer = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(&request).await) }
    });
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(REQUEST_WITHIN);
    if let Err(error) = connection.serve_connection(TokioIo::new(stream), answer).await {
        tracing::debug!(%error, "a connection broke off");
    }
}

type Answer = Response<Full<Bytes>>;

/// What requests are answered from.
struct Service {
    board: Arc<StatusBoard>,
    token: Option<ServeToken>,
}

impl Service {
    async fn answer(&self, request: &Request<Incoming>) -> Answer {
        let is_allowed = match &self.token {
            Some(token) => token.is_in(request.headers().get(AUTHORIZATION)),
            None => is_for_loopback(request),
        };
        let is_read = [Method::GET, Method::HEAD].contains(request.method());
        match request.uri().path() {
            _ if !is_read => text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered\n"),
            // Probes have no token, and learn nothing but whether it is well.
            "/healthz" => self.health(is_allowed),
            _ if !is_allowed => refusal(self.token.is_some()),
            "/metrics" => match self.board.metrics().await {
                Some(metrics) => with_type(StatusCode::OK, OPEN_METRICS_TYPE, metrics),
                None => ending(),
            },
            "/inventory" => self.inventory(request).await,
            "/" => text(StatusCode::OK, "netcensus watch: /metrics /healthz /inventory\n"),
            _ => text(StatusCode::NOT_FOUND, "there are /metrics, /healthz and /inventory\n"),
        }
    }

    fn health(&self, may_tell: bool) -> Answer {
        let problems = self.board.list_problems();
        if problems.is_empty() {
            return text(StatusCode::OK, "ok\n");
        }
        let told = if may_tell { problems.join("\n") } else { "not well".to_owned() };
        text(StatusCode::SERVICE_UNAVAILABLE, format!("{told}\n"))
    }

    async fn inventory(&self, request: &Request<Incoming>) -> Answer {
        let tag = self.board.tag();
        let known =
            request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if known.split(',').any(|known| known.trim() == tag) {
            return with_tag(text(StatusCode::NOT_MODIFIED, ""), &tag);
        }
        match self.board.document().await {
            Some(document) => {
                let answer = with_type(StatusCode::OK, "application/json", document.json);
                with_tag(answer, &document.tag)
            }
            None => ending(),
        }
    }
}

fn ending() -> Answer {
    text(StatusCode::SERVICE_UNAVAILABLE, "the watch is ending\n")
}

/// Tells whether the name in a request is one of this machine, which no other machine can make lead here.
fn is_for_loopback(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    name.eq_ignore_ascii_case("localhost")
        || name.trim_matches(['[', ']']).parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn refusal(by_token: bool) -> Answer {
    if !by_token {
        return text(
            StatusCode::FORBIDDEN,
            "ask by a loopback address: without a token only this machine is answered\n",
        );
    }
    let mut answer = text(StatusCode::UNAUTHORIZED, "send the token: Authorization: Bearer TOKEN\n");
    answer.headers_mut().insert(WWW_AUTHENTICATE, hyper::header::HeaderValue::from_static("Bearer"));
    answer
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    with_type(status, "text/plain; charset=utf-8", body)
}

fn with_type(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, hyper::header::HeaderValue::from_static("no-cache"));
    answer
}

fn with_tag(mut answer: Answer, tag: &str) -> Answer {
    if let Ok(tag) = tag.parse() {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::metrics::WatchNumbers;
    use super::super::status_board::Question;
    use super::*;
    use crate::model::{Inventory, Resources};

    struct Served {
        address: SocketAddr,
        board: Arc<StatusBoard>,
        _server: AbortOnDropHandle<()>,
        /// Answers like the loop of a watch, and counts how often it is asked for the inventory.
        inventories: Arc<AtomicUsize>,
    }

    async fn start(token: Option<&str>) -> Served {
        let (board, mut questions) = StatusBoard::new(Timestamp::now(), Vec::new());
        let board = Arc::new(board);
        let token = token.map(ServeToken::from_text);
        let server = StatusServer::bind(ServeOptions { address: "127.0.0.1:0".parse().unwrap(), token });
        let server = server.await.unwrap();
        let (address, inventories) = (server.address().unwrap(), Arc::new(AtomicUsize::new(0)));
        let made = Arc::clone(&inventories);
        tokio::spawn(async move {
            while let Some(question) = questions.next().await {
                match question {
                    Question::Inventory(answer) => {
                        made.fetch_add(1, Ordering::Relaxed);
                        answer.send(inventory()).unwrap();
                    }
                    Question::Numbers(answer) => answer.send(WatchNumbers::default()).unwrap(),
                }
            }
        });
        Served { address, _server: server.start(Arc::clone(&board)), board, inventories }
    }

    fn inventory() -> Inventory {
        Inventory::assemble(
            String::new(),
            Timestamp::UNIX_EPOCH,
            Vec::new(),
            Resources::default(),
            Vec::new(),
        )
    }

    impl Served {
        async fn ask(&self, path: &str, headers: &str) -> String {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            let host =
                if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", self.address) };
            let request = format!("GET {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        }

        async fn status(&self, path: &str, headers: &str) -> u16 {
            self.ask(path, headers).await.split(' ').nth(1).unwrap().parse().unwrap()
        }
    }

    #[tokio::test]
    async fn pages_are_served_on_loopback_to_loopback_names_alone() {
        let served = start(None).await;
        let metrics = served.ask("/metrics", "").await;
        assert!(metrics.starts_with("HTTP/1.1 200") && metrics.ends_with("# EOF\n"), "{metrics}");
        assert!(metrics.contains("content-type: application/openmetrics-text"));
        assert_eq!(served.status("/healthz", "").await, 200);
        assert_eq!(served.status("/nothing", "").await, 404);
        assert_eq!(served.status("/metrics", "Host: localhost:9464\r\n").await, 200);
        assert_eq!(served.status("/metrics", "Host: [::1]:9464\r\n").await, 200);
        assert_eq!(served.status("/metrics", "Host: evil.example:9464\r\n").await, 403);
    }

    #[tokio::test]
    async fn a_token_is_wanted_for_all_but_health() {
        let served = start(Some("s3cret")).await;
        assert_eq!(served.status("/metrics", "").await, 401);
        assert_eq!(served.status("/metrics", "Authorization: Bearer s3cre\r\n").await, 401);
        assert_eq!(served.status("/metrics", "Authorization: Basic s3cret\r\n").await, 401);
        let authorized = "Authorization: Bearer s3cret\r\n";
        assert_eq!(served.status("/metrics", &format!("{authorized}Host: census:9464\r\n")).await, 200);
        served.board.set_problem("aws:https://x/1/q", Some("there is no such queue".to_owned()));
        let unwell = served.ask("/healthz", "").await;
        assert!(unwell.starts_with("HTTP/1.1 503") && !unwell.contains("such queue"), "{unwell}");
        assert!(
            served.ask("/healthz", authorized).await.contains("aws:https://x/1/q: there is no such queue")
        );
        served.board.set_problem("aws:https://x/1/q", None);
        assert_eq!(served.status("/healthz", "").await, 200);
    }

    #[tokio::test]
    async fn an_inventory_is_made_once_a_change() {
        let served = start(None).await;
        let first = served.ask("/inventory", "").await;
        let tag = first.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
        assert!(first.contains("\"coverage\":[]"), "{first}");
        let known = format!("If-None-Match: {tag}\r\n");
        assert_eq!(served.status("/inventory", "").await, 200);
        assert_eq!(served.status("/inventory", &known).await, 304);
        assert_eq!(served.inventories.load(Ordering::Relaxed), 1, "nothing changed");
        served.board.note_change();
        let second = served.ask("/inventory", &known).await;
        assert!(second.starts_with("HTTP/1.1 200") && !second.contains(&tag), "{second}");
        assert_eq!(served.inventories.load(Ordering::Relaxed), 2);
    }
}
