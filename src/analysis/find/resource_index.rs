//! Look-ups over one inventory: networks and subnets by id, account names, and what links join.

use std::collections::{BTreeMap, HashMap};

use super::super::inventory_index::display_names;
use super::report::{FarEnd, HubMembers, JoinedLink, NetworkLinks};
use crate::model::{AccountKey, Inventory, Link, LinkEnd, LinkKind, Network, NetworkKind, Provider, Subnet};

/// A cloud, and an id in lower case: the APIs of Azure differ in case.
pub(super) type ResourceKey = (Provider, String);

/// Returns the key of a resource.
pub(super) fn resource_key(provider: Provider, id: &str) -> ResourceKey {
    (provider, id.to_ascii_lowercase())
}

/// Look-ups over one inventory, built once.
pub(super) struct ResourceIndex<'a> {
    networks: HashMap<ResourceKey, Vec<&'a Network>>,
    subnets: HashMap<ResourceKey, &'a Subnet>,
    display_names: HashMap<AccountKey, &'a str>,
    /// The ends at each network or hub: the link, and the position of the end in it.
    ends: BTreeMap<ResourceKey, Vec<(&'a Link, usize)>>,
}

impl<'a> ResourceIndex<'a> {
    /// Indexes `inventory`.
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut networks: HashMap<_, Vec<_>> = HashMap::new();
        for network in &inventory.networks {
            networks.entry(resource_key(network.provider, &network.id)).or_default().push(network);
        }
        let subnets = inventory.subnets.iter();
        let mut ends: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for link in &inventory.links {
            for (position, end) in link.ends.iter().enumerate() {
                if let Some(id) = &end.network {
                    ends.entry(resource_key(link.provider, id)).or_default().push((link, position));
                }
            }
        }
        let named = display_names(inventory).into_iter();
        let named = named.map(|((provider, account), name)| (AccountKey::new(provider, account), name));
        Self {
            networks,
            subnets: subnets.map(|subnet| (resource_key(subnet.provider, &subnet.id), subnet)).collect(),
            display_names: named.collect(),
            ends,
        }
    }

    /// Returns what to call an account.
    pub fn display_name(&self, provider: Provider, account: &str) -> Option<&'a str> {
        self.display_names.get(&AccountKey::new(provider, account)).copied()
    }

    /// Finds a network. If several have the id, as in emulators, the one of this account and region.
    pub fn network(
        &self,
        provider: Provider,
        id: &str,
        account: Option<&str>,
        region: Option<&str>,
    ) -> Option<&'a Network> {
        let same = |text: Option<&str>, own: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(own));
        let with_id = self.networks.get(&resource_key(provider, id))?;
        let best = |network: &&&Network| (same(region, &network.region), same(account, &network.account));
        with_id.iter().rev().max_by_key(best).copied()
    }

    /// Finds a subnet.
    pub fn subnet(&self, provider: Provider, id: &str) -> Option<&'a Subnet> {
        self.subnets.get(&resource_key(provider, id)).copied()
    }

    /// Lists the ends of links whose networks are not in the inventory: hubs, customers' gateways, and networks of
    /// accounts that were not read. In the order of ids, those of one id together.
    pub fn unread_ends(&self) -> impl Iterator<Item = &[(&'a Link, usize)]> {
        let unread = self.ends.iter().filter(|(key, _)| !self.networks.contains_key(key));
        unread.map(|(_, ends)| ends.as_slice())
    }

    /// Lists what is joined to a network; `None` if nothing is.
    pub fn links_of(&self, network: &'a Network) -> Option<NetworkLinks<'a>> {
        let is_here = |(link, position): &(&'a Link, usize)| {
            let LinkEnd { account, region, .. } = &link.ends[*position];
            let found = self.network(network.provider, &network.id, account.as_deref(), region.as_deref());
            found.is_some_and(|found| std::ptr::eq(found, network))
        };
        let links = self.joined(network.provider, &network.id, is_here);
        (!links.is_empty()).then_some(NetworkLinks {
            provider: network.provider,
            account: &network.account,
            region: &network.region,
            network: &network.id,
            links,
        })
    }

    /// Lists what is joined to the hub with this id.
    pub fn hub(&self, provider: Provider, id: &str) -> Option<HubMembers<'a>> {
        let (link, position) = *self.ends.get(&resource_key(provider, id))?.first()?;
        let hub = self.far_end(link, position);
        Some(HubMembers { hub, members: self.joined(provider, id, |_| true) })
    }

    /// Lists the other ends of the links that end at `id`, each once: both sides of a peering in Azure have a link.
    fn joined(
        &self,
        provider: Provider,
        id: &str,
        is_here: impl Fn(&(&'a Link, usize)) -> bool,
    ) -> Vec<JoinedLink<'a>> {
        let here = self.ends.get(&resource_key(provider, id));
        let mut joined: Vec<(usize, JoinedLink<'a>)> = Vec::new();
        for (link, position) in here.into_iter().flatten().copied().filter(is_here) {
            let others = (0..link.ends.len()).filter(|other| *other != position);
            joined.extend(others.map(|other| {
                let far = self.far_end(link, other);
                (position, JoinedLink { far, kind: link.kind, id: &link.id, state: link.state.as_deref() })
            }));
        }
        // The own side of a peering first: it stays.
        let lower = |id: Option<&str>| id.map(str::to_ascii_lowercase);
        joined.sort_by_cached_key(|(position, link)| (lower(link.far.id), link.kind, *position, link.id));
        joined.dedup_by(|(_, next), (_, kept)| {
            next.kind == LinkKind::VnetPeering
                && kept.kind == next.kind
                && next.far.id.is_some()
                && lower(next.far.id) == lower(kept.far.id)
        });
        let mut joined: Vec<_> = joined.into_iter().map(|(_, link)| link).collect();
        joined.sort();
        joined
    }

    /// Describes an end of a link.
    pub fn far_end(&self, link: &'a Link, position: usize) -> FarEnd<'a> {
        let end = &link.ends[position];
        let (account, region) = (end.account.as_deref(), end.region.as_deref());
        let network = end.network.as_deref().and_then(|id| self.network(link.provider, id, account, region));
        let account = network.map(|network| network.account.as_str()).or(account);
        FarEnd {
            provider: link.provider,
            account,
            account_name: account.and_then(|account| self.display_name(link.provider, account)),
            region: network.map(|network| network.region.as_str()).or(region),
            id: end.network.as_deref(),
            name: network.and_then(|network| network.name.as_deref()),
            prefixes: network.map_or_else(|| end.prefixes.clone(), |network| network.prefixes().collect()),
            is_hub: match network {
                Some(network) => network.kind == NetworkKind::VirtualHub,
                None => is_hub(link, position),
            },
        }
    }
}

/// Tells whether a link ends at a hub there, if the end is not a network of the inventory.
fn is_hub(link: &Link, position: usize) -> bool {
    let is_gateway = |id: &str| ["tgw-", "vgw-"].iter().any(|prefix| id.starts_with(prefix));
    match link.kind {
        LinkKind::VpcPeering | LinkKind::VnetPeering => false,
        LinkKind::VirtualHub => position + 1 == link.ends.len(),
        LinkKind::TransitGateway | LinkKind::Vpn => {
            link.ends[position].network.as_deref().is_some_and(is_gateway)
        }
    }
}
