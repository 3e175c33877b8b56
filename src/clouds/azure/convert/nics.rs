//! The addresses of interfaces, and which machine has which interface.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::api::{IpConfiguration, IpConfigurationProperties, Nic, NicProperties};
use super::super::id::{is_of_interface, key, network_of_subnet, scale_set_machine};
use super::PublicIps;
use crate::clouds::address::{prefix, push_ip};

/// What an interface holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    pub private_ips: Vec<IpAddr>,
    /// Blocks of addresses; `None` where no interface was read.
    pub private_prefixes: Option<Vec<IpNet>>,
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
            private_prefixes: Some(Vec::new()),
            ..Self::default()
        };
        for configuration in configurations {
            match block_of(&configuration.properties) {
                Some(block) => held.add_prefixes(&[block]),
                None => push_ip(&mut held.private_ips, private_ip(configuration)),
            }
            let public = configuration.properties.public_ip_address.as_ref();
            if let Some(ip) = public.and_then(|public| public_ips.resolve(public)) {
                push_once(&mut held.public_ips, ip);
            }
        }
        held.put_ipv6_last();
        held
    }

    fn add_prefixes(&mut self, more: &[IpNet]) {
        let prefixes = self.private_prefixes.get_or_insert_default();
        prefixes.extend(more);
        prefixes.sort_unstable();
        prefixes.dedup();
    }

    /// Adds the addresses of another interface of the same machine.
    pub fn join(&mut self, other: &Self) {
        for ip in &other.private_ips {
            push_once(&mut self.private_ips, *ip);
        }
        for ip in &other.public_ips {
            push_once(&mut self.public_ips, *ip);
        }
        if let Some(prefixes) = &other.private_prefixes {
            self.add_prefixes(prefixes);
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

/// Returns the block of a configuration that holds one: `ADDRESS/LENGTH`, or an address beside its length.
/// <https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-all>.
fn block_of(configuration: &IpConfigurationProperties) -> Option<IpNet> {
    let text = configuration.private_ip_address.as_deref().filter(|text| !text.is_empty())?;
    let block = match (text.contains('/'), configuration.private_ip_address_prefix_length) {
        (true, _) => prefix(text)?,
        (false, Some(length @ 1..)) => prefix(&format!("{text}/{length}"))?,
        (false, None | Some(0)) => return None,
    };
    // One address is no block, however it is written.
    (block.prefix_len() < block.max_prefix_len()).then_some(block)
}

/// Returns the address of a configuration that holds no block.
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

/// How many addresses the IP configurations of interfaces take: a subnet lists their ids only.
#[derive(Debug, Default)]
pub struct Configurations {
    /// Those that hold blocks, by id.
    blocks: HashMap<String, IpNet>,
    /// Whether all interfaces were read.
    complete: bool,
}

impl Configurations {
    /// Collects those of the interfaces that were read.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Nic>, complete: bool) -> Self {
        let mut blocks = HashMap::new();
        for nic in listed {
            let of_nic = nic.properties.iter().flat_map(|properties| &properties.ip_configurations.read);
            for configuration in of_nic {
                if let Some(block) = block_of(&configuration.properties) {
                    blocks.extend(configuration_id(nic, configuration).map(|id| (id, block)));
                }
            }
        }
        Self { blocks, complete }
    }

    /// Counts the IPv4 addresses of the configuration with this id; `None` where its interface was not read.
    /// Load balancers and the like take one each.
    pub(super) fn addresses(&self, id: &str) -> Option<u64> {
        match self.blocks.get(&key(id)) {
            Some(IpNet::V4(block)) => Some(1 << (32 - block.prefix_len())),
            Some(IpNet::V6(_)) => Some(0),
            None => (self.complete || !is_of_interface(id)).then_some(1),
        }
    }
}

fn configuration_id(nic: &Nic, configuration: &IpConfiguration) -> Option<String> {
    let told = configuration.id.as_deref().filter(|id| !id.is_empty()).map(key);
    told.or_else(|| {
        Some(key(&format!("{}/ipConfigurations/{}", nic.id.as_deref()?, configuration.name.as_deref()?)))
    })
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

    /// azure-cli 30837: Azure CNI's static blocks.
    #[test]
    fn a_block_is_delegated_to_the_interface_and_its_machine() {
        let with = |address: &str, length: Option<u32>| {
            let properties = json!({"privateIPAddress": address, "privateIPAddressPrefixLength": length});
            let nic: Nic = read(&json!({"id": "/n", "properties": {
                "virtualMachine": {"id": "/m"},
                "ipConfigurations": [
                    {"properties": {"privateIPAddress": "10.0.0.4", "primary": true}},
                    {"properties": properties},
                ],
            }}));
            Nics::new(&[nic], &PublicIps::default()).of_machine("/m", &[])
        };
        for (address, length, block) in [
            ("10.0.0.16/28", Some(28), "10.0.0.16/28"),
            ("10.0.0.16", Some(28), "10.0.0.16/28"),
            ("10.0.0.16/28", None, "10.0.0.16/28"),
            ("10.0.0.20", Some(28), "10.0.0.16/28"),
            ("fd00::10:0/80", Some(80), "fd00::/80"),
        ] {
            let held = with(address, length);
            assert_eq!(texts(&held.private_prefixes.unwrap()), [block], "{address} {length:?}");
            assert_eq!(texts(&held.private_ips), ["10.0.0.4"]);
        }
        for (address, length) in [("10.0.0.5", None), ("10.0.0.5/32", Some(32)), ("10.0.0.5", Some(32))] {
            let held = with(address, length);
            assert_eq!(held.private_prefixes, Some(vec![]));
            assert_eq!(texts(&held.private_ips), ["10.0.0.4", "10.0.0.5"], "{address} {length:?}");
        }
        let nowhere = Nics::default().of_machine("/m", &[("/n", None)]);
        assert_eq!(nowhere.private_prefixes, None, "its interfaces were not read");
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
