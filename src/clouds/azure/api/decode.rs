//! Decodes one resource by itself, losing as little as can be of what real answers write in more than one way.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::clouds::meter;
use crate::model::Tags;

/// A resource that could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedItem {
    /// Its id, or its name where it has none.
    pub id: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for MalformedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id.as_deref().unwrap_or("a resource without id"), self.why)
    }
}

impl std::error::Error for MalformedItem {}

/// A resource that an answer lists.
pub trait ArmResource {
    /// Returns its id as the answer writes it.
    fn id(&self) -> Option<&str>;

    /// Lists the resources inside it that could not be decoded and are missing from it.
    fn malformed(&self) -> Vec<&MalformedItem> {
        Vec::new()
    }
}

/// Decodes one item of a page.
///
/// # Errors
/// [`MalformedItem`], when a field that we read is not of the type the API documents.
pub fn decode_item<T: DeserializeOwned>(raw: &str) -> Result<T, MalformedItem> {
    // serde would take the elements of a list for fields, in their order: a row of Resource Graph's table form.
    if raw.trim_start().starts_with('[') {
        return Err(MalformedItem { id: None, why: "a list where a resource was expected".to_owned() });
    }
    serde_json::from_str(raw).map_err(|error| MalformedItem { id: name_of(raw), why: error.to_string() })
}

/// Names an item that has no id, by which it could be identified.
pub fn without_id(raw: &str) -> MalformedItem {
    MalformedItem { id: name_of(raw), why: "its id is missing or empty".to_owned() }
}

/// Finds what a broken item is called.
fn name_of(raw: &str) -> Option<String> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let text = |key: &str| value.get(key)?.as_str().filter(|text| !text.trim().is_empty());
    text("id").or_else(|| text("name")).map(str::to_owned)
}

/// Takes `null` for absent.
pub fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Decodes a list element by element; an element of another form is left out and noted.
pub fn lenient_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let elements: Vec<Box<RawValue>> = null_as_default(from)?;
    Ok(elements.iter().filter_map(|element| decode(element.get())).collect())
}

fn decode<T: DeserializeOwned>(raw: &str) -> Option<T> {
    match serde_json::from_str::<Option<T>>(raw) {
        Ok(element) => element,
        Err(error) => {
            tracing::debug!(raw, %error, "the element of a list is not what it should be");
            meter::note_oddity(format!("an element of a list: {error}"));
            None
        }
    }
}

/// Decodes a number, which some services write as text; anything else is no number, and noted.
pub fn lenient_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let value = Value::deserialize(from)?;
    let number = match &value {
        Value::Null => return Ok(None),
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| number.try_into().ok()),
    };
    if number.is_none() {
        meter::note_oddity(format!("`{value}` is not a number"));
    }
    Ok(number)
}

