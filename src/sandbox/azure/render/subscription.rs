//! Subscriptions and tenants. <https://learn.microsoft.com/rest/api/resources/subscriptions/list>

use serde_json::{Value, json};

use crate::sandbox::estate::azure::{Subscription, Tenant};

/// Writes a subscription.
pub fn subscription(it: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", it.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": it.id,
        "tenantId": it.tenant,
        "displayName": it.name,
        "state": it.state.as_str(),
        "subscriptionPolicies": policies(),
    })
}

/// Writes what a subscription's contract says.
pub fn policies() -> Value {
    json!({
        "locationPlacementId": "Public_2014-09-01",
        "quotaId": "EnterpriseAgreement_2014-09-01",
        "spendingLimit": "Off",
    })
}

/// Writes a tenant. `domains` is left out: it is text in old versions of the API, and a list in new ones.
pub fn tenant(it: &Tenant) -> Value {
    json!({
        "id": format!("/tenants/{}", it.id),
        "tenantId": it.id,
        "countryCode": "NL",
        "displayName": it.name,
        "tenantCategory": "Home",
        "defaultDomain": it.domain,
        "tenantType": "AAD",
    })
}
