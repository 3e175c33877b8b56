//! Tokens: what Entra gives out, and the resource manager takes back.

use super::asked::Asked;
use super::refusal;
use crate::sandbox::estate::azure::{Azure, Subscription, SubscriptionState, Tenant};
use crate::sandbox::estate::hash;
use crate::sandbox::server::{Answer, State};

/// Tokens begin with it; the tenant's id, and a number with a check of both follow.
const TOKEN: &str = "sandbox.";

/// Makes a token of a tenant; `id` makes it unlike any other.
pub fn token(tenant: &Tenant, id: &str) -> String {
    format!("{TOKEN}{}.{id}.{:016x}", tenant.id, check(&tenant.id, id))
}

fn check(tenant: &str, id: &str) -> u64 {
    hash(&format!("token/{tenant}/{id}"))
}

/// Finds the tenant that the request's token was given out for.
pub fn tenant<'a>(state: &'a State, asked: &Asked<'_>) -> Result<&'a Tenant, Answer> {
    let Some(header) = asked.header("authorization") else {
        let message = "Authentication failed. The 'Authorization' header is missing.";
        return Err(unauthorized(state, "AuthenticationFailed", message));
    };
    let token = header.strip_prefix("Bearer ").and_then(|token| token.strip_prefix(TOKEN));
    token
        .and_then(|token| issuer(&state.estate.azure, token))
        .ok_or_else(|| unauthorized(state, "InvalidAuthenticationToken", "The access token is invalid."))
}

fn issuer<'a>(azure: &'a Azure, token: &str) -> Option<&'a Tenant> {
    let mut parts = token.split('.');
    let (tenant, id, given) = (parts.next()?, parts.next()?, parts.next()?);
    let genuine = given == format!("{:016x}", check(tenant, id)) && parts.next().is_none();
    azure.tenants.iter().find(|known| genuine && known.id == tenant)
}

/// Finds a subscription by its id, and checks that it is the tenant's.
pub fn subscription<'a>(state: &'a State, tenant: &Tenant, id: &str) -> Result<&'a Subscription, Answer> {
    let unknown = || {
        refusal::manager(404, "SubscriptionNotFound", format!("The subscription '{id}' could not be found."))
    };
    let found = state.estate.azure.subscription(id).ok_or_else(unknown)?;
    if found.tenant == tenant.id && found.state == SubscriptionState::Deleted {
        return Err(unknown());
    }
    if found.tenant == tenant.id && found.disallowed {
        let message = "The current subscription type is not permitted to perform operations on any provider \
                       namespace. Please use a different subscription.";
        return Err(refusal::manager(400, "DisallowedOperation", message));
    }
    if found.tenant == tenant.id {
        return Ok(found);
    }
    let (url, ours, theirs) = (&state.url, &tenant.id, &found.tenant);
    let message = format!(
        "The access token is from the wrong issuer '{url}/{ours}/'. It must match the tenant '{url}/{theirs}/' \
         associated with this subscription. Please use the authority (URL) '{url}/{theirs}' to get the token."
    );
    Err(unauthorized(state, "InvalidAuthenticationTokenTenant", &message))
}

/// Refuses a token, and says where to get another one.
pub fn unauthorized(state: &State, code: &str, message: &str) -> Answer {
    let challenge = format!(
        "Bearer authorization_uri=\"{}\", error=\"invalid_token\", error_description=\"{message}\"",
        state.url
    );
    refusal::manager(401, code, message).with("www-authenticate", challenge)
}
