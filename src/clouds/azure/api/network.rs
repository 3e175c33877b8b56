//! Virtual networks with their subnets and peerings, virtual hubs, network interfaces, public addresses and private
//! endpoints.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::decode::{
    self, ArmResource, ChildResource, LenientList, MalformedItem, ResourceRef, id_or_object,
};
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
    #[serde(deserialize_with = "decode::lenient_tags")]
    pub tags: Tags,
    /// What it is.
    #[serde(deserialize_with = "decode::null_as_default")]
    pub properties: NetworkProperties,
}

impl ArmResource for VirtualNetwork {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        let LenientList { read, malformed } = &self.properties.subnets;
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
    #[serde(deserialize_with = "decode::identified_children")]
    pub subnets: LenientList<VnetSubnet>,
    /// Peerings as this side sees them.
    #[serde(deserialize_with = "decode::identified_children")]
    pub virtual_network_peerings: LenientList<VnetPeering>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// A list of prefixes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AddressSpace {
    /// Prefixes as text.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub address_prefixes: Vec<String>,
}

/// A subnet of a virtual network.
pub type VnetSubnet = ChildResource<SubnetProperties>;

/// What a subnet is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetProperties {
    /// The prefix, when it has one.
    pub address_prefix: Option<String>,
    /// The prefixes, when it has several; newer subnets write a single one here too.
    pub address_prefixes: LenientList<String>,
    /// One entry for each address that is in use by an interface, a load balancer and the like.
    pub ip_configurations: LenientList<ResourceRef>,
    /// Container groups; each stands for any number of addresses.
    #[serde(deserialize_with = "decode::null_as_default")]
    pub ip_configuration_profiles: Vec<IgnoredAny>,
    /// Application gateways; each stands for any number of addresses.
    #[serde(rename = "applicationGatewayIPConfigurations", alias = "applicationGatewayIpConfigurations")]
    #[serde(deserialize_with = "decode::null_as_default")]
    pub application_gateways: Vec<IgnoredAny>,
    /// Services that the subnet is handed over to.
    pub delegations: LenientList<ChildResource<DelegationProperties>>,
    /// Services that live in it.
    pub service_association_links: LenientList<ChildResource<LinkedProperties>>,
    /// Older services that live in it.
    pub resource_navigation_links: LenientList<ChildResource<LinkedProperties>>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

impl SubnetProperties {
    fn malformed(&self) -> impl Iterator<Item = &MalformedItem> {
        let links =
            self.service_association_links.malformed.iter().chain(&self.resource_navigation_links.malformed);
        let counted = self.address_prefixes.malformed.iter().chain(&self.ip_configurations.malformed);
        counted.chain(&self.delegations.malformed).chain(links)
    }
}

/// How many addresses of a subnet are used, as the list of usages of its network says.
/// <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-usage>
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubnetUsage {
    /// The id of the subnet.
    pub id: Option<String>,
    /// How many addresses are used; -1 where Azure does not count them.
    pub current_value: Option<f64>,
    /// How many addresses machines can have; -1 where Azure does not count them.
    pub limit: Option<f64>,
}

impl ArmResource for SubnetUsage {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        Vec::new()
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
pub type VnetPeering = ChildResource<PeeringProperties>;

/// What a peering is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PeeringProperties {
    /// The network on the other side.
    pub remote_virtual_network: Option<ResourceRef>,
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
    #[serde(deserialize_with = "decode::lenient_list")]
    pub local_subnet_names: Vec<String>,
    /// The prefixes of this side that are peered.
    pub local_address_space: Option<AddressSpace>,
    /// The prefixes of the other side that are peered.
    pub remote_address_space: Option<AddressSpace>,
    /// The prefixes that the other network has by now.
    pub remote_virtual_network_address_space: Option<AddressSpace>,
}

