//! Network address units of VPCs, by the table of AWS.

use netcensus::analysis::usage::{UsageKind, UsageRow};
use netcensus::model::{
    Interface, InterfaceKind, Inventory, Kind, Link, LinkEnd, LinkKind, Provider, Resources,
};

use super::estate::{ACCOUNT, REGION, assess, interface, inventory, net, network, policy, subnet};

/// Measures the network of interfaces in a /24 that uses as many addresses as they have, and `unseen` more.
fn network_of(interfaces: Vec<Interface>, unseen: u64) -> UsageRow {
    let held = |one: &Interface| {
        let prefixes = one.private_prefixes.iter().flatten().filter(|prefix| prefix.addr().is_ipv4()).count();
        one.private_ips.iter().filter(|address| address.is_ipv4()).count() + 16 * prefixes
    };
    let used = interfaces.iter().map(held).sum::<usize>() as u64 + unseen;
    let resources = Resources {
        networks: vec![network("vpc-1", &["10.0.0.0/16"])],
        subnets: vec![subnet("s", "10.0.0.0/24", Some(used))],
        interfaces,
        ..Resources::default()
    };
    let found = inventory(resources, &[Kind::Networks, Kind::Subnets, Kind::Interfaces]);
    assess(&found, UsageKind::Network, &policy()).rows.remove(0)
}

fn one(id: &str, kind: InterfaceKind, address: &str) -> Interface {
    interface(id, "s", kind, &[address.parse().unwrap()], &[])
}

fn units(interfaces: Vec<Interface>) -> Option<u64> {
    network_of(interfaces, 0).address_units.map(|units| units.used)
}

#[test]
fn addresses_and_prefixes_of_machines_have_a_unit_each_and_services_six() {
    let mut first = interface(
        "a",
        "s",
        InterfaceKind::Instance,
        &["10.0.0.4".parse().unwrap(), "10.0.0.5".parse().unwrap()],
        &[net("10.0.0.16/28")],
    );
    first.attached_to = Some("i-1".into());
    first.public_ips = vec!["203.0.113.7".parse().unwrap()];
    first.private_ips.push("2001:db8::4".parse().unwrap());
    let mut second = one("b", InterfaceKind::Instance, "10.0.0.6");
    second.attached_to = Some("i-1".into());
    assert_eq!(units(vec![first.clone()]), Some(5));
    assert_eq!(units(vec![first, second]), Some(7), "an address, and a further interface of the machine");
    let gateway = one("g", InterfaceKind::NatGateway, "10.0.0.7");
    let endpoint = one("e", InterfaceKind::Endpoint, "10.0.0.8");
    let target = one("t", InterfaceKind::FileSystem, "10.0.0.9");
    assert_eq!(units(vec![gateway, endpoint, target]), Some(18));
    assert_eq!(units(vec![one("u", InterfaceKind::Unattached, "10.0.0.10")]), Some(0));
    assert_eq!(units(vec![]), Some(0));
}

#[test]
fn an_attachment_of_a_transit_gateway_counts_once_for_all_zones() {
    let attachment = |id: &str, address: &str| Interface {
        description: Some("Network Interface for Transit Gateway Attachment tgw-attach-0a1b".into()),
        ..one(id, InterfaceKind::TransitGateway, address)
    };
    assert_eq!(units(vec![attachment("a", "10.0.0.4"), attachment("b", "10.0.0.5")]), Some(6));
    assert_eq!(units(vec![one("c", InterfaceKind::TransitGateway, "10.0.0.4")]), None);
}

#[test]
fn load_balancers_count_where_their_kind_is_known() {
    let balancer = |description: &str| Interface {
        description: Some(description.into()),
        ..one("lb", InterfaceKind::LoadBalancer, "10.0.0.4")
    };
    assert_eq!(units(vec![balancer("ELB net/shop/0a1b")]), Some(6));
    assert_eq!(units(vec![balancer("ELB app/shop/0a1b")]), None);
}

