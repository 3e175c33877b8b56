//! Drawn estates in a few hundred addresses, against a search that looks at every address.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netcensus::analysis::free::{FreeSpace, IpVersion, Placement, PrefixSize};
use proptest::collection::vec;
use proptest::prelude::*;

use super::estate::Estate;
use crate::overlap::estate::{range, subnet, vpc};

/// Addresses are the last eight bits of one space of each version, at its end, so that sums may overflow.
const BITS: u8 = 8;
const SPACE: u16 = 1 << BITS;

/// Returns the prefix of `length`, from 0 for the whole space to 8 for an address, around an address.
fn prefix(version: IpVersion, address: u8, length: u8) -> IpNet {
    let length = version.bits() - BITS + length;
    match version {
        IpVersion::V4 => {
            let address = Ipv4Addr::from_bits(0xFFFF_FF00 | u32::from(address));
            IpNet::from(Ipv4Net::new(address, length).unwrap().trunc())
        }
        IpVersion::V6 => {
            let address = Ipv6Addr::from_bits((u128::MAX << BITS) | u128::from(address));
            IpNet::from(Ipv6Net::new(address, length).unwrap().trunc())
        }
    }
}

fn address(version: IpVersion, number: u16) -> IpAddr {
    prefix(version, u8::try_from(number).unwrap(), BITS).addr()
}

fn drawn(version: IpVersion, most: usize) -> impl Strategy<Value = Vec<IpNet>> {
    // Long prefixes are drawn more often, since one short one holds everything.
    let length = prop_oneof![1 => 0_u8..=3, 4 => 3_u8..=BITS];
    vec((any::<u8>(), length).prop_map(move |(address, length)| prefix(version, address, length)), 0..most)
}

fn version() -> impl Strategy<Value = IpVersion> {
    prop_oneof![Just(IpVersion::V4), Just(IpVersion::V6)]
}

fn case() -> impl Strategy<Value = (IpVersion, Vec<IpNet>, Vec<IpNet>)> {
    version().prop_flat_map(|version| (Just(version), drawn(version, 4), drawn(version, 24)))
}

fn is_free(address: IpAddr, within: &[IpNet], taken: &[IpNet]) -> bool {
    within.iter().any(|prefix| prefix.contains(&address))
        && !taken.iter().any(|prefix| prefix.contains(&address))
}

/// Lists the free aligned prefixes of a length by looking at each of their addresses.
fn candidates(version: IpVersion, length: u8, within: &[IpNet], taken: &[IpNet]) -> Vec<IpNet> {
    let size = 1_u16 << (BITS - length);
    let blocks = (0..SPACE).step_by(usize::from(size));
    let free =
        blocks.filter(|first| (*first..first + size).all(|at| is_free(address(version, at), within, taken)));
    free.map(|first| prefix(version, u8::try_from(first).unwrap(), length)).collect()
}

/// Returns the length of the widest free aligned prefix around `inner`.
fn widest_around(version: IpVersion, inner: IpNet, within: &[IpNet], taken: &[IpNet]) -> u8 {
    let lengths = 0..=BITS;
    let around = lengths.map(|length| (length, candidates(version, length, within, taken)));
    around.into_iter().find(|(_, free)| free.iter().any(|block| block.contains(&inner))).unwrap().0
}

