//! Keeps an inventory up to date: hints in, reads out, changes out.
//!
//! The engine does no work itself. It says what to read, is given the answers, and says what changed. So it can be
//! tested with any order of events and answers, and without waiting.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use super::account_region::AccountRegion;
use super::delta::Delta;
use super::hint::Hint;
use super::live_inventory::{Absent, Findings, LiveInventory, ReadAnswer, Touched};
use super::live_rows::{LiveResource, kind_of_id};
use super::pending::{Pending, ReadOrder, Target};
use crate::model::{
    Coverage, Identity, Instance, Inventory, Kind, Link, Network, Outcome, Provider, Scope, Subject, Subnet,
};

/// How long hints are collected before they are read together.
const COLLECTED_FOR: Duration = Duration::from_millis(500);
/// When something is asked for again that was not found. Answers of EC2 are eventually consistent.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(3);
/// How often a known resource is asked for in vain until it is believed gone.
const ASKS_UNTIL_GONE: usize = 2;
/// How often an id is asked for that was never listed. A new machine may be listed seconds after its event.
const ASKS_UNTIL_UNKNOWN: usize = 3;
/// When a read that failed is tried again. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest time until a read that failed is tried again.
const LONGEST_RETRY: Duration = Duration::from_mins(5);
/// How often a read fails until its messages are given up. That it fails is in the coverage then.
const ATTEMPTS_FOR_MESSAGES: u32 = 6;
/// EC2 lists terminated machines for about an hour, and sends no event when it stops.
const TERMINATED_FOR: Duration = Duration::from_mins(65);

/// Keeps an inventory up to date.
#[derive(Debug)]
pub struct Engine {
    live: LiveInventory,
    pending: Pending,
    /// The coverage of the last scan.
    scanned: Vec<Coverage>,
    /// Reads since that failed, and whose changes are therefore not known.
    failed: BTreeMap<(AccountRegion, Kind), Coverage>,
    /// How often reads of an account and region failed in a row, and when they are tried again.
    retries: HashMap<AccountRegion, (u32, Instant)>,
    /// How often an id was asked for in vain.
    absences: HashMap<(AccountRegion, String), usize>,
    /// The number of the latest read.
    reads: u64,
    done: Vec<u64>,
    counts: EngineCounts,
}

/// What happened since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EngineCounts {
    /// Hints that were taken.
    pub hints: u64,
    /// Hints about accounts or regions that are not in scope.
    pub refused: u64,
    /// Reads that hints led to: of one kind in one account and region.
    pub reads: u64,
    /// Such reads that failed.
    pub failed_reads: u64,
    /// Ids that nothing was ever found of.
    pub unknown_ids: u64,
    /// Changes that only a full scan found.
    pub missed: u64,
}

/// A read that was started.
#[derive(Debug)]
pub struct StartedRead {
    /// The account and region.
    pub place: AccountRegion,
    /// What to read there: the ids to look for, or everything.
    pub wanted: Vec<(Scope, Option<BTreeSet<String>>)>,
    order: ReadOrder,
    number: u64,
}

/// What a read changed.
#[derive(Debug)]
pub struct Fold {
    /// The change, for the journal.
    pub delta: Delta,
    /// The change, for reports.
    pub touched: Touched,
}

/// Why a hint was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its account is not in scope.
    Account,
    /// Its region is not in scope.
    Region,
    /// None of its kinds is read there.
    Kinds,
}

impl Engine {
    /// Begins with an inventory.
    #[must_use]
    pub fn new(inventory: &Inventory) -> Self {
        Self {
            live: LiveInventory::new(inventory, 0),
            pending: Pending::default(),
            scanned: inventory.coverage.clone(),
            failed: BTreeMap::new(),
            retries: HashMap::new(),
            absences: HashMap::new(),
            reads: 0,
            done: Vec::new(),
            counts: EngineCounts::default(),
        }
    }

    /// Returns the inventory.
    #[must_use]
    pub const fn inventory(&self) -> &LiveInventory {
        &self.live
    }

    /// Returns what happened since the start.
    #[must_use]
    pub const fn counts(&self) -> EngineCounts {
        self.counts
    }