#[test]
fn what_cannot_be_counted_is_unknown_and_not_left_out() {
    for kind in [InterfaceKind::Lambda, InterfaceKind::Managed, InterfaceKind::Other] {
        assert_eq!(units(vec![one("x", kind, "10.0.0.4")]), None, "{kind:?}");
    }
    assert_eq!(network_of(vec![], 3).address_units, None, "three addresses that no interface shows");
    let resources = Resources {
        networks: vec![network("vpc-1", &["10.0.0.0/16"])],
        subnets: vec![subnet("s", "10.0.0.0/24", Some(0))],
        ..Resources::default()
    };
    let unread = inventory(resources, &[Kind::Networks, Kind::Subnets]);
    assert_eq!(assess(&unread, UsageKind::Network, &policy()).rows[0].address_units, None);
}

/// A peering of `vpc-1` with another VPC.
fn peering(id: &str, peer: &str, region: Option<&str>, state: &str) -> Link {
    let end = |network: &str, region: Option<&str>| LinkEnd {
        account: Some(ACCOUNT.into()),
        region: region.map(Into::into),
        network: Some(network.into()),
        prefixes: Vec::new(),
    };
    Link {
        provider: Provider::Aws,
        kind: LinkKind::VpcPeering,
        id: id.into(),
        ends: vec![end("vpc-1", Some(REGION)), end(peer, region)],
        state: Some(state.into()),
    }
}

/// Three VPCs that have 1, 2 and 3 units, and the links between them.
fn peered(links: Vec<Link>, kinds: &[Kind]) -> Inventory {
    let mut resources = Resources { links, ..Resources::default() };
    for number in 1..=3_u8 {
        let (vpc, name) = (format!("vpc-{number}"), format!("s-{number}"));
        resources.networks.push(network(&vpc, &[&format!("10.{number}.0.0/16")]));
        let mut own = subnet(&name, &format!("10.{number}.0.0/24"), Some(number.into()));
        own.network.clone_from(&vpc);
        resources.subnets.push(own);
        for host in 4..4 + number {
            let address = [10, number, 0, host].into();
            let mut machine =
                interface(&format!("{name}-{host}"), &name, InterfaceKind::Instance, &[address], &[]);
            machine.network = Some(vpc.clone());
            resources.interfaces.push(machine);
        }
    }
    inventory(resources, kinds)
}

fn with_peers(inventory: &Inventory) -> Vec<Option<u64>> {
    let mut rows = assess(inventory, UsageKind::Network, &policy()).rows;
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.iter().map(|row| row.peered_address_units.map(|units| units.used)).collect()
}

const ALL: [Kind; 4] = [Kind::Networks, Kind::Subnets, Kind::Interfaces, Kind::Links];

#[test]
fn units_of_a_vpc_and_its_peers_in_the_region_count_together() {
    let links = vec![
        peering("pcx-1", "vpc-2", Some(REGION), "active"),
        peering("pcx-2", "vpc-2", Some(REGION), "active"),
        peering("pcx-3", "vpc-3", Some(REGION), "deleted"),
        peering("pcx-4", "vpc-9", Some("us-east-1"), "active"),
    ];
    let found = peered(links, &ALL);
    assert_eq!(with_peers(&found), [Some(3), Some(3), Some(3)], "1 + 2, 2 + 1, and 3 without a peer");
    let rows = assess(&found, UsageKind::Network, &policy()).rows;
    assert_eq!(rows[0].peered_address_units.map(|units| units.default_quota), Some(128_000));
    assert_eq!(rows[0].address_units.map(|units| units.default_quota), Some(64_000));
}

#[test]
fn units_with_peers_are_unknown_where_a_side_was_not_read() {
    let unread = peered(vec![peering("pcx-1", "vpc-9", Some(REGION), "active")], &ALL);
    assert_eq!(with_peers(&unread), [None, Some(2), Some(3)], "nothing is known of vpc-9");
    let anywhere = peered(vec![peering("pcx-1", "vpc-9", None, "active")], &ALL);
    assert_eq!(with_peers(&anywhere)[0], None, "vpc-9 may be in the same region");
    let no_links = peered(Vec::new(), &ALL[..3]);
    assert_eq!(with_peers(&no_links), [None, None, None]);
    let mut uncounted = peered(vec![peering("pcx-1", "vpc-2", Some(REGION), "active")], &ALL);
    for one in uncounted.interfaces.iter_mut().filter(|one| one.network.as_deref() == Some("vpc-2")) {
        one.kind = Some(InterfaceKind::Lambda);
    }
    assert_eq!(
        with_peers(&uncounted),
        [None, None, Some(3)],
        "functions of vpc-2 have units that no interface tells"
    );
}
