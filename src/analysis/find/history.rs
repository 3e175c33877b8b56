//! Who had a thing when: what `find` finds in one inventory after the other, oldest first.
//!
//! That something is missing in an inventory proves that it was gone only where its account, region and kind were read.
//! Otherwise it is unknown, and what was there before may have been there all the time.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::diff::{AbsenceEvidence, CoverageIndex};
use super::answers::{answer_all, id_of, kind_of, value_of};
use super::input::FindInput;
use super::report::{FIND_VERSION, FindMatch, FindStatus, MatchKind, MatchRelation, ThingKind};
use super::thing::FindQuery;
use crate::model::{GENERATOR, InterfaceKind, Inventory, InventoryView, Kind, PlannedChanges, Provider};

/// Who had each thing when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindHistory {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// The snapshots that were searched, oldest first.
    pub snapshots: Vec<SearchedSnapshot>,
    /// An answer for each thing, in the order of the command line.
    pub answers: Vec<HistoryAnswer>,
}

/// A snapshot that was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SearchedSnapshot {
    /// Its name, such as `@2026-11-20T06:00:00Z`.
    pub name: String,
    /// When it was taken, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read in it that could have one of the things.
    pub complete: bool,
    /// Why the file could not be read.
    pub error: Option<String>,
}

/// Who had a thing when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryAnswer {
    /// The thing, as it was typed.
    pub query: String,
    /// What it is.
    pub kind: ThingKind,
    /// The thing as it was understood.
    pub value: String,
    /// `found`, `not-found` or `unknown`.
    pub status: FindStatus,
    /// Whether everything was read in every snapshot that could have it.
    pub complete: bool,
    /// What had it, the latest first.
    pub holders: Vec<PastHolder>,
}

/// Something that had a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PastHolder {
    /// What it is. An address that an interface of a machine had is that of the machine.
    pub what: MatchKind,
    /// How it had the thing.
    pub relation: MatchRelation,
    /// The cloud.
    pub provider: Option<Provider>,
    /// Account or subscription id.
    pub account: Option<String>,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Its id.
    pub id: String,
    /// Its name, at last.
    pub name: Option<String>,
    /// Id of the network that it was in, at last.
    pub network: Option<String>,
    /// Name of that network.
    pub network_name: Option<String>,
    /// When it had the thing, oldest first.
    pub periods: Vec<HeldPeriod>,
}

/// A time in which something had a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldPeriod {
    /// The first snapshot with it.
    pub first_seen: Timestamp,
    /// The last snapshot with it.
    pub last_seen: Timestamp,
    /// How many snapshots have it.
    pub snapshots: usize,
    /// How many snapshots between the first and the last one did not read its place.
    pub unread: usize,
    /// The first snapshot after it that read its place and does not have it; `null` where there is none.
    pub gone_at: Option<Timestamp>,
    /// How many snapshots after the last one did not read its place.
    pub unread_since: usize,
}

/// What makes a holder the same one in another snapshot.
type HolderKey = (MatchKind, Option<Provider>, String, String, String);

/// Goes through snapshots and takes down who has each thing.
#[derive(Debug)]
pub struct HistoryBuilder<'q> {
    queries: &'q [FindQuery],
    snapshots: Vec<SearchedSnapshot>,
    holders: Vec<BTreeMap<HolderKey, PastHolder>>,
    /// For each thing, whether everything was read so far.
    complete: Vec<bool>,
}

impl<'q> HistoryBuilder<'q> {
    /// Begins with no snapshot.
    #[must_use]
    pub fn new(queries: &'q [FindQuery]) -> Self {
        Self {
            queries,
            snapshots: Vec::new(),
            holders: vec![BTreeMap::new(); queries.len()],
            complete: vec![true; queries.len()],
        }
    }

