//! `NetBox` as a registry.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::apply::{NetboxApplication, REQUESTS_AT_ONCE};
use super::client::{NetboxClient, Object};
use super::init::{create_missing, find_missing};
use super::mapping::map_inventory;
use super::object_type::{
    DESCRIPTION, IP_ADDRESS, MACHINE, MAINTAINED, OBJECT_TYPES, ObjectType, REFERENCED, SITE, TENANT,
};
use super::objects::{
    DEPENDENT_FIELDS, ObjectIndex, additions, dependents, field_names, foreign_key, is_foreign_key, key_of,
    marked_at, owner_mark, place_of, read_fields, seen_at, slug_key,
};
use crate::config::NetboxSettings;
use crate::diagnostic::Diagnostic;
use crate::model::{Inventory, Kind, Provider, Scope};
use crate::sync::{
    AppliedStep, ApplyProgress, ExistingRecord, FieldValue, Fields, MappedRecords, Owner, Record,
    RecordPlace, SyncPlan, SyncTarget,
};

/// Objects that belong to another and of which netcensus knows nothing: they would go with it.
const DEPENDENTS: [(&str, &str); 5] = [
    ("service", "ipam/services/"),
    ("virtual disk", "virtualization/virtual-disks/"),
    ("journal entry", "extras/journal-entries/"),
    ("contact", "tenancy/contact-assignments/"),
    ("image", "extras/image-attachments/"),
];

/// A `NetBox` that is kept true.
pub struct NetboxTarget {
    name: String,
    location: String,
    settings: NetboxSettings,
    client: NetboxClient,
    kinds: Vec<&'static str>,
    maintained: Vec<String>,
    /// The objects of the last reading.
    index: Mutex<ObjectIndex>,
}

/// An object that was read, and what it is.
struct ReadObject {
    object_type: &'static ObjectType,
    object: Object,
    key: String,
    owner: Owner,
    scope: Scope,
}

impl NetboxTarget {
    /// Makes the target `name`. Nothing is sent.
    ///
    /// # Errors
    /// When no requests can be sent.
    pub fn new(name: &str, settings: NetboxSettings, token: &str) -> Result<Self, Diagnostic> {
        let client = NetboxClient::new(&settings.url, token)?;
        let kinds = OBJECT_TYPES
            .iter()
            .map(|object_type| object_type.kind)
            .filter(|kind| !settings.leave_out.contains(*kind));
        let maintained = MAINTAINED.iter().filter(|field| !settings.managed_fields.contains(**field));
        Ok(Self {
            name: name.to_owned(),
            location: settings.url.to_string(),
            client,
            kinds: kinds.collect(),
            maintained: maintained.map(ToString::to_string).collect(),
            settings,
            index: Mutex::default(),
        })
    }

    async fn read_all(&self, wanted: &[Record]) -> Result<Vec<ExistingRecord>, Diagnostic> {
        let missing = find_missing(&self.client).await?;
        if !missing.is_empty() {
            let what: Vec<&str> = missing.iter().map(super::init::Missing::description).collect();
            return Err(Diagnostic::new(format!("{} has no {}", self.location, what.join(", ")))
                .remedy(format!("run `netcensus sync {} --init --apply`, which creates them", self.name)));
        }
        let mut index = ObjectIndex::default();
        self.read_referenced(&mut index).await?;
        let found = self.read_objects(wanted, &mut index).await?;
        self.check_slugs(&index)?;
        let dependents = self.read_dependents().await?;
        let records = found.iter().map(|found| self.existing(found, &index, &dependents));
        let records = records.filter(concerns_us).collect();
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = index;
        Ok(records)
    }

    async fn list(&self, path: &str, fields: String) -> Result<Vec<Object>, Diagnostic> {
        self.client.list(path, &[("fields", fields)]).await.map_err(|error| error.diagnostic)
    }

