//! Pure functions from an inventory to a report.

pub mod absence;
pub mod addresses;
pub mod columns;
pub mod coverage_gaps;
pub mod default_vpcs;
pub mod diff;
pub mod filter;
pub mod find;
pub mod free;
pub mod groups;
pub mod inventory_index;
pub mod merge;
pub mod missing_tags;
pub mod network_plan;
mod network_selector;
pub mod overlap;
pub mod query;
pub mod reservations;
pub mod rows;
mod short_ids;
pub mod streamed_table;
pub mod usage;
pub mod value;
