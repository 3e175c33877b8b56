//! Asks the clouds, or a saved document, for an inventory.
//!
//! A provider says which scopes there are and reads one; fan-out, limits, time bounds, cancellation and
//! coverage are written once, here.

#[cfg(feature = "aws")]
pub mod aws;
mod contract;
pub mod file;
mod gather;
mod health;
mod meter;
mod registry;
mod step;

pub use contract::{Event, Failure, NoAccount, Observer, Plan, Provider, Run};
pub use gather::{gather, survey};
pub use registry::{Needs, Surroundings, compiled_in, open};
