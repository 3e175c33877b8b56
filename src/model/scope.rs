//! Where resources live: provider, account and region, and the kinds of resource we read there.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A source of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Amazon Web Services; an account is a twelve-digit account id.
    Aws,
    /// Microsoft Azure; an account is a subscription id.
    Azure,
    /// Ranges that no cloud API knows: data centres, partners, VPN pools; an account is a site.
    External,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 3] = [Self::Aws, Self::Azure, Self::External];

    /// Returns the name used in documents, flags and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::External => "external",
        }
    }

    /// Returns what a sentence calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::External => "the network outside the clouds",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kind of resource; one array of the inventory each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// VPCs, VNets, virtual hubs, external ranges.
    Networks,
    /// Subnets of networks.
    Subnets,
    /// Virtual machines.
    Instances,
    /// Network interfaces: of machines, load balancers, NAT gateways, endpoints and so on.
    Interfaces,
    /// What joins networks: peerings, transit gateways, virtual hubs, VPNs.
    Links,
}

impl Kind {
    /// Every kind, in the order in which documents list them.
    pub const ALL: [Self; 5] =
        [Self::Networks, Self::Subnets, Self::Instances, Self::Interfaces, Self::Links];

    /// The kinds whose resources have single addresses of a subnet, which may go from one to another.
    pub const WITH_ADDRESSES: [Self; 2] = [Self::Instances, Self::Interfaces];

    /// Returns the plural name used in documents, flags and file names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::Subnets => "subnets",
            Self::Instances => "instances",
            Self::Interfaces => "interfaces",
            Self::Links => "links",
        }
    }

    /// Returns the singular name, as NDJSON records carry it.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Networks => "network",
            Self::Subnets => "subnet",
            Self::Instances => "instance",
            Self::Interfaces => "interface",
            Self::Links => "link",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One unit of reading: a kind of resource in one region of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id.
    pub account: String,
    /// Region name; `None` where the API lists all regions at once (Azure).
    pub region: Option<String>,
    /// The kind of resource.
    pub kind: Kind,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.provider, self.account)?;
        if let Some(region) = &self.region {
            write!(f, " {region}")?;
        }
        write!(f, " {}", self.kind)
    }
}

/// An account (AWS) or subscription (Azure) that was found in scope, once, however many ways led to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id.
    pub id: String,
    /// The account's name where an API told it (AWS Organizations, Azure subscription) or your configuration does.
    pub name: Option<String>,
    /// Id of the Microsoft Entra tenant that an Azure subscription trusts; `None` on AWS.
    pub tenant: Option<String>,
    /// How it was reached: `profile:NAME`, `role:ARN`, `default chain`; several when several lead here.
    pub reached_by: Vec<String>,
}

/// An account, however its id is written: the APIs of Azure differ in case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    provider: Provider,
    /// In lower case.
    id: String,
}

impl AccountKey {
    /// Makes the key of an account.
    #[must_use]
    pub fn new(provider: Provider, id: &str) -> Self {
        Self { provider, id: id.to_ascii_lowercase() }
    }
}

/// What the entry of `reached_by` begins with that names a profile.
const PROFILE: &str = "profile:";
/// The profile whose name says nothing about the account.
const DEFAULT_PROFILE: &str = "default";

impl Account {
    /// Returns what to call it: its name, or that of the first profile that it was reached by. `None` if it has neither, and
    /// if the profile is `default`, which may be any account.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        let profiles = || self.reached_by.iter().filter_map(|way| way.strip_prefix(PROFILE));
        self.name.as_deref().or_else(|| profiles().find(|name| *name != DEFAULT_PROFILE))
    }

    /// Counts the Azure subscriptions of each tenant; the ids of tenants are in lower case.
    #[must_use]
    pub fn count_by_tenant(accounts: &[Self]) -> BTreeMap<String, usize> {
        let mut tenants = BTreeMap::new();
        for account in accounts.iter().filter(|account| account.provider == Provider::Azure) {
            if let Some(tenant) = &account.tenant {
                *tenants.entry(tenant.to_ascii_lowercase()).or_insert(0) += 1;
            }
        }
        tenants
    }
}

/// Turns a display name into a name: `West US` is `westus`. Virtual WAN writes locations as display names,
/// other services as names: <https://learn.microsoft.com/azure/reliability/regions-list>.
#[must_use]
pub fn region_name(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_stands_for_the_name_that_is_missing() {
        let called = |name: Option<&str>, reached_by: &[&str]| {
            let account = Account {
                provider: Provider::Aws,
                id: "111111111111".to_owned(),
                name: name.map(str::to_owned),
                tenant: None,
                reached_by: reached_by.iter().map(ToString::to_string).collect(),
            };
            account.display_name().map(str::to_owned)
        };
        let ways = ["role:arn:aws:iam::1:role/x", "profile:default", "profile:prod", "profile:other"];
        assert_eq!(called(Some("core"), &ways).as_deref(), Some("core"));
        assert_eq!(called(None, &ways).as_deref(), Some("prod"));
        assert_eq!(called(None, &ways[..2]), None, "the default profile says nothing");
        assert_eq!(called(None, &["default chain"]), None);
    }
}
