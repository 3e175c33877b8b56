//! Plans: what they add, and what they take away.

use netcensus::model::{
    BlockRole, Class, Level, Network, NetworkKind, PlannedChanges, PlannedKind, PlannedPrefix, Provider,
    Removal,
};

use super::estate::{Estate, block, line, net, peering, planned, range, subnet, vnet, vpc};

fn with(networks: Vec<Network>, prefixes: Vec<PlannedPrefix>, removed: Vec<Removal>) -> Estate {
    let plan = PlannedChanges { prefixes, removed, ..PlannedChanges::default() };
    Estate { plan, ..Estate::of(networks) }
}

fn new_vpc(address: &str, prefix: &str) -> PlannedPrefix {
    planned(PlannedKind::Network, address, None, prefix)
}

fn new_subnet(address: &str, network: Option<&str>, prefix: &str) -> PlannedPrefix {
    planned(PlannedKind::Subnet, address, network, prefix)
}

#[test]
fn a_planned_prefix_that_is_taken_is_worse_than_latent() {
    let networks = vec![vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.0.0.0/17"])];
    let estate = with(networks, vec![new_vpc("aws_vpc.new", "10.0.0.0/18")], vec![]);
    let findings = estate.find().findings;
    assert_eq!(
        findings.iter().map(line).collect::<Vec<_>>(),
        ["planned 10.0.0.0/18: vpc-a, vpc-b, aws_vpc.new", "latent 10.0.0.0/17: vpc-a, vpc-b"]
    );
    assert_eq!(findings[0].message, "planned 10.0.0.0/18 overlaps 2 existing networks");
}

#[test]
fn planned_outranks_external_and_plans_collide_with_one_another() {
    let mut estate = with(
        vec![],
        vec![new_vpc("aws_vpc.one", "10.0.0.0/16"), new_vpc("aws_vpc.two", "10.0.0.0/17")],
        vec![],
    );
    assert_eq!(estate.lines(), ["planned 10.0.0.0/17: aws_vpc.one, aws_vpc.two"]);
    estate.ranges = vec![range("dc", "10.0.0.0/8")];
    assert_eq!(estate.lines(), ["planned 10.0.0.0/16: 10.0.0.0/8, aws_vpc.one, aws_vpc.two"]);
}

#[test]
fn a_block_that_is_planned_for_a_network_is_no_collision_with_it() {
    let networks = vec![vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.2.0.0/16"])];
    let added = |prefix| planned(PlannedKind::Network, "aws_vpc.a", Some("vpc-a"), prefix);
    let estate =
        with(networks, vec![added("10.0.0.0/16"), added("10.0.0.0/20"), added("10.2.8.0/24")], vec![]);
    assert_eq!(estate.lines(), ["planned 10.2.8.0/24: vpc-b, aws_vpc.a"]);
}

#[test]
fn an_update_compares_the_new_block_and_not_the_old_one() {
    let networks = vec![
        vnet("/s/vnets/a", &["10.0.0.0/16"]),
        vpc("vpc-b", &["10.0.0.0/16"]),
        vpc("vpc-c", &["10.1.0.0/16"]),
    ];
    let change =
        planned(PlannedKind::Network, "azurerm_virtual_network.a", Some("/S/vnets/A"), "10.1.0.0/16");
    let removed = vec![Removal::Block("/S/VNETS/a".into(), net("10.0.0.0/16"))];
    assert_eq!(
        with(networks, vec![change], removed).lines(),
        ["planned 10.1.0.0/16: vpc-c, azurerm_virtual_network.a"]
    );
}

#[test]
fn what_a_plan_replaces_collides_with_nothing() {
    let old = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&old, "subnet-a", &["10.0.0.0/24"])];
    let replaced = vec![
        new_vpc("aws_vpc.a", "10.0.0.0/16"),
        new_subnet("aws_subnet.a", Some("aws_vpc.a"), "10.0.0.0/24"),
    ];
    let removed = vec![Removal::Network("VPC-A".into())];
    let estate = Estate { subnets, level: Level::All, ..with(vec![old], replaced, removed) };
    assert_eq!(estate.lines(), [""; 0]);
    let kept = PlannedChanges { removed: vec![], ..estate.plan.clone() };
    assert_eq!(Estate { plan: kept, ..estate }.lines().len(), 2, "without the removal they do");
}

