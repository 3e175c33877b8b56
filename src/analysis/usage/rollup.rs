//! Rows of networks and accounts, from those of their subnets.

use std::collections::{BTreeMap, HashMap};

use ipnet::IpNet;

use super::address_units::{AddressUnitIndex, AddressUnits, RegionalPeers};
use super::report::{AddressCounts, UsageKind, UsageRow};
use super::subnet_addresses::{FreeBlocks, SubnetAddresses, count};
use crate::analysis::addresses::{NetworkUsage, network_usage};
use crate::analysis::filter::{Filter, RowFilters};
use crate::analysis::inventory_index::{InventoryIndex, NetworkKey, network_key};
use crate::model::{Inventory, Network, NetworkKind, Provider, Subject, Subnet, Tags};

/// A row, and what rules select it by.
pub(super) struct Candidate<'a> {
    /// The row, without status.
    pub row: UsageRow,
    /// The tags of what it is about.
    pub tags: &'a Tags,
}

static NO_TAGS: Tags = Tags::new();

/// What the subnets of something have in common: sums of what is known.
#[derive(Debug, Clone, Copy)]
struct SubnetSums {
    subnets: usize,
    uncounted: usize,
    total: u64,
    used: u64,
    /// `None` as soon as those of one subnet are not known.
    blocks: Option<FreeBlocks>,
    /// Whether an interface shows every address that the cloud counts.
    is_seen: bool,
}

impl Default for SubnetSums {
    fn default() -> Self {
        let blocks = Some(FreeBlocks::default());
        Self { subnets: 0, uncounted: 0, total: 0, used: 0, blocks, is_seen: true }
    }
}

impl SubnetSums {
    fn add(&mut self, space: &SubnetAddresses) {
        self.subnets += 1;
        match (space.total, space.used) {
            (Some(total), Some(used)) => {
                self.total += total;
                self.used += used;
            }
            _ => self.uncounted += 1,
        }
        self.blocks = self.blocks.zip(space.blocks).map(|(sum, more)| sum.and(more));
        self.is_seen &= space.is_seen();
    }

    /// Returns the counts, unless no subnet was counted of those that there are.
    fn counts(&self) -> Option<AddressCounts> {
        let is_unknown = self.uncounted > 0 && self.uncounted == self.subnets;
        (!is_unknown).then(|| AddressCounts::new(self.total, self.used))
    }
}

/// Makes a row for each network that has subnets and passes the filters. Virtual hubs have no subnets of their own.
pub(super) fn network_rows<'a>(
    inventory: &'a Inventory,
    members: &[Filter],
    units: &AddressUnitIndex,
    index: &InventoryIndex<'_>,
    spaces: &[(&Subnet, SubnetAddresses)],
) -> Vec<Candidate<'a>> {
    let mut sums: HashMap<NetworkKey, SubnetSums> = HashMap::new();
    for (subnet, space) in spaces {
        let key = network_key(subnet.provider, &subnet.region, &subnet.network);
        sums.entry(key).or_default().add(space);
    }
    let members = RowFilters::resolve(members);
    let is_shown = |network: &Network| {
        matches!(network.kind, NetworkKind::Vpc | NetworkKind::Vnet) && members.pass(network, index)
    };
    let usages = network_usage(inventory, index);
    // Peers count, whatever is shown.
    let counted = count_units(&usages, units, index, &sums);
    let peers = RegionalPeers::new(&inventory.links);
    let row = |usage: NetworkUsage<'a>| {
        let network = usage.network;
        let mut row = blank_row(UsageKind::Network, network.id.clone());
        row.provider = Some(network.provider);
        row.account = Some(network.account.clone());
        row.account_name = index.display_name(network.provider, &network.account).map(str::to_owned);
        row.region = Some(network.region.clone());
        row.name.clone_from(&network.name);
        row.prefixes = ipv4_prefixes(network);
        let key = network_key(network.provider, &network.region, &network.id);
        let sums = sums.get(&key).copied().unwrap_or_default();
        let allocated: Option<Vec<_>> = row.prefixes.iter().map(|prefix| usage.allocated(*prefix)).collect();
        let free: Option<Vec<_>> = row.prefixes.iter().map(|prefix| usage.free(*prefix, &[])).collect();
        if let (Some(allocated), Some(free)) = (allocated, free) {
            row.set_counts(AddressCounts::new(count(&row.prefixes), count(allocated.iter().flatten())));
            row.set_blocks(Some(FreeBlocks::count(&free.concat())));
            row.in_subnets = sums.counts();
            row.subnets = Some(sums.subnets);
            row.uncounted_subnets = Some(sums.uncounted);
            row.address_units = counted.get(&key).copied().map(AddressUnits::of_vpc);
            let (provider, account, region) = (network.provider, &network.account, &network.region);
            let has_links = index.was_read(provider, account, region, Subject::Links);
            let together = peers.sum(&key, &counted).filter(|_| has_links);
            row.peered_address_units = together.map(AddressUnits::of_peered);
        } else {
            row.addresses_total = Some(count(&row.prefixes));
        }
        Candidate { row, tags: &network.tags }
    };
    let rows = usages.into_iter().filter(|usage| is_shown(usage.network)).map(row);
    rows.filter(|candidate| !candidate.row.prefixes.is_empty()).collect()
}

