//! Addresses and prefixes of drawn estates, against a search that looks at everything.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use netcensus::analysis::find::{FindStatus, MatchKind};
use netcensus::model::{Inventory, Outcome, PlannedChanges, Provider, Range, Resources};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::estate::{Estate, account, coverage, interface, line};
use crate::overlap::estate::{range, subnet, vpc};

/// The addresses that there are: 10.0.0.0/26, so that everything meets.
const SPACE: u32 = 64;

fn address(number: u32) -> IpAddr {
    Ipv4Addr::from(0x0A00_0000 | (number % SPACE)).into()
}

fn prefix() -> impl Strategy<Value = IpNet> {
    (0..SPACE, 26_u8..=31).prop_map(|(number, length)| {
        Ipv4Net::new(Ipv4Addr::from(0x0A00_0000 | number), length).unwrap().trunc().into()
    })
}

#[derive(Debug, Clone)]
struct Drawn {
    networks: Vec<Vec<IpNet>>,
    subnets: Vec<(Index, IpNet)>,
    interfaces: Vec<(Index, u32, bool)>,
    ranges: Vec<IpNet>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        vec(vec(prefix(), 1..3), 1..4),
        vec((any::<Index>(), prefix()), 0..5),
        vec((any::<Index>(), 0..SPACE, any::<bool>()), 0..6),
        vec(prefix(), 0..3),
    )
        .prop_map(|(networks, subnets, interfaces, ranges)| Drawn {
            networks,
            subnets,
            interfaces,
            ranges,
        })
}

fn estate(drawn: &Drawn) -> Estate {
    let texts = |prefixes: &[IpNet]| prefixes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut resources = Resources::default();
    for (number, blocks) in drawn.networks.iter().enumerate() {
        let blocks = texts(blocks);
        let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
        resources.networks.push(vpc(&format!("vpc-{number}"), &blocks));
    }
    for (number, (network, prefix)) in drawn.subnets.iter().enumerate() {
        let network = network.get(&resources.networks);
        resources.subnets.push(subnet(network, &format!("subnet-{number}"), &[&prefix.to_string()]));
    }
    for (number, (network, address, is_public)) in drawn.interfaces.iter().enumerate() {
        let network = network.get(&resources.networks);
        let text = self::address(*address).to_string();
        let mut one = interface(network, "subnet-none", &format!("eni-{number}"), &[&text]);
        if *is_public {
            std::mem::swap(&mut one.private_ips, &mut one.public_ips);
        }
        resources.interfaces.push(one);
    }
    let ranges: Vec<Range> = drawn
        .ranges
        .iter()
        .enumerate()
        .map(|(number, prefix)| range(&format!("site-{number}"), &prefix.to_string()))
        .collect();
    let id = "111111111111";
    let inventory = Inventory::assemble(
        "test".into(),
        jiff::Timestamp::UNIX_EPOCH,
        vec![account(Provider::Aws, id, "one")],
        resources,
        coverage(Provider::Aws, id, Outcome::Complete),
    );
    Estate { inventory, ranges, plan: PlannedChanges::default(), reservations: Vec::new() }
}

/// Lists what has an address: interfaces, else the subnets, else the network, for each network by itself.
fn holders(estate: &Estate, address: IpAddr) -> BTreeSet<String> {
    let inventory = &estate.inventory;
    let mut found = BTreeSet::new();
    for one in &inventory.interfaces {
        if one.private_ips.contains(&address) || one.public_ips.contains(&address) {
            found.insert(one.id.clone());
        }
    }
    for network in &inventory.networks {
        let is_here = |id: &Option<String>| id.as_deref() == Some(network.id.as_str());
        if inventory.interfaces.iter().any(|it| is_here(&it.network) && it.private_ips.contains(&address)) {
            continue;
        }
        let subnets: Vec<_> = inventory
            .subnets
            .iter()
            .filter(|it| it.network == network.id && it.prefixes[0].contains(&address))
            .map(|it| it.id.clone())
            .collect();
        if subnets.is_empty() && network.prefixes().any(|block| block.contains(&address)) {
            found.insert(network.id.clone());
        }
        // Subnets of one network that overlap are impossible in a cloud; the first one is enough then.
        found.extend(subnets.into_iter().take(1));
    }
    found.extend(estate.ranges.iter().filter(|it| it.prefix.contains(&address)).map(|it| it.site.clone()));
    found
}

