//! `VirtualHubs_List` and `HubVirtualNetworkConnections_List`.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::parts::identified;
use super::reference::id_or_object;
use super::{Child, Malformed, Parts, Reference, Resource, lenient};
use crate::model::Tags;

/// A virtual WAN hub, or a Route Server, which is of the same type.
#[derive(Debug, Clone, Default)]
pub struct VirtualHub {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `RouteServer` of a Route Server; hubs have none.
    pub kind: Option<String>,
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
    kind: Option<String>,
    location: Option<String>,
    #[serde(deserialize_with = "lenient::tags")]
    tags: Tags,
    #[serde(deserialize_with = "lenient::or_default")]
    properties: HubProperties,
}

impl From<Object> for VirtualHub {
    fn from(Object { id, name, kind, location, tags, properties }: Object) -> Self {
        Self { id, name, kind, location, tags, properties }
    }
}

impl VirtualHub {
    /// Tells whether it is a Route Server: it routes inside the virtual network that it is in, has addresses of that
    /// network's `RouteServerSubnet` and no prefix of its own, and connects no networks:
    /// <https://learn.microsoft.com/azure/route-server/overview>.
    #[must_use]
    pub fn is_route_server(&self) -> bool {
        let kind = self.kind.as_deref().unwrap_or_default();
        let HubProperties { address_prefix, virtual_wan, virtual_router_ips, virtual_router_asn, .. } =
            &self.properties;
        let is_router = virtual_router_ips.is_some() || virtual_router_asn.is_some();
        let is_hub =
            virtual_wan.is_some() || address_prefix.as_deref().is_some_and(|prefix| !prefix.is_empty());
        kind.eq_ignore_ascii_case("RouteServer") || (kind.is_empty() && is_router && !is_hub)
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
    /// The virtual WAN that it is of.
    pub virtual_wan: Option<Reference>,
    /// The number of its router, which Route Servers have too.
    pub virtual_router_asn: Option<IgnoredAny>,
    /// The addresses of its router.
    pub virtual_router_ips: Option<IgnoredAny>,
    /// Its connections, as API versions before 2020-04-01 embed them.
    #[serde(deserialize_with = "identified")]
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
