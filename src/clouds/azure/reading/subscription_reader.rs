//! Reads one kind of one subscription: from its lists into the model.
//!
//! Azure leaves out of a list what the caller may not read, or answers with an empty list, without an error. So machines
//! and scale sets that other answers name are looked for: an interface names its machine, and a subnet the scale set whose
//! machines are in it. Only what was really deleted is not missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use super::subscription_lists::{ArmLists, SubscriptionLists};
use super::vm_sizes::VmSizes;
use crate::clouds::azure::api::{HubConnection, Nic, ScaleSetVm, VirtualMachine, VirtualNetwork, VmScaleSet};
use crate::clouds::azure::convert::instance::MachineLookups;
use crate::clouds::azure::convert::{
    AnswerContext, IpConfigurationSizes, NicIndex, PowerStateIndex, PrivateEndpointIndex, PublicIpIndex,
    VmSizeIndex, instance, interface, link, network, subnet,
};
use crate::clouds::azure::resource_id;
use crate::clouds::{Failure, meter};
use crate::model::{FoundResources, Instance, Kind, Link, Outcome};

/// Reads a subscription.
#[derive(Debug)]
pub struct SubscriptionReader<'a> {
    pub subscription: &'a str,
    pub name: Option<&'a str>,
    pub lists: &'a SubscriptionLists,
    pub arm_lists: &'a ArmLists,
    pub sizes: &'a VmSizes,
    pub others: &'a dyn OtherSubscriptions,
    /// Whether the usages of virtual networks are read.
    pub reads_usages: bool,
}

/// Knows the lists of every subscription that is read.
pub trait OtherSubscriptions: fmt::Debug + Sync {
    /// Returns the lists of one subscription, whatever the case of its id.
    fn lists_of(&self, subscription: &str) -> Option<&SubscriptionLists>;
}

