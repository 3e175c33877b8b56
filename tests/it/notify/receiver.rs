//! A receiver on loopback that refuses what the real services refuse, which emulators do not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use netcensus::config::SecretValue;
use serde_json::Value;

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
}

/// What is answered: a status, headers and a text.
pub type Answer = (u16, &'static str, &'static str);

/// Judges a request as a service does.
pub type Judge = fn(&Received) -> Answer;

/// The receiver. It ends with the process.
pub struct Receiver {
    address: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Serves on a free port. The first requests get the answers `before`, the others what `judge` says.
    pub fn new(before: &[Answer], judge: Judge) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/services/T00/B00/very-secret-path", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (kept, before) = (Arc::clone(&received), before.to_vec());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read_request(&mut stream) else { continue };
                let mut kept = kept.lock().unwrap();
                let (status, headers, text) =
                    before.get(kept.len()).copied().unwrap_or_else(|| judge(&request));
                kept.push(request);
                let length = text.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{text}"
                );
            }
        });
        Self { address, received }
    }

    /// Where it is, which is a secret.
    pub fn secret(&self) -> SecretValue {
        SecretValue::Clear(self.address.clone())
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything that came in so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { headers, body: String::from_utf8(body).ok()? })
}

const REFUSED: &str = "";

/// Slack: 50 blocks, 3,000 characters of a section, 150 of a header, and a text.
pub fn slack(request: &Received) -> Answer {
    let message = request.json();
    let blocks = message["blocks"].as_array().cloned().unwrap_or_default();
    let fits = |block: &Value| {
        let most = if block["type"] == "header" { 150 } else { 3_000 };
        let length = block["text"]["text"].as_str().unwrap_or_default().chars().count();
        (1..=most).contains(&length)
    };
    let mentions = message["text"].as_str().unwrap_or_default().contains('<')
        || blocks.iter().any(|block| block["text"]["type"] != "plain_text");
    if message["text"].as_str().unwrap_or_default().is_empty() {
        (400, REFUSED, "no_text")
    } else if blocks.len() > 50 || !blocks.iter().all(fits) || mentions {
        (400, REFUSED, "invalid_blocks")
    } else {
        (200, REFUSED, "ok")
    }
}

/// Teams: 28 KB, counted in UTF-16 without a `charset`, and an adaptive card.
pub fn teams(request: &Received) -> Answer {
    let is_utf8 = request.header("content-type").contains("charset=utf-8");
    let bytes = if is_utf8 { request.body.len() } else { request.body.len() * 2 };
    let message = request.json();
    let card = &message["attachments"][0];
    let is_card = card["contentType"] == "application/vnd.microsoft.card.adaptive"
        && card["content"]["type"] == "AdaptiveCard"
        && message["type"] == "message";
    let rows = card["content"]["body"].as_array().cloned().unwrap_or_default();
    let has_markup = rows.iter().any(|row| row["type"] != "RichTextBlock");
    match (bytes > 28 * 1024, is_card && !has_markup && !rows.is_empty()) {
        (true, _) => (413, REFUSED, "RequestEntityTooLarge"),
        (_, false) => (400, REFUSED, "TriggerInputSchemaMismatch"),
        _ => (202, REFUSED, ""),
    }
}

/// A webhook: `CloudEvents` 1.0 in the structured mode, of at most 64 KiB, with an idempotency key.
pub fn cloud_events(request: &Received) -> Answer {
    let event = request.json();
    let has_attributes = ["id", "source", "type"]
        .iter()
        .all(|name| event[*name].as_str().is_some_and(|value| !value.is_empty()));
    let is_event = event["specversion"] == "1.0"
        && has_attributes
        && event["data"]["schema_version"] == 1
        && request.header("idempotency-key") == event["id"].as_str().unwrap_or("-")
        && request.header("content-type").starts_with("application/cloudevents+json");
    if is_event && request.body.len() <= 64 << 10 { (204, REFUSED, "") } else { (400, REFUSED, "no event") }
}
