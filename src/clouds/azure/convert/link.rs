//! Peerings, which are part of the answers that `network.rs` converts, and `HubVirtualNetworkConnections_List` -> [`Link`].

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::super::api::{
    HubConnection, PeeringProperties, ResourceRef, VirtualHub, VirtualNetwork, VnetPeering,
};
use super::super::resource_id::{key, subscription_of};
use super::common::AnswerContext;
use super::network::address_space_prefixes;
use super::subnet::subnet_prefixes;
use crate::clouds::address::{prefix, sorted_prefixes};
use crate::model::{Link, LinkEnd, LinkKind, Provider};

/// Transforms the peerings of one virtual network. A peering is directional: each side is a resource with an
/// id and a state of its own, and so a link of its own, this side first.
#[must_use]
pub fn links_from_peerings(network: &VirtualNetwork, context: AnswerContext<'_>) -> Vec<Link> {
    let peerings = network.properties.virtual_network_peerings.read.iter();
    peerings.filter_map(|peering| link_from_peering(peering, network, context)).collect()
}

fn link_from_peering(
    peering: &VnetPeering,
    network: &VirtualNetwork,
    context: AnswerContext<'_>,
) -> Option<Link> {
    let properties = &peering.properties;
    let local = LinkEnd {
        account: Some(context.account.to_owned()),
        region: known_region(context, network.location.as_deref()),
        network: network.id.clone(),
        prefixes: peered_prefixes(local_prefixes(properties, network), properties),
    };
    let remote = LinkEnd {
        prefixes: peered_prefixes(remote_prefixes(properties), properties),
        ..remote_end(properties.remote_virtual_network.as_ref(), context)
    };
    Some(Link {
        provider: Provider::Azure,
        kind: LinkKind::VnetPeering,
        id: peering.id.clone()?,
        ends: vec![local, remote],
        state: properties.peering_state.clone(),
    })
}

/// Sets what a peering reaches of `network`, which is at its other end.
pub fn set_remote_prefixes(peering: &mut Link, network: &VirtualNetwork) {
    // The end of the network that lists the peering is the first (`link_from_peering`).
    if let [_, remote] = peering.ends.as_mut_slice() {
        remote.prefixes = vnet_prefixes(network);
    }
}

/// Lists the peerings of whole networks whose answers lack the address space of the other network: the ids of the
/// peering and of that network.
#[must_use]
pub fn peerings_without_remote_prefixes(network: &VirtualNetwork) -> Vec<(String, String)> {
    let peerings = network.properties.virtual_network_peerings.read.iter();
    let untold = peerings.filter_map(|peering| {
        let properties = &peering.properties;
        let is_untold = !is_partial(properties) && remote_prefixes(properties).is_empty();
        let remote = properties.remote_virtual_network.as_ref().filter(|_| is_untold)?;
        Some((peering.id.clone()?, remote.id.clone()?))
    });
    untold.collect()
}

/// Returns the address space of a network, as an end of a link has it.
#[must_use]
fn vnet_prefixes(network: &VirtualNetwork) -> Vec<IpNet> {
    sorted_prefixes(address_space_prefixes(network.properties.address_space.as_ref()))
}

fn is_partial(peering: &PeeringProperties) -> bool {
    peering.peer_complete_vnets == Some(false)
}

/// Returns what is peered of this side: of a partial peering the chosen subnets, never the whole network.
fn local_prefixes(peering: &PeeringProperties, network: &VirtualNetwork) -> Vec<IpNet> {
    if !is_partial(peering) {
        return address_space_prefixes(network.properties.address_space.as_ref());
    }
    let told = address_space_prefixes(peering.local_address_space.as_ref());
    if told.is_empty() { prefixes_of_named_subnets(&peering.local_subnet_names, network) } else { told }
}

/// Returns the prefixes of the named subnets.
fn prefixes_of_named_subnets(names: &[String], network: &VirtualNetwork) -> Vec<IpNet> {
    let is_named = |name: &String| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    let subnets = network.properties.subnets.read.iter();
    subnets.filter(|subnet| subnet.name.as_ref().is_some_and(is_named)).flat_map(subnet_prefixes).collect()
}

/// Returns what is peered of the other side; nothing where the answer lacks it. A whole network's prefixes of
/// now stand in for those that were peered, which older API versions do not tell, and are added to those of a peering
/// that is out of sync: they become reachable by one click. A partial peering has no such stand-in.
fn remote_prefixes(peering: &PeeringProperties) -> Vec<IpNet> {
    let peered = address_space_prefixes(peering.remote_address_space.as_ref());
    if is_partial(peering) || !(peered.is_empty() || is_out_of_sync(peering)) {
        return peered;
    }
    let now = address_space_prefixes(peering.remote_virtual_network_address_space.as_ref());
    // What is known to be stale says nothing by itself.
    if now.is_empty() { now } else { [now, peered].concat() }
}

