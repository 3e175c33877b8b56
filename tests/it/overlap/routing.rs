//! Declared routing domains: what they join, and what they keep apart.

use netcensus::analysis::overlap::FindingStatus;
use netcensus::diagnostic::Remedies;
use netcensus::model::{Covers, Domain, LinkKind, Network, NetworkSelector, Range};

use super::estate::{Estate, allow, attachment, called, domain, hub, line, link, net, peering, range, vpc};

const CONNECTED: &str = "connected 10.0.0.0/16: vpc-a, vpc-b";
const LATENT: &str = "latent 10.0.0.0/16: vpc-a, vpc-b";

fn two() -> [Network; 2] {
    ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"]))
}

fn estate(domains: Vec<Domain>) -> Estate {
    Estate { domains, ..Estate::of(two().into()) }
}

#[test]
fn networks_of_one_domain_are_connected() {
    let finding = &estate(vec![domain("prod", "vpc-*", &[])]).find().findings[0];
    assert_eq!(line(finding), CONNECTED);
    assert_eq!(finding.joined_by, ["routing domain prod"]);
    assert!(finding.members.iter().all(|member| member.domain.as_deref() == Some("prod")));
    let apart = vec![domain("prod", "vpc-a", &[]), domain("test", "*", &[])];
    assert_eq!(estate(apart).lines(), [LATENT], "the first domain that selects a network has it");
}

#[test]
fn a_domain_may_select_by_prefix() {
    let by_prefix = |prefix: &str| Domain {
        members: vec![NetworkSelector { prefix: Some(net(prefix)), ..NetworkSelector::default() }],
        ..domain("prod", "", &[])
    };
    assert_eq!(estate(vec![by_prefix("10.0.0.0/8")]).lines(), [CONNECTED]);
    assert_eq!(estate(vec![by_prefix("192.168.0.0/16")]).lines(), [LATENT]);
}

#[test]
fn collisions_of_isolated_domains_are_accepted_and_still_counted() {
    let domains = vec![domain("prod", "vpc-a", &["test"]), domain("test", "vpc-b", &[])];
    let found = estate(domains).find();
    assert_eq!(found.findings.iter().map(line).collect::<Vec<_>>(), [format!("accepted {LATENT}")]);
    assert_eq!(found.findings[0].status, FindingStatus::Accepted);
    assert_eq!(found.findings[0].accepted_by, ["routing domains `prod` and `test` are isolated"]);
    assert_eq!(found.notes, [""; 0]);
}

#[test]
fn isolation_that_a_peering_contradicts_is_noted_and_accepts_nothing() {
    let [a, b] = two();
    let other = vpc("vpc-aa", &["10.7.0.0/16"]);
    let domains = vec![domain("prod", "vpc-a*", &["test"]), domain("test", "vpc-b", &[])];
    // The collision itself is not joined but by the domain: a peer of its own is.
    let links = vec![peering(&other, &b)];
    let found = Estate { links, domains, ..Estate::of(vec![a, b, other]) }.find();
    assert_eq!(found.findings.iter().map(line).collect::<Vec<_>>(), [CONNECTED]);
    assert_eq!(
        found.notes,
        [
            "routing domains `prod` and `test` are declared isolated, but a peering connects them: their collisions count"
        ]
    );
}

#[test]
fn isolation_that_hubs_may_break_is_accepted_and_noted_as_unverified() {
    let [a, b] = two();
    let domains = vec![domain("prod", "vpc-a", &["test"]), domain("test", "vpc-b", &[])];
    let links = vec![
        attachment(&a, "tgw-1"),
        attachment(&b, "tgw-2"),
        link(LinkKind::TransitGateway, "tgw-attach", vec![hub("tgw-1"), hub("tgw-2")]),
    ];
    let found = Estate { links, domains, ..Estate::of(vec![a, b]) }.find();
    assert_eq!(found.findings.iter().map(line).collect::<Vec<_>>(), [format!("accepted {CONNECTED}")]);
    assert_eq!(
        found.notes,
        [
            "routing domains `prod` and `test` are declared isolated, and hubs connect them: their collisions are \
         accepted, but netcensus does not read route tables and cannot verify the isolation"
        ]
    );
}

#[test]
fn a_range_brings_its_domain() {
    let domains = vec![domain("prod", "vpc-a", &["lab"])];
    let ranges = vec![Range { domain: Some("lab".into()), ..range("dc", "10.0.0.0/8") }];
    let [a, b] = two();
    let alone = Estate { ranges: ranges.clone(), domains: domains.clone(), ..Estate::of(vec![a.clone()]) };
    assert_eq!(alone.lines(), ["accepted external 10.0.0.0/16: vpc-a, 10.0.0.0/8"]);
    let both = Estate { ranges, domains, ..Estate::of(vec![a, b]) };
    assert_eq!(
        both.lines(),
        [
            "external 10.0.0.0/16: vpc-b, 10.0.0.0/8",
            "accepted external 10.0.0.0/16: vpc-a, 10.0.0.0/8",
            LATENT
        ],
        "of vpc-b nobody said that it is isolated"
    );
}

#[test]
fn isolation_accepts_no_reserved_space() {
    let domains = vec![domain("prod", "vpc-a", &["test"]), domain("test", "vpc-b", &[])];
    let networks = ["vpc-a", "vpc-b"].map(|id| vpc(id, &["192.0.2.0/24"])).into();
    let allow = vec![allow(7, Covers::Any(called("vpc-*")))];
    let estate = Estate { allow, domains, ..Estate::of(networks) };
    let findings = estate.find().findings;
    let reserved = findings.iter().find(|finding| finding.code == "NC106").unwrap();
    assert_eq!(reserved.accepted_by, ["netcensus.toml:7: known"]);
}

#[test]
fn a_domain_that_does_not_exist_is_named() {
    let error =
        estate(vec![domain("prod", "*", &["tset"]), domain("test", "x", &[])]).try_find().unwrap_err();
    assert_eq!(
        error.to_string(),
        "overlap.domains: isolated-from names `tset`, which is not a routing domain"
    );
    assert_eq!(error.remedies(), ["the routing domains are `prod`, `test`"]);
}

#[test]
fn domains_that_select_nothing_or_are_not_declared_are_noted() {
    let ranges = vec![Range { domain: Some("parners".into()), ..range("dc", "192.168.0.0/16") }];
    let domains = vec![domain("partners", "none-*", &[])];
    let notes = Estate { ranges, domains, ..Estate::of(two().into()) }.find().notes;
    assert!(notes[0].starts_with("routing domain `partners` has no network or range"), "{notes:?}");
    assert!(
        notes[1].starts_with("routing domain `parners` is named by ranges, but not declared"),
        "{notes:?}"
    );
}

#[test]
fn a_network_that_several_domains_select_is_in_the_first_and_noted() {
    let domains = vec![domain("one", "vpc-a", &[]), domain("two", "vpc-*", &[])];
    let found = estate(domains).find();
    assert_eq!(found.findings.iter().map(line).collect::<Vec<_>>(), [LATENT]);
    assert_eq!(found.notes, ["several routing domains select vpc-a: it is only in the first of them"]);
}
