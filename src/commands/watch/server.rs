//! The server of `--serve`: the page, `/metrics`, `/healthz` and `/inventory`.
//!
//! It is on a loopback address, or it wants a token. On loopback a page in a browser may ask it by a name that it made
//! lead there, so only requests for a loopback name are answered.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
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
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::Sleep;
use tokio_util::task::AbortOnDropHandle;

use super::documents::ServedDocument;
use super::serve_options::{ServeOptions, ServeToken};
use super::status_board::{StatusBoard, Unanswered};
use crate::model::stable_hash;
use crate::output::OPEN_METRICS_TYPE;

/// The most connections at once. Others wait.
const MAX_CONNECTIONS: usize = 64;
/// A client that does not send its request by then is cut off.
const REQUEST_WITHIN: Duration = Duration::from_secs(10);
/// A client that takes nothing of an answer for so long is cut off, or some that read nothing would keep out all others.
const MAX_UNREAD: Duration = Duration::from_secs(20);
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
        let service = Arc::new(StatusService { board, token: self.token });
        AbortOnDropHandle::new(tokio::spawn(accept(self.listener, service)))
    }
}

async fn accept(listener: TcpListener, service: Arc<StatusService>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
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

async fn serve(stream: TcpStream, service: Arc<StatusService>) {
    let answer = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(&request).await) }
    });
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(REQUEST_WITHIN);
    let stream = ReadStream { stream, max_unread: MAX_UNREAD, deadline: None };
    if let Err(error) = connection.serve_connection(TokioIo::new(stream), answer).await {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// A connection that breaks off when nothing of what is written is taken for so long. Sent slowly it is not: the system takes more
/// as soon as a part of its buffer is read.
struct ReadStream {
    stream: TcpStream,
    max_unread: Duration,
    /// Set while nothing can be written.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl ReadStream {
    fn bounded<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.deadline = None;
            return written;
        }
        let max_unread = self.max_unread;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(max_unread)));
        let is_over = deadline.as_mut().poll(context).is_ready();
        if is_over { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending }
    }
}

impl AsyncRead for ReadStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ReadStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, written)
    }

    /// Without this a body is copied for each connection before it is sent.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.bounded(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

type HttpAnswer = Response<Full<Bytes>>;

/// What requests are answered from.
struct StatusService {
    board: Arc<StatusBoard>,
    token: Option<ServeToken>,
}

impl StatusService {
    async fn answer(&self, request: &Request<Incoming>) -> HttpAnswer {
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
            "/metrics" => self.metrics(request).await,
            "/inventory" => self.document(ServedDocument::Inventory, request).await,
            "/" => self.document(ServedDocument::Page, request).await,
            _ => text(StatusCode::NOT_FOUND, "there are /, /metrics, /healthz and /inventory\n"),
        }
    }

    fn health(&self, may_tell: bool) -> HttpAnswer {
        let problems = self.board.list_problems();
        if problems.is_empty() {
            return text(StatusCode::OK, "ok\n");
        }
        let told = if may_tell { problems.join("\n") } else { "not well".to_owned() };
        text(StatusCode::SERVICE_UNAVAILABLE, format!("{told}\n"))
    }

    async fn document(&self, document: ServedDocument, request: &Request<Incoming>) -> HttpAnswer {
        let tag = self.board.tag();
        if knows(request, &tag) {
            return with_tag(text(StatusCode::NOT_MODIFIED, ""), &tag);
        }
        match self.board.document(document).await {
            Ok(written) => {
                with_tag(with_type(StatusCode::OK, document.media_type(), written.body), &written.tag)
            }
            Err(why) => unanswered(why),
        }
    }

    async fn metrics(&self, request: &Request<Incoming>) -> HttpAnswer {
        let metrics = match self.board.metrics().await {
            Ok(metrics) => metrics,
            Err(why) => return unanswered(why),
        };
        // They change without the inventory.
        let tag = format!("\"{}-{:08x}\"", metrics.len(), stable_hash(metrics.bytes()));
        if knows(request, &tag) {
            return with_tag(text(StatusCode::NOT_MODIFIED, ""), &tag);
        }
        with_tag(with_type(StatusCode::OK, OPEN_METRICS_TYPE, metrics), &tag)
    }
}

/// Tells whether the client has what this tag names.
fn knows(request: &Request<Incoming>, tag: &str) -> bool {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.unwrap_or_default().split(',').any(|known| known.trim() == tag)
}

