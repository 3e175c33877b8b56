//! Resource Graph: one query over many subscriptions.
//! <https://learn.microsoft.com/azure/governance/resource-graph/overview>

mod answer;
mod query;
mod rows;
mod words;

pub use answer::{answer, is_path};
