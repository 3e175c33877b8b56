//! Microsoft Azure: subscriptions, their networks and machines, transformed into the model.

pub mod id;
pub mod transform;
pub mod wire;
