//! Things by prefix, of which those that overlap a prefix are found without looking at the others.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

/// Things, each with a prefix.
#[derive(Debug, Clone)]
pub struct PrefixIndex<T> {
    /// In the order of addresses, wider prefixes first.
    by_prefix: BTreeMap<IpNet, Vec<T>>,
    /// The lengths of the prefixes, of IPv4 and of IPv6.
    lengths: [BTreeSet<u8>; 2],
}

impl<T> Default for PrefixIndex<T> {
    fn default() -> Self {
        Self { by_prefix: BTreeMap::new(), lengths: [BTreeSet::new(), BTreeSet::new()] }
    }
}

impl<T> PrefixIndex<T> {
    /// Adds a thing. Host bits of its prefix do not count.
    pub fn add(&mut self, prefix: IpNet, thing: T) {
        let prefix = prefix.trunc();
        self.lengths[family(prefix)].insert(prefix.prefix_len());
        self.by_prefix.entry(prefix).or_default().push(thing);
    }

    /// Returns the things whose prefixes overlap `prefix`, each with its prefix: one of the two contains the other. Takes
    /// time for the lengths that there are, and for what is found.
    pub fn overlapping(&self, prefix: IpNet) -> impl Iterator<Item = (IpNet, &T)> {
        let prefix = prefix.trunc();
        let (first, last) = (prefix.network(), prefix.broadcast());
        // At the same first address, wider prefixes are in this range too: they contain `prefix`.
        let range = bound(first, 0)..=bound(last, prefix.max_prefix_len());
        let starting_inside = self.by_prefix.range(range);
        let wider = self.lengths[family(prefix)].range(..prefix.prefix_len());
        let starting_before = wider.filter_map(move |&length| {
            let around = bound(first, length).trunc();
            (around.network() != first).then(|| self.by_prefix.get_key_value(&around)).flatten()
        });
        starting_before
            .chain(starting_inside)
            .flat_map(|(prefix, things)| things.iter().map(|thing| (*prefix, thing)))
    }

    /// Tells whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_prefix.is_empty()
    }
}

const fn family(prefix: IpNet) -> usize {
    match prefix {
        IpNet::V4(_) => 0,
        IpNet::V6(_) => 1,
    }
}

fn bound(address: std::net::IpAddr, length: u8) -> IpNet {
    IpNet::new_assert(address, length)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ipnet::Ipv4Net;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::addresses::overlaps;

    fn prefix() -> impl Strategy<Value = IpNet> {
        // A small space, so that prefixes meet.
        let v4 = (0_u32..=255, 22_u8..=32).prop_map(|(last, length)| {
            IpNet::from(Ipv4Net::new(Ipv4Addr::from(0x0A00_0000 | last), length).unwrap().trunc())
        });
        prop_oneof![
            8 => v4,
            1 => Just("::/0".parse().unwrap()),
            1 => Just("fd00::1/128".parse().unwrap()),
            1 => Just("0.0.0.0/0".parse().unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_overlaps(prefixes in vec(prefix(), 0..24), asked in prefix()) {
            let mut index = PrefixIndex::default();
            for (position, prefix) in prefixes.iter().enumerate() {
                index.add(*prefix, position);
            }
            let mut found: Vec<usize> = index.overlapping(asked).map(|(_, position)| *position).collect();
            found.sort_unstable();
            let expected: Vec<usize> =
                (0..prefixes.len()).filter(|position| overlaps(prefixes[*position], asked)).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(index.overlapping(asked).all(|(prefix, position)| prefix == prefixes[*position]));
        }
    }
}
