//! What holds for every estate: what is found is what the oracle finds.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::ToSpan;
use netcensus::analysis::overlap::{AllowUse, Finding, FindingStatus};
use netcensus::model::{
    Allowance, Block, BlockRole, BlockState, Covers, Domain, Level, Link, LinkEnd, LinkKind, Network,
    NetworkKind, NetworkSelector, PlannedChanges, PlannedKind, PlannedPrefix, Provider, Range, Removal,
    Subnet,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::estate::{Estate, TODAY, allow, net, planned, subnet, vnet, vpc};
use super::oracle::{Expected, expected};

/// Few addresses, of every sort that matters, so that nearly all collide.
const BASES: [&str; 4] = ["10.0.0.0/29", "100.64.0.0/29", "172.31.0.0/29", "fd00::/125"];
/// The networks are numbered; one beyond was not read.
const NETWORKS: usize = 5;
const UNREAD: &str = "vpc-unread";

fn addresses() -> Vec<IpAddr> {
    BASES.iter().flat_map(|base| all_in(net(base))).collect()
}

fn all_in(prefix: IpNet) -> Vec<IpAddr> {
    let widest = prefix.max_prefix_len();
    prefix.subnets(widest).unwrap().map(|one| one.addr()).collect()
}

fn prefix() -> impl Strategy<Value = IpNet> {
    // Half of them in the first base: the more meet there, the more paths matter.
    let base = prop_oneof![Just(BASES[0]), select(BASES.to_vec())];
    (base, 0_u8..4, any::<prop::sample::Index>()).prop_map(|(base, longer, index)| {
        let base = net(base);
        let parts: Vec<IpNet> = base.subnets(base.prefix_len() + longer).unwrap().collect();
        *index.get(&parts)
    })
}

fn network(number: usize) -> impl Strategy<Value = Network> {
    let state = prop_oneof![
        4 => Just(None),
        1 => Just(Some(BlockState::Disassociating)),
        1 => Just(Some(BlockState::Disassociated)),
    ];
    let role = select(vec![BlockRole::Primary, BlockRole::Secondary]);
    let block = (prefix(), role, state).prop_map(|(cidr, role, state)| Block { cidr, role, state });
    (vec(block, 0..4), 0..4, any::<bool>(), select(vec!["1", "2"])).prop_map(
        move |(blocks, kind, is_default, account)| {
            let network = match kind {
                0 | 1 => vpc(&id_of(number), &[]),
                2 => vnet(&id_of(number), &[]),
                _ => Network { kind: NetworkKind::VirtualHub, ..vnet(&id_of(number), &[]) },
            };
            Network { blocks, is_default: Some(is_default), account: account.into(), ..network }
        },
    )
}

fn id_of(number: usize) -> String {
    if number < NETWORKS { format!("network-{number}") } else { UNREAD.into() }
}

fn subnets(networks: Vec<Network>) -> impl Strategy<Value = Vec<Subnet>> {
    vec((0..=NETWORKS, btree_set(prefix(), 1..3)), 0..6).prop_map(move |entries| {
        let of = |(number, (network, prefixes)): (usize, (usize, BTreeSet<IpNet>))| {
            let unread = vpc(UNREAD, &[]);
            let network = networks.get(network).unwrap_or(&unread);
            Subnet {
                prefixes: prefixes.into_iter().collect(),
                name: None,
                ..subnet(network, &format!("subnet-{number}"), &[])
            }
        };
        entries.into_iter().enumerate().map(of).collect()
    })
}

fn links(networks: Vec<Network>) -> impl Strategy<Value = Vec<Link>> {
    use LinkKind::{TransitGateway, VirtualHub, VnetPeering, VpcPeering, Vpn};
    let kind =
        select(vec![VpcPeering, TransitGateway, Vpn, VirtualHub, VnetPeering, VnetPeering, VnetPeering]);
    let state = prop_oneof![
        6 => Just(None),
        2 => select(vec!["pending-acceptance", "Initiated", "rejected", "deleted", "detached", "Disconnected"])
            .prop_map(Some),
    ];
    // Beyond the networks: hubs, and an end that is not told.
    let end = || (0..NETWORKS + 3, any::<bool>(), vec(prefix(), 0..3));
    let entry = (kind, state, end(), end());
    vec(entry, 0..6).prop_map(move |entries| {
        let of = |(number, (kind, state, one, other)): (usize, _)| {
            let provider = match kind {
                VpcPeering | TransitGateway | Vpn => Provider::Aws,
                VirtualHub | VnetPeering => Provider::Azure,
            };
            let end = |(to, whole, prefixes): (usize, bool, Vec<IpNet>)| {
                let network = networks.get(to);
                let hub = ["hub-1", UNREAD].get(to.wrapping_sub(NETWORKS)).map(ToString::to_string);
                let own = |network: &Network| network.prefixes().collect();
                LinkEnd {
                    network: network.map(|network| network.id.clone()).or(hub),
                    prefixes: network.filter(|_| whole).map_or(prefixes, own),
                    ..LinkEnd::default()
                }
            };
            let state: Option<&str> = state;
            let ends = vec![end(one), end(other)];
            Link { provider, kind, id: format!("link-{number}"), ends, state: state.map(str::to_owned) }
        };
        entries.into_iter().enumerate().map(of).collect()
    })
}

fn ranges() -> impl Strategy<Value = Vec<Range>> {
    let domain = option::of(select(vec!["prod", "test", "lab"]));
    let network = prop_oneof![2 => Just(None), 1 => (0..NETWORKS).prop_map(Some)];
    vec((select(vec!["dc", "office"]), prefix(), domain, network), 0..3).prop_map(|entries| {
        let mut ranges: Vec<Range> = Vec::new();
        for (number, (site, prefix, domain, network)) in entries.into_iter().enumerate() {
            ranges.push(Range {
                site: site.into(),
                prefix,
                name: Some(format!("range-{number}")),
                domain: domain.map(str::to_owned),
                network: network.map(id_of),
            });
        }
        ranges
    })
}

fn plan() -> impl Strategy<Value = PlannedChanges> {
    let kind = select(vec![PlannedKind::Network, PlannedKind::Subnet]);
    let network = prop_oneof![
        2 => Just(None),
        2 => (0..=NETWORKS).prop_map(|number| Some(id_of(number))),
        1 => Just(Some("planned-0".to_owned())),
    ];
    let prefixes = vec((kind, network, prefix()), 0..4).prop_map(|entries| {
        let of = |(number, (kind, network, prefix)): (usize, (_, Option<String>, _))| PlannedPrefix {
            prefix,
            ..planned(kind, &format!("planned-{number}"), network.as_deref(), "::/0")
        };
        entries.into_iter().enumerate().map(of).collect()
    });
    let removal = prop_oneof![
        (0..=NETWORKS).prop_map(|number| Removal::Network(id_of(number))),
        (0..NETWORKS, prefix()).prop_map(|(number, prefix)| Removal::Block(id_of(number), prefix)),
        (0..6).prop_map(|number| Removal::Subnet(format!("subnet-{number}"))),
    ];
    (prefixes, vec(removal, 0..2)).prop_map(|(prefixes, removed)| PlannedChanges {
        prefixes,
        removed,
        ..PlannedChanges::default()
    })
}

fn selector() -> impl Strategy<Value = NetworkSelector> {
    let any = NetworkSelector::default;
    prop_oneof![
        2 => select(vec!["1", "2", "dc"])
            .prop_map(move |account| NetworkSelector { account: Some(account.into()), ..any() }),
        3 => (0..=NETWORKS).prop_map(move |number| NetworkSelector { network: Some(id_of(number)), ..any() }),
        1 => select(vec![Provider::Aws, Provider::Azure, Provider::External])
            .prop_map(move |provider| NetworkSelector { provider: Some(provider), ..any() }),
        3 => prefix().prop_map(move |prefix| NetworkSelector { prefix: Some(prefix), ..any() }),
        1 => (prefix(), select(vec!["1", "2"]))
            .prop_map(move |(prefix, account)| NetworkSelector { prefix: Some(prefix), account: Some(account.into()), ..any() }),
    ]
}

fn allowances() -> impl Strategy<Value = Vec<Allowance>> {
    let covers = prop_oneof![
        selector().prop_map(Covers::Any),
        (selector(), selector()).prop_map(|(one, other)| Covers::Between(one, other)),
    ];
    let expires = option::of((-1_i32..=1).prop_map(|days| TODAY.saturating_add(days.days())));
    vec((covers, expires), 0..3).prop_map(|entries| {
        let entries = (1..).zip(entries);
        entries.map(|(line, (covers, expires))| Allowance { expires, ..allow(line, covers) }).collect()
    })
}

fn domains() -> impl Strategy<Value = Vec<Domain>> {
    let named = |name: &'static str, others: [&'static str; 2]| {
        (vec(selector(), 0..3), subsequence(others.to_vec(), 0..=2)).prop_map(move |(members, isolated)| {
            Domain {
                name: name.into(),
                members,
                isolated_from: isolated.into_iter().map(str::to_owned).collect(),
            }
        })
    };
    let both =
        (named("prod", ["test", "lab"]), named("test", ["prod", "lab"]), named("lab", ["prod", "test"]));
    prop_oneof![Just(Vec::new()), both.prop_map(|(prod, test, lab)| vec![prod, test, lab])]
}

