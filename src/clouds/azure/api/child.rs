//! The form that everything inside a resource has.

use serde::Deserialize;

use super::item::Resource;
use super::lenient;

/// A thing inside a resource, such as a subnet of a network: an id, a name and properties.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound = "P: Deserialize<'de> + Default")]
pub struct Child<P> {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    #[serde(deserialize_with = "lenient::or_default")]
    pub properties: P,
}

impl<P> Resource for Child<P> {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