    /// Returns what is to be read.
    #[must_use]
    pub const fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Takes a message, which led to `hints`. Returns those that it refuses, and why. A message that leads to nothing is
    /// done at once.
    pub fn take(&mut self, message: u64, hints: Vec<Hint>, now: Instant) -> Vec<(Hint, Refusal)> {
        let (mut refused, mut is_waiting) = (Vec::new(), false);
        for hint in hints {
            match self.order_for(&hint, now) {
                Ok((place, order)) => {
                    self.counts.hints += 1;
                    is_waiting = true;
                    for other in self.other_ends(&hint, &place) {
                        let due = self.not_before_retry(&other, order.due);
                        let order = ReadOrder::for_ids([Kind::Links], &hint.ids, due);
                        self.pending.add(&other, ReadOrder { messages: vec![message], ..order });
                    }
                    self.pending.add(&place, ReadOrder { messages: vec![message], ..order });
                }
                Err(why) => {
                    self.counts.refused += 1;
                    refused.push((hint, why));
                }
            }
        }
        if !is_waiting {
            self.done.push(message);
        }
        refused
    }

    fn order_for(&self, hint: &Hint, now: Instant) -> Result<(AccountRegion, ReadOrder), Refusal> {
        let place = AccountRegion::new(hint.provider, &hint.account, hint.region.as_deref());
        if !self.live.has_account(&place) {
            return Err(Refusal::Account);
        }
        if !self.live.has_place(&place) {
            return Err(Refusal::Region);
        }
        let is_read = |kind: &&Kind| self.live.scope(&place, **kind).is_some();
        let kinds: Vec<Kind> = hint.kinds.iter().filter(is_read).copied().collect();
        if kinds.is_empty() {
            return Err(Refusal::Kinds);
        }
        let due = self.not_before_retry(&place, now + COLLECTED_FOR);
        Ok((place, ReadOrder::for_ids(kinds, &hint.ids, due)))
    }

    /// Returns the other accounts and regions that see a link of a hint: its event came to one end only, which may never have
    /// seen it.
    fn other_ends(&self, hint: &Hint, place: &AccountRegion) -> BTreeSet<AccountRegion> {
        if !hint.kinds.contains(&Kind::Links) {
            return BTreeSet::new();
        }
        let mut ends = self.live.viewers_of_links(hint.provider, &hint.ids);
        ends.remove(place);
        ends
    }

    /// Returns when an account and region may be read: one that fails is not asked more often because there is more to ask.
    fn not_before_retry(&self, place: &AccountRegion, due: Instant) -> Instant {
        self.retries.get(place).map_or(due, |(_, retry)| due.max(*retry))
    }

    /// Starts the next read that is due.
    pub fn start_read(&mut self, now: Instant) -> Option<StartedRead> {
        let (place, order) = self.pending.take_due(now)?;
        self.reads += 1;
        let wanted = order.targets.iter().filter_map(|(kind, target)| {
            let ids = (!target.is_whole).then(|| target.ids.clone());
            Some((self.live.scope(&place, *kind)?, ids))
        });
        Some(StartedRead { wanted: wanted.collect(), place, order, number: self.reads })
    }

    /// Takes the answers of a read. Returns what they changed, if anything.
    pub fn finish_read(&mut self, read: StartedRead, answers: Vec<ReadAnswer>, now: Instant) -> Option<Fold> {
        let StartedRead { place, order, number, .. } = read;
        let failed = self.note_outcomes(&place, &answers);
        let complete: HashSet<Kind> =
            answers.iter().map(|answer| answer.kind).filter(|kind| !failed.contains(kind)).collect();
        let mut findings = Findings::default();
        for answer in answers {
            let target = order.targets.get(&answer.kind).cloned().unwrap_or_default();
            findings.append(self.live.compare(&place, &target, answer, number));
        }
        let again = self.ask_again(&place, &order, &complete, &mut findings, now);
        let retry = self.retry(&place, &order, &failed, now);
        let mut delta = findings.delta;
        delta.coverage = self.changed_coverage(self.scanned.clone());
        let touched = self.live.apply(&delta, number);
        let mut follow_ups: Vec<(AccountRegion, ReadOrder)> = again.into_iter().chain(retry).collect();
        follow_ups.extend(self.consequences(&place, &order, (&delta, &touched), now));
        for (place, order) in follow_ups {
            self.pending.add(&place, order);
        }
        self.done.extend(self.pending.release(&order.messages));
        self.pending.end_read(&place);
        (!touched.is_empty()).then_some(Fold { delta, touched })
    }

    /// Begins a full scan. Returns the number that [`Engine::reconcile`] needs.
    #[must_use]
    pub const fn start_scan(&self) -> u64 {
        self.reads
    }

