//! Which queues there are, and which events go to each.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::event_queue::EventQueue;
use crate::sandbox::churn::ChangeEvent;
use crate::sandbox::estate::azure::guid;
use crate::sandbox::estate::{Estate, hash};
use crate::sandbox::faults::{EventFault, FaultInjector, Key};

/// The name of every queue.
pub const QUEUE_NAME: &str = "netcensus-events";

/// All queues.
#[derive(Debug)]
pub struct Queues {
    /// The one of AWS; `None` without an account.
    pub aws: Option<SqsQueue>,
    /// Those of Azure, one for each tenant.
    pub azure: Vec<StorageQueue>,
    /// Events that wait until so many others were sent.
    held: Mutex<Vec<(usize, QueuedEvent)>>,
}

/// A queue of Amazon SQS. All accounts of the estate may use it.
#[derive(Debug)]
pub struct SqsQueue {
    /// Id of the account that it is in.
    pub account: String,
    pub queue: EventQueue,
}

/// A queue of Azure Storage, for one tenant: events do not leave theirs.
#[derive(Debug)]
pub struct StorageQueue {
    /// The tenant's id.
    pub tenant: String,
    /// Name of the storage account that it is in.
    pub account: String,
    pub queue: EventQueue,
}

impl Queues {
    /// Makes the queues of an estate: one in the first account of AWS, for events of all accounts and regions, and one in
    /// each tenant of Azure.
    pub fn new(estate: &Estate) -> Self {
        let aws = estate
            .first_account()
            .map(|account| SqsQueue { account: account.id.clone(), queue: EventQueue::default() });
        let numbered = estate.azure.tenants.iter().zip(1..);
        let azure = numbered.map(|(tenant, number): (_, usize)| StorageQueue {
            tenant: tenant.id.clone(),
            account: format!("sandboxevents{number}"),
            queue: EventQueue::default(),
        });
        Self { aws, azure: azure.collect(), held: Mutex::default() }
    }

    /// Sends events to the queues that they belong to, as the faults let them through.
    pub fn deliver(&self, events: &[ChangeEvent], faults: &FaultInjector) {
        for event in events {
            let message = QueuedEvent::new(event, &faults.pass_event(&key_of(event)));
            let due = self.hold(message);
            for message in &due {
                self.send(message);
            }
        }
    }

    /// Sends what is held back.
    pub fn flush(&self) {
        let held = std::mem::take(&mut *self.lock_held());
        for (_, message) in &held {
            self.send(message);
        }
    }

    /// Holds a message back if it has to wait for others; returns the messages that are due now.
    fn hold(&self, message: QueuedEvent) -> Vec<QueuedEvent> {
        let mut held = self.lock_held();
        held.iter_mut().for_each(|(left, _)| *left -= 1);
        let (due, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *held).into_iter().partition(|(left, _)| *left == 0);
        *held = waiting;
        let mut now: Vec<QueuedEvent> = Vec::new();
        match message.waits_for {
            0 => now.push(message),
            others => held.push((others, message)),
        }
        now.extend(due.into_iter().map(|(_, message)| message));
        now
    }

    fn send(&self, event: &QueuedEvent) {
        let queue = match &event.tenant {
            Some(tenant) => self.azure.iter().find(|queue| queue.tenant == *tenant).map(|queue| &queue.queue),
            None => self.aws.as_ref().map(|aws| &aws.queue),
        };
        let Some(queue) = queue else { return };
        for body in &event.bodies {
            // Event Grid encodes what it puts into a storage queue.
            let is_azure = event.tenant.is_some();
            let body = if is_azure { BASE64_STANDARD.encode(body) } else { body.clone() };
            queue.send(body, event.delay);
        }
    }

