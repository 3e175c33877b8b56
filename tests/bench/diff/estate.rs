//! An estate as organisations have them, and what becomes of it: one row of a hundred comes, goes or changes.
//!
//! Of a hundred rows 2 are networks, 8 subnets, 45 instances and 45 interfaces; every tenth network has a link. Seven
//! of ten accounts are of AWS, the others of Azure, whose ids are long.

use std::ops::Range;

use netcensus::model::{Account, Coverage, Inventory, Kind, Outcome, Provider, Resource, Resources, Subject};

use super::draw::Draw;
use super::rows;

/// Rows of an account, of all kinds.
const ROWS_OF_ACCOUNT: u64 = 2500;
/// Of so many rows one comes, one goes and one changes: together one of a hundred.
const TURNOVER: u64 = 300;
/// Regions that accounts have in use.
pub const REGIONS: [&str; 4] = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2"];
/// Regions that are read, and have nothing.
const IDLE: [&str; 6] =
    ["ap-northeast-1", "ap-south-1", "ap-southeast-2", "ca-central-1", "eu-north-1", "sa-east-1"];

/// Which of the two inventories.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The first one.
    Old,
    /// What has become of it.
    New,
}

/// What becomes of a row from the old version to the new one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Comes,
    Goes,
    Changes,
    Stays,
}

/// An estate of `rows` rows.
#[derive(Clone, Copy)]
pub struct Estate {
    rows: u64,
    draw: Draw,
}

/// A resource that is to be made: where it is, and what its values are drawn from.
pub struct Place {
    /// Its number among those of its kind.
    pub number: u64,
    /// The cloud.
    pub provider: Provider,
    /// The owner.
    pub account: String,
    /// Region name.
    pub region: &'static str,
    /// Draws the values.
    pub draw: Draw,
}

impl Estate {
    /// Describes the estate of a seed.
    pub const fn new(rows: u64, seed: u64) -> Self {
        Self { rows, draw: Draw::new(seed) }
    }

    /// Makes one of its versions, in canonical order.
    pub fn inventory(self, version: Version) -> Inventory {
        let resources = Resources {
            networks: self.make(Kind::Networks, version, rows::network),
            subnets: self.make(Kind::Subnets, version, rows::subnet),
            instances: self.make(Kind::Instances, version, rows::instance),
            interfaces: self.make(Kind::Interfaces, version, rows::interface),
            links: self.make(Kind::Links, version, rows::link),
        };
        let day = if version == Version::Old { 19 } else { 20 };
        let taken_at = format!("2026-11-{day}T06:00:00Z").parse().unwrap_or_default();
        let accounts = (0..self.accounts()).map(|number| self.account(number)).collect();
        let coverage = (0..self.accounts()).flat_map(|number| self.coverage(number)).collect();
        Inventory::assemble("netcensus bench".to_owned(), taken_at, accounts, resources, coverage)
    }

    /// Counts the rows that come, go and change.
    pub fn turnover(self) -> [u64; 3] {
        let fates =
            || Kind::ALL.into_iter().flat_map(|kind| self.numbers(kind).map(move |n| self.fate(kind, n)));
        [Fate::Comes, Fate::Goes, Fate::Changes].map(|fate| fates().filter(|one| *one == fate).count() as u64)
    }

    /// Returns how many there are of a kind, with those that come.
    const fn numbers(self, kind: Kind) -> Range<u64> {
        let networks = self.rows / 50;
        0..match kind {
            Kind::Networks => networks,
            Kind::Subnets => 4 * networks,
            Kind::Instances | Kind::Interfaces => self.rows * 9 / 20,
            Kind::Links => networks / 10,
        }
    }

    fn fate(self, kind: Kind, number: u64) -> Fate {
        match self.draw.of(kind as u64).of(number).of(0).below(TURNOVER) {
            0 => Fate::Comes,
            1 => Fate::Goes,
            2 => Fate::Changes,
            _ => Fate::Stays,
        }
    }

    fn make<T: Resource>(self, kind: Kind, version: Version, row: fn(Self, Place, bool) -> T) -> Vec<T> {
        let absent = if version == Version::Old { Fate::Comes } else { Fate::Goes };
        self.numbers(kind)
            .filter(|number| self.fate(kind, *number) != absent)
            .map(|number| {
                let changed = version == Version::New && self.fate(kind, number) == Fate::Changes;
                row(self, self.place(kind, number), changed)
            })
            .collect()
    }

    /// Says where a resource is; a machine and its interface are in the subnet, and that in the network, of
    /// [`Estate::network_of`].
    pub fn place(self, kind: Kind, number: u64) -> Place {
        let network = self.network_of(kind, number);
        let account = network % self.accounts();
        let (provider, id) = self.owner(account);
        let region = self.draw.of(network).pick(&REGIONS);
        Place { number, provider, account: id, region, draw: self.draw.of(kind as u64).of(number) }
    }

    /// Returns the number of the network that something is in.
    pub const fn network_of(self, kind: Kind, number: u64) -> u64 {
        let networks = self.numbers(Kind::Networks).end;
        match kind {
            Kind::Networks => number,
            Kind::Subnets => number / 4,
            Kind::Instances | Kind::Interfaces => self.subnet_of(number) / 4,
            Kind::Links => number * 10 % networks,
        }
    }

    /// Returns the number of the subnet that a machine is in.
    pub const fn subnet_of(self, machine: u64) -> u64 {
        self.draw.of(machine).below(self.numbers(Kind::Subnets).end)
    }

    fn accounts(self) -> u64 {
        (self.rows / ROWS_OF_ACCOUNT).max(4)
    }

    fn owner(self, account: u64) -> (Provider, String) {
        let bits = self.draw.of(account).of(7).bits();
        if account % 10 < 7 {
            return (Provider::Aws, format!("{:012}", bits % 1_000_000_000_000));
        }
        let (high, low) = (bits >> 32, bits & 0xffff_ffff);
        (Provider::Azure, format!("{high:08x}-3f5a-4d21-9b7e-{account:04x}{low:08x}"))
    }

    fn account(self, number: u64) -> Account {
        let (provider, id) = self.owner(number);
        Account {
            provider,
            tenant: (provider == Provider::Azure).then(|| "72f988bf-86f1-41af-91ab-2d7cd011db47".to_owned()),
            name: Some(format!("team-{number:04}")),
            reached_by: vec![format!("role:arn:aws:iam::{id}:role/netcensus")],
            id,
        }
    }

    /// Everything was read: in AWS region by region, in Azure for all regions at once.
    fn coverage(self, account: u64) -> Vec<Coverage> {
        let (provider, id) = self.owner(account);
        let regions: Vec<Option<&str>> = match provider {
            Provider::Azure => vec![None],
            _ => REGIONS.iter().chain(&IDLE).copied().map(Some).collect(),
        };
        let scope = |region: Option<&str>, kind: Kind| Coverage {
            provider,
            account: id.clone(),
            region: region.map(str::to_owned),
            kind: Subject::from(kind),
            outcome: Outcome::Complete,
            detail: None,
            requests: 2,
            duration_ms: 180,
        };
        regions.into_iter().flat_map(|region| Kind::ALL.map(|kind| scope(region, kind))).collect()
    }
}
