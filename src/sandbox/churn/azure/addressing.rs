//! Addresses and prefixes for what is new, and interfaces that have them.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::subscription_change::SubscriptionChange;
use crate::sandbox::churn::prefixes::free_subnet;
use crate::sandbox::estate::azure::{
    Configuration, Interface, Named, Network, NicOwner, Subnet, Subscription, mac,
};

/// Addresses that Azure keeps at the start of each prefix.
const RESERVED_AT_START: u32 = 4;

impl SubscriptionChange<'_> {
    /// Makes an interface in a subnet of a network, by their places; `None` when the subnet has no IPv4 address left.
    pub fn add_interface(
        &mut self,
        (network, subnet): (usize, usize),
        named: Named,
        holder: Option<NicOwner>,
    ) -> Option<()> {
        let all = self.subscription();
        let here = &all.networks[network].subnets[subnet];
        let address = free_address(all, here)?;
        let name = "ipconfig1".to_owned();
        let id = format!("{}/ipConfigurations/{name}", named.id);
        let subnet_id = here.id.clone();
        let contents = self.contents();
        contents.networks[network].subnets[subnet].configurations.push(id.clone());
        let configuration =
            Configuration { id, name, subnet: subnet_id, address, block: None, public_ip: None };
        contents.interfaces.push(Interface {
            mac: mac(&named.id),
            named,
            primary: holder.is_some(),
            holder,
            configurations: vec![configuration],
        });
        Some(())
    }

    /// Deletes an interface by its id, and gives its addresses back; returns it.
    pub fn remove_interface(&mut self, id: &str) -> Option<Interface> {
        let contents = self.contents();
        let place = contents.interfaces.iter().position(|interface| interface.named.id == id)?;
        let interface = contents.interfaces.remove(place);
        let is_its = |id: &String| interface.configurations.iter().any(|one| one.id == *id);
        for subnet in contents.networks.iter_mut().flat_map(|network| &mut network.subnets) {
            subnet.configurations.retain(|id| !is_its(id));
        }
        Some(interface)
    }
}

/// Returns the lowest IPv4 address of a subnet that is not in use: one that was given back is soon in use again.
fn free_address(all: &Subscription, subnet: &Subnet) -> Option<IpAddr> {
    let in_sets = all.scale_sets.iter().flat_map(|set| &set.instances).map(|instance| &instance.interface);
    let interfaces = all.interfaces.iter().chain(in_sets);
    let here: Vec<&Configuration> = interfaces
        .flat_map(|interface| &interface.configurations)
        .filter(|configuration| configuration.subnet == subnet.id)
        .collect();
    let taken: HashSet<IpAddr> = here.iter().map(|configuration| configuration.address).collect();
    let blocks: Vec<IpNet> = here.iter().filter_map(|one| IpNet::new(one.address, one.block?).ok()).collect();
    let is_free = |ip: &IpAddr| !taken.contains(ip) && !blocks.iter().any(|block| block.contains(ip));
    v4(subnet.prefixes.as_slice()).find_map(|prefix| {
        let first = u32::from(prefix.network()) + RESERVED_AT_START;
        (first..u32::from(prefix.broadcast())).map(|ip| Ipv4Addr::from(ip).into()).find(is_free)
    })
}

/// Tells whether machines can be in a subnet.
pub fn takes_machines(subnet: &Subnet) -> bool {
    let is_of_service = subnet.name.starts_with("Azure") || subnet.name == "GatewaySubnet";
    subnet.delegation.is_none() && !is_of_service && v4(subnet.prefixes.as_slice()).next().is_some()
}

/// Finds the first prefix of a network that a new subnet can have.
pub fn free_prefix(network: &Network) -> Option<Ipv4Net> {
    let taken: Vec<Ipv4Net> =
        network.subnets.iter().flat_map(|subnet| v4(subnet.prefixes.as_slice())).collect();
    free_subnet(v4(&network.prefixes), &taken)
}

/// Lists the IPv4 prefixes among some.
pub fn v4(prefixes: &[IpNet]) -> impl Iterator<Item = Ipv4Net> {
    prefixes.iter().filter_map(|prefix| match prefix {
        IpNet::V4(prefix) => Some(*prefix),
        IpNet::V6(_) => None,
    })
}
