//! Entra: tokens for clients, and what their libraries ask before.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use super::asked::Asked;
use super::faults::{Passage, Service};
use super::{assertion, auth, refusal};
use crate::sandbox::estate::azure::{Tenant, client_id, client_secret};
use crate::sandbox::server::{Answer, State};

/// How the path of the token endpoint ends, behind the tenant.
pub const TOKEN: &str = "/oauth2/v2.0/token";

/// How long tokens say to be good for, in seconds.
const LIFETIME: i64 = 3599;

/// What kind of assertion there is.
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What `X-IDENTITY-HEADER` must be.
const IDENTITY_HEADER: &str = "sandbox-identity-header";

/// Answers the token endpoint.
pub async fn token(state: &State, asked: &Asked<'_>, name: &str, id: &str) -> Result<Answer, Answer> {
    let tenant = tenant(state, name, id)?;
    pass(state, tenant, id).await?;
    let form: BTreeMap<String, String> = form_urlencoded::parse(asked.body).into_owned().collect();
    let field = |name: &str| {
        let message = format!("The request body must contain the following parameter: '{name}'.");
        let missing = || refusal::entra(400, "invalid_request", 900_144, &message, id);
        form.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    if field("grant_type")? != "client_credentials" {
        let message = "The app requested an unsupported grant type.";
        return Err(refusal::entra(400, "unsupported_grant_type", 70003, message, id));
    }
    let (client, scope) = (field("client_id")?, field("scope")?);
    if client != client_id(&tenant.id) {
        let message = format!(
            "Application with identifier '{client}' was not found in the directory '{}'.",
            tenant.name
        );
        return Err(refusal::entra(400, "unauthorized_client", 700_016, &message, id));
    }
    if !scope.ends_with("/.default") {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
             with /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(refusal::entra(400, "invalid_scope", 1_002_012, &message, id));
    }
    prove(&form, name, tenant, id)?;
    let body = json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": auth::token(tenant, id),
    });
    Ok(refusal::compact(200, &body))
}

/// Checks that the client is who it says: by its secret, or by an assertion.
fn prove(form: &BTreeMap<String, String>, name: &str, tenant: &Tenant, id: &str) -> Result<(), Answer> {
    let refused = |number: u32, message: &str| refusal::entra(401, "invalid_client", number, message, id);
    let client = client_id(&tenant.id);
    if let Some(secret) = form.get("client_secret") {
        let message = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
             value, not the client secret ID, for a secret added to app '{client}'."
        );
        let right = *secret == client_secret(&tenant.id);
        return right.then_some(()).ok_or_else(|| refused(7_000_215, &message));
    }
    let kind = form.get("client_assertion_type").is_some_and(|kind| kind == BEARER);
    let given = form.get("client_assertion").filter(|_| kind).ok_or_else(|| {
        let message = "The request body must contain the following parameter: 'client_assertion' or \
                       'client_secret'.";
        refused(7_000_218, message)
    })?;
    let now = Timestamp::now().as_second();
    assertion::check(given, name, &client, now).map_err(|(number, message)| refused(number, message))
}

/// Answers as App Service's managed identity does, for the first tenant:
/// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>.
pub async fn managed_identity(state: &State, asked: &Asked<'_>, id: &str) -> Result<Answer, Answer> {
    let refused = |status, message: &str| {
        refusal::compact(status, &json!({ "statusCode": status, "message": message }))
    };
    if asked.header("x-identity-header") != Some(IDENTITY_HEADER) {
        return Err(refused(401, "X-IDENTITY-HEADER is missing or wrong."));
    }
    if asked.parameter("api-version").as_deref() != Some("2019-08-01") {
        return Err(refused(400, "The api-version is missing or not supported."));
    }
    let resource = asked.parameter("resource").ok_or_else(|| refused(400, "The resource is missing."))?;
    let [tenant, ..] = &state.estate.azure.tenants[..] else {
        return Err(refused(400, "No managed identity found."));
    };
    pass(state, tenant, id).await?;
    let body = json!({
        "access_token": auth::token(tenant, id),
        "client_id": client_id(&tenant.id),
        "expires_on": (Timestamp::now().as_second() + LIFETIME).to_string(),
        "resource": resource,
        "token_type": "Bearer",
    });
    Ok(refusal::compact(200, &body))
}

async fn pass(state: &State, tenant: &Tenant, id: &str) -> Result<(), Answer> {
    let passage = Passage {
        state,
        service: Service::Entra,
        tenant,
        account: &tenant.id,
        action: "token",
        scope: "/",
        id,
    };
    passage.pass().await.map(|_| ())
}

/// Says where a tenant's endpoints are: <https://openid.net/specs/openid-connect-discovery-1_0.html>.
pub fn configuration(state: &State, name: &str, id: &str) -> Result<Answer, Answer> {
    let tenant = tenant(state, name, id)?;
    let base = format!("{}/{}", state.url, tenant.id);
    let body = json!({
        "token_endpoint": format!("{base}{TOKEN}"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "issuer": format!("{base}/v2.0"),
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
    });
    Ok(refusal::compact(200, &body))
}

/// Says which hosts are the same authority: this one alone.
pub fn instances(state: &State) -> Answer {
    let host = state.url.split_once("://").map_or(&*state.url, |(_, host)| host);
    let body = json!({
        "tenant_discovery_endpoint": format!("{}/common/v2.0/.well-known/openid-configuration", state.url),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    refusal::compact(200, &body)
}

fn tenant<'a>(state: &'a State, name: &str, id: &str) -> Result<&'a Tenant, Answer> {
    state.estate.azure.tenant(name).ok_or_else(|| {
        let message = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into \
             the correct cloud."
        );
        refusal::entra(400, "invalid_request", 90002, &message, id)
    })
}
