//! Virtual networks and virtual hubs -> [`Network`].

use super::super::id::last_name;
use super::super::wire::{VirtualHub, VirtualNetwork};
use super::{Place, prefixes};
use crate::model::{Block, BlockRole, Network, NetworkKind, Provider};
use crate::provider::address::prefix;

/// Transforms one virtual network; `None` without an id.
#[must_use]
pub fn from(network: &VirtualNetwork, place: Place<'_>, account_name: Option<&str>) -> Option<Network> {
    let id = network.id.clone()?;
    Some(Network {
        provider: Provider::Azure,
        account: place.account.to_owned(),
        account_name: account_name.map(str::to_owned),
        region: place.region_of(network.location.as_deref()),
        name: name(network.name.as_deref(), &id),
        id,
        kind: NetworkKind::Vnet,
        blocks: blocks(prefixes::of_space(network.properties.address_space.as_ref())),
        is_default: None,
        state: network.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: network.tags.clone(),
    })
}

/// Transforms one virtual hub likewise.
#[must_use]
pub fn from_hub(hub: &VirtualHub, place: Place<'_>, account_name: Option<&str>) -> Option<Network> {
    let id = hub.id.clone()?;
    Some(Network {
        provider: Provider::Azure,
        account: place.account.to_owned(),
        account_name: account_name.map(str::to_owned),
        region: place.region_of(hub.location.as_deref()),
        name: name(hub.name.as_deref(), &id),
        id,
        kind: NetworkKind::VirtualHub,
        blocks: blocks(hub.properties.address_prefix.as_deref().and_then(prefix)),
        is_default: None,
        state: hub.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: hub.tags.clone(),
    })
}

/// Returns the name of a resource; the last part of its id is the same.
pub(super) fn name(name: Option<&str>, id: &str) -> Option<String> {
    name.filter(|name| !name.is_empty()).or_else(|| last_name(id)).map(str::to_owned)
}

/// Azure knows no primary prefix: the space is a list that its owner may reorder. The first one stands for
/// it, so that the column means *the one to show first* on both clouds; the order is the answer's.
fn blocks(prefixes: impl IntoIterator<Item = ipnet::IpNet>) -> Vec<Block> {
    let roles = std::iter::once(BlockRole::Primary).chain(std::iter::repeat(BlockRole::Secondary));
    prefixes.into_iter().zip(roles).map(|(cidr, role)| Block { cidr, role, state: None }).collect()
}