fn unanswered(why: Unanswered) -> HttpAnswer {
    match why {
        Unanswered::Beginning => text(StatusCode::SERVICE_UNAVAILABLE, "the first scan is not done\n"),
        Unanswered::Ending => text(StatusCode::SERVICE_UNAVAILABLE, "the watch is ending\n"),
        Unanswered::Failed(why) => text(StatusCode::INTERNAL_SERVER_ERROR, format!("{why}\n")),
    }
}

/// Tells whether the name in a request is one of this machine, which no other machine can make lead here.
fn is_for_loopback(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    name.eq_ignore_ascii_case("localhost")
        || name
            .trim_matches(['[', ']'])
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.to_canonical().is_loopback())
}

fn refusal(by_token: bool) -> HttpAnswer {
    if !by_token {
        return text(
            StatusCode::FORBIDDEN,
            "use a loopback address: without a token, only this machine gets answers\n",
        );
    }
    let mut answer = text(StatusCode::UNAUTHORIZED, "send the token: Authorization: Bearer TOKEN\n");
    answer.headers_mut().insert(WWW_AUTHENTICATE, hyper::header::HeaderValue::from_static("Bearer"));
    answer
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> HttpAnswer {
    with_type(status, "text/plain; charset=utf-8", body)
}

fn with_type(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> HttpAnswer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, hyper::header::HeaderValue::from_static("no-cache"));
    answer
}

