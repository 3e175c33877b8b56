//! Subnets, and how many addresses one has for machines.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Provider, Tags};

/// A part of a network's address space.
///
/// Sources: EC2 `DescribeSubnets`; Azure virtual networks' subnets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// The cloud.
    pub provider: Provider,
    /// The *owner*: AWS account id or Azure subscription id.
    pub account: String,
    /// Region name.
    pub region: String,
    /// Availability zone name, such as `eu-west-1a`.
    pub zone: Option<String>,
    /// Native id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Id of the network it belongs to.
    pub network: String,
    /// Prefixes in use, IPv4 first.
    #[serde(deserialize_with = "super::prefix::deserialize_list")]
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// IPv4 addresses that machines can have: all of the prefixes' less the provider's reserved ones.
    /// IPv6 does not count here: a share of 2^64 means nothing.
    pub addresses_total: u64,
    /// IPv4 addresses still free, as the cloud counts them (fragmentation not considered).
    pub addresses_available: Option<u64>,
    /// What it is set aside for: an Azure delegation, gateway, firewall, bastion.
    pub purpose: Option<String>,
    /// Lifecycle state in the cloud's own word.
    pub state: Option<String>,
    /// Accounts other than the owner that see it (AWS RAM sharing), sorted.
    pub visible_from: Vec<String>,
    /// Tags.
    pub tags: Tags,
}

/// Counts the IPv4 addresses of `prefixes` that machines can have, `reserved` being kept from each prefix.
///
/// AWS and Azure keep five of every IPv4 prefix (network, router, DNS, future use, broadcast):
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
#[must_use]
pub fn usable_ipv4(prefixes: &[IpNet], reserved: u64) -> u64 {
    prefixes
        .iter()
        .filter_map(|prefix| match prefix {
            IpNet::V4(v4) => Some((1_u64 << (32 - v4.prefix_len())).saturating_sub(reserved)),
            IpNet::V6(_) => None,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(text: &[&str]) -> Vec<IpNet> {
        text.iter().map(|cidr| cidr.parse().unwrap()).collect()
    }

    #[test]
    fn usable_addresses_leave_out_reserved_ones_and_ipv6() {
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/24"]), 5), 251);
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/28", "2001:db8::/64"]), 5), 11);
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/24", "10.0.1.0/24"]), 5), 502);
        assert_eq!(usable_ipv4(&nets(&["2001:db8::/64"]), 5), 0);
        assert_eq!(usable_ipv4(&nets(&["0.0.0.0/0"]), 0), 1 << 32);
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/31"]), 5), 0, "never below zero");
    }
}
