//! What goes wrong, by the step that it goes wrong in.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Answers that much later.
    Latency(Duration),
    /// Throttles by token bucket, for each account, region and action: tokens a second, bucket size.
    Throttle(NonZeroU32, NonZeroU32),
    /// Refuses the request.
    Refusal(Refusal),
    /// Answers with another list than there is.
    List(ListFault),
    /// Changes the answer when it is complete.
    Alteration(Alteration),
    /// Sends the answer in a broken way.
    Transport(TransportFault),
    /// Loses, changes or adds events on their way to a queue.
    Event(EventFault),
    /// Breaks the connection before a request comes.
    Connection(ConnectionFault),
}

/// What stands in the place of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too many requests; with it, perhaps, when to come back.
    Throttled(Option<RetryAfter>),
    /// An error code and HTTP status.
    Error(String, u16),
    /// Not allowed, as by a service control policy.
    Denied,
    /// Nothing, ever.
    Hang,
    /// The credentials have expired.
    Expired,
    /// 500 with a page of HTML, as of a broken proxy.
    Garbage,
}

/// When to come back: <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so many seconds.
    Seconds(u64),
    /// At a date that far from now, in whole seconds.
    Date(SignedDuration),
    /// Whatever this means.
    Text(HeaderValue),
}

impl RetryAfter {
    /// Returns how many seconds it asks to wait; 1 when only the client can tell.
    pub fn seconds(&self) -> u64 {
        match self {
            Self::Seconds(seconds) => *seconds,
            Self::Date(distance) => distance.as_secs().try_into().unwrap_or_default(),
            Self::Text(_) => 1,
        }
    }

    /// Returns how long a client that reads it waits: the longest of several times; nothing if it says a date that is past,
    /// or what only the client can tell.
    pub fn announced(&self) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(*seconds),
            // The header has no fractions of a second.
            Self::Date(distance) => {
                let now = Timestamp::now();
                let then = now.checked_add(*distance).unwrap_or(now).as_second();
                let then = Timestamp::from_second(then).unwrap_or(now);
                now.duration_until(then).try_into().unwrap_or_default()
            }
            Self::Text(text) => {
                let parts = text.to_str().unwrap_or_default().split(',');
                let seconds = parts.filter_map(|part| part.trim().parse().ok()).reduce(f64::max);
                Duration::try_from_secs_f64(seconds.unwrap_or_default()).unwrap_or_default()
            }
        }
    }

    /// Writes it as the header has it.
    pub fn to_header(&self) -> HeaderValue {
        match self {
            Self::Seconds(seconds) => (*seconds).into(),
            Self::Date(distance) => date(*distance),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Writes the date that is so far from now.
fn date(distance: SignedDuration) -> HeaderValue {
    let then = Timestamp::now().checked_add(distance).unwrap_or_else(|_| Timestamp::now());
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&then);
    let header = text.ok().and_then(|text| HeaderValue::try_from(text).ok());
    header.unwrap_or_else(|| HeaderValue::from_static(""))
}

/// What is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFault {
    /// The link to the next page of Azure's resource manager leads to this place.
    Astray(String),
    /// Resource Graph leaves out the last row of each page, though it counts that row.
    Short,
    /// Resource Graph returns rows in the opposite of the order asked for.
    Disorder,
    /// The list never ends.
    PageLoop(PageLoop),
    /// The last entry of a batch of SQS fails.
    FailedEntry,
    /// EC2 lists what there was that long ago.
    Stale(Duration),
}

/// How a list never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLoop {
    /// After so many pages it leads back to the second one.
    After(NonZeroUsize),
    /// A page leads to itself by the same token each time.
    Same,
    /// A page leads to itself by a new token each time.
    New,
    /// Pages without rows, each with a new token.
    NewEmpty,
    /// A page leads to itself by two tokens in turn.
    Alternating,
}

/// A change to an answer that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// Another status.
    Status(StatusCode),
    /// One more header, or another value of one.
    Header(HeaderName, HeaderValue),
    /// Another body.
    Body(Vec<u8>),
    /// The second text in the place where the first one stands for the first time.
    Replace(Vec<u8>, Vec<u8>),
    /// No more than so many bytes.
    Cut(usize),
}

impl Alteration {
    /// Returns how many bytes it leaves, if it is about that.
    pub const fn cut(&self) -> Option<usize> {
        match self {
            Self::Cut(bytes) => Some(*bytes),
            _ => None,
        }
    }
}

/// How an answer breaks on its way to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportFault {
    /// The connection is reset.
    Reset(ResetPoint),
    /// The connection is closed in the middle of the body.
    Truncate(BodyEnd),
    /// Nothing more comes after the middle of the body.
    HangBody,
    /// All bytes, those of the headers too, come slowly.
    Drip(Pace),
    /// The bytes of the body come slowly.
    DripBody(Pace),
    /// After the middle of the body, spaces come for ever.
    Endless,
    /// So many spaces come after the body.
    Pad(usize),
    /// One of the headers is a megabyte long.
    HugeHeader,
    /// The answer is of another protocol.
    NotHttp,
}

/// Where a connection is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetPoint {
    /// Before the first byte of the answer.
    Before,
    /// In the middle of the headers.
    Head,
    /// In the middle of the body.
    Body,
}

/// By what a client knows where the body ends: <https://www.rfc-editor.org/rfc/rfc9112#section-6.3>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEnd {
    /// By `Content-Length`.
    Length,
    /// By the end of the connection.
    Close,
    /// By the last chunk.
    Chunks,
}

/// How slowly bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// So many at once.
    pub bytes: NonZeroUsize,
    /// Then nothing for so long.
    pub pause: Duration,
}

/// What happens to an event on its way to a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFault {
    /// It never comes.
    Lost,
    /// So many copies of it come besides.
    Duplicate(usize),
    /// It comes that much later.
    Late(Duration),
    /// Events after it come first.
    Disorder,
    /// The same event of an account that does not exist comes besides.
    Forged,
    /// A message that is no event comes besides.
    Poison,
}

/// How a connection breaks before a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFault {
    /// It is accepted, and then nothing comes, no TLS handshake either.
    Silent,
    /// The TLS handshake is answered that much later.
    SlowTls(Duration),
}
