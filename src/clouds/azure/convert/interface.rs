//! `NetworkInterfaces_ListAll`, and the interfaces of scale sets -> [`Interface`]. They are asked for in
//! `subscription_lists.rs`; a sample is `tests/fixtures/azure/interfaces.json`.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::api::{
    EndpointProperties, IpConfiguration, IpConfigurationProperties, Nic, NicProperties, PrivateEndpoint,
    PublicIpAddress, ResourceRef,
};
use super::super::resource_id::{is_of_interface, key, last_name, network_of_subnet, scale_set_machine};
use super::common::AnswerContext;
use crate::clouds::address::{drop_repeated, ip, prefix};
use crate::model::{Interface, InterfaceKind, Provider};

/// Transforms one interface, of a subscription or of a scale set; `None` without an id.
#[must_use]
pub fn interface_from_nic(
    nic: &Nic,
    context: AnswerContext<'_>,
    public_ips: &PublicIpIndex,
    endpoints: &PrivateEndpointIndex,
) -> Option<Interface> {
    let id = nic.id.clone()?;
    let addresses = NicAddresses::from_nic(nic, public_ips);
    let properties = nic.properties.as_ref();
    let endpoint = properties.and_then(|properties| referenced_id(properties.private_endpoint.as_ref()));
    let endpoint = endpoint.or_else(|| endpoints.of_interface(&id));
    let machine = machine_of(nic);
    Some(Interface {
        provider: Provider::Azure,
        account: context.account.to_owned(),
        region: context.region_of(nic.location.as_deref()),
        zone: None,
        zone_id: None,
        network: addresses.network,
        subnet: addresses.subnet,
        attached_to: machine.or(endpoint).map(str::to_owned),
        kind: interface_kind(nic, machine, endpoint),
        private_ips: addresses.private_ips,
        private_prefixes: addresses.private_prefixes,
        public_ips: addresses.public_ips,
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        mac: properties.and_then(|properties| mac(properties.mac_address.as_deref()?)),
        state: properties.and_then(|properties| properties.provisioning_state.clone()),
        description: endpoint.and_then(|endpoint| endpoints.describe(endpoint)),
        operator: None,
        seen_by: None,
        id,
    })
}

/// Tells what an interface serves; nothing is known of one that came without properties.
fn interface_kind(nic: &Nic, machine: Option<&str>, endpoint: Option<&str>) -> Option<InterfaceKind> {
    if machine.is_some() {
        return Some(InterfaceKind::Instance);
    }
    if endpoint.is_some() {
        return Some(InterfaceKind::PrivateEndpoint);
    }
    let properties = nic.properties.as_ref()?;
    Some(if is_managed(nic, properties) { InterfaceKind::Managed } else { InterfaceKind::Unattached })
}

/// Tells whether a service of Azure owns an interface, such as a private link service.
fn is_managed(nic: &Nic, properties: &NicProperties) -> bool {
    referenced_id(properties.private_link_service.as_ref()).is_some()
        || !properties.hosted_workloads.is_empty()
        || nic.managed_by.as_deref().is_some_and(|owner| !owner.is_empty())
}

fn referenced_id(reference: Option<&ResourceRef>) -> Option<&str> {
    reference?.id.as_deref().filter(|id| !id.is_empty())
}

/// Writes a hardware address as all clouds do here: `00-0D-3A-1B-C7-21` is `00:0d:3a:1b:c7:21`.
fn mac(text: &str) -> Option<String> {
    Some(text.replace('-', ":").to_ascii_lowercase()).filter(|mac| !mac.is_empty())
}

/// What an interface holds.
#[derive(Debug, Clone, Default)]
pub(super) struct NicAddresses {
    pub private_ips: Vec<IpAddr>,
    /// Blocks of addresses; `None` where no interface was read.
    pub private_prefixes: Option<Vec<IpNet>>,
    pub public_ips: Vec<IpAddr>,
    pub network: Option<String>,
    pub subnet: Option<String>,
    primary: bool,
}