/// Decodes tags. Values are texts by contract; `null`, numbers and the like have been seen and stay as text.
pub fn lenient_tags<'de, D: Deserializer<'de>>(from: D) -> Result<Tags, D::Error> {
    match Value::deserialize(from)? {
        Value::Object(tags) => Ok(tags.into_iter().map(|(key, value)| (key, text(value))).collect()),
        Value::Null => Ok(Tags::new()),
        other => {
            tracing::debug!(%other, "tags that are not an object");
            meter::note_oddity("tags that are not an object");
            Ok(Tags::new())
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The resources that another one holds, such as a network's subnets, each decoded by itself.
#[derive(Debug, Clone)]
pub struct LenientList<T> {
    /// Those that could be decoded.
    pub read: Vec<T>,
    /// Those that could not.
    pub malformed: Vec<MalformedItem>,
}

// Derived, it would ask for a default of `T`.
impl<T> Default for LenientList<T> {
    fn default() -> Self {
        Self { read: Vec::new(), malformed: Vec::new() }
    }
}

impl<T> LenientList<T> {
    /// Tells whether there is nothing, not even what could not be decoded.
    pub const fn is_none(&self) -> bool {
        self.read.is_empty() && self.malformed.is_empty()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for LenientList<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parts(from, |_, _| None)
    }
}

/// Decodes parts that become rows of their own: one without an id is malformed.
pub fn identified_children<'de, D, T>(from: D) -> Result<LenientList<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + ArmResource,
{
    parts(from, |part: &T, raw| {
        let id = part.id().unwrap_or_default().trim();
        if id.is_empty() {
            return Some(without_id(raw));
        }
        let why = || "it is not the id of a resource".to_owned();
        (!id.starts_with('/')).then(|| MalformedItem { id: Some(id.to_owned()), why: why() })
    })
}

/// Decodes a list part by part; `check` says what is wrong with one that could be decoded.
fn parts<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
    check: impl Fn(&T, &str) -> Option<MalformedItem>,
) -> Result<LenientList<T>, D::Error> {
    let raw: Vec<Box<RawValue>> = null_as_default(from)?;
    // Most lists have one part, for which a vector that grows has room for four.
    let mut parts = LenientList { read: Vec::with_capacity(raw.len()), malformed: Vec::new() };
    for raw in raw {
        match decode_item::<Option<T>>(raw.get()) {
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

/// A thing inside a resource, such as a subnet of a network: an id, a name and properties.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound = "P: Deserialize<'de> + Default")]
pub struct ChildResource<P> {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    #[serde(deserialize_with = "null_as_default")]
    pub properties: P,
}

impl<P> ArmResource for ChildResource<P> {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// A reference: an object with an `id`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceRef {
    /// Id of the resource.
    pub id: Option<String>,
}

#[derive(Deserialize)]
struct RefObject {
    id: Option<String>,
}

impl From<RefObject> for ResourceRef {
    fn from(object: RefObject) -> Self {
        Self { id: object.id.filter(|id| !id.is_empty()) }
    }
}

impl From<String> for ResourceRef {
    fn from(id: String) -> Self {
        Self { id: Some(id).filter(|id| !id.is_empty()) }
    }
}

impl<'de> Deserialize<'de> for ResourceRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        id_or_object::<D, RefObject, Self>(from)
    }
}

/// Decodes an object, or the plain id that stands for it in some answers: Microsoft's own example of
/// `VirtualWans_List`, API version 2024-03-01, lists hubs as texts.
///
/// serde's `untagged` would read the object into a form of its own first, which [`super::LenientList`] cannot be
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{
        HubConnection, ListedSubscription, ListedTenant, Nic, PrivateEndpoint, PublicIpAddress, ScaleSetVm,
        Sku, VirtualHub, VirtualMachine, VirtualNetwork, VmScaleSet,
    };
    use super::*;

    fn read<T: DeserializeOwned>(value: &Value) -> Result<T, MalformedItem> {
        decode_item(&value.to_string())
    }

    #[test]
    fn null_is_as_good_as_absent() {
        let network: VirtualNetwork =
            read(&json!({"id": "/n", "name": null, "tags": null, "properties": null, "etag": 5})).unwrap();
        assert_eq!((network.id(), network.name.as_deref()), (Some("/n"), None));
        let network: VirtualNetwork =
            read(&json!({"id": "/n", "properties": {"addressSpace": null, "subnets": null}})).unwrap();
        assert!(network.properties.subnets.read.is_empty());
    }

    #[test]
    fn a_broken_item_is_named() {
        let broken = read::<VirtualMachine>(&json!({"id": "/vm", "properties": {"hardwareProfile": "big"}}))
            .unwrap_err();
        assert_eq!(broken.id.as_deref(), Some("/vm"));
        assert!(broken.to_string().starts_with("/vm: invalid type"), "{broken}");
        let broken = read::<VirtualMachine>(&json!({"id": 5, "name": "vm"})).unwrap_err();
        assert_eq!(broken.id.as_deref(), Some("vm"));
        let broken = read::<VirtualMachine>(&json!(["/vm", "vm", "westus"])).unwrap_err();
        assert_eq!(broken.to_string(), "a resource without id: a list where a resource was expected");
    }

    #[test]
    fn a_broken_part_is_named_and_its_neighbours_stay() {
        let network: VirtualNetwork = read(&json!({"id": "/n", "properties": {"subnets": [
            {"id": "/n/subnets/a", "properties": {"addressPrefix": "10.0.0.0/24"}},
            {"id": "/n/subnets/b", "properties": {"addressPrefix": 10}},
            null,
        ], "virtualNetworkPeerings": [{"id": "/n/peerings/p", "properties": 1}]}}))
        .unwrap();
        assert_eq!(network.properties.subnets.read.len(), 1);
        let named: Vec<_> = network.malformed().iter().map(|part| part.id.clone().unwrap()).collect();
        assert_eq!(named, ["/n/subnets/b", "/n/peerings/p"]);
    }

    #[test]
    fn every_kind_names_the_parts_it_lacks() {
        let nic: Nic =
            read(&json!({"id": "/n", "properties": {"ipConfigurations": [{"id": "/n/c", "name": 1}]}}))
                .unwrap();
        assert_eq!(nic.malformed()[0].id.as_deref(), Some("/n/c"));
        let references = json!({"networkProfile": {"networkInterfaces": [{"id": "/nic", "properties": 1}]}});
        let machine: VirtualMachine = read(&json!({"id": "/m", "properties": references})).unwrap();
        assert_eq!(machine.malformed()[0].id.as_deref(), Some("/nic"));
        let machine: ScaleSetVm = read(&json!({"id": "/m", "properties": references})).unwrap();
        assert_eq!(machine.malformed()[0].id.as_deref(), Some("/nic"));
        let hub: VirtualHub =
            read(&json!({"id": "/h", "properties": {"virtualNetworkConnections": [{"id": "/h/c", "properties": 1}]}})).unwrap();
        assert_eq!(hub.malformed()[0].id.as_deref(), Some("/h/c"));
        assert_eq!(
            read::<ListedTenant>(&json!({"id": "/tenants/t"})).unwrap().malformed(),
            Vec::<&MalformedItem>::new()
        );
    }

    #[test]
    fn accounts_and_sizes_are_known_by_their_own_names() {
        let subscription: ListedSubscription =
            read(&json!({"id": "/subscriptions/s", "subscriptionId": "s"})).unwrap();
        assert_eq!(subscription.id(), Some("s"));
        let tenant: ListedTenant = read(&json!({"id": "/tenants/t", "tenantId": "t"})).unwrap();
        assert_eq!(tenant.id(), Some("t"));
        let size: Sku = read(&json!({"name": "Standard_A0"})).unwrap();
        assert_eq!(size.id(), Some("Standard_A0"));
    }

    #[test]
    fn a_set_is_flexible_only_when_it_says_so() {
        let set =
            |properties: Value| read::<VmScaleSet>(&json!({"id": "/s", "properties": properties})).unwrap();
        assert!(set(json!({})).is_uniform(), "sets older than the field");
        assert!(set(json!({"orchestrationMode": "Uniform"})).is_uniform());
        assert!(!set(json!({"orchestrationMode": "flexible"})).is_uniform());
    }

    #[test]
    fn a_hub_may_be_no_more_than_its_id() {
        let hub: VirtualHub = read(&json!("/subscriptions/s/.../virtualHubs/h")).unwrap();
        assert_eq!(hub.id(), Some("/subscriptions/s/.../virtualHubs/h"));
        let hub: VirtualHub =
            read(&json!({"id": "/h", "properties": {"addressPrefix": "10.0.0.0/24"}})).unwrap();
        assert_eq!(hub.properties.address_prefix.as_deref(), Some("10.0.0.0/24"));
        let connection: HubConnection =
            read(&json!({"id": "/c", "properties": {"remoteVirtualNetwork": "/n"}})).unwrap();
        assert_eq!(connection.properties.remote_virtual_network.unwrap().id.as_deref(), Some("/n"));
        assert!(read::<VirtualHub>(&json!(5)).is_err());
    }

    /// JSON with the keys that we read in it, at any place and of any type.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~]{0,12}".prop_map(Value::from),
        ];
        let key = proptest::sample::select(vec![
            "id",
            "name",
            "tags",
            "zones",
            "location",
            "properties",
            "subnets",
            "addressSpace",
            "addressPrefixes",
            "ipConfigurations",
            "networkProfile",
            "networkInterfaces",
            "capabilities",
            "virtualNetworkConnections",
        ]);
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(key.clone(), inner, 0..6)
                    .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_not_understood_is_named_by_its_id(value in any_json()) {
            let id = value.get("id").and_then(Value::as_str).filter(|id| !id.trim().is_empty()).map(str::to_owned);
            let same = |broken: Option<MalformedItem>| broken.is_none_or(|broken| id.is_none() || broken.id == id);
            prop_assert!(same(read::<VirtualNetwork>(&value).err()));
            prop_assert!(same(read::<VirtualHub>(&value).err()));
            prop_assert!(same(read::<HubConnection>(&value).err()));
            prop_assert!(same(read::<Nic>(&value).err()));
            prop_assert!(same(read::<PublicIpAddress>(&value).err()));
            prop_assert!(same(read::<PrivateEndpoint>(&value).err()));
            prop_assert!(same(read::<VirtualMachine>(&value).err()));
            prop_assert!(same(read::<ScaleSetVm>(&value).err()));
            prop_assert!(same(read::<VmScaleSet>(&value).err()));
            prop_assert!(same(read::<Sku>(&value).err()));
            prop_assert!(same(read::<ListedSubscription>(&value).err()));
        }
    }
}

