//! How large networks and subnets may be in each cloud, and how many addresses of a subnet the cloud keeps.

use ipnet::IpNet;

use super::{Provider, usable_ipv4};

/// The sizes that a cloud accepts, as lengths of prefixes. The widest comes first: `/16` is wider than `/28`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubnetRules {
    /// The widest and the narrowest IPv4 prefix of a network.
    pub network: (u8, u8),
    /// The widest and the narrowest IPv4 prefix of a subnet.
    pub subnet: (u8, u8),
    /// The IPv6 prefix of a subnet.
    pub ipv6_subnet: u8,
    /// How many IPv4 addresses of each prefix the cloud keeps.
    pub reserved: u64,
}

/// A subnet that Azure recognises by its name, which has to be written exactly so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedSubnet {
    /// The name.
    pub name: &'static str,
    /// The narrowest prefix that works.
    pub narrowest: u8,
    /// The narrowest prefix that the documentation recommends.
    pub recommended: u8,
    /// The page that says so.
    pub source: &'static str,
}

/// The subnets that Azure recognises by their names. One of each serves the whole network.
pub const AZURE_NAMED_SUBNETS: [NamedSubnet; 5] = [
    NamedSubnet {
        name: "GatewaySubnet",
        narrowest: 29,
        recommended: 27,
        source: "https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings#gwsub",
    },
    NamedSubnet {
        name: "AzureFirewallSubnet",
        narrowest: 26,
        recommended: 26,
        source: "https://learn.microsoft.com/azure/firewall/firewall-faq",
    },
    NamedSubnet {
        name: "AzureFirewallManagementSubnet",
        narrowest: 26,
        recommended: 26,
        source: "https://learn.microsoft.com/azure/firewall/management-nic",
    },
    NamedSubnet {
        name: "AzureBastionSubnet",
        narrowest: 26,
        recommended: 26,
        source: "https://learn.microsoft.com/azure/bastion/configuration-settings#subnet",
    },
    NamedSubnet {
        name: "RouteServerSubnet",
        narrowest: 27,
        recommended: 26,
        source: "https://learn.microsoft.com/azure/route-server/route-server-faq",
    },
];

impl SubnetRules {
    /// AWS: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html> and `vpc-cidr-blocks.html` beside it. A
    /// subnet may have an IPv6 prefix of /44 to /64; /64 is the one that machines and load balancers of every kind work with.
    pub const AWS: Self = Self { network: (16, 28), subnet: (16, 28), ipv6_subnet: 64, reserved: 5 };

    /// Azure: <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>, "How small and how large can virtual
    /// networks and subnets be?". The cloud keeps the network address, one for the gateway, two for DNS and the broadcast
    /// address. A subnet has exactly /64 of IPv6.
    pub const AZURE: Self = Self { network: (2, 29), subnet: (2, 29), ipv6_subnet: 64, reserved: 5 };

    /// Returns the rules of a cloud; `None` for what is no cloud.
    #[must_use]
    pub const fn for_provider(provider: Provider) -> Option<Self> {
        match provider {
            Provider::Aws => Some(Self::AWS),
            Provider::Azure => Some(Self::AZURE),
            Provider::External => None,
        }
    }

    /// Returns the length of the narrowest IPv4 subnet in which `hosts` machines can have an address; `None` if there is
    /// none so large.
    #[must_use]
    pub fn length_for_hosts(self, hosts: u64) -> Option<u8> {
        let (widest, narrowest) = self.subnet;
        (widest..=narrowest)
            .rev()
            .find(|length| (1_u64 << (32 - length)) >= hosts.saturating_add(self.reserved))
    }

    /// Counts the IPv4 addresses of a subnet that machines can have; `None` for IPv6, where the number means nothing.
    #[must_use]
    pub fn usable(self, prefix: IpNet) -> Option<u64> {
        matches!(prefix, IpNet::V4(_)).then(|| usable_ipv4(&[prefix], self.reserved)).flatten()
    }
}

impl NamedSubnet {
    /// Finds the subnet that Azure recognises by `name`, in whatever case it is written.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        AZURE_NAMED_SUBNETS.iter().find(|named| named.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A /28 has 11 addresses for machines, not 14.
    #[test]
    fn the_addresses_that_a_cloud_keeps_do_not_count() {
        let aws = SubnetRules::for_provider(Provider::Aws).unwrap();
        let azure = SubnetRules::for_provider(Provider::Azure).unwrap();
        let usable = |rules: SubnetRules, prefix: &str| rules.usable(prefix.parse().unwrap());
        assert_eq!(usable(aws, "10.0.0.0/28"), Some(11));
        assert_eq!(usable(azure, "10.0.0.0/29"), Some(3));
        assert_eq!(usable(azure, "10.0.0.0/24"), Some(251));
        assert_eq!(usable(aws, "2001:db8::/64"), None);
        assert_eq!(SubnetRules::for_provider(Provider::External), None);
    }

    #[test]
    fn a_number_of_hosts_has_the_narrowest_prefix_that_holds_it() {
        let aws = SubnetRules::for_provider(Provider::Aws).unwrap();
        let lengths =
            [1, 11, 12, 251, 252, 65_531, 65_532, u64::MAX].map(|hosts| aws.length_for_hosts(hosts));
        assert_eq!(
            lengths,
            [Some(28), Some(28), Some(27), Some(24), Some(23), Some(16), None, None],
            "five of each are kept"
        );
        let azure = SubnetRules::for_provider(Provider::Azure).unwrap();
        assert_eq!([1, 3, 4].map(|hosts| azure.length_for_hosts(hosts)), [Some(29), Some(29), Some(28)]);
    }

    #[test]
    fn names_of_azure_are_found_in_any_case() {
        assert_eq!(NamedSubnet::find("gatewaysubnet").map(|named| named.name), Some("GatewaySubnet"));
        assert_eq!(NamedSubnet::find("app"), None);
        assert!(AZURE_NAMED_SUBNETS.iter().all(|named| named.recommended <= named.narrowest));
    }
}
