//! A database of SQLite: a table for each kind, the coverage, the collisions, the prefixes, and views of them.

mod database;
mod prefix_ranges;
mod spec;
mod table;

use database::write;
pub(super) use spec::SPEC;
