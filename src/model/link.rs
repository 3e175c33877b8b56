//! What joins networks, so that equal addresses hurt.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Provider;

/// A connection between two ends.
///
/// A hub (transit gateway, virtual hub, VPN gateway) is an end too, its `network` being the hub's id:
/// each attachment is one link with its own state, and networks are joined when a path of links joins them.
/// Identity is `(provider, kind, id)`: a peering seen from both sides is one link.
/// Sources: EC2 `DescribeVpcPeeringConnections`, `DescribeTransitGatewayAttachments`,
/// `DescribeTransitGatewayPeeringAttachments`, `DescribeVpnGateways`, `DescribeVpnConnections`; Azure peerings
/// and hub connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The cloud.
    pub provider: Provider,
    /// What it is.
    pub kind: LinkKind,
    /// Native id of the peering, attachment or connection.
    pub id: String,
    /// The ends; requester first for peerings, the network first for attachments to a hub.
    pub ends: Vec<LinkEnd>,
    /// Lifecycle state in the cloud's own word, such as `active` or `pending-acceptance`.
    pub state: Option<String>,
}

/// One end of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkEnd {
    /// The owner of the network or hub; unknown for a customer's own device.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Id of the network or hub.
    pub network: Option<String>,
    /// The prefixes the link makes reachable at this end, where the cloud says; empty means not said.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
}

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// AWS VPC peering connection.
    VpcPeering,
    /// AWS transit gateway attachment.
    TransitGateway,
    /// Azure VNet peering.
    VnetPeering,
    /// Azure virtual hub connection.
    VirtualHub,
    /// VPN gateway attachment or site-to-site connection.
    Vpn,
}

impl LinkKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VpcPeering => "vpc-peering",
            Self::TransitGateway => "transit-gateway",
            Self::VnetPeering => "vnet-peering",
            Self::VirtualHub => "virtual-hub",
            Self::Vpn => "vpn",
        }
    }
}
