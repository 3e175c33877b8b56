//! Microsoft Azure: signs in, finds tenants and subscriptions, reads them by their lists or by Resource Graph, and
//! converts the answers into the model.
//!
//! `provider` drives the rest: `authentication` signs in, `reading` finds subscriptions and lists what they contain,
//! `requests` sends what both ask, `events` tells of changes, `permissions` are what all of it needs. `api` has the types of
//! the answers, `convert` makes the model of them, and `resource_id` takes ids apart.
//!
//! Types of the SDK are not used outside this directory.

mod api;
mod authentication;
mod convert;
#[cfg(feature = "watch")]
mod events;
#[cfg(test)]
mod fuzz;
mod permissions;
mod provider;
mod reading;
mod requests;
mod resource_id;

#[cfg(feature = "watch")]
pub use events::change_feed::ChangeFeed;
#[cfg(feature = "watch")]
pub use events::event_queue::AzureQueue;
pub use permissions::{DISCOVERY_CALLS, USAGE_CALLS, calls};
pub use provider::Azure;
