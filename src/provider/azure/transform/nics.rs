//! The addresses of interfaces, and which machine has which interface.

use std::collections::HashMap;
use std::net::IpAddr;

use super::super::id::{key, network_of_subnet, scale_set_machine};
use super::super::wire::{IpConfiguration, Nic, NicProperties};
use super::PublicIps;
use crate::provider::address::push_ip;

/// What an interface holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub private_ips: Vec<IpAddr>,
    pub public_ips: Vec<IpAddr>,
    pub network: Option<String>,
    pub subnet: Option<String>,
    primary: bool,
}

impl Held {
    /// Reads the configurations of an interface, the primary one first.
    pub fn by(nic: &Nic, public_ips: &PublicIps) -> Self {
        let Some(properties) = &nic.properties else { return Self::default() };
        let configurations = primary_first(properties);
        let subnet = configurations.iter().find_map(|configuration| subnet_of(configuration));
        let mut held = Self {
            network: subnet.and_then(network_of_subnet).map(str::to_owned),
            subnet: subnet.map(str::to_owned),
            primary: properties.primary == Some(true),
            ..Self::default()
        };
        for configuration in configurations {
            push_ip(&mut held.private_ips, private_ip(configuration));
            let public = configuration.properties.public_ip_address.as_ref();
            if let Some(ip) = public.and_then(|public| public_ips.resolve(public)) {
                push_once(&mut held.public_ips, ip);
            }
        }
        held.put_ipv6_last();
        held
    }

    /// Adds the addresses of another interface of the same machine.
    pub fn join(&mut self, other: &Self) {
        for ip in &other.private_ips {
            push_once(&mut self.private_ips, *ip);
        }
        for ip in &other.public_ips {
            push_once(&mut self.public_ips, *ip);
        }
        self.network = self.network.take().or_else(|| other.network.clone());
        self.subnet = self.subnet.take().or_else(|| other.subnet.clone());
        self.put_ipv6_last();
    }

    fn put_ipv6_last(&mut self) {
        self.private_ips.sort_by_key(IpAddr::is_ipv6);
        self.public_ips.sort_by_key(IpAddr::is_ipv6);
    }
}

fn push_once(list: &mut Vec<IpAddr>, ip: IpAddr) {
    if !list.contains(&ip) {
        list.push(ip);
    }
}

fn primary_first(properties: &NicProperties) -> Vec<&IpConfiguration> {
    let mut configurations: Vec<_> = properties.ip_configurations.read.iter().collect();
    configurations.sort_by_key(|configuration| configuration.properties.primary != Some(true));
    configurations
}

/// Returns the address of a configuration. One can hold a block, `ADDRESS/LENGTH`, of which the address is kept:
/// <https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-all>.
fn private_ip(configuration: &IpConfiguration) -> Option<&str> {
    configuration.properties.private_ip_address.as_deref()?.split('/').next()
}

fn subnet_of(configuration: &IpConfiguration) -> Option<&str> {
    configuration.properties.subnet.as_ref()?.id.as_deref()
}

/// Returns the id of the machine that an interface is attached to.
pub(super) fn machine_of(nic: &Nic) -> Option<&str> {
    let told =
        nic.properties.as_ref().and_then(|properties| properties.virtual_machine.as_ref()?.id.as_deref());
    told.or_else(|| scale_set_machine(nic.id.as_deref()?))
}

/// Interfaces, by their own ids and by those of their machines.
///
/// An interface may lie in another resource group than its machine, so whole ids are compared.
#[derive(Debug, Clone, Default)]
pub struct Nics {
    by_id: HashMap<String, Held>,
    by_machine: HashMap<String, Vec<String>>,
}

impl Nics {
    /// Collects the interfaces of subscriptions and of scale sets.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Nic>, public_ips: &PublicIps) -> Self {
        let mut nics = Self::default();
        for nic in listed {
            let Some(id) = nic.id.as_deref().map(key) else { continue };
            if let Some(machine) = machine_of(nic) {
                nics.by_machine.entry(key(machine)).or_default().push(id.clone());
            }
            nics.by_id.insert(id, Held::by(nic, public_ips));
        }
        nics
    }

    /// Joins what the interfaces of `machine` hold, the primary one first: those it names as
    /// `(id, is primary)`, then any others that name it.
    pub(super) fn of_machine(&self, machine: &str, named: &[(&str, Option<bool>)]) -> Held {
        let mut found: Vec<(bool, String)> = Vec::new();
        for (id, primary) in named.iter().map(|(id, primary)| (key(id), *primary)) {
            found.push((primary.unwrap_or_else(|| self.is_primary(&id)), id));
        }
        for id in self.by_machine.get(&key(machine)).into_iter().flatten() {
            if !found.iter().any(|(_, known)| known == id) {
                found.push((self.is_primary(id), id.clone()));
            }
        }
        found.sort_by_key(|(primary, _)| !primary);
        let mut joined = Held::default();
        for held in found.iter().filter_map(|(_, id)| self.by_id.get(id)) {
            joined.join(held);
        }
        joined
    }

    fn is_primary(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|held| held.primary)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixture::{read, texts};
    use super::*;

    fn nic(id: &str, ip: &str, machine: Option<&str>) -> Nic {
        read(&json!({"id": id, "properties": {
            "ipConfigurations": [{"properties": {"privateIPAddress": ip}}],
            "virtualMachine": machine.map(|id| json!({"id": id})),
        }}))
    }

    #[test]
    fn an_interface_counts_once_whichever_side_names_it() {
        let nics = [
            nic("/a", "10.0.0.1", Some("/M")),
            nic("/b", "10.0.0.2", Some("/m")),
            nic("/c", "10.0.0.3", None),
        ];
        let nics = Nics::new(&nics, &PublicIps::default());
        let held = nics.of_machine("/m", &[("/B", None), ("/c", Some(true)), ("/gone", None)]);
        assert_eq!(texts(&held.private_ips), ["10.0.0.3", "10.0.0.2", "10.0.0.1"]);
        assert!(nics.of_machine("/other", &[]).private_ips.is_empty());
    }

    #[test]
    fn the_first_configuration_with_a_subnet_tells_it() {
        let nic = read(&json!({"id": "/n", "properties": {"ipConfigurations": [
            {"properties": {"privateIPAddress": "10.0.0.1", "primary": true}},
            {"properties": {"privateIPAddress": "10.0.0.1", "subnet": {"id": "/x/virtualNetworks/v/subnets/s"}}},
        ]}}));
        let held = Held::by(&nic, &PublicIps::default());
        assert_eq!(
            (held.network.as_deref(), held.subnet.as_deref()),
            (Some("/x/virtualNetworks/v"), Some("/x/virtualNetworks/v/subnets/s"))
        );
        assert_eq!(held.private_ips.len(), 1, "a repeated address counts once");
    }
}
