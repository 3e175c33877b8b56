//! What the file and the flags say about exports: when to refuse one, and templates, by which tables keep their shape.

use std::fmt;

use toml::{Table, Value};

use super::keys;
use super::origin::Sourced;
use super::problem::ValueFault;
use super::reader::Reader;
use super::rules::{self, KnownNames};
use super::table_row::TableRow;
use crate::model::Kind;

/// When to refuse an export, and the templates of exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSettings {
    /// The least numbers of rows.
    pub min_rows: Sourced<Vec<MinRows>>,
    /// By how much the rows of a kind may drop from one export to the next one; `None` for any drop.
    pub max_drop: Sourced<Option<Percentage>>,
    /// The templates.
    pub templates: Sourced<Vec<Template>>,
}

/// What the flags said about exports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportOverrides {
    /// `--min-rows`.
    pub min_rows: Vec<String>,
    /// `--max-drop`.
    pub max_drop: Option<String>,
}

/// The least number of rows that an export may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinRows {
    /// The kind that is counted; `None` for all kinds together.
    pub kind: Option<Kind>,
    /// The number.
    pub rows: usize,
}

/// A part of something, from 0 to 100 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentage(pub u8);

impl fmt::Display for MinRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{kind}={}", self.rows),
            None => write!(f, "{}", self.rows),
        }
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl ExportSettings {
    /// Reads the table of exports and its flags.
    pub(super) fn read(reader: &mut Reader<'_>, flags: &ExportOverrides, known: &KnownNames<'_>) -> Self {
        let mut seen = Vec::new();
        Self {
            min_rows: reader.scalars(keys::EXPORT_MIN_ROWS, &flags.min_rows, Vec::new(), min_rows),
            max_drop: reader.number_or_word(keys::EXPORT_MAX_DROP, flags.max_drop.as_deref(), None, max_drop),
            templates: reader.rows(keys::EXPORT_TEMPLATES, |row| template(row, known, &mut seen)),
        }
    }

    /// Names the least numbers of rows as they were given: by the flag, the variable or the key.
    #[must_use]
    pub const fn min_rows_name(&self) -> &'static str {
        keys::EXPORT_MIN_ROWS.as_given(&self.min_rows.origin)
    }

    /// Names the greatest drop as it was given: by the flag, the variable or the key.
    #[must_use]
    pub const fn max_drop_name(&self) -> &'static str {
        keys::EXPORT_MAX_DROP.as_given(&self.max_drop.origin)
    }
}

fn min_rows(text: &str) -> Result<MinRows, ValueFault> {
    let (kind, number) = match text.split_once('=') {
        Some((kind, number)) => {
            (Kind::ALL.into_iter().find(|known| known.as_str() == kind).map(Some), number)
        }
        None => (Some(None), text),
    };
    kind.zip(number.parse().ok()).map(|(kind, rows)| MinRows { kind, rows }).ok_or_else(|| {
        ValueFault::new(format!("`{text}` is not a number of rows")).remedy("write 100, or instances=100")
    })
}

fn max_drop(text: &str) -> Result<Option<Percentage>, ValueFault> {
    rules::percentage(text).map(Percentage).map(Some).ok_or_else(|| {
        ValueFault::new(format!("`{text}` is not a percentage")).remedy("write one such as 20%")
    })
}

/// The columns of one kind in the exports of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The name; one name may stand at several kinds.
    pub name: String,
    /// The kind.
    pub kind: Kind,
    /// The columns, in their order.
    pub columns: Vec<String>,
}

