//! EC2's query protocol: describe what an account sees in a region.

mod actions;
mod link;
mod listing;
mod machine;
mod network;
mod regions;
mod shared;

pub use actions::answer;
