//! Changes of resources, as Resource Graph's table `resourcechanges` has them: what differs between two states of an estate.
//! <https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes>
//!
//! Only resources that the graph lists by themselves have changes: that of a subnet is one of its network, and what an
//! operation leaves as it was is none.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::types::{AzureEstate, Named, Subscription, guid};

/// Types of resources, as Resource Graph writes them.
pub mod resource_type {
    pub const NETWORK: &str = "microsoft.network/virtualnetworks";
    pub const INTERFACE: &str = "microsoft.network/networkinterfaces";
    pub const PUBLIC_IP: &str = "microsoft.network/publicipaddresses";
    pub const HUB: &str = "microsoft.network/virtualhubs";
    pub const ENDPOINT: &str = "microsoft.network/privateendpoints";
    pub const MACHINE: &str = "microsoft.compute/virtualmachines";
    pub const SCALE_SET: &str = "microsoft.compute/virtualmachinescalesets";
}

/// A change of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceChange {
    /// The id of the change itself.
    pub id: String,
    /// The id of the subscription.
    pub subscription: String,
    /// The id of the resource.
    pub target: String,
    /// The type of the resource, in lower case.
    pub target_type: &'static str,
    /// `Create`, `Update` or `Delete`.
    pub kind: &'static str,
    /// When it changed.
    pub at: Timestamp,
}

/// Lists what changed from one state of an estate to the next one, which has the same subscriptions.
pub fn changes_between(old: &AzureEstate, new: &AzureEstate, at: Timestamp) -> Vec<ResourceChange> {
    let pairs = old.subscriptions.iter().zip(&new.subscriptions);
    let changed = pairs.filter(|(old, new)| !Arc::ptr_eq(old, new));
    changed
        .flat_map(|(old, new)| SubscriptionComparison { old, new, at, changes: Vec::new() }.run())
        .collect()
}

/// Two states of a subscription.
struct SubscriptionComparison<'a> {
    old: &'a Subscription,
    new: &'a Subscription,
    at: Timestamp,
    changes: Vec<ResourceChange>,
}

impl SubscriptionComparison<'_> {
    fn run(mut self) -> Vec<ResourceChange> {
        let (old, new) = (self.old, self.new);
        self.compare(resource_type::NETWORK, (&old.networks, &new.networks), |one| &one.named);
        self.compare(resource_type::INTERFACE, (&old.interfaces, &new.interfaces), |one| &one.named);
        self.compare(resource_type::PUBLIC_IP, (&old.public_ips, &new.public_ips), |one| &one.named);
        self.compare(resource_type::HUB, (&old.hubs, &new.hubs), |one| &one.named);
        self.compare(resource_type::ENDPOINT, (&old.endpoints, &new.endpoints), |one| &one.named);
        self.compare(resource_type::MACHINE, (&old.machines, &new.machines), |one| &one.named);
        self.compare(resource_type::SCALE_SET, (&old.scale_sets, &new.scale_sets), |one| &one.named);
        self.changes
    }

    fn compare<T: PartialEq>(
        &mut self,
        target_type: &'static str,
        (old, new): (&[T], &[T]),
        named: fn(&T) -> &Named,
    ) {
        let mut before: HashMap<&str, &T> = old.iter().map(|one| (&*named(one).id, one)).collect();
        for one in new {
            match before.remove(&*named(one).id) {
                Some(known) if known == one => {}
                Some(_) => self.add(target_type, &named(one).id, "Update"),
                None => self.add(target_type, &named(one).id, "Create"),
            }
        }
        let mut gone: Vec<&str> = before.into_keys().collect();
        gone.sort_unstable();
        for id in gone {
            self.add(target_type, id, "Delete");
        }
    }

    fn add(&mut self, target_type: &'static str, target: &str, kind: &'static str) {
        let id = guid(&format!("{target}/{kind}/{}/{}", self.at, self.changes.len()));
        self.changes.push(ResourceChange {
            id: format!("{target}/providers/Microsoft.Resources/changes/{id}"),
            subscription: self.new.id.clone(),
            target: target.to_owned(),
            target_type,
            kind,
            at: self.at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::estate::Estate;

    #[test]
    fn what_comes_goes_and_differs_is_a_change_of_its_resource() {
        let old = Estate::sample().azure;
        let mut new = old.clone();
        assert!(changes_between(&old, &new, Timestamp::UNIX_EPOCH).is_empty());
        let place = new.subscriptions.iter().position(|one| !one.machines.is_empty()).unwrap();
        let all = Arc::make_mut(&mut new.subscriptions[place]);
        let gone = all.machines.remove(0).named.id;
        let mut network = all.networks[0].clone();
        all.networks[0].subnets.pop();
        network.named.id.push_str("-2");
        all.networks.push(network);
        let changes = changes_between(&old, &new, Timestamp::UNIX_EPOCH);
        let kinds: Vec<_> = changes.iter().map(|change| (change.target_type, change.kind)).collect();
        let network = resource_type::NETWORK;
        assert_eq!(kinds, [(network, "Update"), (network, "Create"), (resource_type::MACHINE, "Delete")]);
        assert_eq!(changes[2].target, gone);
        assert!(changes[2].id.starts_with(&gone) && changes[2].id != changes[0].id);
    }
}
