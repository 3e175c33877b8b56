//! Which requests are for Azure, and which of its services answers each.

use hyper::Method;

use super::request::AzureRequest;
use super::{entra, graph_answer, resource_manager};
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::Estate;
use crate::sandbox::server::State;

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