impl NicAddresses {
    /// Reads the configurations of an interface, the primary one first.
    pub fn from_nic(nic: &Nic, public_ips: &PublicIpIndex) -> Self {
        let Some(properties) = &nic.properties else { return Self::default() };
        let configurations = primary_first(properties);
        let subnet = configurations.iter().find_map(|configuration| subnet_of(configuration));
        let mut addresses = Self {
            network: subnet.and_then(network_of_subnet).map(str::to_owned),
            subnet: subnet.map(str::to_owned),
            primary: properties.primary == Some(true),
            private_prefixes: Some(Vec::new()),
            ..Self::default()
        };
        for configuration in configurations {
            match block_of(&configuration.properties) {
                Some(block) => addresses.private_prefixes.get_or_insert_default().push(block),
                None => addresses.private_ips.extend(private_ip(configuration).and_then(ip)),
            }
            let public = configuration.properties.public_ip_address.as_ref();
            if let Some(ip) = public.and_then(|public| public_ips.resolve(public)) {
                addresses.public_ips.push(ip);
            }
        }
        addresses.put_in_order();
        addresses
    }

    /// Adds the addresses of another interface of the same machine, at the end.
    fn add_interface(&mut self, other: &Self) {
        self.private_ips.extend(&other.private_ips);
        self.public_ips.extend(&other.public_ips);
        if let Some(prefixes) = &other.private_prefixes {
            self.private_prefixes.get_or_insert_default().extend(prefixes);
        }
        self.network = self.network.take().or_else(|| other.network.clone());
        self.subnet = self.subnet.take().or_else(|| other.subnet.clone());
    }

    /// Keeps the first of equal addresses, IPv4 before IPv6, and sorts the blocks.
    fn put_in_order(&mut self) {
        for ips in [&mut self.private_ips, &mut self.public_ips] {
            drop_repeated(ips);
            ips.sort_by_key(IpAddr::is_ipv6);
        }
        if let Some(prefixes) = &mut self.private_prefixes {
            prefixes.sort_unstable();
            prefixes.dedup();
        }
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
pub struct IpConfigurationSizes {
    /// Those that hold blocks, by id.
    blocks: HashMap<String, IpNet>,
    /// Whether all interfaces were read.
    complete: bool,
}

impl IpConfigurationSizes {
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
pub struct NicIndex {
    by_id: HashMap<String, NicAddresses>,
    by_machine: HashMap<String, Vec<String>>,
}

impl NicIndex {
    /// Collects the interfaces of subscriptions and of scale sets.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Nic>, public_ips: &PublicIpIndex) -> Self {
        let mut nics = Self::default();
        for nic in listed {
            let Some(id) = nic.id.as_deref().map(key) else { continue };
            if let Some(machine) = machine_of(nic) {
                nics.by_machine.entry(key(machine)).or_default().push(id.clone());
            }
            nics.by_id.insert(id, NicAddresses::from_nic(nic, public_ips));
        }
        nics
    }

    /// Joins what the interfaces of `machine` hold, the primary one first: those it names as
    /// `(id, is primary)`, then any others that name it.
    pub(super) fn addresses_of_machine(&self, machine: &str, named: &[(&str, Option<bool>)]) -> NicAddresses {
        let named = named.iter().map(|(id, primary)| (key(id), *primary));
        let naming = self.by_machine.get(&key(machine)).into_iter().flatten();
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for (id, primary) in named.chain(naming.map(|id| (id.clone(), None))) {
            if known.insert(id.clone()) {
                found.push((primary.unwrap_or_else(|| self.is_primary(&id)), id));
            }
        }
        found.sort_by_key(|(primary, _)| !primary);
        let mut joined = NicAddresses::default();
        for addresses in found.iter().filter_map(|(_, id)| self.by_id.get(id)) {
            joined.add_interface(addresses);
        }
        joined.put_in_order();
        joined
    }

    fn is_primary(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|addresses| addresses.primary)
    }
}

/// Public addresses by id.
#[derive(Debug, Clone, Default)]
pub struct PublicIpIndex(HashMap<String, IpAddr>);

impl PublicIpIndex {
    /// Collects the addresses of subscriptions and of scale sets.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a PublicIpAddress>) -> Self {
        Self(
            listed
                .into_iter()
                .filter_map(|public| Some((key(public.id.as_deref()?), parse_address(public)?)))
                .collect(),
        )
    }

