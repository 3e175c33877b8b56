//! What resources have in common.

use serde_json::{Value, json};

use crate::sandbox::estate::azure::{Named, guid};

/// Starts a resource: id, name, type, location, and tags if there are any.
pub fn resource(named: &Named, kind: &str, properties: Value) -> Value {
    let mut body = json!({
        "id": named.id,
        "name": named.name,
        "type": kind,
        "location": named.location,
    });
    body["properties"] = properties;
    if !named.tags.is_empty() {
        body["tags"] = json!(named.tags);
    }
    body
}

/// Starts something that is part of a resource.
pub fn part(id: &str, name: &str, kind: &str, properties: Value) -> Value {
    let mut body = json!({ "id": id, "name": name, "type": kind, "etag": etag(id) });
    body["properties"] = properties;
    body
}

/// Makes the version mark of the network services.
pub fn etag(id: &str) -> String {
    format!("W/\"{}\"", guid(&format!("etag/{id}")))
}

/// Refers to a resource.
pub fn reference(id: &str) -> Value {
    json!({ "id": id })
}

/// Refers to several.
pub fn references(ids: &[String]) -> Value {
    ids.iter().map(|id| reference(id)).collect()
}
