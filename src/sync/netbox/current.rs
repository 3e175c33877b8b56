//! Objects as they are just before they are changed or deleted: many are read at once, because a request takes longer than
//! an object in it.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use reqwest::header::HeaderValue;
use serde_json::Value;

use super::client::{NetboxClient, Object, RequestError, id_of};
use super::object_type::{INTERFACE, MACHINE, ObjectType};
use super::objects::{DEPENDENT_FIELDS, dependents, field_names};

/// What belongs to an object and would go with it: the list, and its filter by the object.
type ChildList = (&'static str, &'static str);

const OF_MACHINE: [ChildList; 3] = [
    ("virtualization/interfaces/", "virtual_machine_id"),
    ("virtualization/virtual-disks/", "virtual_machine_id"),
    ("ipam/services/", "virtual_machine_id"),
];
const OF_INTERFACE: [ChildList; 2] =
    [("ipam/ip-addresses/", "vminterface_id"), ("dcim/mac-addresses/", "vminterface_id")];

/// Objects of one type as they are now.
#[derive(Debug, Default)]
pub struct CurrentObjects {
    objects: HashMap<u64, Object>,
    parents: BTreeSet<u64>,
}

impl CurrentObjects {
    /// Reads the objects with these ids. Those that are not there any more are left out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read(
        client: &NetboxClient,
        object_type: &ObjectType,
        ids: &[u64],
    ) -> Result<Self, RequestError> {
        let mut query = filter("id", ids);
        query.push(("fields", format!("{},last_updated", field_names(object_type))));
        // The filter may have been ignored.
        let listed = client.list(object_type.path, &query).await?.into_iter();
        let objects = listed.filter_map(|object| Some((id_of(&object)?, object)));
        let objects = objects.filter(|(id, _)| ids.contains(id)).collect();
        Ok(Self { objects, parents: BTreeSet::new() })
    }

    /// Reads which of these objects others belong to: `NetBox` would delete them too.
    ///
    /// # Errors
    /// When these cannot be read.
    pub async fn read_parents(
        mut self,
        client: &NetboxClient,
        object_type: &ObjectType,
    ) -> Result<Self, RequestError> {
        let lists: &[ChildList] = match object_type.kind {
            MACHINE => &OF_MACHINE,
            INTERFACE => &OF_INTERFACE,
            _ => &[],
        };
        let ids: Vec<u64> = self.objects.keys().copied().collect();
        for (path, name) in lists.iter().filter(|_| !ids.is_empty()) {
            let (children, unknown) = list_children(client, path, name, &ids).await?;
            self.parents.extend(unknown);
            let found = dependents(children.iter().map(|child| (*path, child)));
            self.parents
                .extend(found.into_keys().filter(|(kind, _)| kind == object_type.name).map(|(_, id)| id));
        }
        Ok(self)
    }

    /// Returns the object with this id, if it is there.
    #[must_use]
    pub fn object(&self, id: u64) -> Option<&Object> {
        self.objects.get(&id)
    }

    /// Tells whether others belong to the object, as [`read_parents`](Self::read_parents) found.
    #[must_use]
    pub fn is_parent(&self, id: u64) -> bool {
        self.parents.contains(&id)
    }
}

/// Lists what belongs to any of these objects, and perhaps others; and the objects of which that cannot be told.
async fn list_children(
    client: &NetboxClient,
    path: &str,
    name: &str,
    ids: &[u64],
) -> Result<(Vec<Object>, Vec<u64>), RequestError> {
    match list_filtered(client, path, name, ids).await {
        // One that was deleted meanwhile is no valid value, and fails the filter for all.
        Err(error) if error.is_invalid() && ids.len() > 1 => {
            let (mut children, mut unknown) = (Vec::new(), Vec::new());
            for id in ids {
                match list_filtered(client, path, name, &[*id]).await {
                    Err(error) if error.is_invalid() => unknown.push(*id),
                    listed => children.extend(listed?),
                }
            }
            Ok((children, unknown))
        }
        listed => Ok((listed?, Vec::new())),
    }
}

async fn list_filtered(
    client: &NetboxClient,
    path: &str,
    name: &str,
    ids: &[u64],
) -> Result<Vec<Object>, RequestError> {
    let mut query = filter(name, ids);
    query.push(("fields", DEPENDENT_FIELDS.to_owned()));
    client.list(path, &query).await
}

fn filter<'n>(name: &'n str, ids: &[u64]) -> Vec<(&'n str, String)> {
    ids.iter().map(|id| (name, id.to_string())).collect()
}

/// Returns the `ETag` of an object in a list, which has none: `NetBox` makes it of the time of the last change (4.6 and later).
/// A version that makes it otherwise refuses it (412), and then the object is read by itself.
#[must_use]
pub fn etag_of_listed(object: &Object) -> Option<HeaderValue> {
    let at: Timestamp = object.get("last_updated").and_then(Value::as_str)?.parse().ok()?;
    // As Python writes a time: no fraction, or six digits.
    let format = if at.subsec_microsecond() == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S.%6f" };
    HeaderValue::from_str(&format!("W/\"{}+00:00\"", at.strftime(format))).ok()
}
