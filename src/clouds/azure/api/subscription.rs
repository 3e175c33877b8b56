//! `GET /subscriptions` and `GET /tenants`.

use serde::Deserialize;

use super::decode::ArmResource;

/// A subscription.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ListedSubscription {
    /// Its id as a resource: `/subscriptions/...`.
    pub id: Option<String>,
    /// Its id.
    pub subscription_id: Option<String>,
    /// Its name.
    pub display_name: Option<String>,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: Option<String>,
    /// The tenant it trusts.
    pub tenant_id: Option<String>,
}

impl ArmResource for ListedSubscription {
    fn id(&self) -> Option<&str> {
        self.subscription_id.as_deref().or(self.id.as_deref())
    }
}

/// A Microsoft Entra tenant.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ListedTenant {
    /// Its id as a resource: `/tenants/...`.
    pub id: Option<String>,
    /// Its id.
    pub tenant_id: Option<String>,
}

impl ArmResource for ListedTenant {
    fn id(&self) -> Option<&str> {
        self.tenant_id.as_deref().or(self.id.as_deref())
    }
}
