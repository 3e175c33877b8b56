//! Functions from Azure's answers to the model. They ask for nothing. What is odd in an answer they note in the meter of the
//! read (`clouds/meter.rs`), so that the read does not count as complete.
//!
//! Anything can be missing from an answer. A resource without an id is nothing we could name; every other
//! gap becomes *unknown*. Lists, single resources and Resource Graph rows are of one form and give the same.

mod common;
#[cfg(test)]
mod fixture;
pub mod instance;
pub mod interface;
pub mod link;
pub mod network;
#[cfg(test)]
mod replay;
pub mod subnet;

pub use common::AnswerContext;
pub use instance::{PowerStateIndex, VmSizeIndex};
pub use interface::{IpConfigurationSizes, NicIndex, PrivateEndpointIndex, PublicIpIndex};
