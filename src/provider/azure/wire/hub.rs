//! `VirtualHubs_List` and `HubVirtualNetworkConnections_List`.

use serde::{Deserialize, Deserializer};

use super::reference::id_or_object;
use super::{Child, Malformed, Parts, Reference, Resource, lenient};
use crate::model::Tags;

/// A virtual WAN hub.
#[derive(Debug, Clone, Default)]
pub struct VirtualHub {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// What it is.
    pub properties: HubProperties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    id: Option<String>,
    name: Option<String>,
    location: Option<String>,
    #[serde(deserialize_with = "lenient::tags")]
    tags: Tags,
    #[serde(deserialize_with = "lenient::or_default")]
    properties: HubProperties,
}

impl From<Object> for VirtualHub {
    fn from(Object { id, name, location, tags, properties }: Object) -> Self {
        Self { id, name, location, tags, properties }
    }
}

impl From<String> for VirtualHub {
    fn from(id: String) -> Self {
        Self { id: Some(id), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for VirtualHub {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        id_or_object::<D, Object, Self>(from)
    }
}

impl Resource for VirtualHub {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&Malformed> {
        self.properties.virtual_network_connections.malformed.iter().collect()
    }
}

/// What a hub is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HubProperties {
    /// Its prefix.
    pub address_prefix: Option<String>,
    /// Its connections, as API versions before 2020-04-01 embed them.
    pub virtual_network_connections: Parts<HubConnection>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}

/// A connection from a hub to a virtual network.
pub type HubConnection = Child<ConnectionProperties>;

/// What a connection is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConnectionProperties {
    /// The network.
    pub remote_virtual_network: Option<Reference>,
    /// State of the latest change to it.
    pub provisioning_state: Option<String>,
}
