//! Joins inventories of several scans into one: shards of an estate that several machines scanned, or separate estates.
//!
//! For each read (account, region, kind) one input takes precedence: the newest that has it, successful or not
//! ([`precedence`]). Its coverage ([`coverage`]) and its rows ([`rows`]) are taken whole. A failure on the way to an
//! account is dropped once a newer input reached the account. Shards count as one scan.

mod combine;
mod coverage;
mod inputs;
mod precedence;
mod rows;
mod warnings;

pub use combine::{Merged, merge_inventories};
pub use inputs::{MergeError, MergeInput};
pub use warnings::MergeWarning;

#[cfg(test)]
mod tests;