    /// Searches the next snapshot, which is newer than all before.
    ///
    /// # Errors
    /// When rows cannot be read. Nothing was taken down then.
    pub fn add(&mut self, name: String, view: InventoryView<'_>) -> io::Result<()> {
        let plan = PlannedChanges::default();
        let input = FindInput {
            view,
            ranges: &[],
            plan: &plan,
            reservations: &[],
            unread_reservations: None,
            queries: self.queries,
            filters: &[],
            interrupted: false,
        };
        let (answers, _) = answer_all(input)?;
        let inventory = view.inventory;
        let coverage = CoverageIndex::new(inventory, inventory);
        for (position, answer) in answers.iter().enumerate() {
            self.complete[position] &= answer.complete;
            let found: BTreeMap<HolderKey, PastHolder> =
                answer.matches.iter().filter_map(|found| holder(answer.kind, found)).collect();
            update(&mut self.holders[position], found, inventory, &coverage);
        }
        self.snapshots.push(SearchedSnapshot {
            name,
            taken_at: inventory.taken_at,
            complete: answers.iter().all(|answer| answer.complete),
            error: None,
        });
        Ok(())
    }

    /// Takes down that the next snapshot cannot be read: what it has is unknown.
    pub fn add_unreadable(&mut self, name: String, taken_at: Timestamp, error: String) {
        self.complete.fill(false);
        self.holders.iter_mut().flat_map(BTreeMap::values_mut).for_each(note_unread);
        self.snapshots.push(SearchedSnapshot { name, taken_at, complete: false, error: Some(error) });
    }

    /// Makes the report.
    #[must_use]
    pub fn finish(self) -> FindHistory {
        let answers = self.queries.iter().zip(self.holders).zip(self.complete);
        let answers = answers.map(|((query, holders), complete)| {
            let mut holders: Vec<PastHolder> = holders.into_values().collect();
            let last_seen = |holder: &PastHolder| holder.periods.last().map(|period| period.last_seen);
            holders.sort_by_key(|holder| std::cmp::Reverse(last_seen(holder)));
            HistoryAnswer {
                query: query.text.clone(),
                kind: kind_of(&query.thing),
                value: value_of(query),
                status: match (holders.is_empty(), complete) {
                    (false, _) => FindStatus::Found,
                    (true, true) => FindStatus::NotFound,
                    (true, false) => FindStatus::Unknown,
                },
                complete,
                holders,
            }
        });
        FindHistory {
            schema_version: FIND_VERSION,
            generator: GENERATOR.to_owned(),
            answers: answers.collect(),
            snapshots: self.snapshots,
        }
    }
}

/// Brings the holders of a thing up to date with those that a snapshot has.
fn update(
    holders: &mut BTreeMap<HolderKey, PastHolder>,
    mut found: BTreeMap<HolderKey, PastHolder>,
    inventory: &Inventory,
    coverage: &CoverageIndex<'_>,
) {
    for (key, holder) in holders.iter_mut() {
        match found.remove(key) {
            Some(seen) => record_sighting(holder, seen, inventory.taken_at),
            None if is_absence_proven(holder, inventory, coverage) => note_absent(holder, inventory.taken_at),
            None => note_unread(holder),
        }
    }
    for (key, mut holder) in found {
        holder.periods.push(new_period(inventory.taken_at));
        holders.insert(key, holder);
    }
}

/// Takes down that a snapshot has a holder: a period goes on, unless it was gone.
fn record_sighting(holder: &mut PastHolder, seen: PastHolder, at: Timestamp) {
    let mut periods = std::mem::take(&mut holder.periods);
    match periods.last_mut().filter(|period| period.gone_at.is_none()) {
        Some(period) => {
            period.last_seen = at;
            period.snapshots += 1;
            period.unread += std::mem::take(&mut period.unread_since);
        }
        None => periods.push(new_period(at)),
    }
    *holder = PastHolder { periods, ..seen };
}

const fn new_period(at: Timestamp) -> HeldPeriod {
    HeldPeriod { first_seen: at, last_seen: at, snapshots: 1, unread: 0, gone_at: None, unread_since: 0 }
}