    /// Lists the objects of several paths, not all at once: `NetBox` has few workers.
    async fn lists(
        &self,
        lists: impl Iterator<Item = (&'static str, String)> + Send,
    ) -> Result<Vec<Vec<Object>>, Diagnostic> {
        let lists: Vec<_> = lists.map(|(path, fields)| self.list(path, fields).boxed()).collect();
        stream::iter(lists).buffered(REQUESTS_AT_ONCE).try_collect().await
    }

    async fn read_referenced(&self, index: &mut ObjectIndex) -> Result<(), Diagnostic> {
        for (kind, path) in REFERENCED {
            for object in self.list(path, "id,slug".to_owned()).await? {
                if let Some(slug) = object.get("slug").and_then(Value::as_str) {
                    index.insert(kind, &slug_key(slug), place_of(&object));
                }
            }
        }
        Ok(())
    }

    /// Reads all objects, and says which record each is.
    async fn read_objects(
        &self,
        wanted: &[Record],
        index: &mut ObjectIndex,
    ) -> Result<Vec<ReadObject>, Diagnostic> {
        // Also of kinds that are left out: they hang on what may be deleted, and would go with it.
        let lists = self
            .lists(OBJECT_TYPES.iter().map(|object_type| (object_type.path, field_names(object_type))))
            .await?;
        let mut all = Vec::new();
        for (object_type, mut objects) in OBJECT_TYPES.iter().zip(lists) {
            // A key leads to our object, whatever else has it.
            objects.sort_by_key(|object| (owner_mark(object).is_none(), place_of(object)));
            let natural = NaturalKeys::new(object_type, wanted, &objects);
            for object in objects {
                let found = self.identify(object_type, object, &natural, index);
                index.insert(object_type.kind, &found.key, place_of(&found.object));
                all.push(found);
            }
        }
        Ok(all)
    }

    /// Says which record an object is.
    fn identify(
        &self,
        object_type: &'static ObjectType,
        object: Object,
        natural: &NaturalKeys<'_>,
        index: &ObjectIndex,
    ) -> ReadObject {
        let mark = owner_mark(&object);
        let owner = mark.as_ref().map_or(Owner::Foreign, |mark| mark.owner(&self.name));
        let slug = object.get("slug").and_then(Value::as_str).map(str::to_owned);
        // The configuration says that people maintain it.
        let is_configured = object_type.kind == TENANT
            && slug.as_ref().is_some_and(|slug| self.settings.tenants.values().any(|known| known == slug));
        let key = match key_of(&object) {
            _ if is_configured => None,
            Some(key) if mark.is_some() || natural.has_key(key) => Some(key.to_owned()),
            _ => natural.key(&read_fields(&object, object_type, index)),
        };
        let key = key
            .or_else(|| slug.map(|slug| slug_key(&slug)))
            .unwrap_or_else(|| foreign_key(place_of(&object)));
        ReadObject { object_type, object, key, owner, scope: mark.map_or_else(no_scope, |mark| mark.scope) }
    }

    fn check_slugs(&self, index: &ObjectIndex) -> Result<(), Diagnostic> {
        for (kind, key, slugs) in
            [(TENANT, "tenants", &self.settings.tenants), (SITE, "sites", &self.settings.sites)]
        {
            for slug in slugs.values().collect::<BTreeSet<_>>() {
                if index.id(kind, &slug_key(slug)).is_none() {
                    let message = format!("{} has no {kind} with the slug `{slug}`", self.location);
                    let remedy = format!("create it, or change `{key}` in [sync.{}]", self.name);
                    return Err(Diagnostic::new(message).remedy(remedy));
                }
            }
        }
        Ok(())
    }

    /// Reads which objects have others that would go with them.
    async fn read_dependents(&self) -> Result<HashMap<(String, u64), Vec<String>>, Diagnostic> {
        let lists = DEPENDENTS.iter().map(|(_, path)| (*path, DEPENDENT_FIELDS.to_owned()));
        let lists = self.lists(lists).await?;
        let objects = DEPENDENTS
            .iter()
            .zip(&lists)
            .flat_map(|((what, _), list)| list.iter().map(|object| (*what, object)));
        Ok(dependents(objects))
    }

    fn existing(
        &self,
        found: &ReadObject,
        index: &ObjectIndex,
        dependents: &HashMap<(String, u64), Vec<String>>,
    ) -> ExistingRecord {
        let ReadObject { object_type, object, key, owner, scope } = found;
        let id = place_of(object);
        let mut additions = additions(object, object_type, self.is_description_ours());
        additions.extend(dependents.get(&(object_type.name.to_owned(), id)).into_iter().flatten().cloned());
        ExistingRecord {
            record: Record {
                kind: object_type.kind.to_owned(),
                key: key.clone(),
                scope: scope.clone(),
                fields: read_fields(object, object_type, index),
            },
            place: RecordPlace { id: id.to_string(), version: None },
            owner: owner.clone(),
            seen_at: seen_at(object),
            marked_at: marked_at(object),
            additions,
        }
    }

    fn is_description_ours(&self) -> bool {
        self.settings.managed_fields.contains(DESCRIPTION)
    }
}

impl SyncTarget for NetboxTarget {
    fn location(&self) -> &str {
        &self.location
    }

