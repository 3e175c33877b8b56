//! Pure functions from EC2's answers to the model.
//!
//! Anything can be missing from an answer. A resource without an id is nothing we could name; every other
//! gap becomes *unknown*.

mod common;
pub mod instance;
pub mod interface;
pub mod link;
pub mod network;
pub mod subnet;

pub use common::{Caller, non_blank};
