//! Lists that are not about resources, such as the snapshots, in every format of listings.

use serde::Serialize;

use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::error::Error;
use crate::output::{self, Format};
use crate::ui::Ui;

/// A list of records. `T` is one of them as an object.
pub struct RecordList<T> {
    /// What the records are, in the plural.
    pub name: &'static str,
    /// The columns, each with its turn to be dropped where a table does not fit: 0 never, else the highest first.
    pub columns: Vec<(&'static str, u8)>,
    /// How a table is fitted to the terminal.
    pub fit: Fit,
    /// One value for each column.
    pub rows: Vec<Vec<Value>>,
    /// The same records as objects, for formats without columns.
    pub objects: Vec<T>,
}

impl<T: Serialize> RecordList<T> {
    /// Writes the list to standard output.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn print(self, format: Format, ui: &Ui) -> Result<(), Error> {
        let heading = |(name, drop_rank): (&str, u8)| Heading { name: name.to_owned(), drop_rank };
        let table = Table {
            name: self.name,
            kind: None,
            columns: self.columns.into_iter().map(heading).collect(),
            rows: self.rows,
            fit: self.fit,
            completeness: Completeness::Complete,
            places: Vec::new(),
        };
        let layout = ui.layout();
        ui.report(format, |out| output::render_list(&table, &self.objects, format, layout, out))
    }
}
