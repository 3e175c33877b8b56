//! The addresses of a subnet that the cloud keeps for itself.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::Provider;

/// Says what the cloud keeps an address of a subnet for; `None` if machines can have it.
///
/// AWS keeps the first four and the last of every prefix, and Azure those of IPv4:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>,
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>.
pub(super) fn reserved_for(provider: Provider, subnet: IpNet, address: IpAddr) -> Option<&'static str> {
    let is_last = address == subnet.broadcast();
    let position = match (subnet.network(), address) {
        (IpAddr::V4(first), IpAddr::V4(address)) => {
            u128::from(address.to_bits().checked_sub(first.to_bits())?)
        }
        (IpAddr::V6(first), IpAddr::V6(address)) => address.to_bits().checked_sub(first.to_bits())?,
        _ => return None,
    };
    match (provider, position) {
        (Provider::External, _) => None,
        (Provider::Azure, _) if address.is_ipv6() => None,
        (_, 0) => Some("the network address"),
        (Provider::Aws, 1) => Some("the router of the VPC"),
        (Provider::Aws, 2) => Some("the DNS server of the VPC"),
        (Provider::Aws, 3) => Some("future use by AWS"),
        (Provider::Azure, 1) => Some("the default gateway"),
        (Provider::Azure, 2 | 3) => Some("Azure DNS"),
        _ if is_last => Some("the broadcast address"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_four_and_the_last_are_reserved() {
        let of = |provider, subnet: &str| {
            let subnet: IpNet = subnet.parse().unwrap();
            let reserved = subnet
                .hosts()
                .chain([subnet.network(), subnet.broadcast()])
                .filter(|address| reserved_for(provider, subnet, *address).is_some());
            reserved.collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(of(Provider::Aws, "10.0.0.16/28"), 5);
        assert_eq!(of(Provider::Azure, "10.0.0.16/29"), 5);
        assert_eq!(of(Provider::Aws, "2001:db8::/120"), 5);
        assert_eq!(of(Provider::Azure, "2001:db8::/120"), 0);
        assert_eq!(of(Provider::External, "10.0.0.16/28"), 0);
        let outside = "10.0.0.1".parse().unwrap();
        assert_eq!(reserved_for(Provider::Aws, "10.0.1.0/24".parse().unwrap(), outside), None);
    }
}
