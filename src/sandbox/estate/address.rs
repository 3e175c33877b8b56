//! Gives out the addresses of a subnet, one after the other.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use super::types::Subnet;

/// Addresses that AWS keeps at the start of a subnet (network, router, DNS, future use); one more is kept
/// at its end: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
pub const RESERVED_AT_START: u32 = 4;

/// A subnet that still gives out addresses.
pub struct SubnetAllocator {
    pub subnet: Subnet,
    taken_v4: u32,
    taken_v6: u32,
    /// Prefixes of 16 addresses that are delegated, from the end of the subnet.
    delegated_v4: u32,
    /// Prefixes of 80 bits that are delegated.
    delegated_v6: u128,
}

/// Addresses of a delegated IPv4 prefix:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html>.
const PREFIX_SIZE: u32 = 16;

impl SubnetAllocator {
    pub const fn new(subnet: Subnet) -> Self {
        Self { subnet, taken_v4: 0, taken_v6: 0, delegated_v4: 0, delegated_v6: 0 }
    }

    /// Returns the next IPv4 address; `None` when the subnet is full or IPv6-only.
    pub fn next_v4(&mut self) -> Option<Ipv4Addr> {
        let prefix = self.subnet.ipv4?;
        let address = self.next_address(prefix);
        let delegated =
            u32::from(prefix.broadcast()).saturating_sub(PREFIX_SIZE * (self.delegated_v4 + 1) - 1);
        if self.left() == 0 || (self.delegated_v4 > 0 && address >= delegated) {
            return None;
        }
        self.taken_v4 += 1;
        Some(address.into())
    }

    /// Delegates the next IPv4 prefix, aligned, from the end; `None` when there is no room for one. The last 16 addresses
    /// are never delegated, since one of them is reserved.
    pub fn next_v4_prefix(&mut self) -> Option<Ipv4Net> {
        let prefix = self.subnet.ipv4?;
        let first = (u32::from(prefix.broadcast()) + 1).checked_sub(PREFIX_SIZE * (self.delegated_v4 + 2))?;
        if first < self.next_address(prefix) {
            return None;
        }
        self.delegated_v4 += 1;
        Ipv4Net::new(first.into(), 28).ok()
    }

    /// Delegates the next IPv6 prefix; `None` when the subnet has no IPv6 prefix.
    pub fn next_v6_prefix(&mut self) -> Option<Ipv6Net> {
        let prefix = self.subnet.ipv6?;
        self.delegated_v6 += 1;
        Ipv6Net::new((u128::from(prefix.network()) | (self.delegated_v6 << 48)).into(), 80).ok()
    }

    fn next_address(&self, prefix: Ipv4Net) -> u32 {
        u32::from(prefix.network()) + RESERVED_AT_START + self.taken_v4
    }

    /// Returns the next IPv6 address; `None` when the subnet has no IPv6 prefix.
    pub fn next_v6(&mut self) -> Option<Ipv6Addr> {
        let prefix = self.subnet.ipv6?;
        self.taken_v6 += 1;
        // Any host part will do; real ones look random.
        let host = 0xc0de_0000_0000_u128 + u128::from(self.taken_v6);
        Some((u128::from(prefix.network()) | host).into())
    }

    /// Ends giving out, and notes what is left.
    pub fn close(mut self) -> Subnet {
        self.subnet.available = self.left();
        self.subnet
    }

    fn left(&self) -> u32 {
        let Some(prefix) = self.subnet.ipv4 else { return 0 };
        let last = u32::from(prefix.broadcast()) - u32::from(prefix.network());
        last.saturating_sub(RESERVED_AT_START + self.taken_v4 + PREFIX_SIZE * self.delegated_v4)
    }
}

/// Returns the `n`-th carrier address, from the second range for documentation (RFC 5737).
pub fn carrier_address(n: u32) -> Ipv4Addr {
    (u32::from(Ipv4Addr::new(198, 51, 100, 0)) + n % (1 << 8)).into()
}

/// Returns the `n`-th customer-owned address, from the third range for documentation.
pub fn customer_owned_address(n: u32) -> Ipv4Addr {
    (u32::from(Ipv4Addr::new(203, 0, 113, 0)) + n % (1 << 8)).into()
}

/// Returns the `n`-th public address, from the range set aside for benchmarks (RFC 2544), so that none is
/// in use.
pub fn public(n: u32) -> Ipv4Addr {
    (u32::from(Ipv4Addr::new(198, 18, 0, 0)) + n % (1 << 17)).into()
}
