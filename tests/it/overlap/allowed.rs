//! The allow list.

use jiff::ToSpan;
use netcensus::analysis::overlap::{AllowUse, UngatedFindings};
use netcensus::model::{
    Allowance, Covers, Level, Network, NetworkSelector, PlannedChanges, PlannedKind, PlannedPrefix, Provider,
    Tags,
};

use super::estate::{Estate, TODAY, allow, called, line, net, nets, planned, subnet, vpc};

const LATENT: &str = "latent 10.0.0.0/16: vpc-a, vpc-b";

/// Two networks that collide and differ in everything that selectors look at.
fn two() -> Vec<Network> {
    let a = Network {
        name: Some("Legacy".into()),
        account_name: Some("sandbox".into()),
        tags: Tags::from([("env".into(), "Dev".into())]),
        ..vpc("vpc-a", &["10.0.0.0/16"])
    };
    let b = Network {
        account: "222222222222".into(),
        region: "us-east-1".into(),
        ..vpc("vpc-b", &["10.0.0.0/16"])
    };
    vec![a, b]
}

fn found(allow: Vec<Allowance>) -> UngatedFindings {
    Estate { allow, ..Estate::of(two()) }.find()
}

fn with(covers: Covers) -> Vec<String> {
    found(vec![allow(3, covers)]).findings.iter().map(line).collect()
}

#[test]
fn an_entry_selects_by_everything_that_it_says() {
    let text = |text: &str| Some(text.to_owned());
    let selectors = [
        NetworkSelector { prefix: Some(net("10.0.0.0/8")), ..NetworkSelector::default() },
        NetworkSelector { network: text("vpc-A"), ..NetworkSelector::default() },
        NetworkSelector { network: text("leg*"), ..NetworkSelector::default() },
        NetworkSelector { account: text("2222*"), ..NetworkSelector::default() },
        NetworkSelector { account: text("Sand*"), ..NetworkSelector::default() },
        NetworkSelector { tag: Some(("env".into(), "d?v".into())), ..NetworkSelector::default() },
        NetworkSelector { region: text("us-*"), ..NetworkSelector::default() },
        NetworkSelector { provider: Some(Provider::Aws), ..NetworkSelector::default() },
        NetworkSelector { region: text("us-*"), account: text("2222*"), ..NetworkSelector::default() },
    ];
    for selector in selectors {
        assert_eq!(with(Covers::Any(selector.clone())), [format!("accepted {LATENT}")], "{selector:?}");
    }
    let misses = [
        NetworkSelector { prefix: Some(net("10.0.0.0/17")), ..NetworkSelector::default() },
        NetworkSelector { tag: Some(("Env".into(), "dev".into())), ..NetworkSelector::default() },
        NetworkSelector { provider: Some(Provider::Azure), ..NetworkSelector::default() },
        NetworkSelector { region: text("us-*"), account: text("1111*"), ..NetworkSelector::default() },
    ];
    for selector in misses {
        assert_eq!(with(Covers::Any(selector.clone())), [LATENT], "{selector:?}");
    }
}

#[test]
fn an_entry_may_name_a_pair_in_either_order() {
    for (one, other) in [("vpc-a", "vpc-b"), ("vpc-b", "vpc-a")] {
        assert_eq!(with(Covers::Between(called(one), called(other))), [format!("accepted {LATENT}")]);
    }
    assert_eq!(with(Covers::Between(called("vpc-a"), called("vpc-c"))), [LATENT]);
}

