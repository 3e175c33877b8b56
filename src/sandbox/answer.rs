//! What goes back to a client, and what faults change in it.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use super::broken_answer::BrokenAnswer;
use super::faults::{Alteration, AnswerChange, AnswerFaults};

/// Everything that goes back.
#[derive(Debug)]
pub struct Answer {
    // On the heap, because answers are the errors of many functions, and those should be small.
    response: Box<Response<Vec<u8>>>,
    faults: Box<AnswerFaults>,
}

impl Answer {
    /// Makes an answer without further headers.
    pub fn new(status: u16, content_type: &'static str, body: String) -> Self {
        let mut response = Response::new(body.into_bytes());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { response: Box::new(response), faults: Box::default() }
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
            self.response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Sets what faults do to it on its way out.
    #[must_use]
    pub fn with_faults(mut self, faults: AnswerFaults) -> Self {
        *self.faults = faults;
        self
    }

    /// Makes the response, changed as the faults say.
    ///
    /// # Errors
    /// When a fault breaks it on its way.
    pub fn into_response(self) -> Result<Response<Full<Bytes>>, BrokenAnswer> {
        let Self { mut response, faults } = self;
        for AnswerChange { alteration, strike_count } in &faults.changes {
            if alter(&mut response, alteration) {
                strike_count.add();
            }
        }
        let cuts = faults.changes.iter().filter_map(|change| change.alteration.cut());
        let (cut, length) = (cuts.min(), response.body().len());
        if let Some(fault) = faults.transport {
            let end = cut.unwrap_or(length / 2).min(length);
            return Err(BrokenAnswer { response, end, fault });
        }
        response.body_mut().truncate(cut.unwrap_or(length));
        Ok(response.map(Full::from))
    }
}

/// Changes a response, except that a cut comes after all other changes. Returns whether it is, or will be, another one.
fn alter(response: &mut Response<Vec<u8>>, alteration: &Alteration) -> bool {
    match alteration {
        Alteration::Status(status) => *response.status_mut() = *status,
        Alteration::Header(name, value) => {
            response.headers_mut().insert(name, value.clone());
        }
        Alteration::Body(body) => response.body_mut().clone_from(body),
        Alteration::Replace(old, new) => return replace(response.body_mut(), old, new),
        Alteration::Cut(bytes) => return *bytes < response.body().len(),
    }
    true
}

/// Writes `new` where `old`, which is not empty, stands for the first time. Returns whether it stands anywhere.
fn replace(body: &mut Vec<u8>, old: &[u8], new: &[u8]) -> bool {
    let Some(at) = body.windows(old.len()).position(|part| part == old) else { return false };
    body.splice(at..at + old.len(), new.iter().copied());
    true
}
