//! Pieces that several answers share.

use serde_json::{Value, json};

use crate::sandbox::estate::Tags;

/// When everything that has a creation time was created.
pub const CREATED: &str = "2025-10-09T08:53:20.000Z";

/// Renders tags as `tagSet` has them.
pub fn tag_set(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// Renders tags for the owner; participants of a share do not see them.
pub fn owners_tags(viewer: &str, owner: &str, tags: &Tags) -> Value {
    if viewer == owner { tag_set(tags) } else { json!([]) }
}
