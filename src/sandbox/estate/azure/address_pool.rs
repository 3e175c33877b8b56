//! Gives out the addresses of a subnet, one after the other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::types::{Network, Subnet};

/// Addresses that Azure keeps at the start of each prefix (network, gateway, two for DNS); one more is kept
/// at its end:
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq#are-there-any-restrictions-on-using-ip-addresses-within-these-subnets>.
const RESERVED_AT_START: u128 = 4;

/// A network whose subnets still give out addresses.
pub struct NetworkPool {
    pub network: Network,
    /// The place of its subscription.
    pub subscription: usize,
    /// Name of its resource group.
    pub group: String,
    /// The name that each subnet was described under, one for each subnet.
    pub described: Vec<String>,
    /// IPv4 and IPv6 addresses given out by each subnet.
    taken: Vec<(u128, u128)>,
    /// Blocks given out by each subnet, from the end of its last IPv4 prefix.
    blocks: Vec<Vec<IpNet>>,
}

/// Addresses of a block.
const BLOCK_SIZE: u32 = 16;

impl NetworkPool {
    pub const fn new(network: Network, subscription: usize, group: String) -> Self {
        Self { network, subscription, group, described: Vec::new(), taken: Vec::new(), blocks: Vec::new() }
    }

    /// Adds a subnet that was described as `name`.
    pub fn add(&mut self, name: &str, subnet: Subnet) {
        self.network.subnets.push(subnet);
        self.described.push(name.to_owned());
        self.taken.push((0, 0));
        self.blocks.push(Vec::new());
    }

    /// Gives out the next block of 16 addresses; `None` when there is no room for one. The last 16 are never given, since
    /// one of them is reserved.
    pub fn next_block(&mut self, subnet: usize) -> Option<IpNet> {
        let mut prefixes = self.network.subnets[subnet].prefixes.as_slice().iter().rev();
        let last = prefixes.find_map(|prefix| match prefix {
            IpNet::V4(prefix) => Some(*prefix),
            IpNet::V6(_) => None,
        })?;
        let number = u32::try_from(self.blocks[subnet].len()).ok()? + 2;
        let first = (u32::from(last.broadcast()) + 1).checked_sub(BLOCK_SIZE * number)?;
        let (taken, _) = self.taken[subnet];
        let is_taken = (0..taken)
            .filter_map(|n| nth(&[last.into()], n))
            .any(|ip| ip >= IpAddr::from(Ipv4Addr::from(first)));
        if is_taken || first < u32::from(last.network()) + BLOCK_SIZE {
            return None;
        }
        let block = IpNet::new(Ipv4Addr::from(first).into(), 28).ok()?;
        self.blocks[subnet].push(block);
        Some(block)
    }

    /// Returns the next address of each family that a subnet has; `None` when one has none left.
    pub fn next(&mut self, subnet: usize) -> Option<Vec<IpAddr>> {
        let prefixes = self.network.subnets[subnet].prefixes.as_slice();
        let (v4, v6) = &mut self.taken[subnet];
        let mut addresses = Vec::new();
        for (ipv4, taken) in [(true, v4), (false, v6)] {
            let family: Vec<IpNet> =
                prefixes.iter().filter(|prefix| prefix.addr().is_ipv4() == ipv4).copied().collect();
            if !family.is_empty() {
                let address = nth(&family, *taken)?;
                if self.blocks[subnet].iter().any(|block| block.contains(&address)) {
                    return None;
                }
                addresses.push(address);
                *taken += 1;
            }
        }
        Some(addresses)
    }
}

/// Returns the `n`-th address that prefixes have to give, one prefix after the other.
fn nth(prefixes: &[IpNet], mut n: u128) -> Option<IpAddr> {
    for prefix in prefixes {
        let usable = usable(prefix);
        if n < usable {
            return Some(offset(prefix.network(), RESERVED_AT_START + n));
        }
        n -= usable;
    }
    None
}

fn usable(prefix: &IpNet) -> u128 {
    let bits = u32::from(prefix.max_prefix_len() - prefix.prefix_len());
    1_u128.checked_shl(bits).map_or(u128::MAX, |all| all.saturating_sub(RESERVED_AT_START + 1))
}

fn offset(first: IpAddr, by: u128) -> IpAddr {
    match first {
        IpAddr::V4(first) => {
            let by = u32::try_from(by).unwrap_or(u32::MAX);
            Ipv4Addr::from(u32::from(first).saturating_add(by)).into()
        }
        IpAddr::V6(first) => Ipv6Addr::from(u128::from(first).saturating_add(by)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_prefix_keeps_five_addresses() {
        let prefixes = ["10.0.0.0/29", "10.0.1.0/29"].map(|text| text.parse().expect("is a prefix"));
        let given: Vec<_> = (0..7).map(|n| nth(&prefixes, n).map(|address| address.to_string())).collect();
        let expected = ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.1.4", "10.0.1.5", "10.0.1.6"];
        assert_eq!(given[..6], expected.map(|text| Some(text.to_owned())));
        assert_eq!(given[6], None);
        assert_eq!(nth(&["fd00::/64".parse().expect("is a prefix")], 0), "fd00::4".parse().ok());
    }
}
