//! Decodes what real answers write in more than one way, losing as little as can be.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::Tags;
use crate::provider::meter;

/// Takes `null` for absent.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Decodes a list element by element; an element of another form is left out and noted.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let elements: Vec<Box<RawValue>> = or_default(from)?;
    Ok(elements.iter().filter_map(|element| decode(element.get())).collect())
}

fn decode<T: DeserializeOwned>(raw: &str) -> Option<T> {
    match serde_json::from_str::<Option<T>>(raw) {
        Ok(element) => element,
        Err(error) => {
            tracing::debug!(raw, %error, "the element of a list is not what it should be; left out");
            meter::note_oddity();
            None
        }
    }
}

/// Decodes tags. Values are texts by contract; `null`, numbers and the like have been seen and stay as text.
pub fn tags<'de, D: Deserializer<'de>>(from: D) -> Result<Tags, D::Error> {
    match Value::deserialize(from)? {
        Value::Object(tags) => Ok(tags.into_iter().map(|(key, value)| (key, text(value))).collect()),
        Value::Null => Ok(Tags::new()),
        other => {
            tracing::debug!(%other, "tags that are no object; left out");
            meter::note_oddity();
            Ok(Tags::new())
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