fn ipv4_prefixes(network: &Network) -> Vec<IpNet> {
    let mut prefixes: Vec<IpNet> = network.prefixes().filter(|prefix| prefix.addr().is_ipv4()).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// Counts the address units of each VPC of which all subnets and interfaces were read and every address is seen.
fn count_units(
    usages: &[NetworkUsage<'_>],
    units: &AddressUnitIndex,
    index: &InventoryIndex<'_>,
    sums: &HashMap<NetworkKey, SubnetSums>,
) -> HashMap<NetworkKey, u64> {
    let count = |usage: &NetworkUsage<'_>| {
        let network = usage.network;
        let key = network_key(network.provider, &network.region, &network.id);
        // Subnets with IPv6 only are not in the sums.
        let (provider, account, region) = (network.provider, &network.account, &network.region);
        let is_seen = index.was_read(provider, account, region, Subject::Interfaces)
            && sums.get(&key).is_none_or(|sums| sums.is_seen);
        let units = units.units_in(&key).filter(|_| usage.is_known() && is_seen)?;
        Some((key, units))
    };
    usages.iter().filter(|usage| usage.network.kind == NetworkKind::Vpc).filter_map(count).collect()
}

/// Makes a row for each account that has subnets, and for those whose subnets could not be read.
pub(super) fn account_rows(
    inventory: &Inventory,
    index: &InventoryIndex<'_>,
    spaces: &[(&Subnet, SubnetAddresses)],
) -> Vec<Candidate<'static>> {
    let mut sums: BTreeMap<(Provider, &str), SubnetSums> = BTreeMap::new();
    for (subnet, space) in spaces {
        sums.entry((subnet.provider, &subnet.account)).or_default().add(space);
    }
    let unread = inventory.incomplete().filter(|entry| entry.kind == Subject::Subnets);
    let unread: Vec<(Provider, &str)> =
        unread.map(|entry| (entry.provider, entry.account.as_str())).collect();
    for account in inventory.accounts.iter().map(|account| (account.provider, account.id.as_str())) {
        if unread.contains(&account) {
            sums.entry(account).or_default();
        }
    }
    let row = |((provider, account), sums): ((Provider, &str), SubnetSums)| {
        let mut row = blank_row(UsageKind::Account, account.to_owned());
        row.provider = Some(provider);
        row.account = Some(account.to_owned());
        row.name = index.display_name(provider, account).map(str::to_owned);
        row.account_name.clone_from(&row.name);
        // A part of the subnets would pass for all of them.
        if !unread.contains(&(provider, account)) {
            if let Some(counts) = sums.counts() {
                row.set_counts(counts);
            }
            row.set_blocks(sums.blocks);
            row.subnets = Some(sums.subnets);
            row.uncounted_subnets = Some(sums.uncounted);
        }
        Candidate { row, tags: &NO_TAGS }
    };
    sums.into_iter().map(row).collect()
}

/// Makes a row of which nothing is known yet.
pub(super) fn blank_row(kind: UsageKind, id: String) -> UsageRow {
    UsageRow {
        kind,
        provider: None,
        account: None,
        account_name: None,
        region: None,
        zone: None,
        network: None,
        network_name: None,
        id,
        name: None,
        prefixes: Vec::new(),
        purpose: None,
        status: super::report::UsageStatus::Unknown,
        fails: false,
        crossed: Vec::new(),
        message: String::new(),
        addresses_total: None,
        addresses_used: None,
        addresses_free: None,
        used_percent: None,
        largest_free_block: None,
        free_blocks: None,
        held: None,
        in_subnets: None,
        address_units: None,
        peered_address_units: None,
        subnets: None,
        uncounted_subnets: None,
        trend: None,
    }
}

impl UsageRow {
    /// Sets how many addresses there are and how many are in use.
    pub(super) fn set_counts(&mut self, counts: AddressCounts) {
        self.addresses_total = Some(counts.total);
        self.addresses_used = Some(counts.used);
        self.addresses_free = Some(counts.free);
        self.used_percent = counts.used_percent;
    }

    pub(super) fn set_blocks(&mut self, blocks: Option<FreeBlocks>) {
        self.largest_free_block = blocks.map(|blocks| blocks.largest);
        self.free_blocks = blocks.map(|blocks| blocks.count);
    }
}
