//! Prefixes as keys that sort and nest with a few machine instructions.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A prefix of one family. Orders by first address, the wider prefix first: whatever lies in a prefix follows it.
pub(super) trait Key: Copy + Ord {
    /// Tells whether `other` lies in it, or is the same.
    fn contains(self, other: Self) -> bool;

    /// Returns the prefix.
    fn prefix(self) -> IpNet;
}

/// An IPv4 prefix: the first address, then the length in the lowest eight bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct V4(u64);

/// An IPv6 prefix: the first address, then the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct V6(u128, u8);

impl From<Ipv4Net> for V4 {
    fn from(net: Ipv4Net) -> Self {
        Self(u64::from(u32::from(net.network())) << 8 | u64::from(net.prefix_len()))
    }
}

impl From<Ipv6Net> for V6 {
    fn from(net: Ipv6Net) -> Self {
        Self(u128::from(net.network()), net.prefix_len())
    }
}

impl Key for V4 {
    fn contains(self, other: Self) -> bool {
        let length = self.0 & 0xff;
        length <= other.0 & 0xff && (self.0 ^ other.0) >> (40 - length) == 0
    }

    fn prefix(self) -> IpNet {
        let [_, _, _, a, b, c, d, length] = self.0.to_be_bytes();
        Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length).into()
    }
}

impl Key for V6 {
    fn contains(self, other: Self) -> bool {
        let differing = (self.0 ^ other.0).checked_shr(128 - u32::from(self.1)).unwrap_or_default();
        self.1 <= other.1 && differing == 0
    }

    fn prefix(self) -> IpNet {
        Ipv6Net::new_assert(Ipv6Addr::from(self.0), self.1).into()
    }
}
