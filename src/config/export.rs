//! What the file says about exports: templates, by which tables keep their shape.

use toml::{Table, Value};

use super::problem::ValueFault;
use super::rules;
use super::rules::KnownNames;
use super::table_row::TableRow;
use crate::model::Kind;

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
pub(super) fn template(
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
                format!("`{column}` is there twice; take one of them out"),
            );
        }
    }
    if row.is_empty("columns") {
        row.refuse("`columns` is empty; name the columns, or take the template out");
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
