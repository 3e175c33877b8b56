//! The search: passes over an inventory that collect what has each thing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use ipnet::IpNet;

use super::input::FindInput;
use super::report::{FarEnd, FindMatch, MatchKind, MatchRelation};
use super::reserved::reserved_for;
use super::resource_index::{ResourceIndex, ResourceKey, resource_key};
use super::thing_index::{Hit, ThingIndex};
use crate::analysis::overlap::carries_traffic;
use crate::model::{
    Account, AccountKey, Instance, Interface, Inventory, Kind, Link, Network, PlannedPrefix, Provider, Range,
    Reservation, Subnet,
};

/// What has each thing, by the position of the thing.
pub(super) struct Search<'a, 's> {
    pub things: &'s ThingIndex,
    pub resources: &'s ResourceIndex<'a>,
    pub matches: Vec<Vec<FindMatch<'a>>>,
    /// The matches that wait for the machine that their interface is attached to: the thing, and the position.
    waiting: HashMap<ResourceKey, Vec<(usize, usize)>>,
    /// How many resources the accounts have that were looked for.
    counts: HashMap<AccountKey, BTreeMap<Kind, u64>>,
}

impl<'a, 's> Search<'a, 's> {
    /// Prepares a search for `number` things.
    pub fn new(things: &'s ThingIndex, resources: &'s ResourceIndex<'a>, number: usize) -> Self {
        Self {
            things,
            resources,
            matches: (0..number).map(|_| Vec::new()).collect(),
            waiting: HashMap::new(),
            counts: HashMap::new(),
        }
    }

