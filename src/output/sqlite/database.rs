//! The database: created in a temporary file, then copied to the output.

use std::io::{self, Seek, Write};

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, ErrorCode};
use tempfile::NamedTempFile;

use super::prefix_ranges;
use super::table::{self, SqliteTable, TableError};
use crate::analysis::columns::DataType;
use crate::analysis::streamed_table::StreamedTable;
use crate::output::collision_rows;
use crate::output::export::Export;

/// What tells the database from others, `ncns` in ASCII (<https://www.sqlite.org/pragma.html#pragma_application_id>).
const APPLICATION: i32 = 0x6e63_6e73;
/// The version of the tables and views; another number means that a query may need another form.
const SCHEMA: i32 = 1;
/// The views, each after an empty line.
const VIEWS: &str = include_str!("views.sql");
/// The columns of the table that tells about the inventory.
const ABOUT: [&str; 6] =
    ["generator TEXT", "taken_at TEXT", "complete INTEGER", "shard TEXT", "filters TEXT", "missing TEXT"];

/// Writes the database. The same export gives the same bytes.
///
/// # Errors
/// If `out` or the temporary directory cannot be written, or there are more columns than a table can have.
pub(in crate::output) fn write(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let place = |error: &dyn std::fmt::Display| {
        let directory = std::env::temp_dir();
        io::Error::other(format!(
            "cannot create the database in the temporary directory {}: {error}; set TMPDIR to use another directory",
            directory.display()
        ))
    };
    let database = NamedTempFile::new().map_err(|error| place(&error))?;
    let connection = Connection::open(database.path()).map_err(|error| place(&error))?;
    // Without a name, other users cannot open it, and nothing of it stays when the run is killed.
    #[cfg(unix)]
    let mut database = database.into_file();
    #[cfg(not(unix))]
    let mut database = database;
    fill_database(export, connection).map_err(|error| match &error {
        TableError::Sqlite(cause) if is_of_disk(cause) => place(&error),
        _ => io::Error::other(error.to_string()),
    })?;
    database.rewind()?;
    io::copy(&mut database, out).map(drop)
}

/// Tells whether the disk is what failed, and not the statement.
fn is_of_disk(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

/// Makes the database. No other program sees it before it is complete, so that nothing need be rolled back or flushed.
fn fill_database(export: &Export<'_>, database: Connection) -> Result<(), TableError> {
    database.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN;
         PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}"
    ))?;
    write_about_table(&database, export)?;
    for listing in export.listings {
        let names = listing.columns.iter().map(|column| column.name.as_str());
        let columns: Vec<(&str, DataType)> = names.zip(listing.data_types.iter().copied()).collect();
        let mut table = SqliteTable::begin(&database, listing.name, &columns)?;
        listing.each(|row| table.push(row).map_err(io::Error::other)).map_err(TableError::from_io)?;
        table.end()?;
    }
    let mut table = SqliteTable::begin(&database, "collisions", &collision_rows::COLUMNS)?;
    collision_rows::rows(export.collisions).try_for_each(|row| table.push(row))?;
    table.end()?;
    let kinds: Vec<_> = export.listings.iter().filter_map(|listing| listing.kind).collect();
    prefix_ranges::write_table(&database, export.view, &kinds)?;
    create_views(&database, VIEWS)?;
    database.execute_batch("COMMIT")?;
    Ok(database.close().map_err(|(_, error)| error)?)
}

/// Makes the table of one row that tells when the inventory was taken, and whether it is whole.
fn write_about_table(database: &Connection, export: &Export<'_>) -> Result<(), TableError> {
    let inventory = export.view.inventory;
    let row = vec![
        Cell::Text(inventory.generator.clone()),
        Cell::Text(inventory.taken_at.to_string()),
        Cell::Integer(export.missing.is_empty().into()),
        inventory.shard.as_ref().map_or(Cell::Null, |shard| Cell::Text(shard.to_string())),
        Cell::Text(serde_json::json!(inventory.filters).to_string()),
        Cell::Text(serde_json::json!(export.missing).to_string()),
    ];
    table::create(database, "about", &ABOUT)?;
    Ok(table::fill(database, "about", ABOUT.len(), [row])?)
}

/// Makes those of the views `all` whose tables and columns are there. SQLite would make a view of anything and refuse it
/// when it is asked; what is in it is refused at once when that names what is not there.
fn create_views(database: &Connection, all: &str) -> Result<(), TableError> {
    for view in all.split("\n\n").filter(|text| text.contains("CREATE VIEW")) {
        let (_, select) = view.split_once(" AS\n").unwrap_or_default();
        match database.prepare(select) {
            Ok(_) => database.execute_batch(view)?,
            Err(error) if names_what_is_not_there(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Tells it by the text, since SQLite has no code for it.
fn names_what_is_not_there(error: &rusqlite::Error) -> bool {
    let text = error.to_string();
    text.starts_with("no such table: ") || text.starts_with("no such column: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_left_out_for_want_of_a_table_or_column_and_for_nothing_else() {
        let database = Connection::open_in_memory().unwrap();
        table::create(&database, "networks", &["id TEXT"]).unwrap();
        let create = |select: &str| create_views(&database, &format!("CREATE VIEW v AS\n{select};\n"));
        create("SELECT id FROM subnets").unwrap();
        create("SELECT name FROM networks").unwrap();
        assert!(database.prepare("SELECT * FROM v").is_err());
        for wrong in ["SELECT id FORM networks WHERE", "SELECT lenght(id) FROM networks"] {
            assert!(create(wrong).is_err(), "{wrong}");
        }
        create("SELECT id FROM networks").unwrap();
        database.prepare("SELECT * FROM v").unwrap();
    }
}