/// A virtual WAN hub, or a Route Server, which is of the same type.
#[derive(Debug, Clone, Default)]
pub struct VirtualHub {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `RouteServer` of a Route Server; hubs have none.
    pub kind: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// What it is.
    pub properties: HubProperties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HubObject {
    id: Option<String>,
    name: Option<String>,
    kind: Option<String>,
    location: Option<String>,
    #[serde(deserialize_with = "decode::lenient_tags")]
    tags: Tags,
    #[serde(deserialize_with = "decode::null_as_default")]
    properties: HubProperties,
}

impl From<HubObject> for VirtualHub {
    fn from(HubObject { id, name, kind, location, tags, properties }: HubObject) -> Self {
        Self { id, name, kind, location, tags, properties }
    }
}

impl VirtualHub {
    /// Tells whether it is a Route Server: it routes inside the virtual network that it is in, has addresses of that
    /// network's `RouteServerSubnet` and no prefix of its own, and connects no networks:
    /// <https://learn.microsoft.com/azure/route-server/overview>.
    #[must_use]
    pub fn is_route_server(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        let HubProperties { address_prefix, virtual_wan, virtual_router_ips, virtual_router_asn, .. } =
            &self.properties;
        let is_router = virtual_router_ips.is_some() || virtual_router_asn.is_some();
        let is_hub =
            virtual_wan.is_some() || address_prefix.as_deref().is_some_and(|prefix| !prefix.is_empty());
        kind.eq_ignore_ascii_case("RouteServer") || (kind.is_empty() && is_router && !is_hub)
    }
}

impl From<String> for VirtualHub {
    fn from(id: String) -> Self {
        Self { id: Some(id), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for VirtualHub {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        id_or_object::<D, HubObject, Self>(from)
    }
}

impl ArmResource for VirtualHub {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        self.properties.virtual_network_connections.malformed.iter().collect()
    }
}

/// What a hub is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HubProperties {
    /// Its prefix.
    pub address_prefix: Option<String>,
    /// The virtual WAN that it is of.
    pub virtual_wan: Option<ResourceRef>,
    /// The number of its router, which Route Servers have too.
    pub virtual_router_asn: Option<IgnoredAny>,
    /// The addresses of its router.
    pub virtual_router_ips: Option<IgnoredAny>,
    /// Its connections, as API versions before 2020-04-01 embed them.
    #[serde(deserialize_with = "decode::identified_children")]
    pub virtual_network_connections: LenientList<HubConnection>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// A connection from a hub to a virtual network.
pub type HubConnection = ChildResource<ConnectionProperties>;

/// What a connection is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConnectionProperties {
    /// The network.
    pub remote_virtual_network: Option<ResourceRef>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// A network interface.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Nic {
    /// Its id.
    pub id: Option<String>,
    /// Region, as a name or as a display name; interfaces of scale sets have none.
    pub location: Option<String>,
    /// The resource that manages it.
    pub managed_by: Option<String>,
    /// What it is; a Resource Graph row can come without.
    pub properties: Option<NicProperties>,
}

impl ArmResource for Nic {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        self.properties.iter().flat_map(|properties| &properties.ip_configurations.malformed).collect()
    }
}

/// What an interface is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NicProperties {
    /// Its addresses.
    pub ip_configurations: LenientList<IpConfiguration>,
    /// Hardware address, such as `00-0D-3A-1B-C7-21`.
    pub mac_address: Option<String>,
    /// Whether it is its machine's first.
    pub primary: Option<bool>,
    /// The machine it is attached to.
    pub virtual_machine: Option<ResourceRef>,
    /// The private endpoint it was made for.
    pub private_endpoint: Option<ResourceRef>,
    /// The private link service it was made for.
    pub private_link_service: Option<ResourceRef>,
    /// Services that run behind it.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub hosted_workloads: Vec<String>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// One address of an interface.
pub type IpConfiguration = ChildResource<IpConfigurationProperties>;

/// What an address of an interface is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IpConfigurationProperties {
    /// The address, or of a block `ADDRESS/LENGTH`.
    #[serde(rename = "privateIPAddress", alias = "privateIpAddress")]
    pub private_ip_address: Option<String>,
    /// The length of the prefix, where it is a block of addresses rather than one.
    #[serde(rename = "privateIPAddressPrefixLength", alias = "privateIpAddressPrefixLength")]
    #[serde(deserialize_with = "decode::lenient_number")]
    pub private_ip_address_prefix_length: Option<u32>,
    /// Whether it is the interface's first.
    pub primary: Option<bool>,
    /// The subnet.
    pub subnet: Option<ResourceRef>,
    /// The public address mapped to it: a reference, or all of it.
    #[serde(rename = "publicIPAddress", alias = "publicIpAddress")]
    pub public_ip_address: Option<PublicIpAddress>,
}

/// A public address, of a subscription or of a scale set.
pub type PublicIpAddress = ChildResource<PublicIpProperties>;

/// What a public address is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PublicIpProperties {
    /// The address; a dynamic one that is not in use has none.
    pub ip_address: Option<String>,
}

/// A private endpoint.
pub type PrivateEndpoint = ChildResource<EndpointProperties>;

/// What a private endpoint is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EndpointProperties {
    /// Its interfaces.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub network_interfaces: Vec<ResourceRef>,
    /// What it leads to, approved by itself.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub private_link_service_connections: Vec<ChildResource<LinkConnectionProperties>>,
    /// What it leads to, approved by the other side.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub manual_private_link_service_connections: Vec<ChildResource<LinkConnectionProperties>>,
}

/// What a private endpoint's connection is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LinkConnectionProperties {
    /// Id of the service.
    pub private_link_service_id: Option<String>,
    /// The parts of the service, such as `blob`.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub group_ids: Vec<String>,
}
