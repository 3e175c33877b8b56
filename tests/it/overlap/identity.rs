//! Who is who: ids, accounts, regions and sharing.

use netcensus::model::{Level, Network};

use super::estate::{Estate, line, peering, subnet, vnet, vpc};

fn elsewhere(network: Network, account: &str, region: &str) -> Network {
    Network { account: account.into(), region: region.into(), ..network }
}

#[test]
fn azure_ids_that_differ_in_case_are_one_network() {
    let [a, b] =
        ["/subscriptions/s/vnets/a", "/subscriptions/s/vnets/b"].map(|id| vnet(id, &["10.0.0.0/16"]));
    let mut shout = a.clone();
    shout.id = shout.id.to_uppercase();
    shout.account = shout.account.to_uppercase();
    let seen_twice = Estate::of(vec![a.clone(), shout.clone()]);
    assert_eq!(seen_twice.lines(), [""; 0]);
    let joined = Estate { links: vec![peering(&shout, &b)], ..Estate::of(vec![a.clone(), b.clone()]) };
    assert_eq!(joined.find().findings[0].code, "NC101", "the link names it in another case");
    let subnets =
        vec![subnet(&shout, "subnet-a", &["10.0.0.0/24"]), subnet(&b, "subnet-b", &["10.0.0.0/24"])];
    let below = Estate { subnets, level: Level::Subnets, ..joined };
    assert_eq!(below.lines(), ["connected 10.0.0.0/24: subnet-a, subnet-b"]);
}

#[test]
fn one_id_in_two_accounts_or_regions_is_two_networks() {
    let a = vpc("vpc-a", &["10.0.0.0/16"]);
    for other in
        [elsewhere(a.clone(), "222222222222", "eu-west-1"), elsewhere(a.clone(), "111111111111", "us-east-1")]
    {
        let estate = Estate::of(vec![a.clone(), other]);
        assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vpc-a, vpc-a"]);
    }
}

#[test]
fn links_and_subnets_find_the_network_of_their_account_and_region() {
    let a = vpc("vpc-a", &["10.0.0.0/16"]);
    let far = elsewhere(a.clone(), "222222222222", "eu-west-1");
    let farther = elsewhere(a.clone(), "111111111111", "us-east-1");
    let b = vpc("vpc-b", &["10.0.0.0/16"]);
    for twin in [far, farther] {
        let subnets =
            vec![subnet(&twin, "subnet-twin", &["10.0.0.0/24"]), subnet(&b, "subnet-b", &["10.0.0.0/24"])];
        let links = vec![peering(&twin, &b)];
        let estate = Estate { subnets, links, ..Estate::of(vec![a.clone(), twin.clone(), b.clone()]) };
        let connected = estate.find().findings.remove(0);
        assert_eq!(
            (line(&connected).as_str(), connected.members.len()),
            ("connected 10.0.0.0/16: vpc-b, vpc-a", 2)
        );
        assert!(connected.members.iter().any(|member| member.account.as_ref() == Some(&twin.account)
            && member.region.as_ref() == Some(&twin.region)));
        let below = Estate { level: Level::Subnets, ..estate };
        assert_eq!(below.find().findings[0].code, "NC101", "the subnet is in the twin, which is joined");
    }
}

#[test]
fn a_shared_network_is_compared_once() {
    let owner = vpc("vpc-a", &["10.0.0.0/16"]);
    let participant = Network { visible_from: vec!["222222222222".into()], ..owner.clone() };
    let subnets = vec![
        subnet(&owner, "subnet-a", &["10.0.0.0/24"]),
        subnet(&participant, "subnet-a", &["10.0.0.0/24"]),
    ];
    let estate = Estate { subnets, level: Level::All, ..Estate::of(vec![participant, owner]) };
    assert_eq!(estate.lines(), [""; 0]);
}
