//! The resources of the estate, a row each; a changed one has another value in one field that is looked at.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use netcensus::model::{
    Block, BlockRole, Instance, Interface, InterfaceKind, Kind, Link, LinkEnd, LinkKind, Network,
    NetworkKind, Provider, Subnet, Tags,
};

use super::estate::{Estate, Place};

/// The networks of 10.0.0.0/8: so many /23.
const SLOTS: u64 = 1 << 15;
const TEN: u32 = u32::from_be_bytes([10, 0, 0, 0]);
/// What every account of AWS has by default.
const DEFAULT: u32 = u32::from_be_bytes([172, 31, 0, 0]);
const TEAMS: [&str; 8] = ["payments", "search", "checkout", "identity", "data", "platform", "mobile", "risk"];
const TYPES: [&str; 6] = ["m7g.large", "m6i.xlarge", "c7g.2xlarge", "r6i.large", "t3.medium", "m5.4xlarge"];
const SIZES: [&str; 4] = ["Standard_D4s_v5", "Standard_E8s_v5", "Standard_B2ms", "Standard_F8s_v2"];

/// A network: a /23 of its own, a default one, or, rarely, one that somebody else has.
pub fn network(estate: Estate, place: Place, changed: bool) -> Network {
    let aws = place.provider == Provider::Aws;
    let (default, address) = space(estate, place.number);
    let cidr = prefix(address, if default { 16 } else { 23 });
    Network {
        provider: place.provider,
        id: id(estate, Kind::Networks, place.number),
        account_name: None,
        name: (!default).then(|| format!("net-{:05}", place.number)),
        kind: if aws { NetworkKind::Vpc } else { NetworkKind::Vnet },
        blocks: vec![Block { cidr, role: BlockRole::Primary, state: None }],
        is_default: aws.then_some(default),
        state: Some("available".to_owned()),
        visible_from: Vec::new(),
        tags: tags(&place, changed),
        region: place.region.to_owned(),
        account: place.account,
    }
}

/// A quarter of a network.
pub fn subnet(estate: Estate, place: Place, changed: bool) -> Subnet {
    let (_, address) = space(estate, estate.network_of(Kind::Subnets, place.number));
    Subnet {
        provider: place.provider,
        zone: Some(zone(&place)),
        zone_id: None,
        id: id(estate, Kind::Subnets, place.number),
        name: Some(format!("subnet-{:06}", place.number)),
        network: id(estate, Kind::Networks, estate.network_of(Kind::Subnets, place.number)),
        prefixes: vec![prefix(address + u32_of(place.number % 4) * 128, 25)],
        addresses_total: Some(123),
        addresses_available: Some(place.draw.of(1).below(123)),
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: None,
        state: Some("available".to_owned()),
        visible_from: Vec::new(),
        tags: tags(&place, changed),
        region: place.region.to_owned(),
        account: place.account,
    }
}

/// A machine.
pub fn instance(estate: Estate, place: Place, changed: bool) -> Instance {
    let aws = place.provider == Provider::Aws;
    let instance_type = if aws { place.draw.of(2).pick(&TYPES) } else { place.draw.of(2).pick(&SIZES) };
    // Some grow, the others are tagged anew.
    let grown = changed && place.number.is_multiple_of(2);
    let launched = 1_750_000_000 + i64::from(u32_of(place.draw.of(3).below(20_000_000)));
    Instance {
        provider: place.provider,
        zone: Some(zone(&place)),
        zone_id: None,
        id: id(estate, Kind::Instances, place.number),
        name: Some(format!("{}-{:06}", place.draw.of(4).pick(&TEAMS), place.number)),
        network: Some(id(estate, Kind::Networks, estate.network_of(Kind::Instances, place.number))),
        subnet: Some(id(estate, Kind::Subnets, estate.subnet_of(place.number))),
        instance_type: Some(if grown { "x2iedn.xlarge" } else { instance_type }.to_owned()),
        architecture: Some("x86_64".to_owned()),
        vcpus: Some(4),
        state: Some("running".to_owned()),
        launched_at: jiff::Timestamp::from_second(launched).ok(),
        private_ips: vec![address(estate, place.number)],
        private_prefixes: Some(Vec::new()),
        public_ips: Vec::new(),
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        os: Some("Linux/UNIX".to_owned()),
        scale_set: None,
        operator: None,
        tags: tags(&place, changed && !grown),
        region: place.region.to_owned(),
        account: place.account,
    }
}

