//! A list in any of the formats of listings.

use serde_json::Value as Json;

use crate::analysis::select::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::error::Error;
use crate::output::{self, Format, Layout};
use crate::ui::Ui;

/// A list: its columns, and the order in which they are dropped where there is no room (zero never), its rows, and the
/// objects that formats without columns write.
pub struct Sheet {
    /// What the rows are.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<(&'static str, u8)>,
    /// One value for each column.
    pub rows: Vec<Vec<Value>>,
    /// The same as objects.
    pub objects: Vec<Json>,
}

/// Writes `sheet` to stdout.
///
/// # Errors
/// When stdout cannot be written.
pub fn show(sheet: Sheet, format: Format, ui: &Ui) -> Result<(), Error> {
    let heading = |(name, drop_rank): (&str, u8)| Heading { name: name.to_owned(), drop_rank };
    let table = Table {
        name: sheet.name,
        kind: None,
        columns: sheet.columns.into_iter().map(heading).collect(),
        rows: sheet.rows,
        fit: Fit::Drop,
        completeness: Completeness::Complete,
    };
    let objects = Json::Array(sheet.objects);
    let layout = Layout { width: ui.width(), color: ui.color() };
    ui.data(|out| output::render_list(&table, &objects, format, layout, out).map(drop))
}
