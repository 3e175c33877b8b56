//! Messages that wait, are received, are hidden for some time, and are deleted by a receipt.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::sandbox::estate::azure::guid;
use crate::sandbox::estate::hash;

/// How long a message is kept: older ones are dropped when a new one comes.
pub const RETENTION: Duration = Duration::from_hours(1);

/// A queue. Messages come in the order in which they were sent, hidden ones when they are visible again.
#[derive(Debug, Default)]
pub struct EventQueue {
    messages: Mutex<QueueMessages>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct QueueMessages {
    /// By their number.
    waiting: BTreeMap<u64, StoredMessage>,
    /// The number of the next one.
    next: u64,
}

#[derive(Debug)]
struct StoredMessage {
    message: Message,
    number: u64,
    came: Instant,
    visible_from: Instant,
    /// Counts receives and changes of visibility; receipts of earlier ones are stale.
    version: u64,
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// A GUID.
    pub id: String,
    pub body: String,
    pub sent: Timestamp,
    /// How often it was received.
    pub receive_count: u32,
    pub first_received: Option<Timestamp>,
    /// What deletes it, until it is received again.
    pub receipt: String,
}

/// How many messages a queue has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Those that can be received.
    pub visible: usize,
    /// Those that were received, and are hidden for now.
    pub in_flight: usize,
    /// Those that were never received, and are hidden for now.
    pub delayed: usize,
}

/// Why a receipt has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptError {
    /// No receive ever gave it.
    Invalid,
    /// The message is no longer there.
    Gone,
    /// The message was received or changed since.
    Stale,
}

impl EventQueue {
    /// Adds a message, which is hidden for some time first.
    pub fn send(&self, body: String, delay: Duration) -> Message {
        let (came, mut messages) = (Instant::now(), self.lock());
        let number = messages.next;
        messages.next += 1;
        messages.waiting.retain(|_, stored| came.duration_since(stored.came) < RETENTION);
        let message = Message {
            id: guid(&format!("message/{number}")),
            body,
            sent: Timestamp::now(),
            receive_count: 0,
            first_received: None,
            receipt: make_receipt(number, 0),
        };
        let visible_from = came + delay;
        messages.waiting.insert(
            number,
            StoredMessage { message: message.clone(), number, came, visible_from, version: 0 },
        );
        drop(messages);
        self.arrived.notify_waiters();
        message
    }

    /// Receives up to `most` messages, and hides them for some time.
    pub fn receive(&self, most: usize, hidden_for: Duration) -> Vec<Message> {
        let (now, time) = (Instant::now(), Timestamp::now());
        let mut messages = self.lock();
        let visible = messages.waiting.values_mut().filter(|stored| stored.visible_from <= now).take(most);
        visible.map(|stored| stored.receive(now + hidden_for, time)).collect()
    }

    /// Receives up to `most` messages; waits until `deadline` when there is none.
    pub async fn receive_until(&self, most: usize, hidden_for: Duration, deadline: Instant) -> Vec<Message> {
        loop {
            // Before the queue is looked at, so that no message comes unnoticed in between.
            let arrived = self.arrived.notified();
            let received = self.receive(most, hidden_for);
            if !received.is_empty() || deadline <= Instant::now() {
                return received;
            }
            let wake = self.next_visible().map_or(deadline, |next| next.min(deadline));
            tokio::select! {
                () = arrived => {}
                () = tokio::time::sleep_until(wake.into()) => {}
            }
        }
    }

    /// Returns up to `most` messages, and leaves them as they are.
    pub fn peek(&self, most: usize) -> Vec<Message> {
        let now = Instant::now();
        let messages = self.lock();
        let visible = messages.waiting.values().filter(|stored| stored.visible_from <= now).take(most);
        visible.map(|stored| stored.message.clone()).collect()
    }

    /// Deletes the message that a receipt is of.
    pub fn delete(&self, receipt: &str) -> Result<(), ReceiptError> {
        let mut messages = self.lock();
        let number = messages.find(receipt)?.number;
        messages.waiting.remove(&number);
        Ok(())
    }

    /// Hides the message that a receipt is of for some time from now; returns it with its new receipt. `renew` makes the
    /// given one stale. A new body replaces the old one.
    pub fn hide(
        &self,
        receipt: &str,
        hidden_for: Duration,
        renew: bool,
        body: Option<String>,
    ) -> Result<Message, ReceiptError> {
        let mut messages = self.lock();
        let stored = messages.find(receipt)?;
        stored.visible_from = Instant::now() + hidden_for;
        if renew {
            stored.renew();
        }
        if let Some(body) = body {
            stored.message.body = body;
        }
        let message = stored.message.clone();
        drop(messages);
        self.arrived.notify_waiters();
        Ok(message)
    }

    /// Tells whether the message that a receipt is of is hidden now.
    pub fn is_in_flight(&self, receipt: &str) -> Result<bool, ReceiptError> {
        Ok(self.lock().find(receipt)?.visible_from > Instant::now())
    }

    /// Tells whether there is a message with this id.
    pub fn contains(&self, id: &str) -> bool {
        self.lock().waiting.values().any(|stored| stored.message.id == id)
    }

    /// Removes all messages.
    pub fn clear(&self) {
        self.lock().waiting.clear();
    }