    /// Returns the address that `reference` means: its own, or that of the listed one with its id.
    pub(super) fn resolve(&self, reference: &PublicIpAddress) -> Option<IpAddr> {
        parse_address(reference).or_else(|| self.0.get(&key(reference.id.as_deref()?)).copied())
    }
}

fn parse_address(public: &PublicIpAddress) -> Option<IpAddr> {
    public.properties.ip_address.as_deref().and_then(ip)
}

/// Private endpoints, by their ids and by those of their interfaces.
#[derive(Debug, Clone, Default)]
pub struct PrivateEndpointIndex {
    descriptions: HashMap<String, String>,
    by_interface: HashMap<String, String>,
}

impl PrivateEndpointIndex {
    /// Collects the private endpoints of a subscription.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a PrivateEndpoint>) -> Self {
        let mut endpoints = Self::default();
        for endpoint in listed {
            let Some(id) = &endpoint.id else { continue };
            let interfaces = endpoint.properties.network_interfaces.iter();
            for interface in interfaces.filter_map(|interface| interface.id.as_deref()) {
                endpoints.by_interface.insert(key(interface), id.clone());
            }
            let name = endpoint.name.as_deref().or_else(|| last_name(id)).unwrap_or(id);
            endpoints.descriptions.insert(key(id), describe(name, &endpoint.properties));
        }
        endpoints
    }

    /// Returns the id of the endpoint that an interface was made for.
    pub(super) fn of_interface(&self, interface: &str) -> Option<&str> {
        self.by_interface.get(&key(interface)).map(String::as_str)
    }

    /// Says what an endpoint is and leads to.
    pub(super) fn describe(&self, endpoint: &str) -> Option<String> {
        self.descriptions.get(&key(endpoint)).cloned()
    }
}