proptest! {
    #![proptest_config(crate::cases::cases(300))]

    #[test]
    fn holes_have_the_free_addresses_and_no_others((version, within, taken) in case()) {
        let space = FreeSpace::new(&within, &taken);
        let found: BTreeSet<IpAddr> = (0..SPACE)
            .map(|at| address(version, at))
            .filter(|address| space.prefixes().any(|prefix| prefix.contains(address)))
            .collect();
        let expected: BTreeSet<IpAddr> =
            (0..SPACE).map(|at| address(version, at)).filter(|address| is_free(*address, &within, &taken)).collect();
        prop_assert_eq!(found, expected);
        for pair in space.holes().windows(2) {
            let (end, begin) = (pair[0].range.last(), pair[1].range.first());
            let next = (0..SPACE).find(|at| address(version, *at) == end).map(|at| address(version, at + 1));
            prop_assert!(next < Some(begin), "two holes touch: {} {}", end, begin);
        }
        let blocks: Vec<IpNet> = space.prefixes().collect();
        prop_assert_eq!(IpNet::aggregate(&blocks).len(), blocks.len(), "no two of them make one");
    }

    #[test]
    fn prefixes_are_free_disjoint_and_as_many_as_there_are((version, within, taken) in case(), length in 0..=BITS) {
        let size = PrefixSize { version, length: version.bits() - BITS + length };
        let space = FreeSpace::new(&within, &taken);
        let expected = candidates(version, length, &within, &taken);
        for (first_fit, from_end) in [(false, false), (false, true), (true, false), (true, true)] {
            let found = space.allocate(size, usize::MAX, Placement { first_fit, from_end });
            let sorted: BTreeSet<IpNet> = found.iter().copied().collect();
            prop_assert_eq!(sorted.into_iter().collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(found.len(), expected.len(), "none comes twice");
            if first_fit {
                let mut in_order = expected.clone();
                if from_end { in_order.reverse(); }
                prop_assert_eq!(found, in_order);
            }
        }
        prop_assert_eq!(space.count(size), expected.len() as u128);
    }

    /// Best fit, one after the other: each prefix is taken from the smallest free block that is there at that time.
    #[test]
    fn each_prefix_breaks_the_smallest_block_that_can_give_it((version, within, taken) in case(), length in 0..=BITS) {
        let size = PrefixSize { version, length: version.bits() - BITS + length };
        let found = FreeSpace::new(&within, &taken).allocate(size, 3, Placement::default());
        let mut taken = taken;
        for one in found {
            let free = candidates(version, length, &within, &taken);
            let narrowest = |prefix: &IpNet| widest_around(version, *prefix, &within, &taken);
            let best = free.iter().max_by_key(|prefix| (narrowest(prefix), std::cmp::Reverse(**prefix))).unwrap();
            prop_assert_eq!(one, *best);
            taken.push(one);
        }
    }

    /// Through the whole analysis: networks, subnets and ranges hold what brute force says.
    #[test]
    fn an_estate_holds_what_its_networks_subnets_and_ranges_hold(
        networks in vec((any::<u8>(), 4_u8..=BITS), 0..6),
        subnets in vec((any::<u8>(), 4_u8..=BITS), 0..6),
        ranges in vec((any::<u8>(), 4_u8..=BITS), 0..4),
        within in (any::<u8>(), 0_u8..=6),
    ) {
        // In 10.0.0.0/24, where nothing is special.
        let text = |(address, length): &(u8, u8)| {
            Ipv4Net::new(Ipv4Addr::new(10, 0, 0, *address), 24 + length).unwrap().trunc().to_string()
        };
        let of = |drawn: &[(u8, u8)]| drawn.iter().map(text).collect::<Vec<String>>();
        let (blocks, inner, outside) = (of(&networks), of(&subnets), of(&ranges));
        let mut estate = Estate::default();
        for (number, block) in blocks.iter().enumerate() {
            estate.networks.push(vpc(&format!("vpc-{number}"), &[block]));
        }
        let lost = vpc("vpc-not-read", &[]);
        estate.subnets = inner.iter().enumerate().map(|(number, one)| subnet(&lost, &format!("subnet-{number}"), &[one])).collect();
        estate.ranges = outside.iter().map(|prefix| range("site", prefix)).collect();
        let taken: Vec<IpNet> = blocks.iter().chain(&inner).chain(&outside).map(|text| text.parse().unwrap()).collect();
        let searched: IpNet = text(&within).parse().unwrap();
        let free: Vec<IpNet> = estate.free(&searched.to_string()).iter().map(|text| text.parse().unwrap()).collect();
        for last in 0..=u8::MAX {
            let address = IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
            prop_assert_eq!(free.iter().any(|prefix| prefix.contains(&address)), is_free(address, &[searched], &taken));
        }
    }
}
