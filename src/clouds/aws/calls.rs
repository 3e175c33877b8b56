//! The API calls that are made, as IAM spells them; `docs/iam.md` has them as a policy.

use crate::model::Kind;

/// Made once per account before anything is read.
pub const DISCOVERY_CALLS: &[&str] = &["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// Made in addition with `--aws-org`: the first in the management (or a delegated administrator) account,
/// the second from it into every other.
pub const ORGANIZATION_CALLS: &[&str] = &["organizations:ListAccounts", "sts:AssumeRole"];

/// Made once per account and region to read `kind`.
#[must_use]
pub const fn calls(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Networks => &["ec2:DescribeVpcs"],
        Kind::Subnets => &["ec2:DescribeSubnets"],
        Kind::Instances => &["ec2:DescribeInstances"],
        Kind::Interfaces => &["ec2:DescribeNetworkInterfaces"],
        Kind::Links => &[
            "ec2:DescribeVpcPeeringConnections",
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayPeeringAttachments",
            "ec2:DescribeVpnGateways",
            "ec2:DescribeVpnConnections",
        ],
    }
}
