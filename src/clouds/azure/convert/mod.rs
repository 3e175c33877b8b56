//! Pure functions from Azure's answers to the model.
//!
//! Anything can be missing from an answer. A resource without an id is nothing we could name; every other
//! gap becomes *unknown*. Lists, single resources and Resource Graph rows are of one form and give the same.

#[cfg(test)]
mod fixture;
pub mod instance;
pub mod interface;
pub mod link;
pub mod network;
#[cfg(test)]
mod replay;
pub mod subnet;

pub use instance::{PowerStateIndex, VmSizeIndex};
pub use interface::{IpConfigurationSizes, NicIndex, PrivateEndpointIndex, PublicIpIndex};
pub use network::AnswerContext;