fn networks() -> impl Strategy<Value = Vec<Network>> {
    (network(0), network(1), network(2), network(3), network(4))
        .prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

fn estate() -> impl Strategy<Value = Estate> {
    networks().prop_flat_map(|networks| {
        let level = select(vec![Level::Networks, Level::Subnets]);
        let clouds = (Just(networks.clone()), subnets(networks.clone()), links(networks));
        let plan = prop_oneof![Just(PlannedChanges::default()), plan()];
        (clouds, ranges(), plan, level, allowances(), domains()).prop_map(
            |((networks, subnets, links), ranges, plan, level, allow, domains)| Estate {
                networks,
                subnets,
                links,
                ranges,
                plan,
                level,
                allow,
                domains,
                ..Estate::default()
            },
        )
    })
}

fn as_expected(finding: &Finding) -> Expected {
    let members = finding.members.iter().map(|member| (member.id.clone(), member.prefix)).collect();
    (finding.class, finding.status == FindingStatus::Accepted, finding.spaces.clone(), members)
}

proptest! {
    #![proptest_config(crate::cases::cases(200))]

    #[test]
    fn what_is_found_is_what_comparing_all_pairs_finds(estate in estate()) {
        let found = estate.find();
        let (expected, used) = expected(&estate, &addresses());
        prop_assert_eq!(found.findings.iter().map(as_expected).collect::<BTreeSet<_>>(), expected);
        let prints: BTreeSet<&str> = found.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        prop_assert_eq!(prints.len(), found.findings.len(), "each finding has a fingerprint of its own");
        let in_use = found.allow.iter().filter(|entry| entry.state == AllowUse::Used);
        prop_assert_eq!(in_use.map(|entry| entry.place.clone()).collect::<BTreeSet<_>>(), used);
        for finding in found.findings {
            prop_assert_eq!(finding.accepted_by.is_empty(), finding.status != FindingStatus::Accepted);
        }
    }

    #[test]
    fn the_order_in_which_things_are_listed_changes_nothing(estate in estate(), turn in 1_usize..4) {
        let mut turned = estate.clone();
        turned.networks.rotate_left(turn);
        turned.subnets.reverse();
        turned.links.reverse();
        turned.ranges.reverse();
        turned.plan.removed.reverse();
        let sorted = |estate: &Estate| {
            let mut findings = estate.find().findings;
            findings.sort_by(|one, other| one.fingerprint.cmp(&other.fingerprint));
            findings
        };
        prop_assert_eq!(sorted(&turned), sorted(&estate));
    }
}
