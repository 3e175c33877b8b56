//! Almost valid items of a table of reservations: nothing panics, and what is accepted is the same when it is written.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value};

use super::{Item, StoredItem, VersionItem};
use crate::fuzz_harness::{INPUTS, Target, run};

const ITEMS: &[&str] = &[
    r#"{"name":"team-a/phase-2","prefix":"10.0.0.0/20","pool":"prod","owner":"team-a","reason":"phase 2",
"created_at":"2026-11-27T12:00:00Z","expires_at":"2026-12-11T12:00:00.5Z","version":7,"remove_at":1799582400}"#,
    r#"{"name":"v6","prefix":"2001:db8::/56","owner":"b","created_at":"2026-11-27T12:00:00Z","expires_at":"2026-12-11T12:00:00Z"}"#,
];

/// Makes an item as DynamoDB has it; nulls, lists and objects become nulls there.
fn item(attributes: Map<String, Value>) -> Item {
    let value = |value| match value {
        Value::String(text) => AttributeValue::S(text),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::Bool(flag) => AttributeValue::Bool(flag),
        _ => AttributeValue::Null(true),
    };
    attributes.into_iter().map(|(name, json)| (name, value(json))).collect()
}

fn check(bytes: &[u8]) -> bool {
    let Ok(attributes) = serde_json::from_slice(bytes) else { return false };
    let item = item(attributes);
    if let Ok(fence) = VersionItem::from_item(&item) {
        assert_eq!(VersionItem::from_item(&fence.to_item()), Ok(fence));
    }
    let Ok(stored) = StoredItem::from_item(&item) else { return false };
    let written = StoredItem::to_item(&stored.reservation, stored.version);
    let again = StoredItem::from_item(&written).expect("what was written can be read");
    assert_eq!((again.reservation, again.version), (stored.reservation, stored.version));
    true
}

#[test]
fn items() {
    let tokens =
        &["{", "}", ",", ":", "\"", "null", "true", "1e9", "18446744073709551615", "version", "expires_at"];
    let seeds = ITEMS.iter().map(|item| item.as_bytes().to_vec()).collect();
    let target = Target { name: "reservation-item", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
