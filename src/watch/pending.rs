//! What is to be read again: hints, merged by account and region until they are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

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

/// What to read again in one account and region.
#[derive(Debug, Clone)]
pub struct ReadOrder {
    /// What to read.
    pub targets: BTreeMap<Kind, Target>,
    /// The messages that led to it. A message stays in the queue until every order that it led to is done.
    pub messages: Vec<u64>,
    /// Not to be read before.
    pub due: Instant,
    /// Whether it follows from what an earlier read found. Such an order has no consequences of the same sort, or two
    /// accounts that share a resource would ask each other for ever.
    pub is_consequence: bool,
}

impl ReadOrder {
    /// Orders resources of `kinds` by their ids.
    #[must_use]
    pub fn for_ids(kinds: impl IntoIterator<Item = Kind>, ids: &BTreeSet<String>, due: Instant) -> Self {
        let target = |kind| (kind, Target { ids: ids.clone(), is_whole: ids.is_empty() });
        Self {
            targets: kinds.into_iter().map(target).collect(),
            messages: Vec::new(),
            due,
            is_consequence: false,
        }
    }

    fn merge(&mut self, other: Self) {
        for (kind, target) in other.targets {
            let known = self.targets.entry(kind).or_default();
            known.ids.extend(target.ids);
            known.is_whole |= target.is_whole;
        }
        self.messages.extend(other.messages);
        self.due = self.due.min(other.due);
        self.is_consequence &= other.is_consequence;
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
    /// Adds an order.
    pub fn add(&mut self, place: &AccountRegion, order: ReadOrder) {
        for message in &order.messages {
            *self.messages.entry(*message).or_default() += 1;
        }
        // Whatever waits for the same moment is read together.
        let waiting = self.waiting.entry(place.clone()).or_default();
        match waiting.orders.iter_mut().find(|known| known.due == order.due) {
            Some(known) => known.merge(order),
            None => waiting.orders.push(order),
        }
    }

    /// Takes everything that is due in one account and region, which is then being read. One that is being read already
    /// has to wait, and so collects more.
    pub fn take_due(&mut self, now: Instant) -> Option<(AccountRegion, ReadOrder)> {
        let is_due =
            |waiting: &Waiting| !waiting.is_reading && waiting.orders.iter().any(|order| order.due <= now);
        let place =
            self.waiting.iter().find(|(_, waiting)| is_due(waiting)).map(|(place, _)| place.clone())?;
        let waiting = self.waiting.get_mut(&place)?;
        let (due, later) =
            std::mem::take(&mut waiting.orders).into_iter().partition(|order| order.due <= now);
        waiting.orders = later;
        waiting.is_reading = true;
        let due: Vec<ReadOrder> = due;
        let order = due.into_iter().reduce(|mut merged, order| {
            merged.merge(order);
            merged
        });
        order.map(|order| (place, order))
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
    pub fn release(&mut self, messages: &[u64]) -> Vec<u64> {
        let mut done = Vec::new();
        for message in messages {
            if let Some(orders) = self.messages.get_mut(message) {
                *orders -= 1;
                if *orders == 0 {
                    self.messages.remove(message);
                    done.push(*message);
                }
            }
        }
        done
    }

    /// Returns when the next order is due of an account and region that is not being read.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        let idle = self.waiting.values().filter(|waiting| !waiting.is_reading);
        idle.flat_map(|waiting| &waiting.orders).map(|order| order.due).min()
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
    use std::time::Duration;

    use super::*;
    use crate::model::Provider;

    fn place(account: &str) -> AccountRegion {
        AccountRegion::new(Provider::Aws, account, Some("eu-west-1"))
    }

    fn order(id: &str, message: u64, due: Instant) -> ReadOrder {
        let ids = BTreeSet::from([id.to_owned()]);
        ReadOrder { messages: vec![message], ..ReadOrder::for_ids([Kind::Instances], &ids, due) }
    }

    #[test]
    fn a_burst_is_one_order_and_an_account_is_read_once_at_a_time() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        let later = start + Duration::from_millis(300);
        pending.add(&place("1"), order("i-1", 1, start));
        pending.add(&place("1"), order("i-2", 2, later));
        pending.add(&place("2"), order("i-3", 3, later));
        assert!(pending.take_due(start.checked_sub(Duration::from_millis(1)).unwrap()).is_none());
        let (first, both) = pending.take_due(later).unwrap();
        assert_eq!((first, both.targets[&Kind::Instances].ids.len()), (place("1"), 2));
        pending.add(&place("1"), order("i-1", 4, later));
        assert_eq!(
            pending.take_due(later).map(|(place, _)| place),
            Some(place("2")),
            "no account waits for another"
        );
        assert!(pending.take_due(later).is_none(), "both are being read");
        assert_eq!(pending.release(&both.messages), [1, 2]);
        pending.end_read(&place("1"));
        assert_eq!(pending.take_due(later).unwrap().1.messages, [4]);
    }

    #[test]
    fn a_message_is_done_when_every_order_of_it_is() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.add(&place("1"), order("i-1", 7, now));
        pending.add(&place("2"), order("i-1", 7, now));
        assert!(pending.release(&[7]).is_empty() && !pending.is_settled());
        assert_eq!(pending.release(&[7]), [7]);
    }
}
