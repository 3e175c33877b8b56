//! A table of Amazon DynamoDB with an item for each VPC.

#[cfg(test)]
mod fuzz;
mod items;
mod mapping;
mod target;

pub use target::VpcTableTarget;