/// Tells whether prefixes of either side changed since they were peered:
/// <https://learn.microsoft.com/azure/virtual-network/update-virtual-network-peering-address-space>.
fn is_out_of_sync(peering: &PeeringProperties) -> bool {
    let level = peering.peering_sync_level.as_deref().unwrap_or_default();
    !level.is_empty() && !level.eq_ignore_ascii_case("FullyInSync")
}

/// Sorts the prefixes of an end, leaving out IPv4 where a partial peering is of IPv6 alone.
fn peered_prefixes(mut prefixes: Vec<IpNet>, peering: &PeeringProperties) -> Vec<IpNet> {
    if is_partial(peering) && peering.enable_only_ipv6_peering == Some(true) {
        prefixes.retain(|prefix| matches!(prefix, IpNet::V6(_)));
    }
    sorted_prefixes(prefixes)
}

/// Transforms the connections of one hub: `listed` by the call for them, and those inside older answers.
/// The network comes first, the hub second.
#[must_use]
pub fn links_from_hub(hub: &VirtualHub, listed: &[HubConnection], context: AnswerContext<'_>) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let connections = listed.iter().chain(&hub.properties.virtual_network_connections.read);
    let links = connections.filter_map(|connection| link_from_connection(connection, hub, context));
    links.filter(|link| seen.insert(key(&link.id))).collect()
}

fn link_from_connection(
    connection: &HubConnection,
    hub: &VirtualHub,
    context: AnswerContext<'_>,
) -> Option<Link> {
    let hub_end = LinkEnd {
        account: Some(context.account.to_owned()),
        region: known_region(context, hub.location.as_deref()),
        network: hub.id.clone(),
        prefixes: hub.properties.address_prefix.as_deref().and_then(prefix).into_iter().collect(),
    };
    let network = remote_end(connection.properties.remote_virtual_network.as_ref(), context);
    Some(Link {
        provider: Provider::Azure,
        kind: LinkKind::VirtualHub,
        id: connection.id.clone()?,
        ends: vec![network, hub_end],
        state: connection.properties.provisioning_state.clone(),
    })
}

/// Describes a network by its id alone; it may lie in another subscription, even of another tenant.
fn remote_end(reference: Option<&ResourceRef>, context: AnswerContext<'_>) -> LinkEnd {
    let Some(id) = reference.and_then(|reference| reference.id.as_deref()) else { return LinkEnd::default() };
    let account = subscription_of(id).map(|account| {
        // Accounts compare exactly, and ids vary in case.
        if account.eq_ignore_ascii_case(context.account) {
            context.account.to_owned()
        } else {
            account.to_ascii_lowercase()
        }
    });
    LinkEnd { account, region: None, network: Some(id.to_owned()), prefixes: Vec::new() }
}

