//! Parses messages about changes into hints: bodies as queues and files have them.
//!
//! - `message` is where it begins: it opens what an event is wrapped in (base64, SNS, arrays, lines), and hands each event to
//!   the file that reads its form.
//! - `event_bridge` reads events of AWS, and `cloud_trail` the API calls among them: it has the table of calls.
//! - `event_grid` reads events of Event Grid, in both of its schemas, and rows of Resource Graph's `resourcechanges`.
//! - `ids_of_aws` and `ids_of_azure` decide which ids are believed, and which kinds they are of.
//!
//! Anyone who may write to a queue can write anything, so everything is checked. Nothing but ids, kinds, times and
//! accounts leaves this directory: events contain personal data, such as Azure's `claims`.

mod cloud_trail;
mod event_bridge;
mod event_grid;
mod ids_of_aws;
mod ids_of_azure;
mod message;
mod origin_of_aws;
mod parsed_event;
#[cfg(test)]
mod tests;

pub use cloud_trail::watched_calls;
pub use ids_of_azure::watched_types;
pub use message::parse_message;
pub use parsed_event::{IgnoreReason, ParsedEvent, RefuseReason};
