//! A database of SQLite: a table for each kind, the coverage, the collisions, the prefixes, and views of them.

mod database;
mod prefix_ranges;
mod table;

use crate::model::Kind;
use crate::output::format::{ExportSpec, FileLayout, Format, FormatSpec, export_spec, format_spec};
use database::write;

/// What `sqlite` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["sqlite", "sqlite3", "db"],
    export: Some(ExportSpec {
        is_text: false,
        shows_collisions: true,
        needs: &[Kind::Networks, Kind::Links],
        ..export_spec(
            "A database: a table for each kind, the collisions, the coverage, and views for SQL",
            FileLayout::Whole("inventory.sqlite"),
            write,
        )
    }),
    ..format_spec(Format::Sqlite, "sqlite", "SQLite database")
};
