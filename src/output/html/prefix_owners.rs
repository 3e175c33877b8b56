//! The networks and external ranges that have a prefix.

use std::collections::HashMap;

use ipnet::IpNet;

use crate::analysis::addresses::NetworkUsage;
use crate::model::Range;

/// A network or range, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageOwner {
    /// A network of the inventory.
    Network(usize),
    /// A range outside the clouds.
    Range(usize),
}

/// The owners of each prefix: networks in the order of the inventory, then ranges in the order of the configuration.
pub(super) struct PageOwners {
    by_prefix: HashMap<IpNet, Vec<PageOwner>>,
    /// Each once, by address, the wider before those in it.
    prefixes: Vec<IpNet>,
}

impl PageOwners {
    pub fn new(networks: &[NetworkUsage<'_>], ranges: &[Range]) -> Self {
        let mut by_prefix: HashMap<IpNet, Vec<PageOwner>> = HashMap::new();
        for (at, usage) in networks.iter().enumerate() {
            for prefix in usage.network.prefixes() {
                let owners = by_prefix.entry(prefix).or_default();
                if owners.last() != Some(&PageOwner::Network(at)) {
                    owners.push(PageOwner::Network(at));
                }
            }
        }
        for (at, range) in ranges.iter().enumerate() {
            by_prefix.entry(range.prefix).or_default().push(PageOwner::Range(at));
        }
        let mut prefixes: Vec<IpNet> = by_prefix.keys().copied().collect();
        prefixes.sort_unstable();
        Self { by_prefix, prefixes }
    }

    /// Lists the owners of exactly this prefix.
    pub fn owners_of(&self, prefix: IpNet) -> &[PageOwner] {
        self.by_prefix.get(&prefix).map_or(&[], Vec::as_slice)
    }

    /// Lists every prefix in use, each once, by address, the wider before those in it.
    pub fn prefixes(&self) -> &[IpNet] {
        &self.prefixes
    }

    /// Lists the prefixes that overlap `prefix` and have an owner other than this network.
    pub fn others(&self, network: usize, prefix: IpNet) -> Vec<IpNet> {
        let begin = self.prefixes.partition_point(|one| one.network() < prefix.network());
        let end = self.prefixes.partition_point(|one| one.network() <= prefix.broadcast());
        let around = (0..prefix.prefix_len()).filter_map(|length| IpNet::new(prefix.addr(), length).ok());
        let is_anothers =
            |one: &IpNet| self.owners_of(*one).iter().any(|owner| *owner != PageOwner::Network(network));
        let inside = self.prefixes[begin..end].iter().copied();
        around.map(|wider| wider.trunc()).chain(inside).filter(is_anothers).collect()
    }
}
