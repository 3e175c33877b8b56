//! Records as objects of `NetBox`, and back. Pure.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::{Object, id_of};
use super::object_type::{
    DELETED_FIELD, DESCRIPTION, Field, Form, ID_FIELD, INTERFACE, MACHINE, OWNER_FIELD, ObjectType, PREFIX,
    SEEN_FIELD, SITE, TAG,
};
use crate::sync::{FieldValue, Fields, OwnerMark};

/// The type of what has services and disks.
const MACHINE_TYPE: &str = "virtualization.virtualmachine";
/// The type of what addresses are assigned to.
const INTERFACE_TYPE: &str = "virtualization.vminterface";
/// How the names of our custom fields begin.
const OWN_FIELDS: &str = "netcensus_";
/// The type of what prefixes and clusters are in.
const SITE_TYPE: &str = "dcim.site";

/// The ids of objects by key, and back.
#[derive(Debug, Default)]
pub struct ObjectIndex {
    keys: HashMap<(String, u64), String>,
    ids: HashMap<String, HashMap<String, u64>>,
}

impl ObjectIndex {
    /// Adds an object. Of several with one key the first is the one that the key leads to.
    pub fn insert(&mut self, kind: &str, key: &str, id: u64) {
        self.keys.insert((kind.to_owned(), id), key.to_owned());
        self.ids.entry(kind.to_owned()).or_default().entry(key.to_owned()).or_insert(id);
    }

    /// Returns the id of the object with this key.
    #[must_use]
    pub fn id(&self, kind: &str, key: &str) -> Option<u64> {
        self.ids.get(kind)?.get(key).copied()
    }

    /// Returns the key of an object; one that is no key of ours where the object is not known.
    #[must_use]
    pub fn key(&self, kind: &str, id: u64) -> String {
        self.keys.get(&(kind.to_owned(), id)).cloned().unwrap_or_else(|| foreign_key(id))
    }
}

/// Returns the key of an object that corresponds to no record.
#[must_use]
pub fn foreign_key(id: u64) -> String {
    format!("#{id}")
}

/// Returns the key of an object that is found by its slug.
#[must_use]
pub fn slug_key(slug: &str) -> String {
    format!("slug/{slug}")
}

/// Tells whether a key is none of a record of ours, which begin with a cloud.
#[must_use]
pub fn is_foreign_key(key: &str) -> bool {
    key.starts_with('#') || key.starts_with("slug/")
}

/// Returns the mark of the owner of an object.
#[must_use]
pub fn owner_mark(object: &Object) -> Option<OwnerMark> {
    custom_field(object, OWNER_FIELD)?.parse().ok()
}

/// Returns the key in an object.
#[must_use]
pub fn key_of(object: &Object) -> Option<&str> {
    custom_field(object, ID_FIELD)
}

/// Returns when the inventory was taken that an object was last written from.
#[must_use]
pub fn seen_at(object: &Object) -> Option<Timestamp> {
    custom_field(object, SEEN_FIELD)?.parse().ok()
}

/// Returns when an object was marked as deleted.
#[must_use]
pub fn marked_at(object: &Object) -> Option<Timestamp> {
    custom_field(object, DELETED_FIELD)?.parse().ok()
}

fn custom_field<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get("custom_fields")?.get(name)?.as_str()
}

/// Lists what people added to an object of ours.
#[must_use]
pub fn additions(object: &Object, object_type: &ObjectType, is_description_ours: bool) -> Vec<String> {
    let is_ours = |name: &str| name == DESCRIPTION && is_description_ours;
    let names = [DESCRIPTION, "comments"].iter().chain(peoples_fields(object_type.kind));
    let names = names.filter(|name| !is_ours(name) && object.get(**name).is_some_and(is_filled));
    let mut added: Vec<String> = names.map(|name| (*name).to_owned()).collect();
    let custom = object.get("custom_fields").and_then(Value::as_object).into_iter().flatten();
    let custom = custom.filter(|(name, value)| !name.starts_with(OWN_FIELDS) && is_filled(value));
    added.extend(custom.map(|(name, _)| format!("custom field {name}")));
    let tags = object.get("tags").and_then(Value::as_array).into_iter().flatten();
    let tags = tags.filter_map(|tag| tag["slug"].as_str()).filter(|slug| *slug != TAG);
    added.extend(tags.map(|slug| format!("tag {slug}")));
    added
}

