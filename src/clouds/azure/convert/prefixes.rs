//! Lists of prefixes.

use ipnet::IpNet;

use super::super::api::{AddressSpace, Subnet};
use crate::clouds::address::prefix;
use crate::model::parse_prefix;

/// Reads the prefixes of an address space, each once, in the order of the answer.
pub fn of_space(space: Option<&AddressSpace>) -> Vec<IpNet> {
    let texts = space.into_iter().flat_map(|space| &space.address_prefixes);
    let mut prefixes = Vec::new();
    for prefix in texts.filter_map(|text| prefix(text)) {
        if !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
    }
    prefixes
}

/// Reads the prefixes of a subnet, each once, IPv4 first.
///
/// `addressPrefix` is empty when a subnet has several, and is repeated in `addressPrefixes` by newer API
/// versions when it has one.
pub fn of_subnet(subnet: &Subnet) -> Vec<IpNet> {
    let texts = texts_of(subnet);
    sorted(texts.filter_map(|text| prefix(text)).collect())
}

/// Tells whether every prefix of a subnet could be read, so that its addresses can be counted.
pub fn all_read(subnet: &Subnet) -> bool {
    subnet.properties.address_prefixes.malformed.is_empty()
        && texts_of(subnet).all(|text| text.is_empty() || parse_prefix(text).is_ok())
}

fn texts_of(subnet: &Subnet) -> impl Iterator<Item = &String> {
    subnet.properties.address_prefix.iter().chain(&subnet.properties.address_prefixes.read)
}

/// Sorts prefixes, IPv4 first, and drops repeated ones.
pub fn sorted(mut prefixes: Vec<IpNet>) -> Vec<IpNet> {
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}
