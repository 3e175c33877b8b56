//! Which requests are for Azure, and which of its services answers each.

use hyper::Method;

use super::request::AzureRequest;
use super::{entra, graph_answer, resource_manager, storage_queue};
use crate::sandbox::answer::Answer;
use crate::sandbox::state::State;

/// Tells whether a request is for Azure. AWS' clients POST to `/`, or to the path of a queue.
pub fn is_for_azure(state: &State, method: &Method, path: &str) -> bool {
    let posted = || path.ends_with(entra::TOKEN_PATH) || graph_answer::is_path(path);
    let is_managed = || method == Method::GET || (method == Method::POST && posted());
    !state.estate.azure.tenants.is_empty()
        && path != "/"
        && (storage_queue::is_path(state, path) || is_managed())
}

/// Answers a request.
pub async fn answer(state: &State, request: &AzureRequest<'_>) -> Answer {
    let id = state.server.request_id();
    if storage_queue::is_path(state, request.path) {
        return storage_queue::answer(state, request, &id).await.with("x-ms-request-id", id);
    }
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
