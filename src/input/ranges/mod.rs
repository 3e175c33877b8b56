//! Lists of ranges that people keep: CSV, JSON and TOML, and what NetBox exports.

mod cloud;
mod csv;
mod csv_quotes;
mod entry;
mod json;
mod range_file;
mod row;
mod row_prefixes;
mod toml;
mod usable_rows;

#[cfg(test)]
mod tests;

pub use range_file::{Ranges, read_external_ranges, read_planned_prefixes};
