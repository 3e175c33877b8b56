//! A front before the sandbox: answers some requests itself, passes the others on, and keeps what it saw.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::support::Cloud;

/// A request.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    pub path: String,
    head: String,
    body: Vec<u8>,
}

impl ScanRequest {
    /// Returns a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Asks the sandbox at `url` the same, and returns the body of its answer.
    pub fn passed_on(&self, url: &str) -> String {
        exchange(url, &self.closing_head(), &self.body).1
    }

    /// Returns the head of the request, asking to close the connection.
    fn closing_head(&self) -> String {
        let kept = self.head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        kept.chain(["Connection: close", "", ""]).collect::<Vec<_>>().join("\r\n")
    }

    /// Returns the body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// What to answer in the sandbox's place: status, further header lines and body; `None` passes the request on.
pub type Answer = Option<(u16, String, String)>;

/// A running front; it serves as long as the test runs.
pub struct Front {
    pub url: String,
    seen: Arc<Mutex<Vec<ScanRequest>>>,
}

impl Front {
    /// Serves before `cloud`'s sandbox. What leads to the sandbox in its answers leads here.
    pub fn before(cloud: &Cloud, answer: impl Fn(&ScanRequest) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let desk = Arc::new(Desk {
            here: url.clone(),
            there: cloud.url().to_owned(),
            seen: Arc::clone(&seen),
            answer: Box::new(answer),
        });
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let desk = Arc::clone(&desk);
                std::thread::spawn(move || desk.serve(stream));
            }
        });
        Self { url, seen }
    }

    /// Returns what was asked so far.
    pub fn seen(&self) -> Vec<ScanRequest> {
        self.seen.lock().unwrap().clone()
    }
}

struct Desk {
    here: String,
    there: String,
    seen: Arc<Mutex<Vec<ScanRequest>>>,
    answer: Box<dyn Fn(&ScanRequest) -> Answer + Send + Sync>,
}

impl Desk {
    /// Answers one request, and closes the connection. Whoever goes away early misses the answer.
    fn serve(&self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream) else { return };
        self.seen.lock().unwrap().push(asked.clone());
        let (status, headers, body) = (self.answer)(&asked).unwrap_or_else(|| self.pass_on(&asked));
        let head = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    }

    fn pass_on(&self, asked: &ScanRequest) -> (u16, String, String) {
        let (status, body) = exchange(&self.there, &asked.closing_head(), &asked.body);
        (status, String::new(), body.replace(&self.there, &self.here))
    }
}

/// Reads a request; `None` when the other side went away.
fn read(stream: &mut TcpStream) -> Option<ScanRequest> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes)?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut body = bytes.split_off(end + 4);
    let path = head.split(' ').nth(1)?.to_owned();
    let mut asked = ScanRequest { path, head, body: Vec::new() };
    let length = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    while body.len() < length {
        more(stream, &mut body)?;
    }
    asked.body = body;
    Some(asked)
}

fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4096];
    let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&buffer[..count]);
    Some(())
}

/// Sends a request whose head asks to close the connection, and returns the answer's status and body.
pub fn exchange(url: &str, head: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
