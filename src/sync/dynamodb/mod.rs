//! A table of Amazon DynamoDB with an item for each VPC.

mod items;
mod mapping;
mod target;

pub use target::VpcTableTarget;
