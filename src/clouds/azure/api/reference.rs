//! References to other resources.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A reference: an object with an `id`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    /// Id of the resource.
    pub id: Option<String>,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
}

impl From<Object> for Reference {
    fn from(object: Object) -> Self {
        Self { id: object.id.filter(|id| !id.is_empty()) }
    }
}

impl From<String> for Reference {
    fn from(id: String) -> Self {
        Self { id: Some(id).filter(|id| !id.is_empty()) }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        id_or_object::<D, Object, Self>(from)
    }
}

/// Decodes an object, or the plain id that stands for it in some answers: Microsoft's own example of
/// `VirtualWans_List`, API version 2024-03-01, lists hubs as texts.
///
/// serde's `untagged` would read the object into a form of its own first, which [`super::Parts`] cannot be
/// decoded from.
pub fn id_or_object<'de, D, O, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    O: Deserialize<'de>,
    T: From<O> + From<String>,
{
    from.deserialize_any(IdOrObject(PhantomData::<(O, T)>))
}

struct IdOrObject<O, T>(PhantomData<(O, T)>);

impl<'de, O: Deserialize<'de>, T: From<O> + From<String>> Visitor<'de> for IdOrObject<O, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an id")
    }

    fn visit_str<E>(self, id: &str) -> Result<T, E> {
        Ok(id.to_owned().into())
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
        O::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}