    /// Takes a full scan that was begun when [`Engine::start_scan`] returned `began`. Returns what it changed, if anything:
    /// what no event told of. A resource that was read since the scan began is read once more if they differ.
    pub fn reconcile(&mut self, scan: &Inventory, began: u64, now: Instant) -> Option<Fold> {
        let (mut delta, doubtful) = self.live.compare_scan(scan, began);
        self.scanned.clone_from(&scan.coverage);
        let is_read = |place: &AccountRegion, kind: Kind| {
            let subject = Subject::from(kind);
            let is_it = |entry: &&Coverage| entry.kind == subject && AccountRegion::from(*entry) == *place;
            scan.coverage.iter().find(is_it).is_some_and(|entry| entry.outcome == Outcome::Complete)
        };
        self.failed.retain(|(place, kind), _| !is_read(place, *kind));
        delta.coverage = self.changed_coverage(scan.coverage.clone());
        let touched = self.live.apply(&delta, began);
        self.live.set_taken_at(scan.taken_at);
        self.live.forget_gone(began);
        for (kind, identity) in doubtful {
            let order =
                ReadOrder::for_ids([kind], &BTreeSet::from([identity.id.clone()]), now + COLLECTED_FOR);
            for place in self.live.viewers(kind, &identity) {
                self.pending.add(&place, order.clone());
            }
        }
        let changed = Kind::ALL.map(|kind| touched.old.count(kind).max(touched.new.count(kind)));
        self.counts.missed += changed.iter().sum::<usize>() as u64;
        (!touched.is_empty()).then_some(Fold { delta, touched })
    }