/// Reads a template. `seen` has the names and kinds of those before it.
fn template(
    row: &mut TableRow<'_>,
    known: &KnownNames<'_>,
    seen: &mut Vec<(String, Kind)>,
) -> Option<Template> {
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let name = row.text("name", |text| match text.trim() {
        "" => Err(ValueFault::new("the name is empty")),
        _ => Ok(text.to_owned()),
    });
    let kind = row.text("kind", |text| rules::choice(text, &kinds));
    let columns = row.texts("columns", |text| column(text, kind, known));
    for field in ["name", "kind", "columns"] {
        if !row.has(field) {
            row.refuse(format!("the template has no `{field}`"));
        }
    }
    for (at, (place, column)) in columns.iter().enumerate() {
        if columns[..at].iter().any(|(_, before)| before == column) {
            row.refuse_element(
                "columns",
                place.clone(),
                format!("`{column}` is there twice; remove one of them"),
            );
        }
    }
    if row.is_empty("columns") {
        row.refuse("`columns` is empty; name the columns, or remove the template");
    }
    let (name, kind) = (name?, kind?);
    if seen.contains(&(name.clone(), kind)) {
        row.refuse(format!("the template `{name}` has {kind} twice; make one entry of them"));
    }
    seen.push((name.clone(), kind));
    Some(Template { name, kind, columns: columns.into_iter().map(|(_, column)| column).collect() })
}

fn column(text: &str, kind: Option<Kind>, known: &KnownNames<'_>) -> Result<String, ValueFault> {
    // Without a kind the columns are unknown. The missing kind is reported by itself.
    let Some(kind) = kind else { return Ok(text.to_owned()) };
    rules::column(text, kind, known)
}

/// Writes a template as the file has it.
pub(super) fn show(template: &Template) -> Value {
    let columns = template.columns.iter().cloned().map(Value::String).collect();
    Value::Table(Table::from_iter([
        ("name".to_owned(), Value::String(template.name.clone())),
        ("kind".to_owned(), Value::String(template.kind.as_str().to_owned())),
        ("columns".to_owned(), Value::Array(columns)),
    ]))
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, Overrides, Settings, Variables};
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<ExportSettings, String> {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let flags = Overrides { variables: Variables::new(variables), ..Overrides::default() };
        let settings =
            Settings::resolve(Some(&ConfigFile::new("n.toml", text)), &flags, &KnownNames::FOR_TESTS);
        settings.map(|settings| settings.export).map_err(|error| error.to_string())
    }

    #[test]
    fn limits_are_read_from_the_file_and_from_variables() {
        let file = "[export]\nmin-rows = [100, \"instances=5\"]\nmax-drop = \"20%\"";
        let read_file = read(file, &[]).unwrap();
        let shown: Vec<String> = read_file.min_rows.value.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["100", "instances=5"]);
        assert_eq!(
            (read_file.min_rows_name(), read_file.max_drop_name()),
            ("export.min-rows", "export.max-drop")
        );
        let variables = [("NETCENSUS_MIN_ROWS", "7,links=1"), ("NETCENSUS_MAX_DROP", "5")];
        let read_variables = read(file, &variables).unwrap();
        let links = MinRows { kind: Some(Kind::Links), rows: 1 };
        assert_eq!(read_variables.min_rows.value, [MinRows { kind: None, rows: 7 }, links]);
        assert_eq!(read_variables.max_drop.value, Some(Percentage(5)));
        assert_eq!(read_variables.max_drop_name(), "NETCENSUS_MAX_DROP");
        assert_eq!(
            read("export.min-rows = 3\nexport.max-drop = 0", &[]).unwrap().max_drop.value,
            Some(Percentage(0))
        );
    }

    #[test]
    fn texts_that_are_not_numbers_are_refused() {
        for (text, words) in [
            (
                "min-rows = 'many'",
                "export.min-rows: `many` is not a number of rows; write 100, or instances=100",
            ),
            ("min-rows = ['vpcs=3']", "`vpcs=3` is not a number"),
            ("min-rows = -1", "`-1` is not a number"),
            ("max-drop = '101%'", "export.max-drop: `101%` is not a percentage; write one such as 20%"),
            ("max-drop = 'a lot'", "`a lot` is not a percentage"),
            ("max-drop = ['20%']", "expected an integer or a string"),
        ] {
            let said = read(&format!("[export]\n{text}"), &[]).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
        let said = read("", &[("NETCENSUS_MAX_DROP", "lots")]).unwrap_err();
        assert_eq!(said, "NETCENSUS_MAX_DROP: `lots` is not a percentage; write one such as 20%");
    }
}
