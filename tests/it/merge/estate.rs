//! Generated inventories, and scans of their parts as a cloud would have answered them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use netcensus::model::{
    Account, Block, BlockRole, Coverage, Instance, Inventory, Kind, Link, LinkEnd, LinkKind, Network,
    NetworkKind, Outcome, Provider, Resources, Shard, Subject, Subnet,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

pub const GENERATOR: &str = "netcensus 0.0.0-test";
/// Accounts of AWS; the others are of Azure, which has no regions in its coverage.
const AWS: usize = 5;
const ACCOUNTS: usize = 8;
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

/// What is drawn; [`inventory`] makes resources of it.
#[derive(Debug, Clone)]
pub struct Drawn {
    outcomes: Vec<Outcome>,
    networks: Vec<(Index, Index, u8, Vec<Index>)>,
    instances: Vec<(Index, Index)>,
    links: Vec<[(Index, Index); 2]>,
}

pub fn drawn() -> impl Strategy<Value = Drawn> {
    use Outcome::{Complete, Denied, Throttled};
    let outcome = select(vec![Complete, Complete, Complete, Denied, Throttled]);
    let place = || (any::<Index>(), any::<Index>());
    let network = (any::<Index>(), any::<Index>(), any::<u8>(), vec(any::<Index>(), 0..3));
    let link = (place(), place()).prop_map(|(one, other)| [one, other]);
    (
        vec(outcome, ACCOUNTS * REGIONS.len() * Kind::ALL.len()),
        vec(network, 0..10),
        vec(place(), 0..10),
        vec(link, 0..6),
    )
        .prop_map(|(outcomes, networks, instances, links)| Drawn {
            outcomes,
            networks,
            instances,
            links,
        })
}

pub fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + 60 * minutes).unwrap()
}

fn provider(account: usize) -> Provider {
    if account < AWS { Provider::Aws } else { Provider::Azure }
}

fn name(account: usize) -> String {
    if account < AWS { format!("{:012}", account + 1) } else { format!("c0de{account:04}-Sub") }
}

fn coverage(account: usize, region: Option<&str>, kind: Subject, outcome: Outcome) -> Coverage {
    let detail = (outcome != Outcome::Complete).then(|| format!("{} is", outcome.as_str()));
    let region = region.map(str::to_owned);
    Coverage {
        provider: provider(account),
        account: name(account),
        region,
        kind,
        outcome,
        detail,
        requests: 3,
        duration_ms: 7,
    }
}

/// Makes the inventory of the whole estate.
pub fn inventory(drawn: &Drawn) -> Inventory {
    let mut outcomes = drawn.outcomes.iter();
    let mut known = Vec::new();
    for account in 0..ACCOUNTS {
        for kind in Kind::ALL {
            let regions = if account < AWS { vec![Some(REGIONS[0]), Some(REGIONS[1])] } else { vec![None] };
            for region in regions {
                known.push(coverage(account, region, kind.into(), *outcomes.next().unwrap()));
            }
        }
    }
    let accounts = (0..ACCOUNTS).map(|account| Account {
        provider: provider(account),
        id: name(account),
        name: Some(format!("name of {account}")),
        tenant: None,
        reached_by: vec!["profile:b".to_owned(), "profile:a".to_owned()],
    });
    let mut resources = Resources::default();
    for (number, (account, region, third, guests)) in drawn.networks.iter().enumerate() {
        let account = account.index(ACCOUNTS);
        let guests =
            guests.iter().map(|guest| guest.index(AWS)).filter(|guest| account < AWS && *guest != account);
        let guests: BTreeSet<String> = guests.map(name).collect();
        let network = network(number, account, REGIONS[region.index(REGIONS.len())], *third, guests);
        resources.subnets.push(subnet(&network));
        resources.networks.push(network);
    }
    for (number, (account, region)) in drawn.instances.iter().enumerate() {
        resources.instances.push(instance(
            number,
            account.index(ACCOUNTS),
            REGIONS[region.index(REGIONS.len())],
        ));
    }
    for (number, ends) in drawn.links.iter().enumerate() {
        resources.links.push(link(number, ends));
    }
    Inventory::assemble(GENERATOR.to_owned(), at(0), accounts.collect(), resources, known)
}

fn network(number: usize, account: usize, region: &str, third: u8, guests: BTreeSet<String>) -> Network {
    let cidr = format!("10.{third}.0.0/16").parse().unwrap();
    Network {
        provider: provider(account),
        account: name(account),
        account_name: None,
        region: region.to_owned(),
        id: format!("vpc-{number}"),
        name: None,
        kind: NetworkKind::Vpc,
        blocks: vec![Block { cidr, role: BlockRole::Primary, state: None }],
        is_default: None,
        state: None,
        visible_from: guests.into_iter().collect(),
        tags: [("k".to_owned(), number.to_string())].into(),
    }
}

