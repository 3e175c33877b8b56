//! What is to be read again: hints, merged by account and region until they are read.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::account_region::AccountRegion;
use crate::model::Kind;

/// Resources of one kind to read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The ids to look for: of resources, or of what they belong to.
    pub ids: BTreeSet<String>,
    /// Whether all resources of the kind are read, whatever their ids.
    pub is_whole: bool,
}

impl Target {
    /// Adds what another asks for.
    pub fn merge(&mut self, other: Self) {
        self.ids.extend(other.ids);
        self.is_whole |= other.is_whole;
    }
}

/// When something is read: not before `from`, and then with the next read there, at the latest at `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadWindow {
    /// The earliest time.
    pub from: Instant,
    /// The latest time.
    pub until: Instant,
}

impl ReadWindow {
    /// From now on, and within this time.
    #[must_use]
    pub fn within(now: Instant, time: Duration) -> Self {
        Self { from: now, until: now + time }
    }

    /// At this time.
    #[must_use]
    pub const fn at(time: Instant) -> Self {
        Self { from: time, until: time }
    }

    /// Returns the same window, but not before this time.
    #[must_use]
    pub fn not_before(self, earliest: Instant) -> Self {
        Self { from: self.from.max(earliest), until: self.until.max(earliest) }
    }

    /// Returns the time that is in both windows, if any is.
    fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from <= both.until).then_some(both)
    }
}

/// Messages, with the ids that each tells of; no ids if it may tell of anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages(BTreeMap<u64, Arc<BTreeSet<String>>>);

impl Messages {
    /// Takes a message with a hint of these ids.
    #[must_use]
    pub fn new(message: u64, ids: &BTreeSet<String>) -> Self {
        Self(BTreeMap::from([(message, Arc::new(ids.clone()))]))
    }

    /// Lists their numbers.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.0.keys().copied()
    }

    /// Tells whether one of them names an id.
    #[must_use]
    pub fn tell_of(&self, id: &str) -> bool {
        self.0.values().any(|told| told.contains(id))
    }

    /// Returns those that may tell of one of these ids; all, if none does.
    #[must_use]
    pub fn that_tell_of(&self, ids: &[String]) -> Self {
        let tells = |told: &BTreeSet<String>| told.is_empty() || ids.iter().any(|id| told.contains(id));
        let telling = self.0.iter().filter(|(_, told)| tells(told));
        let telling: BTreeMap<_, _> = telling.map(|(message, told)| (*message, Arc::clone(told))).collect();
        if telling.is_empty() { self.clone() } else { Self(telling) }
    }

    /// Adds others. Returns the numbers of those that were among these already.
    pub fn merge(&mut self, others: Self) -> Vec<u64> {
        let mut both = Vec::new();
        for (message, told) in others.0 {
            match self.0.entry(message) {
                Entry::Vacant(entry) => {
                    entry.insert(told);
                }
                Entry::Occupied(mut entry) => {
                    both.push(message);
                    let known = entry.get_mut();
                    if told.is_empty() {
                        *known = told;
                    } else if !known.is_empty() && *known != told {
                        Arc::make_mut(known).extend(told.iter().cloned());
                    }
                }
            }
        }
        both
    }
}

/// What to read again in one account and region.
#[derive(Debug, Clone)]
pub struct ReadOrder {
    /// What to read.
    pub targets: BTreeMap<Kind, Target>,
    /// The ids that events say are gone.
    pub ended: BTreeSet<String>,
    /// The ids of machines that events say end.
    pub ending_machines: BTreeSet<String>,
    /// The ids that events say got addresses, which others may have had, and how many events say so.
    pub got_addresses: BTreeMap<String, usize>,
    /// What events, or what was read before, say changed. If it is found as it was, it is read once more.
    pub expected: BTreeMap<Kind, Target>,
    /// The ids of which only a scan found that they changed. If that is found again, their events were missed.
    pub missed: BTreeSet<String>,
    /// The messages that led to it. A message stays in the queue until every order that it led to is done.
    pub messages: Messages,
    /// When to read it.
    pub window: ReadWindow,
    /// Whether it follows from what an earlier read found. Such an order has no consequences of the same sort, or two
    /// accounts that share a resource would ask each other for ever.
    pub is_consequence: bool,
    /// Whether what had an address before is among the targets already. Only once is more added to an order before what was
    /// found is taken over, however many addresses move.
    pub has_other_holders: bool,
}

