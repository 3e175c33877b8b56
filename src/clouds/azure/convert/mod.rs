//! Pure functions from Azure's answers to the model.
//!
//! Anything can be missing from an answer. A resource without an id is nothing we could name; every other
//! gap becomes *unknown*. Lists, single resources and Resource Graph rows are of one form and give the same.

pub mod catalogue;
pub mod endpoint;
#[cfg(test)]
mod fixture;
pub mod instance;
pub mod interface;
pub mod link;
pub mod network;
mod nics;
mod place;
mod power;
mod prefixes;
mod public;
#[cfg(test)]
mod replay;
pub mod subnet;

pub use catalogue::Catalogue;
pub use endpoint::Endpoints;
pub use nics::{Configurations, Nics};
pub use place::Place;
pub use power::PowerStates;
pub use public::PublicIps;
