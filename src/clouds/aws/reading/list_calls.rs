//! The describe calls of EC2 that list what a scan reads, and which kind each belongs to.

use crate::model::Kind;

/// A call that lists resources. `RegionReader` has a reader for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListCall {
    /// VPCs.
    Vpcs,
    /// Subnets.
    Subnets,
    /// Instances.
    Instances,
    /// Network interfaces.
    NetworkInterfaces,
    /// VPC peering connections.
    VpcPeeringConnections,
    /// Attachments to transit gateways.
    TransitGatewayAttachments,
    /// Peerings between transit gateways.
    TransitGatewayPeeringAttachments,
    /// Virtual private gateways.
    VpnGateways,
    /// Site-to-Site VPN connections.
    VpnConnections,
}

const NETWORKS: [ListCall; 1] = [ListCall::Vpcs];
const SUBNETS: [ListCall; 1] = [ListCall::Subnets];
const INSTANCES: [ListCall; 1] = [ListCall::Instances];
const INTERFACES: [ListCall; 1] = [ListCall::NetworkInterfaces];
const LINKS: [ListCall; 5] = [
    ListCall::VpcPeeringConnections,
    ListCall::TransitGatewayAttachments,
    ListCall::TransitGatewayPeeringAttachments,
    ListCall::VpnGateways,
    ListCall::VpnConnections,
];

impl ListCall {
    /// Returns the calls that are made once per account and region to read `kind`.
    #[must_use]
    pub const fn of_kind(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Networks => &NETWORKS,
            Kind::Subnets => &SUBNETS,
            Kind::Instances => &INSTANCES,
            Kind::Interfaces => &INTERFACES,
            Kind::Links => &LINKS,
        }
    }

    /// Returns the name of its action in IAM policies.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Vpcs => "ec2:DescribeVpcs",
            Self::Subnets => "ec2:DescribeSubnets",
            Self::Instances => "ec2:DescribeInstances",
            Self::NetworkInterfaces => "ec2:DescribeNetworkInterfaces",
            Self::VpcPeeringConnections => "ec2:DescribeVpcPeeringConnections",
            Self::TransitGatewayAttachments => "ec2:DescribeTransitGatewayAttachments",
            Self::TransitGatewayPeeringAttachments => "ec2:DescribeTransitGatewayPeeringAttachments",
            Self::VpnGateways => "ec2:DescribeVpnGateways",
            Self::VpnConnections => "ec2:DescribeVpnConnections",
        }
    }

    /// Tells whether it lists links of some sort.
    #[must_use]
    pub fn lists_links(self) -> bool {
        LINKS.contains(&self)
    }
}

/// Returns the actions of the calls that are made once per account and region to read `kind`.
#[must_use]
pub const fn calls(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Networks => &const { actions(NETWORKS) },
        Kind::Subnets => &const { actions(SUBNETS) },
        Kind::Instances => &const { actions(INSTANCES) },
        Kind::Interfaces => &const { actions(INTERFACES) },
        Kind::Links => &const { actions(LINKS) },
    }
}

const fn actions<const N: usize>(calls: [ListCall; N]) -> [&'static str; N] {
    let mut actions = [""; N];
    let mut at = 0;
    while at < N {
        actions[at] = calls[at].action();
        at += 1;
    }
    actions
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_kind_has_calls_and_no_call_is_made_twice() {
        let mut seen = BTreeSet::new();
        for kind in Kind::ALL {
            assert!(!calls(kind).is_empty(), "{kind}");
            assert!(ListCall::of_kind(kind).iter().map(|call| call.action()).eq(calls(kind).iter().copied()));
            assert!(calls(kind).iter().all(|action| seen.insert(*action)), "{kind}");
        }
    }
}
