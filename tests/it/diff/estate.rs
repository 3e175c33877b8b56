//! A strategy for pairs of inventories that have much in common: rows of all kinds in few places, and what came of
//! reading these.

use std::collections::BTreeMap;

use netcensus::model::{
    Account, Block, BlockRole, Coverage, Instance, Interface, Inventory, Kind, Link, LinkEnd, LinkKind,
    Network, NetworkKind, Outcome, Provider, Resources, Subject, Subnet, Tags,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

pub const AWS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
pub const SUBSCRIPTIONS: [&str; 2] =
    ["c0de0001-3f5a-4d21-9b7e-000000000001", "c0de0001-3f5a-4d21-9b7e-000000000002"];
pub const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

/// The older and the newer inventory.
#[derive(Clone)]
pub struct Pair(pub Inventory, pub Inventory);

/// Rows, and what was not read: the rest of the coverage is long.
impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, side) in [("old", &self.0), ("new", &self.1)] {
            writeln!(f, "{name}: filters {:?}, shard {:?}", side.filters, side.shard)?;
            for kind in Kind::ALL {
                rows(side, kind).values().try_for_each(|row| writeln!(f, "  {kind}: {row}"))?;
            }
            let odd = side.coverage.iter().filter(|entry| entry.outcome != Outcome::Complete);
            odd.clone().try_for_each(|entry| writeln!(f, "  {entry}"))?;
        }
        Ok(())
    }
}

/// How well both sides were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Completely.
    Complete,
    /// Both asked for everything, and not all could be read.
    SameScopes,
    /// Each asked for something else, and not all could be read; steps failed, rows were filtered.
    Any,
}

/// Makes pairs.
pub fn pairs(reading: Reading) -> impl Strategy<Value = Pair> {
    let slot = (0..5_usize, 0..10_usize, 0..4_usize);
    let rows = btree_map(slot, (0..4_u8, any::<u32>(), any::<u32>()), 0..16);
    let filters = match reading {
        Reading::Any => prop_oneof![6 => Just(vec![]), 1 => select(vec!["name=a*", "region=eu-*"]).prop_map(|text| vec![text.to_owned()])].boxed(),
        Reading::Complete | Reading::SameScopes => Just(vec![]).boxed(),
    };
    let shard = match reading {
        Reading::Any => prop_oneof![6 => Just(None), 1 => select(vec!["1/2", "2/2"]).prop_map(Some)].boxed(),
        Reading::Complete | Reading::SameScopes => Just(None).boxed(),
    };
    let side = move || (coverage(reading), filters.clone(), shard.clone());
    (rows, side(), side()).prop_map(|(rows, (before, gone, its), (after, dropped, own))| {
        let mut sides = [Resources::default(), Resources::default()];
        for ((kind, place, number), (presence, seed, other)) in rows {
            let [old, new] = &mut sides;
            let seeds = match presence {
                0 => [Some(seed), None],
                1 => [None, Some(seed)],
                2 => [Some(seed), Some(seed)],
                _ => [Some(seed), Some(other)],
            };
            for (side, seed) in [old, new].into_iter().zip(seeds) {
                if let Some(seed) = seed {
                    put(side, Kind::ALL[kind], Place::of(place), number, Seed(seed));
                }
            }
        }
        let [old, new] = sides;
        let mut old = assemble("2026-11-19T06:00:00Z", old, before);
        let mut new = assemble("2026-11-20T06:00:00Z", new, after);
        (old.filters, new.filters) = (gone, dropped);
        let parsed = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        (old.shard, new.shard) = (parsed(its), parsed(own));
        Pair(old, new)
    })
}

fn assemble(taken_at: &str, resources: Resources, coverage: Vec<Coverage>) -> Inventory {
    let account = |(provider, id): (Provider, &str)| Account {
        provider,
        id: id.to_owned(),
        name: Some(format!("name of {id}")),
        tenant: None,
        reached_by: vec![],
    };
    let accounts = accounts().into_iter().map(account).collect();
    Inventory::assemble("test".into(), taken_at.parse().unwrap(), accounts, resources, coverage)
}

fn accounts() -> Vec<(Provider, &'static str)> {
    let aws = AWS.map(|account| (Provider::Aws, account)).into_iter();
    aws.chain(SUBSCRIPTIONS.map(|account| (Provider::Azure, account))).collect()
}

const FAILURES: [Outcome; 5] =
    [Outcome::Denied, Outcome::Failed, Outcome::TimedOut, Outcome::Throttled, Outcome::Interrupted];

/// Makes the coverage of every place and kind, or of some, and of steps.
fn coverage(reading: Reading) -> BoxedStrategy<Vec<Coverage>> {
    let failure = || select(FAILURES.to_vec()).prop_map(Some);
    let outcome = match reading {
        Reading::Complete => Just(Some(Outcome::Complete)).boxed(),
        Reading::SameScopes => prop_oneof![3 => Just(Some(Outcome::Complete)), 1 => failure()].boxed(),
        Reading::Any => prop_oneof![
            4 => Just(Some(Outcome::Complete)),
            1 => failure(),
            1 => Just(Some(Outcome::Skipped)),
            2 => Just(None),
        ]
        .boxed(),
    };
    let scopes = scopes();
    let steps = if reading == Reading::Any { 0..3 } else { 0..1 };
    (vec(outcome, scopes.len()), vec(step(), steps))
        .prop_map(move |(outcomes, steps)| {
            let of = |(scope, outcome): (&Coverage, Option<Outcome>)| {
                Some(Coverage { outcome: outcome?, ..scope.clone() })
            };
            scopes.iter().zip(outcomes).filter_map(of).chain(steps).collect()
        })
        .boxed()
}

