//! The network of a plan in an inventory, and which of its subnets the plan means.

use crate::model::{Inventory, Network, NetworkKind, NetworkSpec, Reservation, Subnet, SubnetSpec};

/// The tag by which a planned network is found whatever it is called: its value is the name in the plan. It is that of
/// reservations, so that a network that was reserved and then planned under one name needs one tag.
pub const NETWORK_TAG: &str = Reservation::TAG;

/// Several networks could be the one that is planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} networks are called `{name}`: {}", .ids.len(), .ids.join(", "))]
pub struct AmbiguousNetwork {
    /// The name.
    pub name: String,
    /// Their ids, each with its account and region.
    pub ids: Vec<String>,
}

/// Finds the network of a plan: the one that has its name, or the tag [`NETWORK_TAG`], in its account and region. If a
/// tag says so, names do not count.
///
/// # Errors
/// When there are several.
pub fn existing_network<'i>(
    spec: &NetworkSpec,
    inventory: &'i Inventory,
) -> Result<Option<&'i Network>, AmbiguousNetwork> {
    let is_place = |network: &&Network| {
        let account = [Some(network.account.as_str()), network.account_name.as_deref()];
        network.provider == spec.provider
            && matches!(network.kind, NetworkKind::Vpc | NetworkKind::Vnet)
            && spec.region.as_deref().is_none_or(|region| is_same(region, &network.region))
            && spec
                .account
                .as_deref()
                .is_none_or(|name| account.into_iter().flatten().any(|one| is_same(name, one)))
    };
    let by = |is_it: &dyn Fn(&Network) -> bool| -> Vec<&'i Network> {
        inventory.networks.iter().filter(is_place).filter(|network| is_it(network)).collect()
    };
    let tagged = by(&|network| network.tags.get(NETWORK_TAG).is_some_and(|name| *name == spec.name));
    let found = if tagged.is_empty() {
        by(&|network| network.name.as_deref().is_some_and(|name| is_same(name, &spec.name)))
    } else {
        tagged
    };
    match found[..] {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let id = |network: &&Network| format!("{} ({} {})", network.id, network.account, network.region);
            Err(AmbiguousNetwork { name: spec.name.clone(), ids: found.iter().map(id).collect() })
        }
    }
}

/// Lists the subnets of a network.
pub(super) fn subnets_of<'i>(
    network: &'i Network,
    inventory: &'i Inventory,
) -> impl Iterator<Item = &'i Subnet> {
    inventory
        .subnets
        .iter()
        .filter(|subnet| subnet.provider == network.provider && is_same(&subnet.network, &network.id))
}

/// Finds which of `specs` a subnet is, and its zone. It has the name in the file, or that name and its zone's: `app`,
/// `app-eu-west-1a`, `app-a`, `app-euw1-az1` and `app-1` can all be `app`.
pub(super) fn spec_of<'s>(
    subnet: &Subnet,
    specs: &'s [SubnetSpec],
) -> Option<(&'s SubnetSpec, Option<String>)> {
    let name = subnet.name.as_deref()?;
    if let Some(spec) = specs.iter().find(|spec| is_same(&spec.name, name)) {
        return Some((spec, subnet.zone.clone().filter(|_| spec.per_zone)));
    }
    specs.iter().filter(|spec| spec.per_zone).find_map(|spec| {
        let suffix = name.get(spec.name.len()..)?.strip_prefix('-')?;
        let has_name = name.get(..spec.name.len()).is_some_and(|start| is_same(start, &spec.name));
        let zone = zone_of(subnet, suffix).filter(|_| has_name)?;
        Some((spec, Some(zone)))
    })
}

/// Returns the zone of a subnet if `suffix` is one of its names. Azure's subnets have none, so a number or letter is one.
fn zone_of(subnet: &Subnet, suffix: &str) -> Option<String> {
    let Some(zone) = &subnet.zone else {
        let is_label = suffix.len() == 1 && suffix.chars().all(|c| c.is_ascii_alphanumeric());
        return is_label.then(|| suffix.to_ascii_lowercase());
    };
    let is_id = subnet.zone_id.as_deref().is_some_and(|id| is_same(id, suffix));
    let is_letter = suffix.len() == 1 && zone.to_lowercase().ends_with(&suffix.to_lowercase());
    (is_id || is_letter || is_same(zone, suffix)).then(|| zone.clone())
}

/// Names are compared without case: Azure's are the same, and two that differ in nothing else confuse everywhere.
fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
