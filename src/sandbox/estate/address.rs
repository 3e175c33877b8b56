//! Gives out the addresses of a subnet, one after the other.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::types::Subnet;

/// Addresses that AWS keeps at the start of a subnet (network, router, DNS, future use); one more is kept
/// at its end: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
const RESERVED_AT_START: u32 = 4;

/// A subnet that still gives out addresses.
pub struct Plot {
    pub subnet: Subnet,
    taken_v4: u32,
    taken_v6: u32,
}

impl Plot {
    pub const fn new(subnet: Subnet) -> Self {
        Self { subnet, taken_v4: 0, taken_v6: 0 }
    }

    /// Returns the next IPv4 address; `None` when the subnet is full or IPv6-only.
    pub fn next_v4(&mut self) -> Option<Ipv4Addr> {
        if self.left() == 0 {
            return None;
        }
        let address = u32::from(self.subnet.ipv4?.network()) + RESERVED_AT_START + self.taken_v4;
        self.taken_v4 += 1;
        Some(address.into())
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
        last.saturating_sub(RESERVED_AT_START + self.taken_v4)
    }
}

/// Returns the `n`-th public address, from the range set aside for benchmarks (RFC 2544), so that none is
/// anybody's.
pub fn public(n: u32) -> Ipv4Addr {
    (u32::from(Ipv4Addr::new(198, 18, 0, 0)) + n % (1 << 17)).into()
}