    /// Takes the messages out that are done: what they led to is in the changes that were returned.
    pub fn take_done(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.done)
    }

    /// Applies a change that is in the journal.
    pub fn replay(&mut self, delta: &Delta) -> Touched {
        if let Some(coverage) = &delta.coverage {
            self.scanned.clone_from(coverage);
        }
        self.live.apply(delta, self.reads)
    }

    /// Notes which reads failed. Returns their kinds.
    fn note_outcomes(&mut self, place: &AccountRegion, answers: &[ReadAnswer]) -> BTreeSet<Kind> {
        let mut kinds = BTreeSet::new();
        for answer in answers {
            self.counts.reads += 1;
            let key = (place.clone(), answer.kind);
            if answer.coverage.outcome.is_incomplete() {
                self.counts.failed_reads += 1;
                self.failed.insert(key, answer.coverage.clone());
                kinds.insert(answer.kind);
                continue;
            }
            self.failed.remove(&key);
            if answer.is_whole {
                let subject = Subject::from(answer.kind);
                let is_it =
                    |entry: &&mut Coverage| entry.kind == subject && AccountRegion::from(&**entry) == *place;
                if let Some(entry) = self.scanned.iter_mut().find(is_it) {
                    *entry = Coverage {
                        requests: entry.requests,
                        duration_ms: entry.duration_ms,
                        ..answer.coverage.clone()
                    };
                }
            }
        }
        kinds
    }

    /// Returns the coverage with the reads that failed since, if it differs from what is known.
    fn changed_coverage(&self, mut coverage: Vec<Coverage>) -> Option<Vec<Coverage>> {
        for entry in &mut coverage {
            let kind = Kind::ALL.into_iter().find(|kind| Subject::from(*kind) == entry.kind);
            let failed = kind.and_then(|kind| self.failed.get(&(AccountRegion::from(&*entry), kind)));
            // The scan may have failed already, and says why.
            if let Some(failed) = failed.filter(|_| !entry.outcome.is_incomplete()) {
                (entry.outcome, entry.detail) = (failed.outcome, failed.detail.clone());
            }
        }
        let outcomes = |coverage: &[Coverage]| -> Vec<_> {
            coverage
                .iter()
                .map(|entry| (AccountRegion::from(entry), entry.kind, entry.outcome, entry.detail.clone()))
                .collect()
        };
        (outcomes(&coverage) != outcomes(self.live.coverage())).then_some(coverage)
    }

    /// Orders what was not found once more, and believes what was not found again gone.
    fn ask_again(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        complete: &HashSet<Kind>,
        findings: &mut Findings,
        now: Instant,
    ) -> Option<(AccountRegion, ReadOrder)> {
        for id in &findings.found {
            self.absences.remove(&(place.clone(), id.clone()));
        }
        let mut targets: BTreeMap<Kind, Target> = BTreeMap::new();
        let known: HashSet<String> = findings.absent.iter().map(|absent| absent.id.clone()).collect();
        for Absent { kind, identity, id } in std::mem::take(&mut findings.absent) {
            if self.is_absent(place, &identity.id, ASKS_UNTIL_GONE) {
                self.live.add_gone(place, kind, &identity, &mut findings.delta);
            } else {
                targets.entry(kind).or_default().ids.insert(id);
            }
        }
        for (kind, id) in std::mem::take(&mut findings.detached) {
            targets.entry(kind).or_default().ids.insert(id);
        }
        for id in unfound_ids(place.provider, order, complete, &findings.found) {
            if known.contains(id) {
                continue;
            }
            if self.is_absent(place, id, ASKS_UNTIL_UNKNOWN) {
                self.counts.unknown_ids += 1;
                // It was never seen, so nothing tells whose free addresses it took and gave back.
                if place.provider == Provider::Aws
                    && kind_of_id(place.provider, id).is_some_and(has_addresses)
                {
                    targets.entry(Kind::Subnets).or_default().is_whole = true;
                }
                continue;
            }
            let kinds =
                order.targets.iter().filter(|(_, target)| target.ids.contains(id)).map(|(kind, _)| *kind);
            for kind in kinds {
                targets.entry(kind).or_default().ids.insert(id.clone());
            }
        }
        let due = self.not_before_retry(place, now + ASK_AGAIN_AFTER);
        let again = ReadOrder {
            targets,
            messages: order.messages.clone(),
            due,
            is_consequence: order.is_consequence,
        };
        (!again.targets.is_empty()).then(|| (place.clone(), again))
    }

    /// Counts that an id was asked for in vain. Tells whether that was often enough to believe it.
    fn is_absent(&mut self, place: &AccountRegion, id: &str, enough: usize) -> bool {
        let key = (place.clone(), id.to_owned());
        let asked = self.absences.entry(key.clone()).or_default();
        *asked += 1;
        let is_absent = *asked >= enough;
        if is_absent {
            self.absences.remove(&key);
        }
        is_absent
    }

    /// Orders what could not be read once more.
    fn retry(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        failed: &BTreeSet<Kind>,
        now: Instant,
    ) -> Option<(AccountRegion, ReadOrder)> {
        if failed.is_empty() {
            self.retries.remove(place);
            return None;
        }
        let attempts = self.retries.get(place).map_or(0, |(attempts, _)| *attempts) + 1;
        let wait = FIRST_RETRY.saturating_mul(1 << attempts.min(16).saturating_sub(1)).min(LONGEST_RETRY);
        self.retries.insert(place.clone(), (attempts, now + wait));
        let targets = order.targets.iter().filter(|(kind, _)| failed.contains(kind));
        let messages = if attempts < ATTEMPTS_FOR_MESSAGES { order.messages.clone() } else { Vec::new() };
        let targets = targets.map(|(kind, target)| (*kind, target.clone())).collect();
        Some((
            place.clone(),
            ReadOrder { targets, messages, due: now + wait, is_consequence: order.is_consequence },
        ))
    }

    /// Orders the links of the accounts at the other ends of changed peerings. Each VNet has a peering of its own, and the
    /// state of one changes with the other, of which Azure sends no event.
    fn other_sides(
        &self,
        place: &AccountRegion,
        order: &ReadOrder,
        touched: &Touched,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        if order.is_consequence {
            return Vec::new();
        }
        let links = touched.old.links.iter().chain(&touched.new.links);
        let accounts = links.flat_map(|link| &link.ends).filter_map(|end| end.account.as_ref());
        let others = accounts.map(|account| AccountRegion::new(place.provider, account, None));
        let others: BTreeSet<AccountRegion> =
            others.filter(|other| other != place && self.live.has_place(other)).collect();
        let whole = |other: AccountRegion| {
            let due = self.not_before_retry(&other, now + COLLECTED_FOR);
            let links = ReadOrder::for_ids([Kind::Links], &BTreeSet::new(), due);
            (other, ReadOrder { messages: order.messages.clone(), is_consequence: true, ..links })
        };
        others.into_iter().map(whole).collect()
    }

    /// Orders what may have changed with what was found to have changed: the free addresses of subnets, what other
    /// accounts see of a shared resource, and machines that will not be listed any more.
    fn consequences(
        &self,
        place: &AccountRegion,
        order: &ReadOrder,
        (delta, touched): (&Delta, &Touched),
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        if place.provider != Provider::Aws {
            return self.other_sides(place, order, touched, now);
        }
        let (mut orders, messages) = (Vec::new(), &order.messages);
        let mut add = |places: BTreeSet<AccountRegion>, kind: Kind, ids: BTreeSet<String>, due: Instant| {
            for place in places {
                let due = self.not_before_retry(&place, due);
                let follow_up = ReadOrder::for_ids([kind], &ids, due);
                let messages = messages.clone();
                orders.push((place, ReadOrder { messages, is_consequence: true, ..follow_up }));
            }
        };
        let soon = now + COLLECTED_FOR;
        for subnet in subnets_of(touched) {
            let viewers = self.live.viewers_of_subnet(place, &subnet);
            add(viewers, Kind::Subnets, BTreeSet::from([subnet]), soon);
        }
        if !order.is_consequence {
            for (kind, identity) in shared(delta) {
                let mut others = self.live.viewers(kind, &identity);
                others.remove(place);
                add(others, kind, BTreeSet::from([identity.id.clone()]), soon);
                // A peering shows the prefixes of its networks.
                if kind == Kind::Networks && self.live.has_link(place, &identity.id) {
                    add(BTreeSet::from([place.clone()]), Kind::Links, BTreeSet::from([identity.id]), soon);
                }
            }
        }
        // EC2 does not tell the subnet of a machine that is terminated, and this one was not known before.
        let is_unknown = |one: &Instance| {
            one.subnet.is_none() && !touched.old.instances.iter().any(|known| known.id == one.id)
        };
        if touched.new.instances.iter().any(is_unknown) {
            let order = ReadOrder::for_ids([Kind::Subnets], &BTreeSet::new(), soon);
            orders.push((place.clone(), ReadOrder { messages: messages.clone(), ..order }));
        }
        let terminated =
            touched.new.instances.iter().filter(|one| one.state.as_deref() == Some("terminated"));
        let terminated: BTreeSet<String> = terminated.map(|one: &Instance| one.id.clone()).collect();
        if !terminated.is_empty() {
            let order = ReadOrder::for_ids([Kind::Instances], &terminated, now + TERMINATED_FOR);
            orders.push((place.clone(), ReadOrder { is_consequence: true, ..order }));
        }
        orders
    }
}

