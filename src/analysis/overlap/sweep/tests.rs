//! The sweep against an oracle that compares each holding with each other one and knows nothing of sorting.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What a test sweeps over.
#[derive(Debug, Clone)]
struct Given {
    holdings: Vec<Holding>,
    /// The group of each holding.
    groups: Vec<Option<u32>>,
    pairs: Pairs,
}

/// A cluster without order.
type Plain = (IpNet, Vec<IpNet>, BTreeSet<u32>);

fn overlap(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// Tells whether two holdings collide, by the definition.
fn collide(given: &Given, one: u32, other: u32) -> bool {
    let [a, b] = [one, other].map(|at| given.holdings[at as usize]);
    let paired = given.pairs.partners(a.role).contains(&b.role);
    one != other && overlap(a.prefix, b.prefix) && a.colour != b.colour && paired
}

/// Finds the clusters among the holdings at `positions` by comparing all pairs.
fn brute(given: &Given, positions: &[u32]) -> Vec<Plain> {
    let prefix = |at: u32| given.holdings[at as usize].prefix;
    let partners = |at: u32| positions.iter().copied().filter(move |other| collide(given, at, *other));
    let members: Vec<u32> = positions.iter().copied().filter(|at| partners(*at).next().is_some()).collect();
    let widest = members
        .iter()
        .map(|at| prefix(*at))
        .filter(|whole| !members.iter().any(|at| prefix(*at) != *whole && prefix(*at).contains(whole)));
    let widest: BTreeSet<IpNet> = widest.collect();
    let cluster = |within: &IpNet| {
        let inside: BTreeSet<u32> =
            members.iter().copied().filter(|at| within.contains(&prefix(*at))).collect();
        let shared =
            inside.iter().flat_map(|at| partners(*at).map(|other| narrower(prefix(*at), prefix(other))));
        (*within, IpNet::aggregate(&shared.collect()), inside)
    };
    widest.iter().map(cluster).collect()
}

/// Returns what two prefixes that overlap have in common.
fn narrower(one: IpNet, other: IpNet) -> IpNet {
    if one.prefix_len() > other.prefix_len() { one } else { other }
}

fn swept(given: &Given) -> Vec<Cluster> {
    let sorted = Sorted::new(given.holdings.iter().map(|holding| holding.prefix));
    sorted.clusters(&given.holdings, &given.pairs)
}

fn plain(clusters: Vec<Cluster>) -> Vec<Plain> {
    let mut plain: Vec<Plain> = clusters
        .into_iter()
        .map(|cluster| (cluster.within, cluster.spaces, cluster.members.into_iter().collect()))
        .collect();
    plain.sort();
    plain
}

fn everyone(given: &Given) -> Vec<u32> {
    (0..u32::try_from(given.holdings.len()).unwrap()).collect()
}

/// A prefix of any length, whose bits are mostly zero, so that many lie in one another.
fn prefix() -> impl Strategy<Value = IpNet> {
    let v4 = (any::<u32>(), any::<u32>(), any::<u32>(), 0_u8..=32)
        .prop_map(|(a, b, c, length)| IpNet::new(IpAddr::V4(Ipv4Addr::from(a & b & c)), length));
    let v6 = (any::<u128>(), any::<u128>(), any::<u128>(), 0_u8..=128)
        .prop_map(|(a, b, c, length)| IpNet::new(IpAddr::V6(Ipv6Addr::from(a & b & c)), length));
    // The last bits of few addresses: equal prefixes, neighbours and halves.
    let near = (0_u32..8, 29_u8..=32)
        .prop_map(|(host, length)| IpNet::new(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | host)), length));
    let near_v6 = (0_u128..8, 125_u8..=128)
        .prop_map(|(host, length)| IpNet::new(IpAddr::V6(Ipv6Addr::from(0xfd << 120 | host)), length));
    prop_oneof![1 => v4, 1 => v6, 3 => near, 2 => near_v6].prop_map(|prefix| prefix.unwrap().trunc())
}

/// A symmetric table for some roles.
fn pairs() -> impl Strategy<Value = (u16, Pairs)> {
    (1_u16..5, any::<u32>()).prop_map(|(roles, bits)| {
        let table = |one: u16, other: u16| bits >> (one.min(other) * 4 + one.max(other)) & 1 == 1;
        (roles, Pairs::new(roles, table))
    })
}

