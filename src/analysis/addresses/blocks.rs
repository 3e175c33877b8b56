//! The blocks that networks take their prefixes from.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::occupancy::overlaps;

/// The blocks that anyone may use in private networks, and the RFC that reserves them.
pub const PRIVATE_BLOCKS: [(IpNet, &str); 4] = [
    (v4(10, 0, 8), "RFC 1918"),
    (v4(100, 64, 10), "RFC 6598"),
    (v4(172, 16, 12), "RFC 1918"),
    (v4(192, 168, 16), "RFC 1918"),
];

/// The private address space of IPv6, RFC 4193.
const UNIQUE_LOCAL: IpNet = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7));

/// Public prefixes that agree in this many first bits share a block.
const PUBLIC_BITS: u8 = 8;

const fn v4(first: u8, second: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(std::net::Ipv4Addr::new(first, second, 0, 0), length))
}

/// Tells whether a prefix is private address space, in which no machine has a public address.
#[must_use]
pub fn is_private(prefix: IpNet) -> bool {
    let mut blocks = PRIVATE_BLOCKS.iter().map(|(block, _)| block).chain([&UNIQUE_LOCAL]);
    blocks.any(|block| block.contains(&prefix))
}

/// A block, and the prefixes that share addresses with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressBlock {
    /// The block.
    pub prefix: IpNet,
    /// The RFC that reserves it for private networks; `None` for public space, which belongs to its owners.
    pub private: Option<&'static str>,
    /// The prefixes: unique, by address, and a wider prefix before those in it.
    pub prefixes: Vec<IpNet>,
}

/// Returns the IPv4 blocks that `prefixes` lie in, by address: private blocks as a whole, of public space the
/// narrowest block around those that share their first octet. Prefixes of IPv6 are left out.
#[must_use]
pub fn address_blocks(prefixes: &[IpNet]) -> Vec<AddressBlock> {
    let mut all: Vec<IpNet> = prefixes.iter().filter(|prefix| prefix.addr().is_ipv4()).copied().collect();
    all.sort_unstable();
    all.dedup();
    let mut found: BTreeMap<IpNet, Option<&'static str>> = BTreeMap::new();
    let mut public: BTreeMap<IpNet, IpNet> = BTreeMap::new();
    for &prefix in &all {
        if let Some((block, rfc)) = PRIVATE_BLOCKS.iter().find(|(block, _)| block.contains(&prefix)) {
            found.insert(*block, Some(*rfc));
        } else {
            let octet = supernet_of_length(prefix, PUBLIC_BITS);
            public
                .entry(octet)
                .and_modify(|block| *block = common_supernet(*block, prefix))
                .or_insert(prefix);
        }
    }
    found.extend(public.into_values().map(|block| (block, None)));
    let block = |(prefix, private)| {
        let prefixes = all.iter().copied().filter(|one| overlaps(prefix, *one)).collect();
        AddressBlock { prefix, private, prefixes }
    };
    found.into_iter().map(block).collect()
}

/// Returns the prefix of `length` that contains `prefix`, or `prefix` itself if it is wider.
fn supernet_of_length(prefix: IpNet, length: u8) -> IpNet {
    IpNet::new(prefix.addr(), length.min(prefix.prefix_len())).map_or(prefix, |net| net.trunc())
}

/// Returns the narrowest prefix that contains both; `one` if they are of different IP versions.
#[must_use]
pub fn common_supernet(one: IpNet, other: IpNet) -> IpNet {
    let mut joined = one;
    while !joined.contains(&other) {
        let Some(wider) = joined.supernet() else { return one };
        joined = wider;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(prefixes: &[&str]) -> Vec<(String, usize)> {
        let prefixes: Vec<IpNet> = prefixes.iter().map(|text| text.parse().unwrap()).collect();
        address_blocks(&prefixes)
            .iter()
            .map(|block| (block.prefix.to_string(), block.prefixes.len()))
            .collect()
    }

    fn named(blocks: &[(&str, usize)]) -> Vec<(String, usize)> {
        blocks.iter().map(|(prefix, count)| ((*prefix).to_owned(), *count)).collect()
    }

    #[test]
    fn private_blocks_are_whole_and_public_ones_as_narrow_as_what_is_in_them() {
        assert_eq!(found(&[]), []);
        assert_eq!(
            found(&["192.168.1.0/24", "10.1.0.0/16", "10.0.0.0/16", "10.0.0.0/16", "fd00::/8"]),
            named(&[("10.0.0.0/8", 2), ("192.168.0.0/16", 1)])
        );
        assert_eq!(
            found(&["54.1.0.0/24", "54.1.1.0/24", "55.0.0.0/24"]),
            named(&[("54.1.0.0/23", 2), ("55.0.0.0/24", 1)])
        );
    }

    #[test]
    fn a_prefix_wider_than_a_private_block_is_seen_in_it() {
        assert_eq!(found(&["10.0.0.0/7", "10.1.0.0/16"]), named(&[("10.0.0.0/7", 2), ("10.0.0.0/8", 2)]));
    }

    #[test]
    fn private_blocks_are_in_order_and_share_nothing() {
        assert!(PRIVATE_BLOCKS.is_sorted_by_key(|(block, _)| *block));
        for (at, (one, _)) in PRIVATE_BLOCKS.iter().enumerate() {
            assert_eq!(*one, one.trunc());
            assert!(PRIVATE_BLOCKS.iter().skip(at + 1).all(|(other, _)| !overlaps(*one, *other)));
        }
    }
}
