//! Microsoft Entra: gives out tokens, checks them, and answers what client libraries ask before.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>
//!
//! Client assertions are signed statements that stand in for a secret. Their signature is not verified:
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answers;
use super::faults::{AzureService, GatedRequest};
use super::request::AzureRequest;
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::azure::{
    AzureEstate, Subscription, SubscriptionState, Tenant, client_id, client_secret,
};
use crate::sandbox::estate::hash;
use crate::sandbox::state::State;

/// How the path of the token endpoint ends, behind the tenant.
pub const TOKEN_PATH: &str = "/oauth2/v2.0/token";

/// How long tokens say to be good for, in seconds.
const LIFETIME: i64 = 3599;

/// What kind of assertion there is.
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What `X-IDENTITY-HEADER` must be.
const IDENTITY_HEADER: &str = "sandbox-identity-header";

/// Answers the token endpoint.
pub async fn token(
    state: &State,
    request: &AzureRequest<'_>,
    name: &str,
    id: &str,
) -> Result<Answer, Answer> {
    let tenant = tenant_named(state, name, id)?;
    Ok(gated(state, tenant, id).answer(|_| issue(request, name, tenant, id)).await)
}

/// Gives a token to a client that proves who it is.
fn issue(request: &AzureRequest<'_>, name: &str, tenant: &Tenant, id: &str) -> Result<Answer, Answer> {
    let form: BTreeMap<String, String> = form_urlencoded::parse(request.body).into_owned().collect();
    let field = |name: &str| {
        let message = format!("The request body must contain the following parameter: '{name}'.");
        let missing = || answers::entra_error(400, "invalid_request", 900_144, &message, id);
        form.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    if field("grant_type")? != "client_credentials" {
        let message = "The app requested an unsupported grant type.";
        return Err(answers::entra_error(400, "unsupported_grant_type", 70003, message, id));
    }
    let (client, scope) = (field("client_id")?, field("scope")?);
    if client != client_id(&tenant.id) {
        let message = format!(
            "Application with identifier '{client}' was not found in the directory '{}'.",
            tenant.name
        );
        return Err(answers::entra_error(400, "unauthorized_client", 700_016, &message, id));
    }
    if !scope.ends_with("/.default") {
        let message = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
             with /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(answers::entra_error(400, "invalid_scope", 1_002_012, &message, id));
    }
    prove(&form, name, tenant, id)?;
    let body = json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "ext_expires_in": LIFETIME,
        "access_token": make_token(tenant, id),
    });
    Ok(answers::compact(200, &body))
}

/// Checks that the client is who it says: by its secret, or by an assertion.
fn prove(form: &BTreeMap<String, String>, name: &str, tenant: &Tenant, id: &str) -> Result<(), Answer> {
    let refused =
        |number: u32, message: &str| answers::entra_error(401, "invalid_client", number, message, id);
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
    check_assertion(given, name, &client, now).map_err(|(number, message)| refused(number, message))
}

/// Answers as App Service's managed identity does, for the first tenant:
/// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>.
pub async fn managed_identity(state: &State, request: &AzureRequest<'_>, id: &str) -> Result<Answer, Answer> {
    let refused = |status, message: &str| {
        answers::compact(status, &json!({ "statusCode": status, "message": message }))
    };
    if request.header("x-identity-header") != Some(IDENTITY_HEADER) {
        return Err(refused(401, "X-IDENTITY-HEADER is missing or wrong."));
    }
    if request.parameter("api-version").as_deref() != Some("2019-08-01") {
        return Err(refused(400, "The api-version is missing or not supported."));
    }
    let resource = request.parameter("resource").ok_or_else(|| refused(400, "The resource is missing."))?;
    let [tenant, ..] = &state.estate.azure.tenants[..] else {
        return Err(refused(400, "No managed identity found."));
    };
    let body = || {
        json!({
            "access_token": make_token(tenant, id),
            "client_id": client_id(&tenant.id),
            "expires_on": (Timestamp::now().as_second() + LIFETIME).to_string(),
            "resource": resource,
            "token_type": "Bearer",
        })
    };
    Ok(gated(state, tenant, id).answer(|_| Ok(answers::compact(200, &body()))).await)
}