/// Lists the addresses that anything has.
fn used(estate: &Estate) -> BTreeSet<IpAddr> {
    let inventory = &estate.inventory;
    let prefixes: Vec<IpNet> = inventory
        .networks
        .iter()
        .flat_map(|it| it.prefixes().collect::<Vec<_>>())
        .chain(inventory.subnets.iter().flat_map(|it| it.prefixes.clone()))
        .chain(estate.ranges.iter().map(|it| it.prefix))
        .collect();
    let of_interfaces =
        inventory.interfaces.iter().flat_map(|it| it.private_ips.iter().chain(&it.public_ips));
    let in_prefixes = (0..SPACE).map(address).filter(|it| prefixes.iter().any(|prefix| prefix.contains(it)));
    in_prefixes.chain(of_interfaces.copied()).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(64))]

    #[test]
    fn addresses_are_found_where_a_search_through_everything_finds_them(drawn in drawn()) {
        let estate = estate(&drawn);
        let addresses: Vec<String> = (0..SPACE).map(|number| address(number).to_string()).collect();
        let texts: Vec<&str> = addresses.iter().map(String::as_str).collect();
        estate.ask(&texts, |report| {
            for (number, answer) in (0..).zip(&report.answers) {
                let ids: BTreeSet<String> = answer.matches.iter().map(|found| {
                    line(found).split([' ', ':']).nth(1).unwrap().to_owned()
                }).collect();
                let expected = holders(&estate, address(number));
                prop_assert_eq!(&ids, &expected, "{}", answer.query);
                prop_assert_eq!(answer.status == FindStatus::NotFound, expected.is_empty());
            }
            Ok(())
        })?;
    }

    #[test]
    fn prefixes_are_taken_and_free_address_by_address(drawn in drawn(), asked in vec(prefix(), 1..8)) {
        let estate = estate(&drawn);
        let used = used(&estate);
        let texts: Vec<String> = asked.iter().map(ToString::to_string).collect();
        estate.ask(&texts.iter().map(String::as_str).collect::<Vec<_>>(), |report| {
            for (prefix, answer) in asked.iter().zip(&report.answers) {
                let (inside, taken): (Vec<IpAddr>, Vec<IpAddr>) = {
                    let all = (0..SPACE).map(address).filter(|it| prefix.contains(it));
                    let all: Vec<IpAddr> = all.collect();
                    (all.clone(), all.into_iter().filter(|it| used.contains(it)).collect())
                };
                let expected = match taken.len() {
                    0 => FindStatus::Free,
                    number if number == inside.len() => FindStatus::Taken,
                    _ => FindStatus::PartlyTaken,
                };
                prop_assert_eq!(answer.status, expected, "{} {:?}", prefix, taken);
                let free = answer.free.as_ref().unwrap();
                for one in inside {
                    let is_free = free.iter().any(|part| part.contains(&one));
                    prop_assert_ne!(is_free, taken.contains(&one), "{}", one);
                }
                let networks = answer.matches.iter().filter(|it| it.what == MatchKind::Network);
                let blocks: BTreeSet<(String, IpNet)> =
                    networks.map(|it| (it.network.unwrap().id.clone(), it.prefix.unwrap())).collect();
                let overlaps = |block: &IpNet| block.contains(prefix) || prefix.contains(block);
                let expected: BTreeSet<(String, IpNet)> = estate.inventory.networks.iter()
                    .flat_map(|it| it.prefixes().map(|block| (it.id.clone(), block)).collect::<Vec<_>>())
                    .filter(|(_, block)| overlaps(block))
                    .collect();
                prop_assert_eq!(blocks, expected);
            }
            Ok(())
        })?;
    }
}