fn note_absent(holder: &mut PastHolder, at: Timestamp) {
    if let Some(period) = holder.periods.last_mut() {
        period.gone_at.get_or_insert(at);
    }
}

fn note_unread(holder: &mut PastHolder) {
    if let Some(period) = holder.periods.last_mut().filter(|period| period.gone_at.is_none()) {
        period.unread_since += 1;
    }
}

/// Tells whether a snapshot that lacks a holder read the place where it was.
fn is_absence_proven(holder: &PastHolder, inventory: &Inventory, coverage: &CoverageIndex<'_>) -> bool {
    let (Some(provider), Some(account)) = (holder.provider, &holder.account) else { return false };
    let kinds: &[Kind] = match holder.what {
        MatchKind::Interface => &[Kind::Interfaces],
        // A machine has the addresses of its interfaces.
        MatchKind::Instance => &[Kind::Instances, Kind::Interfaces],
        MatchKind::Subnet => &[Kind::Subnets],
        MatchKind::Network => &[Kind::Networks],
        MatchKind::Link | MatchKind::Hub | MatchKind::FarNetwork => &[Kind::Links],
        // That an account was not in the scope of a scan does not say that it is gone.
        MatchKind::Account | MatchKind::Range | MatchKind::Planned | MatchKind::Reservation => &[],
    };
    let is_by_name = matches!(holder.relation, MatchRelation::Id | MatchRelation::Name);
    let kinds = if is_by_name { &kinds[..kinds.len().min(1)] } else { kinds };
    let is_read = |kind: &Kind| {
        let evidence = coverage.evidence_at(provider, account, holder.region.as_deref(), *kind);
        evidence == AbsenceEvidence::Proven
    };
    inventory.filters.is_empty() && kinds.iter().any(is_read)
}

/// Makes a holder of a match; `None` if nothing has the thing there.
fn holder(kind: ThingKind, found: &FindMatch<'_>) -> Option<(HolderKey, PastHolder)> {
    let is_machine = matches!(found.what, MatchKind::Interface | MatchKind::Instance);
    let is_reserved = matches!(found.relation, MatchRelation::Reserved | MatchRelation::Unassigned);
    // Of a prefix the networks and subnets matter; the machines in it have addresses of their own.
    if is_reserved || (kind == ThingKind::Prefix && is_machine) {
        return None;
    }
    // A private endpoint is not a machine: the interface stands for it.
    let of_machine = found.interface.as_ref().filter(|it| it.kind != Some(InterfaceKind::PrivateEndpoint));
    let attached_to = of_machine.and_then(|it| it.attached_to.as_deref());
    let is_address = matches!(kind, ThingKind::Address | ThingKind::Mac);
    let (what, id) = match attached_to.filter(|_| is_address && found.what == MatchKind::Interface) {
        Some(machine) => (MatchKind::Instance, machine),
        None => (found.what, id_of(found)?),
    };
    let lower = |text: &Option<String>| text.as_deref().unwrap_or_default().to_ascii_lowercase();
    let key = (what, found.provider, lower(&found.account), lower(&found.region), id.to_ascii_lowercase());
    let network = found.network.filter(|_| found.what != MatchKind::Network);
    let name = match found.what {
        MatchKind::Interface | MatchKind::Instance => found.instance.as_ref().and_then(|it| it.name.clone()),
        MatchKind::Subnet => found.subnet.and_then(|it| it.name.clone()),
        MatchKind::Network => found.network.and_then(|it| it.name.clone()),
        MatchKind::Account => found.account_name.clone(),
        _ => None,
    };
    let holder = PastHolder {
        what,
        relation: found.relation,
        provider: found.provider,
        account: found.account.clone(),
        account_name: found.account_name.clone(),
        region: found.region.clone(),
        id: id.to_owned(),
        name,
        network: network.map(|it| it.id.clone()),
        network_name: network.and_then(|it| it.name.clone()),
        periods: Vec::new(),
    };
    Some((key, holder))
}
