//! Joins inventories of several scans into one: of machines that share an estate, or of estates apart.
//!
//! Of each scope (account, region, kind) one input tells, the newest that read or tried it ([`claims`]); its coverage
//! ([`outcomes`]) and its rows ([`rows`]) are taken whole. What failed on the way to an account is past once a newer one
//! went it ([`renewed`]). Shards ([`parts`]) count as one scan.

mod claims;
mod join;
mod outcomes;
mod parts;
mod remarks;
mod renewed;
mod rows;

pub use join::{Input, Merged, merge};
pub use parts::MergeError;

#[cfg(test)]
mod tests;