#[test]
fn what_no_entry_covers_stays_open() {
    let networks =
        vec![vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.0.0.0/17"]), vpc("vpc-c", &["10.0.0.0/18"])];
    let allow = vec![allow(3, Covers::Between(called("vpc-a"), called("vpc-b")))];
    let findings = Estate { allow, ..Estate::of(networks) }.find().findings;
    let lines: Vec<String> = findings.iter().map(line).collect();
    assert_eq!(
        lines,
        ["latent 10.0.0.0/18: vpc-a, vpc-b, vpc-c", "accepted latent 10.0.0.0/17: vpc-a, vpc-b"]
    );
    assert_eq!(findings[1].accepted_by, ["netcensus.toml:3: known"]);
    assert_ne!(findings[0].fingerprint, findings[1].fingerprint);
}

#[test]
fn an_entry_holds_through_its_last_day() {
    let expires = |days: i32| {
        let entry = allow(3, Covers::Any(called("vpc-a")));
        let found = found(vec![Allowance { expires: Some(TODAY.saturating_add(days.days())), ..entry }]);
        (line(&found.findings[0]), found.allow[0].state)
    };
    assert_eq!(expires(1), (format!("accepted {LATENT}"), AllowUse::Used));
    assert_eq!(expires(0), (format!("accepted {LATENT}"), AllowUse::Used));
    assert_eq!(expires(-1), (LATENT.to_owned(), AllowUse::Expired));
}

#[test]
fn an_entry_without_a_collision_is_stale() {
    let entries = [called("vpc-x"), called("vpc-c"), called("vpc-a")];
    let entries = (1..).zip(entries).map(|(line, selector)| allow(line, Covers::Any(selector))).collect();
    let mut networks = two();
    networks.push(vpc("vpc-c", &["10.9.0.0/16"]));
    let states = Estate { allow: entries, ..Estate::of(networks) }.find().allow;
    let states: Vec<_> = states.iter().map(|entry| (entry.place.as_str(), entry.state)).collect();
    assert_eq!(
        states,
        [
            ("netcensus.toml:1", AllowUse::Stale),
            ("netcensus.toml:2", AllowUse::Stale),
            ("netcensus.toml:3", AllowUse::Used)
        ]
    );
}

#[test]
fn what_is_reserved_is_accepted_member_by_member() {
    let networks = vec![vpc("vpc-a", &["192.0.2.0/25"]), vpc("vpc-b", &["192.0.2.128/25"])];
    let allow =
        vec![allow(3, Covers::Any(called("vpc-a"))), allow(4, Covers::Between(called("vpc-b"), called("*")))];
    let found = Estate { allow, ..Estate::of(networks) }.find();
    let lines: Vec<String> = found.findings.iter().map(line).collect();
    assert_eq!(lines, ["reserved 192.0.2.128/25: vpc-b", "accepted reserved 192.0.2.0/25: vpc-a"]);
    assert_eq!(found.allow[1].state, AllowUse::Stale, "nothing is a pair here");
}

#[test]
fn subnets_outside_their_network_are_accepted_one_by_one() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "one", &["10.1.0.0/24"]), subnet(&network, "two", &["10.2.0.0/24"])];
    let within = NetworkSelector { prefix: Some(net("10.1.0.0/16")), ..NetworkSelector::default() };
    let allow = vec![allow(3, Covers::Any(within))];
    let estate = Estate { allow, subnets, level: Level::Subnets, ..Estate::of(vec![network]) };
    let findings = estate.find().findings;
    assert_eq!(
        findings.iter().map(|finding| finding.spaces.clone()).collect::<Vec<_>>(),
        [nets(&["10.2.0.0/24"]), nets(&["10.1.0.0/24"])]
    );
    assert_eq!(
        findings.iter().map(line).collect::<Vec<_>>(),
        ["outside-network 10.2.0.0/24: two", "accepted outside-network 10.1.0.0/24: one"]
    );
}

#[test]
fn a_pattern_that_is_no_glob_is_refused() {
    let allow = vec![allow(3, Covers::Any(called("vpc-[")))];
    assert!(Estate { allow, ..Estate::of(two()) }.try_find().is_err());
}

#[test]
fn what_is_planned_in_no_cloud_is_of_no_provider() {
    let prefix =
        PlannedPrefix { provider: None, ..planned(PlannedKind::Network, "10.0.0.0/17", None, "10.0.0.0/17") };
    let plan = PlannedChanges { prefixes: vec![prefix], ..PlannedChanges::default() };
    let external = NetworkSelector { provider: Some(Provider::External), ..NetworkSelector::default() };
    let estate = Estate {
        plan,
        allow: vec![allow(3, Covers::Any(external))],
        ..Estate::of(vec![vpc("vpc-a", &["10.0.0.0/16"])])
    };
    assert_eq!(estate.lines(), ["planned 10.0.0.0/17: vpc-a, 10.0.0.0/17"]);
}

#[test]
fn hundreds_of_entries_are_one_role() {
    let networks: Vec<Network> =
        (0..300).map(|number| vpc(&format!("vpc-{number:03}"), &["10.0.0.0/16"])).collect();
    let entries = (0..300).map(|line| allow(line, Covers::Any(called(&format!("vpc-{line:03}")))));
    let found = Estate { allow: entries.collect(), ..Estate::of(networks) }.find();
    assert_eq!(found.findings[0].accepted_by.len(), 300);
    assert!(found.allow.iter().all(|entry| entry.state == AllowUse::Used));
}
