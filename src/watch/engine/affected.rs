//! What else a change may affect: the subnets of addresses, who had them before, and what other accounts see.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::time::Instant;

use crate::model::{Identity, Instance, Interface, Kind, Link, Network, Provider, Subnet, kind_of_id};
use crate::watch::account_region::AccountRegion;
use crate::watch::delta::Delta;
use crate::watch::live_resource::LiveResource;
use crate::watch::pending::{ReadOrder, ReadWindow};
use crate::watch::{LiveInventory, ReadAnswer, Touched};

/// Lists the subnets whose addresses machines and interfaces took or gave back, by their ids.
pub(super) fn subnets_with_other_addresses(touched: &Touched) -> BTreeSet<String> {
    let (old, new) = (&touched.old, &touched.new);
    let machines = differing(&old.instances, &new.instances, |one| {
        (one.subnet.clone(), one.private_ips.clone(), one.private_prefixes.clone())
    });
    let machines = machines.into_iter().filter_map(|one| one.subnet.clone());
    let interfaces = differing(&old.interfaces, &new.interfaces, |one| {
        (one.subnet.clone(), one.private_ips.clone(), one.private_prefixes.clone())
    });
    machines.chain(interfaces.into_iter().filter_map(|one| one.subnet.clone())).collect()
}

/// Lists the rows that are on one side only, or differ in a part.
fn differing<'r, T: LiveResource, P: PartialEq>(
    old: &'r [T],
    new: &'r [T],
    part: impl Fn(&T) -> P,
) -> Vec<&'r T> {
    let parts =
        |rows: &[T]| -> HashMap<Identity, P> { rows.iter().map(|row| (row.identity(), part(row))).collect() };
    let (before, now) = (parts(old), parts(new));
    let rows = old.iter().chain(new);
    rows.filter(|row| before.get(&row.identity()) != now.get(&row.identity())).collect()
}

/// Lists the resources that other accounts may see too, and that one account sees differently now. The inventory need not
/// differ yet: it joins all views.
pub(super) fn shared(delta: &Delta) -> BTreeSet<(Kind, Identity, String)> {
    fn ids<T: LiveResource>(delta: &Delta) -> impl Iterator<Item = (Kind, Identity, String)> {
        T::changes(delta).iter().map(|change| (T::KIND, change.row.identity(), change.row.asked_as()))
    }
    let networks = ids::<Network>(delta).chain(ids::<Subnet>(delta));
    networks.chain(ids::<Interface>(delta)).chain(ids::<Link>(delta)).collect()
}

/// A private address in a network, or a public one, without a network.
type HeldAddress = (Option<String>, IpAddr);

/// The addresses of machines and interfaces that a read found, and which of these have them.
#[derive(Default)]
pub(super) struct FoundAddresses {
    all: HashSet<IpAddr>,
    /// The ids of the machines that have them.
    machines: HashMap<HeldAddress, String>,
    /// The ids of the interfaces that have them, and what these are attached to.
    interfaces: HashMap<HeldAddress, (String, Option<String>)>,
}

impl FoundAddresses {
    /// Collects the addresses of what was asked for by its id. What is read as a whole leaves no other holder of its kind unread.
    pub fn new(answers: &[ReadAnswer]) -> Self {
        let mut found = Self::default();
        for answer in answers.iter().filter(|answer| !answer.is_whole) {
            for machine in &answer.found.instances {
                let addresses = addresses_of(machine);
                found.machines.extend(addresses.map(|address| (address, machine.asked_as())));
            }
            for interface in &answer.found.interfaces {
                let holder = (interface.asked_as(), interface.attached_to.clone());
                let addresses = addresses_of(interface);
                found.interfaces.extend(addresses.map(|address| (address, holder.clone())));
            }
        }
        found.all = found.machines.keys().chain(found.interfaces.keys()).map(|(_, ip)| *ip).collect();
        found
    }

    /// Returns an order for the same and for what is known to have an address that was found elsewhere: a call that takes an
    /// address from one resource for another names only the one that gets it. So both are read together, and no report says
    /// that two have it. `None` if there is nothing to add, or it was added before.
    pub fn add_other_holders(
        &self,
        live: &LiveInventory,
        place: &AccountRegion,
        order: &ReadOrder,
        answers: &[ReadAnswer],
        now: Instant,
    ) -> Option<ReadOrder> {
        let has_failed = answers.iter().any(|answer| answer.coverage.outcome.is_incomplete());
        if order.has_other_holders || has_failed {
            return None;
        }
        let held = self.unread_holders(live, place, order);
        (!held.is_empty()).then(|| {
            let window = ReadWindow::at(now);
            let mut both = ReadOrder { window, has_other_holders: true, ..order.clone() };
            for (kind, ids) in held {
                both.targets.entry(kind).or_default().ids.extend(ids);
            }
            both
        })
    }

