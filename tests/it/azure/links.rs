//! What joins networks, in the spellings that answers have had.

use serde_json::json;

use super::{estate, fared, id, texts};
use crate::support::Cloud;

/// A virtual hub of the first subscription, without connections of its own.
const HUB: &str = "[[azure.hub]]\nname = 'hub1'\nsubscription = 'sub-1'\ngroup = 'rg1'\nlocation = 'westeurope'\n\
                   prefix = '10.200.0.0/23'\n";

/// Writes an item of a list of the nth subscription.
fn raw(n: usize, list: &str, item: &serde_json::Value) -> String {
    format!("[[azure.raw]]\nsubscription = 'sub-{n}'\nlist = '{list}'\njson = '{item}'\n")
}

fn path(n: usize) -> String {
    format!("/subscriptions/{}/resourceGroups/rg1/providers/Microsoft.Network", id(n))
}

/// A virtual network with one prefix and one peering.
fn network(n: usize, name: &str, prefix: &str, peering: Option<serde_json::Value>) -> serde_json::Value {
    let network = format!("{}/virtualNetworks/{name}", path(n));
    let peerings: Vec<serde_json::Value> = peering
        .into_iter()
        .map(|properties| json!({ "id": format!("{network}/virtualNetworkPeerings/p"), "name": "p", "properties": properties }))
        .collect();
    json!({
        "id": network,
        "name": name,
        "location": "westeurope",
        "properties": {
            "addressSpace": { "addressPrefixes": [prefix] },
            "subnets": [],
            "virtualNetworkPeerings": peerings,
        },
    })
}

/// Finds collisions in an estate of two subscriptions and these items, by either API.
#[track_caller]
fn classes(items: &[String]) -> Vec<String> {
    let cloud = Cloud::of(&format!("{}{}", estate(2), items.concat()), &[]);
    let found = ["arm", "resource-graph"].map(|api| {
        let output = cloud.azure(&format!("overlap -o json --azure-api {api}")).run().exits(1);
        let document = output.json();
        let findings = document["findings"].as_array().unwrap().clone();
        let text = |finding: &serde_json::Value| {
            format!("{} {}", finding["class"].as_str().unwrap(), finding["within"].as_str().unwrap())
        };
        findings.iter().map(text).collect::<Vec<_>>()
    });
    assert_eq!(found[0], found[1], "both ways of reading find the same");
    found[0].clone()
}

/// Ids as Microsoft's own example of `HubVirtualNetworkConnections_List` writes them.
#[test]
fn connections_join_however_their_collection_is_spelt() {
    for collection in
        ["hubVirtualNetworkConnections", "virtualHubVnetConnections", "HubVirtualNetworkConnections"]
    {
        let hub = format!("{}/virtualHubs/hub1", path(1));
        let connection = |name: &str| {
            let properties = json!({
                "provisioningState": "Succeeded",
                "remoteVirtualNetwork": { "id": format!("{}/virtualNetworks/{name}", path(1)) },
            });
            json!({ "id": format!("{hub}/{collection}/{name}"), "name": name, "properties": properties })
        };
        let connections = "virtualHubs/hub1/hubVirtualNetworkConnections";
        let items = [
            raw(1, "virtualNetworks", &network(1, "one", "10.90.0.0/16", None)),
            raw(1, "virtualNetworks", &network(1, "two", "10.90.0.0/16", None)),
            HUB.to_owned(),
            raw(1, connections, &connection("one")),
            raw(1, connections, &connection("two")),
        ];
        assert_eq!(classes(&items), ["connected 10.90.0.0/16"], "{collection}");
    }
}

#[test]
fn a_connection_of_no_hub_is_named() {
    let stray = format!("{}/virtualHubs/other/hubVirtualNetworkConnections/c", path(1));
    let items = [
        HUB.to_owned(),
        raw(1, "virtualHubs/hub1/hubVirtualNetworkConnections", &json!({ "id": stray, "properties": {} })),
    ];
    let cloud = Cloud::of(&format!("{}{}", estate(2), items.concat()), &[]);
    let named = format!("{stray}: no virtual hub that was listed has this connection");
    let document = cloud.azure("scan links -o json").run().falls_short(&[&named]).json();
    assert_eq!(fared(&document, &id(1), "links").0, "failed");
}