    /// Searches everything. What is narrow comes first, since an address that an interface has is not unassigned in its
    /// subnet.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub fn run(&mut self, input: FindInput<'a>) -> io::Result<()> {
        let FindInput { view, ranges, plan, reservations, .. } = input;
        let inventory = view.inventory;
        self.search_accounts(inventory);
        view.interfaces.each(&mut |interface| {
            self.search_interface(interface);
            Ok(())
        })?;
        view.instances.each(&mut |instance| {
            self.search_instance(instance);
            Ok(())
        })?;
        for subnet in &inventory.subnets {
            self.search_subnet(subnet);
        }
        for network in &inventory.networks {
            self.search_network(network);
        }
        for link in &inventory.links {
            self.search_link(link);
        }
        self.search_unread_ends();
        for range in ranges {
            self.search_range(range);
        }
        for prefix in &plan.prefixes {
            self.search_planned(prefix);
        }
        for reservation in reservations {
            self.search_reservation(reservation);
        }
        self.add_counts();
        Ok(())
    }

    fn push(&mut self, hit: Hit, found: FindMatch<'a>) {
        let Hit { relation, addresses, prefix, thing } = hit;
        let shared = found.network.filter(|network| Some(&network.account) != found.account.as_ref());
        let network_owner =
            shared.and_then(|network| self.resources.display_name(network.provider, &network.account));
        self.matches[thing].push(FindMatch { relation, addresses, prefix, network_owner, ..found });
    }

    fn search_accounts(&mut self, inventory: &'a Inventory) {
        for account in &inventory.accounts {
            let mut hits = Vec::new();
            self.things.name_hits(&account.id, account.display_name(), &mut hits);
            if !hits.is_empty() {
                self.counts.entry(AccountKey::new(account.provider, &account.id)).or_default();
            }
            for hit in hits {
                self.push(hit, of_account(account));
            }
        }
    }

    fn count(&mut self, provider: Provider, account: &str, kind: Kind) {
        if self.counts.is_empty() {
            return;
        }
        if let Some(counts) = self.counts.get_mut(&AccountKey::new(provider, account)) {
            *counts.entry(kind).or_default() += 1;
        }
    }

    fn search_interface(&mut self, interface: &Interface) {
        self.count(interface.provider, &interface.account, Kind::Interfaces);
        let mut hits = Vec::new();
        let things = self.things;
        things.address_hits(&interface.private_ips, MatchRelation::PrivateAddress, &mut hits);
        things.address_hits(&interface.public_ips, MatchRelation::PublicAddress, &mut hits);
        let carrier = interface.carrier_ips.as_deref().unwrap_or_default();
        things.address_hits(carrier, MatchRelation::CarrierAddress, &mut hits);
        let customer_owned = interface.customer_owned_ips.as_deref().unwrap_or_default();
        things.address_hits(customer_owned, MatchRelation::CustomerOwnedAddress, &mut hits);
        things.delegation_hits(interface.private_prefixes.as_deref().unwrap_or_default(), &mut hits);
        things.mac_hits(interface.mac.as_deref(), &mut hits);
        things.name_hits(&interface.id, None, &mut hits);
        things.attachment_hits(interface.attached_to.as_deref(), &mut hits);
        for hit in hits {
            if let Some(id) =
                interface.attached_to.as_deref().filter(|_| hit.relation != MatchRelation::AttachedTo)
            {
                let place = (hit.thing, self.matches[hit.thing].len());
                self.waiting.entry(resource_key(interface.provider, id)).or_default().push(place);
            }
            let found = self.of_interface(interface, &hit);
            self.push(hit, found);
        }
    }

    fn search_instance(&mut self, instance: &Instance) {
        self.count(instance.provider, &instance.account, Kind::Instances);
        let waiting =
            self.waiting.get(&resource_key(instance.provider, &instance.id)).cloned().unwrap_or_default();
        for (thing, position) in &waiting {
            self.matches[*thing][*position].instance = Some(instance.clone());
        }
        let mut hits = Vec::new();
        let things = self.things;
        things.address_hits(&instance.private_ips, MatchRelation::PrivateAddress, &mut hits);
        things.address_hits(&instance.public_ips, MatchRelation::PublicAddress, &mut hits);
        let carrier = instance.carrier_ips.as_deref().unwrap_or_default();
        things.address_hits(carrier, MatchRelation::CarrierAddress, &mut hits);
        let customer_owned = instance.customer_owned_ips.as_deref().unwrap_or_default();
        things.address_hits(customer_owned, MatchRelation::CustomerOwnedAddress, &mut hits);
        things.delegation_hits(instance.private_prefixes.as_deref().unwrap_or_default(), &mut hits);
        // Its interface has these addresses too, and says more.
        hits.retain(|hit| !waiting.iter().any(|(thing, _)| *thing == hit.thing));
        things.name_hits(&instance.id, instance.name.as_deref(), &mut hits);
        for hit in hits {
            let found = self.of_instance(instance, &hit);
            self.push(hit, found);
        }
    }

    fn search_subnet(&mut self, subnet: &'a Subnet) {
        self.count(subnet.provider, &subnet.account, Kind::Subnets);
        let mut hits = Vec::new();
        self.things.name_hits(&subnet.id, subnet.name.as_deref(), &mut hits);
        for hit in hits {
            let found = self.of_subnet(subnet);
            self.push(hit, found);
        }
        for prefix in subnet.prefixes.iter().copied() {
            for (mut hit, address) in self.things.prefix_hits(prefix) {
                let mut found = self.of_subnet(subnet);
                if let Some(address) = address {
                    if self.matches[hit.thing]
                        .iter()
                        .any(|other| is_held_in(other, subnet.provider, &subnet.network))
                    {
                        continue;
                    }
                    found.reserved_for = reserved_for(subnet.provider, prefix, address);
                    hit.relation = match found.reserved_for {
                        Some(_) => MatchRelation::Reserved,
                        None => MatchRelation::Unassigned,
                    };
                }
                self.push(hit, found);
            }
        }
    }

    fn search_network(&mut self, network: &'a Network) {
        self.count(network.provider, &network.account, Kind::Networks);
        let mut hits = Vec::new();
        self.things.name_hits(&network.id, network.name.as_deref(), &mut hits);
        for hit in hits {
            let found = self.of_network(network);
            self.push(hit, found);
        }
        let mut prefixes: Vec<IpNet> = network.prefixes().collect();
        // EC2 lists a block twice if it was removed and added again.
        prefixes.sort_unstable();
        prefixes.dedup();
        for prefix in prefixes {
            for (mut hit, address) in self.things.prefix_hits(prefix) {
                if address.is_some() {
                    let is_here = |other: &FindMatch<'_>| is_held_in(other, network.provider, &network.id);
                    if self.matches[hit.thing].iter().any(is_here) {
                        continue;
                    }
                    if network.provider != Provider::External {
                        hit.relation = MatchRelation::Unassigned;
                    }
                }
                let found = self.of_network(network);
                self.push(hit, found);
            }
        }
    }

    fn search_link(&mut self, link: &'a Link) {
        let mut accounts: Vec<&str> = link.ends.iter().filter_map(|end| end.account.as_deref()).collect();
        accounts.dedup();
        for account in accounts {
            self.count(link.provider, account, Kind::Links);
        }
        let mut hits = Vec::new();
        self.things.name_hits(&link.id, None, &mut hits);
        for hit in hits {
            self.push(hit, self.of_link(link));
        }
    }

    /// Searches hubs, and the networks that only links tell of, such as those of accounts that were not read.
    fn search_unread_ends(&mut self) {
        let resources = self.resources;
        for ends in resources.unread_ends() {
            let far_ends = ends.iter().map(|(link, position)| (*link, resources.far_end(link, *position)));
            let far_ends: Vec<_> = far_ends.collect();
            let Some((_, first)) = far_ends.first() else { continue };
            let what = if first.is_hub { MatchKind::Hub } else { MatchKind::FarNetwork };
            let mut hits = Vec::new();
            self.things.name_hits(first.id.unwrap_or_default(), None, &mut hits);
            for hit in hits {
                self.push(hit, of_far_end(what, first));
            }
            let mut prefixes = HashSet::new();
            for (link, far) in far_ends.iter().filter(|(link, _)| carries_traffic(link)) {
                for prefix in far.prefixes.iter().copied().filter(|prefix| prefixes.insert(*prefix)) {
                    for (hit, _) in self.things.prefix_hits(prefix) {
                        self.push(hit, FindMatch { link: Some(link), ..of_far_end(what, far) });
                    }
                }
            }
        }
    }

    fn search_range(&mut self, range: &'a Range) {
        let mut hits = Vec::new();
        self.things.name_hits(&range.site, range.name.as_deref(), &mut hits);
        hits.extend(self.things.prefix_hits(range.prefix).map(|(hit, _)| hit));
        for hit in hits {
            let found = FindMatch {
                provider: Some(Provider::External),
                account: Some(range.site.clone()),
                range: Some(range),
                ..empty(MatchKind::Range)
            };
            self.push(hit, found);
        }
    }

    fn search_planned(&mut self, planned: &'a PlannedPrefix) {
        let mut hits = Vec::new();
        self.things.name_hits(&planned.address, planned.name.as_deref(), &mut hits);
        hits.extend(self.things.prefix_hits(planned.prefix).map(|(hit, _)| hit));
        for hit in hits {
            let found = FindMatch {
                provider: planned.provider,
                region: planned.region.clone(),
                planned: Some(planned),
                ..empty(MatchKind::Planned)
            };
            self.push(hit, found);
        }
    }

    fn search_reservation(&mut self, reservation: &'a Reservation) {
        let mut hits = Vec::new();
        self.things.name_hits(&reservation.name, None, &mut hits);
        hits.extend(self.things.prefix_hits(reservation.prefix).map(|(hit, _)| hit));
        for hit in hits {
            let found = FindMatch { reservation: Some(reservation), ..empty(MatchKind::Reservation) };
            self.push(hit, found);
        }
    }

    fn add_counts(&mut self) {
        let counts = &self.counts;
        for found in self.matches.iter_mut().flatten().filter(|found| found.what == MatchKind::Account) {
            let (Some(provider), Some(account)) = (found.provider, &found.account) else { continue };
            let of_account = counts.get(&AccountKey::new(provider, account));
            let count =
                |kind| (kind, of_account.map(|counts| counts.get(&kind).copied().unwrap_or_default()));
            found.counts = Some(Kind::ALL.map(count).into());
        }
    }

    fn of_interface(&self, interface: &Interface, hit: &Hit) -> FindMatch<'a> {
        let Interface { provider, account, region, .. } = interface;
        let owned = self.owned(MatchKind::Interface, *provider, account, region);
        let (subnet, network) =
            self.place(*provider, interface.subnet.as_deref(), interface.network.as_deref(), hit);
        FindMatch { interface: Some(interface.clone()), subnet, network, ..owned }
    }

    fn of_instance(&self, instance: &Instance, hit: &Hit) -> FindMatch<'a> {
        let Instance { provider, account, region, .. } = instance;
        let owned = self.owned(MatchKind::Instance, *provider, account, region);
        let (subnet, network) =
            self.place(*provider, instance.subnet.as_deref(), instance.network.as_deref(), hit);
        FindMatch { instance: Some(instance.clone()), subnet, network, ..owned }
    }

    fn of_subnet(&self, subnet: &'a Subnet) -> FindMatch<'a> {
        let Subnet { provider, account, region, .. } = subnet;
        let network = self.resources.network(*provider, &subnet.network, Some(account), Some(region));
        FindMatch {
            subnet: Some(subnet),
            network,
            ..self.owned(MatchKind::Subnet, *provider, account, region)
        }
    }

    fn of_network(&self, network: &'a Network) -> FindMatch<'a> {
        let Network { provider, account, region, .. } = network;
        let owned = self.owned(MatchKind::Network, *provider, account, region);
        FindMatch { network: Some(network), ..owned }
    }

    fn of_link(&self, link: &'a Link) -> FindMatch<'a> {
        let end = link.ends.first();
        let account = end.and_then(|end| end.account.clone());
        let account_name = account.as_deref().and_then(|id| self.resources.display_name(link.provider, id));
        FindMatch {
            provider: Some(link.provider),
            account_name: account_name.map(str::to_owned),
            account,
            region: end.and_then(|end| end.region.clone()),
            link: Some(link),
            ends: (0..link.ends.len()).map(|position| self.resources.far_end(link, position)).collect(),
            ..empty(MatchKind::Link)
        }
    }

    fn owned(&self, what: MatchKind, provider: Provider, account: &str, region: &str) -> FindMatch<'a> {
        FindMatch {
            provider: Some(provider),
            account: Some(account.to_owned()),
            account_name: self.resources.display_name(provider, account).map(str::to_owned),
            region: (!region.is_empty()).then(|| region.to_owned()),
            ..empty(what)
        }
    }

    /// Returns the subnet and network of a row. They are matches themselves where a prefix is looked for.
    fn place(
        &self,
        provider: Provider,
        subnet: Option<&str>,
        network: Option<&str>,
        hit: &Hit,
    ) -> (Option<&'a Subnet>, Option<&'a Network>) {
        if matches!(hit.relation, MatchRelation::Inside | MatchRelation::Contains | MatchRelation::Equal) {
            return (None, None);
        }
        let subnet = subnet.and_then(|id| self.resources.subnet(provider, id));
        let (account, region) = (subnet.map(|it| it.account.as_str()), subnet.map(|it| it.region.as_str()));
        let network = network.or_else(|| subnet.map(|subnet| subnet.network.as_str()));
        (subnet, network.and_then(|id| self.resources.network(provider, id, account, region)))
    }
}

/// Tells whether a match has the address inside this network: as a private address, or as a reserved or unassigned one of
/// a subnet of it.
fn is_held_in(found: &FindMatch<'_>, provider: Provider, network: &str) -> bool {
    let is_inside = matches!(
        found.relation,
        MatchRelation::PrivateAddress
            | MatchRelation::DelegatedPrefix
            | MatchRelation::Reserved
            | MatchRelation::Unassigned
    );
    let of_interface = found.interface.as_ref().and_then(|it| it.network.as_deref());
    let of_instance = found.instance.as_ref().and_then(|it| it.network.as_deref());
    let of_subnet = found.subnet.map(|it| it.network.as_str());
    let own = of_interface.or(of_subnet).or(of_instance);
    is_inside && found.provider == Some(provider) && own.is_some_and(|own| own.eq_ignore_ascii_case(network))
}

fn of_account(account: &Account) -> FindMatch<'static> {
    FindMatch {
        provider: Some(account.provider),
        account: Some(account.id.clone()),
        account_name: account.display_name().map(str::to_owned),
        ..empty(MatchKind::Account)
    }
}

fn of_far_end<'a>(what: MatchKind, far: &FarEnd<'a>) -> FindMatch<'a> {
    FindMatch {
        provider: Some(far.provider),
        account: far.account.map(str::to_owned),
        account_name: far.account_name.map(str::to_owned),
        region: far.region.map(str::to_owned),
        ends: vec![far.clone()],
        ..empty(what)
    }
}

const fn empty(what: MatchKind) -> FindMatch<'static> {
    FindMatch {
        what,
        relation: MatchRelation::Id,
        reserved_for: None,
        addresses: Vec::new(),
        prefix: None,
        provider: None,
        account: None,
        account_name: None,
        region: None,
        interface: None,
        instance: None,
        subnet: None,
        network: None,
        network_owner: None,
        link: None,
        ends: Vec::new(),
        counts: None,
        range: None,
        planned: None,
        reservation: None,
    }
}
