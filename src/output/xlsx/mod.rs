//! A workbook: a summary, a sheet for each kind, how full subnets are, the collisions, the coverage.

mod collision_sheet;
mod listing_sheet;
mod spec;
mod styles;
mod summary_sheet;
mod usage_sheet;
mod workbook;

pub(super) use spec::SPEC;
use workbook::write;
