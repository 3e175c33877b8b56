//! The `[azure]` part of an estate file. Documented for users by `sample-azure.toml`.

use ipnet::IpNet;
use serde::Deserialize;
use toml::Spanned;

use super::super::types::Tags;
use super::types::{Os, Power, SubscriptionState};

/// The table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureSpec {
    /// Items a page of the resource manager holds at most.
    #[serde(default = "hundred")]
    pub page_size: usize,
    /// Rows a page of Resource Graph holds at most.
    #[serde(default = "thousand")]
    pub graph_page_size: usize,
    #[serde(default, rename = "tenant")]
    pub tenants: Vec<TenantSpec>,
    #[serde(default, rename = "subscription")]
    pub subscriptions: Vec<SubscriptionSpec>,
    #[serde(default, rename = "network")]
    pub networks: Vec<AzureNetworkSpec>,
    #[serde(default, rename = "peering")]
    pub peerings: Vec<AzurePeeringSpec>,
    #[serde(default, rename = "hub")]
    pub hubs: Vec<HubSpec>,
    #[serde(default, rename = "machine")]
    pub machines: Vec<MachineSpec>,
    #[serde(default, rename = "scale_set")]
    pub scale_sets: Vec<ScaleSetSpec>,
    #[serde(default, rename = "endpoint")]
    pub endpoints: Vec<EndpointSpec>,
    #[serde(default, rename = "interface")]
    pub interfaces: Vec<AzureInterfaceSpec>,
    #[serde(default)]
    pub raw: Vec<RawSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantSpec {
    /// Unique in the file; `NAME.onmicrosoft.com` is its domain.
    pub name: Spanned<String>,
    pub id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionSpec {
    /// Unique in the file.
    pub name: Spanned<String>,
    /// What Azure calls it, where several may have the same; `name` when absent.
    pub display_name: Option<String>,
    pub id: String,
    /// Name of its tenant.
    pub tenant: Spanned<String>,
    #[serde(default)]
    pub state: SubscriptionState,
    /// Whether Resource Graph leaves it out.
    #[serde(default)]
    pub hidden_from_graph: bool,
    /// Whether Azure allows no resources in it, as in those of the kind "Access to Azure Active Directory".
    #[serde(default)]
    pub disallowed: bool,
    /// Resource group of what names none; `NAME-rg` when absent.
    pub group: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureNetworkSpec {
    /// Unique in the file.
    pub name: Spanned<String>,
    /// Name of its subscription.
    pub subscription: Spanned<String>,
    pub group: Option<String>,
    pub location: String,
    pub cidrs: Vec<IpNet>,
    #[serde(default)]
    pub tags: Tags,
    #[serde(default)]
    pub subnets: Vec<AzureSubnetSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureSubnetSpec {
    pub name: Spanned<String>,
    /// The first of `count` consecutive prefixes, served as `addressPrefix`.
    pub cidr: Option<IpNet>,
    /// Served as `addressPrefixes`.
    #[serde(default)]
    pub prefixes: Vec<IpNet>,
    /// The service it is delegated to.
    pub delegation: Option<String>,
    /// How many addresses Azure counts in it, in the list of usages.
    pub used: Option<u32>,
    #[serde(default = "default_count")]
    pub count: u32,
}

/// A peering of two networks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzurePeeringSpec {
    pub from: Spanned<String>,
    pub to: Spanned<String>,
    /// `Connected`, which both networks show; otherwise only `from` shows it.
    #[serde(default = "connected")]
    pub state: String,
    /// Names of the subnets of `from` that take part, when not all do.
    pub subnets: Option<Vec<Spanned<String>>>,
    /// Names of the subnets of `to` that take part.
    pub remote_subnets: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSpec {
    pub name: Spanned<String>,
    pub subscription: Spanned<String>,
    pub group: Option<String>,
    pub location: String,
    pub prefix: IpNet,
    /// Names of networks, of any subscription.
    #[serde(default)]
    pub connected: Vec<Spanned<String>>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineSpec {
    pub name: Spanned<String>,
    /// `NETWORK/SUBNET`; the interfaces of one machine, primary first. Several machines are spread over the
    /// subnets of that name.
    pub r#in: Vec<Spanned<String>>,
    pub group: Option<String>,
    /// Resource group of the interfaces; the machine's when absent.
    pub interface_group: Option<String>,
    #[serde(default = "default_count")]
    pub count: u32,
    pub size: String,
    #[serde(default)]
    pub os: Os,
    #[serde(default)]
    pub state: Power,
    pub zone: Option<String>,
    /// Whether it has a public IPv4 address.
    #[serde(default)]
    pub public: bool,
    /// /28 blocks of addresses that its last interface has, as for pods.
    #[serde(default)]
    pub blocks: u32,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleSetSpec {
    pub name: Spanned<String>,
    /// `NETWORK/SUBNET`.
    pub r#in: Spanned<String>,
    pub group: Option<String>,
    pub capacity: u32,
    pub size: String,
    #[serde(default)]
    pub os: Os,
    #[serde(default)]
    pub state: Power,
    /// Flexible; uniform otherwise.
    #[serde(default)]
    pub flexible: bool,
    /// Zones, which instances are spread over.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Whether each instance has a public IPv4 address.
    #[serde(default)]
    pub public: bool,
    /// /28 blocks of addresses that the interface of each instance has, as for pods.
    #[serde(default)]
    pub blocks: u32,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSpec {
    pub name: Spanned<String>,
    /// `NETWORK/SUBNET`.
    pub r#in: Spanned<String>,
    pub group: Option<String>,
    /// Type and name of the resource it leads to, such as `Microsoft.Storage/storageAccounts/orders`.
    pub service: String,
    /// Which part of that resource, such as `blob`.
    pub part: String,
    #[serde(default)]
    pub tags: Tags,
}

/// Interfaces that belong to nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AzureInterfaceSpec {
    pub name: Spanned<String>,
    /// `NETWORK/SUBNET`.
    pub r#in: Spanned<String>,
    pub group: Option<String>,
    #[serde(default = "default_count")]
    pub count: u32,
    /// /28 blocks of addresses that each has.
    #[serde(default)]
    pub blocks: u32,
    #[serde(default)]
    pub tags: Tags,
}

/// Any item, served as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSpec {
    pub subscription: Spanned<String>,
    /// The list it stands in, such as `virtualNetworks` or `virtualHubs/HUB/hubVirtualNetworkConnections`.
    pub list: Spanned<String>,
    pub json: Spanned<String>,
}

const fn default_count() -> u32 {
    1
}

const fn hundred() -> usize {
    100
}

const fn thousand() -> usize {
    1000
}

fn connected() -> String {
    "Connected".into()
}
