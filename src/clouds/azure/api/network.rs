//! `VirtualNetworks_ListAll`: networks with their subnets and peerings.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::parts::identified;
use super::{Child, Malformed, Parts, Reference, Resource, lenient};
use crate::model::Tags;

/// A virtual network.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VirtualNetwork {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// Tags.
    #[serde(deserialize_with = "lenient::tags")]
    pub tags: Tags,
    /// What it is.
    #[serde(deserialize_with = "lenient::or_default")]
    pub properties: NetworkProperties,
}

impl Resource for VirtualNetwork {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&Malformed> {
        let Parts { read, malformed } = &self.properties.subnets;
        let inside = read.iter().flat_map(|subnet| subnet.properties.malformed());
        malformed.iter().chain(inside).chain(&self.properties.virtual_network_peerings.malformed).collect()
    }
}

/// What a virtual network is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkProperties {
    /// Its prefixes.
    pub address_space: Option<AddressSpace>,
    /// Its subnets.
    #[serde(deserialize_with = "identified")]
    pub subnets: Parts<Subnet>,
    /// Peerings as this side sees them.
    #[serde(deserialize_with = "identified")]
    pub virtual_network_peerings: Parts<Peering>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// A list of prefixes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressSpace {
    /// Prefixes as text.
    #[serde(deserialize_with = "lenient::list")]
    pub address_prefixes: Vec<String>,
}

/// A subnet of a virtual network.
pub type Subnet = Child<SubnetProperties>;

/// What a subnet is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetProperties {
    /// The prefix, when it has one.
    pub address_prefix: Option<String>,
    /// The prefixes, when it has several; newer subnets write a single one here too.
    pub address_prefixes: Parts<String>,
    /// One entry for each address that is in use by an interface, a load balancer and the like.
    pub ip_configurations: Parts<Reference>,
    /// Container groups; each stands for any number of addresses.
    #[serde(deserialize_with = "lenient::or_default")]
    pub ip_configuration_profiles: Vec<IgnoredAny>,
    /// Application gateways; each stands for any number of addresses.
    #[serde(rename = "applicationGatewayIPConfigurations", alias = "applicationGatewayIpConfigurations")]
    #[serde(deserialize_with = "lenient::or_default")]
    pub application_gateways: Vec<IgnoredAny>,
    /// Services that the subnet is handed over to.
    pub delegations: Parts<Child<DelegationProperties>>,
    /// Services that live in it.
    pub service_association_links: Parts<Child<LinkedProperties>>,
    /// Older services that live in it.
    pub resource_navigation_links: Parts<Child<LinkedProperties>>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

impl SubnetProperties {
    fn malformed(&self) -> impl Iterator<Item = &Malformed> {
        let links =
            self.service_association_links.malformed.iter().chain(&self.resource_navigation_links.malformed);
        let counted = self.address_prefixes.malformed.iter().chain(&self.ip_configurations.malformed);
        counted.chain(&self.delegations.malformed).chain(links)
    }
}

/// What a delegation is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DelegationProperties {
    /// The service, such as `Microsoft.Web/serverFarms`.
    pub service_name: Option<String>,
}

/// What a link from a subnet to a service is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LinkedProperties {
    /// The service, such as `Microsoft.Web/serverFarms`.
    pub linked_resource_type: Option<String>,
}

/// One side's view of a peering.
pub type Peering = Child<PeeringProperties>;

/// What a peering is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PeeringProperties {
    /// The network on the other side.
    pub remote_virtual_network: Option<Reference>,
    /// `Initiated`, `Connected` or `Disconnected`.
    pub peering_state: Option<String>,
    /// `FullyInSync`, or which side's prefixes changed since they were peered.
    pub peering_sync_level: Option<String>,
    /// `false` when only some subnets are peered.
    pub peer_complete_vnets: Option<bool>,
    /// Whether only the IPv6 prefixes of the subnets are peered.
    #[serde(rename = "enableOnlyIPv6Peering", alias = "enableOnlyIpv6Peering")]
    pub enable_only_ipv6_peering: Option<bool>,
    /// The peered subnets of this side, when not all are.
    #[serde(deserialize_with = "lenient::list")]
    pub local_subnet_names: Vec<String>,
    /// The prefixes of this side that are peered.
    pub local_address_space: Option<AddressSpace>,
    /// The prefixes of the other side that are peered.
    pub remote_address_space: Option<AddressSpace>,
    /// The prefixes that the other network has by now.
    pub remote_virtual_network_address_space: Option<AddressSpace>,
}
