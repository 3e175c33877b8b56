//! Ranges outside the clouds, and comparing some networks with some others.

use netcensus::analysis::filter::Filter;
use netcensus::model::{Level, Network, NetworkKind, Provider, Range};

use super::estate::{Estate, line, range, subnet, vpc};

#[test]
fn ranges_of_one_site_nest_and_those_of_two_collide() {
    let one =
        Estate { ranges: vec![range("dc", "10.0.0.0/8"), range("dc", "10.1.0.0/16")], ..Estate::default() };
    assert_eq!(one.lines(), [""; 0]);
    let two =
        Estate { ranges: vec![range("dc", "10.0.0.0/8"), range("lab", "10.1.0.0/16")], ..Estate::default() };
    let finding = &two.find().findings[0];
    assert_eq!(line(finding), "external 10.1.0.0/16: 10.0.0.0/8, 10.1.0.0/16");
    assert_eq!(finding.message, "10.1.0.0/16 is in use outside the clouds at dc and lab");
}

#[test]
fn a_network_that_holds_a_sites_addresses_is_an_external_finding() {
    let networks = vec![vpc("vpc-a", &["10.0.0.0/16"])];
    let named = Range { name: Some("office".into()), ..range("dc", "10.0.4.0/22") };
    let estate = Estate { ranges: vec![named], ..Estate::of(networks) };
    let finding = &estate.find().findings[0];
    assert_eq!(line(finding), "external 10.0.4.0/22: vpc-a, office");
    assert_eq!(finding.message, "10.0.4.0/22 is in use outside the clouds at dc, and by 1 network");
}

#[test]
fn a_range_of_the_inventory_is_one_of_its_site() {
    let saved = Network {
        provider: Provider::External,
        kind: NetworkKind::External,
        account: "dc".into(),
        ..vpc("10.0.0.0/8", &["10.0.0.0/8"])
    };
    let ranges = vec![range("dc", "10.1.0.0/16"), range("lab", "10.2.0.0/16")];
    let estate = Estate { ranges, ..Estate::of(vec![saved]) };
    assert_eq!(estate.lines(), ["external 10.2.0.0/16: 10.0.0.0/8, 10.2.0.0/16"]);
}

#[test]
fn a_range_stands_for_itself_among_subnets() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets =
        vec![subnet(&network, "subnet-a", &["10.0.0.0/24"]), subnet(&network, "subnet-b", &["10.0.9.0/24"])];
    let ranges = vec![range("dc", "10.0.0.0/22")];
    let estate = Estate { subnets, ranges, level: Level::Subnets, ..Estate::of(vec![network]) };
    assert_eq!(estate.lines(), ["external 10.0.0.0/24: subnet-a, 10.0.0.0/22"]);
}

#[test]
fn between_compares_those_of_one_filter_with_those_of_the_other() {
    let placed = |id: &str, region: &str| Network { region: region.into(), ..vpc(id, &["10.0.0.0/16"]) };
    let networks = vec![
        placed("vpc-a", "eu-west-1"),
        placed("vpc-b", "eu-west-1"),
        placed("vpc-c", "us-east-1"),
        placed("vpc-d", "ap-south-1"),
        vpc("vpc-e", &["192.0.2.0/24"]),
    ];
    let filter = |text: &str| text.parse::<Filter>().unwrap();
    let between = |one, other| {
        Estate { between: Some([filter(one), filter(other)]), ..Estate::of(networks.clone()) }.lines()
    };
    assert_eq!(between("region=eu-*", "region=us-*"), ["latent 10.0.0.0/16: vpc-a, vpc-b, vpc-c"]);
    assert_eq!(between("id=vpc-a", "id=vpc-b"), ["latent 10.0.0.0/16: vpc-a, vpc-b"]);
    assert_eq!(between("region=eu-*", "region=eu-*"), ["latent 10.0.0.0/16: vpc-a, vpc-b"]);
    assert_eq!(between("id=vpc-a", "id=vpc-a"), [""; 0], "and asks for nothing else");
}

/// A list that is newer than the inventory, or of accounts that it lacks, says more of a network than the inventory.
#[test]
fn what_the_inventory_lacks_of_a_listed_network_is_compared_with_all_others() {
    let networks = vec![vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-zz", &["10.9.0.0/16"])];
    let of_a = |prefix| Range { network: Some("vpc-a".into()), ..range("vpc-a", prefix) };
    let estate = |prefix| Estate { ranges: vec![of_a(prefix)], ..Estate::of(networks.clone()) };
    assert_eq!(estate("10.9.0.0/16").lines(), ["external 10.9.0.0/16: vpc-zz, 10.9.0.0/16"]);
    assert_eq!(estate("10.9.4.0/24").lines(), ["external 10.9.4.0/24: vpc-zz, 10.9.4.0/24"]);
    for held in ["10.0.0.0/16", "10.0.7.0/24", "10.0.0.0/15"] {
        assert_eq!(estate(held).lines(), [""; 0], "{held}");
    }
    let said = "1 external range belongs to a network of the inventory (vpc-a) and was not compared with that network";
    assert_eq!(estate("10.9.0.0/16").find().notes, [said]);
    let several = Estate { ranges: vec![of_a("10.0.0.0/16"), of_a("10.4.0.0/16")], ..estate("10.0.0.0/16") };
    let said = "2 external ranges belong to a network of the inventory (vpc-a) and were not compared with that network";
    assert_eq!(several.find().notes, [said]);
}

#[test]
fn a_listed_range_around_the_subnets_of_its_own_network_collides_with_those_of_others() {
    let (one, other) = (vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.1.0.0/16"]));
    let subnets =
        vec![subnet(&one, "subnet-a", &["10.0.0.0/24"]), subnet(&other, "subnet-b", &["10.1.9.0/24"])];
    let ranges = vec![Range { network: Some("vpc-a".into()), ..range("vpc-a", "10.0.0.0/15") }];
    let estate = Estate { subnets, ranges, level: Level::Subnets, ..Estate::of(vec![one, other]) };
    let found = estate.find();
    assert!(found.findings.iter().all(|finding| !line(finding).contains("subnet-a")), "{found:?}");
    assert!(found.findings.iter().any(|finding| line(finding).contains("subnet-b")), "{found:?}");
}

/// Groups and names are of one subscription: another may have the same.
#[test]
fn networks_of_two_subscriptions_with_one_name_are_two_sites() {
    let of = |subscription: u8, group: &str| Range {
        network: Some(format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/x/virtualNetworks/hub"
        )),
        ..range("rg/hub", "10.60.0.0/16")
    };
    let two = Estate { ranges: vec![of(1, "rg"), of(2, "rg")], ..Estate::default() };
    assert_eq!(two.lines(), ["external 10.60.0.0/16: 10.60.0.0/16, 10.60.0.0/16"]);
    let one = Estate { ranges: vec![of(1, "rg"), of(1, "RG")], ..Estate::default() };
    assert_eq!(one.lines(), [""; 0], "case tells no two networks apart");
}
