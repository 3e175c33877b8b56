//! Queues that events go to, whatever the protocol that they are read by.

mod delivery;
mod event_queue;

pub use delivery::{QUEUE_NAME, Queues, SqsQueue, StorageQueue};
pub use event_queue::{EventQueue, Message, RETENTION, ReceiptError};
