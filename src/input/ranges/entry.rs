//! An element of a list in JSON or TOML.

use serde_json::{Map, Value};

use super::cloud;
use super::row::{BadRow, RangeColumn, RangeField, Row, RowPosition};
use super::row_prefixes::CellValue;
use crate::diagnostic::Diagnostic;

/// Keys of an object that hold a list of prefixes, each of which makes a row.
const LISTS: [&str; 2] = ["prefixes", "prefix"];

/// Reads the rows of one element: a prefix, or an object with named fields.
pub fn rows(value: &Value, place: RowPosition) -> Vec<Result<Row, BadRow>> {
    match value {
        Value::String(prefix) => {
            let mut row = Row::new(place);
            row.put_field(RangeField::Prefix, prefix);
            vec![Ok(row)]
        }
        Value::Object(fields) => cloud::rows(fields, place).unwrap_or_else(|| of_object(fields, place)),
        _ => vec![Err(BadRow::new(place, "it is neither a prefix nor an object with one"))],
    }
}

fn of_object(fields: &Map<String, Value>, place: RowPosition) -> Vec<Result<Row, BadRow>> {
    let mut row = Row::new(place);
    for (name, value) in fields {
        match (text(value), value) {
            (Some(text), _) => row.put(RangeColumn::from_name(name), name, &text),
            // Of no column: whether such a list matters is to be judged by its prefixes.
            (None, Value::Array(list)) if !LISTS.contains(&name.as_str()) => {
                row.put(None, name, &prefixes(list));
            }
            (None, _) => {}
        }
    }
    if LISTS.iter().filter(|name| fields.contains_key(**name)).count() > 1 {
        let what = Diagnostic::new("it has both `prefix` and `prefixes`")
            .remedy("remove the one that does not count");
        return vec![Err(BadRow::misread(place, what))];
    }
    let Some(list) = LISTS.iter().find_map(|name| fields.get(*name)?.as_array()) else {
        return vec![Ok(row)];
    };
    let one = |prefix: &Value| {
        let mut row = row.clone();
        let bad = || BadRow::new(place, "a prefix in its list is not a string");
        row.put_field(RangeField::Prefix, prefix.as_str().ok_or_else(bad)?);
        Ok(row)
    };
    if list.is_empty() { vec![Ok(row)] } else { list.iter().map(one).collect() }
}

/// Lists the prefixes of a list of strings, or of objects with strings.
fn prefixes(list: &[Value]) -> String {
    let strings = list.iter().flat_map(|value| match value {
        Value::Object(fields) => fields.values().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    });
    let prefixes: Vec<&str> =
        strings.filter(|text| matches!(CellValue::new(text), CellValue::Prefixes(_))).collect();
    prefixes.join(", ")
}

/// Returns the text of a value; NetBox gives objects for what has a page of its own.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(fields) => {
            ["name", "display", "value", "slug"].iter().find_map(|key| text(fields.get(*key)?))
        }
        _ => None,
    }
}
