//! Plans of whole networks, with an inventory beside: what exists is kept, and what an earlier plan laid out too.

use ipnet::IpNet;
use netcensus::analysis::network_plan::{
    NETWORK_TAG, NetworkPlan, NetworkPlanError, NetworkPlanInput, PlanStatus, network_length, plan_network,
};
use netcensus::model::{Inventory, NetworkSpec, Subnet};

use super::spec;
use crate::overlap::estate::{Estate, subnet, vnet, vpc};

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

const SHOP: &str = "name = 'shop'\nprovider = 'aws'\nregion = 'eu-west-1'\nzones = 2\nmax-zones = 3\n\
                    [[subnets]]\nname = 'app'\nsize = 24\n[[subnets]]\nname = 'data'\nhosts = 50\n";

fn plan_with(
    spec: &NetworkSpec,
    inventory: &Inventory,
    earlier: Option<&NetworkPlan>,
    prefix: Option<&str>,
) -> Result<NetworkPlan, NetworkPlanError> {
    let prefix = prefix.map(|prefix| (net(prefix), PlanStatus::New));
    plan_network(NetworkPlanInput { spec, inventory, earlier, prefix })
}

fn plan(text: &str, inventory: &Inventory) -> NetworkPlan {
    plan_with(&spec(text), inventory, None, Some("10.0.0.0/20")).unwrap_or_else(|error| panic!("{error}"))
}

fn empty() -> Inventory {
    Estate::default().inventory()
}

fn lines(plan: &NetworkPlan) -> Vec<String> {
    let line = |subnet: &netcensus::analysis::network_plan::PlannedSubnet| {
        let zone = subnet.zone.as_deref().unwrap_or("all");
        format!("{} {zone} {} {} {}", subnet.name, subnet.prefix, subnet.addresses, subnet.status.as_str())
    };
    plan.subnets.iter().map(line).collect()
}

fn named(id: &str, network: &str, zone: &str, name: &str, prefix: &str) -> Subnet {
    let mut subnet = subnet(&vpc(network, &[]), id, &[prefix]);
    subnet.zone = Some(zone.to_owned()).filter(|zone| !zone.is_empty());
    subnet.name = Some(name.to_owned());
    subnet
}

/// An inventory with a VPC `shop`, 10.0.0.0/20, and these subnets.
fn built(subnets: Vec<Subnet>) -> Inventory {
    let mut network = vpc("vpc-1", &["10.0.0.0/20"]);
    (network.name, network.region) = (Some("shop".to_owned()), "eu-west-1".to_owned());
    let mut estate = Estate::of(vec![network]);
    estate.subnets = subnets;
    estate.inventory()
}

#[test]
fn a_new_network_has_everything_in_its_place() {
    let plan = plan(SHOP, &empty());
    assert_eq!(
        lines(&plan),
        [
            "app eu-west-1a 10.0.0.0/24 251 new",
            "app eu-west-1b 10.0.1.0/24 251 new",
            "data eu-west-1a 10.0.3.0/26 59 new",
            "data eu-west-1b 10.0.3.64/26 59 new"
        ],
        "the fourth slot of a group of three is free for others"
    );
    let held: Vec<String> = plan.held.iter().map(|held| format!("{} {}", held.name, held.prefix)).collect();
    assert_eq!(held, ["app 10.0.2.0/24", "data 10.0.3.128/26"]);
    assert_eq!(plan.left, ["10.0.3.192/26", "10.0.4.0/22", "10.0.8.0/21"].map(net));
    assert_eq!((plan.left_addresses, plan.status, plan.network), (64 + 1024 + 2048, PlanStatus::New, None));
}

#[test]
fn the_network_is_as_small_as_it_can_be() {
    assert_eq!(network_length(&spec(SHOP)), Some(22));
    let small = "name = 'x'\nprovider = 'azure'\n[[subnets]]\nname = 'app'\nsize = 29\n";
    assert_eq!(network_length(&spec(small)), Some(29));
    assert_eq!(network_length(&spec(&small.replace("azure", "aws").replace("29", "28"))), Some(28));
    let large = "name = 'x'\nprovider = 'aws'\nzones = 4\n[[subnets]]\nname = 'app'\nsize = 17\n";
    assert_eq!(network_length(&spec(large)), None, "a VPC has /16 at most");
}

