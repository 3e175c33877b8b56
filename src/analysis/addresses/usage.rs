//! Which parts of each network its subnets take.

use std::collections::HashMap;

use ipnet::IpNet;

use super::occupancy::{free, occupied};
use crate::analysis::inventory_index::{InventoryIndex, NetworkKey, network_key};
use crate::model::{Inventory, Network};

/// A network and the prefixes of its subnets.
#[derive(Debug, Clone)]
pub struct NetworkUsage<'a> {
    /// The network.
    pub network: &'a Network,
    /// The prefixes of its subnets; `None` unless its subnets were read in full.
    subnets: Option<Vec<IpNet>>,
}

impl NetworkUsage<'_> {
    /// Tells whether its subnets were read in full.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.subnets.is_some()
    }

    /// Returns the parts of one of its prefixes that subnets occupy; `None` if that is not known.
    #[must_use]
    pub fn allocated(&self, prefix: IpNet) -> Option<Vec<IpNet>> {
        self.subnets.as_ref().map(|subnets| occupied(prefix, subnets))
    }

    /// Returns the parts of one of its prefixes that neither subnets nor `others` occupy; `None` if that is not known.
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
        let key = network_key(subnet.provider, &subnet.region, &subnet.network);
        subnets.entry(key).or_default().extend(&subnet.prefixes);
    }
    let usage = |network: &'a Network| {
        let key = network_key(network.provider, &network.region, &network.id);
        let known = index.subnet_count(network).is_some();
        NetworkUsage { network, subnets: known.then(|| subnets.get(&key).cloned().unwrap_or_default()) }
    };
    inventory.networks.iter().map(usage).collect()
}
