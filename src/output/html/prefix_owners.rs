//! Who holds which prefix, networks and ranges outside the clouds alike.

use std::collections::HashMap;

use ipnet::IpNet;

use crate::analysis::addresses::NetworkUsage;
use crate::model::Range;

/// Something that holds a prefix, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A network of the inventory.
    Network(usize),
    /// A range outside the clouds.
    Range(usize),
}

/// Who holds which prefix: networks in the order of the inventory, then ranges in that of the configuration.
pub(super) struct Holders {
    by_prefix: HashMap<IpNet, Vec<Holder>>,
    /// Each once, by address, the wider before those in it.
    prefixes: Vec<IpNet>,
}

impl Holders {
    pub fn new(rooms: &[NetworkUsage<'_>], ranges: &[Range]) -> Self {
        let mut by_prefix: HashMap<IpNet, Vec<Holder>> = HashMap::new();
        for (at, room) in rooms.iter().enumerate() {
            for prefix in room.network.prefixes() {
                let holders = by_prefix.entry(prefix).or_default();
                if holders.last() != Some(&Holder::Network(at)) {
                    holders.push(Holder::Network(at));
                }
            }
        }
        for (at, range) in ranges.iter().enumerate() {
            by_prefix.entry(range.prefix).or_default().push(Holder::Range(at));
        }
        let mut prefixes: Vec<IpNet> = by_prefix.keys().copied().collect();
        prefixes.sort_unstable();
        Self { by_prefix, prefixes }
    }

    /// Lists who holds just this prefix.
    pub fn of(&self, prefix: IpNet) -> &[Holder] {
        self.by_prefix.get(&prefix).map_or(&[], Vec::as_slice)
    }

    /// Lists every prefix in use, each once, by address, the wider before those in it.
    pub fn prefixes(&self) -> &[IpNet] {
        &self.prefixes
    }

    /// Lists the prefixes that share addresses with `prefix` and that others than this network hold.
    pub fn others(&self, network: usize, prefix: IpNet) -> Vec<IpNet> {
        let begin = self.prefixes.partition_point(|one| one.network() < prefix.network());
        let end = self.prefixes.partition_point(|one| one.network() <= prefix.broadcast());
        let around = (0..prefix.prefix_len()).filter_map(|length| IpNet::new(prefix.addr(), length).ok());
        let is_anothers =
            |one: &IpNet| self.of(*one).iter().any(|holder| *holder != Holder::Network(network));
        let inside = self.prefixes[begin..end].iter().copied();
        around.map(|wider| wider.trunc()).chain(inside).filter(is_anothers).collect()
    }
}