/// Writes an endpoint as `NAME to SERVICE (PARTS)`.
fn describe(name: &str, endpoint: &EndpointProperties) -> String {
    let connections = &endpoint.private_link_service_connections;
    let connections = connections.iter().chain(&endpoint.manual_private_link_service_connections);
    let targets: Vec<String> = connections
        .filter_map(|connection| {
            let service = connection.properties.private_link_service_id.as_deref()?;
            let parts = connection.properties.group_ids.join(", ");
            Some(if parts.is_empty() { service.to_owned() } else { format!("{service} ({parts})") })
        })
        .collect();
    if targets.is_empty() { name.to_owned() } else { format!("{name} to {}", targets.join("; ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::{HERE, page, read, texts};
    use super::*;

    const INTERFACES: &str = include_str!("../../../../tests/fixtures/azure/interfaces.json");
    const PUBLIC: &str = include_str!("../../../../tests/fixtures/azure/public_addresses.json");
    const ENDPOINTS: &str = include_str!("../../../../tests/fixtures/azure/private_endpoints.json");
    const OF_SET: &str = include_str!("../../../../tests/fixtures/azure/scale_set_interfaces.json");

    fn listed(name: &str) -> Interface {
        let public_ips = PublicIpIndex::new(&page(PUBLIC));
        let endpoints = PrivateEndpointIndex::new(&page(ENDPOINTS));
        let nics: Vec<Nic> = page(INTERFACES);
        let nic = nics.iter().find(|nic| nic.id.as_deref().unwrap().ends_with(&format!("/{name}"))).unwrap();
        interface_from_nic(nic, HERE, &public_ips, &endpoints).unwrap()
    }

    fn alone(nic: &Value) -> Interface {
        interface_from_nic(&read(nic), HERE, &PublicIpIndex::default(), &PrivateEndpointIndex::default())
            .unwrap()
    }

    #[test]
    fn addresses_are_the_primary_one_first_and_ipv6_last() {
        let web = listed("web1");
        assert_eq!(texts(&web.private_ips), ["10.20.2.4", "10.20.2.5", "fd00:20:0:1::4"]);
        assert_eq!(texts(&web.private_prefixes.unwrap()), ["10.20.2.16/28"]);
        assert_eq!(texts(&web.public_ips), ["198.51.100.7"], "found whatever the case of its id");
        assert_eq!(texts(&listed("web1-back").public_ips), ["203.0.113.9"], "told in place");
        assert!(web.subnet.as_deref().unwrap().ends_with("/subnets/dual"));
        assert!(web.network.as_deref().unwrap().ends_with("/virtualNetworks/app"));
    }

    #[test]
    fn an_interface_of_a_machine_names_it_whole() {
        let web = listed("web1");
        assert_eq!(web.kind, Some(InterfaceKind::Instance));
        let machine =
            "/subscriptions/aaaa-1/resourceGroups/VMS/providers/Microsoft.Compute/virtualMachines/Web1";
        assert_eq!(web.attached_to.as_deref(), Some(machine), "another resource group than its own");
        assert_eq!(
            (web.mac.as_deref(), web.state.as_deref()),
            (Some("00:0d:3a:1b:c7:21"), Some("Succeeded"))
        );
        assert_eq!(web.description, None);
    }

    #[test]
    fn an_interface_of_a_private_endpoint_says_what_it_leads_to() {
        let sql = listed("sql.nic.1");
        assert_eq!((sql.kind, sql.mac.as_deref()), (Some(InterfaceKind::PrivateEndpoint), None));
        assert!(
            sql.attached_to
                .as_deref()
                .unwrap()
                .ends_with("/DATA/providers/Microsoft.Network/privateEndpoints/sql")
        );
        let server = "/subscriptions/aaaa-1/resourceGroups/Data/providers/Microsoft.Sql/servers/shop";
        assert_eq!(sql.description, Some(format!("sql to {server} (sqlServer)")));
    }

    #[test]
    fn the_endpoint_knows_its_interface_when_that_does_not() {
        let endpoints = PrivateEndpointIndex::new(&page(ENDPOINTS));
        let id = "/subscriptions/aaaa-1/resourceGroups/data/providers/Microsoft.Network/networkInterfaces/sql.nic.1";
        let sql = interface_from_nic(&read(&json!({"id": id})), HERE, &PublicIpIndex::default(), &endpoints)
            .unwrap();
        assert_eq!(sql.kind, Some(InterfaceKind::PrivateEndpoint));
        assert!(sql.attached_to.as_deref().unwrap().ends_with("/privateEndpoints/sql"));
    }

    #[test]
    fn what_is_attached_to_nothing_and_what_a_service_owns_differ() {
        assert_eq!(listed("spare").kind, Some(InterfaceKind::Unattached));
        assert_eq!(listed("pls.nic").kind, Some(InterfaceKind::Managed));
        let managed = json!({"id": "/n", "managedBy": "/owner", "properties": {}});
        assert_eq!(alone(&managed).kind, Some(InterfaceKind::Managed));
        let hosted = json!({"id": "/n", "properties": {"hostedWorkloads": ["w"]}});
        assert_eq!(alone(&hosted).kind, Some(InterfaceKind::Managed));
        assert_eq!(alone(&json!({"id": "/n"})).kind, None, "a row without properties tells nothing");
    }

    #[test]
    fn an_interface_of_a_scale_set_lies_where_the_set_does() {
        let there = AnswerContext { region: Some("West Europe"), ..HERE };
        for nic in &page(OF_SET) {
            let interface =
                interface_from_nic(nic, there, &PublicIpIndex::default(), &PrivateEndpointIndex::default())
                    .unwrap();
            assert_eq!(
                (interface.region.as_str(), interface.kind),
                ("westeurope", Some(InterfaceKind::Instance))
            );
            let machine = interface.attached_to.unwrap();
            assert!(machine.ends_with("/virtualMachineScaleSets/nodes/virtualMachines/0"), "{machine}");
        }
    }
}

#[cfg(test)]
mod nic_tests {
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
        let nics = NicIndex::new(&nics, &PublicIpIndex::default());
        let addresses = nics.addresses_of_machine("/m", &[("/B", None), ("/c", Some(true)), ("/gone", None)]);
        assert_eq!(texts(&addresses.private_ips), ["10.0.0.3", "10.0.0.2", "10.0.0.1"]);
        assert!(nics.addresses_of_machine("/other", &[]).private_ips.is_empty());
    }

    /// Azure/azure-cli#30837: Azure CNI's static blocks.
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
            NicIndex::new(&[nic], &PublicIpIndex::default()).addresses_of_machine("/m", &[])
        };
        for (address, length, block) in [
            ("10.0.0.16/28", Some(28), "10.0.0.16/28"),
            ("10.0.0.16", Some(28), "10.0.0.16/28"),
            ("10.0.0.16/28", None, "10.0.0.16/28"),
            ("10.0.0.20", Some(28), "10.0.0.16/28"),
            ("fd00::10:0/80", Some(80), "fd00::/80"),
        ] {
            let addresses = with(address, length);
            assert_eq!(texts(&addresses.private_prefixes.unwrap()), [block], "{address} {length:?}");
            assert_eq!(texts(&addresses.private_ips), ["10.0.0.4"]);
        }
        for (address, length) in [("10.0.0.5", None), ("10.0.0.5/32", Some(32)), ("10.0.0.5", Some(32))] {
            let addresses = with(address, length);
            assert_eq!(addresses.private_prefixes, Some(vec![]));
            assert_eq!(texts(&addresses.private_ips), ["10.0.0.4", "10.0.0.5"], "{address} {length:?}");
        }
        let nowhere = NicIndex::default().addresses_of_machine("/m", &[("/n", None)]);
        assert_eq!(nowhere.private_prefixes, None, "its interfaces were not read");
    }

    #[test]
    fn the_first_configuration_with_a_subnet_tells_it() {
        let nic = read(&json!({"id": "/n", "properties": {"ipConfigurations": [
            {"properties": {"privateIPAddress": "10.0.0.1", "primary": true}},
            {"properties": {"privateIPAddress": "10.0.0.1", "subnet": {"id": "/x/virtualNetworks/v/subnets/s"}}},
        ]}}));
        let addresses = NicAddresses::from_nic(&nic, &PublicIpIndex::default());
        assert_eq!(
            (addresses.network.as_deref(), addresses.subnet.as_deref()),
            (Some("/x/virtualNetworks/v"), Some("/x/virtualNetworks/v/subnets/s"))
        );
        assert_eq!(addresses.private_ips.len(), 1, "a repeated address counts once");
    }
}

#[cfg(test)]
mod endpoint_tests {
    use serde_json::{Value, json};

    use super::super::fixture::read;
    use super::*;

    #[test]
    fn an_endpoint_tells_every_service_and_part() {
        let said = |properties: Value| {
            let endpoint = read(&json!({"id": "/x/privateEndpoints/pe", "properties": properties}));
            PrivateEndpointIndex::new([&endpoint]).describe("/X/privateendpoints/PE").unwrap()
        };
        assert_eq!(said(json!({})), "pe");
        let connection = |service: &str, parts: &[&str]| json!([{"properties": {"privateLinkServiceId": service, "groupIds": parts}}]);
        let both = json!({
            "privateLinkServiceConnections": connection("/storage", &["blob", "dfs"]),
            "manualPrivateLinkServiceConnections": connection("/theirs", &[]),
        });
        assert_eq!(said(both), "pe to /storage (blob, dfs); /theirs");
    }
}