/// The interface of a machine.
pub fn interface(estate: Estate, place: Place, changed: bool) -> Interface {
    let mac = place.draw.of(5).bits().to_be_bytes();
    Interface {
        provider: place.provider,
        zone: Some(zone(&place)),
        zone_id: None,
        id: id(estate, Kind::Interfaces, place.number),
        network: Some(id(estate, Kind::Networks, estate.network_of(Kind::Interfaces, place.number))),
        subnet: Some(id(estate, Kind::Subnets, estate.subnet_of(place.number))),
        attached_to: Some(id(estate, Kind::Instances, place.number)),
        kind: Some(InterfaceKind::Instance),
        private_ips: vec![address(estate, place.number)],
        private_prefixes: Some(Vec::new()),
        public_ips: changed.then(|| Ipv4Addr::new(203, 0, 113, mac[0]).into()).into_iter().collect(),
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        mac: Some(format!("02:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[1], mac[2], mac[3], mac[4], mac[5])),
        state: Some("in-use".to_owned()),
        description: Some("Primary network interface".to_owned()),
        operator: None,
        seen_by: None,
        region: place.region.to_owned(),
        account: place.account,
    }
}

/// What attaches a network to the hub of all.
pub fn link(estate: Estate, place: Place, changed: bool) -> Link {
    let aws = place.provider == Provider::Aws;
    let end = |account: String, network: String| LinkEnd {
        account: Some(account),
        region: Some(place.region.to_owned()),
        network: Some(network),
        prefixes: Vec::new(),
    };
    let network = id(estate, Kind::Networks, estate.network_of(Kind::Links, place.number));
    let hub = if aws { "tgw-0aa11bb22cc33dd44" } else { "/subscriptions/hub/virtualHubs/hub" };
    let mut ends = vec![end(place.account.clone(), network), end(place.account, hub.to_owned())];
    if changed {
        ends[0].prefixes.push(prefix(TEN, 23));
    }
    Link {
        provider: place.provider,
        kind: if aws { LinkKind::TransitGateway } else { LinkKind::VirtualHub },
        id: id(estate, Kind::Links, place.number),
        ends,
        state: Some("available".to_owned()),
    }
}

/// Says whether a network is a default one, and where it begins.
fn space(estate: Estate, network: u64) -> (bool, u32) {
    let place = estate.place(Kind::Networks, network);
    match place.draw.of(8).below(50) {
        0..4 if place.provider == Provider::Aws => (true, DEFAULT),
        4 => (false, TEN + u32_of(place.draw.of(9).below(SLOTS)) * 512),
        _ => (false, TEN + u32_of(network % SLOTS) * 512),
    }
}

fn address(estate: Estate, machine: u64) -> IpAddr {
    let subnet = estate.subnet_of(machine);
    let (_, network) = space(estate, subnet / 4);
    let host = 4 + estate.place(Kind::Instances, machine).draw.of(6).below(120);
    Ipv4Addr::from(network + u32_of(subnet % 4) * 128 + u32_of(host)).into()
}

/// Names a resource as its cloud does.
fn id(estate: Estate, kind: Kind, number: u64) -> String {
    let place = estate.place(kind, number);
    let group = estate.network_of(kind, number);
    let (prefix, resource) = match kind {
        Kind::Networks => ("vpc", format!("Microsoft.Network/virtualNetworks/net-{group:05}")),
        Kind::Subnets => {
            ("subnet", format!("Microsoft.Network/virtualNetworks/net-{group:05}/subnets/subnet-{number:06}"))
        }
        Kind::Instances => ("i", format!("Microsoft.Compute/virtualMachines/vm-{number:07}")),
        Kind::Interfaces => ("eni", format!("Microsoft.Network/networkInterfaces/vm-{number:07}-nic")),
        Kind::Links => {
            ("tgw-attach", format!("Microsoft.Network/virtualHubs/hub/connections/net-{group:05}"))
        }
    };
    match place.provider {
        Provider::Azure => {
            format!("/subscriptions/{}/resourceGroups/rg-{group:05}/providers/{resource}", place.account)
        }
        _ => format!("{prefix}-0{:016x}", place.draw.of(10).bits()),
    }
}

fn tags(place: &Place, changed: bool) -> Tags {
    let team = place.draw.of(4).pick(&TEAMS);
    let release = place.draw.of(11).below(40) + u64::from(changed);
    let tags = [
        ("Name", format!("{team}-{:06}", place.number)),
        ("cost-center", format!("cc-{:04}", place.draw.of(12).below(300))),
        ("env", place.draw.of(13).pick(&["prod", "prod", "staging", "dev"]).to_owned()),
        ("release", format!("2026.{release}")),
        ("team", team.to_owned()),
    ];
    tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn zone(place: &Place) -> String {
    format!("{}{}", place.region, place.draw.of(14).pick(&["a", "b", "c"]))
}

fn prefix(address: u32, length: u8) -> IpNet {
    Ipv4Net::new_assert(Ipv4Addr::from(address), length).into()
}

#[expect(clippy::cast_possible_truncation, reason = "offsets within a network and in time are small")]
const fn u32_of(small: u64) -> u32 {
    small as u32
}
