//! How what a scan read differs from what there is, a line for each value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::engine::RowKey;

/// Longer texts and lists are counted: some have a million characters.
const SHORT: usize = 200;

/// Lists rows that are gone (`- networks a`) or new (`+ networks a {...}`), and values that differ
/// (`networks a /name: "a", not "b"`).
pub fn differences(truth: &BTreeMap<RowKey, Value>, found: &BTreeMap<RowKey, Value>) -> Vec<String> {
    let mut lines = Vec::new();
    for key in truth.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let (kind, _, _, id) = key;
        // The last part of an id of Azure says which resource it is.
        let name = format!("{kind} {}", id.rsplit('/').next().unwrap_or(id));
        match (truth.get(key), found.get(key)) {
            (Some(truth), Some(found)) => compare(&name, "", Some(truth), Some(found), &mut lines),
            (_, Some(found)) => lines.push(format!("+ {name} {}", essence(found))),
            _ => lines.push(format!("- {name}")),
        }
    }
    lines
}

fn compare(name: &str, path: &str, truth: Option<&Value>, found: Option<&Value>, lines: &mut Vec<String>) {
    match (truth, found) {
        (truth, found) if truth == found => {}
        (Some(Value::Object(truth)), Some(Value::Object(found))) if found.len() < SHORT => {
            for member in truth.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
                let path = format!("{path}/{member}");
                compare(name, &path, truth.get(member), found.get(member), lines);
            }
        }
        (Some(Value::Array(truth)), Some(Value::Array(found))) if truth.len() == found.len() => {
            for (number, (truth, found)) in truth.iter().zip(found).enumerate() {
                compare(name, &format!("{path}/{number}"), Some(truth), Some(found), lines);
            }
        }
        (truth, found) => {
            let text = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), shortened);
            lines.push(format!("{name} {path}: {}, not {}", text(found), text(truth)));
        }
    }
}

/// Writes what a row says beside which one it is.
fn essence(row: &Value) -> Value {
    const KEY: [&str; 5] = ["provider", "account", "account_name", "id", "kind"];
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    let members = row.as_object().into_iter().flatten();
    let said = members.filter(|(name, value)| !KEY.contains(&name.as_str()) && is_said(value));
    said.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn shortened(value: &Value) -> String {
    match value {
        Value::String(text) if text.starts_with("/subscriptions/") => {
            text.rsplit('/').next().unwrap_or_default().to_owned()
        }
        Value::String(text) if text.len() > SHORT => format!("{} bytes", text.len()),
        Value::Object(members) if members.len() > SHORT => format!("{} members", members.len()),
        value => value.to_string(),
    }
}
