//! Azure peerings of chosen subnets, and address spaces that change.

use netcensus::model::{Level, Link, LinkEnd, LinkKind, Network};

use super::estate::{Estate, end, line, link, nets, peering, subnet, vnet};

fn reaching(network: &Network, prefixes: &[&str]) -> LinkEnd {
    LinkEnd { prefixes: nets(prefixes), ..end(network) }
}

fn partial(one: (&Network, &[&str]), other: (&Network, &[&str])) -> Link {
    let id = format!("{}-{}", one.0.id, other.0.id);
    link(LinkKind::VnetPeering, &id, vec![reaching(one.0, one.1), reaching(other.0, other.1)])
}

fn two() -> [Network; 2] {
    ["vnet-a", "vnet-b"].map(|id| vnet(id, &["10.0.0.0/16"]))
}

#[test]
fn a_peering_of_different_subnets_connects_nothing() {
    let [a, b] = two();
    let links = vec![partial((&a, &["10.0.1.0/24"]), (&b, &["10.0.2.0/24"]))];
    let estate = Estate { links, ..Estate::of(vec![a, b]) };
    assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vnet-a, vnet-b"], "one finding, however it is cut");
}

#[test]
fn a_peering_connects_where_it_reaches_the_same_addresses() {
    let [a, b] = two();
    let links = vec![partial((&a, &["10.0.1.0/24", "10.0.3.0/24"]), (&b, &["10.0.1.0/24", "10.0.3.128/25"]))];
    let estate = Estate { links, ..Estate::of(vec![a, b]) };
    let findings = estate.find().findings;
    let [connected, latent] = &findings[..] else { panic!("two findings: {findings:#?}") };
    assert_eq!(line(connected), "connected 10.0.1.0/24 10.0.3.128/25: vnet-a, vnet-b");
    assert!(line(latent).starts_with("latent 10.0.0.0/24 10.0.2.0/24 10.0.3.0/25 10.0.4.0/22 "));
    assert!(
        findings.iter().all(|finding| finding.within == "10.0.0.0/16".parse().unwrap()),
        "of its widest member"
    );
}

#[test]
fn two_peerings_of_the_same_networks_are_one_finding() {
    let [a, b] = two();
    let mut links = vec![
        partial((&a, &["10.0.1.0/24"]), (&b, &["10.0.1.0/24"])),
        partial((&a, &["10.0.4.0/24"]), (&b, &["10.0.4.0/24"])),
    ];
    links[1].id = "again".into();
    let findings = Estate { links, ..Estate::of(vec![a, b]) }.find().findings;
    let connected: Vec<String> =
        findings.iter().filter(|finding| finding.code == "NC101").map(line).collect();
    assert_eq!(connected, ["connected 10.0.1.0/24 10.0.4.0/24: vnet-a, vnet-b"]);
}

#[test]
fn a_partial_peering_that_does_not_tell_joins_nothing() {
    let [a, b] = two();
    for links in [vec![partial((&a, &[]), (&b, &[]))], vec![partial((&a, &["10.0.0.0/16"]), (&b, &[]))]] {
        let estate = Estate { links, ..Estate::of(vec![a.clone(), b.clone()]) };
        assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vnet-a, vnet-b"]);
    }
}

#[test]
fn subnets_that_are_not_peered_are_not_connected() {
    let [a, b] = two();
    let subnets = vec![
        subnet(&a, "one-a", &["10.0.1.0/24"]),
        subnet(&b, "one-b", &["10.0.1.0/24"]),
        subnet(&a, "two-a", &["10.0.2.0/24"]),
        subnet(&b, "two-b", &["10.0.2.0/24"]),
    ];
    let links = vec![partial((&a, &["10.0.1.0/24"]), (&b, &["10.0.1.0/24"]))];
    let estate = Estate { subnets, links, level: Level::Subnets, ..Estate::of(vec![a, b]) };
    assert_eq!(estate.lines(), ["connected 10.0.1.0/24: one-a, one-b", "latent 10.0.2.0/24: two-a, two-b"]);
}

#[test]
fn no_path_leads_from_one_part_of_a_network_to_another() {
    let middle = vnet("vnet-m", &["10.1.0.0/16"]);
    let [a, b] = two();
    let whole: &[&str] = &["10.0.0.0/16"];
    let of = |first, second| {
        let links = vec![partial((&a, whole), (&middle, first)), partial((&b, whole), (&middle, second))];
        Estate { links, ..Estate::of(vec![a.clone(), b.clone(), middle.clone()]) }.lines()
    };
    assert_eq!(of(&["10.1.1.0/24"], &["10.1.2.0/24"]), ["latent 10.0.0.0/16: vnet-a, vnet-b"]);
    assert_eq!(of(&["10.1.1.0/24"], &["10.1.0.0/16"]), ["connected 10.0.0.0/16: vnet-a, vnet-b"]);
}

#[test]
fn a_peering_reaches_part_of_a_network_whose_blocks_nobody_knows() {
    let [a, b] = two();
    let subnets = vec![subnet(&a, "two-a", &["10.0.2.0/24"]), subnet(&b, "two-b", &["10.0.2.0/24"])];
    let links = vec![partial((&a, &["10.0.1.0/24"]), (&b, &["10.0.0.0/16"]))];
    let estate = Estate { subnets, links, level: Level::Subnets, ..Estate::of(vec![b]) };
    assert_eq!(estate.lines(), ["latent 10.0.2.0/24: two-a, two-b"]);
}

#[test]
fn the_space_that_a_network_has_now_is_compared() {
    let [a, _] = two();
    let grown = vnet("vnet-b", &["10.9.0.0/16", "10.0.0.0/16"]);
    // Each side knows of the other what it had when they were peered.
    let old = vnet("vnet-b", &["10.9.0.0/16"]);
    let links = vec![peering(&a, &old), peering(&grown, &a)];
    let estate = Estate { links, ..Estate::of(vec![a.clone(), grown]) };
    assert_eq!(estate.lines(), ["connected 10.0.0.0/16: vnet-a, vnet-b"]);
    let shrunk = Estate { networks: vec![a, old], ..estate };
    assert_eq!(shrunk.lines(), [""; 0]);
}
