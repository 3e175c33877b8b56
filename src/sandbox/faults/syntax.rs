//! Every kind of fault, how it is written, and how its value is read.

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use jiff::SignedDuration;

use super::kind::{
    Alteration, BodyEnd, ConnectionFault, EventFault, FaultKind, ListFault, Pace, PageLoop, Refusal,
    ResetPoint, RetryAfter, TransportFault,
};

/// How a kind of fault is written.
#[derive(Debug)]
pub struct KindSyntax {
    /// What stands before the value.
    pub name: &'static str,
    /// What stands behind the name.
    pub value: ValueSyntax,
}

/// How the value of a kind is written.
#[derive(Debug)]
pub enum ValueSyntax {
    /// There is none.
    None(FaultKind),
    /// There must be one.
    Required(ValueReader),
    /// Without one it is this.
    Optional(ValueReader, &'static str),
}

/// How a value is read.
#[derive(Debug)]
pub struct ValueReader {
    /// What help writes in its place.
    form: &'static str,
    /// What an error says that it should be.
    pub expected: &'static str,
    /// Reads it; `None` when it is wrong.
    pub read: fn(&str) -> Option<FaultKind>,
}

impl KindSyntax {
    const fn plain(name: &'static str, kind: FaultKind) -> Self {
        Self { name, value: ValueSyntax::None(kind) }
    }

    const fn with(
        name: &'static str,
        form: &'static str,
        expected: &'static str,
        read: fn(&str) -> Option<FaultKind>,
    ) -> Self {
        Self { name, value: ValueSyntax::Required(ValueReader { form, expected, read }) }
    }

