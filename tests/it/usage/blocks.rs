//! Free blocks, against a count address by address.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use netcensus::analysis::usage::{AddressUse, UsageRow};
use netcensus::model::{CidrReservation, CidrReservationKind, InterfaceKind};
use proptest::collection::vec;
use proptest::prelude::*;

use super::estate::{interface, measure, net, subnet, with_reservations};

const MACHINE: InterfaceKind = InterfaceKind::Instance;

fn blocks(row: &UsageRow) -> (Option<u64>, Option<u64>) {
    (row.largest_free_block, row.free_blocks)
}

fn address(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

/// Others say 16 for the first, one of them in the next subnet, and 1 for the last.
#[test]
fn the_first_and_last_block_of_a_subnet_are_never_free() {
    let empty = |prefix: &str| blocks(&measure(subnet("s", prefix, Some(0)), vec![]));
    assert_eq!(empty("10.0.0.0/24"), (Some(64), Some(14)));
    assert_eq!(empty("10.0.0.0/23"), (Some(128), Some(30)));
    assert_eq!(empty("10.0.0.0/27"), (Some(8), Some(0)));
    assert_eq!(empty("10.0.0.0/28"), (Some(4), Some(0)));
}

#[test]
fn many_free_addresses_may_have_no_free_block() {
    let used: Vec<Ipv4Addr> = (1..15).map(|block| address(block * 16 + 3)).collect();
    let row =
        measure(subnet("s", "10.0.0.0/24", Some(14)), vec![interface("eni-1", "s", MACHINE, &used, &[])]);
    assert_eq!((row.addresses_free, row.free_blocks, row.largest_free_block), (Some(237), Some(0), Some(8)));
}

#[test]
fn an_address_in_a_delegated_prefix_counts_once() {
    let row = measure(
        subnet("s", "10.0.0.0/24", Some(17)),
        vec![interface("eni-1", "s", MACHINE, &[address(40), address(17)], &[net("10.0.0.16/28")])],
    );
    assert_eq!(blocks(&row), (Some(64), Some(12)));
    let held: Vec<_> = row.held.unwrap().into_iter().map(|held| (held.by, held.addresses)).collect();
    assert_eq!(held, [(AddressUse::Machines, 1), (AddressUse::DelegatedPrefixes, 16)]);
}

#[test]
fn addresses_that_no_interface_shows_leave_the_blocks_unknown() {
    let row = measure(
        subnet("s", "10.0.0.0/24", Some(8)),
        vec![interface("eni-1", "s", InterfaceKind::Lambda, &[address(40)], &[])],
    );
    assert_eq!(blocks(&row), (None, None));
    let held: Vec<_> = row.held.unwrap().into_iter().map(|held| (held.by, held.addresses)).collect();
    assert_eq!(held, [(AddressUse::Lambda, 1), (AddressUse::Unseen, 7)]);
    assert_eq!(row.addresses_used, Some(8), "what the cloud counts is known");
}

/// An interface that was made between the two reads.
#[test]
fn more_interfaces_than_the_cloud_counts_leave_the_blocks_unknown() {
    let row = measure(
        subnet("s", "10.0.0.0/24", Some(0)),
        vec![interface("eni-1", "s", MACHINE, &[address(40)], &[])],
    );
    assert_eq!(blocks(&row), (None, None));
}

#[test]
fn reservations_are_kept_from_those_they_are_not_for() {
    let reserved = |kind| vec![CidrReservation { prefix: net("10.0.0.128/25"), kind }];
    let one = |used, kind| {
        let interfaces = vec![interface("eni-1", "s", MACHINE, &[address(200)], &[])];
        measure(with_reservations(subnet("s", "10.0.0.0/24", Some(used)), reserved(kind)), interfaces)
    };
    // 127 addresses of it are not in use: the last one is the cloud's, and one is the machine's.
    for used in [1, 127] {
        let explicit = one(used, CidrReservationKind::Explicit);
        assert_eq!(blocks(&explicit), (Some(64), Some(7)), "{used}");
        let for_prefixes = one(used, CidrReservationKind::Prefix);
        assert_eq!(blocks(&for_prefixes), (Some(64), Some(7 + 6)), "{used}");
        let held: Vec<_> = explicit.held.unwrap().into_iter().map(|held| (held.by, held.addresses)).collect();
        assert_eq!(held, [(AddressUse::Machines, 1), (AddressUse::Reservations, 126)]);
    }
    let mut unread = subnet("s", "10.0.0.0/24", Some(0));
    unread.cidr_reservations = None;
    let row = measure(unread, vec![]);
    assert_eq!((blocks(&row), row.addresses_free), ((None, None), Some(251)), "denied is not none");
}

/// What something has in a subnet: addresses and delegated prefixes, by their number.
#[derive(Debug, Clone)]
struct Holding {
    addresses: Vec<u32>,
    prefixes: Vec<u32>,
}

fn holding() -> impl Strategy<Value = Holding> {
    (vec(any::<u32>(), 0..30), vec(any::<u32>(), 0..6))
        .prop_map(|(addresses, prefixes)| Holding { addresses, prefixes })
}

proptest! {
    #[test]
    fn blocks_are_those_that_a_count_of_every_address_finds(length in 22_u8..=28, holdings in vec(holding(), 0..4)) {
        let prefix = Ipv4Net::new(Ipv4Addr::new(10, 0, 8, 0), length).unwrap();
        let (first, size) = (u32::from(prefix.network()), 1_u32 << (32 - length));
        let usable = |number: u32| (4..size - 1).contains(&number);
        let mut held: BTreeSet<u32> = BTreeSet::new();
        let mut interfaces = Vec::new();
        for (at, holding) in holdings.iter().enumerate() {
            let addresses: Vec<u32> = holding.addresses.iter().map(|one| one % size).filter(|one| usable(*one)).collect();
            let blocks: Vec<u32> = holding.prefixes.iter().map(|one| one % (size / 16) * 16)
                .filter(|one| usable(*one) && usable(*one + 15)).collect();
            held.extend(&addresses);
            held.extend(blocks.iter().flat_map(|block| *block..*block + 16));
            let addresses: Vec<Ipv4Addr> = addresses.iter().map(|one| Ipv4Addr::from(first + one)).collect();
            let blocks: Vec<IpNet> = blocks.iter()
                .map(|one| Ipv4Net::new(Ipv4Addr::from(first + one), 28).unwrap().into()).collect();
            interfaces.push(interface(&format!("eni-{at}"), "s", MACHINE, &addresses, &blocks));
        }
        let used = u64::try_from(held.len()).unwrap();
        let row = measure(subnet("s", &prefix.to_string(), Some(used)), interfaces);
        let is_free = |number: u32| usable(number) && !held.contains(&number);
        let free_blocks = (0..size / 16).filter(|block| (block * 16..block * 16 + 16).all(is_free)).count();
        let largest = (0..=32 - u32::from(length)).rev().map(|bits| 1_u32 << bits)
            .find(|block| (0..size / block).any(|at| (at * block..(at + 1) * block).all(is_free)));
        prop_assert_eq!(row.free_blocks, u64::try_from(free_blocks).ok());
        prop_assert_eq!(row.largest_free_block, Some(u64::from(largest.unwrap_or(0))));
        let all: u64 = row.held.unwrap().iter().map(|held| held.addresses).sum();
        prop_assert_eq!(all, used);
        prop_assert_eq!(row.addresses_free, Some(u64::from(size) - 5 - used));
    }
}
