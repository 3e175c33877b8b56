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
    /// Availability zone name, such as `eu-west-1a`. AWS accounts may name one zone differently; see `zone_id`.
    pub zone: Option<String>,
    /// Availability zone id, the same in all AWS accounts, such as `euw1-az1`. Azure has none.
    #[serde(default)]
    pub zone_id: Option<String>,
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
    /// IPv6 does not count here: a share of 2^64 means nothing. `None` where its prefixes are not known.
    pub addresses_total: Option<u64>,
    /// Free IPv4 addresses, as the cloud counts them (fragmentation not considered).
    pub addresses_available: Option<u64>,
    /// The service that it is reserved for: an Azure delegation, gateway, firewall, bastion.
    pub purpose: Option<String>,
    /// The pool that customer-owned addresses are mapped from (AWS Outposts).
    #[serde(default)]
    pub customer_owned_pool: Option<String>,
    /// Parts of it that AWS keeps for what asks for them by name. `None` where they were not read: only `usage` asks for them,
    /// since that takes a request for each subnet. Azure has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_reservations: Option<Vec<CidrReservation>>,
    /// Lifecycle state, as the cloud calls it.
    pub state: Option<String>,
    /// Accounts other than the owner that see it (AWS RAM sharing), sorted.
    pub visible_from: Vec<String>,
    /// Tags.
    pub tags: Tags,
}

/// A part of a subnet that AWS does not give to what is simply created in the subnet.
///
/// Source: EC2 `GetSubnetCidrReservations`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CidrReservation {
    /// The prefix.
    #[serde(deserialize_with = "super::prefix::deserialize")]
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// Who gets addresses of it.
    pub kind: CidrReservationKind,
}

/// Who gets addresses of a reservation (EC2 `SubnetCidrReservationType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CidrReservationKind {
    /// Interfaces that ask for a delegated prefix, such as those of EKS nodes.
    Prefix,
    /// Interfaces that ask for one of its addresses.
    Explicit,
}

impl Subnet {
    /// Corrects a row of a document of version 1, which had 0 addresses where no prefix was known.
    pub fn correct_version_1(&mut self) {
        if self.prefixes.is_empty() {
            self.addresses_total = None;
        }
    }
}

/// Counts the IPv4 addresses of `prefixes` that machines can have, `reserved` being kept from each prefix.
/// `None` without any prefix: every subnet has one, so it was not read.
///
/// AWS and Azure keep five of every IPv4 prefix (network, router, DNS, future use, broadcast):
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
#[must_use]
pub fn usable_ipv4(prefixes: &[IpNet], reserved: u64) -> Option<u64> {
    let usable = prefixes
        .iter()
        .filter_map(|prefix| match prefix {
            IpNet::V4(v4) => Some((1_u64 << (32 - v4.prefix_len())).saturating_sub(reserved)),
            IpNet::V6(_) => None,
        })
        .sum();
    (!prefixes.is_empty()).then_some(usable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(text: &[&str]) -> Vec<IpNet> {
        text.iter().map(|cidr| cidr.parse().unwrap()).collect()
    }

    #[test]
    fn usable_addresses_leave_out_reserved_ones_and_ipv6() {
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/24"]), 5), Some(251));
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/28", "2001:db8::/64"]), 5), Some(11));
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/24", "10.0.1.0/24"]), 5), Some(502));
        assert_eq!(usable_ipv4(&nets(&["2001:db8::/64"]), 5), Some(0));
        assert_eq!(usable_ipv4(&nets(&["0.0.0.0/0"]), 0), Some(1 << 32));
        assert_eq!(usable_ipv4(&nets(&["10.0.0.0/31"]), 5), Some(0), "never below zero");
        assert_eq!(usable_ipv4(&[], 5), None, "a subnet without prefixes was not read");
    }
}