    /// Returns how help writes it, such as `latency=TIME`.
    pub fn form(&self) -> String {
        let name = self.name;
        match &self.value {
            ValueSyntax::None(_) => name.to_owned(),
            ValueSyntax::Required(reader) => format!("{name}={}", reader.form),
            ValueSyntax::Optional(reader, _) => format!("{name}[={}]", reader.form),
        }
    }
}

/// Every kind, in the order of `docs/sandbox.md`.
pub static KINDS: [KindSyntax; 36] = [
    KindSyntax::with("latency", "TIME", "a time such as 60ms or 2s", |value| {
        Some(FaultKind::Latency(time(value)?))
    }),
    KindSyntax {
        name: "throttle",
        value: ValueSyntax::Optional(
            ValueReader {
                form: "RATE/BURST",
                expected: "RATE/BURST in whole requests, such as 20/100",
                read: throttle,
            },
            "20/100",
        ),
    },
    KindSyntax::with(
        "retry-after",
        "WAIT",
        "a time in whole seconds such as 30s or 5m, date:3s for the date that far ahead, or text:TEXT",
        |value| Some(FaultKind::Refusal(Refusal::Throttled(Some(retry_after(value)?)))),
    ),
    KindSyntax::with("error", "CODE[:STATUS]", "CODE or CODE:STATUS, such as InternalError:500", error),
    KindSyntax::plain("deny", FaultKind::Refusal(Refusal::Denied)),
    KindSyntax::plain("expired", FaultKind::Refusal(Refusal::Expired)),
    KindSyntax::plain("garbage", FaultKind::Refusal(Refusal::Garbage)),
    KindSyntax::plain("hang", FaultKind::Refusal(Refusal::Hang)),
    KindSyntax::with("astray", "URL", "scheme and host, such as https://example.com", astray),
    KindSyntax::plain("short", FaultKind::List(ListFault::Short)),
    KindSyntax::plain("disorder", FaultKind::List(ListFault::Disorder)),
    KindSyntax::with(
        "page-loop",
        "PAGES|same|new|new-empty|alternating",
        "a number of pages from 1, or same, new, new-empty or alternating",
        |value| Some(FaultKind::List(ListFault::PageLoop(page_loop(value)?))),
    ),
    KindSyntax::with("stale", "TIME", "a time such as 60ms or 2s", |value| {
        Some(FaultKind::List(ListFault::Stale(time(value)?)))
    }),
    KindSyntax::plain("failed-entry", FaultKind::List(ListFault::FailedEntry)),
    KindSyntax::with("status", "N", "an HTTP status from 200 to 599", status),
    KindSyntax::with(
        "header",
        "NAME:VALUE",
        "NAME:VALUE, such as Location:https://example.com/; Content-Length and Transfer-Encoding are those of truncate",
        header,
    ),
    KindSyntax::with("body", "TEXT", "a text, in which \\x1f is the byte with that number", |value| {
        Some(FaultKind::Alteration(Alteration::Body(bytes(value)?)))
    }),
    KindSyntax::with(
        "replace",
        "OLD|NEW",
        "OLD|NEW, such as <ownerId>|<owner>, in which \\x1f is the byte with that number",
        replace,
    ),
    KindSyntax::with("cut", "BYTES", "a number of bytes, such as 500", |value| {
        Some(FaultKind::Alteration(Alteration::Cut(value.parse().ok()?)))
    }),
    KindSyntax::with("reset", "before|head|body", "before, head or body", reset),
    KindSyntax::with("truncate", "length|close|chunks", "length, close or chunks", truncate),
    KindSyntax::plain("hang-body", FaultKind::Transport(TransportFault::HangBody)),
    KindSyntax::with("drip", "[BYTES/]TIME", "TIME or BYTES/TIME, such as 1s or 10/100ms", |value| {
        Some(FaultKind::Transport(TransportFault::Drip(pace(value)?)))
    }),
    KindSyntax::with("drip-body", "[BYTES/]TIME", "TIME or BYTES/TIME, such as 1s or 10/100ms", |value| {
        Some(FaultKind::Transport(TransportFault::DripBody(pace(value)?)))
    }),
    KindSyntax::plain("endless", FaultKind::Transport(TransportFault::Endless)),
    KindSyntax::with("pad", "BYTES", "a number of bytes, such as 1000000", |value| {
        Some(FaultKind::Transport(TransportFault::Pad(value.parse().ok()?)))
    }),
    KindSyntax::plain("huge-header", FaultKind::Transport(TransportFault::HugeHeader)),
    KindSyntax::plain("not-http", FaultKind::Transport(TransportFault::NotHttp)),
    KindSyntax::plain("lost-events", FaultKind::Event(EventFault::Lost)),
    KindSyntax {
        name: "duplicate-events",
        value: ValueSyntax::Optional(
            ValueReader { form: "COPIES", expected: "a number of copies from 1 to 100", read: duplicate },
            "1",
        ),
    },
    KindSyntax::with("late-events", "TIME", "a time such as 60ms or 2s", |value| {
        Some(FaultKind::Event(EventFault::Late(time(value)?)))
    }),
    KindSyntax::plain("disorder-events", FaultKind::Event(EventFault::Disorder)),
    KindSyntax::plain("forged-events", FaultKind::Event(EventFault::Forged)),
    KindSyntax::plain("poison-events", FaultKind::Event(EventFault::Poison)),
    KindSyntax::plain("silent", FaultKind::Connection(ConnectionFault::Silent)),
    KindSyntax::with("slow-tls", "TIME", "a time such as 60ms or 2s", |value| {
        Some(FaultKind::Connection(ConnectionFault::SlowTls(time(value)?)))
    }),
];

fn time(text: &str) -> Option<Duration> {
    let time: SignedDuration = text.parse().ok()?;
    Duration::try_from(time).ok()
}

fn throttle(value: &str) -> Option<FaultKind> {
    let (rate, burst) = value.split_once('/')?;
    Some(FaultKind::Throttle(rate.parse().ok()?, burst.parse().ok()?))
}

fn duplicate(value: &str) -> Option<FaultKind> {
    let copies = value.parse().ok().filter(|copies| (1..=100).contains(copies))?;
    Some(FaultKind::Event(EventFault::Duplicate(copies)))
}

/// A date may not be further away; four digits of a year are all that the header has.
const FURTHEST_DATE: Duration = Duration::from_hours(100 * 365 * 24);

fn retry_after(value: &str) -> Option<RetryAfter> {
    if let Some(text) = value.strip_prefix("text:") {
        return HeaderValue::from_bytes(&bytes(text)?).ok().map(RetryAfter::Text);
    }
    // HTTP knows whole seconds only.
    if let Some(distance) = value.strip_prefix("date:") {
        let distance: SignedDuration = distance.parse().ok()?;
        let is_whole = distance.subsec_nanos() == 0 && distance.unsigned_abs() <= FURTHEST_DATE;
        return is_whole.then_some(RetryAfter::Date(distance));
    }
    let whole = time(value).filter(|time| time.subsec_nanos() == 0)?;
    Some(RetryAfter::Seconds(whole.as_secs()))
}

fn error(value: &str) -> Option<FaultKind> {
    let (code, status) = value.split_once(':').unwrap_or((value, "400"));
    let status = status.parse().ok().filter(|status| (400..=599).contains(status))?;
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_code.then(|| FaultKind::Refusal(Refusal::Error(code.to_owned(), status)))
}

fn astray(value: &str) -> Option<FaultKind> {
    let host = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"))?;
    // A path would only get in the way of the link's own.
    let is_host = !host.is_empty() && !host.contains('/');
    is_host.then(|| FaultKind::List(ListFault::Astray(value.to_owned())))
}

fn page_loop(value: &str) -> Option<PageLoop> {
    Some(match value {
        "same" => PageLoop::Same,
        "new" => PageLoop::New,
        "new-empty" => PageLoop::NewEmpty,
        "alternating" => PageLoop::Alternating,
        pages => PageLoop::After(pages.parse().ok()?),
    })
}

/// Statuses below 200 do not end an answer.
fn status(value: &str) -> Option<FaultKind> {
    let status = value.parse().ok().filter(|status| (200..=599).contains(status))?;
    Some(FaultKind::Alteration(Alteration::Status(StatusCode::from_u16(status).ok()?)))
}

fn header(value: &str) -> Option<FaultKind> {
    let (name, value) = value.split_once(':')?;
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let value = HeaderValue::from_bytes(&bytes(value)?).ok()?;
    let is_free = name != CONTENT_LENGTH && name != TRANSFER_ENCODING;
    is_free.then_some(FaultKind::Alteration(Alteration::Header(name, value)))
}

fn replace(value: &str) -> Option<FaultKind> {
    let (old, new) = value.split_once('|').filter(|(old, _)| !old.is_empty())?;
    Some(FaultKind::Alteration(Alteration::Replace(bytes(old)?, bytes(new)?)))
}

fn reset(value: &str) -> Option<FaultKind> {
    let point = match value {
        "before" => ResetPoint::Before,
        "head" => ResetPoint::Head,
        "body" => ResetPoint::Body,
        _ => return None,
    };
    Some(FaultKind::Transport(TransportFault::Reset(point)))
}

fn truncate(value: &str) -> Option<FaultKind> {
    let end = match value {
        "length" => BodyEnd::Length,
        "close" => BodyEnd::Close,
        "chunks" => BodyEnd::Chunks,
        _ => return None,
    };
    Some(FaultKind::Transport(TransportFault::Truncate(end)))
}

fn pace(value: &str) -> Option<Pace> {
    let (bytes, pause) = value.split_once('/').unwrap_or(("1", value));
    Some(Pace { bytes: bytes.parse().ok()?, pause: time(pause)? })
}

/// Reads a text in which `\x` and two hexadecimal digits are a byte. JSON and XML have no use for that themselves.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_numbers() {
        assert_eq!(bytes(r"a\x00\xFFb\n").as_deref(), Some(&b"a\x00\xffb\\n"[..]));
        assert_eq!(bytes("é").as_deref(), Some("é".as_bytes()));
        for wrong in [r"\x", r"\x1", r"\xg0", r"\x+1", r"\xéa"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }

    /// Help and errors are made of the table; the guide explains each kind in the same order.
    #[test]
    fn the_guide_has_every_kind() {
        let guide = include_str!("../../../docs/sandbox.md");
        let rows = guide.split_once("\n| kind | effect |\n").expect("has the table").1;
        let rows = rows.lines().skip(1).map_while(|row| row.strip_prefix("| `"));
        let forms = rows.filter_map(|row| row.split_once("` |")).map(|(form, _)| form.replace("\\|", "|"));
        assert_eq!(forms.collect::<Vec<_>>(), KINDS.each_ref().map(KindSyntax::form));
    }
}