/// What exists is kept by its name, whatever is added to the file.
#[test]
fn what_exists_is_kept_and_new_zones_are_beside_it() {
    let inventory = built(vec![
        named("subnet-1", "vpc-1", "eu-west-1b", "app-b", "10.0.1.0/24"),
        named("subnet-2", "vpc-1", "eu-west-1c", "app-eu-west-1c", "10.0.2.0/24"),
        named("subnet-3", "vpc-1", "eu-west-1b", "by hand", "10.0.8.0/24"),
        named("subnet-4", "vpc-1", "eu-west-1b", "appliance", "10.0.9.0/24"),
    ]);
    let spec = spec(&SHOP.replace("zones = 2", "zones = 3"));
    let plan = plan_with(&spec, &inventory, None, None).unwrap();
    assert_eq!((plan.status, plan.network.as_deref()), (PlanStatus::Exists, Some("vpc-1")));
    assert_eq!(plan.zones, ["eu-west-1a", "eu-west-1b", "eu-west-1c"], "those in use come first");
    assert_eq!(
        lines(&plan),
        [
            "app eu-west-1a 10.0.0.0/24 251 new",
            "app eu-west-1b 10.0.1.0/24 251 exists",
            "app eu-west-1c 10.0.2.0/24 251 exists",
            "data eu-west-1a 10.0.3.0/26 59 new",
            "data eu-west-1b 10.0.3.64/26 59 new",
            "data eu-west-1c 10.0.3.128/26 59 new"
        ]
    );
    assert_eq!(
        plan.notes,
        [
            "the network has subnets that the file does not name, and they stay as they are: by hand, appliance"
        ]
    );
    assert!(plan.problems.is_empty());
}

#[test]
fn an_earlier_plan_is_kept_and_grows_without_renumbering() {
    let before = plan(SHOP, &empty());
    let more = SHOP.replace("zones = 2", "zones = 3").replace("hosts = 50", "hosts = 50\nmax-hosts = 100");
    let more = spec(&format!("{more}[[subnets]]\nname = 'a'\nsize = 22\n"));
    let prefix = Some((net("10.0.0.0/20"), PlanStatus::Kept));
    let inventory = empty();
    let input = NetworkPlanInput { spec: &more, inventory: &inventory, earlier: Some(&before), prefix };
    let after = plan_network(input).unwrap();
    for line in lines(&before) {
        let kept = line.replace("new", "kept");
        assert!(lines(&after).contains(&kept), "{kept}: {:#?}", lines(&after));
    }
    assert_eq!(after.subnets.len(), 9);
    let again = plan_network(NetworkPlanInput { earlier: Some(&after), ..input }).unwrap();
    let without_status =
        |plan: &NetworkPlan| plan.subnets.iter().map(|it| (it.zone.clone(), it.prefix)).collect::<Vec<_>>();
    assert_eq!(without_status(&again), without_status(&after), "asked again, it is the same");
    let fewer = spec(SHOP);
    let back = plan_network(NetworkPlanInput { spec: &fewer, earlier: Some(&after), ..input }).unwrap();
    assert_eq!(without_status(&back), without_status(&before), "what is not wanted any more is gone");
}

#[test]
fn a_document_of_a_plan_is_read_again() {
    let plan = plan(SHOP, &empty());
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<NetworkPlan>(&text).unwrap(), plan);
}

#[test]
fn what_exists_and_is_too_small_is_a_problem() {
    let inventory = built(vec![named("subnet-1", "vpc-1", "eu-west-1a", "data-a", "10.0.0.0/28")]);
    let text = SHOP.replace("zones = 2", "prefix = '10.9.0.0/16'\nzones = 2");
    let plan = plan_with(&spec(&text), &inventory, None, None).unwrap();
    assert_eq!(
        plan.problems,
        [
            "the network exists with 10.0.0.0/20, and the file says 10.9.0.0/16",
            "the subnet data (eu-west-1a) exists with 10.0.0.0/28, which is smaller than /26: a subnet that is in use cannot \
         be resized, so add another one",
        ]
    );
    let larger = plan_with(&spec(&SHOP.replace("zones = 2", "size = 18\nzones = 2")), &inventory, None, None);
    assert_eq!(
        larger.unwrap().problems[0],
        "the network exists with 10.0.0.0/20, which is smaller than /18: add a prefix to it"
    );
}

