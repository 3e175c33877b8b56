//! The resources of a plan that have prefixes.

use serde_json::Value;

use super::address::ResourceAddress;
use super::attributes::Attributes;
use super::plan_json::{ChangeRepresentation, ResourceChange};
use super::resource_state::{ResourceState, StateReader};
use super::resource_type::ResourceType;
use crate::input::error::InputError;

/// A resource, what happens to it, and what is known of it before and after.
#[derive(Debug)]
pub struct PlannedResource {
    /// As messages name it.
    pub name: String,
    /// The same, taken apart.
    pub address: ResourceAddress,
    /// What it is.
    pub kind: ResourceType,
    /// It comes into being, perhaps in another's place.
    pub creates: bool,
    /// It stays and is changed.
    pub updates: bool,
    /// The one that exists goes.
    pub deletes: bool,
    /// How it is; `None` for a new one.
    pub before: Option<ResourceState>,
    /// How it shall be; `None` for one that goes.
    pub after: Option<ResourceState>,
    /// The attribute of the plan that messages name, where it is not the one that is read.
    label: Option<&'static str>,
}

impl PlannedResource {
    /// Reads a change of a resource; host bits that were masked are added to `warnings`. `None` of a type that is not
    /// read.
    pub fn read(
        raw: &ResourceChange<'_>,
        change: &ChangeRepresentation,
        file: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Self>, InputError> {
        let does = |action: &str| change.actions.iter().any(|a| a == action);
        let name = raw.resource_type.as_deref().unwrap_or_default();
        let nothing = Value::Null;
        let before = Attributes::new(name, &change.before, &nothing);
        let after = Attributes::new(name, &change.after, &change.after_unknown);
        let Some(last) = after.as_ref().or(before.as_ref()) else { return Ok(None) };
        let (kind, label, is_patch) = (last.resource_type, last.label, last.is_patch);
        let facts = |attributes: &Attributes<'_>, warnings: &mut Vec<String>| {
            StateReader { attributes, file, resource: &raw.address }.read(warnings)
        };
        Ok(Some(Self {
            name: raw.address.clone(),
            address: ResourceAddress::parse(&raw.address),
            kind,
            // What is patched is there before, and stays when the patch goes.
            creates: does("create") && !is_patch,
            updates: does("update") || (does("create") && is_patch),
            deletes: does("delete") && !is_patch,
            before: before.as_ref().map(|before| facts(before, &mut Vec::new())).transpose()?,
            after: after.as_ref().map(|after| facts(after, warnings)).transpose()?,
            label,
        }))
    }

    /// Tells whether resources of a type are read, some of which only their attributes tell.
    pub fn is_read(name: &str, change: &ChangeRepresentation) -> bool {
        [&change.after, &change.before]
            .iter()
            .any(|values| Attributes::new(name, values, &Value::Null).is_some())
    }

    /// Returns the id of the one that exists.
    pub fn id(&self) -> Option<&str> {
        self.before.as_ref()?.id.as_deref()
    }

    /// Returns what the plan calls an attribute that was read.
    pub fn label<'a>(&self, attribute: &'a str) -> &'a str {
        self.label.unwrap_or(attribute)
    }
}
