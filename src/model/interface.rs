//! Network interfaces: everything that holds an address.

use std::net::IpAddr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Provider;

/// A network interface.
///
/// Sources: EC2 `DescribeNetworkInterfaces`; Azure network interfaces and private endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// The cloud.
    pub provider: Provider,
    /// The owner: AWS account id or Azure subscription id.
    pub account: String,
    /// Region name.
    pub region: String,
    /// Availability zone name. AWS accounts may name one zone differently; see `zone_id`.
    pub zone: Option<String>,
    /// Availability zone id, the same in all AWS accounts, such as `euw1-az1`. Azure has none.
    #[serde(default)]
    pub zone_id: Option<String>,
    /// Native id, such as `eni-0a1b`.
    pub id: String,
    /// Id of the network.
    pub network: Option<String>,
    /// Id of the subnet.
    pub subnet: Option<String>,
    /// Id of the machine it is attached to, or of the Azure private endpoint it was made for.
    pub attached_to: Option<String>,
    /// What uses it; `None` when the cloud does not say.
    pub kind: Option<InterfaceKind>,
    /// Private addresses, primary first, then the others, then IPv6.
    pub private_ips: Vec<IpAddr>,
    /// Prefixes delegated to it, IPv4 first: EC2 prefix delegation, address blocks of an Azure interface.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub private_prefixes: Option<Vec<IpNet>>,
    /// Public addresses mapped to them.
    pub public_ips: Vec<IpAddr>,
    /// Carrier addresses mapped to them (AWS Wavelength).
    #[serde(default)]
    pub carrier_ips: Option<Vec<IpAddr>>,
    /// Addresses of your own network mapped to them (AWS Outposts).
    #[serde(default)]
    pub customer_owned_ips: Option<Vec<IpAddr>>,
    /// Hardware address, such as `02:1a:2b:3c:4d:5e`.
    pub mac: Option<String>,
    /// Lifecycle state, as the cloud calls it, such as `in-use`.
    pub state: Option<String>,
    /// The cloud's or owner's description.
    pub description: Option<String>,
    /// The service that manages it for you, such as `eks.amazonaws.com`; `None` where you manage it.
    #[serde(default)]
    pub operator: Option<String>,
    /// The account that listed it, where that is not its owner. Views are merged by it; it is in no document.
    #[serde(skip)]
    pub seen_by: Option<String>,
}

/// What an interface serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InterfaceKind {
    /// A virtual machine.
    Instance,
    /// A load balancer of any layer.
    LoadBalancer,
    /// A NAT gateway.
    NatGateway,
    /// A VPC endpoint.
    Endpoint,
    /// An Azure private endpoint.
    PrivateEndpoint,
    /// A transit gateway attachment.
    TransitGateway,
    /// A function (AWS Lambda).
    Lambda,
    /// A file system mount target.
    FileSystem,
    /// A container task or pod (AWS branch and trunk interfaces).
    Container,
    /// A managed database, broker, directory or other service that the cloud runs.
    Managed,
    /// Made, attached to nothing.
    Unattached,
    /// A kind that this version does not know; `description` says more.
    Other,
}

impl InterfaceKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::LoadBalancer => "load-balancer",
            Self::NatGateway => "nat-gateway",
            Self::Endpoint => "endpoint",
            Self::PrivateEndpoint => "private-endpoint",
            Self::TransitGateway => "transit-gateway",
            Self::Lambda => "lambda",
            Self::FileSystem => "file-system",
            Self::Container => "container",
            Self::Managed => "managed",
            Self::Unattached => "unattached",
            Self::Other => "other",
        }
    }
}
