//! Tables of SQLite: their columns, rows and indexes.

use std::collections::HashSet;
use std::io;

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, Statement, params_from_iter};
use thiserror::Error;

use crate::analysis::columns::DataType;
use crate::analysis::value::Value;
use crate::output::cell_text;

/// The most columns of a table (<https://www.sqlite.org/limits.html>, `SQLITE_MAX_COLUMN`).
const MAX_COLUMNS: usize = 2000;
/// What is compared without case, as the ids of Azure are: its APIs differ in it.
const WITHOUT_CASE: [&str; 6] = ["id", "network", "subnet", "attached_to", "scale_set", "region"];
/// What rows are looked for and joined by.
const INDEXED: [&str; 4] = ["id", "network", "subnet", "attached_to"];

/// Why a table cannot be made.
#[derive(Debug, Error)]
pub(super) enum TableError {
    /// SQLite refused it.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The rows could not be read.
    #[error(transparent)]
    Rows(io::Error),
    /// There are more columns than a table can have.
    #[error(
        "{table} have {columns} columns, but a table of SQLite can have only {MAX_COLUMNS}: choose tags with \
         --tag-columns"
    )]
    TooManyColumns {
        /// The table.
        table: String,
        /// How many columns it would have.
        columns: usize,
    },
    /// A number is larger than SQLite can store.
    #[error("{column} of {table} is {number}, but SQLite can store numbers only up to {}", i64::MAX)]
    NumberTooLarge {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The number.
        number: u64,
    },
}

impl TableError {
    /// Takes the table's own error out of the error of the reader that it went through, if there is one.
    pub(super) fn from_io(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Rows)
    }
}

/// A table that is being filled.
pub(super) struct SqliteTable<'d> {
    database: &'d Connection,
    name: &'d str,
    columns: Vec<String>,
    insert: Statement<'d>,
}

impl<'d> SqliteTable<'d> {
    /// Makes a table.
    pub(super) fn begin(
        database: &'d Connection,
        name: &'d str,
        columns: &[(&str, DataType)],
    ) -> Result<Self, TableError> {
        if columns.len() > MAX_COLUMNS {
            return Err(TableError::TooManyColumns { table: name.to_owned(), columns: columns.len() });
        }
        let names = distinct_names(columns.iter().map(|(name, _)| *name));
        let definitions = names.iter().zip(columns).map(|(name, (_, holds))| definition(name, *holds));
        create(database, name, &definitions.collect::<Vec<_>>())?;
        Ok(Self { database, name, insert: insert(database, name, names.len())?, columns: names })
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = Value>) -> Result<(), TableError> {
        let great = |column: usize, number| TableError::NumberTooLarge {
            table: self.name.to_owned(),
            column: self.columns[column].clone(),
            number,
        };
        let cells = row.into_iter().enumerate();
        let cells = cells.map(|(at, value)| cell(value).map_err(|number| great(at, number)));
        self.insert.execute(params_from_iter(cells.collect::<Result<Vec<_>, _>>()?))?;
        Ok(())
    }

    /// Indexes what rows are looked for by.
    pub(super) fn end(self) -> Result<(), TableError> {
        for column in INDEXED.into_iter().filter(|column| self.columns.iter().any(|name| name == column)) {
            index(self.database, self.name, &[column])?;
        }
        Ok(())
    }
}

/// Makes a table of columns that are defined in SQL.
pub(super) fn create<S: AsRef<str>>(
    database: &Connection,
    name: &str,
    columns: &[S],
) -> rusqlite::Result<()> {
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    database.execute_batch(&format!("CREATE TABLE {} ({}) STRICT", quote_name(name), columns.join(", ")))
}

/// Puts rows of `columns` cells into a table.
pub(super) fn fill(
    database: &Connection,
    name: &str,
    columns: usize,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> rusqlite::Result<()> {
    let mut insert = insert(database, name, columns)?;
    rows.into_iter().try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
}

/// Prepares to put rows of so many cells into a table.
pub(super) fn insert<'d>(
    database: &'d Connection,
    name: &str,
    columns: usize,
) -> rusqlite::Result<Statement<'d>> {
    let marks = vec!["?"; columns].join(", ");
    database.prepare(&format!("INSERT INTO {} VALUES ({marks})", quote_name(name)))
}

/// Indexes a table by these columns.
pub(super) fn index(database: &Connection, table: &str, columns: &[&str]) -> rusqlite::Result<()> {
    let name = quote_name(&format!("{table}_{}", columns[0]));
    let columns: Vec<String> = columns.iter().map(|column| quote_name(column)).collect();
    database.execute_batch(&format!("CREATE INDEX {name} ON {} ({})", quote_name(table), columns.join(", ")))
}