fn gated<'a>(state: &'a State, tenant: &'a Tenant, id: &'a str) -> GatedRequest<'a> {
    GatedRequest {
        state,
        service: AzureService::Entra,
        tenant,
        account: &tenant.id,
        action: "token",
        scope: "/",
        id,
    }
}

/// Lists the endpoints of a tenant: <https://openid.net/specs/openid-connect-discovery-1_0.html>.
pub fn configuration(state: &State, name: &str, id: &str) -> Result<Answer, Answer> {
    let tenant = tenant_named(state, name, id)?;
    let base = format!("{}/{}", state.server.url, tenant.id);
    let body = json!({
        "token_endpoint": format!("{base}{TOKEN_PATH}"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "issuer": format!("{base}/v2.0"),
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "subject_types_supported": ["pairwise"],
    });
    Ok(answers::compact(200, &body))
}

/// Lists the hosts of the same authority: this one alone.
pub fn instances(state: &State) -> Answer {
    let host = state.server.url.split_once("://").map_or(&*state.server.url, |(_, host)| host);
    let body = json!({
        "tenant_discovery_endpoint": format!("{}/common/v2.0/.well-known/openid-configuration", state.server.url),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    answers::compact(200, &body)
}

fn tenant_named<'a>(state: &'a State, name: &str, id: &str) -> Result<&'a Tenant, Answer> {
    state.estate.azure.tenant(name).ok_or_else(|| {
        let message = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into \
             the correct cloud."
        );
        answers::entra_error(400, "invalid_request", 90002, &message, id)
    })
}

/// Tokens begin with it; the tenant's id, and a number with a check of both follow.
const TOKEN_PREFIX: &str = "sandbox.";

/// Makes a token of a tenant; `id` makes it unlike any other.
fn make_token(tenant: &Tenant, id: &str) -> String {
    format!("{TOKEN_PREFIX}{}.{id}.{:016x}", tenant.id, token_check(&tenant.id, id))
}

fn token_check(tenant: &str, id: &str) -> u64 {
    hash(&format!("token/{tenant}/{id}"))
}

/// Finds the tenant that the request's token was given out for.
pub fn tenant_of_request<'a>(state: &'a State, request: &AzureRequest<'_>) -> Result<&'a Tenant, Answer> {
    let Some(header) = request.header("authorization") else {
        let message = "Authentication failed. The 'Authorization' header is missing.";
        return Err(answers::unauthorized(state, "AuthenticationFailed", message));
    };
    let token = header.strip_prefix("Bearer ").and_then(|token| token.strip_prefix(TOKEN_PREFIX));
    token.and_then(|token| issuer(&state.estate.azure, token)).ok_or_else(|| {
        answers::unauthorized(state, "InvalidAuthenticationToken", "The access token is invalid.")
    })
}

fn issuer<'a>(azure: &'a AzureEstate, token: &str) -> Option<&'a Tenant> {
    let mut parts = token.split('.');
    let (tenant, id, given) = (parts.next()?, parts.next()?, parts.next()?);
    let genuine = given == format!("{:016x}", token_check(tenant, id)) && parts.next().is_none();
    azure.tenants.iter().find(|known| genuine && known.id == tenant)
}

/// Finds a subscription by its id, and checks that it is the tenant's.
pub fn subscription_of_tenant<'a>(
    state: &'a State,
    tenant: &Tenant,
    id: &str,
) -> Result<&'a Subscription, Answer> {
    let unknown = || {
        answers::arm_error(
            404,
            "SubscriptionNotFound",
            format!("The subscription '{id}' could not be found."),
        )
    };
    let found = state.estate.azure.subscription(id).ok_or_else(unknown)?;
    if found.tenant == tenant.id && found.state == SubscriptionState::Deleted {
        return Err(unknown());
    }
    if found.tenant == tenant.id && found.disallowed {
        let message = "The current subscription type is not permitted to perform operations on any provider \
                       namespace. Please use a different subscription.";
        return Err(answers::arm_error(400, "DisallowedOperation", message));
    }
    if found.tenant == tenant.id {
        return Ok(found);
    }
    let (url, ours, theirs) = (&state.server.url, &tenant.id, &found.tenant);
    let message = format!(
        "The access token is from the wrong issuer '{url}/{ours}/'. It must match the tenant '{url}/{theirs}/' \
         associated with this subscription. Please use the authority (URL) '{url}/{theirs}' to get the token."
    );
    Err(answers::unauthorized(state, "InvalidAuthenticationTokenTenant", &message))
}

