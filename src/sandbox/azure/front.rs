//! The one place where Azure's services are told apart.

use hyper::Method;

use super::asked::Asked;
use super::{entra, graph, manager};
use crate::sandbox::estate::Estate;
use crate::sandbox::server::{Answer, State};

/// Tells whether a request is for Azure. AWS' clients POST to `/`, which Azure has no use for.
pub fn is_asked(estate: &Estate, method: &Method, path: &str) -> bool {
    let posted = || path.ends_with(entra::TOKEN) || graph::is_path(path);
    !estate.azure.tenants.is_empty()
        && path != "/"
        && (method == Method::GET || (method == Method::POST && posted()))
}

/// Answers a request.
pub async fn answer(state: &State, asked: &Asked<'_>) -> Answer {
    let id = state.request_id();
    let posted = asked.method == Method::POST;
    let answered = match asked.path.trim_start_matches('/').split('/').collect::<Vec<_>>()[..] {
        [tenant, "oauth2", "v2.0", "token"] if posted => entra::token(state, asked, tenant, &id).await,
        [tenant, "v2.0", ".well-known", "openid-configuration"] => entra::configuration(state, tenant, &id),
        ["common", "discovery", "instance"] => Ok(entra::instances(state)),
        ["msi", "token"] => entra::managed_identity(state, asked, &id).await,
        _ if posted && graph::is_path(asked.path) => graph::answer(state, asked, &id).await,
        _ => manager::answer(state, asked, &id).await,
    };
    let answer = answered.unwrap_or_else(|refused| refused);
    answer.with("x-ms-request-id", &*id).with("x-ms-correlation-request-id", id)
}
