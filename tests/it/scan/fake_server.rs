//! A server whose answers a test makes up: for endpoints that answer what AWS and Azure never would.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// The answer of STS to the question who the caller is: account 111111111111.
pub const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111111111111:user/me</Arn><Account>111111111111</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// The answer of EC2 to the question for regions: `eu-west-1`.
pub const REGIONS: &str = "<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName>\
    <optInStatus>opt-in-not-required</optInStatus></item></regionInfo></DescribeRegionsResponse>";

/// A request.
pub struct ScanRequest {
    /// The first line and the headers.
    pub head: String,
    pub body: String,
}

impl ScanRequest {
    /// Returns the method, the path and the version.
    pub fn first_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// What is answered to a request.
pub struct Answer {
    pub status: u16,
    /// Lines of further headers, each with its line end.
    pub headers: &'static str,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// Whether the answer says how long it is; otherwise it ends with the connection.
    pub has_length: bool,
}

impl From<Vec<u8>> for Answer {
    fn from(body: Vec<u8>) -> Self {
        Self { status: 200, headers: "", content_type: "text/xml", body, has_length: true }
    }
}

impl From<String> for Answer {
    fn from(body: String) -> Self {
        body.into_bytes().into()
    }
}

impl From<&str> for Answer {
    fn from(body: &str) -> Self {
        body.to_owned().into()
    }
}

impl Answer {
    /// Returns the bytes of it: the head, then the body.
    fn bytes(&self) -> Vec<u8> {
        let Self { status, headers, content_type, body, has_length } = self;
        let length = if *has_length {
            format!("content-length: {}\r\n", body.len())
        } else {
            "connection: close\r\n".to_owned()
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\n{headers}{length}\r\n");
        [head.as_bytes(), body].concat()
    }

    /// Writes it; returns whether the connection stays.
    pub fn write(&self, stream: &mut TcpStream) -> bool {
        stream.write_all(&self.bytes()).is_ok() && self.has_length
    }
}

/// Answers every request, on threads of their own, with what `answer` makes of it; returns the address.
pub fn serve<A: Into<Answer>>(answer: impl Fn(&ScanRequest) -> A + Send + Sync + 'static) -> String {
    serve_streams(move |asked, stream| answer(asked).into().write(stream))
}

/// Answers every request, on threads of their own, with what `reply` writes; returns the address. The connection ends once
/// `reply` returns false.
pub fn serve_streams(reply: impl Fn(&ScanRequest, &mut TcpStream) -> bool + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reply = Arc::new(reply);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = Arc::clone(&reply);
            std::thread::spawn(move || converse(stream, &*reply));
        }
    });
    url
}

fn converse(stream: TcpStream, reply: &dyn Fn(&ScanRequest, &mut TcpStream) -> bool) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read_request(&mut reader) {
        if !reply(&asked, &mut writer) {
            return;
        }
    }
}

/// Reads one request; `None` at the end of the connection.
fn read_request(reader: &mut impl BufRead) -> Option<ScanRequest> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(ScanRequest { head, body: String::from_utf8(body).ok()? })
}
