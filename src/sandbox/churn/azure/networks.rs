//! Networks, their address space and their subnets come and go.

use ipnet::{IpNet, Ipv4Net};

use super::addressing::{free_prefix, v4};
use super::subscription_change::{SubscriptionChange, named_beside};
use crate::sandbox::churn::prefixes::overlap;
use crate::sandbox::estate::azure::{Network, Prefixes, Subnet};

const NETWORK: &str = "Microsoft.Network/virtualNetworks";

/// Networks of a subscription, prefixes of a network, and subnets of a network that new ones are added to.
const MAX_NETWORKS: usize = 8;
const MAX_PREFIXES: usize = 4;
const MAX_SUBNETS: usize = 12;

/// Prefix length of address space that is added to a network.
const BLOCK_LENGTH: u8 = 20;

impl SubscriptionChange<'_> {
    /// Creates a network together with its first subnet, of which no event tells.
    pub fn create_network(&mut self) -> Option<()> {
        if self.subscription().networks.len() >= MAX_NETWORKS {
            return None;
        }
        let beside = self.pick_network(|_| true)?;
        let beside = self.subscription().networks[beside].named.clone();
        let tags = self.new_tags();
        let name = format!("team-{}", self.ids.number());
        let named = named_beside(&beside, NETWORK, name, tags)?;
        let id = named.id.clone();
        let block = Ipv4Net::new(self.random_address().into(), 16).ok()?.trunc();
        let first = block.subnets(24).ok()?.next()?;
        let subnets = vec![new_subnet(&id, "default", first)];
        let network = Network { named, prefixes: vec![IpNet::V4(block)], subnets, peerings: Vec::new() };
        self.contents().networks.push(network);
        self.emit("Microsoft.Network/virtualNetworks/write", &id);
        Some(())
    }

    /// Deletes a network that nothing is in, with its subnets. The last one stays.
    pub fn delete_network(&mut self) -> Option<()> {
        if self.subscription().networks.len() < 2 {
            return None;
        }
        let all = self.subscription();
        let sets: Vec<String> = all.scale_sets.iter().map(|set| set.subnet.clone()).collect();
        let is_unused = |network: &Network| {
            network.peerings.is_empty() && network.subnets.iter().all(|subnet| is_empty(subnet, &sets))
        };
        let remotes: Vec<String> = self.remote_networks();
        let place =
            self.pick_network(|network| is_unused(network) && !remotes.contains(&network.named.id))?;
        let network = self.contents().networks.remove(place);
        self.emit("Microsoft.Network/virtualNetworks/delete", &network.named.id);
        Some(())
    }

    /// Adds address space to a network that has no peering.
    pub fn add_prefix(&mut self) -> Option<()> {
        let remotes = self.remote_networks();
        let place = self.pick_network(|network| {
            let is_alone = network.peerings.is_empty() && !remotes.contains(&network.named.id);
            is_alone && network.prefixes.len() < MAX_PREFIXES
        })?;
        let block = Ipv4Net::new(self.random_address().into(), BLOCK_LENGTH).ok()?.trunc();
        let network = &mut self.contents().networks[place];
        if v4(&network.prefixes).any(|other| overlap(other, block)) {
            return None;
        }
        network.prefixes.push(IpNet::V4(block));
        let id = network.named.id.clone();
        self.emit("Microsoft.Network/virtualNetworks/write", &id);
        Some(())
    }

    /// Creates a subnet.
    pub fn create_subnet(&mut self) -> Option<()> {
        let place = self.pick_network(|network| network.subnets.len() < MAX_SUBNETS)?;
        let name = format!("app-{}", self.ids.number());
        let network = &mut self.contents().networks[place];
        let subnet = new_subnet(&network.named.id, &name, free_prefix(network)?);
        let id = subnet.id.clone();
        network.subnets.push(subnet);
        self.emit("Microsoft.Network/virtualNetworks/subnets/write", &id);
        Some(())
    }

    /// Deletes a subnet that nothing is in.
    pub fn delete_subnet(&mut self) -> Option<()> {
        let sets: Vec<String> = self.subscription().scale_sets.iter().map(|set| set.subnet.clone()).collect();
        let is_spare = |network: &Network, subnet: &Subnet| {
            let is_peered =
                network.peerings.iter().any(|one| one.local.subnet_names().contains(&subnet.name));
            is_empty(subnet, &sets) && !is_peered
        };
        let place =
            self.pick_network(|network| network.subnets.iter().any(|subnet| is_spare(network, subnet)))?;
        let network = &self.subscription().networks[place];
        let spare: Vec<String> = network
            .subnets
            .iter()
            .filter(|subnet| is_spare(network, subnet))
            .map(|subnet| subnet.id.clone())
            .collect();
        let id = self.draw.pick(&spare)?.clone();
        self.contents().networks[place].subnets.retain(|subnet| subnet.id != id);
        self.emit("Microsoft.Network/virtualNetworks/subnets/delete", &id);
        Some(())
    }

    /// Lists the networks that others have a peering with.
    fn remote_networks(&self) -> Vec<String> {
        let networks = self.azure.subscriptions().flat_map(|one| &one.networks);
        networks.flat_map(|network| &network.peerings).map(|peering| peering.remote.clone()).collect()
    }

    /// Draws an address of 10.0.0.0/8.
    fn random_address(&mut self) -> u32 {
        0x0a00_0000 | u32::try_from(self.draw.below(1 << 24)).unwrap_or_default()
    }
}

/// Tells whether nothing is in a subnet; `sets` are the subnets of scale sets.
fn is_empty(subnet: &Subnet, sets: &[String]) -> bool {
    subnet.configurations.is_empty()
        && subnet.endpoints.is_empty()
        && subnet.delegation.is_none()
        && !sets.contains(&subnet.id)
}

fn new_subnet(network: &str, name: &str, prefix: Ipv4Net) -> Subnet {
    Subnet {
        id: format!("{network}/subnets/{name}"),
        name: name.to_owned(),
        prefixes: Prefixes::One(IpNet::V4(prefix)),
        delegation: None,
        used: None,
        configurations: Vec::new(),
        endpoints: Vec::new(),
    }
}
