//! How much of each network is given to subnets.

use std::collections::HashMap;

use ipnet::IpNet;

use super::occupancy::{free, occupied};
use crate::analysis::inventory_index::{InventoryIndex, NetworkKey, key};
use crate::model::{Inventory, Network};

/// A network, and what subnets hold of it.
#[derive(Debug, Clone)]
pub struct NetworkUsage<'a> {
    /// The network.
    pub network: &'a Network,
    /// The prefixes of its subnets; `None` unless its subnets were read in full.
    subnets: Option<Vec<IpNet>>,
}

impl NetworkUsage<'_> {
    /// Returns what subnets hold of one of its prefixes; `None` where that is not known.
    #[must_use]
    pub fn allocated(&self, prefix: IpNet) -> Option<Vec<IpNet>> {
        self.subnets.as_ref().map(|subnets| occupied(prefix, subnets))
    }

    /// Returns what neither subnets nor `others` hold of one of its prefixes; `None` where that is not known.
    #[must_use]
    pub fn free(&self, prefix: IpNet, others: &[IpNet]) -> Option<Vec<IpNet>> {
        self.subnets.as_ref().map(|subnets| free(prefix, &[subnets, others].concat()))
    }
}

/// Returns the networks of `inventory`, in its order; `index` is that of `inventory`.
#[must_use]
pub fn network_usage<'a>(inventory: &'a Inventory, index: &InventoryIndex<'_>) -> Vec<NetworkUsage<'a>> {
    let mut subnets: HashMap<NetworkKey, Vec<IpNet>> = HashMap::new();
    for subnet in &inventory.subnets {
        let of = key(subnet.provider, &subnet.region, &subnet.network);
        subnets.entry(of).or_default().extend(&subnet.prefixes);
    }
    let room = |network: &'a Network| {
        let of = key(network.provider, &network.region, &network.id);
        let known = index.subnet_count(network).is_some();
        NetworkUsage { network, subnets: known.then(|| subnets.get(&of).cloned().unwrap_or_default()) }
    };
    inventory.networks.iter().map(room).collect()
}