fn with_tag(mut answer: HttpAnswer, tag: &str) -> HttpAnswer {
    if let Ok(tag) = tag.parse() {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{BoxFuture, Either, pending, select};
    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::documents::DocumentWriter;
    use super::super::metrics::WatchNumbers;
    use super::super::problems::Problems;
    use super::super::status_board::Question;
    use super::*;
    use crate::cli::source::LiveArgs;
    use crate::clouds::{EventSource, Message, SourceError};
    use crate::commands::overrides::with_config_names;
    use crate::config::{Color, Overrides, Settings};
    use crate::model::{Inventory, Resources};
    use crate::ui::{Ui, Verbosity};

    struct Served {
        address: SocketAddr,
        board: Arc<StatusBoard>,
        _server: AbortOnDropHandle<()>,
        /// Answers like the loop of a watch, and counts how often it is asked for the inventory.
        inventories: Arc<AtomicUsize>,
    }

    async fn start(token: Option<&str>) -> Served {
        let served = start_beginning(token).await;
        served.board.begin(&[]);
        served
    }

    fn writer() -> DocumentWriter {
        let settings = with_config_names(|names| Settings::resolve(None, &Overrides::default(), names));
        let ui = Ui::new(Color::Never, Verbosity::Quiet);
        DocumentWriter::new(&LiveArgs::default(), &settings.unwrap(), &ui).unwrap()
    }

    /// A watch whose first scan is not done.
    async fn start_beginning(token: Option<&str>) -> Served {
        let (board, mut questions) = StatusBoard::new(Timestamp::now(), writer(), Problems::default());
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
        assert_eq!(served.status("/metrics", "Host: [::ffff:127.0.0.1]:9464\r\n").await, 200);
        assert_eq!(served.status("/metrics", "Host: evil.example:9464\r\n").await, 403);
    }

    #[tokio::test]
    async fn what_is_served_has_tags_and_metrics_have_usage() {
        let served = start(None).await;
        for path in ["/", "/metrics", "/inventory"] {
            let answer = served.ask(path, "").await;
            let tag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
            assert_eq!(served.status(path, &format!("If-None-Match: {tag}\r\n")).await, 304, "{path}");
            assert_eq!(served.status(path, "If-None-Match: \"other\"\r\n").await, 200, "{path}");
        }
        let page = served.ask("/", "").await;
        assert!(page.contains("content-type: text/html") && page.contains("</html>"), "{page}");
        let metrics = served.ask("/metrics", "").await;
        assert!(metrics.contains("netcensus_usage_complete{of=\"subnet\"} 0\n"), "{metrics}");
        assert_eq!(metrics.matches("# EOF").count(), 1);
    }

    /// Probes are answered while the first scan runs, which takes minutes.
    #[tokio::test]
    async fn before_the_first_scan_is_done_every_request_is_answered_at_once() {
        let served = start_beginning(None).await;
        for path in ["/", "/metrics", "/inventory", "/healthz"] {
            let answer = served.ask(path, "").await;
            assert!(answer.starts_with("HTTP/1.1 503"), "{path}: {answer}");
            assert!(answer.contains("the first scan is not done"), "{path}: {answer}");
        }
        served.board.begin(&[]);
        assert_eq!(served.status("/healthz", "").await, 200);
    }

    /// A queue that never answers.
    struct Silent;

    impl EventSource for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
            Box::pin(pending())
        }

        fn depth(&self) -> BoxFuture<'_, Option<u64>> {
            Box::pin(pending())
        }
    }

    /// Health is what is known, and nothing is asked for it.
    #[tokio::test]
    async fn health_does_not_wait_for_a_queue_that_does_not_answer() {
        let served = start_beginning(None).await;
        served.board.begin(&[Arc::new(Silent)]);
        let metrics = served.status("/metrics", "");
        let health = served.status("/healthz", "");
        let first = select(Box::pin(metrics), Box::pin(health)).await;
        assert!(matches!(first, Either::Right((200, _))), "health was answered while metrics waited");
    }

    #[tokio::test]
    async fn a_token_is_wanted_for_all_but_health() {
        let served = start(Some("s3cret")).await;
        assert_eq!(served.status("/metrics", "").await, 401);
        assert_eq!(served.status("/metrics", "Authorization: Bearer s3cre\r\n").await, 401);
        assert_eq!(served.status("/metrics", "Authorization: Basic s3cret\r\n").await, 401);
        let authorized = "Authorization: Bearer s3cret\r\n";
        assert_eq!(served.status("/metrics", &format!("{authorized}Host: census:9464\r\n")).await, 200);
        served.board.problems().set("aws:https://x/1/q", Some("there is no such queue".to_owned()));
        let unwell = served.ask("/healthz", "").await;
        assert!(unwell.starts_with("HTTP/1.1 503") && !unwell.contains("such queue"), "{unwell}");
        assert!(
            served.ask("/healthz", authorized).await.contains("aws:https://x/1/q: there is no such queue")
        );
        served.board.problems().set("aws:https://x/1/q", None);
        assert_eq!(served.status("/healthz", "").await, 200);
    }

    #[tokio::test]
    async fn odd_requests_are_answered_and_end() {
        let served = start(None).await;
        let ask = async |request: String| {
            let mut stream = TcpStream::connect(served.address).await.unwrap();
            let (mut reading, mut writing) = stream.split();
            let mut answer = Vec::new();
            // A server that refuses a request may not read all of it, and resets the connection.
            let _ = tokio::join!(writing.write_all(request.as_bytes()), reading.read_to_end(&mut answer));
            String::from_utf8_lossy(&answer).into_owned()
        };
        let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n");
        let body = ask(get("/healthz", "Content-Length: 1000000000\r\n")).await;
        assert!(
            body.starts_with("HTTP/1.1 200") && body.ends_with("ok\n"),
            "a body that does not come: {body}"
        );
        let long = ask(get("/healthz", &format!("X: {}\r\n", "x".repeat(10 << 20)))).await;
        assert!(!long.contains(" 200 "), "a header of 10 MiB: {long}");
        let end = "Connection: close\r\n";
        let many = ask(get("/healthz", "").repeat(999) + &get("/healthz", end)).await;
        assert_eq!(many.matches("HTTP/1.1 200").count(), 1000, "one after the other");
        let head = ask(get("/inventory", end).replacen("GET", "HEAD", 1)).await;
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
        assert_eq!(served.status("/healthz", "").await, 200);
    }

    /// With as many as there are places, `/healthz` was never answered again.
    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = ReadStream { stream, max_unread: Duration::from_millis(200), deadline: None };
        let piece = vec![b' '; 1 << 20];
        assert!(stream.is_write_vectored());
        for is_vectored in [false, true] {
            let error = loop {
                let written = if is_vectored {
                    stream.write_vectored(&[io::IoSlice::new(b"head"), io::IoSlice::new(&piece)]).await
                } else {
                    stream.write(&piece).await
                };
                if let Err(error) = written {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "vectored: {is_vectored}");
            stream.deadline = None;
        }
        drop(stream);
        client.read_to_end(&mut Vec::new()).await.unwrap();
        // One that reads is written to for longer than that.
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = ReadStream { stream, max_unread: Duration::from_secs(20), deadline: None };
        let reading = tokio::spawn(async move { client.read_to_end(&mut Vec::new()).await });
        for _ in 0..16 {
            stream.write_all(&piece).await.unwrap();
        }
        drop(stream);
        assert_eq!(reading.await.unwrap().unwrap(), 16 << 20);
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
