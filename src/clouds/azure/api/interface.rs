//! Network interfaces, public addresses and private endpoints, of subscriptions and of scale sets.

use serde::Deserialize;

use super::{Child, Malformed, Parts, Reference, Resource, lenient};

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

impl Resource for Nic {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&Malformed> {
        self.properties.iter().flat_map(|properties| &properties.ip_configurations.malformed).collect()
    }
}

/// What an interface is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NicProperties {
    /// Its addresses.
    pub ip_configurations: Parts<IpConfiguration>,
    /// Hardware address, such as `00-0D-3A-1B-C7-21`.
    pub mac_address: Option<String>,
    /// Whether it is its machine's first.
    pub primary: Option<bool>,
    /// The machine it is attached to.
    pub virtual_machine: Option<Reference>,
    /// The private endpoint it was made for.
    pub private_endpoint: Option<Reference>,
    /// The private link service it was made for.
    pub private_link_service: Option<Reference>,
    /// Services that run behind it.
    #[serde(deserialize_with = "lenient::list")]
    pub hosted_workloads: Vec<String>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// One address of an interface.
pub type IpConfiguration = Child<IpConfigurationProperties>;

/// What an address of an interface is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IpConfigurationProperties {
    /// The address, or of a block `ADDRESS/LENGTH`.
    #[serde(rename = "privateIPAddress", alias = "privateIpAddress")]
    pub private_ip_address: Option<String>,
    /// The length of the prefix, where it is a block of addresses rather than one.
    #[serde(rename = "privateIPAddressPrefixLength", alias = "privateIpAddressPrefixLength")]
    #[serde(deserialize_with = "lenient::number")]
    pub private_ip_address_prefix_length: Option<u32>,
    /// Whether it is the interface's first.
    pub primary: Option<bool>,
    /// The subnet.
    pub subnet: Option<Reference>,
    /// The public address mapped to it: a reference, or all of it.
    #[serde(rename = "publicIPAddress", alias = "publicIpAddress")]
    pub public_ip_address: Option<PublicIp>,
}

/// A public address, of a subscription or of a scale set.
pub type PublicIp = Child<PublicIpProperties>;

/// What a public address is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PublicIpProperties {
    /// The address; a dynamic one that is not in use has none.
    pub ip_address: Option<String>,
}

/// A private endpoint.
pub type PrivateEndpoint = Child<EndpointProperties>;

/// What a private endpoint is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EndpointProperties {
    /// Its interfaces.
    #[serde(deserialize_with = "lenient::list")]
    pub network_interfaces: Vec<Reference>,
    /// What it leads to, approved by itself.
    #[serde(deserialize_with = "lenient::list")]
    pub private_link_service_connections: Vec<Child<LinkConnectionProperties>>,
    /// What it leads to, approved by the other side.
    #[serde(deserialize_with = "lenient::list")]
    pub manual_private_link_service_connections: Vec<Child<LinkConnectionProperties>>,
}

/// What a private endpoint's connection is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LinkConnectionProperties {
    /// Id of the service.
    pub private_link_service_id: Option<String>,
    /// The parts of the service, such as `blob`.
    #[serde(deserialize_with = "lenient::list")]
    pub group_ids: Vec<String>,
}