impl SubscriptionReader<'_> {
    /// Reads `kind` into `found`.
    ///
    /// # Errors
    /// With all that could not be read; what could is in `found`.
    pub async fn read(&self, kind: Kind, found: &mut FoundResources) -> Result<(), Failure> {
        match kind {
            Kind::Networks => self.networks(found).await,
            Kind::Subnets => {
                let read = self.subnets(found).await;
                self.read_usages(found).await;
                read
            }
            Kind::Instances => self.instances(found.instances.loose_mut()).await,
            Kind::Interfaces => self.interfaces(found).await,
            Kind::Links => self.links(found).await,
        }
    }

    const fn context(&self) -> AnswerContext<'_> {
        AnswerContext { account: self.subscription, region: None }
    }

    async fn networks(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let (context, name, networks) = (self.context(), self.name, &mut found.networks);
        let vnets = self.lists.networks.for_each(|item| {
            networks.extend(note_missing_id(network::network_from_vnet(item, context, name)));
        });
        let vnets = vnets.await;
        let hubs = self.lists.hubs.for_each(|item| {
            if !item.is_route_server() {
                networks.extend(note_missing_id(network::network_from_hub(item, context, name)));
            }
        });
        let read = [vnets, hubs.await].into_iter().filter_map(Result::err);
        // A network without prefixes cannot be compared, so a gate on overlaps would pass wrongly.
        let without = networks.iter().filter(|network| network.blocks.is_empty()).map(|network| {
            Failure::new(Outcome::Failed, format!("{}: the answer has no address prefix of it", network.id))
        });
        Failure::join(read.chain(without))
    }

    async fn subnets(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let (context, lists) = (self.context(), self.lists);
        let unread = IpConfigurationSizes::default();
        let (mut of_nics, mut of_sets) = (false, false);
        let result = lists
            .networks
            .for_each(|item| {
                for id in subnet::nic_configuration_ids(item) {
                    let is_of_set = resource_id::scale_set_of(id).is_some();
                    of_sets |= is_of_set;
                    of_nics |= !is_of_set;
                }
                found.subnets.extend(subnet::subnets_of_vnet(item, context, &unread));
            })
            .await;
        if !of_nics && !of_sets {
            return result;
        }
        // Subnets are there before it is known how many addresses their interfaces take. Interfaces that cannot be read
        // are a scope of their own, and leave the figures blank.
        let (mut nics, mut complete) = (Vec::new(), true);
        for (list, is_used) in [(&lists.nics, of_nics), (&lists.set_nics, of_sets)] {
            if is_used {
                let all = list.read_all().await;
                complete &= all.failures.is_empty();
                nics.extend(all.items);
            }
        }
        complete &= !of_sets || lists.sets.read_all().await.failures.is_empty();
        let configurations = IpConfigurationSizes::new(nics.iter().map(AsRef::as_ref), complete);
        subnet::recount_free_addresses(
            &mut found.subnets,
            &lists.networks.read_all().await.items,
            &configurations,
        );
        result
    }

    /// Reads how many addresses are used of subnets that services fill. Where it is refused they stay unknown. That is a
    /// remark, since the subnets themselves were read.
    async fn read_usages(&self, found: &mut FoundResources) {
        if !self.reads_usages || found.subnets.iter().all(|subnet| subnet.addresses_available.is_some()) {
            return;
        }
        let usages = self.lists.usages.read_all().await;
        if let Some(failure) = usages.failures.first() {
            meter::note_remark(&format!(
                "the usage of subnets that services use is unknown: {}",
                failure.detail()
            ));
        }
        let networks = self.lists.networks.read_all().await.items;
        subnet::fill_free_addresses(&mut found.subnets, &networks, &usages.items);
    }

    /// Peerings come with their network. The connections of a hub are a list of their own.
    async fn links(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let (context, lists) = (self.context(), self.lists);
        let mut without_remote = Vec::new();
        let peerings = lists.networks.for_each(|item| {
            found.links.extend(link::links_from_peerings(item, context));
            without_remote.extend(link::peerings_without_remote_prefixes(item));
        });
        let peerings = peerings.await;
        self.add_remote_prefixes(without_remote, &mut found.links).await;
        let (hubs, connections) = tokio::join!(lists.hubs.read_all(), lists.connections.read_all());
        let mut by_hub: BTreeMap<String, Vec<HubConnection>> = BTreeMap::new();
        // All connections are one list here, while the resource manager has one for each hub: the id says which hub.
        for connection in &connections.items {
            let id = connection.id.as_deref().unwrap_or_default();
            let hub = resource_id::hub_of_connection(id).unwrap_or(id);
            by_hub.entry(resource_id::key(hub)).or_default().push((**connection).clone());
        }
        for hub in hubs.items.iter().filter(|hub| !hub.is_route_server()) {
            let own =
                hub.id.as_deref().and_then(|id| by_hub.remove(&resource_id::key(id))).unwrap_or_default();
            found.links.extend(link::links_from_hub(hub, &own, context));
        }
        let stray = by_hub.into_values().flatten().map(|connection| {
            let id = connection.id.unwrap_or_default();
            Failure::new(Outcome::Failed, format!("{id}: no virtual hub that was listed has this connection"))
        });
        let without = found.links.iter().filter(|link| link.ends.iter().any(|end| end.network.is_none()));
        let without = without.map(|link| {
            let detail = format!("{}: the answer does not name the network at its other end", link.id);
            Failure::new(Outcome::Failed, detail)
        });
        let failures = [hubs.failures, connections.failures].into_iter().flatten();
        Failure::join(peerings.err().into_iter().chain(failures).chain(stray).chain(without))
    }

    /// Adds the other network's address space to peerings of whole networks whose answers lack it, where that network is
    /// read too: without prefixes at one end, a peering joins nothing.
    async fn add_remote_prefixes(&self, without_remote: Vec<(String, String)>, links: &mut [Link]) {
        for (peering, remote) in without_remote {
            let Some(others) = resource_id::subscription_of(&remote).and_then(|id| self.others.lists_of(id))
            else {
                continue;
            };
            let networks = others.networks.read_all().await.items;
            let is_remote = |network: &&Arc<VirtualNetwork>| {
                network.id.as_deref().is_some_and(|id| resource_id::key(id) == resource_id::key(&remote))
            };
            let Some(network) = networks.iter().find(is_remote) else { continue };
            for link in links.iter_mut().filter(|link| link.id == peering) {
                link::set_remote_prefixes(link, network);
            }
        }
    }

    async fn interfaces(&self, found: &mut FoundResources) -> Result<(), Failure> {
        let (context, lists) = (self.context(), self.lists);
        let (ips, endpoints, sets, set_ips) = tokio::join!(
            lists.public_ips.read_all(),
            lists.endpoints.read_all(),
            lists.sets.read_all(),
            lists.set_public_ips.read_all()
        );
        let public_ips = PublicIpIndex::new(ips.items.iter().chain(&set_ips.items).map(AsRef::as_ref));
        let by_endpoint = PrivateEndpointIndex::new(endpoints.items.iter().map(AsRef::as_ref));
        let sets_by_id = by_id(&sets.items);
        let interfaces = &mut found.interfaces;
        let mut take = |nic: &Nic| {
            let context =
                in_set(nic.id.as_deref(), &sets_by_id, context).map_or(context, |(_, context)| context);
            interfaces.extend(note_missing_id(interface::interface_from_nic(
                nic,
                context,
                &public_ips,
                &by_endpoint,
            )));
        };
        let results = [lists.nics.for_each(&mut take).await, lists.set_nics.for_each(&mut take).await];
        let failures =
            [ips.failures, endpoints.failures, sets.failures, set_ips.failures].into_iter().flatten();
        Failure::join(results.into_iter().filter_map(Result::err).chain(failures))
    }

    async fn instances(&self, found: &mut Vec<Instance>) -> Result<(), Failure> {
        let lists = self.lists;
        let (nics, ips, states, sets, set_nics, set_ips) = tokio::join!(
            lists.nics.read_all(),
            lists.public_ips.read_all(),
            lists.states.read_all(),
            lists.sets.read_all(),
            lists.set_nics.read_all(),
            lists.set_public_ips.read_all()
        );
        let public_ips = PublicIpIndex::new(ips.items.iter().chain(&set_ips.items).map(AsRef::as_ref));
        let by_machine =
            NicIndex::new(nics.items.iter().chain(&set_nics.items).map(AsRef::as_ref), &public_ips);
        let power = PowerStateIndex::new(states.items.iter().map(AsRef::as_ref));
        let machines = MachineConverter {
            context: self.context(),
            nics: &by_machine,
            power: &power,
            sets: by_id(&sets.items),
        };

        let unknown = VmSizeIndex::default();
        let own = lists
            .machines
            .for_each(|item| found.extend(note_missing_id(machines.convert_vm(item, &unknown))))
            .await;
        let of_sets = lists
            .set_machines
            .for_each(|item| found.extend(note_missing_id(machines.convert_scale_set_vm(item, &unknown))))
            .await;
        let sizes_read = self.add_sizes(found, &machines).await;

        // A list that is known to be incomplete needs no proof of it.
        let is_whole = own.is_ok() && of_sets.is_ok() && sets.failures.is_empty();
        let unlisted =
            if is_whole { self.find_unlisted(found, &nics.items, &sets.items).await } else { Ok(()) };
        let results = [own, of_sets, sizes_read, unlisted].into_iter().filter_map(Result::err);
        let lists = [
            nics.failures,
            ips.failures,
            states.failures,
            sets.failures,
            set_nics.failures,
            set_ips.failures,
        ];
        Failure::join(results.chain(lists.into_iter().flatten()))
    }

    /// Adds processors and architecture to the machines in `found`. They are in `found` without them before, so that a
    /// scope whose time is up while sizes are read keeps its machines.
    async fn add_sizes(
        &self,
        found: &mut Vec<Instance>,
        machines: &MachineConverter<'_>,
    ) -> Result<(), Failure> {
        let (sizes, result) = self.sizes.find(found, self.arm_lists).await;
        // These lists were read before, so this costs no request.
        let (vms, scale_set_vms) =
            tokio::join!(self.lists.machines.read_all(), self.lists.set_machines.read_all());
        found.clear();
        found.extend(vms.items.iter().filter_map(|item| machines.convert_vm(item, &sizes)));
        found.extend(
            scale_set_vms.items.iter().filter_map(|item| machines.convert_scale_set_vm(item, &sizes)),
        );
        result
    }

    /// Looks for machines and scale sets that other answers name. If the networks cannot be read, they name no scale
    /// sets: they are a scope of their own, and fail there.
    async fn find_unlisted(
        &self,
        found: &[Instance],
        nics: &[Arc<Nic>],
        sets: &[Arc<VmScaleSet>],
    ) -> Result<(), Failure> {
        let networks = self.lists.networks.read_all().await;
        let machines = find_unlisted_machines(nics, found, self.arm_lists).await;
        let sets = find_unlisted_scale_sets(&networks.items, sets, self.arm_lists).await;
        Failure::join([machines, sets].into_iter().filter_map(Result::err))
    }
}

