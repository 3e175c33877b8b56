//! An account and region: what is read by itself.

use serde::{Deserialize, Serialize};

use crate::model::{Coverage, Provider, Scope};

/// A region of an account. In Azure, where all regions are listed at once, a subscription.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRegion {
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id, in lower case: the APIs of Azure differ in case.
    pub account: String,
    /// Region name; `None` in Azure.
    pub region: Option<String>,
}

impl AccountRegion {
    /// Names a region of an account.
    #[must_use]
    pub fn new(provider: Provider, account: &str, region: Option<&str>) -> Self {
        // A region in Azure's answers is where a resource is, not what is read by itself.
        let region = region.filter(|_| provider != Provider::Azure).map(str::to_owned);
        Self { provider, account: account.to_ascii_lowercase(), region }
    }
}

impl From<&Scope> for AccountRegion {
    fn from(scope: &Scope) -> Self {
        Self::new(scope.provider, &scope.account, scope.region.as_deref())
    }
}

impl From<&Coverage> for AccountRegion {
    fn from(entry: &Coverage) -> Self {
        Self::new(entry.provider, &entry.account, entry.region.as_deref())
    }
}