impl ReadOrder {
    /// Orders resources of `kinds` by their ids.
    #[must_use]
    pub fn for_ids(
        kinds: impl IntoIterator<Item = Kind>,
        ids: &BTreeSet<String>,
        window: ReadWindow,
    ) -> Self {
        let target = |kind| (kind, Target { ids: ids.clone(), is_whole: ids.is_empty() });
        Self {
            targets: kinds.into_iter().map(target).collect(),
            ended: BTreeSet::new(),
            ending_machines: BTreeSet::new(),
            got_addresses: BTreeMap::new(),
            expected: BTreeMap::new(),
            missed: BTreeSet::new(),
            messages: Messages::default(),
            window,
            is_consequence: false,
            has_other_holders: false,
        }
    }

    /// Expects that what it reads has changed.
    #[must_use]
    pub fn expecting_changes(self) -> Self {
        Self { expected: self.targets.clone(), ..self }
    }

    /// Adds another order. Returns the messages that both wait for, which are in the merged order once.
    fn merge(&mut self, other: Self) -> Vec<u64> {
        for (kind, target) in other.targets {
            self.targets.entry(kind).or_default().merge(target);
        }
        self.ended.extend(other.ended);
        self.ending_machines.extend(other.ending_machines);
        for (id, events) in other.got_addresses {
            *self.got_addresses.entry(id).or_default() += events;
        }
        for (kind, expected) in other.expected {
            self.expected.entry(kind).or_default().merge(expected);
        }
        self.missed.extend(other.missed);
        let both = self.messages.merge(other.messages);
        // What an event told of as well was not missed.
        self.missed.retain(|id| !self.messages.tell_of(id));
        self.is_consequence &= other.is_consequence;
        self.has_other_holders |= other.has_other_holders;
        both
    }
}

/// The orders of an account and region.
#[derive(Debug, Default)]
struct Waiting {
    orders: Vec<ReadOrder>,
    is_reading: bool,
}

/// All orders that are not done.
#[derive(Debug, Default)]
pub struct Pending {
    waiting: BTreeMap<AccountRegion, Waiting>,
    /// How many orders each message waits for.
    messages: HashMap<u64, usize>,
}

impl Pending {
    /// Adds an order. Returns whether it was joined with one that waited already.
    pub fn add(&mut self, place: &AccountRegion, order: ReadOrder) -> bool {
        for message in order.messages.numbers() {
            *self.messages.entry(message).or_default() += 1;
        }
        // Whatever can be read at the same time is read together.
        let orders = &mut self.waiting.entry(place.clone()).or_default().orders;
        let both = orders.iter_mut().find_map(|known| Some((known.window.overlap(order.window)?, known)));
        if let Some((window, known)) = both {
            known.window = window;
            // Two orders have become one. Otherwise, under load, messages would be there more often with each read that
            // follows from another.
            let both = known.merge(order);
            self.release(both);
            true
        } else {
            orders.push(order);
            false
        }
    }

    /// Takes everything that may be read in one account and region where something has to be read now. One that is being
    /// read already has to wait, and so collects more.
    pub fn take_due(&mut self, now: Instant) -> Option<(AccountRegion, ReadOrder)> {
        let is_due = |waiting: &Waiting| {
            !waiting.is_reading && waiting.orders.iter().any(|order| order.window.until <= now)
        };
        let place =
            self.waiting.iter().find(|(_, waiting)| is_due(waiting)).map(|(place, _)| place.clone())?;
        let waiting = self.waiting.get_mut(&place)?;
        let (due, later) =
            std::mem::take(&mut waiting.orders).into_iter().partition(|order| order.window.from <= now);
        waiting.orders = later;
        waiting.is_reading = true;
        let due: Vec<ReadOrder> = due;
        let order = due.into_iter().reduce(|mut merged, order| {
            let both = merged.merge(order);
            self.release(both);
            merged
        });
        order.map(|order| (place, order))
    }

    /// Tells whether an order waits for these ids of a kind; for all of it, where there are none.
    #[must_use]
    pub fn is_ordered(&self, place: &AccountRegion, kind: Kind, ids: &BTreeSet<String>) -> bool {
        let orders = self.waiting.get(place).into_iter().flat_map(|waiting| &waiting.orders);
        let mut targets = orders.filter_map(|order| order.targets.get(&kind));
        targets.any(|target| target.is_whole || !ids.is_empty() && ids.is_subset(&target.ids))
    }

    /// Marks that an account and region is not being read any more.
    pub fn end_read(&mut self, place: &AccountRegion) {
        if let Some(waiting) = self.waiting.get_mut(place) {
            waiting.is_reading = false;
            if waiting.orders.is_empty() {
                self.waiting.remove(place);
            }
        }
    }

    /// Marks that an order of these messages is done. Returns the messages that wait for nothing more.
    pub fn release(&mut self, messages: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut done = Vec::new();
        for message in messages {
            if let Some(orders) = self.messages.get_mut(&message) {
                *orders -= 1;
                if *orders == 0 {
                    self.messages.remove(&message);
                    done.push(message);
                }
            }
        }
        done
    }