    /// Counts the messages.
    pub fn depth(&self) -> QueueDepth {
        let now = Instant::now();
        let mut depth = QueueDepth::default();
        for stored in self.lock().waiting.values() {
            if stored.visible_from <= now {
                depth.visible += 1;
            } else if stored.message.receive_count > 0 {
                depth.in_flight += 1;
            } else {
                depth.delayed += 1;
            }
        }
        depth
    }

    /// Returns when the next hidden message is visible.
    fn next_visible(&self) -> Option<Instant> {
        self.lock().waiting.values().map(|stored| stored.visible_from).min()
    }

    /// A panic elsewhere leaves messages that are still good.
    fn lock(&self) -> MutexGuard<'_, QueueMessages> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueueMessages {
    fn find(&mut self, receipt: &str) -> Result<&mut StoredMessage, ReceiptError> {
        let (number, version) = read_receipt(receipt).ok_or(ReceiptError::Invalid)?;
        if number >= self.next {
            return Err(ReceiptError::Invalid);
        }
        let stored = self.waiting.get_mut(&number).ok_or(ReceiptError::Gone)?;
        if stored.version == version { Ok(stored) } else { Err(ReceiptError::Stale) }
    }
}

impl StoredMessage {
    fn receive(&mut self, visible_from: Instant, now: Timestamp) -> Message {
        self.visible_from = visible_from;
        self.message.receive_count = self.message.receive_count.saturating_add(1);
        self.message.first_received.get_or_insert(now);
        self.renew();
        self.message.clone()
    }

    fn renew(&mut self) {
        self.version += 1;
        self.message.receipt = make_receipt(self.number, self.version);
    }
}

/// Receipts are the number of the message, its version, and a check of both.
fn make_receipt(number: u64, version: u64) -> String {
    let check = hash(&format!("receipt/{number}/{version}"));
    format!("{number:x}-{version:x}-{check:016x}")
}

fn read_receipt(receipt: &str) -> Option<(u64, u64)> {
    let mut parts = receipt.split('-').map(|part| u64::from_str_radix(part, 16).ok());
    let (number, version) = (parts.next()??, parts.next()??);
    (receipt == make_receipt(number, version)).then_some((number, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn bodies(messages: &[Message]) -> Vec<&str> {
        messages.iter().map(|message| &*message.body).collect()
    }

    fn queue(bodies: &[&str]) -> EventQueue {
        let queue = EventQueue::default();
        for body in bodies {
            queue.send((*body).to_owned(), Duration::ZERO);
        }
        queue
    }

    #[test]
    fn messages_are_hidden_while_they_are_worked_on_and_come_back() {
        let queue = queue(&["a", "b", "c"]);
        assert_eq!(bodies(&queue.receive(2, MINUTE)), ["a", "b"]);
        assert_eq!(queue.depth(), QueueDepth { visible: 1, in_flight: 2, delayed: 0 });
        assert_eq!(bodies(&queue.receive(10, Duration::ZERO)), ["c"]);
        let again = queue.receive(10, MINUTE);
        assert_eq!((bodies(&again), again[0].receive_count), (vec!["c"], 2));
        assert!(queue.receive(10, MINUTE).is_empty());
        queue.hide(&again[0].receipt, Duration::ZERO, false, None).expect("is its receipt");
        assert_eq!(queue.receive(10, MINUTE)[0].receive_count, 3);
    }

    #[test]
    fn only_the_last_receipt_deletes() {
        let queue = queue(&["a"]);
        let first = queue.receive(1, Duration::ZERO).remove(0).receipt;
        let second = queue.receive(1, MINUTE).remove(0).receipt;
        assert_eq!(queue.delete(&first), Err(ReceiptError::Stale));
        let third = queue.hide(&second, MINUTE, true, Some("b".into())).expect("is the last one");
        assert_eq!((&*third.body, queue.delete(&second)), ("b", Err(ReceiptError::Stale)));
        assert_eq!(queue.delete(&third.receipt), Ok(()));
        assert_eq!(queue.delete(&third.receipt), Err(ReceiptError::Gone));
        for made_up in ["", "0-1", "0-1-0", &make_receipt(7, 1)] {
            assert_eq!(queue.delete(made_up), Err(ReceiptError::Invalid), "{made_up}");
        }
        assert_eq!(queue.depth(), QueueDepth::default());
    }

    #[test]
    fn delayed_messages_cannot_be_received_yet() {
        let queue = queue(&["a"]);
        queue.send("b".into(), MINUTE);
        assert_eq!(queue.depth(), QueueDepth { visible: 1, in_flight: 0, delayed: 1 });
        assert_eq!(bodies(&queue.peek(10)), ["a"]);
        queue.clear();
        assert_eq!(queue.depth(), QueueDepth::default());
    }

    #[tokio::test]
    async fn waiting_ends_when_a_message_comes() {
        let queue = EventQueue::default();
        let far = Instant::now() + MINUTE;
        let send = async { queue.send("a".into(), Duration::ZERO) };
        let (received, _) = tokio::join!(queue.receive_until(1, MINUTE, far), send);
        assert_eq!(bodies(&received), ["a"]);
        assert!(queue.receive_until(1, MINUTE, Instant::now()).await.is_empty());
    }
}
