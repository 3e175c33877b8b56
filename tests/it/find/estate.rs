//! A small estate with everything that can be found, and answers as lines.

use std::net::IpAddr;

use ipnet::IpNet;
use netcensus::analysis::find::{FindAnswer, FindInput, FindMatch, FindQuery, FindReport, find};
use netcensus::model::{
    Account, Coverage, Instance, Interface, InterfaceKind, Inventory, InventoryView, Kind, LinkKind, Network,
    Outcome, PlannedChanges, PlannedKind, Provider, Range, Reservation, Resources, Subject,
};

use crate::overlap::estate::{attachment, end, hub, link, peering, planned, range, subnet, vnet, vpc};

pub const SUBSCRIPTION: &str = "0aaaaaaa-0000-0000-0000-000000000001";

/// What is looked for, and where.
pub struct Estate {
    pub inventory: Inventory,
    pub ranges: Vec<Range>,
    pub plan: PlannedChanges,
    pub reservations: Vec<Reservation>,
}

impl Estate {
    /// Answers `things`; the report borrows from what it is made of, so that `look` gets it.
    pub fn ask<T>(&self, things: &[&str], look: impl FnOnce(&FindReport<'_>) -> T) -> T {
        let queries: Vec<FindQuery> = things.iter().map(|text| text.parse().unwrap()).collect();
        let input = FindInput {
            view: InventoryView::new(&self.inventory),
            ranges: &self.ranges,
            plan: &self.plan,
            reservations: &self.reservations,
            unread_reservations: None,
            queries: &queries,
            filters: &[],
            interrupted: false,
        };
        look(&find(input).unwrap())
    }

    /// Returns the status of a thing, and a line for each match.
    pub fn answer(&self, thing: &str) -> (String, Vec<String>) {
        self.ask(&[thing], |report| {
            let answer = &report.answers[0];
            (answer.status.as_str().to_owned(), answer.matches.iter().map(line).collect())
        })
    }

    /// Calls `look` with the only answer.
    pub fn look<T>(&self, thing: &str, look: impl FnOnce(&FindAnswer<'_>) -> T) -> T {
        self.ask(&[thing], |report| look(&report.answers[0]))
    }
}

/// Writes a match as `interface eni-1: private-address, in subnet-1, vpc-1`.
pub fn line(found: &FindMatch<'_>) -> String {
    let id = id(found);
    let around = [
        found.instance.as_ref().map(|it| it.id.as_str()).filter(|around| *around != id),
        found.subnet.map(|it| it.id.as_str()).filter(|around| *around != id),
        found.network.map(|it| it.id.as_str()).filter(|around| *around != id),
    ];
    let around: Vec<&str> = around.into_iter().flatten().collect();
    let around = if around.is_empty() { String::new() } else { format!(", in {}", around.join(", ")) };
    format!("{} {id}: {}{around}", found.what.as_str(), found.relation.as_str())
}

fn id(found: &FindMatch<'_>) -> String {
    use netcensus::analysis::find::MatchKind as Is;
    let id = match found.what {
        Is::Interface => found.interface.as_ref().map(|it| it.id.clone()),
        Is::Instance => found.instance.as_ref().map(|it| it.id.clone()),
        Is::Subnet => found.subnet.map(|it| it.id.clone()),
        Is::Network => found.network.map(|it| it.id.clone()),
        Is::Range => found.range.map(|it| it.site.clone()),
        Is::Planned => found.planned.map(|it| it.address.clone()),
        Is::Reservation => found.reservation.map(|it| it.name.clone()),
        Is::Link => found.link.map(|it| it.id.clone()),
        Is::Hub | Is::FarNetwork => found.ends[0].id.map(str::to_owned),
        Is::Account => found.account.clone(),
    };
    id.unwrap_or_default()
}

pub fn account(provider: Provider, id: &str, name: &str) -> Account {
    Account { provider, id: id.into(), name: Some(name.into()), tenant: None, reached_by: Vec::new() }
}

/// The outcome of every kind of an account, in all its regions.
pub fn coverage(provider: Provider, account: &str, outcome: Outcome) -> Vec<Coverage> {
    let entry = |kind: Kind| Coverage {
        provider,
        account: account.into(),
        region: None,
        kind: Subject::from(kind),
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    };
    Kind::ALL.map(entry).into()
}

pub fn ips(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// An interface in a subnet of a network.
pub fn interface(network: &Network, subnet: &str, id: &str, addresses: &[&str]) -> Interface {
    Interface {
        provider: network.provider,
        account: network.account.clone(),
        region: network.region.clone(),
        zone: None,
        zone_id: None,
        id: id.into(),
        network: Some(network.id.clone()),
        subnet: Some(subnet.into()),
        attached_to: None,
        kind: Some(InterfaceKind::Instance),
        private_ips: ips(addresses),
        private_prefixes: Some(Vec::new()),
        public_ips: Vec::new(),
        carrier_ips: None,
        customer_owned_ips: None,
        mac: None,
        state: Some("in-use".into()),
        description: None,
        operator: None,
        seen_by: None,
    }
}

/// A machine in a subnet of a network.
pub fn instance(network: &Network, subnet: &str, id: &str, name: &str, addresses: &[&str]) -> Instance {
    Instance {
        provider: network.provider,
        account: network.account.clone(),
        region: network.region.clone(),
        zone: None,
        zone_id: None,
        id: id.into(),
        name: Some(name.into()),
        network: Some(network.id.clone()),
        subnet: Some(subnet.into()),
        instance_type: Some("m7g.large".into()),
        architecture: None,
        vcpus: None,
        state: Some("running".into()),
        launched_at: None,
        private_ips: ips(addresses),
        private_prefixes: Some(Vec::new()),
        public_ips: Vec::new(),
        carrier_ips: None,
        customer_owned_ips: None,
        os: None,
        scale_set: None,
        operator: None,
        tags: [("team".to_owned(), "shop".to_owned()), ("Name".to_owned(), name.to_owned())].into(),
    }
}

/// The full id of something in Azure.
pub fn azure(kind: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/Rg/providers/{kind}")
}

fn named(network: Network, name: &str) -> Network {
    Network { name: Some(name.into()), ..network }
}

/// Two VPCs of two accounts with the same prefix, a third one beside them, and a virtual network. The VPCs are attached to
/// one transit gateway, the third is also peered with one of an account that was not read.
pub fn sample() -> Estate {
    let shop = named(vpc("vpc-shop", &["10.0.0.0/16", "2001:db8:1::/56"]), "shop");
    let mut copy = named(vpc("vpc-copy", &["10.0.0.0/16"]), "shop-copy");
    copy.account = "222222222222".into();
    let lake = named(vpc("vpc-lake", &["10.1.0.0/16"]), "lake");
    let mut hub_net = named(vnet(&azure("Microsoft.Network/virtualNetworks/hub"), &["10.2.0.0/16"]), "hub");
    hub_net.account = SUBSCRIPTION.into();
    let vnet_subnet = azure("Microsoft.Network/virtualNetworks/hub/subnets/app");

    let mut eni = interface(&shop, "subnet-app", "eni-web", &["10.0.1.10", "2001:db8:1::10"]);
    eni.attached_to = Some("i-web".into());
    eni.public_ips = ips(&["52.0.0.1"]);
    eni.mac = Some("02:1a:2b:3c:4d:5e".into());
    eni.private_prefixes = Some(vec!["10.0.1.32/28".parse().unwrap()]);
    let mut nic = interface(
        &hub_net,
        &vnet_subnet,
        &azure("Microsoft.Network/networkInterfaces/vm-nic"),
        &["10.2.0.4"],
    );
    nic.mac = Some("00-0D-3A-1B-2C-3D".into());
    nic.attached_to = Some(azure("Microsoft.Compute/virtualMachines/VM"));
    let mut web = instance(&shop, "subnet-app", "i-web", "web-1", &["10.0.1.10", "2001:db8:1::10"]);
    web.public_ips = ips(&["52.0.0.1"]);
    let db = instance(&copy, "subnet-copy", "i-db", "db-1", &["10.0.1.10"]);

    let far = netcensus::model::LinkEnd { account: Some("999999999999".into()), ..hub("vpc-far") };
    let far = netcensus::model::LinkEnd { prefixes: vec!["10.9.0.0/16".parse::<IpNet>().unwrap()], ..far };
    let resources = Resources {
        subnets: vec![
            subnet(&shop, "subnet-app", &["10.0.1.0/24"]),
            subnet(&copy, "subnet-copy", &["10.0.1.0/24"]),
            subnet(&hub_net, &vnet_subnet, &["10.2.0.0/24"]),
        ],
        instances: vec![web, db],
        interfaces: vec![eni, nic],
        links: vec![
            attachment(&shop, "tgw-1"),
            attachment(&copy, "tgw-1"),
            peering(&shop, &lake),
            link(LinkKind::VpcPeering, "pcx-far", vec![end(&lake), far]),
        ],
        networks: vec![shop, copy, lake, hub_net],
    };
    let accounts = vec![
        account(Provider::Aws, "111111111111", "prod"),
        account(Provider::Aws, "222222222222", "staging"),
        account(Provider::Azure, SUBSCRIPTION, "azure-prod"),
    ];
    let read = accounts.iter().flat_map(|it| coverage(it.provider, &it.id, Outcome::Complete)).collect();
    let inventory = Inventory::assemble(
        "test".into(),
        "2026-11-20T06:00:00Z".parse().unwrap(),
        accounts,
        resources,
        read,
    );
    let plan = PlannedChanges {
        prefixes: vec![planned(PlannedKind::Network, "aws_vpc.new", None, "10.4.0.0/16")],
        ..PlannedChanges::default()
    };
    let mut frankfurt = range("frankfurt", "10.3.0.0/16");
    frankfurt.name = Some("office".into());
    Estate {
        inventory,
        ranges: vec![frankfurt, range("everything", "10.0.0.0/8")],
        plan,
        reservations: Vec::new(),
    }
}