    /// Tells whether one that got addresses was asked for, and found with fewer new ones than events tell of: it has ended
    /// since, or has lost an address again. Which one had that address before is not known then.
    pub fn lack_announced(
        &self,
        live: &LiveInventory,
        place: &AccountRegion,
        (order, complete): (&ReadOrder, &HashSet<Kind>),
    ) -> bool {
        let target = |kind| order.targets.get(&kind).filter(|_| complete.contains(&kind));
        order.got_addresses.iter().any(|(id, events)| {
            let kind = kind_of_id(place.provider, id);
            let asked = kind.and_then(target).filter(|target| !target.is_whole && target.ids.contains(id));
            asked.is_some() && self.count_new(live, place, id) < *events
        })
    }

    /// Lists the machines and interfaces that are known to have one of these addresses and were not found with it, by the ids
    /// to ask for them by.
    pub fn unread_holders(
        &self,
        live: &LiveInventory,
        place: &AccountRegion,
        order: &ReadOrder,
    ) -> BTreeMap<Kind, BTreeSet<String>> {
        if place.provider != Provider::Aws || order.is_consequence || self.all.is_empty() {
            return BTreeMap::new();
        }
        let machines = self.others(live.instances_of(place));
        let interfaces = self.others(live.interfaces_of(place));
        let mut held = BTreeMap::from([(Kind::Instances, machines), (Kind::Interfaces, interfaces)]);
        held.retain(|_, ids| !ids.is_empty());
        held
    }

    /// Counts the addresses with which a machine or interface was found, and was not known to have.
    fn count_new(&self, live: &LiveInventory, place: &AccountRegion, id: &str) -> usize {
        let machines = live.instances_of(place).filter(|(_, row)| row.asked_as() == id);
        let interfaces = live.interfaces_of(place).filter(|(_, row)| row.asked_as() == id);
        let machines = machines.flat_map(|(_, row)| addresses_of(row));
        let known: HashSet<HeldAddress> =
            machines.chain(interfaces.flat_map(|(_, row)| addresses_of(row))).collect();
        let machines = self.machines.iter();
        let interfaces = self.interfaces.iter().map(|(address, (holder, _))| (address, holder));
        let found = machines.chain(interfaces).filter(|(_, holder)| *holder == id);
        found.filter(|(address, _)| !known.contains(*address)).count()
    }

    fn others<'r, T: HasAddresses + 'r>(
        &self,
        known: impl Iterator<Item = (&'r Identity, &'r T)>,
    ) -> BTreeSet<String> {
        let is_other = |row: &&T| {
            let (_, private, public) = row.addresses();
            // Of nearly all rows, no address was found.
            private.iter().chain(public).any(|ip| self.all.contains(ip))
                && addresses_of(*row).any(|address| row.is_held_elsewhere(&address, self))
        };
        known.map(|(_, row)| row).filter(is_other).map(LiveResource::asked_as).collect()
    }
}

/// A kind of resource that has addresses.
trait HasAddresses: LiveResource {
    /// Its network, its private and its public addresses.
    fn addresses(&self) -> (Option<&String>, &[IpAddr], &[IpAddr]);

    /// Tells whether an address of it was found at another machine or interface.
    fn is_held_elsewhere(&self, address: &HeldAddress, found: &FoundAddresses) -> bool;
}

impl HasAddresses for Instance {
    fn addresses(&self) -> (Option<&String>, &[IpAddr], &[IpAddr]) {
        (self.network.as_ref(), &self.private_ips, &self.public_ips)
    }

    fn is_held_elsewhere(&self, address: &HeldAddress, found: &FoundAddresses) -> bool {
        match (found.machines.get(address), found.interfaces.get(address)) {
            (Some(holder), _) => *holder != self.asked_as(),
            (None, Some((_, attached_to))) => attached_to.as_ref() != Some(&self.id),
            (None, None) => false,
        }
    }
}

impl HasAddresses for Interface {
    fn addresses(&self) -> (Option<&String>, &[IpAddr], &[IpAddr]) {
        (self.network.as_ref(), &self.private_ips, &self.public_ips)
    }

    fn is_held_elsewhere(&self, address: &HeldAddress, found: &FoundAddresses) -> bool {
        match (found.interfaces.get(address), found.machines.get(address)) {
            (Some((holder, _)), _) => *holder != self.asked_as(),
            (None, Some(machine)) => self.attached_to.as_ref() != Some(machine),
            (None, None) => false,
        }
    }
}

fn addresses_of(row: &impl HasAddresses) -> impl Iterator<Item = HeldAddress> {
    let (network, private, public) = row.addresses();
    // The same private address in another network is another address.
    let private = private.iter().filter_map(move |ip| Some((Some(network?.clone()), *ip)));
    private.chain(public.iter().map(|ip| (None, *ip)))
}
