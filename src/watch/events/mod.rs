//! Parses messages about changes into hints: bodies as queues and files have them.
//!
//! - `message` is where it begins: it opens what an event is wrapped in (base64, SNS, arrays, lines), and hands each event to
//!   the file that reads its form.
//! - `event_bridge` reads events of AWS, and `cloud_trail` the API calls among them: it has the table of calls.
//! - `azure_event` reads events of Event Grid, in both of its schemas, and rows of Resource Graph's `resourcechanges`.
//! - `aws_id` and `azure_id` decide which ids are believed, and which kinds they are of.
//!
//! Anyone who may write to a queue can write anything, so everything is checked. Nothing but ids, kinds, times and
//! accounts leaves this directory: events contain personal data, such as Azure's `claims`.

mod aws_id;
mod azure_event;
mod azure_id;
mod cloud_trail;
mod event_bridge;
mod message;
mod parsed_event;
#[cfg(test)]
mod tests;

pub use azure_id::watched_types;
pub use cloud_trail::watched_calls;
pub use message::parse_message;
pub use parsed_event::{IgnoreReason, ParsedEvent, RefuseReason};
