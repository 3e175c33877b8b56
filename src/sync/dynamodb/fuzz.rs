//! Almost valid items of a table of VPCs: nothing panics, and no item is taken for ours without a mark.

use serde_json::{Map, Value};

use super::items::existing;
use crate::fuzz_harness::{INPUTS, Target, run};
use crate::sync::record::Owner;

const ITEMS: &[&str] = &[
    r#"{"VpcId":"vpc-1","OwnerId":"111111111111","CidrBlock":"10.0.0.0/16","IsDefault":"True","State":"available"}"#,
    r#"{"VpcId":"vpc-1","OwnerId":"111111111111","Region":"eu-west-1","Notes":"ask Ann first","Tags":{"a":"b"},"Links":["x"],
"ManagedBy":"netcensus:vpcs:aws/111111111111/eu-west-1/networks","SeenAt":"2026-11-27T12:00:00.000Z",
"Deleted":"2026-11-27T13:00:00.000Z","MissingAt":"2026-11-27T12:30:00Z","ExpiresAt":1795000000,"First":10.5}"#,
];

fn check(bytes: &[u8]) -> bool {
    let Ok(item) = serde_json::from_slice::<Map<String, Value>>(bytes) else { return false };
    let found = existing(&item, "vpcs");
    let mark = item.get("ManagedBy").and_then(Value::as_str).unwrap_or_default();
    assert!(found.owner != Owner::Ours || mark.contains("netcensus"), "{mark:?} makes it ours");
    assert!(found.additions.iter().chain(found.record.fields.keys()).all(|name| item.contains_key(name)));
    // What is neither ours to write nor named as an addition would be lost with the item.
    let is_known = |name: &&String| {
        found.additions.contains(name)
            || found.record.fields.contains_key(*name)
            || ["ManagedBy", "SeenAt", "MissingAt", "Deleted", "ExpiresAt"].contains(&name.as_str())
    };
    assert!(item.keys().collect::<Vec<_>>().iter().all(is_known), "an attribute is not seen: {item:?}");
    true
}

#[test]
fn items() {
    let tokens =
        &["{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e9", "ManagedBy", "Deleted", "netcensus:"];
    let seeds = ITEMS.iter().map(|item| item.as_bytes().to_vec()).collect();
    let target = Target { name: "dynamodb-item", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
