//! Decodes what real answers write in more than one way, losing as little as can be.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::clouds::meter;
use crate::model::Tags;

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
            tracing::debug!(raw, %error, "the element of a list is not what it should be");
            meter::note_oddity(format!("an element of a list: {error}"));
            None
        }
    }
}

/// Decodes a number, which some services write as text; anything else is no number, and noted.
pub fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let value = Value::deserialize(from)?;
    let number = match &value {
        Value::Null => return Ok(None),
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| number.try_into().ok()),
    };
    if number.is_none() {
        meter::note_oddity(format!("`{value}` is not a number"));
    }
    Ok(number)
}

/// Decodes tags. Values are texts by contract; `null`, numbers and the like have been seen and stay as text.
pub fn tags<'de, D: Deserializer<'de>>(from: D) -> Result<Tags, D::Error> {
    match Value::deserialize(from)? {
        Value::Object(tags) => Ok(tags.into_iter().map(|(key, value)| (key, text(value))).collect()),
        Value::Null => Ok(Tags::new()),
        other => {
            tracing::debug!(%other, "tags that are not an object");
            meter::note_oddity("tags that are not an object");
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Machine, VirtualNetwork, item};
    use super::*;
    use crate::clouds::meter::Meter;

    fn network(value: &Value) -> VirtualNetwork {
        item(&value.to_string()).unwrap()
    }

    #[tokio::test]
    async fn an_odd_element_costs_no_neighbour_and_is_noted() {
        let meter = Meter::default();
        let read = meter.watch(async {
            network(&json!({"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8", 7, null, "10.1.0.0/16"]}}}))
        });
        let space = read.await.properties.address_space.unwrap();
        assert_eq!(space.address_prefixes, ["10.0.0.0/8", "10.1.0.0/16"]);
        assert_eq!(meter.oddities(), 1, "null is nothing");
    }

    #[test]
    fn numbers_may_be_texts_and_cost_no_machine() {
        let meter = Meter::default();
        let of = |taken: &Value| {
            let machine = json!({"id": "/m", "properties": {"hardwareProfile": {"vmSizeProperties": {"vCPUsAvailable": taken}}}});
            let machine: Machine = meter.within(|| item(&machine.to_string())).unwrap();
            machine.properties.hardware_profile.unwrap().vm_size_properties.unwrap().vcpus_available
        };
        assert_eq!([of(&json!(2)), of(&json!("4")), of(&json!(null))], [Some(2), Some(4), None]);
        assert_eq!((of(&json!("many")), of(&json!(-1)), meter.oddities()), (None, None, 2));
    }

    #[tokio::test]
    async fn values_of_tags_stay_as_text() {
        let meter = Meter::default();
        let read = meter.watch(async {
            let tags = network(&json!({"tags": {"a": "x", "b": null, "c": 5, "d": {"e": true}}})).tags;
            (tags, network(&json!({"tags": "none"})).tags)
        });
        let (tags, none) = read.await;
        let tags: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(tags, [("a", "x"), ("b", ""), ("c", "5"), ("d", r#"{"e":true}"#)]);
        assert_eq!((none.len(), meter.oddities()), (0, 1));
    }
}