fn definition(name: &str, holds: DataType) -> String {
    let kind = match holds {
        DataType::Number | DataType::Bool => "INTEGER",
        DataType::Text
        | DataType::Time
        | DataType::Cidrs
        | DataType::Ips
        | DataType::Texts
        | DataType::Tags => "TEXT",
    };
    let collation = if WITHOUT_CASE.contains(&name) { " COLLATE NOCASE" } else { "" };
    format!("{} {kind}{collation}", quote_name(name))
}

/// Makes the cell of a value; a number that there is no room for is the error.
fn cell(value: Value) -> Result<Cell, u64> {
    Ok(match value {
        Value::Unknown => Cell::Null,
        Value::Text(text) => Cell::Text(text),
        Value::Number(number) => Cell::Integer(i64::try_from(number).map_err(|_| number)?),
        Value::Percent(percent) => Cell::Integer(percent.whole().try_into().map_err(|_| percent.whole())?),
        Value::Bool(yes) => Cell::Integer(yes.into()),
        Value::Time(time) => Cell::Text(time.to_string()),
        Value::Tags(tags) => Cell::Text(serde_json::json!(tags).to_string()),
        Value::Cidrs(_) | Value::Ips(_) | Value::List(_) => {
            Cell::Text(serde_json::Value::from(value.parts()).to_string())
        }
    })
}

/// Makes names that SQLite tells apart: what stands there already, whatever its case, gets ` (2)`, ` (3)` at its end.
/// Characters that no statement could hold are escaped, as in the headers of CSV.
fn distinct_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let free = |name: &'n str| {
        let name = cell_text::escape_unprintable(name);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let mut free = std::iter::once(name.clone())
            .chain(numbered)
            .skip_while(|name| !taken.insert(name.to_ascii_lowercase()));
        free.next().unwrap_or_default()
    };
    names.into_iter().map(free).collect()
}

/// Quotes a name for a statement.
fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tags;

    #[test]
    fn the_unknown_is_null_and_the_empty_is_not() {
        let text = |text: &str| Ok(Cell::Text(text.to_owned()));
        assert_eq!(cell(Value::Unknown), Ok(Cell::Null));
        assert_eq!(cell(Value::Cidrs(vec![])), text("[]"));
        assert_eq!(cell(Value::Tags(Tags::new())), text("{}"));
        assert_eq!(cell(Value::Text(String::new())), text(""));
        assert_eq!(cell(Value::List(vec!["a\"b".into(), String::new()])), text(r#"["a\"b",""]"#));
        assert_eq!(cell(Value::Bool(true)), Ok(Cell::Integer(1)));
        let time = Value::Time("2026-11-21T08:30:00+01:00".parse().unwrap());
        assert_eq!(cell(time), text("2026-11-21T07:30:00Z"));
    }

    #[test]
    fn what_there_is_no_room_for_is_named() {
        let database = Connection::open_in_memory().unwrap();
        let number = [("vcpus", DataType::Number)];
        let mut instances = SqliteTable::begin(&database, "instances", &number).unwrap();
        let error = instances.push([Value::Number(u64::MAX)]).unwrap_err();
        assert!(error.to_string().starts_with("vcpus of instances is 18446744073709551615"), "{error}");
        let wide = vec![("tag:a", DataType::Text); MAX_COLUMNS + 1];
        let error = SqliteTable::begin(&database, "networks", &wide).err().unwrap();
        assert!(error.to_string().starts_with("networks have 2001 columns"), "{error}");
        SqliteTable::begin(&database, "networks", &wide[1..]).unwrap();
    }

    #[test]
    fn names_that_differ_in_case_alone_are_numbered() {
        let names = ["id", "tag:Env", "tag:env", "tag:ENV (2)", "tag:ENV", "tag:É", "tag:é", "id"];
        assert_eq!(
            distinct_names(names),
            ["id", "tag:Env", "tag:env (2)", "tag:ENV (2) (2)", "tag:ENV (3)", "tag:É", "tag:é", "id (2)"]
        );
    }

    #[test]
    fn names_are_quoted_and_hold_no_zero() {
        assert_eq!(quote_name("tag:a\"b"), "\"tag:a\"\"b\"");
        assert_eq!(distinct_names(["tag:a\0b"]), ["tag:a\\u{0}b"]);
    }
}
