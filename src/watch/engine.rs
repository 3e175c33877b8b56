//! Keeps an inventory up to date: hints in, reads out, changes out.
//!
//! The engine does no work itself. It says what to read, is given the answers, and says what changed. So it can be
//! tested with any order of events and answers, and without waiting.

mod affected;
mod ended;
mod joined_change;
mod known_coverage;
mod retries;
mod second_look;
mod timing;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Instant;

use jiff::Timestamp;

use self::affected::{FoundAddresses, shared, subnets_with_other_addresses};
use self::ended::{ended_machines, has_ended, last_look, name_interfaces_of_ending};
pub use self::joined_change::JoinedChange;
use self::known_coverage::KnownCoverage;
use self::retries::FailedReads;
use self::second_look::second_look;
use self::timing::{
    ASK_AGAIN_AFTER, ASKS_UNTIL_GONE, ASKS_UNTIL_UNKNOWN, COLLECTED_AT_MOST, COLLECTED_FOR, FIRST_RETRY,
    FOLLOWED_WITHIN, LONGER_FOR_MESSAGE,
};
use super::account_region::AccountRegion;
use super::delta::Delta;
use super::hint::{Hint, HintedChange};
use super::live_inventory::{Absent, Detached, LiveInventory, ReadAnswer, ReadFindings, RowToReadAgain};
use super::live_resource::LiveResource;
use super::pending::{Messages, Pending, ReadOrder, ReadWindow, Target};
use super::touched::Touched;
use crate::model::{Coverage, Instance, Inventory, Kind, Outcome, Provider, Resource, Scope, kind_of_id};

/// The kinds that other accounts may see, or that change with others.
const SHARED: [Kind; 3] = [Kind::Networks, Kind::Subnets, Kind::Links];

/// Keeps an inventory up to date.
#[derive(Debug)]
pub struct Engine {
    live: LiveInventory,
    pending: Pending,
    coverage: KnownCoverage,
    retries: FailedReads,
    /// The ids that were asked for in vain.
    absences: HashMap<(AccountRegion, String), Absence>,
    /// The number of the latest read that ended.
    reads: u64,
    /// Whether a full scan runs, which later reads know better than.
    is_scanning: bool,
    done: Vec<u64>,
    counts: EngineCounts,
}

/// What happened since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EngineCounts {
    /// Hints that were taken.
    pub hints: u64,
    /// Those of them that joined an order that waited already.
    pub merged: u64,
    /// Hints about accounts or regions that are not in scope.
    pub refused: u64,
    /// Reads that hints led to: of one kind in one account and region.
    pub reads: u64,
    /// Such reads that failed.
    pub failed_reads: u64,
    /// Requests that these reads made.
    pub requests: u64,
    /// Ids that nothing was ever found of.
    pub unknown_ids: u64,
    /// Changes that only a full scan found.
    pub missed: u64,
}

/// How often an id was asked for in vain.
#[derive(Debug, Clone, Copy)]
struct Absence {
    asks: usize,
    /// When to ask again. What is asked for earlier, because another event named it, does not count.
    next: Instant,
}

/// What to ask for again, and when.
struct AskAgain<'o> {
    order: &'o ReadOrder,
    orders: BTreeMap<Instant, (BTreeMap<Kind, Target>, Messages)>,
}

impl<'o> AskAgain<'o> {
    /// Begins with what was asked for.
    const fn new(order: &'o ReadOrder) -> Self {
        Self { order, orders: BTreeMap::new() }
    }

    /// Adds a resource. Only the messages wait for it that tell of it, or of what it belongs to.
    fn add(&mut self, when: Instant, kind: Kind, id: String, mut owners: Vec<String>) {
        owners.push(id.clone());
        self.target(when, kind, &owners).ids.insert(id);
    }

