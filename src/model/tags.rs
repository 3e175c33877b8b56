//! Labels that people put on resources.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Index;
use std::slice;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

/// Labels that people put on resources, sorted by key.
///
/// Nearly every row has a few, and a `BTreeMap` takes half a kilobyte for the first one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Tags(Vec<(String, String)>);

impl Tags {
    /// Makes tags without any.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&String> {
        let place = self.0.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        Some(&self.0[place].1)
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts them.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Lists keys and values, sorted by key.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Lists the keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(key, _)| key)
    }

    /// Lists the values, sorted by key.
    pub fn values(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Tells whether a key has a value.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: String, value: String) {
        match self.0.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (key, value)),
        }
    }
}

/// Keys and values.
pub type Iter<'a> =
    std::iter::Map<slice::Iter<'a, (String, String)>, fn(&'a (String, String)) -> (&'a String, &'a String)>;

impl<'a> IntoIterator for &'a Tags {
    type Item = (&'a String, &'a String);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<BTreeMap<String, String>> for Tags {
    fn from(tags: BTreeMap<String, String>) -> Self {
        Self(tags.into_iter().collect())
    }
}

impl From<Tags> for BTreeMap<String, String> {
    fn from(tags: Tags) -> Self {
        tags.0.into_iter().collect()
    }
}

impl FromIterator<(String, String)> for Tags {
    /// Of several values of a key the last is kept.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(tags: I) -> Self {
        tags.into_iter().collect::<BTreeMap<_, _>>().into()
    }
}

impl<const N: usize> From<[(String, String); N]> for Tags {
    fn from(tags: [(String, String); N]) -> Self {
        tags.into_iter().collect()
    }
}

impl Index<&str> for Tags {
    type Output = String;

    fn index(&self, key: &str) -> &String {
        self.get(key).expect("there is no such tag")
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl JsonSchema for Tags {
    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, String>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, String>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        BTreeMap::<String, String>::inline_schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn they_are_sorted_and_of_several_values_the_last_is_kept() {
        let tags = tags(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(tags.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((tags.get("b").map(String::as_str), tags.get("c"), tags.len()), (Some("3"), None, 2));
    }

    #[test]
    fn they_are_written_as_a_map_and_read_in_any_order() {
        let read: Tags = serde_json::from_str(r#"{"b": "1", "a": "2"}"#).unwrap();
        assert_eq!(read, tags(&[("a", "2"), ("b", "1")]));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"a":"2","b":"1"}"#);
    }
}