#[test]
fn what_a_plan_deletes_is_gone_with_its_links() {
    let [a, b] = ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"]));
    let middle = vpc("vpc-m", &["10.0.0.0/8"]);
    let links = vec![peering(&a, &middle), peering(&middle, &b)];
    let removed = vec![Removal::Network("vpc-m".into())];
    let estate = Estate { links, ..with(vec![a, b, middle], vec![], removed) };
    assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vpc-a, vpc-b"]);
    let whole = Estate { plan: PlannedChanges::default(), ..estate };
    assert_eq!(whole.lines(), ["connected 10.0.0.0/16: vpc-a, vpc-b, vpc-m"]);
}

#[test]
fn a_subnet_that_is_deleted_makes_room() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "subnet-a", &["10.0.0.0/24"])];
    let plan = PlannedChanges {
        prefixes: vec![new_subnet("aws_subnet.b", Some("vpc-a"), "10.0.0.0/25")],
        ..PlannedChanges::default()
    };
    let estate = Estate { subnets, plan, level: Level::Subnets, ..Estate::of(vec![network]) };
    assert_eq!(estate.lines(), ["planned 10.0.0.0/25: subnet-a, aws_subnet.b"], "a sibling is in the way");
    let mut moved = estate;
    moved.plan.removed.push(Removal::Subnet("subnet-a".into()));
    assert_eq!(moved.lines(), [""; 0]);
}

#[test]
fn a_planned_subnet_outside_its_network_is_a_finding() {
    let plan = |prefix| {
        vec![new_vpc("aws_vpc.a", "10.0.0.0/16"), new_subnet("aws_subnet.a", Some("aws_vpc.a"), prefix)]
    };
    let at = |prefix| Estate { level: Level::Subnets, ..with(vec![], plan(prefix), vec![]) }.lines();
    assert_eq!(at("10.0.3.0/24"), [""; 0]);
    assert_eq!(at("10.1.3.0/24"), ["outside-network 10.1.3.0/24: aws_subnet.a"]);
    let existing = vec![new_subnet("aws_subnet.a", Some("vpc-a"), "10.1.3.0/24")];
    let estate =
        Estate { level: Level::Subnets, ..with(vec![vpc("vpc-a", &["10.0.0.0/16"])], existing, vec![]) };
    assert_eq!(estate.lines(), ["outside-network 10.1.3.0/24: aws_subnet.a"]);
}

#[test]
fn a_planned_subnet_of_a_network_that_was_not_read_stands_for_it() {
    let networks = vec![vpc("vpc-a", &["10.0.0.0/16"])];
    let unread = new_subnet("aws_subnet.a", Some("vpc-unread"), "10.0.3.0/24");
    let estate = with(networks.clone(), vec![unread], vec![]);
    assert_eq!(estate.lines(), ["planned 10.0.3.0/24: vpc-a, aws_subnet.a"]);
    let known = with(networks, vec![new_subnet("aws_subnet.a", Some("vpc-a"), "10.0.3.0/24")], vec![]);
    assert_eq!(known.lines(), [""; 0]);
}

