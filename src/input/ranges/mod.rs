//! Lists of ranges that people keep: CSV, JSON and TOML, and what NetBox exports.

mod cloud;
mod csv;
mod entry;
mod fields;
mod json;
mod judge;
mod read;
mod toml;
mod written;

#[cfg(test)]
mod tests;

pub use read::{Ranges, external, planned};
