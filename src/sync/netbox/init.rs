//! What `NetBox` has to have before records are written: custom fields, a tag, types of clusters, roles of prefixes.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{NetboxClient, Object, id_of};
use super::mapping::{NETWORK_ROLE, SUBNET_ROLE, cluster_type_slug};
use super::object_type::{
    ARCHITECTURE_FIELD, DELETED_FIELD, Form, ID_FIELD, NAME_FIELD, OBJECT_TYPES, OWNER_FIELD, ObjectType,
    SEEN_FIELD, SIZE_FIELD, TAG, ZONE_FIELD,
};
use crate::diagnostic::Diagnostic;
use crate::model::Provider;

const CUSTOM_FIELDS: &str = "extras/custom-fields/";

/// The fields that only netcensus writes, and whose loss would make its objects those of people.
const OWN_FIELDS: [&str; 4] = [ID_FIELD, OWNER_FIELD, SEEN_FIELD, DELETED_FIELD];

/// An object that has to be there.
struct Requirement {
    /// What it is.
    what: String,
    /// The path of its list.
    path: &'static str,
    /// The field that it is found by, which `body` has.
    by: &'static str,
    /// What creates it.
    body: Object,
}

/// What is missing in `NetBox`.
pub struct Missing {
    requirement: Requirement,
    /// The id and the types of a custom field that is there, but not for all types.
    existing: Option<(u64, Vec<String>)>,
}

impl Missing {
    /// Says what is missing.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.requirement.what
    }
}

/// Lists what is missing.
///
/// # Errors
/// When it cannot be read, or something else has the name of a custom field.
pub async fn find_missing(client: &NetboxClient) -> Result<Vec<Missing>, Diagnostic> {
    let mut missing = Vec::new();
    let mut lists: Vec<(&str, Vec<Object>)> = Vec::new();
    for requirement in requirements() {
        if !lists.iter().any(|(path, _)| *path == requirement.path) {
            let list = client.list(requirement.path, &[]).await.map_err(|error| error.diagnostic)?;
            lists.push((requirement.path, list));
        }
        let list = lists.iter().find(|(path, _)| *path == requirement.path).map(|(_, list)| list);
        let is_it = |object: &&Object| object.get(requirement.by) == requirement.body.get(requirement.by);
        match list.into_iter().flatten().find(is_it) {
            None => missing.push(Missing { requirement, existing: None }),
            Some(object) if requirement.path == CUSTOM_FIELDS => {
                missing.extend(compare_field(requirement, object)?);
            }
            Some(_) => {}
        }
    }
    Ok(missing)
}

/// Compares a custom field with what it has to be.
fn compare_field(requirement: Requirement, object: &Object) -> Result<Option<Missing>, Diagnostic> {
    let expected = requirement.body.get("type");
    if object.get("type").map(|choice| &choice["value"]) != expected {
        let (name, expected) = (&requirement.what, expected.and_then(Value::as_str).unwrap_or_default());
        let message = format!("the {name} of NetBox has another type than `{expected}`");
        return Err(Diagnostic::new(message)
            .remedy("delete or rename it, then run `netcensus sync NAME --init --apply`"));
    }
    if requirement.body.get("unique") == Some(&Value::Bool(true))
        && object.get("unique").is_some_and(|unique| *unique == Value::Bool(false))
    {
        let message = format!("the {} of NetBox is not unique", requirement.what);
        return Err(Diagnostic::new(message)
            .remedy("set `unique` in NetBox: without it, two runs at once create objects twice"));
    }
    let types = |object: &Object| -> Vec<String> {
        let types = object.get("object_types").and_then(Value::as_array).into_iter().flatten();
        types.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    let (present, wanted) = (types(object), types(&requirement.body));
    if wanted.iter().all(|name| present.contains(name)) {
        return Ok(None);
    }
    let existing = id_of(object).map(|id| (id, present));
    Ok(Some(Missing { requirement, existing }))
}

/// Creates what is missing.
///
/// # Errors
/// When `NetBox` refuses it.
pub async fn create_missing(client: &NetboxClient, missing: &[Missing]) -> Result<(), Diagnostic> {
    for Missing { requirement, existing } in missing {
        let sent = match existing {
            None => {
                client
                    .send(Method::POST, requirement.path, Some(&requirement.body.clone().into()), None)
                    .await
            }
            Some((id, present)) => {
                let mut types = present.clone();
                let wanted =
                    requirement.body.get("object_types").and_then(Value::as_array).into_iter().flatten();
                types.extend(wanted.filter_map(|name| name.as_str().map(str::to_owned)));
                types.sort_unstable();
                types.dedup();
                let path = format!("{}{id}/", requirement.path);
                client.send(Method::PATCH, &path, Some(&json!({ "object_types": types })), None).await
            }
        };
        sent.map_err(|error| error.diagnostic.context(&requirement.what))?;
    }
    Ok(())
}

fn requirements() -> impl Iterator<Item = Requirement> {
    let slugs = [
        ("tag", "extras/tags/", TAG.to_owned(), "netcensus".to_owned()),
        ("role", "ipam/roles/", NETWORK_ROLE.to_owned(), "Cloud network".to_owned()),
        ("role", "ipam/roles/", SUBNET_ROLE.to_owned(), "Cloud subnet".to_owned()),
    ];
    let clusters = [(Provider::Aws, "AWS (netcensus)"), (Provider::Azure, "Azure (netcensus)")].map(
        |(provider, name)| {
            ("cluster type", "virtualization/cluster-types/", cluster_type_slug(provider), name.to_owned())
        },
    );
    let slugs = slugs.into_iter().chain(clusters).map(|(what, path, slug, name)| Requirement {
        what: format!("{what} {slug}"),
        path,
        by: "slug",
        body: object(json!({ "name": name, "slug": slug })),
    });
    custom_fields().chain(slugs)
}

fn custom_fields() -> impl Iterator<Item = Requirement> {
    let described = [
        (ID_FIELD, "Cloud ID", "What netcensus knows the object by"),
        (OWNER_FIELD, "Owner", "The target of netcensus that keeps the object up to date, and its scope"),
        (SEEN_FIELD, "Inventory", "When the inventory was taken that the object was last written from"),
        (DELETED_FIELD, "Deleted", "When netcensus found that the resource is gone"),
        (NAME_FIELD, "Cloud name", "The name in the cloud; of an interface its description"),
        (ZONE_FIELD, "Availability zone", "The availability zone"),
        (SIZE_FIELD, "Size", "The size of the machine"),
        (ARCHITECTURE_FIELD, "Architecture", "The architecture of the processors"),
    ];
    described.into_iter().map(|(name, label, description)| {
        let has = |object_type: &&ObjectType| {
            OWN_FIELDS.contains(&name)
                || object_type.fields.iter().any(|field| field.form == Form::Custom && field.name == name)
        };
        let types: Vec<&str> = OBJECT_TYPES.iter().filter(has).map(|object_type| object_type.name).collect();
        let mut body = object(json!({
            "name": name,
            "label": label,
            "description": description,
            "group_name": "netcensus",
            "type": if [SEEN_FIELD, DELETED_FIELD].contains(&name) { "datetime" } else { "text" },
            "object_types": types,
            "filter_logic": "exact",
        }));
        // Two runs at once cannot create an object twice.
        body.insert("unique".to_owned(), (name == ID_FIELD).into());
        body.insert("ui_editable".to_owned(), if OWN_FIELDS.contains(&name) { "no" } else { "yes" }.into());
        Requirement { what: format!("custom field {name}"), path: CUSTOM_FIELDS, by: "name", body }
    })
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
