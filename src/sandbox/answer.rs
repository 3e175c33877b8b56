//! What goes back to a client, and what faults change in it.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::broken_answer::BrokenAnswer;
use super::faults::{Alteration, AnswerFaults};

/// Everything that goes back.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    faults: AnswerFaults,
}

impl Answer {
    /// Makes an answer without further headers.
    pub fn new(status: u16, content_type: &'static str, body: String) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, headers, body: body.into(), faults: AnswerFaults::default() }
    }

    /// Makes what a broken proxy answers.
    pub fn garbage() -> Self {
        let body =
            "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n";
        Self::new(500, "text/html", body.to_owned())
    }

    /// Adds a header, or replaces its value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl TryInto<HeaderValue>) -> Self {
        // Only a value with control characters is none; there is no such one.
        if let Ok(value) = value.try_into() {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Sets what faults do to it on its way out.
    #[must_use]
    pub fn with_faults(mut self, faults: AnswerFaults) -> Self {
        self.faults = faults;
        self
    }

    /// Makes the response, changed as the faults say.
    ///
    /// # Errors
    /// When a fault breaks it on its way.
    pub fn into_response(self) -> Result<Response<Full<Bytes>>, BrokenAnswer> {
        let Self { mut status, mut headers, mut body, faults } = self;
        let mut cut = None;
        for alteration in faults.alterations {
            match alteration {
                Alteration::Status(other) => status = other,
                Alteration::Header(name, value) => {
                    headers.insert(name, value);
                }
                Alteration::Body(other) => body = other,
                Alteration::Replace(old, new) => replace(&mut body, &old, &new),
                Alteration::Cut(bytes) => cut = Some(bytes.min(cut.unwrap_or(bytes))),
            }
        }
        if let Some(fault) = faults.transport {
            let end = cut.unwrap_or(body.len() / 2).min(body.len());
            return Err(BrokenAnswer { status, headers, body, end, fault });
        }
        body.truncate(cut.unwrap_or(body.len()));
        let mut response = Response::new(Full::from(body));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

/// Writes `new` where `old`, which is not empty, stands for the first time.
fn replace(body: &mut Vec<u8>, old: &[u8], new: &[u8]) {
    if let Some(at) = body.windows(old.len()).position(|part| part == old) {
        body.splice(at..at + old.len(), new.iter().copied());
    }
}
