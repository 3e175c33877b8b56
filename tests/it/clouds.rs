//! The provider room: the fan-out by itself, and the conformance suite that every source of inventories passes.

mod absent;
mod conformance;
mod fake;
mod fanout;
mod fault_matrix;
pub mod sandboxed;
