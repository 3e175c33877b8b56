//! Machines that others speak of, and no list has.
//!
//! Azure leaves out of a list what the caller may not read, or answers with an empty one, and no error. An interface
//! still names its machine, and a subnet the scale set whose machines are in it: what they name is looked for, and
//! only what has really gone is not missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::api::{Nic, ScaleSet, VirtualNetwork};
use super::id;
use super::manager::Lists;
use crate::clouds::Failure;
use crate::model::{Instance, Outcome};

/// How many are looked for: one that is hidden is enough to know.
const LOOKED_FOR: usize = 3;

/// Looks for the machines that `nics` name and `instances` lack.
///
/// # Errors
/// When one of them exists, or cannot be looked for.
pub async fn machines(nics: &[Arc<Nic>], instances: &[Instance], lists: &Lists) -> Result<(), Failure> {
    let listed: BTreeSet<String> = instances.iter().map(|instance| id::key(&instance.id)).collect();
    let named =
        nics.iter().filter_map(|nic| nic.properties.as_ref()?.virtual_machine.as_ref()?.id.as_deref());
    let missing = missing(named.filter(|machine| id::scale_set_of(machine).is_none()), &listed);
    for machine in missing.values().take(LOOKED_FOR) {
        if lists.has_machine(machine).await? {
            return Err(hidden(machine, missing.len(), "an interface is attached to it"));
        }
    }
    Ok(())
}

/// Looks for the scale sets that subnets of `networks` name and `sets` lack.
///
/// # Errors
/// Likewise.
pub async fn scale_sets(
    networks: &[Arc<VirtualNetwork>],
    sets: &[Arc<ScaleSet>],
    lists: &Lists,
) -> Result<(), Failure> {
    let listed: BTreeSet<String> = sets.iter().filter_map(|set| set.id.as_deref()).map(id::key).collect();
    let subnets = networks.iter().flat_map(|network| &network.properties.subnets.read);
    let used = subnets.flat_map(|subnet| &subnet.properties.ip_configurations.read);
    let named = used.filter_map(|reference| id::scale_set_of(reference.id.as_deref()?));
    // Only what this subscription's list should have.
    let own = named.filter(|set| id::belongs_to(set, lists.subscription()));
    let missing = missing(own, &listed);
    for set in missing.values().take(LOOKED_FOR) {
        if lists.has_scale_set(set).await? {
            return Err(hidden(set, missing.len(), "a subnet has its machines"));
        }
    }
    Ok(())
}

fn missing<'a>(named: impl Iterator<Item = &'a str>, listed: &BTreeSet<String>) -> BTreeMap<String, &'a str> {
    named.map(|id| (id::key(id), id)).filter(|(key, _)| !listed.contains(key)).collect()
}

fn hidden(id: &str, count: usize, how: &str) -> Failure {
    let others = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
    let detail = format!(
        "{id} exists ({how}), but no list has it{others}: the permission to list is missing for some resource groups, or \
         Resource Graph does not show it yet (the role Reader on the whole subscription gives the first, \
         --azure-api arm shows the second)"
    );
    Failure::new(Outcome::Denied, detail)
}
