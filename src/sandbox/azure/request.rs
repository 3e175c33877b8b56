//! A request to Azure, taken apart.

use std::borrow::Cow;

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

/// A request to one of Azure's services.
#[derive(Debug)]
pub struct AzureRequest<'a> {
    pub method: &'a Method,
    /// The path as it was written.
    pub path: &'a str,
    query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl<'a> AzureRequest<'a> {
    /// Takes a request apart.
    pub fn new(parts: &'a Parts, body: &'a [u8]) -> Self {
        Self {
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body,
        }
    }

    /// Returns the parameters behind the question mark.
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
        form_urlencoded::parse(self.query.as_bytes())
    }

    /// Returns one of them; names are compared without regard to case, as the resource manager does.
    pub fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        self.parameters().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns a header's text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name)?.to_str().ok()
    }
}
