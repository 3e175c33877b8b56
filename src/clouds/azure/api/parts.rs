//! Resources inside a resource.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::item::{Malformed, Resource, item, unidentified};
use super::lenient;

/// The resources that another one holds, such as a network's subnets, each decoded by itself.
#[derive(Debug, Clone)]
pub struct Parts<T> {
    /// Those that could be decoded.
    pub read: Vec<T>,
    /// Those that could not.
    pub malformed: Vec<Malformed>,
}

// Derived, it would ask for a default of `T`.
impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self { read: Vec::new(), malformed: Vec::new() }
    }
}

impl<T> Parts<T> {
    /// Tells whether there is nothing, not even what could not be decoded.
    pub const fn is_none(&self) -> bool {
        self.read.is_empty() && self.malformed.is_empty()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parts(from, |_, _| None)
    }
}

/// Decodes parts that become rows of their own: one without an id is malformed.
pub fn identified<'de, D, T>(from: D) -> Result<Parts<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Resource,
{
    parts(from, |part: &T, raw| {
        let id = part.id().unwrap_or_default().trim();
        if id.is_empty() {
            return Some(unidentified(raw));
        }
        let why = || "it is not the id of a resource".to_owned();
        (!id.starts_with('/')).then(|| Malformed { id: Some(id.to_owned()), why: why() })
    })
}

/// Decodes a list part by part; `check` says what is wrong with one that could be decoded.
fn parts<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
    check: impl Fn(&T, &str) -> Option<Malformed>,
) -> Result<Parts<T>, D::Error> {
    let raw: Vec<Box<RawValue>> = lenient::or_default(from)?;
    let mut parts = Parts::default();
    for raw in raw {
        match item::<Option<T>>(raw.get()) {
            Ok(None) => {}
            Ok(Some(part)) => match check(&part, raw.get()) {
                None => parts.read.push(part),
                Some(malformed) => parts.malformed.push(malformed),
            },
            Err(malformed) => parts.malformed.push(malformed),
        }
    }
    Ok(parts)
}