/// terraform-provider-aws 29023: the VPC is read only once the plan is applied.
#[test]
fn a_planned_subnet_whose_network_is_known_later_is_in_the_one_around_it() {
    let at = |networks: &[Network], prefix: &str, level| {
        let estate = with(networks.to_vec(), vec![new_subnet("aws_subnet.a", None, prefix)], vec![]);
        Estate { level, ..estate }
    };
    let one = [vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.1.0.0/16"])];
    let inside = at(&one, "10.0.3.0/24", Level::Networks);
    assert_eq!(inside.lines(), [""; 0]);
    let said = "aws_subnet.a is assumed to be a subnet of vpc-a, the only network that contains it";
    assert!(inside.find().notes.iter().any(|note| note.starts_with(said)), "{:?}", inside.find().notes);
    let outside = at(&one, "10.0.0.0/15", Level::Networks);
    assert_eq!(outside.lines(), ["planned 10.0.0.0/15: vpc-a, vpc-b, aws_subnet.a"], "none is around it");
    // Whichever it is in, the two collide anyway.
    let two = [vpc("vpc-a", &["10.0.0.0/16"]), vpc("vpc-b", &["10.0.0.0/17"])];
    let either = at(&two, "10.0.3.0/24", Level::Networks);
    assert_eq!(either.lines(), ["latent 10.0.0.0/17: vpc-a, vpc-b"]);
    assert!(either.find().notes.iter().any(|note| note.contains("compared with subnets only")));
    let mut azures = vnet("/n", &["10.0.0.0/16"]);
    azures.region = "westeurope".to_owned();
    assert_eq!(
        at(&[azures], "10.0.3.0/24", Level::Networks).lines().len(),
        1,
        "another cloud's is not around it"
    );
}

#[test]
fn a_planned_subnet_whose_network_is_known_later_collides_with_subnets() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "subnet-a", &["10.0.3.0/25"])];
    for networks in [vec![network.clone()], vec![network.clone(), vpc("vpc-b", &["10.0.0.0/17"])]] {
        let plan = with(networks, vec![new_subnet("aws_subnet.a", None, "10.0.3.0/24")], vec![]);
        let estate = Estate { subnets: subnets.clone(), level: Level::Subnets, ..plan };
        assert_eq!(estate.lines(), ["planned 10.0.3.0/25: subnet-a, aws_subnet.a"]);
    }
}

#[test]
fn a_network_outside_the_clouds_may_be_named_several_times() {
    let remote = |address: &str| planned(PlannedKind::Remote, address, None, "10.0.0.0/16");
    let both = || vec![remote("azurerm_local_network_gateway.a"), remote("azurerm_local_network_gateway.b")];
    let mut estate = with(vec![], both(), vec![]);
    estate.ranges = vec![range("dc", "10.0.0.0/8")];
    assert_eq!(estate.lines(), [""; 0], "all are the same");
    let cloud = with(vec![vpc("vpc-a", &["10.0.4.0/24"])], both(), vec![]);
    let found =
        "planned 10.0.4.0/24: vpc-a, azurerm_local_network_gateway.a, azurerm_local_network_gateway.b";
    assert_eq!(cloud.lines(), [found]);
}

#[test]
fn a_network_may_be_named_by_the_end_of_its_id() {
    let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/a";
    let planned = PlannedPrefix {
        provider: Some(Provider::Azure),
        ..new_subnet(
            "azurerm_subnet.a",
            Some("/resourcegroups/RG/providers/Microsoft.Network/virtualNetworks/a"),
            "10.0.0.0/24",
        )
    };
    let estate = with(vec![vnet(id, &["10.0.0.0/16"])], vec![planned], vec![]);
    assert_eq!(estate.lines(), [""; 0], "it is in that network");
}

#[test]
fn a_planned_subnet_with_the_name_of_one_in_azure_is_that_one() {
    let network = vnet("/n", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "App", &["10.0.0.0/24"])];
    let named = |name: &str| PlannedPrefix {
        provider: Some(Provider::Azure),
        name: Some(name.into()),
        ..new_subnet("azurerm_subnet.app", Some("/n"), "10.0.0.0/23")
    };
    let at = |name| {
        let estate = with(vec![network.clone()], vec![named(name)], vec![]);
        Estate { subnets: subnets.clone(), level: Level::Subnets, ..estate }.lines()
    };
    assert_eq!(at("app"), [""; 0]);
    assert_eq!(at("other"), ["planned 10.0.0.0/24: App, azurerm_subnet.app"]);
}

#[test]
fn hubs_and_planned_networks_stand_for_themselves_among_subnets() {
    let hub = Network { kind: NetworkKind::VirtualHub, ..vnet("hub", &["10.0.0.0/23"]) };
    let estate = with(vec![hub], vec![new_vpc("aws_vpc.a", "10.0.0.0/16")], vec![]);
    assert_eq!(Estate { level: Level::Subnets, ..estate }.lines(), ["planned 10.0.0.0/23: hub, aws_vpc.a"]);
}

