//! Ranges in JSON: a list, an object with one, or an answer of an IPAM or of a cloud's own tool.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::entry;
use super::row::{BadRow, RangeField, RangeFileError, Row, RowPosition};
use crate::diagnostic::Diagnostic;
use crate::wording::parser_fault;

/// Fields of an object that may hold the list, the first three for handwritten files.
const LISTS: [&str; 8] =
    ["prefixes", "ranges", "results", "data", "value", "Vpcs", "Subnets", "IpamResourceCidrs"];
/// Fields that name another page: of NetBox, of the AWS CLI, of the resource manager, of Resource Graph.
const PAGES: [&str; 7] =
    ["next", "previous", "NextToken", "nextToken", "nextLink", "skip_token", "$skipToken"];

/// Reads the rows of `bytes`.
pub fn rows(bytes: &[u8]) -> Result<Vec<Result<Row, BadRow>>, RangeFileError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| explain(&error))?;
    let list = match &value {
        Value::Array(list) => list.as_slice(),
        Value::Object(fields) => {
            list_of(fields, &value).map_err(|what| RangeFileError { line: None, what })?
        }
        _ => {
            return Err(RangeFileError { line: None, what: "it is JSON, but not a list of prefixes".into() });
        }
    };
    let masters = masters(list);
    let rows = list.iter().enumerate().flat_map(|(at, value)| {
        let mut rows = entry::rows(value, RowPosition::Entry(at + 1));
        if is_container(value, &masters) {
            rows.iter_mut().flatten().for_each(|row| row.put_field(RangeField::Status, "container"));
        }
        rows
    });
    Ok(rows.collect())
}

fn explain(error: &serde_json::Error) -> RangeFileError {
    let what = if error.is_eof() {
        "the file ends too early; perhaps it was not written completely".to_owned()
    } else {
        format!("it is not valid JSON: {}", parser_fault(error))
    };
    RangeFileError { line: Some(error.line()), what: what.into() }
}

fn list_of<'v>(fields: &'v Map<String, Value>, whole: &'v Value) -> Result<&'v [Value], Diagnostic> {
    // Half of a list would pass for the whole.
    let is_told = |page: &&&str| fields.get(**page).is_some_and(|page| !page.is_null() && page != "");
    if let Some(page) = PAGES.iter().find(is_told) {
        let remedy = match *page {
            "next" | "previous" => {
                "ask NetBox for all at once, with `limit=0`, or put the `results` of all pages into one list"
            }
            _ => "ask for all pages, and put their elements into one list",
        };
        let message = format!("it is one page of several: `{page}` names another");
        return Err(Diagnostic::new(message).remedy(remedy));
    }
    // phpIPAM gives one object where there is one subnet.
    let list = |value: &'v Value| match value {
        Value::Array(list) => Some(list.as_slice()),
        Value::Object(_) if fields.contains_key("success") => Some(std::slice::from_ref(value)),
        _ => None,
    };
    let mut lists = LISTS.iter().filter_map(|name| list(fields.get(*name)?));
    match (lists.next(), lists.next()) {
        (Some(list), None) => Ok(list),
        // One network by itself, as `az network vnet show` and Azure IPAM's API print it.
        (None, _) if ["addressSpace", "blocks", "externals"].iter().any(|key| fields.contains_key(*key)) => {
            Ok(std::slice::from_ref(whole))
        }
        (None, _) => Err(match fields.get("message").and_then(Value::as_str) {
            Some(message) => format!("it is the answer to a request that failed: {message:?}").into(),
            None => Diagnostic::new("it has no list")
                .remedy("give one, or an object with `prefixes`, `ranges` or `results`"),
        }),
        _ => {
            Err(Diagnostic::new("it has several lists")
                .remedy("give one of `prefixes`, `ranges` and `results`"))
        }
    }
}

/// Lists the ids of the subnets of phpIPAM that hold others.
fn masters(list: &[Value]) -> HashSet<String> {
    list.iter().filter_map(|entry| id_of(entry, "masterSubnetId")).collect()
}

/// Tells whether an element of phpIPAM is a folder, or a subnet that holds others.
fn is_container(entry: &Value, masters: &HashSet<String>) -> bool {
    let is_phpipams = entry.get("masterSubnetId").is_some();
    let is_folder = id_of(entry, "isFolder").is_some_and(|value| value == "1");
    is_phpipams && (is_folder || id_of(entry, "id").is_some_and(|id| masters.contains(&id)))
}

/// Returns an id, which phpIPAM writes as a number or as a text.
fn id_of(entry: &Value, key: &str) -> Option<String> {
    match entry.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