/// Lists every scope: in AWS by region, in Azure of all regions at once.
fn scopes() -> Vec<Coverage> {
    let of_account = |(provider, account): (Provider, &'static str)| {
        let regions = if provider == Provider::Aws { REGIONS.map(Some).to_vec() } else { vec![None] };
        regions.into_iter().flat_map(move |region| {
            Kind::ALL.map(|kind| entry(provider, account, region, kind.into(), Outcome::Complete))
        })
    };
    accounts().into_iter().flat_map(of_account).collect()
}

fn step() -> impl Strategy<Value = Coverage> {
    let account = select(vec![
        (Provider::Aws, "profile:x"),
        (Provider::Aws, "all accounts"),
        (Provider::Aws, AWS[0]),
        (Provider::Azure, "default chain"),
        (Provider::Azure, "tenant:x"),
        (Provider::Azure, SUBSCRIPTIONS[1]),
    ]);
    let kind = select(vec![Subject::Credentials, Subject::Accounts, Subject::Regions]);
    let outcome = prop_oneof![2 => select(FAILURES.to_vec()), 1 => Just(Outcome::Skipped)];
    (account, kind, outcome)
        .prop_map(|((provider, account), kind, outcome)| entry(provider, account, None, kind, outcome))
}

pub fn entry(
    provider: Provider,
    account: &str,
    region: Option<&str>,
    kind: Subject,
    outcome: Outcome,
) -> Coverage {
    Coverage {
        provider,
        account: account.to_owned(),
        region: region.map(str::to_owned),
        kind,
        outcome,
        detail: Some("as it came".into()),
        requests: 1,
        duration_ms: 1,
    }
}

/// An account and region.
#[derive(Debug, Clone, Copy)]
struct Place {
    provider: Provider,
    account: &'static str,
    region: &'static str,
}

impl Place {
    fn of(number: usize) -> Self {
        let (provider, account) = accounts()[number / REGIONS.len()];
        Self { provider, account, region: REGIONS[number % REGIONS.len()] }
    }

    /// Names a resource of it.
    fn id(self, sort: &str, number: usize) -> String {
        match self.provider {
            Provider::Azure => format!(
                "/subscriptions/{}/resourceGroups/rg{}/providers/Microsoft.Network/{sort}/{sort}-{}",
                self.account,
                number % 2,
                number / 2
            ),
            Provider::Aws | Provider::External => format!("{sort}-{number}"),
        }
    }
}

/// What the fields of a row are picked by.
#[derive(Debug, Clone, Copy)]
struct Seed(u32);

impl Seed {
    fn pick<T: Copy>(self, shift: u32, values: &[T]) -> T {
        values[(self.0 >> shift) as usize % values.len()]
    }

    fn text(self, shift: u32, values: &[Option<&str>]) -> Option<String> {
        self.pick(shift, values).map(str::to_owned)
    }

    /// Picks some of the values, by a bit for each.
    fn some<T: std::str::FromStr>(self, shift: u32, values: &[&str]) -> Vec<T>
    where
        T::Err: std::fmt::Debug,
    {
        let chosen = (shift..).zip(values).filter(|(bit, _)| (self.0 >> bit) & 1 == 1);
        chosen.map(|(_, value)| value.parse().unwrap()).collect()
    }

    fn name(self) -> Option<String> {
        self.text(0, &[None, Some("a"), Some("ab"), Some("")])
    }

    fn state(self) -> Option<String> {
        self.text(2, &[None, Some("available"), Some("pending")])
    }

    fn tags(self) -> Tags {
        let keys: Vec<String> = self.some(4, &["env", "team"]);
        keys.into_iter().map(|key| (key, self.pick(6, &["dev", "prod"]).to_owned())).collect()
    }

    fn participants(self, place: Place) -> Vec<String> {
        let participants: Vec<String> =
            if place.provider == Provider::Aws { self.some(8, &AWS) } else { vec![] };
        participants.into_iter().filter(|participant| participant != place.account).collect()
    }
}

const PREFIXES: [&str; 3] = ["10.0.0.0/16", "10.1.0.0/16", "fd00::/56"];
const ADDRESSES: [&str; 3] = ["10.0.0.4", "10.1.0.4", "fd00::4"];

fn put(rows: &mut Resources, kind: Kind, place: Place, number: usize, seed: Seed) {
    match kind {
        Kind::Networks => rows.networks.push(network(place, number, seed)),
        Kind::Subnets => rows.subnets.push(subnet(place, number, seed)),
        Kind::Instances => rows.instances.push(instance(place, number, seed)),
        Kind::Interfaces => rows.interfaces.push(interface(place, number, seed)),
        Kind::Links => rows.links.push(link(place, number, seed)),
    }
}

