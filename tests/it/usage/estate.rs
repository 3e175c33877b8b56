//! Small estates to measure.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use jiff::Timestamp;
use netcensus::analysis::usage::{UsageHistory, UsageInput, UsageKind, UsageReport, UsageRow, assess_usage};
use netcensus::model::{
    Account, Block, BlockRole, CidrReservation, Coverage, Interface, InterfaceKind, Inventory, InventoryView,
    Kind, Network, NetworkKind, Outcome, Provider, Resources, Subject, Subnet, Tags, UsagePolicy,
    usable_ipv4,
};

pub const ACCOUNT: &str = "111111111111";
pub const REGION: &str = "eu-west-1";

pub fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

/// A subnet of `vpc-1` without reservations, of which the cloud counts `used` addresses.
pub fn subnet(id: &str, prefix: &str, used: Option<u64>) -> Subnet {
    let prefixes = vec![net(prefix)];
    let total = usable_ipv4(&prefixes, 5);
    Subnet {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        region: REGION.into(),
        zone: None,
        zone_id: None,
        id: id.into(),
        name: Some(format!("name of {id}")),
        network: "vpc-1".into(),
        addresses_total: total,
        addresses_available: total.zip(used).map(|(total, used)| total - used),
        prefixes,
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: Some(Vec::new()),
        state: None,
        visible_from: Vec::new(),
        tags: Tags::new(),
    }
}

pub fn with_reservations(mut subnet: Subnet, reservations: Vec<CidrReservation>) -> Subnet {
    subnet.cidr_reservations = Some(reservations);
    subnet
}

/// An interface with these addresses and delegated prefixes.
pub fn interface(
    id: &str,
    subnet: &str,
    kind: InterfaceKind,
    addresses: &[Ipv4Addr],
    prefixes: &[IpNet],
) -> Interface {
    Interface {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        region: REGION.into(),
        zone: None,
        zone_id: None,
        id: id.into(),
        network: Some("vpc-1".into()),
        subnet: Some(subnet.into()),
        attached_to: None,
        kind: Some(kind),
        private_ips: addresses.iter().copied().map(IpAddr::V4).collect(),
        private_prefixes: Some(prefixes.to_vec()),
        public_ips: vec![],
        carrier_ips: None,
        customer_owned_ips: None,
        mac: None,
        state: None,
        description: None,
        operator: None,
        seen_by: None,
    }
}

pub fn network(id: &str, prefixes: &[&str]) -> Network {
    let block = |prefix: &&str| Block { cidr: net(prefix), role: BlockRole::Primary, state: None };
    Network {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        account_name: None,
        region: REGION.into(),
        id: id.into(),
        name: Some("shop".into()),
        kind: NetworkKind::Vpc,
        blocks: prefixes.iter().map(block).collect(),
        is_default: None,
        state: None,
        visible_from: Vec::new(),
        tags: Tags::new(),
    }
}

pub fn coverage(kind: Kind, outcome: Outcome) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        region: Some(REGION.into()),
        kind: Subject::from(kind),
        outcome,
        detail: (outcome != Outcome::Complete).then(|| "no".to_owned()),
        requests: 1,
        duration_ms: 1,
    }
}

/// An inventory in which these kinds were read completely.
pub fn inventory(resources: Resources, read: &[Kind]) -> Inventory {
    let account = Account {
        provider: Provider::Aws,
        id: ACCOUNT.into(),
        name: Some("shop-prod".into()),
        tenant: None,
        reached_by: vec![],
    };
    let coverage = read.iter().map(|kind| coverage(*kind, Outcome::Complete)).collect();
    let taken_at: Timestamp = "2026-11-20T06:00:00Z".parse().unwrap();
    Inventory::assemble("netcensus test".into(), taken_at, vec![account], resources, coverage)
}

/// Subnets and interfaces, both read completely.
pub fn of_subnets(subnets: Vec<Subnet>, interfaces: Vec<Interface>) -> Inventory {
    let resources = Resources { subnets, interfaces, ..Resources::default() };
    inventory(resources, &[Kind::Networks, Kind::Subnets, Kind::Interfaces])
}

/// The usual limits.
pub fn policy() -> UsagePolicy {
    UsagePolicy {
        warn: vec!["80".parse().unwrap()],
        critical: vec!["90".parse().unwrap()],
        rules: Vec::new(),
        fail_on: vec!["critical".parse().unwrap()],
    }
}

pub fn assess(inventory: &Inventory, of: UsageKind, policy: &UsagePolicy) -> UsageReport {
    assess_with(inventory, of, policy, None)
}

pub fn assess_with(
    inventory: &Inventory,
    of: UsageKind,
    policy: &UsagePolicy,
    history: Option<&UsageHistory>,
) -> UsageReport {
    let view = InventoryView::new(inventory);
    assess_usage(UsageInput { history, ..UsageInput::new(view, of, policy) }).unwrap()
}

/// Measures one subnet.
pub fn measure(subnet: Subnet, interfaces: Vec<Interface>) -> UsageRow {
    let report = assess(&of_subnets(vec![subnet], interfaces), UsageKind::Subnet, &policy());
    report.rows.into_iter().next().unwrap()
}
