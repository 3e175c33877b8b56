//! Functions from EC2's answers to the model. They ask for nothing. What is odd in an answer they note in the meter of the
//! read (`clouds/meter.rs`), so that the read does not count as complete.
//!
//! Anything can be missing from an answer. A resource without an id is nothing we could name; every other
//! gap becomes *unknown*.

mod common;
pub mod instance;
pub mod interface;
pub mod link;
pub mod network;
pub mod subnet;

pub use common::{AnswerContext, non_blank};
