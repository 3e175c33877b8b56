//! The text of values as documents have them.

use serde_json::{Map, Value};

/// Returns the text of each part of a value, exactly: one for each element of a list, one for each field of an object
/// as `KEY=VALUE`, none for null.
pub(crate) fn parts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Array(elements) => elements.iter().map(exact_text).collect(),
        Value::Object(fields) => object(fields),
    }
}

/// Returns the text of a value, exactly: the parts of lists with a space between, those of objects with a semicolon,
/// nothing for null.
pub(crate) fn exact_text(value: &Value) -> String {
    parts(value).join(if value.is_object() { ";" } else { " " })
}

/// A block of a network reads as in the column `blocks`: `CIDR(role,state)`.
fn object(fields: &Map<String, Value>) -> Vec<String> {
    if let Some(Value::String(cidr)) = fields.get("cidr") {
        let rest = ["role", "state"].into_iter().filter_map(|name| fields.get(name)?.as_str());
        return vec![format!("{cidr}({})", rest.collect::<Vec<_>>().join(","))];
    }
    let known = fields.iter().filter(|(_, value)| !value.is_null());
    known.map(|(name, value)| format!("{name}={}", exact_text(value))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_in_columns() {
        assert_eq!(exact_text(&json!(null)), "");
        assert_eq!(exact_text(&json!(["10.0.0.1", "10.0.0.2"])), "10.0.0.1 10.0.0.2");
        let blocks = json!([
            {"cidr": "10.0.0.0/16", "role": "primary", "state": "associated"},
            {"cidr": "10.1.0.0/16", "role": "secondary", "state": null},
        ]);
        assert_eq!(exact_text(&blocks), "10.0.0.0/16(primary,associated) 10.1.0.0/16(secondary)");
        let end = json!({"account": "1", "network": "vpc-a", "prefixes": ["10.0.0.0/8"], "region": null});
        assert_eq!(exact_text(&end), "account=1;network=vpc-a;prefixes=10.0.0.0/8");
        assert_eq!(exact_text(&json!(true)) + &exact_text(&json!(8)), "true8");
    }
}