#[test]
fn a_link_without_its_other_network_is_named() {
    let peering = network(1, "one", "10.90.0.0/16", Some(json!({ "peeringState": "Connected" })));
    let connection = json!({ "id": format!("{}/virtualHubs/hub1/hubVirtualNetworkConnections/c", path(1)) });
    let items = [
        HUB.to_owned(),
        raw(1, "virtualNetworks", &peering),
        raw(1, "virtualHubs/hub1/hubVirtualNetworkConnections", &connection),
    ];
    let cloud = Cloud::of(&format!("{}{}", estate(2), items.concat()), &[]);
    let words = [
        "virtualNetworkPeerings/p: the answer does not name the network",
        "Connections/c: the answer does not",
    ];
    let document = cloud.azure("scan links -o json").run().falls_short(&words).json();
    assert_eq!(document["links"].as_array().unwrap().len(), 2, "they are listed");
    assert_eq!(fared(&document, &id(2), "links").0, "complete");
}

/// A peering of whole networks whose answer lacks the other's prefixes joins them all the same.
#[test]
fn a_peering_without_the_other_networks_prefixes_joins_all_of_it() {
    for far in [1, 2] {
        let peering = |n: usize, name: &str, more: serde_json::Value| {
            let mut properties = json!({
                "peeringState": "Connected",
                "remoteVirtualNetwork": { "id": format!("{}/virtualNetworks/{name}", path(n)) },
            });
            properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Some(properties)
        };
        for (more, class) in [
            (json!({}), "connected"),
            (json!({ "peerCompleteVnets": true }), "connected"),
            (
                json!({ "peerCompleteVnets": true, "remoteAddressSpace": { "addressPrefixes": [] } }),
                "connected",
            ),
            // What was peered, and what the other network has had since.
            (
                json!({ "peeringSyncLevel": "LocalNotInSync", "remoteAddressSpace": { "addressPrefixes": ["10.7.0.0/16"] } }),
                "connected",
            ),
            (
                json!({ "peeringSyncLevel": "FullyInSync", "remoteAddressSpace": { "addressPrefixes": ["10.7.0.0/16"] } }),
                "latent",
            ),
            // Not told is not everything where only some subnets are peered.
            (json!({ "peerCompleteVnets": false }), "latent"),
        ] {
            let items = [
                raw(
                    1,
                    "virtualNetworks",
                    &network(1, "one", "10.90.0.0/16", peering(far, "two", more.clone())),
                ),
                raw(far, "virtualNetworks", &network(far, "two", "10.90.0.0/16", None)),
            ];
            assert_eq!(classes(&items), [format!("{class} 10.90.0.0/16")], "{far} {more}");
        }
    }
}

/// A Route Server is a resource of the type of virtual hubs, in a subnet of its virtual network.
#[test]
fn a_route_server_is_no_network_and_joins_none() {
    let properties = json!({
        "sku": "Standard",
        "provisioningState": "Succeeded",
        "routingState": "Provisioned",
        "virtualRouterAsn": 65515,
        "virtualRouterIps": ["10.1.9.4", "10.1.9.5"],
    });
    for kind in [json!("RouteServer"), json!(null)] {
        let server = format!("{}/virtualHubs/routes", path(1));
        let item = json!({ "id": server, "name": "routes", "kind": kind, "location": "westeurope", "properties": properties });
        let toml = format!("{}{}", estate(1), raw(1, "virtualHubs", &item));
        let cloud = Cloud::of(&toml, &[]);
        for api in ["arm", "resource-graph"] {
            let arguments = format!("scan all -o json --azure-api {api}");
            let document = cloud.azure(&arguments).run().succeeds().json();
            assert_eq!(texts(&document, "networks", "name"), ["net-1"], "{kind} {api}");
            assert!(document["links"].as_array().unwrap().is_empty(), "{kind} {api}");
        }
        let asked = cloud
            .requests()
            .into_iter()
            .any(|request| request.action.contains("hubVirtualNetworkConnections"));
        assert!(!asked, "it has no connections to ask for");
    }
}