/// Converts virtual machines, with what other lists say about them.
struct MachineConverter<'a> {
    context: AnswerContext<'a>,
    nics: &'a NicIndex,
    power: &'a PowerStateIndex,
    sets: HashMap<String, &'a VmScaleSet>,
}

impl MachineConverter<'_> {
    fn convert_vm(&self, machine: &VirtualMachine, sizes: &VmSizeIndex) -> Option<Instance> {
        instance::instance_from_vm(machine, self.context, self.lookups(sizes))
    }

    fn convert_scale_set_vm(&self, machine: &ScaleSetVm, sizes: &VmSizeIndex) -> Option<Instance> {
        let (set, context) = in_set(machine.id.as_deref(), &self.sets, self.context)?;
        instance::instance_from_scale_set(machine, set, context, self.lookups(sizes))
    }

    const fn lookups<'b>(&'b self, sizes: &'b VmSizeIndex) -> MachineLookups<'b> {
        MachineLookups { nics: self.nics, power: self.power, sizes }
    }
}

fn by_id(sets: &[Arc<VmScaleSet>]) -> HashMap<String, &VmScaleSet> {
    sets.iter().filter_map(|set| Some((resource_id::key(set.id.as_deref()?), set.as_ref()))).collect()
}

/// Finds the scale set that a machine or interface with this id is of; it lies where the set does.
fn in_set<'a>(
    id: Option<&str>,
    sets: &HashMap<String, &'a VmScaleSet>,
    context: AnswerContext<'a>,
) -> Option<(&'a VmScaleSet, AnswerContext<'a>)> {
    let set = *sets.get(&resource_id::key(resource_id::scale_set_of(id?)?))?;
    Some((set, AnswerContext { region: set.location.as_deref(), ..context }))
}