fn known_region(context: AnswerContext<'_>, location: Option<&str>) -> Option<String> {
    Some(context.region_of(location)).filter(|region| !region.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::{HERE, page, read, texts};
    use super::*;
    use crate::clouds::azure::api::ArmResource;

    const NETWORKS: &str = include_str!("../../../../tests/fixtures/azure/networks.json");
    const HUBS: &str = include_str!("../../../../tests/fixtures/azure/hubs.json");
    const CONNECTIONS: &str = include_str!("../../../../tests/fixtures/azure/hub_connections.json");

    fn peering(properties: &Value) -> Link {
        let network = json!({"id": "/n", "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/8"]},
            "subnets": [
                {"id": "/n/subnets/a", "name": "a", "properties": {"addressPrefixes": ["10.1.0.0/24", "fd00::/64"]}},
                {"id": "/n/subnets/b", "name": "b", "properties": {"addressPrefix": "10.2.0.0/24"}},
            ],
            "virtualNetworkPeerings": [{"id": "/n/p", "properties": properties}],
        }});
        links_from_peerings(&read(&network), HERE).remove(0)
    }

    fn ends(link: &Link) -> (Vec<String>, Vec<String>) {
        (texts(&link.ends[0].prefixes), texts(&link.ends[1].prefixes))
    }

    #[test]
    fn a_peering_joins_this_network_with_another() {
        let links = links_from_peerings(&page(NETWORKS)[0], HERE);
        let [local, remote] = &links[0].ends[..] else { panic!("two ends") };
        assert_eq!((local.account.as_deref(), local.region.as_deref()), (Some("aaaa-1"), Some("westeurope")));
        assert!(local.network.as_deref().unwrap().ends_with("/virtualNetworks/app"));
        assert_eq!((remote.account.as_deref(), remote.region.as_deref()), (Some("bbbb-2"), None));
        assert!(remote.network.as_deref().unwrap().starts_with("/subscriptions/BBBB-2/"), "as given");
        assert_eq!(texts(&local.prefixes), ["10.4.0.0/20", "10.20.0.0/16", "fd00:20::/48"]);
        assert_eq!(
            texts(&remote.prefixes),
            ["10.0.0.0/22"],
            "what is peered, not what the network has by now"
        );
        assert_eq!((links[0].kind, links[0].state.as_deref()), (LinkKind::VnetPeering, Some("Connected")));
    }

    #[test]
    fn a_partial_peering_joins_the_peered_subnets_alone() {
        let links = links_from_peerings(&page(NETWORKS)[0], HERE);
        assert_eq!(ends(&links[1]), (vec!["10.20.1.0/24".to_owned()], vec!["10.20.7.0/24".to_owned()]));
        assert_eq!(links[1].ends[1].account.as_deref(), Some("aaaa-1"), "spelt as this subscription is");
        let named = json!({"peerCompleteVnets": false, "localSubnetNames": ["A"],
            "remoteVirtualNetworkAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]}});
        let named = ends(&peering(&named));
        assert_eq!(named.0, ["10.1.0.0/24", "fd00::/64"], "the subnets of this network stand in");
        assert!(named.1.is_empty(), "the whole of the other network does not");
        let silent = peering(&json!({"peerCompleteVnets": false}));
        assert!(silent.ends[0].prefixes.is_empty(), "not said is not everything");
    }

    #[test]
    fn a_partial_peering_may_be_of_ipv6_alone() {
        let v6 = json!({"peerCompleteVnets": false, "enableOnlyIPv6Peering": true, "localSubnetNames": ["a", "b"],
            "remoteAddressSpace": {"addressPrefixes": ["10.9.0.0/24", "fd00:9::/64"]}});
        assert_eq!(ends(&peering(&v6)), (vec!["fd00::/64".to_owned()], vec!["fd00:9::/64".to_owned()]));
    }

    #[test]
    fn the_space_of_now_stands_in_where_the_peered_one_is_not_told() {
        let link =
            peering(&json!({"remoteVirtualNetworkAddressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}));
        assert_eq!(ends(&link), (vec!["10.0.0.0/8".to_owned()], vec!["10.9.0.0/16".to_owned()]));
        assert_eq!(link.ends[1].network, None);
        assert_eq!(link.ends[0].region, None, "the answer does not say");
    }

    #[test]
    fn a_hub_is_joined_with_its_networks_once_each() {
        let hubs: Vec<VirtualHub> = page(HUBS);
        let links = links_from_hub(&hubs[0], &page(CONNECTIONS), HERE);
        assert_eq!(links.len(), 2, "one is in the list and in the hub");
        assert_eq!((links[0].kind, links[0].state.as_deref()), (LinkKind::VirtualHub, Some("Updating")));
        let [network, hub] = &links[0].ends[..] else { panic!("two ends") };
        assert_eq!((network.account.as_deref(), network.prefixes.len()), (Some("cccc-3"), 0));
        assert_eq!((hub.account.as_deref(), hub.region.as_deref()), (Some("aaaa-1"), Some("westeurope")));
        assert_eq!(
            (hub.network.as_deref(), texts(&hub.prefixes)),
            (hubs[0].id.as_deref(), vec!["10.100.0.0/23".to_owned()])
        );
        let embedded = links_from_hub(&hubs[0], &[], HERE);
        assert_eq!((embedded.len(), embedded[0].state.as_deref()), (1, Some("Succeeded")));
        assert!(links_from_hub(&hubs[1], &[], HERE).is_empty());
    }

    /// `peeringSyncLevel`, of which any but `FullyInSync` says that what was peered is stale.
    #[test]
    fn a_peering_out_of_sync_reaches_what_the_other_network_has_by_now() {
        let with = |level: &str, now: &Value| {
            ends(&peering(&json!({"peeringSyncLevel": level, "peeringState": "Connected",
                "remoteAddressSpace": {"addressPrefixes": ["10.8.0.0/16"]},
                "remoteVirtualNetworkAddressSpace": {"addressPrefixes": now}})))
            .1
        };
        let now = json!(["10.8.0.0/16", "10.9.0.0/16"]);
        for level in ["LocalNotInSync", "RemoteNotInSync", "LocalAndRemoteNotInSync", "remotenotinsync"] {
            assert_eq!(with(level, &now), ["10.8.0.0/16", "10.9.0.0/16"], "{level}");
            assert!(with(level, &json!([])).is_empty(), "{level}: what is stale says nothing");
        }
        assert_eq!(with("FullyInSync", &now), ["10.8.0.0/16"]);
        assert_eq!(with("", &now), ["10.8.0.0/16"]);
    }

    #[test]
    fn a_link_without_id_is_named() {
        for id in [json!(null), json!(""), json!(" "), json!("c")] {
            let connection = json!({"name": "c", "id": id});
            let hub: VirtualHub =
                read(&json!({"id": "/h", "properties": {"virtualNetworkConnections": [connection]}}));
            let network: VirtualNetwork =
                read(&json!({"id": "/n", "properties": {"virtualNetworkPeerings": [connection]}}));
            assert!(
                links_from_hub(&hub, &[], HERE).is_empty() && links_from_peerings(&network, HERE).is_empty()
            );
            for malformed in [hub.malformed(), network.malformed()] {
                assert_eq!((malformed.len(), malformed[0].id.as_deref()), (1, Some("c")), "{id}");
            }
        }
    }
}
