//! Ids, names, globs and hardware addresses.

use netcensus::model::{Kind, Outcome, Provider};

use super::estate::{SUBSCRIPTION, azure, coverage, sample};

fn answer(thing: &str) -> (String, Vec<String>) {
    sample().answer(thing)
}

#[test]
fn every_kind_of_resource_is_found_by_its_id_in_any_case() {
    for (thing, found) in [
        ("VPC-SHOP", "network vpc-shop: id"),
        ("subnet-app", "subnet subnet-app: id, in vpc-shop"),
        ("i-web", "instance i-web: id, in subnet-app, vpc-shop"),
        ("eni-web", "interface eni-web: id, in i-web, subnet-app, vpc-shop"),
        ("arn:aws:ec2:eu-west-1:111111111111:instance/i-web", "instance i-web: id, in subnet-app, vpc-shop"),
        ("tgw-1", "hub tgw-1: id"),
        ("pcx-far", "link pcx-far: id"),
        ("vpc-far", "far-network vpc-far: id"),
        ("222222222222", "account 222222222222: id"),
        ("staging", "account 222222222222: name"),
        ("frankfurt", "range frankfurt: id"),
        ("office", "range frankfurt: name"),
        ("aws_vpc.new", "planned aws_vpc.new: id"),
    ] {
        assert_eq!(answer(thing), ("found".to_owned(), vec![found.to_owned()]), "{thing}");
    }
}

#[test]
fn ids_of_azure_are_found_whole_and_short() {
    let network = azure("Microsoft.Network/virtualNetworks/hub");
    let subnet = format!("{network}/subnets/app");
    for (thing, found) in [
        (network.to_uppercase().as_str(), format!("network {network}: id")),
        ("rg/HUB", format!("network {network}: id")),
        ("hub", format!("network {network}: id")),
        ("rg/hub/app", format!("subnet {subnet}: id, in {network}")),
        (SUBSCRIPTION, format!("account {SUBSCRIPTION}: id")),
    ] {
        assert_eq!(answer(thing), ("found".to_owned(), vec![found]), "{thing}");
    }
    // The machine was not read, but an interface tells of it.
    let (_, matches) = answer(&azure("Microsoft.Compute/virtualMachines/vm"));
    assert_eq!(matches.len(), 1);
    assert!(matches[0].contains("vm-nic: attached-to"), "{matches:?}");
}

#[test]
fn hardware_addresses_are_found_in_every_spelling() {
    for mac in ["02:1A:2b:3c:4d:5e", "021a.2b3c.4d5e", "02-1a-2b-3c-4d-5e"] {
        assert_eq!(answer(mac).1, ["interface eni-web: mac, in i-web, subnet-app, vpc-shop"], "{mac}");
    }
    assert_eq!(answer("00:0d:3a:1b:2c:3d").1.len(), 1, "as Azure writes them");
    assert_eq!(answer("02:00:00:00:00:01").0, "not-found");
}

#[test]
fn globs_match_whole_names_and_near_misses_are_suggested() {
    assert_eq!(answer("shop*").1, ["network vpc-shop: name", "network vpc-copy: name"]);
    let suggested = |thing: &str| sample().look(thing, |answer| answer.suggestions.clone());
    assert_eq!(answer("sho?").1.len(), 1);
    assert_eq!(answer("hop*").0, "not-found");
    assert_eq!(suggested("hop*")[..3], ["shop", "shop-copy", "vpc-shop"]);
    assert_eq!(suggested("wbe-1"), ["web-1"]);
    assert_eq!(suggested("nothing-like-it"), [""; 0]);
}

#[test]
fn an_account_has_counts_and_a_kind_that_was_not_read_is_unknown() {
    let mut estate = sample();
    let counts = |estate: &super::estate::Estate| {
        estate.look("111111111111", |answer| answer.matches[0].counts.clone().unwrap())
    };
    let known = counts(&estate);
    assert_eq!(known.values().copied().collect::<Vec<_>>(), [2, 1, 1, 1, 3].map(Some));
    for entry in &mut estate.inventory.coverage {
        if entry.account == "111111111111" && entry.kind == Kind::Subnets.into() {
            entry.outcome = Outcome::Denied;
        }
    }
    assert_eq!(counts(&estate)[&Kind::Subnets], None);
}

#[test]
fn only_what_could_have_the_thing_has_to_be_read() {
    let mut estate = sample();
    estate.inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Denied));
    let other = azure("Microsoft.Network/virtualNetworks/none");
    assert_eq!(estate.answer(&other).0, "not-found", "Azure was read");
    assert_eq!(estate.answer("vpc-0a1b2c3d").0, "unknown");
    assert_eq!(estate.answer("no-such-name").0, "unknown");
    // Of AWS, all networks were read.
    estate
        .inventory
        .coverage
        .retain(|entry| entry.outcome == Outcome::Complete || entry.kind != Kind::Networks.into());
    assert_eq!(estate.answer("vpc-0a1b2c3d").0, "unknown", "networks of one account were not tried");
    estate.inventory.coverage.extend(
        coverage(Provider::Aws, "333333333333", Outcome::Complete)
            .into_iter()
            .filter(|entry| entry.kind == Kind::Networks.into()),
    );
    assert_eq!(estate.answer("vpc-0a1b2c3d").0, "not-found");
    assert_eq!(estate.answer("i-0a1b2c3d").0, "unknown");
}
