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
    // serde would take the elements of a list for fields, in their order: a row of Resource Graph's table form.
    if raw.trim_start().starts_with('[') {
        return Err(Malformed { id: None, why: "a list where a resource was expected".to_owned() });
    }
    serde_json::from_str(raw).map_err(|error| Malformed { id: name_of(raw), why: error.to_string() })
}

/// Names an item that has no id, by which it could be identified.
pub fn unidentified(raw: &str) -> Malformed {
    Malformed { id: name_of(raw), why: "its id is missing or empty".to_owned() }
}

/// Finds what a broken item is called.
fn name_of(raw: &str) -> Option<String> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let text = |key: &str| value.get(key)?.as_str().filter(|text| !text.trim().is_empty());
    text("id").or_else(|| text("name")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{
        HubConnection, Machine, Nic, PrivateEndpoint, PublicIp, ScaleSet, ScaleSetMachine, Sku, Subscription,
        Tenant, VirtualHub, VirtualNetwork,
    };
    use super::*;

    fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Malformed> {
        item(&value.to_string())
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
        let broken =
            read::<Machine>(&json!({"id": "/vm", "properties": {"hardwareProfile": "big"}})).unwrap_err();
        assert_eq!(broken.id.as_deref(), Some("/vm"));
        assert!(broken.to_string().starts_with("/vm: invalid type"), "{broken}");
        let broken = read::<Machine>(&json!({"id": 5, "name": "vm"})).unwrap_err();
        assert_eq!(broken.id.as_deref(), Some("vm"));
        let broken = read::<Machine>(&json!(["/vm", "vm", "westus"])).unwrap_err();
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
        let machine: Machine = read(&json!({"id": "/m", "properties": references})).unwrap();
        assert_eq!(machine.malformed()[0].id.as_deref(), Some("/nic"));
        let machine: ScaleSetMachine = read(&json!({"id": "/m", "properties": references})).unwrap();
        assert_eq!(machine.malformed()[0].id.as_deref(), Some("/nic"));
        let hub: VirtualHub =
            read(&json!({"id": "/h", "properties": {"virtualNetworkConnections": [{"id": "/h/c", "properties": 1}]}})).unwrap();
        assert_eq!(hub.malformed()[0].id.as_deref(), Some("/h/c"));
        assert_eq!(
            read::<Tenant>(&json!({"id": "/tenants/t"})).unwrap().malformed(),
            Vec::<&Malformed>::new()
        );
    }

    #[test]
    fn accounts_and_sizes_are_known_by_their_own_names() {
        let subscription: Subscription =
            read(&json!({"id": "/subscriptions/s", "subscriptionId": "s"})).unwrap();
        assert_eq!(subscription.id(), Some("s"));
        let tenant: Tenant = read(&json!({"id": "/tenants/t", "tenantId": "t"})).unwrap();
        assert_eq!(tenant.id(), Some("t"));
        let size: Sku = read(&json!({"name": "Standard_A0"})).unwrap();
        assert_eq!(size.id(), Some("Standard_A0"));
    }

    #[test]
    fn a_set_is_flexible_only_when_it_says_so() {
        let set =
            |properties: Value| read::<ScaleSet>(&json!({"id": "/s", "properties": properties})).unwrap();
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
            let same = |broken: Option<Malformed>| broken.is_none_or(|broken| id.is_none() || broken.id == id);
            prop_assert!(same(read::<VirtualNetwork>(&value).err()));
            prop_assert!(same(read::<VirtualHub>(&value).err()));
            prop_assert!(same(read::<HubConnection>(&value).err()));
            prop_assert!(same(read::<Nic>(&value).err()));
            prop_assert!(same(read::<PublicIp>(&value).err()));
            prop_assert!(same(read::<PrivateEndpoint>(&value).err()));
            prop_assert!(same(read::<Machine>(&value).err()));
            prop_assert!(same(read::<ScaleSetMachine>(&value).err()));
            prop_assert!(same(read::<ScaleSet>(&value).err()));
            prop_assert!(same(read::<Sku>(&value).err()));
            prop_assert!(same(read::<Subscription>(&value).err()));
        }
    }
}
