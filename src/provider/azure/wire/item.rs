//! Decodes one resource by itself.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A resource that could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Its id, or its name where it has none.
    pub id: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id.as_deref().unwrap_or("a resource without id"), self.why)
    }
}

impl std::error::Error for Malformed {}

/// A resource that an answer lists.
pub trait Resource {
    /// Returns its id as the answer writes it.
    fn id(&self) -> Option<&str>;

    /// Lists the resources inside it that could not be decoded and are missing from it.
    fn malformed(&self) -> Vec<&Malformed> {
        Vec::new()
    }
}

/// Decodes one item of a page.
///
/// # Errors
/// [`Malformed`], when a field that we read is not of the type the API documents.
pub fn item<T: DeserializeOwned>(raw: &str) -> Result<T, Malformed> {
    serde_json::from_str(raw).map_err(|error| Malformed { id: name_of(raw), why: error.to_string() })
}

/// Finds what a broken item is called.
fn name_of(raw: &str) -> Option<String> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let text = |key: &str| value.get(key)?.as_str().filter(|text| !text.is_empty());
    text("id").or_else(|| text("name")).map(str::to_owned)
}
