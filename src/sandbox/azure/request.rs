//! A request to Azure: read, and handed to the service that it is for.

use std::borrow::Cow;

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use super::{entra, graph_answer, resource_manager};
use crate::sandbox::estate::Estate;
use crate::sandbox::server::{Answer, State};

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

/// Tells whether a request is for Azure. AWS' clients POST to `/`, which Azure has no use for.
pub fn is_for_azure(estate: &Estate, method: &Method, path: &str) -> bool {
    let posted = || path.ends_with(entra::TOKEN_PATH) || graph_answer::is_path(path);
    !estate.azure.tenants.is_empty()
        && path != "/"
        && (method == Method::GET || (method == Method::POST && posted()))
}

/// Answers a request.
pub async fn answer(state: &State, request: &AzureRequest<'_>) -> Answer {
    let id = state.request_id();
    let posted = request.method == Method::POST;
    let answered = match request.path.trim_start_matches('/').split('/').collect::<Vec<_>>()[..] {
        [tenant, "oauth2", "v2.0", "token"] if posted => entra::token(state, request, tenant, &id).await,
        [tenant, "v2.0", ".well-known", "openid-configuration"] => entra::configuration(state, tenant, &id),
        ["common", "discovery", "instance"] => Ok(entra::instances(state)),
        ["msi", "token"] => entra::managed_identity(state, request, &id).await,
        _ if posted && graph_answer::is_path(request.path) => graph_answer::answer(state, request, &id).await,
        _ => resource_manager::answer(state, request, &id).await,
    };
    let answer = answered.unwrap_or_else(|refused| refused);
    answer.with("x-ms-request-id", &*id).with("x-ms-correlation-request-id", id)
}
