//! The sweep against an oracle that compares each item with each other one and knows nothing of sorting.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What a test sweeps over.
#[derive(Debug, Clone)]
struct SweepCase {
    items: Vec<SweepItem>,
    /// The partition of each item.
    partitions: Vec<u32>,
    pairs: RolePairs,
}

/// A cluster without order.
type Unordered = (IpNet, Vec<IpNet>, BTreeSet<u32>);

fn overlap(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// Tells whether two items collide, by the definition.
fn collide(case: &SweepCase, one: u32, other: u32) -> bool {
    let [a, b] = [one, other].map(|at| case.items[at as usize]);
    let paired = case.pairs.partners(a.role).contains(&b.role);
    one != other && overlap(a.prefix, b.prefix) && a.group != b.group && paired
}

/// Finds the clusters among the items at `positions` by comparing all pairs.
fn clusters_by_definition(case: &SweepCase, positions: &[u32]) -> Vec<Unordered> {
    let prefix = |at: u32| case.items[at as usize].prefix;
    let partners = |at: u32| positions.iter().copied().filter(move |other| collide(case, at, *other));
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

fn clusters_by_sweep(case: &SweepCase) -> Vec<Cluster> {
    let sorted = SortedPrefixes::new(case.items.iter().map(|item| item.prefix));
    sorted.find_clusters(&case.items, &case.pairs)
}

fn unordered(clusters: Vec<Cluster>) -> Vec<Unordered> {
    let mut plain: Vec<Unordered> = clusters
        .into_iter()
        .map(|cluster| (cluster.within, cluster.spaces, cluster.members.into_iter().collect()))
        .collect();
    plain.sort();
    plain
}

fn all_positions(case: &SweepCase) -> Vec<u32> {
    (0..u32::try_from(case.items.len()).unwrap()).collect()
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
fn pairs() -> impl Strategy<Value = (u16, RolePairs)> {
    (1_u16..5, any::<u32>()).prop_map(|(roles, bits)| {
        let table = |one: u16, other: u16| bits >> (one.min(other) * 4 + one.max(other)) & 1 == 1;
        (roles, RolePairs::new(roles, table))
    })
}

fn case() -> impl Strategy<Value = SweepCase> {
    pairs().prop_flat_map(|(roles, pairs)| {
        let item = (prefix(), 0_u32..4, 0..roles).prop_map(|(prefix, group, role)| SweepItem {
            prefix,
            group,
            role,
        });
        let partition = 0_u32..3;
        vec((item, partition), 0..24).prop_map(move |entries| {
            let (items, partitions) = entries.into_iter().unzip();
            SweepCase { items, partitions, pairs: pairs.clone() }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_sweep_finds_all_collisions_and_no_others(case in case()) {
        prop_assert_eq!(unordered(clusters_by_sweep(&case)), clusters_by_definition(&case, &all_positions(&case)));
    }

    #[test]
    fn every_partition_is_swept_by_itself(case in case()) {
        let sorted = SortedPrefixes::new(case.items.iter().map(|item| item.prefix));
        let partition = |at: u32| case.partitions[at as usize];
        let found = sorted.find_clusters_by_partition(&case.items, partition, &case.pairs);
        let mut expected = Vec::new();
        for wanted in 0..3 {
            let of_partition: Vec<u32> =
                all_positions(&case).into_iter().filter(|at| partition(*at) == wanted).collect();
            expected.append(&mut clusters_by_definition(&case, &of_partition));
        }
        expected.sort();
        prop_assert_eq!(unordered(found), expected);
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(
        (case, order) in case().prop_flat_map(|case| {
            let order = Just(all_positions(&case)).prop_shuffle();
            (Just(case), order)
        })
    ) {
        let items = order.iter().map(|at| case.items[*at as usize]).collect();
        let shuffled = unordered(clusters_by_sweep(&SweepCase { items, ..case.clone() }));
        let back = |members: BTreeSet<u32>| members.into_iter().map(|at| order[at as usize]).collect();
        let mut restored: Vec<Unordered> =
            shuffled.into_iter().map(|(within, spaces, members)| (within, spaces, back(members))).collect();
        restored.sort();
        prop_assert_eq!(restored, unordered(clusters_by_sweep(&case)));
    }

    #[test]
    fn clusters_keep_to_their_form(case in case()) {
        let clusters = clusters_by_sweep(&case);
        let members: Vec<u32> = clusters.iter().flat_map(|cluster| cluster.members.clone()).collect();
        let distinct: BTreeSet<u32> = members.iter().copied().collect();
        prop_assert_eq!(members.len(), distinct.len(), "every item at most once");
        for cluster in &clusters {
            prop_assert!(cluster.members.len() > 1);
            prop_assert!(!cluster.spaces.is_empty());
            prop_assert_eq!(&IpNet::aggregate(&cluster.spaces), &cluster.spaces, "as few as possible, in order");
            prop_assert!(cluster.spaces.iter().all(|space| cluster.within.contains(space)));
            let prefixes: Vec<IpNet> =
                cluster.members.iter().map(|at| case.items[*at as usize].prefix).collect();
            prop_assert!(prefixes.is_sorted() && prefixes[0] == cluster.within);
        }
        let outside = |one: &Cluster, other: &Cluster| !overlap(one.within, other.within);
        let apart = clusters.iter().enumerate().all(|(at, one)| clusters[..at].iter().all(|other| outside(one, other)));
        prop_assert!(apart, "clusters share no address");
    }
}

fn item(prefix: &str, group: u32) -> SweepItem {
    SweepItem { prefix: prefix.parse().unwrap(), group, role: 0 }
}

fn cluster_all(items: Vec<SweepItem>) -> Vec<Cluster> {
    let partitions = vec![0; items.len()];
    clusters_by_sweep(&SweepCase { items, partitions, pairs: RolePairs::single_role() })
}

#[test]
fn thousands_of_equal_prefixes_are_one_cluster() {
    let clusters = cluster_all((0..5_000).map(|group| item("172.31.0.0/16", group)).collect());
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0].members.len(), 5_000);
    assert_eq!(clusters[0].spaces, [clusters[0].within]);
}

#[test]
fn items_of_one_group_never_collide() {
    assert!(
        cluster_all(vec![item("10.0.0.0/8", 1), item("10.0.0.0/16", 1), item("10.0.0.0/8", 1)]).is_empty()
    );
}

#[test]
fn everything_lies_in_the_widest_prefix_of_its_family() {
    let clusters = cluster_all(vec![item("0.0.0.0/0", 0), item("255.255.255.255/32", 1), item("::/0", 2)]);
    assert_eq!(clusters.len(), 1, "families never meet");
    assert_eq!(clusters[0].members, [0, 1]);
    let clusters = cluster_all(vec![item("::/0", 0), item("ffff::1/128", 1)]);
    assert_eq!(clusters[0].spaces, ["ffff::1/128".parse::<IpNet>().unwrap()]);
}