/// Records a row without an id, which cannot be named: the scope is not complete without it.
fn note_missing_id<T>(row: Option<T>) -> Option<T> {
    if row.is_none() {
        meter::note_oddity("a row without id");
    }
    row
}

/// How many are looked for: one that is hidden is enough to know.
const LOOKED_FOR: usize = 3;

/// Looks for the machines that `nics` name and `instances` lack.
///
/// # Errors
/// When one of them exists, or cannot be looked for.
async fn find_unlisted_machines(
    nics: &[Arc<Nic>],
    instances: &[Instance],
    lists: &ArmLists,
) -> Result<(), Failure> {
    let listed: BTreeSet<String> = instances.iter().map(|instance| resource_id::key(&instance.id)).collect();
    let named =
        nics.iter().filter_map(|nic| nic.properties.as_ref()?.virtual_machine.as_ref()?.id.as_deref());
    let missing = missing(named.filter(|machine| resource_id::scale_set_of(machine).is_none()), &listed);
    for machine in missing.values().take(LOOKED_FOR) {
        if lists.has_machine(machine).await? {
            return Err(unlisted_failure(machine, missing.len(), "an interface is attached to it"));
        }
    }
    Ok(())
}

/// Looks for the scale sets that subnets of `networks` name and `sets` lack.
///
/// # Errors
/// When one of them exists, or cannot be looked for.
async fn find_unlisted_scale_sets(
    networks: &[Arc<VirtualNetwork>],
    sets: &[Arc<VmScaleSet>],
    lists: &ArmLists,
) -> Result<(), Failure> {
    let listed: BTreeSet<String> =
        sets.iter().filter_map(|set| set.id.as_deref()).map(resource_id::key).collect();
    let subnets = networks.iter().flat_map(|network| &network.properties.subnets.read);
    let used = subnets.flat_map(|subnet| &subnet.properties.ip_configurations.read);
    let named = used.filter_map(|reference| resource_id::scale_set_of(reference.id.as_deref()?));
    // Only what this subscription's list should have.
    let own = named.filter(|set| resource_id::belongs_to(set, lists.subscription()));
    let missing = missing(own, &listed);
    for set in missing.values().take(LOOKED_FOR) {
        if lists.has_scale_set(set).await? {
            return Err(unlisted_failure(set, missing.len(), "a subnet has its machines"));
        }
    }
    Ok(())
}

fn missing<'a>(named: impl Iterator<Item = &'a str>, listed: &BTreeSet<String>) -> BTreeMap<String, &'a str> {
    named.map(|id| (resource_id::key(id), id)).filter(|(key, _)| !listed.contains(key)).collect()
}

fn unlisted_failure(id: &str, count: usize, how: &str) -> Failure {
    let others = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
    let detail = format!(
        "{id} exists ({how}), but no list has it{others}: the permission to list is missing for some resource groups, or \
         Resource Graph does not show it yet (assign the role Reader on the whole subscription, or use --azure-api arm)"
    );
    Failure::new(Outcome::Denied, detail)
}