/// The audience of tokens of other issuers, such as a Kubernetes cluster's, that an application trusts:
/// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust>.
const FEDERATED: &str = "api://AzureADTokenExchange";

/// What is wrong with an assertion: Entra's number for it, and its words.
type AssertionError = (u32, &'static str);

/// Checks an assertion of `client` in `tenant` (as the path names it) at the second `now`.
fn check_assertion(assertion: &str, tenant: &str, client: &str, now: i64) -> Result<(), AssertionError> {
    let claims = claims(assertion).ok_or((50027, "JWT token is invalid or malformed."))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let expires = claims.get("exp").and_then(Value::as_i64);
    if expires.is_none_or(|expires| expires <= now) {
        return Err((700_024, "Client assertion is not within its valid time range."));
    }
    if text("aud") == FEDERATED {
        let named = !text("iss").is_empty() && !text("sub").is_empty();
        return if named { Ok(()) } else { Err((70021, "No matching federated identity record found.")) };
    }
    if !text("aud").ends_with(&format!("/{tenant}/oauth2/v2.0/token")) {
        return Err((700_023, "Client assertion audience claim does not match Realm issuer."));
    }
    if text("iss") != client || text("sub") != client {
        return Err((
            700_021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        ));
    }
    Ok(())
}

/// Reads the claims of a JSON web token: <https://www.rfc-editor.org/rfc/rfc7519#section-3>.
fn claims(token: &str) -> Option<Value> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
    serde_json::from_slice::<Value>(&decode(header)?).ok()?;
    decode(signature)?;
    serde_json::from_slice(&decode(payload)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"alg":"RS256","typ":"JWT"}`
    const HEADER: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

    fn flaw_of(payload: &str) -> u32 {
        check_assertion(&format!("{HEADER}.{payload}.c2ln"), "t", "c", 1000).expect_err("is wrong").0
    }

    #[test]
    fn an_assertion_must_be_the_clients_own_and_of_this_tenant_and_time() {
        // {"aud":"https://a/t/oauth2/v2.0/token","iss":"c","sub":"c","exp":2000}
        let good =
            "eyJhdWQiOiJodHRwczovL2EvdC9vYXV0aDIvdjIuMC90b2tlbiIsImlzcyI6ImMiLCJzdWIiOiJjIiwiZXhwIjoyMDAwfQ";
        let good = format!("{HEADER}.{good}.c2ln");
        assert_eq!(check_assertion(&good, "t", "c", 1000), Ok(()));
        assert_eq!(check_assertion(&good, "other", "c", 1000).map_err(|flaw| flaw.0), Err(700_023));
        assert_eq!(check_assertion(&good, "t", "other", 1000).map_err(|flaw| flaw.0), Err(700_021));
        assert_eq!(check_assertion(&good, "t", "c", 2000).map_err(|flaw| flaw.0), Err(700_024));
        assert_eq!(flaw_of("no-json"), 50027);
        assert_eq!(check_assertion("a.b", "t", "c", 1000).map_err(|flaw| flaw.0), Err(50027));
    }

    #[test]
    fn a_federated_token_names_its_own_issuer() {
        // {"aud":"api://AzureADTokenExchange","iss":"https://k8s","sub":"system:serviceaccount:a:b","exp":2000}
        let token = "eyJhdWQiOiJhcGk6Ly9BenVyZUFEVG9rZW5FeGNoYW5nZSIsImlzcyI6Imh0dHBzOi8vazhzIiwic3ViIjoic3lzdGVtOnNlcnZpY2VhY2NvdW50OmE6YiIsImV4cCI6MjAwMH0";
        assert_eq!(check_assertion(&format!("{HEADER}.{token}.c2ln"), "t", "c", 1000), Ok(()));
        // {"aud":"api://AzureADTokenExchange","exp":2000}
        assert_eq!(flaw_of("eyJhdWQiOiJhcGk6Ly9BenVyZUFEVG9rZW5FeGNoYW5nZSIsImV4cCI6MjAwMH0"), 70021);
    }
}