#[cfg(test)]
mod lenient_tests {
    use serde_json::json;

    use super::super::{VirtualMachine, VirtualNetwork, decode_item};
    use super::*;
    use crate::clouds::meter::Meter;

    fn network(value: &Value) -> VirtualNetwork {
        decode_item(&value.to_string()).unwrap()
    }

    #[tokio::test]
    async fn an_odd_element_costs_no_neighbour_and_is_noted() {
        let meter = Meter::default();
        let read = meter.watch(async {
            network(&json!({"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8", 7, null, "10.1.0.0/16"]}}}))
        });
        let space = read.await.properties.address_space.unwrap();
        assert_eq!(space.address_prefixes, ["10.0.0.0/8", "10.1.0.0/16"]);
        assert_eq!(meter.odd_values(), 1, "null is nothing");
    }

    #[test]
    fn numbers_may_be_texts_and_cost_no_machine() {
        let meter = Meter::default();
        let of = |taken: &Value| {
            let machine = json!({"id": "/m", "properties": {"hardwareProfile": {"vmSizeProperties": {"vCPUsAvailable": taken}}}});
            let machine: VirtualMachine = meter.within(|| decode_item(&machine.to_string())).unwrap();
            machine.properties.hardware_profile.unwrap().vm_size_properties.unwrap().vcpus_available
        };
        assert_eq!([of(&json!(2)), of(&json!("4")), of(&json!(null))], [Some(2), Some(4), None]);
        assert_eq!((of(&json!("many")), of(&json!(-1)), meter.odd_values()), (None, None, 2));
    }

    #[tokio::test]
    async fn values_of_tags_stay_as_text() {
        let meter = Meter::default();
        let read = meter.watch(async {
            let tags = network(&json!({"tags": {"a": "x", "b": null, "c": 5, "d": {"e": true}}})).tags;
            (tags, network(&json!({"tags": "none"})).tags)
        });
        let (tags, none) = read.await;
        let tags: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(tags, [("a", "x"), ("b", ""), ("c", "5"), ("d", r#"{"e":true}"#)]);
        assert_eq!((none.len(), meter.odd_values()), (0, 1));
    }
}
