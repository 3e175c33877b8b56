//! Prefixes for what is new.

use ipnet::Ipv4Net;

/// Prefix length of new subnets.
const SUBNET_LENGTH: u8 = 24;

/// Finds the first prefix for a subnet that lies in one of some blocks and is not taken.
pub fn free_subnet(blocks: impl IntoIterator<Item = Ipv4Net>, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let is_free = |prefix: &Ipv4Net| !taken.iter().any(|other| overlap(*other, *prefix));
    blocks.into_iter().find_map(|block| block.subnets(SUBNET_LENGTH).ok()?.find(is_free))
}

/// Tells whether two prefixes have an address in common.
pub fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}