    fn kinds(&self) -> &[&'static str] {
        &self.kinds
    }

    fn inventory_kinds(&self) -> &[Kind] {
        &[Kind::Networks, Kind::Subnets, Kind::Instances, Kind::Interfaces]
    }

    fn maintained_fields(&self, _: &str) -> &[String] {
        &self.maintained
    }

    fn unique_fields(&self, kind: &str) -> &'static [&'static str] {
        // The tenant too, but the machines of a cluster have the same one.
        if kind == MACHINE { &["name", "cluster"] } else { &[] }
    }

    fn map(&self, inventory: &Inventory) -> MappedRecords {
        map_inventory(inventory, &self.settings)
    }

    fn check(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(async { self.client.version().await.map(drop).map_err(|error| error.diagnostic) })
    }

    fn prepare(&self) -> BoxFuture<'_, Result<Vec<String>, Diagnostic>> {
        Box::pin(async {
            let missing = find_missing(&self.client).await?;
            create_missing(&self.client, &missing).await?;
            Ok(missing.iter().map(|missing| format!("created the {}", missing.description())).collect())
        })
    }

    fn read<'a>(&'a self, wanted: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
        Box::pin(self.read_all(wanted))
    }

    fn apply<'a>(
        &'a self,
        plan: &'a SyncPlan,
        progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Vec<AppliedStep>> {
        let index = std::mem::take(&mut *self.index.lock().unwrap_or_else(PoisonError::into_inner));
        let application =
            NetboxApplication::new(&self.client, plan, index, self.is_description_ours(), progress);
        Box::pin(application.run())
    }
}

/// The records of a type by the fields that an object which people made has in common with them.
struct NaturalKeys<'a> {
    object_type: &'static ObjectType,
    keys: HashSet<&'a str>,
    by_fields: HashMap<String, &'a str>,
}

impl<'a> NaturalKeys<'a> {
    /// Indexes the wanted records, if there is any object that is not ours.
    fn new(object_type: &'static ObjectType, wanted: &'a [Record], objects: &[Object]) -> Self {
        let (mut keys, mut by_fields) = (HashSet::new(), HashMap::new());
        if objects.iter().any(|object| owner_mark(object).is_none()) {
            for record in wanted.iter().filter(|record| record.kind == object_type.kind) {
                keys.insert(record.key.as_str());
                if let Some(fields) = natural_fields(object_type, &record.fields) {
                    by_fields.insert(fields, record.key.as_str());
                }
            }
        }
        Self { object_type, keys, by_fields }
    }

    fn has_key(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    fn key(&self, fields: &Fields) -> Option<String> {
        self.by_fields.get(&natural_fields(self.object_type, fields)?).map(ToString::to_string)
    }
}

/// Writes the fields that identify an object which people made; `None` if it lacks them.
fn natural_fields(object_type: &ObjectType, fields: &Fields) -> Option<String> {
    let is_global = fields.get("vrf").is_none_or(|vrf| *vrf == FieldValue::Empty);
    let value = |name: &&str| match fields.get(*name)? {
        FieldValue::Empty => None,
        // Names are unique whatever their case, addresses of the global table whatever their mask.
        FieldValue::Text(text) if object_type.kind == MACHINE => Some(FieldValue::Text(text.to_lowercase())),
        FieldValue::Text(text) if object_type.kind == IP_ADDRESS && is_global => {
            Some(FieldValue::Text(text.split('/').next().unwrap_or(text).to_owned()))
        }
        value => Some(value.clone()),
    };
    let values: Vec<Option<FieldValue>> = object_type.natural_key.iter().map(value).collect();
    values.iter().any(Option::is_some).then(|| format!("{values:?}"))
}

/// Tells whether a record is ours, in the place of one of ours, or refers to one. The rest of a `NetBox` may be large.
fn concerns_us(found: &ExistingRecord) -> bool {
    let is_ours = |key: &str| !is_foreign_key(key);
    found.owner != Owner::Foreign
        || is_ours(&found.record.key)
        || found.record.references().any(|(_, key)| is_ours(key))
}

/// The scope of what is not ours, which nothing is decided by.
fn no_scope() -> Scope {
    Scope { provider: Provider::External, account: String::new(), region: None, kind: Kind::Networks }
}