fn network(place: Place, number: usize, seed: Seed) -> Network {
    let block = |cidr| Block { cidr, role: BlockRole::Primary, state: None };
    let is_aws = place.provider == Provider::Aws;
    Network {
        provider: place.provider,
        account: place.account.into(),
        account_name: Some(format!("name of {}", place.account)),
        region: place.region.into(),
        id: place.id("vpc", number),
        name: seed.name(),
        kind: if is_aws { NetworkKind::Vpc } else { NetworkKind::Vnet },
        blocks: seed.some(12, &PREFIXES).into_iter().map(block).collect(),
        is_default: seed.pick(16, &[None, Some(true), Some(false)]),
        state: seed.state(),
        visible_from: seed.participants(place),
        tags: seed.tags(),
    }
}

fn subnet(place: Place, number: usize, seed: Seed) -> Subnet {
    Subnet {
        provider: place.provider,
        account: place.account.into(),
        region: place.region.into(),
        zone: seed.text(16, &[None, Some("a")]),
        zone_id: None,
        id: place.id("subnet", number),
        name: seed.name(),
        network: place.id("vpc", seed.pick(18, &[0, 1])),
        prefixes: seed.some(12, &PREFIXES),
        addresses_total: Some(251),
        addresses_available: seed.pick(20, &[None, Some(1), Some(251)]),
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: None,
        state: seed.state(),
        visible_from: seed.participants(place),
        tags: seed.tags(),
    }
}

fn instance(place: Place, number: usize, seed: Seed) -> Instance {
    Instance {
        provider: place.provider,
        account: place.account.into(),
        region: place.region.into(),
        zone: None,
        zone_id: None,
        id: place.id("i", number),
        name: seed.name(),
        network: seed.pick(18, &[None, Some(0), Some(1)]).map(|number| place.id("vpc", number)),
        subnet: None,
        instance_type: seed.text(20, &[None, Some("m7g.large"), Some("m7g.xlarge")]),
        architecture: None,
        vcpus: seed.pick(22, &[None, Some(2), Some(4)]),
        state: seed.state(),
        launched_at: None,
        private_ips: seed.some(12, &ADDRESSES),
        private_prefixes: Some(Vec::new()),
        public_ips: seed.some(16, &["203.0.113.4", "203.0.113.5"]),
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        os: None,
        scale_set: None,
        operator: None,
        tags: seed.tags(),
    }
}

fn interface(place: Place, number: usize, seed: Seed) -> Interface {
    Interface {
        provider: place.provider,
        account: place.account.into(),
        region: place.region.into(),
        zone: None,
        zone_id: None,
        id: place.id("eni", number),
        network: seed.pick(18, &[None, Some(0), Some(1)]).map(|number| place.id("vpc", number)),
        subnet: None,
        attached_to: seed.text(20, &[None, Some("i-0"), Some("i-1")]),
        kind: None,
        private_ips: seed.some(12, &ADDRESSES),
        private_prefixes: Some(Vec::new()),
        public_ips: seed.some(16, &["203.0.113.4", "203.0.113.5"]),
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        mac: seed.text(22, &[None, Some("02:00:00:00:00:01")]),
        state: seed.state(),
        description: None,
        operator: None,
        seen_by: None,
    }
}

/// A peering of two places; what the other end is belongs to what changes.
fn link(place: Place, number: usize, seed: Seed) -> Link {
    let end = |place: Place, shift: u32| LinkEnd {
        account: Some(place.account.into()),
        region: seed.pick(shift, &[Some(place.region.to_owned()), None].each_ref()).clone(),
        network: Some(place.id("vpc", 0)),
        prefixes: seed.some(shift + 1, &PREFIXES),
    };
    let is_aws = place.provider == Provider::Aws;
    let other = Place { account: seed.pick(24, if is_aws { &AWS[..] } else { &SUBSCRIPTIONS[..] }), ..place };
    let id = if is_aws {
        format!("pcx-{}-{}-{number}", place.account, place.region)
    } else {
        place.id("p", number)
    };
    Link {
        provider: place.provider,
        kind: if is_aws { LinkKind::VpcPeering } else { LinkKind::VnetPeering },
        id,
        ends: vec![end(place, 8), end(other, 14)],
        state: seed.state(),
    }
}

/// The rows of a kind as documents have them, by what makes them the same one at another time.
pub fn rows(inventory: &Inventory, kind: Kind) -> BTreeMap<String, serde_json::Value> {
    let document = serde_json::to_value(inventory).unwrap();
    let rows = document[kind.as_str()].as_array().unwrap().iter();
    rows.map(|row| (identity(kind, row), row.clone())).collect()
}

/// Says what a row is, whatever becomes of it.
pub fn identity(kind: Kind, row: &serde_json::Value) -> String {
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_ascii_lowercase();
    match kind {
        Kind::Links => format!("{} {} {}", text("provider"), text("kind"), text("id")),
        _ => format!("{} {} {} {}", text("provider"), text("account"), text("region"), text("id")),
    }
}