    fn lock_held(&self) -> MutexGuard<'_, Vec<(usize, QueuedEvent)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event on its way to a queue.
#[derive(Debug)]
struct QueuedEvent {
    /// The tenant whose queue gets it; `None` for AWS.
    tenant: Option<String>,
    /// The messages that become of it; none when it is lost.
    bodies: Vec<String>,
    delay: Duration,
    /// So many later events come first.
    waits_for: usize,
}

/// An account that does not exist.
const FORGED_ACCOUNT: &str = "210987654321";

/// Events that are out of order are up to so many places late.
const LARGEST_DISORDER: u64 = 10;

impl QueuedEvent {
    /// Makes of an event what the faults leave of it.
    fn new(event: &ChangeEvent, faults: &[EventFault]) -> Self {
        let mut queued = Self {
            tenant: event.tenant.clone(),
            bodies: vec![event.body.clone()],
            delay: Duration::ZERO,
            waits_for: 0,
        };
        let mut is_lost = false;
        for fault in faults {
            match fault {
                EventFault::Lost => is_lost = true,
                EventFault::Duplicate(copies) => {
                    queued.bodies.extend(std::iter::repeat_n(&event.body, *copies).cloned());
                }
                EventFault::Late(delay) => queued.delay += *delay,
                EventFault::Disorder => {
                    let places = hash(&event.body) % LARGEST_DISORDER;
                    queued.waits_for = 1 + usize::try_from(places).unwrap_or_default();
                }
                EventFault::Forged => queued.bodies.push(forged(event)),
                EventFault::Poison => {
                    let middle = event.body.floor_char_boundary(event.body.len() / 2);
                    queued.bodies.push(event.body[..middle].to_owned());
                }
            }
        }
        if is_lost {
            queued.bodies.retain(|body| *body != event.body);
        }
        queued
    }
}

/// Writes an event as if it were of an account or a subscription that does not exist.
fn forged(event: &ChangeEvent) -> String {
    let account = match &event.tenant {
        Some(_) => guid(&format!("forged/{}", event.account)),
        None => FORGED_ACCOUNT.to_owned(),
    };
    event.body.replace(&event.account, &account).replace(&event.account.to_uppercase(), &account)
}

fn key_of(event: &ChangeEvent) -> Key {
    Key {
        account: event.account.clone(),
        region: event.region.clone(),
        service: "events",
        action: event.action.clone(),
    }
}

impl StorageQueue {
    /// Returns its URL at a sandbox, with the account in the path, as at an emulator:
    /// <https://learn.microsoft.com/azure/storage/common/storage-use-azurite#ip-style-url>.
    pub fn url(&self, sandbox: &str) -> String {
        format!("{sandbox}/{}/{QUEUE_NAME}", self.account)
    }
}

impl SqsQueue {
    /// Returns its URL at a sandbox:
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html>.
    pub fn url(&self, sandbox: &str) -> String {
        format!("{sandbox}/{}/{QUEUE_NAME}", self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends events `0`, `1`, ... with these faults; returns the bodies in the order in which they come.
    fn delivered(faults: &[&str], events: usize) -> Vec<String> {
        let queues = Queues::new(&Estate::sample());
        let injector = FaultInjector::new(faults.iter().map(|text| text.parse().expect("is a fault")));
        let event = |number: usize| ChangeEvent {
            tenant: None,
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            action: if number == 0 { "RunInstances" } else { "CreateVpc" }.into(),
            body: format!("{number} of 111111111111"),
        };
        let events: Vec<ChangeEvent> = (0..events).map(event).collect();
        queues.deliver(&events, &injector);
        queues.flush();
        let queue = queues.aws.expect("has accounts").queue;
        queue.receive(100, Duration::ZERO).into_iter().map(|message| message.body).collect()
    }

    #[test]
    fn events_come_in_order_without_faults() {
        let expected = ["0 of 111111111111", "1 of 111111111111", "2 of 111111111111"];
        assert_eq!(delivered(&[], 3), expected);
        assert_eq!(delivered(&["deny", "latency=1s"], 3), expected);
    }

    #[test]
    fn events_are_lost_doubled_forged_and_poisoned() {
        assert_eq!(delivered(&["lost-events@action=RunInstances"], 2), ["1 of 111111111111"]);
        let twice = ["0 of 111111111111", "1 of 111111111111", "1 of 111111111111"];
        assert_eq!(delivered(&["duplicate-events@action=CreateVpc"], 2), twice);
        let forged = ["0 of 111111111111", "0 of 210987654321"];
        assert_eq!(delivered(&["forged-events"], 1), forged);
        assert_eq!(delivered(&["poison-events"], 1), ["0 of 111111111111", "0 of 111"]);
        assert_eq!(delivered(&["late-events=1h@action=CreateVpc"], 2), ["0 of 111111111111"]);
    }

    #[test]
    fn disorder_loses_nothing() {
        let (plain, mixed) = (delivered(&[], 40), delivered(&["disorder-events@chance=50%"], 40));
        assert_ne!(plain, mixed);
        let sorted = |mut bodies: Vec<String>| {
            bodies.sort();
            bodies
        };
        assert_eq!(sorted(plain), sorted(mixed));
    }
}
