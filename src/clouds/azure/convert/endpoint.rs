//! What private endpoints lead to.

use std::collections::HashMap;

use super::super::api::{EndpointProperties, PrivateEndpoint};
use super::super::id::{key, last_name};

/// Private endpoints, by their ids and by those of their interfaces.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    descriptions: HashMap<String, String>,
    by_interface: HashMap<String, String>,
}

impl Endpoints {
    /// Collects the private endpoints of a subscription.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a PrivateEndpoint>) -> Self {
        let mut endpoints = Self::default();
        for endpoint in listed {
            let Some(id) = &endpoint.id else { continue };
            let interfaces = endpoint.properties.network_interfaces.iter();
            for interface in interfaces.filter_map(|interface| interface.id.as_deref()) {
                endpoints.by_interface.insert(key(interface), id.clone());
            }
            let name = endpoint.name.as_deref().or_else(|| last_name(id)).unwrap_or(id);
            endpoints.descriptions.insert(key(id), describe(name, &endpoint.properties));
        }
        endpoints
    }

    /// Returns the id of the endpoint that an interface was made for.
    pub(super) fn of_interface(&self, interface: &str) -> Option<&str> {
        self.by_interface.get(&key(interface)).map(String::as_str)
    }

    /// Says what an endpoint is and leads to.
    pub(super) fn describe(&self, endpoint: &str) -> Option<String> {
        self.descriptions.get(&key(endpoint)).cloned()
    }
}

/// Writes an endpoint as `NAME to SERVICE (PARTS)`.
fn describe(name: &str, endpoint: &EndpointProperties) -> String {
    let connections = &endpoint.private_link_service_connections;
    let connections = connections.iter().chain(&endpoint.manual_private_link_service_connections);
    let targets: Vec<String> = connections
        .filter_map(|connection| {
            let service = connection.properties.private_link_service_id.as_deref()?;
            let parts = connection.properties.group_ids.join(", ");
            Some(if parts.is_empty() { service.to_owned() } else { format!("{service} ({parts})") })
        })
        .collect();
    if targets.is_empty() { name.to_owned() } else { format!("{name} to {}", targets.join("; ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::read;
    use super::*;

    #[test]
    fn an_endpoint_tells_every_service_and_part() {
        let said = |properties: Value| {
            let endpoint = read(&json!({"id": "/x/privateEndpoints/pe", "properties": properties}));
            Endpoints::new([&endpoint]).describe("/X/privateendpoints/PE").unwrap()
        };
        assert_eq!(said(json!({})), "pe");
        let connection = |service: &str, parts: &[&str]| json!([{"properties": {"privateLinkServiceId": service, "groupIds": parts}}]);
        let both = json!({
            "privateLinkServiceConnections": connection("/storage", &["blob", "dfs"]),
            "manualPrivateLinkServiceConnections": connection("/theirs", &[]),
        });
        assert_eq!(said(both), "pe to /storage (blob, dfs); /theirs");
    }
}
