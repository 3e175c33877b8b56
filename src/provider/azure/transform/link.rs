//! Peerings and hub connections -> [`Link`].

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::super::id::{key, subscription_of};
use super::super::wire::{HubConnection, Peering, PeeringProperties, Reference, VirtualHub, VirtualNetwork};
use super::{Place, prefixes};
use crate::model::{Link, LinkEnd, LinkKind, Provider};
use crate::provider::address::prefix;
use crate::provider::meter;

/// Transforms the peerings of one virtual network. A peering is directional: each side is a resource with an
/// id and a state of its own, and so a link of its own, this side first.
#[must_use]
pub fn peerings(network: &VirtualNetwork, place: Place<'_>) -> Vec<Link> {
    let peerings = network.properties.virtual_network_peerings.read.iter();
    peerings.filter_map(|peering| from_peering(peering, network, place)).collect()
}

fn from_peering(peering: &Peering, network: &VirtualNetwork, place: Place<'_>) -> Option<Link> {
    let properties = &peering.properties;
    let local = LinkEnd {
        account: Some(place.account.to_owned()),
        region: region(place, network.location.as_deref()),
        network: network.id.clone(),
        prefixes: peered(local_prefixes(properties, network), properties),
    };
    let remote = LinkEnd {
        prefixes: peered(remote_prefixes(properties), properties),
        ..remote_end(properties.remote_virtual_network.as_ref(), place)
    };
    Some(Link {
        provider: Provider::Azure,
        kind: LinkKind::VnetPeering,
        id: identified(peering.id.as_deref())?,
        ends: vec![local, remote],
        state: properties.peering_state.clone(),
    })
}

fn is_partial(peering: &PeeringProperties) -> bool {
    peering.peer_complete_vnets == Some(false)
}

/// Returns what is peered of this side: of a partial peering the chosen subnets, never the whole network.
fn local_prefixes(peering: &PeeringProperties, network: &VirtualNetwork) -> Vec<IpNet> {
    if !is_partial(peering) {
        return prefixes::of_space(network.properties.address_space.as_ref());
    }
    let told = prefixes::of_space(peering.local_address_space.as_ref());
    if told.is_empty() { of_subnets(&peering.local_subnet_names, network) } else { told }
}

/// Returns the prefixes of the named subnets.
fn of_subnets(names: &[String], network: &VirtualNetwork) -> Vec<IpNet> {
    let is_named = |name: &String| names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    let subnets = network.properties.subnets.read.iter();
    subnets
        .filter(|subnet| subnet.name.as_ref().is_some_and(is_named))
        .flat_map(prefixes::of_subnet)
        .collect()
}

/// Returns what is peered of the other side. A whole network's prefixes of now stand in for those that
/// were peered, which older API versions do not tell; a partial peering has no such stand-in.
fn remote_prefixes(peering: &PeeringProperties) -> Vec<IpNet> {
    let told = prefixes::of_space(peering.remote_address_space.as_ref());
    if told.is_empty() && !is_partial(peering) {
        return prefixes::of_space(peering.remote_virtual_network_address_space.as_ref());
    }
    told
}

/// Sorts the prefixes of an end, leaving out IPv4 where a partial peering is of IPv6 alone.
fn peered(mut prefixes: Vec<IpNet>, peering: &PeeringProperties) -> Vec<IpNet> {
    if is_partial(peering) && peering.enable_only_ipv6_peering == Some(true) {
        prefixes.retain(|prefix| matches!(prefix, IpNet::V6(_)));
    }
    prefixes::sorted(prefixes)
}

/// Transforms the connections of one hub: `listed` by the call for them, and those inside older answers.
/// The network comes first, the hub second.
#[must_use]
pub fn hub_connections(hub: &VirtualHub, listed: &[HubConnection], place: Place<'_>) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let connections = listed.iter().chain(&hub.properties.virtual_network_connections.read);
    let links = connections.filter_map(|connection| from_connection(connection, hub, place));
    links.filter(|link| seen.insert(key(&link.id))).collect()
}

fn from_connection(connection: &HubConnection, hub: &VirtualHub, place: Place<'_>) -> Option<Link> {
    let hub_end = LinkEnd {
        account: Some(place.account.to_owned()),
        region: region(place, hub.location.as_deref()),
        network: hub.id.clone(),
        prefixes: hub.properties.address_prefix.as_deref().and_then(prefix).into_iter().collect(),
    };
    let network = remote_end(connection.properties.remote_virtual_network.as_ref(), place);
    Some(Link {
        provider: Provider::Azure,
        kind: LinkKind::VirtualHub,
        id: identified(connection.id.as_deref())?,
        ends: vec![network, hub_end],
        state: connection.properties.provisioning_state.clone(),
    })
}

/// Describes a network by its id alone; it may lie in another subscription, even of another tenant.
fn remote_end(reference: Option<&Reference>, place: Place<'_>) -> LinkEnd {
    let Some(id) = reference.and_then(|reference| reference.id.as_deref()) else { return LinkEnd::default() };
    let account = subscription_of(id).map(|account| {
        // Accounts compare exactly, and ids vary in case.
        if account.eq_ignore_ascii_case(place.account) {
            place.account.to_owned()
        } else {
            account.to_ascii_lowercase()
        }
    });
    LinkEnd { account, region: None, network: Some(id.to_owned()), prefixes: Vec::new() }
}

fn region(place: Place<'_>, location: Option<&str>) -> Option<String> {
    Some(place.region_of(location)).filter(|region| !region.is_empty())
}

/// Returns the id of a link; one without is nothing we could name.
fn identified(id: Option<&str>) -> Option<String> {
    if id.is_none() {
        tracing::debug!("a peering or connection without id; left out");
        meter::note_oddity();
    }
    id.map(str::to_owned)
}
