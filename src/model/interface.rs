//! Network interfaces: everything that holds an address.

use std::net::IpAddr;

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
    /// Availability zone name.
    pub zone: Option<String>,
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
    /// Public addresses mapped to them.
    pub public_ips: Vec<IpAddr>,
    /// Hardware address, such as `02:1a:2b:3c:4d:5e`.
    pub mac: Option<String>,
    /// Lifecycle state in the cloud's own word, such as `in-use`.
    pub state: Option<String>,
    /// The cloud's or owner's description.
    pub description: Option<String>,
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
