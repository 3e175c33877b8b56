//! What the types do not check: ids, canonical prefixes, one row per resource.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::model::{Inventory, Kind, Resource, Resources};

/// Masks host bits, puts the rows in canonical order and joins repeated ones; each correction is a warning.
///
/// Prefixes with host bits that you type are refused. Those of a file are masked, because you may not be able to change it.
///
/// # Errors
/// A sentence on the first row without an id or account.
pub(super) fn normalize(inventory: Inventory) -> Result<(Inventory, Vec<String>), String> {
    let mut warnings = Vec::new();
    let mut resources = Resources {
        networks: inventory.networks,
        subnets: inventory.subnets,
        instances: inventory.instances,
        interfaces: inventory.interfaces,
        links: inventory.links,
    };
    check_identities(&resources, &BTreeMap::new())?;
    mask_host_bits(&mut resources, &mut warnings);
    let before = Kind::ALL.map(|kind| resources.count(kind));
    let mut whole = Inventory::assemble(
        inventory.generator,
        inventory.taken_at,
        inventory.accounts,
        resources,
        inventory.coverage,
    );
    whole.filters = inventory.filters;
    whole.shard = inventory.shard;
    let after = [
        whole.networks.len(),
        whole.subnets.len(),
        whole.instances.len(),
        whole.interfaces.len(),
        whole.links.len(),
    ];
    for ((kind, before), after) in Kind::ALL.into_iter().zip(before).zip(after) {
        if before != after {
            warnings.push(format!("{kind}: repeated rows joined with their first: {}", before - after));
        }
    }
    Ok((whole, warnings))
}

/// The same checks for rows that come in batches and are not kept.
#[derive(Debug, Default)]
pub(super) struct RowChecker {
    /// How many rows of each kind were checked.
    seen: BTreeMap<Kind, usize>,
    /// What is wrong with the first row that is refused.
    refused: Option<String>,
    /// What would be corrected.
    warnings: Vec<String>,
}

impl RowChecker {
    /// Checks the next rows.
    pub fn check(&mut self, mut resources: Resources) {
        if self.refused.is_none() {
            self.refused = check_identities(&resources, &self.seen).err();
        }
        for kind in Kind::ALL {
            *self.seen.entry(kind).or_default() += resources.count(kind);
        }
        mask_host_bits(&mut resources, &mut self.warnings);
    }

    /// Returns what would be corrected.
    ///
    /// # Errors
    /// As [`normalize`].
    pub fn finish(self) -> Result<Vec<String>, String> {
        self.refused.map_or(Ok(self.warnings), Err)
    }
}

/// Refuses a row without an identity. `seen` counts the rows of each kind before these, for the index in the message.
fn check_identities(resources: &Resources, seen: &BTreeMap<Kind, usize>) -> Result<(), String> {
    check_kind_identities(&resources.networks, seen)?;
    check_kind_identities(&resources.subnets, seen)?;
    check_kind_identities(&resources.instances, seen)?;
    check_kind_identities(&resources.interfaces, seen)?;
    check_kind_identities(&resources.links, seen)
}

fn check_kind_identities<T: Resource>(rows: &[T], seen: &BTreeMap<Kind, usize>) -> Result<(), String> {
    let before = seen.get(&T::KIND).copied().unwrap_or_default();
    let mut lacks = rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.missing_identity()?)));
    lacks.next().map_or(Ok(()), |(index, lack)| Err(format!("{}[{}] {lack}", T::KIND, before + index)))
}

fn mask_host_bits(resources: &mut Resources, warnings: &mut Vec<String>) {
    for network in &mut resources.networks {
        for block in &mut network.blocks {
            mask_prefix(&mut block.cidr, "network", &network.id, warnings);
        }
    }
    for subnet in &mut resources.subnets {
        for prefix in &mut subnet.prefixes {
            mask_prefix(prefix, "subnet", &subnet.id, warnings);
        }
    }
    for instance in &mut resources.instances {
        for prefix in instance.private_prefixes.iter_mut().flatten() {
            mask_prefix(prefix, "instance", &instance.id, warnings);
        }
    }
    for interface in &mut resources.interfaces {
        for prefix in interface.private_prefixes.iter_mut().flatten() {
            mask_prefix(prefix, "interface", &interface.id, warnings);
        }
    }
    for link in &mut resources.links {
        for prefix in link.ends.iter_mut().flat_map(|end| &mut end.prefixes) {
            mask_prefix(prefix, "link", &link.id, warnings);
        }
    }
}

fn mask_prefix(prefix: &mut IpNet, kind: &str, id: &str, warnings: &mut Vec<String>) {
    let canonical = prefix.trunc();
    if *prefix != canonical {
        warnings.push(format!("{kind} {id}: {prefix} has host bits set; read as {canonical}"));
        *prefix = canonical;
    }
}
