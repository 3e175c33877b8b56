//! Addresses: who has one, what is around it, and what nothing known has.

use netcensus::model::{Outcome, Provider};

use super::estate::{Estate, coverage, sample};

fn answer(thing: &str) -> (String, Vec<String>) {
    sample().answer(thing)
}

#[test]
fn an_address_in_overlapping_networks_is_found_in_each() {
    let (status, matches) = answer("10.0.1.10");
    assert_eq!(status, "found");
    assert_eq!(
        matches,
        [
            "interface eni-web: private-address, in i-web, subnet-app, vpc-shop",
            "instance i-db: private-address, in subnet-copy, vpc-copy",
            "range everything: contains",
        ]
    );
    assert_eq!(answer("10.0.1.10/24"), answer("10.0.1.10"), "a mask does not count");
    assert_eq!(
        answer("2001:db8:1::10").1,
        ["interface eni-web: private-address, in i-web, subnet-app, vpc-shop"]
    );
    assert_eq!(answer("2001:DB8:1:0::10"), answer("2001:db8:1::10"), "however it is written");
}

#[test]
fn public_addresses_and_delegated_prefixes_count() {
    assert_eq!(answer("52.0.0.1").1, ["interface eni-web: public-address, in i-web, subnet-app, vpc-shop"]);
    let delegated = answer("10.0.1.40").1;
    assert_eq!(delegated[0], "interface eni-web: delegated-prefix, in i-web, subnet-app, vpc-shop");
    assert_eq!(delegated[1], "subnet subnet-copy: unassigned, in vpc-copy");
}

#[test]
fn what_the_cloud_keeps_is_reserved_and_what_nothing_has_is_unassigned() {
    let estate = Estate { ranges: Vec::new(), ..sample() };
    let (status, matches) = estate.answer("10.0.1.1");
    assert_eq!(status, "found");
    assert_eq!(
        matches,
        ["subnet subnet-app: reserved, in vpc-shop", "subnet subnet-copy: reserved, in vpc-copy"]
    );
    let (status, matches) = estate.answer("10.0.1.99");
    assert_eq!(status, "unassigned");
    assert_eq!(
        matches,
        ["subnet subnet-app: unassigned, in vpc-shop", "subnet subnet-copy: unassigned, in vpc-copy"]
    );
    let (status, matches) = estate.answer("10.1.7.7");
    assert_eq!((status.as_str(), matches[0].as_str()), ("unassigned", "network vpc-lake: unassigned"));
    let notes = estate.look("10.2.0.77", |answer| answer.notes.clone());
    assert_eq!(notes.len(), 1, "front ends of load balancers are not read: {notes:?}");
}

#[test]
fn ranges_outside_the_clouds_plans_and_networks_that_links_tell_of_contain_addresses() {
    assert_eq!(answer("10.3.0.1").1, ["range frankfurt: contains", "range everything: contains"]);
    assert_eq!(answer("10.4.0.1").1, ["range everything: contains", "planned aws_vpc.new: contains"]);
    assert_eq!(answer("10.9.0.1").1, ["far-network vpc-far: contains", "range everything: contains"]);
    assert_eq!(answer("10.0.1.99").0, "unassigned", "a range around the networks does not have it");
    assert_eq!(answer("192.168.0.1"), ("not-found".to_owned(), Vec::new()));
}

#[test]
fn nothing_is_unassigned_or_missing_while_something_could_not_be_read() {
    let mut estate = Estate { ranges: Vec::new(), ..sample() };
    estate.inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Denied));
    assert_eq!(estate.answer("10.0.1.10").0, "found", "what was found is known");
    assert_eq!(estate.answer("10.0.1.99").0, "unknown");
    assert_eq!(estate.answer("192.168.0.1").0, "unknown");
    estate.ask(&["10.0.1.10", "192.168.0.1"], |report| {
        assert!(!report.complete && report.answers.iter().all(|answer| !answer.complete));
        assert_eq!(report.coverage.len(), 4, "links cannot have an address");
    });
}

#[test]
fn what_is_joined_to_the_network_is_named() {
    let joined = sample().look("10.0.1.10", |answer| {
        let of = |network: &netcensus::analysis::find::NetworkLinks<'_>| {
            let links = network
                .links
                .iter()
                .map(|link| format!("{} {}", link.far.id.unwrap_or_default(), link.far.name.unwrap_or("-")));
            (network.network.to_owned(), links.collect::<Vec<_>>())
        };
        let hubs: Vec<usize> = answer.hubs.iter().map(|hub| hub.members.len()).collect();
        (answer.joined.iter().map(of).collect::<Vec<_>>(), hubs)
    });
    let shop = ("vpc-shop".to_owned(), vec!["tgw-1 -".to_owned(), "vpc-lake lake".to_owned()]);
    let copy = ("vpc-copy".to_owned(), vec!["tgw-1 -".to_owned()]);
    assert_eq!(joined, (vec![shop, copy], vec![2]));
}