/// The fields of a kind that netcensus never writes, apart from those that all kinds have.
fn peoples_fields(kind: &str) -> &'static [&'static str] {
    match kind {
        MACHINE => &["role", "platform", "local_context_data"],
        INTERFACE => &["untagged_vlan", "tagged_vlans"],
        PREFIX => &["vlan"],
        _ => &[],
    }
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Returns the names that a list is asked for, so that it has no more than is read.
#[must_use]
pub fn field_names(object_type: &ObjectType) -> String {
    let mut names = vec!["id", "custom_fields", "tags", DESCRIPTION, "comments"];
    for Field { name, form } in object_type.fields {
        match form {
            Form::Custom => {}
            Form::Interface => names.extend(["assigned_object_type", "assigned_object_id"]),
            Form::Site => names.extend(["scope_type", "scope_id"]),
            _ => names.push(name),
        }
    }
    names.extend(peoples_fields(object_type.kind));
    names.sort_unstable();
    names.dedup();
    names.join(",")
}

/// Reads the fields of an object.
#[must_use]
pub fn read_fields(object: &Object, object_type: &ObjectType, index: &ObjectIndex) -> Fields {
    object_type.fields.iter().map(|field| (field.name.to_owned(), read_field(object, field, index))).collect()
}

/// Reads one field of an object.
#[must_use]
pub fn read_field(object: &Object, field: &Field, index: &ObjectIndex) -> FieldValue {
    let value = object.get(field.name).unwrap_or(&Value::Null);
    let other = |kind: &str, id: Option<u64>| {
        id.map_or(FieldValue::Empty, |id| FieldValue::Reference {
            kind: kind.to_owned(),
            key: index.key(kind, id),
        })
    };
    match field.form {
        Form::Text | Form::NullableText => FieldValue::from_text(value.as_str()),
        Form::Boolean => value.as_bool().map_or(FieldValue::Empty, FieldValue::Boolean),
        Form::Choice => FieldValue::from_text(value["value"].as_str()),
        Form::Custom => FieldValue::from_text(custom_field(object, field.name)),
        Form::Number => read_number(value),
        Form::Object(kind) | Form::LaterObject(kind) => other(kind, value["id"].as_u64()),
        Form::Interface => read_typed(object, "assigned_object", INTERFACE_TYPE, |id| other(INTERFACE, id)),
        Form::Site => read_typed(object, "scope", SITE_TYPE, |id| other(SITE, id)),
    }
}

/// Reads a number. `NetBox` writes those with decimals as `2.0`, some versions as text.
fn read_number(value: &Value) -> FieldValue {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match number {
        None => FieldValue::Empty,
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and counts processors")]
        Some(number) if number.fract() == 0.0 => FieldValue::Number(number as i64),
        Some(number) => FieldValue::Text(number.to_string()),
    }
}

/// Reads a reference to an object whose type is in a field of its own.
fn read_typed(
    object: &Object,
    field: &str,
    expected: &str,
    read: impl Fn(Option<u64>) -> FieldValue,
) -> FieldValue {
    let id = object.get(&format!("{field}_id")).and_then(Value::as_u64);
    match object.get(&format!("{field}_type")).and_then(Value::as_str) {
        Some(object_type) if object_type != expected => {
            FieldValue::Text(format!("{object_type} {}", id.unwrap_or_default()))
        }
        _ => read(id),
    }
}

/// Writes fields of a record of this type.
///
/// # Errors
/// When they refer to what does not exist in `NetBox`: its kind and key.
pub fn write_fields<'f>(
    fields: impl IntoIterator<Item = (&'f str, &'f FieldValue)>,
    object_type: &ObjectType,
    index: &ObjectIndex,
) -> Result<Object, (String, String)> {
    let mut object = Object::new();
    for (name, value) in fields {
        let Some(field) = object_type.fields.iter().find(|field| field.name == name) else { continue };
        let written = match value {
            FieldValue::Reference { kind, key } => {
                let missing = || (kind.clone(), key.clone());
                Value::from(index.id(kind, key).ok_or_else(missing)?)
            }
            FieldValue::Empty if field.form == Form::Text => Value::from(""),
            value => value.to_json(),
        };
        write_field(&mut object, field, written);
    }
    Ok(object)
}

fn write_field(object: &mut Object, field: &Field, value: Value) {
    let mut typed = |name: &str, type_name: &str, id: Value| {
        let type_name = if id.is_null() { Value::Null } else { type_name.into() };
        object.insert(format!("{name}_type"), type_name);
        object.insert(format!("{name}_id"), id);
    };
    match field.form {
        Form::Interface => typed("assigned_object", INTERFACE_TYPE, value),
        Form::Site => typed("scope", SITE_TYPE, value),
        Form::Custom => put_custom_field(object, field.name, value),
        _ => drop(object.insert(field.name.to_owned(), value)),
    }
}

/// Puts a custom field into an object; those that are not named stay as they are.
pub fn put_custom_field(object: &mut Object, name: &str, value: Value) {
    let fields = object.entry("custom_fields").or_insert(Value::Null);
    if !fields.is_object() {
        *fields = json!({});
    }
    fields[name] = value;
}

/// The fields that say what an object belongs to.
pub const DEPENDENT_FIELDS: &str = "id,name,virtual_machine,parent_object_type,parent_object_id,assigned_object_type,\
                                    assigned_object_id,object_type,object_id";

/// Reads which objects others belong to and would go with, by type and id.
#[must_use]
pub fn dependents<'o>(
    lists: impl IntoIterator<Item = (&'static str, &'o Object)>,
) -> HashMap<(String, u64), Vec<String>> {
    let mut dependents: HashMap<(String, u64), Vec<String>> = HashMap::new();
    for (what, object) in lists {
        let typed = ["parent_object", "assigned_object", "object"].iter().find_map(|field| {
            let type_name = object.get(&format!("{field}_type"))?.as_str()?;
            Some((type_name.to_owned(), object.get(&format!("{field}_id"))?.as_u64()?))
        });
        // Interfaces, disks, and services before 4.3.
        let machine = || Some((MACHINE_TYPE.to_owned(), object.get("virtual_machine")?["id"].as_u64()?));
        let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
        if let Some(parent) = typed.or_else(machine) {
            let text = format!("{what} {name}");
            dependents.entry(parent).or_default().push(text.trim_end().to_owned());
        }
    }
    dependents
}

/// Returns the id of an object that `NetBox` sent.
#[must_use]
pub fn place_of(object: &Object) -> u64 {
    id_of(object).unwrap_or_default()
}
