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
    /// Lifecycle state, as the cloud calls it, such as `active` or `pending-acceptance`.
    pub state: Option<String>,
}

impl Link {
    /// Lists who reads it, as account and region where known.
    ///
    /// In AWS the owners of both ends. In Azure it is a resource of the subscription in its id, and only
    /// that one lists it. Without a subscription in its id, the owners of both ends count.
    #[must_use]
    pub fn listed_by(&self) -> Vec<(&str, Option<&str>)> {
        let own = (self.provider == Provider::Azure).then(|| subscription(&self.id)).flatten();
        let ends =
            || self.ends.iter().filter_map(|end| Some((end.account.as_deref()?, end.region.as_deref())));
        own.map_or_else(|| ends().collect(), |subscription| vec![(subscription, None)])
    }
}

/// Returns the subscription that an id of Azure names: `/subscriptions/ID/...`.
fn subscription(id: &str) -> Option<&str> {
    let mut parts = id.strip_prefix('/')?.split('/');
    parts.next().filter(|part| part.eq_ignore_ascii_case("subscriptions"))?;
    parts.next().filter(|id| !id.is_empty())
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
    #[serde(deserialize_with = "super::prefix::deserialize_list")]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_azure_is_listed_by_the_subscription_in_its_id_alone() {
        let end = |account: &str| LinkEnd {
            account: Some(account.to_owned()),
            region: Some("r".to_owned()),
            ..LinkEnd::default()
        };
        let link = |provider, id: &str| Link {
            provider,
            kind: LinkKind::VnetPeering,
            id: id.to_owned(),
            ends: vec![end("one"), LinkEnd::default(), end("other")],
            state: None,
        };
        let both = [("one", Some("r")), ("other", Some("r"))];
        assert_eq!(link(Provider::Aws, "pcx-1").listed_by(), both);
        let peering = link(Provider::Azure, "/SUBSCRIPTIONS/one/resourceGroups/g/x/y");
        assert_eq!(peering.listed_by(), [("one", None)]);
        assert_eq!(link(Provider::Azure, "/somewhere/one").listed_by(), both);
    }
}