#[test]
fn a_planned_secondary_of_shared_space_does_as_all_the_others_do() {
    let pods = |id: &str, primary: &str| {
        let mut network = vpc(id, &[primary]);
        network.blocks.push(block("100.64.0.0/16", BlockRole::Secondary, None));
        network
    };
    let networks =
        vec![pods("vpc-a", "10.1.0.0/16"), pods("vpc-b", "10.2.0.0/16"), vpc("vpc-c", &["10.3.0.0/16"])];
    let added = planned(PlannedKind::Network, "more", Some("vpc-c"), "100.64.0.0/16");
    let addition = with(networks.clone(), vec![added], vec![]);
    assert_eq!(addition.lines(), ["default-network 100.64.0.0/16: vpc-a, vpc-b, more"]);
    let network = with(networks, vec![new_vpc("aws_vpc.new", "100.64.0.0/17")], vec![]);
    assert_eq!(network.find().findings[0].class, Class::Planned, "a network made of it is another matter");
}

#[test]
fn the_resources_of_two_plans_stay_apart() {
    let plan = |file: &str| {
        let prefix = planned(PlannedKind::Network, "aws_vpc.main", Some("aws_vpc.main"), "10.0.0.0/16");
        PlannedChanges { prefixes: vec![prefix], ..PlannedChanges::default() }.named(file)
    };
    let mut both = plan("a.json");
    both.append(plan("b.json"));
    let estate = Estate { plan: both, ..Estate::default() };
    assert_eq!(estate.lines(), ["planned 10.0.0.0/16: a.json: aws_vpc.main, b.json: aws_vpc.main"]);
}

#[test]
fn a_planned_vnet_is_taken_for_the_only_one_of_its_name_and_that_is_said() {
    let id = |subscription: u8| {
        format!(
            "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub"
        )
    };
    let tail = "/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub";
    let one = Network { id: id(1), ..vnet("x", &["10.0.0.0/16"]) };
    let other = Network { id: id(2), ..vnet("y", &["10.1.0.0/16"]) };
    let new = planned(PlannedKind::Network, "azurerm_virtual_network.hub", Some(tail), "10.0.0.0/16");
    let alone = with(vec![one.clone()], vec![new.clone()], vec![]).find();
    assert_eq!(alone.findings.len(), 0);
    assert!(
        alone.notes[0].starts_with(
            "azurerm_virtual_network.hub is assumed to be the existing network /subscriptions/1/"
        )
    );
    let several = with(vec![one.clone(), other], vec![new.clone()], vec![]).find();
    assert_eq!(several.findings[0].class, Class::Planned, "of several it may be none");
    // What Terraform creates is not there yet, so the one of that name is in another subscription.
    let created = PlannedPrefix { is_new: true, ..new };
    let more = PlannedPrefix { prefix: net("10.7.0.0/16"), ..created.clone() };
    let its_subnet = new_subnet("azurerm_subnet.s", Some(tail), "10.0.1.0/24");
    let found = with(vec![one], vec![created, more, its_subnet], vec![]).find();
    let lines: Vec<_> = found.findings.iter().map(line).collect();
    assert_eq!(lines, [format!("planned 10.0.0.0/16: {}, azurerm_virtual_network.hub", id(1))]);
    let said = "azurerm_virtual_network.hub was compared with the existing network /subscriptions/1/";
    assert!(found.notes.iter().any(|note| note.starts_with(said)), "{:?}", found.notes);
}

#[test]
fn planned_subnets_that_the_level_leaves_out_are_noted() {
    let estate = with(
        vec![vpc("vpc-a", &["10.0.0.0/16"])],
        vec![new_subnet("aws_subnet.s", Some("vpc-a"), "10.0.0.0/24")],
        vec![],
    );
    let found = estate.find();
    assert_eq!(found.notes, ["1 planned prefix is of a subnet, which --level networks does not compare"]);
    assert_eq!(Estate { level: Level::All, ..estate }.find().notes, [""; 0]);
}