fn subnet(network: &Network) -> Subnet {
    let json = serde_json::json!({
        "provider": network.provider, "account": network.account, "region": network.region, "zone": null,
        "id": format!("subnet-of-{}", network.id), "name": null, "network": network.id,
        "prefixes": [network.blocks[0].cidr], "addresses_total": 65531, "addresses_available": null, "purpose": null,
        "state": null, "visible_from": network.visible_from, "tags": network.tags,
    });
    serde_json::from_value(json).unwrap()
}

fn instance(number: usize, account: usize, region: &str) -> Instance {
    let json = serde_json::json!({
        "provider": provider(account), "account": name(account), "region": region, "zone": null,
        "id": format!("i-{number}"), "name": null, "network": null, "subnet": null, "type": null,
        "architecture": null, "vcpus": null, "state": "running", "launched_at": null, "private_ips": [],
        "public_ips": [], "os": null, "scale_set": null, "tags": {},
    });
    serde_json::from_value(json).unwrap()
}

fn link(number: usize, ends: &[(Index, Index); 2]) -> Link {
    let end = |(account, region): &(Index, Index)| LinkEnd {
        account: Some(name(account.index(AWS))),
        region: Some(REGIONS[region.index(REGIONS.len())].to_owned()),
        network: None,
        prefixes: Vec::new(),
    };
    let ends = ends.iter().map(end).collect();
    Link {
        provider: Provider::Aws,
        kind: LinkKind::VpcPeering,
        id: format!("pcx-{number}"),
        ends,
        state: None,
    }
}

/// Makes the inventory that a scan of `part` would have made of the same estate.
pub fn scanned(whole: &Inventory, part: &Shard, minutes: i64) -> Inventory {
    let holds = |provider, account: &str| part.contains(provider, account);
    let denied = |provider, account: &str, region: &str, kind: Kind| {
        let of = |entry: &&Coverage| {
            (entry.provider, &*entry.account, entry.kind) == (provider, account, kind.into())
        };
        let here = |entry: &&Coverage| entry.region.as_deref().is_none_or(|its| its == region);
        whole.coverage.iter().filter(of).filter(here).any(|entry| entry.outcome != Outcome::Complete)
    };
    // What an owner may not read comes from those who see it, if anybody does.
    let owns = |provider, account: &str, region: &str, kind, guests: &[String]| {
        holds(provider, account) && (guests.is_empty() || !denied(provider, account, region, kind))
    };
    let guests_of = |guests: &[String]| -> Vec<String> {
        guests.iter().filter(|guest| holds(Provider::Aws, guest)).cloned().collect()
    };
    let mut seen = Resources::default();
    for network in &whole.networks {
        let guests = guests_of(&network.visible_from);
        let is_owner =
            owns(network.provider, &network.account, &network.region, Kind::Networks, &network.visible_from);
        if is_owner || !guests.is_empty() {
            let mut view = Network { visible_from: guests, ..network.clone() };
            if !is_owner && !denied(network.provider, &network.account, &network.region, Kind::Networks) {
                view.tags = netcensus::model::Tags::new();
            }
            seen.networks.push(view);
        }
    }
    for subnet in &whole.subnets {
        let guests = guests_of(&subnet.visible_from);
        let is_owner =
            owns(subnet.provider, &subnet.account, &subnet.region, Kind::Subnets, &subnet.visible_from);
        if is_owner || !guests.is_empty() {
            let mut view = Subnet { visible_from: guests, ..subnet.clone() };
            if !is_owner && !denied(subnet.provider, &subnet.account, &subnet.region, Kind::Subnets) {
                view.tags = netcensus::model::Tags::new();
            }
            seen.subnets.push(view);
        }
    }
    let of_ours = |row: &&Instance| holds(row.provider, &row.account);
    seen.instances = whole.instances.iter().filter(of_ours).cloned().collect();
    let has_end =
        |link: &&Link| link.ends.iter().any(|end| holds(Provider::Aws, end.account.as_deref().unwrap()));
    seen.links = whole.links.iter().filter(has_end).cloned().collect();
    let accounts =
        whole.accounts.iter().filter(|account| holds(account.provider, &account.id)).cloned().collect();
    let mut known: Vec<Coverage> =
        whole.coverage.iter().filter(|entry| holds(entry.provider, &entry.account)).cloned().collect();
    for provider in [Provider::Aws, Provider::Azure] {
        if !whole.accounts.iter().any(|account| account.provider == provider && holds(provider, &account.id))
        {
            let nothing = coverage(0, None, Subject::Accounts, Outcome::Skipped);
            known.push(Coverage { provider, account: part.label(), ..nothing });
        }
    }
    let inventory = Inventory::assemble(GENERATOR.to_owned(), at(minutes), accounts, seen, known);
    Inventory { shard: (!part.is_whole()).then(|| part.clone()), ..inventory }
}

/// Scans all parts, at different times.
pub fn shards(whole: &Inventory, of: u32) -> Vec<Inventory> {
    let part = |part: u32| Shard { parts: BTreeSet::from([part]), of };
    (1..=of).map(|number| scanned(whole, &part(number), i64::from(number * 7 % 5))).collect()
}
