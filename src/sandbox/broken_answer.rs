//! Answers that break on their way: reset, cut off, slow, endless, or not HTTP at all.
//!
//! The HTTP server writes none of these. It hands the connection over, and the bytes are written here.

use std::fmt;
use std::io;

use hyper::Response;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::faults::{BodyEnd, Pace, ResetPoint, TransportFault};

/// How long the header of `huge-header` is, in bytes.
const HUGE: usize = 1 << 20;

/// How many spaces are sent at once.
static SPACES: [u8; 1 << 16] = [b' '; 1 << 16];

/// An answer, and how it breaks.
#[derive(Debug)]
pub struct BrokenAnswer {
    pub response: Box<Response<Vec<u8>>>,
    /// Where the body breaks off, in bytes.
    pub end: usize,
    pub fault: TransportFault,
}

/// The HTTP server takes it for the error that ends a connection.
impl std::error::Error for BrokenAnswer {}

impl fmt::Display for BrokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer breaks by a fault: {:?}", self.fault)
    }
}

/// A connection, with or without TLS.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    /// Returns what lies below.
    fn tcp(&self) -> &TcpStream;
}

impl Connection for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl BrokenAnswer {
    /// Sends it; the connection ends with it.
    ///
    /// # Errors
    /// When the client goes away before.
    pub async fn send(&self, mut stream: impl Connection) -> io::Result<()> {
        match self.fault {
            TransportFault::Reset(point) => {
                stream.write_all(&self.beginning(point)).await?;
                return reset(stream).await;
            }
            TransportFault::HangBody => {
                stream.write_all(&self.beginning(ResetPoint::Body)).await?;
                return say_nothing(&mut stream).await;
            }
            TransportFault::Truncate(end) => stream.write_all(&self.first_half(end)).await?,
            TransportFault::Drip(pace) => {
                let whole = [&self.measured_head(), self.body()].concat();
                drip(&mut stream, &whole, pace).await?;
            }
            TransportFault::DripBody(pace) => {
                stream.write_all(&self.measured_head()).await?;
                drip(&mut stream, self.body(), pace).await?;
            }
            TransportFault::Endless => self.send_without_end(&mut stream).await?,
            TransportFault::Pad(bytes) => self.send_padded(&mut stream, bytes).await?,
            TransportFault::HugeHeader => self.send_with_huge_header(&mut stream).await?,
            TransportFault::NotHttp => stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").await?,
        }
        stream.shutdown().await
    }

    fn body(&self) -> &[u8] {
        self.response.body()
    }

    /// Returns the body up to where it breaks off.
    fn half(&self) -> &[u8] {
        &self.body()[..self.end]
    }

    /// Returns what is sent before a point.
    fn beginning(&self, point: ResetPoint) -> Vec<u8> {
        let mut whole = self.measured_head();
        match point {
            ResetPoint::Before => whole.clear(),
            ResetPoint::Head => whole.truncate(whole.len() / 2),
            ResetPoint::Body => whole.extend_from_slice(self.half()),
        }
        whole
    }

    /// Returns an answer whose body breaks off.
    fn first_half(&self, end: BodyEnd) -> Vec<u8> {
        let half = self.half();
        match end {
            BodyEnd::Length => self.beginning(ResetPoint::Body),
            BodyEnd::Close => [&self.head(&[]), half].concat(),
            BodyEnd::Chunks => [self.chunked_head(), chunk(half)].concat(),
        }
    }

    async fn send_without_end(&self, stream: &mut impl Connection) -> io::Result<()> {
        stream.write_all(&self.chunked_head()).await?;
        stream.write_all(&chunk(self.half())).await?;
        let spaces = chunk(&SPACES);
        loop {
            stream.write_all(&spaces).await?;
        }
    }

    async fn send_padded(&self, stream: &mut impl Connection, bytes: usize) -> io::Result<()> {
        let length = self.body().len().saturating_add(bytes);
        stream.write_all(&self.head(&[(CONTENT_LENGTH, length.into())])).await?;
        stream.write_all(self.body()).await?;
        let mut left = bytes;
        while left > 0 {
            let some = left.min(SPACES.len());
            stream.write_all(&SPACES[..some]).await?;
            left -= some;
        }
        Ok(())
    }

    async fn send_with_huge_header(&self, stream: &mut impl Connection) -> io::Result<()> {
        let padding = HeaderValue::try_from("0".repeat(HUGE)).map_err(io::Error::other)?;
        let headers =
            [(CONTENT_LENGTH, self.body().len().into()), (HeaderName::from_static("x-padding"), padding)];
        stream.write_all(&self.head(&headers)).await?;
        stream.write_all(self.body()).await
    }

    fn measured_head(&self) -> Vec<u8> {
        self.head(&[(CONTENT_LENGTH, self.body().len().into())])
    }

    fn chunked_head(&self) -> Vec<u8> {
        self.head(&[(TRANSFER_ENCODING, HeaderValue::from_static("chunked"))])
    }

    /// Writes the status line and the headers, with some more.
    fn head(&self, more: &[(HeaderName, HeaderValue)]) -> Vec<u8> {
        let status = self.response.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        let close = (CONNECTION, HeaderValue::from_static("close"));
        let more = more.iter().chain([&close]).map(|(name, value)| (name, value));
        for (name, value) in self.response.headers().iter().chain(more) {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

/// Writes a chunk: <https://www.rfc-editor.org/rfc/rfc9112#section-7.1>. An empty one would be the last.
fn chunk(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return Vec::new();
    }
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

async fn drip(stream: &mut impl Connection, bytes: &[u8], pace: Pace) -> io::Result<()> {
    for some in bytes.chunks(pace.bytes.get()) {
        stream.write_all(some).await?;
        // Returns when the client goes away; until then there is nothing to read.
        if let Ok(left) = tokio::time::timeout(pace.pause, say_nothing(stream)).await {
            return left.and(Err(io::ErrorKind::BrokenPipe.into()));
        }
    }
    Ok(())
}

/// Ends a connection as a crash does, without the farewell that a close has.
async fn reset(mut stream: impl Connection) -> io::Result<()> {
    stream.flush().await?;
    stream.tcp().set_zero_linger()
}

/// Leaves a client without a word until it goes away.
///
/// # Errors
/// When the connection breaks.
pub async fn say_nothing(stream: &mut impl Connection) -> io::Result<()> {
    stream.flush().await?;
    tokio::io::copy(stream, &mut tokio::io::sink()).await?;
    Ok(())
}