impl Findings {
    fn append(&mut self, mut other: Self) {
        self.delta.networks.append(&mut other.delta.networks);
        self.delta.subnets.append(&mut other.delta.subnets);
        self.delta.instances.append(&mut other.delta.instances);
        self.delta.interfaces.append(&mut other.delta.interfaces);
        self.delta.links.append(&mut other.delta.links);
        self.absent.append(&mut other.absent);
        self.detached.append(&mut other.detached);
        self.found.extend(other.found);
    }
}

/// Tells whether resources of this kind take addresses of a subnet.
const fn has_addresses(kind: Kind) -> bool {
    matches!(kind, Kind::Instances | Kind::Interfaces)
}

/// Lists the ids that should have been found as resources of a kind that was read completely, and were not.
fn unfound_ids<'o>(
    provider: Provider,
    order: &'o ReadOrder,
    complete: &HashSet<Kind>,
    found: &HashSet<String>,
) -> BTreeSet<&'o String> {
    let of_kind = |(kind, target): (&'o Kind, &'o Target)| {
        let ids = target.ids.iter().filter(move |id| kind_of_id(provider, id) == Some(*kind));
        ids.filter(|id| complete.contains(kind) && !found.contains(*id))
    };
    order.targets.iter().flat_map(of_kind).collect()
}

/// Lists the subnets of machines and interfaces that changed, by their ids.
fn subnets_of(touched: &Touched) -> BTreeSet<String> {
    let of = |inventory: &Inventory| -> Vec<String> {
        let machines = inventory.instances.iter().filter_map(|one| one.subnet.clone());
        machines.chain(inventory.interfaces.iter().filter_map(|one| one.subnet.clone())).collect()
    };
    of(&touched.old).into_iter().chain(of(&touched.new)).collect()
}

/// Lists the resources that other accounts may see too, and that one account sees differently now. The inventory need not
/// differ yet: it joins all views.
fn shared(delta: &Delta) -> BTreeSet<(Kind, Identity)> {
    fn identities<T: LiveResource>(delta: &Delta) -> impl Iterator<Item = (Kind, Identity)> {
        T::changes(delta).iter().map(|change| (T::KIND, change.row.identity()))
    }
    let networks = identities::<Network>(delta).chain(identities::<Subnet>(delta));
    networks.chain(identities::<Link>(delta)).collect()
}

#[cfg(test)]
mod tests;