    /// Returns what is asked for then, to add to it for these ids.
    fn target(&mut self, when: Instant, kind: Kind, ids: &[String]) -> &mut Target {
        let (targets, messages) = self.orders.entry(when).or_default();
        messages.merge(self.order.messages.that_tell_of(ids));
        targets.entry(kind).or_default()
    }
}

/// A read that was started.
#[derive(Debug)]
pub struct StartedRead {
    /// The account and region.
    pub place: AccountRegion,
    /// What to read there: the ids to look for, or everything.
    pub wanted: Vec<(Scope, Option<BTreeSet<String>>)>,
    order: ReadOrder,
}

/// Why a hint was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintRefusal {
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
            coverage: KnownCoverage::new(&inventory.coverage),
            retries: FailedReads::default(),
            absences: HashMap::new(),
            reads: 0,
            is_scanning: false,
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

    /// Lists what cannot be read, by its last outcome: what the last scan could not read, and what an event led to since that was
    /// refused or failed so often that its messages were given up.
    pub fn unreadable(&self) -> impl Iterator<Item = &Coverage> {
        self.coverage.unreadable(|key| self.retries.is_given_up(key))
    }

    /// Returns what is to be read.
    #[must_use]
    pub const fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Takes a message, which led to `hints`. Returns those that it refuses, and why. A message that leads to nothing is
    /// done at once.
    pub fn take_message(&mut self, message: u64, hints: Vec<Hint>, now: Instant) -> Vec<(Hint, HintRefusal)> {
        self.take_hints(message, hints, false, now)
    }

    /// Takes a message that was received before, maybe by a watch that was killed. What it told of may be known already
    /// then, and what follows from that not: so everything is read that can follow.
    pub fn take_redelivered(
        &mut self,
        message: u64,
        hints: Vec<Hint>,
        now: Instant,
    ) -> Vec<(Hint, HintRefusal)> {
        self.take_hints(message, hints, true, now)
    }

    fn take_hints(
        &mut self,
        message: u64,
        hints: Vec<Hint>,
        is_repeated: bool,
        now: Instant,
    ) -> Vec<(Hint, HintRefusal)> {
        let (mut refused, mut is_waiting) = (Vec::new(), false);
        for hint in hints {
            match self.order_for(&hint, now) {
                Ok((place, order)) => {
                    let messages = Messages::new(message, &hint.ids);
                    self.counts.hints += 1;
                    is_waiting = true;
                    for other in self.other_ends(&hint, &place) {
                        let window = self.retries.not_before(&other, [Kind::Links], order.window);
                        let order = ReadOrder::for_ids([Kind::Links], &hint.ids, window);
                        self.pending.add(&other, ReadOrder { messages: messages.clone(), ..order });
                    }
                    let neighbours = if is_repeated { self.live.neighbours(&place) } else { BTreeSet::new() };
                    for place in neighbours {
                        let window = self.retries.not_before(&place, SHARED, order.window);
                        let order = ReadOrder::for_ids(SHARED, &BTreeSet::new(), window);
                        self.pending.add(&place, ReadOrder { messages: messages.clone(), ..order });
                    }
                    let is_merged = self.pending.add(&place, ReadOrder { messages, ..order });
                    self.counts.merged += u64::from(is_merged);
                }
                Err(why) => {
                    self.counts.refused += 1;
                    refused.push((hint, why));
                }
            }
        }
        // Otherwise it stays in the queue until its reads have ended, so that a watch that is killed loses nothing.
        if !is_waiting {
            self.done.push(message);
        }
        refused
    }

    fn order_for(&self, hint: &Hint, now: Instant) -> Result<(AccountRegion, ReadOrder), HintRefusal> {
        let place = AccountRegion::new(hint.provider, &hint.account, hint.region.as_deref());
        if !self.live.has_account(&place) {
            return Err(HintRefusal::Account);
        }
        if !self.live.has_place(&place) {
            return Err(HintRefusal::Region);
        }
        let is_read = |kind: &&Kind| self.live.scope(&place, **kind).is_some();
        let kinds: Vec<Kind> = hint.kinds.iter().filter(is_read).copied().collect();
        if kinds.is_empty() {
            return Err(HintRefusal::Kinds);
        }
        let longer = LONGER_FOR_MESSAGE * u32::try_from(self.pending.messages()).unwrap_or(u32::MAX);
        let window = ReadWindow::within(now, (COLLECTED_FOR + longer).min(COLLECTED_AT_MOST));
        let window = self.retries.not_before(&place, kinds.iter().copied(), window);
        let mut order = ReadOrder::for_ids(kinds, &hint.ids, window).expecting_changes();
        match hint.change {
            HintedChange::Any => {}
            HintedChange::Ended => order.ended.clone_from(&hint.ids),
            HintedChange::MachineEnds => order.ending_machines.clone_from(&hint.ids),
            HintedChange::GotAddress => {
                order.got_addresses = hint.ids.iter().map(|id| (id.clone(), 1)).collect();
            }
        }
        Ok((place, order))
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

    /// Starts the next read that is due.
    pub fn start_read(&mut self, now: Instant) -> Option<StartedRead> {
        let (place, mut order) = self.pending.take_due(now)?;
        name_interfaces_of_ending(&self.live, &place, &mut order);
        let wanted = order.targets.iter().filter_map(|(kind, target)| {
            let ids = (!target.is_whole).then(|| target.ids.clone());
            Some((self.live.scope(&place, *kind)?, ids))
        });
        Some(StartedRead { wanted: wanted.collect(), place, order })
    }

    /// Takes the answers of reads that have ended. Returns what they changed, if anything, as one change: keeping and reporting
    /// one costs the same for many reads as for one.
    pub fn finish_reads(
        &mut self,
        reads: impl IntoIterator<Item = (StartedRead, Vec<ReadAnswer>)>,
        now: Instant,
    ) -> Option<JoinedChange> {
        let changes = reads.into_iter().filter_map(|(read, answers)| self.finish_read(read, answers, now));
        JoinedChange::join(changes.collect())
    }

    /// Takes the answers of one read.
    fn finish_read(
        &mut self,
        read: StartedRead,
        answers: Vec<ReadAnswer>,
        now: Instant,
    ) -> Option<JoinedChange> {
        let StartedRead { place, order, .. } = read;
        self.count_reads(&answers);
        let found = FoundAddresses::new(&answers);
        // An address that went from one resource to another would be at both if only one of them were taken over. So these
        // answers are dropped, and both are read together.
        if let Some(both) = found.add_other_holders(&self.live, &place, &order, &answers, now) {
            self.pending.add(&place, both);
            self.pending.release(order.messages.numbers());
            self.pending.end_read(&place);
            return None;
        }
        // Counted when it ends: it may be newer than a scan that began while it was on its way.
        self.reads += 1;
        let number = self.reads;
        let failed = self.note_outcomes(&place, &order, &answers);
        let ended_machines = ended_machines(&answers);
        let complete: HashSet<Kind> =
            answers.iter().map(|answer| answer.kind).filter(|kind| !failed.contains(kind)).collect();
        let mut findings = ReadFindings::default();
        for answer in answers {
            let target = order.targets.get(&answer.kind).cloned().unwrap_or_default();
            // The scan may have read a row before it went, and must not bring back what is found gone here.
            if self.is_scanning && complete.contains(&answer.kind) {
                let asked = Target { is_whole: answer.is_whole, ..target.clone() };
                self.live.note_asked(&place, answer.kind, asked);
            }
            findings.append(self.live.compare(&place, &target, answer, number));
        }
        // The order matters: `ask_again` adds what is believed gone to the changes, `retry` notes failures that later orders wait
        // for, and `former_holders` compares with what was known before. The two after `apply` look at what is known now.
        let mut follow_ups = self.ask_again(&place, &order, (&complete, &ended_machines), &mut findings, now);
        follow_ups.extend(second_look(&self.retries, &place, (&order, &complete), &findings, now));
        follow_ups.extend(self.retry(&place, &order, &failed, now));
        follow_ups.extend(self.catch_up(&place, &complete, now));
        follow_ups.extend(self.former_holders(&place, (&order, &complete), &found, now));
        let mut delta = findings.delta;
        delta.coverage = self.coverage.take_changed(self.live.coverage());
        let touched = self.live.apply(&delta, number);
        self.counts.missed += touched.count_changed(Some(&order.missed)) as u64;
        follow_ups.extend(self.consequences(&place, (&order, &complete), (&delta, &touched), now));
        follow_ups.extend(self.other_holders(&place, &order, &found, now));
        for (place, order) in follow_ups {
            self.pending.add(&place, order);
        }
        self.done.extend(self.pending.release(order.messages.numbers()));
        self.pending.end_read(&place);
        (!delta.is_empty()).then_some(JoinedChange { delta, touched })
    }

    /// Begins a full scan. Returns the number that [`Engine::reconcile`] needs.
    #[must_use]
    pub fn start_scan(&mut self) -> u64 {
        self.is_scanning = true;
        self.live.forget_asked();
        self.reads
    }

    /// Tells when the full scan began that the inventory was last compared with.
    pub fn note_scan_time(&mut self, at: Timestamp) {
        self.live.set_taken_at(at);
    }

    /// Ends a full scan that found nothing out.
    pub fn abandon_scan(&mut self) {
        self.is_scanning = false;
        self.live.forget_asked();
    }

    /// Orders what an inventory that was just taken over leaves to be read: what could not be read, and what has ended
    /// and will not be listed any more.
    pub fn schedule_follow_ups(&mut self, now: Instant) {
        for (place, order) in self.unread_scopes(self.live.coverage(), now) {
            self.pending.add(&place, order);
        }
        let ended = self.live.instances().filter(|(_, one)| has_ended(one.provider, one.state.as_deref()));
        let ended: Vec<_> =
            ended.map(|(place, one)| (place.clone(), Kind::Instances, one.id.clone())).collect();
        let links = self.live.links().filter(|(_, link)| has_ended(link.provider, link.state.as_deref()));
        let links = links.map(|(place, link)| (place.clone(), Kind::Links, link.asked_as()));
        for (place, kind, id) in ended.into_iter().chain(links.collect::<Vec<_>>()) {
            self.pending.add(&place, last_look(kind, &id, now));
        }
    }

    /// Takes a full scan that was begun when [`Engine::start_scan`] returned `began`. Returns what it changed, if anything:
    /// what no event told of. A resource that was read since the scan began is read once more if they differ. What the scan
    /// could not read stays as it is known, and is read again.
    pub fn reconcile(&mut self, scan: &Inventory, began: u64, now: Instant) -> Option<JoinedChange> {
        let scan = &*self.live.with_unreached_scopes(scan);
        let (mut delta, to_read_again) = self.live.compare_scan(scan, began);
        self.coverage.set_scanned(&scan.coverage);
        delta.coverage = self.coverage.take_changed(self.live.coverage());
        let touched = self.live.apply(&delta, began);
        self.live.set_taken_at(scan.taken_at);
        self.is_scanning = false;
        self.live.forget_asked();
        let mut orders = self.unread_scopes(&scan.coverage, now);
        orders.extend(self.last_looks(&touched, now));
        orders.extend(self.other_sides(None, &Messages::default(), &touched, now));
        for RowToReadAgain { kind, id, places } in to_read_again {
            let ids = BTreeSet::from([id]);
            let order = ReadOrder::for_ids([kind], &ids, ReadWindow::within(now, COLLECTED_FOR));
            let order = ReadOrder { missed: ids, ..order };
            let places = places.into_iter().filter(|place| self.live.has_place(place));
            orders.extend(places.map(|place| (place, order.clone())));
        }
        for (place, order) in orders {
            self.pending.add(&place, order);
        }
        self.counts.missed += touched.count_changed(None) as u64;
        (!delta.is_empty()).then_some(JoinedChange { delta, touched })
    }

    /// Counts missed changes from now on.
    pub const fn reset_missed(&mut self) {
        self.counts.missed = 0;
    }

    /// Takes the messages out that are done: what they led to is in the changes that were returned.
    pub fn take_done(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.done)
    }

    /// Applies a change that is in the journal.
    pub fn replay(&mut self, delta: &Delta) -> Touched {
        if let Some(coverage) = &delta.coverage {
            self.coverage.set_scanned(coverage);
        }
        self.live.apply(delta, self.reads)
    }

    fn count_reads(&mut self, answers: &[ReadAnswer]) {
        self.counts.reads += answers.len() as u64;
        self.counts.requests += answers.iter().map(|answer| u64::from(answer.coverage.requests)).sum::<u64>();
    }

    /// Notes which reads failed. Returns their kinds.
    fn note_outcomes(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        answers: &[ReadAnswer],
    ) -> BTreeSet<Kind> {
        let coverage = &mut self.coverage;
        let failed = answers
            .iter()
            .filter(|answer| coverage.note_read(place, order.targets.get(&answer.kind), answer));
        let failed: BTreeSet<Kind> = failed.map(|answer| answer.kind).collect();
        self.counts.failed_reads += failed.len() as u64;
        failed
    }

    /// Orders what was not found once more, and believes what was not found again gone.
    fn ask_again(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        (complete, ended_machines): (&HashSet<Kind>, &HashSet<String>),
        findings: &mut ReadFindings,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        for id in &findings.found {
            self.absences.remove(&(place.clone(), id.clone()));
        }
        let mut unknown = unfound_ids(place.provider, order, complete, &findings.found);
        let mut again = AskAgain::new(order);
        for Absent { kind, identity, id, owners } in std::mem::take(&mut findings.absent) {
            unknown.remove(&id);
            // What belonged to a machine that has ended goes with it.
            let has_ended = self.note_end_of_owner(place, &id, &owners, ended_machines, now);
            let enough = if has_ended { 1 } else { ASKS_UNTIL_GONE };
            if let Some(next) = self.note_absence(place, (&identity.id, enough), order, now) {
                again.add(next, kind, id, owners);
            } else {
                self.live.add_gone(place, kind, &identity, &mut findings.delta);
            }
        }
        for Detached { kind, id, owners } in std::mem::take(&mut findings.detached) {
            let has_ended = self.note_end_of_owner(place, &id, &owners, ended_machines, now);
            let when = now + if has_ended { COLLECTED_FOR } else { ASK_AGAIN_AFTER };
            again.add(when, kind, id, owners);
        }
        // What no event named was known, and is believed gone since: another read had asked for it too.
        for id in unknown.into_iter().filter(|id| order.messages.tell_of(id)) {
            if let Some(next) = self.note_absence(place, (id, ASKS_UNTIL_UNKNOWN), order, now) {
                let kinds = order.targets.iter().filter(|(_, target)| target.ids.contains(id));
                kinds.for_each(|(kind, _)| again.add(next, *kind, id.clone(), Vec::new()));
            } else {
                self.give_up(place, order, id, (&mut again, now));
            }
        }
        let orders = again.orders.into_iter().map(|(when, (targets, messages))| {
            let window = self.retries.not_before(place, targets.keys().copied(), ReadWindow::at(when));
            let again = ReadOrder::for_ids([], &BTreeSet::new(), window);
            let (missed, is_consequence) = (order.missed.clone(), order.is_consequence);
            let has_other_holders = order.has_other_holders;
            let again = ReadOrder { targets, missed, messages, is_consequence, has_other_holders, ..again };
            (place.clone(), again)
        });
        orders.collect()
    }

    /// Notes that a resource was not found whose machine has ended: an interface goes with its machine, so it is asked for once
    /// more, and soon. Returns whether it has.
    fn note_end_of_owner(
        &mut self,
        place: &AccountRegion,
        id: &str,
        owners: &[String],
        ended_machines: &HashSet<String>,
        now: Instant,
    ) -> bool {
        let is_known_to_have_ended = |id: &String| {
            let machine = self.live.instance(place, id);
            machine.is_some_and(|machine| has_ended(machine.provider, machine.state.as_deref()))
        };
        if !owners.iter().any(|owner| ended_machines.contains(owner) || is_known_to_have_ended(owner)) {
            return false;
        }
        let next = now + COLLECTED_FOR;
        let absence =
            self.absences.entry((place.clone(), id.to_owned())).or_insert(Absence { asks: 1, next });
        absence.next = absence.next.min(next);
        true
    }

    /// Believes that nothing has an id, of which nothing was known before.
    fn give_up(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        id: &str,
        (again, now): (&mut AskAgain<'_>, Instant),
    ) {
        self.counts.unknown_ids += u64::from(!order.ended.contains(id));
        // It was never seen, so nothing tells whose free addresses it took and gave back.
        if place.provider == Provider::Aws
            && kind_of_id(place.provider, id).is_some_and(|kind| Kind::WITH_ADDRESSES.contains(&kind))
        {
            again.target(now + FOLLOWED_WITHIN, Kind::Subnets, &[id.to_owned()]).is_whole = true;
        }
    }

    /// Counts that an id was asked for in vain. Returns when to ask again; `None` if that was often enough to believe it, or
    /// the event said so too.
    fn note_absence(
        &mut self,
        place: &AccountRegion,
        (id, enough): (&str, usize),
        order: &ReadOrder,
        now: Instant,
    ) -> Option<Instant> {
        let key = (place.clone(), id.to_owned());
        let absence = self.absences.entry(key.clone()).or_insert(Absence { asks: 0, next: now });
        if now >= absence.next {
            *absence = Absence { asks: absence.asks + 1, next: now + ASK_AGAIN_AFTER };
        }
        let Absence { asks, next } = *absence;
        let is_believed = asks >= enough || order.ended.contains(id);
        if is_believed {
            self.absences.remove(&key);
        }
        (!is_believed).then_some(next)
    }

    /// Orders what could not be read before, now that reads of its kind succeed again.
    fn catch_up(
        &self,
        place: &AccountRegion,
        complete: &HashSet<Kind>,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        let unread = |kind: &Kind| {
            let ids = self.coverage.unread(place, *kind)?;
            // What is tried again later and later stays so.
            if self.pending.is_ordered(place, *kind, &ids) {
                return None;
            }
            let order = ReadOrder::for_ids([*kind], &ids, ReadWindow::within(now, COLLECTED_FOR));
            Some((place.clone(), ReadOrder { is_consequence: true, ..order }))
        };
        complete.iter().filter_map(unread).collect()
    }

    /// Orders what could not be read once more. What was refused is asked for again by the next event or scan: it would be
    /// refused until you do something.
    fn retry(
        &mut self,
        place: &AccountRegion,
        order: &ReadOrder,
        failed: &BTreeSet<Kind>,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        let mut orders = Vec::new();
        for (kind, target) in &order.targets {
            if !failed.contains(kind) || self.coverage.is_denied(place, *kind) {
                self.retries.remove(place, *kind);
                continue;
            }
            let retry = self.retries.add(place, *kind, now);
            let messages = if retry.is_given_up() { Messages::default() } else { order.messages.clone() };
            let targets = BTreeMap::from([(*kind, target.clone())]);
            let window = ReadWindow::at(retry.next);
            orders.push((place.clone(), ReadOrder { targets, messages, window, ..order.clone() }));
        }
        orders
    }

    /// Orders what could not be read, and was not refused: that may succeed in a moment.
    fn unread_scopes(&self, coverage: &[Coverage], now: Instant) -> Vec<(AccountRegion, ReadOrder)> {
        let unread = coverage.iter().filter(|entry| {
            matches!(entry.outcome, Outcome::Failed | Outcome::TimedOut | Outcome::Throttled)
        });
        let orders = unread.filter_map(|entry| {
            let kind = entry.kind.resource_kind()?;
            let place = AccountRegion::from(entry);
            let window = self.retries.not_before(&place, [kind], ReadWindow::at(now + FIRST_RETRY));
            Some((place, ReadOrder::for_ids([kind], &BTreeSet::new(), window)))
        });
        orders.collect()
    }

    /// Orders machines and links that ended once more, for when they are not listed any more. No event says so.
    fn last_looks(&self, touched: &Touched, now: Instant) -> Vec<(AccountRegion, ReadOrder)> {
        let machines = touched.new.instances.iter();
        let machines = machines.filter(|one| has_ended(one.provider, one.state.as_deref()));
        let mut orders: Vec<(AccountRegion, ReadOrder)> = machines
            .filter_map(|one| Some((one.owner()?, last_look(Kind::Instances, &one.id, now))))
            .collect();
        let links = touched.new.links.iter();
        for link in links.filter(|link| has_ended(link.provider, link.state.as_deref())) {
            let places = self.live.viewers(Kind::Links, &link.identity()).into_iter();
            orders.extend(places.map(|place| (place, last_look(Kind::Links, &link.asked_as(), now))));
        }
        orders
    }

    /// Orders the links of the accounts at the other ends of changed peerings of Azure. Each VNet has a peering of its own,
    /// and the state of one changes with the other, of which Azure sends no event. `place` was just read.
    fn other_sides(
        &self,
        place: Option<&AccountRegion>,
        messages: &Messages,
        touched: &Touched,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        // Also after a read that is a consequence itself, and after a scan, whose parts are of different moments: it may be
        // the first to find what an event is still to tell of. The two sides do not ask each other for ever, since only a
        // change has consequences.
        let links = touched.old.links.iter().chain(&touched.new.links);
        let links = links.filter(|link| link.provider != Provider::Aws);
        let ends = links.flat_map(|link| link.ends.iter().map(|end| (link.provider, end)));
        let others = ends.filter_map(|(provider, end)| {
            let account = end.account.as_ref()?;
            Some(AccountRegion::new(provider, account, None))
        });
        let others: BTreeSet<AccountRegion> =
            others.filter(|other| Some(other) != place && self.live.has_place(other)).collect();
        let whole = |other: AccountRegion| {
            let window = ReadWindow::within(now, COLLECTED_FOR);
            let window = self.retries.not_before(&other, [Kind::Links], window);
            let links = ReadOrder::for_ids([Kind::Links], &BTreeSet::new(), window);
            (other, ReadOrder { messages: messages.clone(), is_consequence: true, ..links })
        };
        others.into_iter().map(whole).collect()
    }

    /// Orders what is known to have an address that was found elsewhere, and was not read together with it.
    fn other_holders(
        &self,
        place: &AccountRegion,
        order: &ReadOrder,
        found: &FoundAddresses,
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        let held = found.unread_holders(&self.live, place, order).into_iter();
        let orders = held.map(|(kind, ids)| {
            let window = self.retries.not_before(place, [kind], ReadWindow::within(now, FOLLOWED_WITHIN));
            let holders = ReadOrder::for_ids([kind], &ids, window);
            (place.clone(), ReadOrder { messages: order.messages.clone(), is_consequence: true, ..holders })
        });
        orders.collect()
    }

    /// Orders all machines and interfaces if one that got addresses has fewer new ones than events tell of. To be called before
    /// what was found is taken over.
    fn former_holders(
        &self,
        place: &AccountRegion,
        (order, complete): (&ReadOrder, &HashSet<Kind>),
        found: &FoundAddresses,
        now: Instant,
    ) -> Option<(AccountRegion, ReadOrder)> {
        if !found.lack_announced(&self.live, place, (order, complete)) {
            return None;
        }
        let is_unread = |kind: &Kind| {
            let target = order.targets.get(kind).filter(|_| complete.contains(kind));
            let is_whole = target.is_some_and(|target| target.is_whole);
            self.live.scope(place, *kind).is_some() && !is_whole && !self.coverage.is_denied(place, *kind)
        };
        let kinds: Vec<Kind> = Kind::WITH_ADDRESSES.into_iter().filter(is_unread).collect();
        let window = ReadWindow::within(now, FOLLOWED_WITHIN);
        let window = self.retries.not_before(place, kinds.iter().copied(), window);
        let all = ReadOrder::for_ids(kinds, &BTreeSet::new(), window);
        Some((place.clone(), ReadOrder { messages: order.messages.clone(), is_consequence: true, ..all }))
    }

    /// Orders what may have changed with what was found to have changed: the free addresses of subnets, what other
    /// accounts see of a shared resource, and machines that will not be listed any more.
    fn consequences(
        &self,
        place: &AccountRegion,
        (order, complete): (&ReadOrder, &HashSet<Kind>),
        (delta, touched): (&Delta, &Touched),
        now: Instant,
    ) -> Vec<(AccountRegion, ReadOrder)> {
        if place.provider != Provider::Aws {
            return self.other_sides(Some(place), &order.messages, touched, now);
        }
        let (mut orders, messages) = (self.last_looks(touched, now), &order.messages);
        let soon = ReadWindow::within(now, FOLLOWED_WITHIN);
        let mut add = |places: BTreeSet<AccountRegion>, kind: Kind, ids: BTreeSet<String>| {
            for place in places {
                let window = self.retries.not_before(&place, [kind], soon);
                let follow_up = ReadOrder::for_ids([kind], &ids, window).expecting_changes();
                let messages = messages.clone();
                orders.push((place, ReadOrder { messages, is_consequence: true, ..follow_up }));
            }
        };
        let read_subnets = order.targets.get(&Kind::Subnets).filter(|_| complete.contains(&Kind::Subnets));
        for subnet in subnets_with_other_addresses(touched) {
            let mut viewers = self.live.viewers_of_subnet(place, &subnet);
            // Subnets are read last.
            if read_subnets.is_some_and(|read| read.is_whole || read.ids.contains(&subnet)) {
                viewers.remove(place);
            }
            add(viewers, Kind::Subnets, BTreeSet::from([subnet]));
        }
        if !order.is_consequence {
            for (kind, identity, id) in shared(delta) {
                let mut others = self.live.viewers(kind, &identity);
                others.remove(place);
                // A peering shows the prefixes of its networks.
                if kind == Kind::Networks && self.live.has_link(place, &id) {
                    add(BTreeSet::from([place.clone()]), Kind::Links, BTreeSet::from([id.clone()]));
                }
                add(others, kind, BTreeSet::from([id]));
            }
        }
        // EC2 does not tell the subnet of a machine that is terminated, and this one was not known before.
        let is_unknown = |one: &Instance| {
            one.subnet.is_none() && !touched.old.instances.iter().any(|known| known.id == one.id)
        };
        if touched.new.instances.iter().any(is_unknown) && read_subnets.is_none_or(|read| !read.is_whole) {
            let order = ReadOrder::for_ids([Kind::Subnets], &BTreeSet::new(), soon);
            orders.push((place.clone(), ReadOrder { messages: messages.clone(), ..order }));
        }
        orders
    }
}

impl ReadFindings {
    fn append(&mut self, mut other: Self) {
        self.delta.append(other.delta);
        self.absent.append(&mut other.absent);
        self.detached.append(&mut other.detached);
        self.found.extend(other.found);
    }
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

#[cfg(test)]
mod tests;