#[test]
fn a_network_is_found_by_its_tag_before_its_name() {
    let mut network = vpc("vpc-2", &["10.7.0.0/20"]);
    (network.region, network.name) = ("eu-west-1".to_owned(), Some("other".to_owned()));
    network.tags.insert(NETWORK_TAG.to_owned(), "shop".to_owned());
    let mut named = vpc("vpc-1", &["10.0.0.0/20"]);
    (named.region, named.name) = ("eu-west-1".to_owned(), Some("SHOP".to_owned()));
    let mut elsewhere = named.clone();
    (elsewhere.id, elsewhere.region) = ("vpc-3".to_owned(), "us-east-1".to_owned());
    let found = |networks: Vec<_>| {
        let plan = plan_with(&spec(SHOP), &Estate::of(networks).inventory(), None, None);
        plan.map(|plan| plan.network)
    };
    assert_eq!(found(vec![network, named.clone(), elsewhere.clone()]).unwrap().as_deref(), Some("vpc-2"));
    assert_eq!(found(vec![named.clone(), elsewhere.clone()]).unwrap().as_deref(), Some("vpc-1"));
    assert_eq!(found(vec![elsewhere]).unwrap_err(), NetworkPlanError::NoPrefix("shop".to_owned()));
    let mut twin = named.clone();
    twin.id = "vpc-4".to_owned();
    let error = found(vec![named, twin]).unwrap_err().to_string();
    assert!(error.starts_with("2 networks are called `shop`: vpc-1 ("), "{error}");
}

#[test]
fn azure_has_one_subnet_for_all_zones() {
    let hub = "name = 'hub'\nprovider = 'azure'\nzones = 3\n[[subnets]]\nname = 'GatewaySubnet'\n\
               [[subnets]]\nname = 'AzureFirewallSubnet'\n[[subnets]]\nname = 'app'\nsize = 24\nspread = true\n";
    let made = plan(hub, &empty());
    assert_eq!(
        lines(&made),
        [
            "AzureFirewallSubnet all 10.0.4.0/26 59 new",
            "GatewaySubnet all 10.0.4.64/27 27 new",
            "app 1 10.0.0.0/24 251 new",
            "app 2 10.0.1.0/24 251 new",
            "app 3 10.0.2.0/24 251 new"
        ]
    );
    let small = "name = 'hub'\nprovider = 'azure'\n[[subnets]]\nname = 'GatewaySubnet'\nsize = 29\n";
    assert!(plan(small, &empty()).notes[0].contains("/27 or wider is recommended"));
    let mut network = vnet("VNet-1", &["10.0.0.0/20"]);
    network.name = Some("hub".to_owned());
    let mut estate = Estate::of(vec![network.clone()]);
    let mut app = named("subnet-1", "vnet-1", "", "app-2", "10.0.9.0/24");
    (app.provider, app.account, app.region) = (network.provider, network.account.clone(), network.region);
    estate.subnets = vec![app];
    let plan = plan_with(&spec(hub), &estate.inventory(), None, None).unwrap();
    assert!(lines(&plan).contains(&"app 2 10.0.9.0/24 251 exists".to_owned()), "{:#?}", lines(&plan));
    assert!(lines(&plan).contains(&"app 1 10.0.8.0/24 251 new".to_owned()), "{:#?}", lines(&plan));
}

#[test]
fn ipv6_is_planned_once_its_prefix_is_known() {
    let text = SHOP.replace("zones = 2", "ipv6 = 'assigned'\nzones = 2");
    let before = plan(&text, &empty());
    assert_eq!(
        before.notes,
        ["the network has no IPv6 prefix yet: plan again once the cloud has assigned it"]
    );
    let mut inventory = built(vec![named("subnet-1", "vpc-1", "eu-west-1a", "app-a", "10.0.0.0/24")]);
    inventory.subnets[0].prefixes.push(net("2001:db8:0:ff01::/64"));
    let mut block = inventory.networks[0].blocks[0].clone();
    block.cidr = net("2001:db8:0:ff00::/56");
    inventory.networks[0].blocks.push(block);
    let plan = plan_with(&spec(&text), &inventory, None, None).unwrap();
    let ipv6: Vec<String> = plan.subnets.iter().map(|it| it.ipv6_prefix.unwrap().to_string()).collect();
    assert_eq!(
        ipv6,
        ["2001:db8:0:ff01::/64", "2001:db8:0:ff00::/64", "2001:db8:0:ff04::/64", "2001:db8:0:ff05::/64"],
        "the one that exists is kept"
    );
    let named = SHOP.replace("zones = 2", "ipv6 = '2001:db8:1::/56'\nzones = 2");
    let plan = super::plan::plan(&named, &empty());
    assert_eq!(plan.prefixes, ["10.0.0.0/20", "2001:db8:1::/56"].map(net));
    assert_eq!(plan.subnets[3].ipv6_prefix, Some(net("2001:db8:1:5::/64")));
}
