//! EC2's query protocol: describe what an account sees in a region.

mod actions;
mod filter;
mod link;
mod listing;
mod machine;
mod network;
mod place;
mod shared;

pub use actions::answer;
