//! Resources inside a resource.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::item::{Malformed, item};
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
        let raw: Vec<Box<RawValue>> = lenient::or_default(from)?;
        let mut parts = Self::default();
        for part in raw {
            match item::<Option<T>>(part.get()) {
                Ok(part) => parts.read.extend(part),
                Err(malformed) => parts.malformed.push(malformed),
            }
        }
        Ok(parts)
    }
}