fn given() -> impl Strategy<Value = Given> {
    pairs().prop_flat_map(|(roles, pairs)| {
        let holding = (prefix(), 0_u32..4, 0..roles).prop_map(|(prefix, colour, role)| Holding {
            prefix,
            colour,
            role,
        });
        let group = proptest::option::weighted(0.9, 0_u32..3);
        vec((holding, group), 0..24).prop_map(move |entries| {
            let (holdings, groups) = entries.into_iter().unzip();
            Given { holdings, groups, pairs: pairs.clone() }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_sweep_finds_all_collisions_and_no_others(given in given()) {
        prop_assert_eq!(plain(swept(&given)), brute(&given, &everyone(&given)));
    }

    #[test]
    fn every_group_is_swept_by_itself(given in given()) {
        let sorted = Sorted::new(given.holdings.iter().map(|holding| holding.prefix));
        let group = |at: u32| given.groups[at as usize];
        let found = sorted.clusters_by_group(&given.holdings, group, &given.pairs);
        let mut expected = Vec::new();
        for wanted in 0..3 {
            let of_group: Vec<u32> =
                everyone(&given).into_iter().filter(|at| group(*at) == Some(wanted)).collect();
            expected.append(&mut brute(&given, &of_group));
        }
        expected.sort();
        prop_assert_eq!(plain(found), expected);
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(
        (given, order) in given().prop_flat_map(|given| {
            let order = Just(everyone(&given)).prop_shuffle();
            (Just(given), order)
        })
    ) {
        let holdings = order.iter().map(|at| given.holdings[*at as usize]).collect();
        let shuffled = plain(swept(&Given { holdings, ..given.clone() }));
        let back = |members: BTreeSet<u32>| members.into_iter().map(|at| order[at as usize]).collect();
        let mut restored: Vec<Plain> =
            shuffled.into_iter().map(|(within, spaces, members)| (within, spaces, back(members))).collect();
        restored.sort();
        prop_assert_eq!(restored, plain(swept(&given)));
    }

    #[test]
    fn clusters_keep_to_their_form(given in given()) {
        let clusters = swept(&given);
        let members: Vec<u32> = clusters.iter().flat_map(|cluster| cluster.members.clone()).collect();
        let distinct: BTreeSet<u32> = members.iter().copied().collect();
        prop_assert_eq!(members.len(), distinct.len(), "every holding at most once");
        for cluster in &clusters {
            prop_assert!(cluster.members.len() > 1);
            prop_assert!(!cluster.spaces.is_empty());
            prop_assert_eq!(&IpNet::aggregate(&cluster.spaces), &cluster.spaces, "as few as possible, in order");
            prop_assert!(cluster.spaces.iter().all(|space| cluster.within.contains(space)));
            let prefixes: Vec<IpNet> =
                cluster.members.iter().map(|at| given.holdings[*at as usize].prefix).collect();
            prop_assert!(prefixes.is_sorted() && prefixes[0] == cluster.within);
        }
        let outside = |one: &Cluster, other: &Cluster| !overlap(one.within, other.within);
        let apart = clusters.iter().enumerate().all(|(at, one)| clusters[..at].iter().all(|other| outside(one, other)));
        prop_assert!(apart, "clusters share no address");
    }
}

fn holding(prefix: &str, colour: u32) -> Holding {
    Holding { prefix: prefix.parse().unwrap(), colour, role: 0 }
}

fn all(holdings: Vec<Holding>) -> Vec<Cluster> {
    let groups = vec![None; holdings.len()];
    swept(&Given { holdings, groups, pairs: Pairs::everything() })
}

#[test]
fn thousands_of_equal_prefixes_are_one_cluster() {
    let clusters = all((0..5_000).map(|colour| holding("172.31.0.0/16", colour)).collect());
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0].members.len(), 5_000);
    assert_eq!(clusters[0].spaces, [clusters[0].within]);
}

#[test]
fn holdings_of_one_colour_never_collide() {
    assert!(
        all(vec![holding("10.0.0.0/8", 1), holding("10.0.0.0/16", 1), holding("10.0.0.0/8", 1)]).is_empty()
    );
}

#[test]
fn everything_lies_in_the_widest_prefix_of_its_family() {
    let clusters = all(vec![holding("0.0.0.0/0", 0), holding("255.255.255.255/32", 1), holding("::/0", 2)]);
    assert_eq!(clusters.len(), 1, "families never meet");
    assert_eq!(clusters[0].members, [0, 1]);
    let clusters = all(vec![holding("::/0", 0), holding("ffff::1/128", 1)]);
    assert_eq!(clusters[0].spaces, ["ffff::1/128".parse::<IpNet>().unwrap()]);
}
