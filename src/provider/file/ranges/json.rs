//! Ranges in JSON: a list, an object with one, or an answer of NetBox.

use serde_json::{Map, Value};

use super::entry;
use super::fields::{BadRow, Flaw, Place, Row};

/// Fields of an object that may hold the list.
const LISTS: [&str; 3] = ["prefixes", "ranges", "results"];

/// Reads the rows of `bytes`.
pub fn rows(bytes: &[u8]) -> Result<Vec<Result<Row, BadRow>>, Flaw> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| explain(&error))?;
    let list = match &value {
        Value::Array(list) => list,
        Value::Object(fields) => list_of(fields).map_err(|what| Flaw { line: None, what })?,
        _ => return Err(Flaw { line: None, what: "it is JSON, but not a list of prefixes".to_owned() }),
    };
    let rows = list.iter().enumerate().flat_map(|(at, value)| entry::rows(value, Place::Entry(at + 1)));
    Ok(rows.collect())
}

fn explain(error: &serde_json::Error) -> Flaw {
    let what = if error.is_eof() {
        "the file ends too early; perhaps it was not written completely".to_owned()
    } else {
        format!("it is not valid JSON: {error}")
    };
    Flaw { line: Some(error.line()), what }
}

fn list_of(fields: &Map<String, Value>) -> Result<&Vec<Value>, String> {
    // NetBox answers page by page, and half of a list would pass for the whole.
    if let Some(page) =
        ["next", "previous"].iter().find(|page| fields.get(**page).is_some_and(|p| !p.is_null()))
    {
        return Err(format!(
            "it is one page of several: `{page}` names another; ask NetBox for all at once, with `limit=0`, or \
             put the `results` of all pages into one list"
        ));
    }
    let mut lists = LISTS.iter().filter_map(|name| fields.get(*name)?.as_array());
    match (lists.next(), lists.next()) {
        (Some(list), None) => Ok(list),
        (None, _) => {
            Err("it has no list; give one, or an object with `prefixes`, `ranges` or `results`".to_owned())
        }
        _ => Err("it has several lists; give one of `prefixes`, `ranges` and `results`".to_owned()),
    }
}
