//! Changes to Azure subscriptions, and the events that Event Grid delivers because of them.

mod addressing;
mod change;
mod event_body;
mod machines;
mod networks;
mod peerings;
mod refusals;
mod subscription_change;
mod tags;

pub use subscription_change::{SubscriptionChange, changing_subscriptions};
