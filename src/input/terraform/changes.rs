//! What becomes of the prefixes of a resource.

use ipnet::IpNet;

use super::resolver::{ResolvedNetwork, Resolver, network_key};
use super::resource::PlannedResource;
use super::resource_state::{IPV6, InlineSubnet, ResourceState};
use super::resource_type::ResourceType;
use crate::model::{PlannedChanges, PlannedKind, PlannedPrefix, Removal, UnknownValue};

/// Adds to `plan` what happens to `resource`.
pub fn add(plan: &mut PlannedChanges, resource: &PlannedResource, resolver: &Resolver<'_, '_>) {
    if resource.deletes {
        remove(plan, resource);
    }
    let Some(after) = &resource.after else { return };
    if !resource.creates && !resource.updates {
        return;
    }
    let network = resolver.network_of(resource);
    let unknown = after.unknown.iter().filter(|name| is_worth_naming(resource, name, network, resolver));
    let inline = after.inline.iter().filter_map(|subnet| subnet.addresses.unknown.as_ref());
    plan.unknown.extend(unknown.chain(inline).map(|attribute| UnknownValue {
        address: resource.name.clone(),
        attribute: resource.label(attribute).to_owned(),
    }));
    let key = if resource.kind.is_network() { network_key(resource) } else { key_of_parent(after, network) };
    let add = Addition {
        resource,
        after,
        region: region(after, network),
        network: (!key.is_empty()).then_some(key),
    };
    match &resource.before {
        Some(before) if !resource.creates => update(plan, &add, before),
        _ => {
            add.all(plan);
            after.inline.iter().for_each(|subnet| add.inline(plan, subnet));
        }
    }
}

/// Tells whether an unknown attribute leaves something open.
fn is_worth_naming(
    resource: &PlannedResource,
    attribute: &str,
    network: Option<&ResolvedNetwork<'_>>,
    resolver: &Resolver<'_, '_>,
) -> bool {
    match (resource.kind, attribute) {
        // Computed where they are not configured, and part of what Amazon gives where the network's is.
        (ResourceType::AwsSubnet, IPV6) => {
            let is_amazons = network.is_some_and(|network| network.has_amazon_ipv6);
            !is_amazons
                && (resolver.may_set(resource, IPV6) || resolver.may_set(resource, "ipv6_ipam_pool_id"))
        }
        (ResourceType::Vnet, "subnet") => resolver.may_set(resource, resource.label("subnet")),
        _ => true,
    }
}

fn key_of_parent(after: &ResourceState, network: Option<&ResolvedNetwork<'_>>) -> String {
    let planned = network.map(|network| network.key.clone());
    planned.or_else(|| after.network.clone()).unwrap_or_default()
}

fn region(after: &ResourceState, network: Option<&ResolvedNetwork<'_>>) -> Option<String> {
    after.region.clone().or_else(|| network?.region.map(str::to_owned))
}

/// What the prefixes of a resource have in common.
struct Addition<'r> {
    resource: &'r PlannedResource,
    after: &'r ResourceState,
    region: Option<String>,
    network: Option<String>,
}

impl Addition<'_> {
    fn all(&self, plan: &mut PlannedChanges) {
        self.these(plan, &self.after.prefixes);
    }

    fn these(&self, plan: &mut PlannedChanges, prefixes: &[IpNet]) {
        let kind = match self.resource.kind {
            subnet if subnet.is_subnet() => PlannedKind::Subnet,
            ResourceType::Remote | ResourceType::AwsRemote => PlannedKind::Remote,
            _ => PlannedKind::Network,
        };
        plan.prefixes
            .extend(prefixes.iter().map(|prefix| self.planned(kind, self.after.name.as_ref(), *prefix)));
    }

    fn inline(&self, plan: &mut PlannedChanges, subnet: &InlineSubnet) {
        let planned = |prefix: &IpNet| self.planned(PlannedKind::Subnet, subnet.name.as_ref(), *prefix);
        plan.prefixes.extend(subnet.addresses.prefixes.iter().map(planned));
    }

    fn planned(&self, kind: PlannedKind, name: Option<&String>, prefix: IpNet) -> PlannedPrefix {
        PlannedPrefix {
            kind,
            address: self.resource.name.clone(),
            provider: self.resource.kind.provider(),
            region: self.region.clone(),
            name: name.cloned(),
            network: self.network.clone(),
            is_new: self.resource.creates,
            prefix,
        }
    }
}

/// Adds what goes when the resource that exists is destroyed.
fn remove(plan: &mut PlannedChanges, resource: &PlannedResource) {
    let Some(before) = resource.before.as_ref().filter(|before| !before.survives) else { return };
    match (resource.kind, resource.id()) {
        (ResourceType::Ipv4Block | ResourceType::Ipv6Block, _) => {
            remove_blocks(plan, before.network.as_deref(), &before.prefixes);
        }
        (kind, Some(id)) if kind.is_subnet() => plan.removed.push(Removal::Subnet(id.to_owned())),
        (kind, Some(id)) if kind.is_network() => plan.removed.push(Removal::Network(id.to_owned())),
        // No inventory has the others.
        (_, _) => {}
    }
}

fn remove_blocks(plan: &mut PlannedChanges, network: Option<&str>, prefixes: &[IpNet]) {
    if let Some(network) = network {
        plan.removed.extend(prefixes.iter().map(|prefix| Removal::Block(network.to_owned(), *prefix)));
    }
}

/// Adds the difference between what is and what shall be.
fn update(plan: &mut PlannedChanges, add: &Addition<'_>, before: &ResourceState) {
    let Addition { resource, after, .. } = add;
    let new = without(&after.prefixes, &before.prefixes);
    // What is not known may well be what is there.
    let gone = if after.unknown.is_empty() { without(&before.prefixes, &after.prefixes) } else { Vec::new() };
    if resource.kind.is_subnet() {
        if !new.is_empty() || !gone.is_empty() {
            remove(plan, resource);
            add.all(plan);
        }
        return;
    }
    add.these(plan, &new);
    let network = if resource.kind.is_network() { resource.id() } else { before.network.as_deref() };
    remove_blocks(plan, network, &gone);
    update_inline(plan, add, before);
}

fn update_inline(plan: &mut PlannedChanges, add: &Addition<'_>, before: &ResourceState) {
    if add.after.unknown.contains(&"subnet") {
        return;
    }
    let same = |a: &InlineSubnet, b: &InlineSubnet| {
        a.name == b.name
            && without(&a.addresses.prefixes, &b.addresses.prefixes).is_empty()
            && without(&b.addresses.prefixes, &a.addresses.prefixes).is_empty()
    };
    for subnet in &add.after.inline {
        if !before.inline.iter().any(|old| same(subnet, old)) {
            add.inline(plan, subnet);
        }
    }
    for subnet in &before.inline {
        let stays = |new: &InlineSubnet| {
            same(subnet, new) || (new.addresses.unknown.is_some() && new.name == subnet.name)
        };
        if !add.after.inline.iter().any(stays) {
            plan.removed.extend(subnet.id.clone().map(Removal::Subnet));
        }
    }
}

fn without(prefixes: &[IpNet], others: &[IpNet]) -> Vec<IpNet> {
    prefixes.iter().copied().filter(|prefix| !others.contains(prefix)).collect()
}
