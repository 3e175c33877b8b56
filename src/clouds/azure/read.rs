//! Reads one kind of one subscription: from the lists into the model.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::api::{HubConnection, Machine, Nic, ScaleSet, ScaleSetMachine, VirtualNetwork};
use super::convert::instance::Lookups;
use super::convert::{
    Catalogue, Configurations, Endpoints, Nics, Place, PowerStates, PublicIps, instance, interface, link,
    network, subnet,
};
use super::holdings::Holdings;
use super::manager::Lists;
use super::sizes::Sizes;
use super::{hidden, id};
use crate::clouds::{Failure, meter};
use crate::model::{Instance, Kind, Link, Outcome, Resources};

/// Reads a subscription.
#[derive(Debug)]
pub struct Reader<'a> {
    pub subscription: &'a str,
    pub name: Option<&'a str>,
    pub holdings: &'a Holdings,
    pub lists: &'a Lists,
    pub sizes: &'a Sizes,
    pub others: &'a dyn Others,
}

/// Knows the lists of every subscription that is read.
pub trait Others: fmt::Debug + Sync {
    /// Returns those of one subscription, however its id is capitalised.
    fn holdings(&self, subscription: &str) -> Option<&Holdings>;
}

impl Reader<'_> {
    /// Reads `kind` into `found`.
    ///
    /// # Errors
    /// With all that could not be read; what could is in `found`.
    pub async fn read(&self, kind: Kind, found: &mut Resources) -> Result<(), Failure> {
        match kind {
            Kind::Networks => self.networks(found).await,
            Kind::Subnets => self.subnets(found).await,
            Kind::Instances => self.instances(&mut found.instances).await,
            Kind::Interfaces => self.interfaces(found).await,
            Kind::Links => self.links(found).await,
        }
    }

    const fn place(&self) -> Place<'_> {
        Place { account: self.subscription, region: None }
    }

    async fn networks(&self, found: &mut Resources) -> Result<(), Failure> {
        let (place, name, networks) = (self.place(), self.name, &mut found.networks);
        let vnets =
            self.holdings.networks.each(|item| networks.extend(noted(network::from(item, place, name))));
        let vnets = vnets.await;
        let hubs = self.holdings.hubs.each(|item| {
            if !item.is_route_server() {
                networks.extend(noted(network::from_hub(item, place, name)));
            }
        });
        let read = [vnets, hubs.await].into_iter().filter_map(Result::err);
        // Without prefixes it cannot be compared, and a gate that knows none would pass.
        let without = networks.iter().filter(|network| network.blocks.is_empty()).map(|network| {
            Failure::new(Outcome::Failed, format!("{}: the answer has no address prefix of it", network.id))
        });
        Failure::join(read.chain(without))
    }

    async fn subnets(&self, found: &mut Resources) -> Result<(), Failure> {
        let (place, holdings) = (self.place(), self.holdings);
        let unread = Configurations::default();
        let (mut of_nics, mut of_sets) = (false, false);
        let result = holdings
            .networks
            .each(|item| {
                for id in subnet::interface_configurations(item) {
                    *(if id::scale_set_of(id).is_some() { &mut of_sets } else { &mut of_nics }) = true;
                }
                found.subnets.extend(subnet::all(item, place, &unread));
            })
            .await;
        if !of_nics && !of_sets {
            return result;
        }
        // Subnets are there before it is known how many addresses their interfaces take. Interfaces that cannot be read
        // are a scope of their own, and leave the figures blank.
        let (mut nics, mut complete) = (Vec::new(), true);
        for (list, is_used) in [(&holdings.nics, of_nics), (&holdings.set_nics, of_sets)] {
            if is_used {
                let all = list.all().await;
                complete &= all.failures.is_empty();
                nics.extend(all.items);
            }
        }
        complete &= !of_sets || holdings.sets.all().await.failures.is_empty();
        let configurations = Configurations::new(nics.iter().map(AsRef::as_ref), complete);
        subnet::count_again(&mut found.subnets, &holdings.networks.all().await.items, &configurations);
        result
    }

    /// Peerings stand in their network; what a hub is connected to is a list of its own.
    async fn links(&self, found: &mut Resources) -> Result<(), Failure> {
        let (place, holdings) = (self.place(), self.holdings);
        let mut untold = Vec::new();
        let peerings = holdings.networks.each(|item| {
            found.links.extend(link::peerings(item, place));
            untold.extend(link::untold(item));
        });
        let peerings = peerings.await;
        self.tell(untold, &mut found.links).await;
        let (hubs, connections) = tokio::join!(holdings.hubs.all(), holdings.connections.all());
        let mut by_hub: BTreeMap<String, Vec<HubConnection>> = BTreeMap::new();
        for connection in &connections.items {
            let id = connection.id.as_deref().unwrap_or_default();
            let hub = id::hub_of_connection(id).unwrap_or(id);
            by_hub.entry(id::key(hub)).or_default().push((**connection).clone());
        }
        for hub in hubs.items.iter().filter(|hub| !hub.is_route_server()) {
            let own = hub.id.as_deref().and_then(|id| by_hub.remove(&id::key(id))).unwrap_or_default();
            found.links.extend(link::hub_connections(hub, &own, place));
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
    async fn tell(&self, untold: Vec<(String, String)>, links: &mut [Link]) {
        for (peering, remote) in untold {
            let Some(others) = id::subscription_of(&remote).and_then(|id| self.others.holdings(id)) else {
                continue;
            };
            let networks = others.networks.all().await.items;
            let is_remote = |network: &&Arc<VirtualNetwork>| {
                network.id.as_deref().is_some_and(|id| id::key(id) == id::key(&remote))
            };
            let Some(network) = networks.iter().find(is_remote) else { continue };
            for link in links.iter_mut().filter(|link| link.id == peering) {
                link.ends[1].prefixes = link::space(network);
            }
        }
    }

    async fn interfaces(&self, found: &mut Resources) -> Result<(), Failure> {
        let (place, holdings) = (self.place(), self.holdings);
        let (ips, endpoints, sets, set_ips) = tokio::join!(
            holdings.public_ips.all(),
            holdings.endpoints.all(),
            holdings.sets.all(),
            holdings.set_public_ips.all()
        );
        let public_ips = PublicIps::new(ips.items.iter().chain(&set_ips.items).map(AsRef::as_ref));
        let by_endpoint = Endpoints::new(endpoints.items.iter().map(AsRef::as_ref));
        let sets_by_id = by_id(&sets.items);
        let interfaces = &mut found.interfaces;
        let mut take = |nic: &Nic| {
            let place = in_set(nic.id.as_deref(), &sets_by_id, place).map_or(place, |(_, place)| place);
            interfaces.extend(noted(interface::from(nic, place, &public_ips, &by_endpoint)));
        };
        let results = [holdings.nics.each(&mut take).await, holdings.set_nics.each(&mut take).await];
        let failures =
            [ips.failures, endpoints.failures, sets.failures, set_ips.failures].into_iter().flatten();
        Failure::join(results.into_iter().filter_map(Result::err).chain(failures))
    }

    async fn instances(&self, found: &mut Vec<Instance>) -> Result<(), Failure> {
        let holdings = self.holdings;
        let (nics, ips, states, sets, set_nics, set_ips) = tokio::join!(
            holdings.nics.all(),
            holdings.public_ips.all(),
            holdings.states.all(),
            holdings.sets.all(),
            holdings.set_nics.all(),
            holdings.set_public_ips.all()
        );
        let public_ips = PublicIps::new(ips.items.iter().chain(&set_ips.items).map(AsRef::as_ref));
        let by_machine = Nics::new(nics.items.iter().chain(&set_nics.items).map(AsRef::as_ref), &public_ips);
        let power = PowerStates::new(states.items.iter().map(AsRef::as_ref));
        let machines =
            Machines { place: self.place(), nics: &by_machine, power: &power, sets: by_id(&sets.items) };

        let unknown = Catalogue::default();
        let own = holdings.machines.each(|item| found.extend(noted(machines.one(item, &unknown)))).await;
        let of_sets =
            holdings.set_machines.each(|item| found.extend(noted(machines.of_set(item, &unknown)))).await;
        // Machines are there before their sizes are known; should the time be up now, they stay as they are.
        let (sizes, asked) = self.sizes.find(found, self.lists).await;
        let (all, all_of_sets) = tokio::join!(holdings.machines.all(), holdings.set_machines.all());
        found.clear();
        found.extend(all.items.iter().filter_map(|item| machines.one(item, &sizes)));
        found.extend(all_of_sets.items.iter().filter_map(|item| machines.of_set(item, &sizes)));

        let whole = own.is_ok() && of_sets.is_ok() && sets.failures.is_empty();
        let hidden = if whole { self.hidden(found, &nics.items, &sets.items).await } else { Ok(()) };
        let results = [own, of_sets, asked, hidden].into_iter().filter_map(Result::err);
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

    /// Networks that cannot be read tell nothing of scale sets; they are a scope of their own.
    async fn hidden(
        &self,
        found: &[Instance],
        nics: &[Arc<Nic>],
        sets: &[Arc<ScaleSet>],
    ) -> Result<(), Failure> {
        let networks = self.holdings.networks.all().await;
        let machines = hidden::machines(nics, found, self.lists).await;
        let sets = hidden::scale_sets(&networks.items, sets, self.lists).await;
        Failure::join([machines, sets].into_iter().filter_map(Result::err))
    }
}

/// What machines are made with.
struct Machines<'a> {
    place: Place<'a>,
    nics: &'a Nics,
    power: &'a PowerStates,
    sets: HashMap<String, &'a ScaleSet>,
}

impl Machines<'_> {
    fn one(&self, machine: &Machine, sizes: &Catalogue) -> Option<Instance> {
        instance::from(machine, self.place, self.lookups(sizes))
    }

    fn of_set(&self, machine: &ScaleSetMachine, sizes: &Catalogue) -> Option<Instance> {
        let (set, place) = in_set(machine.id.as_deref(), &self.sets, self.place)?;
        instance::from_scale_set(machine, set, place, self.lookups(sizes))
    }

    const fn lookups<'b>(&'b self, sizes: &'b Catalogue) -> Lookups<'b> {
        Lookups { nics: self.nics, power: self.power, sizes }
    }
}

fn by_id(sets: &[Arc<ScaleSet>]) -> HashMap<String, &ScaleSet> {
    sets.iter().filter_map(|set| Some((id::key(set.id.as_deref()?), set.as_ref()))).collect()
}

/// Finds the scale set that a machine or interface with this id is of; it lies where the set does.
fn in_set<'a>(
    id: Option<&str>,
    sets: &HashMap<String, &'a ScaleSet>,
    place: Place<'a>,
) -> Option<(&'a ScaleSet, Place<'a>)> {
    let set = *sets.get(&id::key(id::scale_set_of(id?)?))?;
    Some((set, Place { region: set.location.as_deref(), ..place }))
}

/// Notes a row that has not even an id, so that the scope does not pass for complete without it.
fn noted<T>(row: Option<T>) -> Option<T> {
    if row.is_none() {
        meter::note_oddity("a row without id");
    }
    row
}