    /// Returns when the next order has to be read of an account and region that is not being read.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let idle = self.waiting.values().filter(|waiting| !waiting.is_reading);
        idle.flat_map(|waiting| &waiting.orders).map(|order| order.window.until).min()
    }

    /// Tells whether a message waits, or something is being read. What is only scheduled for much later, without a message,
    /// does not count.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.messages.is_empty() && !self.waiting.values().any(|waiting| waiting.is_reading)
    }

    /// Counts the messages that wait.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provider;

    const SECOND: Duration = Duration::from_secs(1);

    fn place(account: &str) -> AccountRegion {
        AccountRegion::new(Provider::Aws, account, Some("eu-west-1"))
    }

    fn order(id: &str, message: u64, window: ReadWindow) -> ReadOrder {
        let ids = BTreeSet::from([id.to_owned()]);
        ReadOrder {
            messages: Messages::new(message, &ids),
            ..ReadOrder::for_ids([Kind::Instances], &ids, window)
        }
    }

    fn taken_messages(order: &ReadOrder) -> Vec<u64> {
        order.messages.numbers().collect()
    }

    #[test]
    fn a_burst_is_one_order_and_an_account_is_read_once_at_a_time() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        let later = start + Duration::from_millis(300);
        pending.add(&place("1"), order("i-1", 1, ReadWindow::at(start)));
        pending.add(&place("1"), order("i-2", 2, ReadWindow::at(later)));
        pending.add(&place("2"), order("i-3", 3, ReadWindow::at(later)));
        assert!(pending.take_due(start.checked_sub(Duration::from_millis(1)).unwrap()).is_none());
        let (first, both) = pending.take_due(later).unwrap();
        assert_eq!((first, both.targets[&Kind::Instances].ids.len()), (place("1"), 2));
        pending.add(&place("1"), order("i-1", 4, ReadWindow::at(later)));
        assert_eq!(
            pending.take_due(later).map(|(place, _)| place),
            Some(place("2")),
            "no account waits for another"
        );
        assert!(pending.take_due(later).is_none(), "both are being read");
        assert_eq!(pending.release(both.messages.numbers()), [1, 2]);
        pending.end_read(&place("1"));
        assert_eq!(taken_messages(&pending.take_due(later).unwrap().1), [4]);
    }

    #[test]
    fn what_may_be_read_goes_along_with_what_has_to_be_read() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        pending.add(&place("1"), order("i-1", 1, ReadWindow::within(start, 2 * SECOND)));
        pending.add(&place("1"), order("i-2", 2, ReadWindow::within(start + SECOND, 2 * SECOND)));
        pending.add(&place("1"), order("i-3", 3, ReadWindow::within(start + 10 * SECOND, SECOND)));
        assert_eq!(pending.next_due(), Some(start + 2 * SECOND));
        assert!(pending.take_due(start + SECOND).is_none(), "there is time to collect more");
        let (_, taken) = pending.take_due(start + 2 * SECOND).unwrap();
        assert_eq!((taken_messages(&taken), taken.targets[&Kind::Instances].ids.len()), (vec![1, 2], 2));
        pending.end_read(&place("1"));
        pending.add(&place("1"), order("i-4", 4, ReadWindow::at(start + 9 * SECOND)));
        assert_eq!(
            taken_messages(&pending.take_due(start + 9 * SECOND).unwrap().1),
            [4],
            "not before its time"
        );
    }

    #[test]
    fn a_message_is_done_when_every_order_of_it_is() {
        let (mut pending, now) = (Pending::default(), ReadWindow::at(Instant::now()));
        pending.add(&place("1"), order("i-1", 7, now));
        pending.add(&place("2"), order("i-1", 7, now));
        assert!(pending.release([7]).is_empty() && !pending.is_settled());
        assert_eq!(pending.release([7]), [7]);
    }

    /// Each read that follows from another has the messages of both. Under load they multiplied.
    #[test]
    fn a_message_is_in_an_order_once_however_many_were_merged() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        let later = start + 2 * SECOND;
        pending.add(&place("1"), order("i-1", 7, ReadWindow::at(start)));
        pending.add(&place("1"), order("i-2", 7, ReadWindow::at(start)));
        pending.add(&place("1"), order("i-3", 7, ReadWindow::at(start + SECOND)));
        let (_, taken) = pending.take_due(later).unwrap();
        assert_eq!(taken_messages(&taken), [7]);
        assert_eq!(pending.release(taken.messages.numbers()), [7], "all three were one order");
    }
}
