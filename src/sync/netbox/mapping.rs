//! What an inventory is in `NetBox`. Pure.
//!
//! | in the cloud | in `NetBox` |
//! |---|---|
//! | account | tenant |
//! | network | VRF, and a prefix of status `container` for each block |
//! | subnet | a prefix of status `active` for each prefix |
//! | accounts and regions that have machines | cluster |
//! | machine | virtual machine |
//! | interface of a machine | interface, MAC address |
//! | private address of any interface | IP address in the VRF, with the mask of its subnet |
//! | public address | IP address in the global table, with the private one as `nat_inside` |

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::names::{
    DESCRIPTION_LENGTH, MACHINE_NAME, MachineNames, NAME, ROUTE_DISTINGUISHER, name_or_id, slug,
};
use super::object_type::{
    ARCHITECTURE_FIELD, CLUSTER, CLUSTER_TYPE, DESCRIPTION, INTERFACE, IP_ADDRESS, MAC_ADDRESS, MACHINE,
    NAME_FIELD, PREFIX, ROLE, SITE, SIZE_FIELD, TENANT, VRF, ZONE_FIELD,
};
use super::objects::slug_key;
use crate::analysis::absence::AbsenceIndex;
use crate::config::NetboxSettings;
use crate::model::{
    Identity, Instance, Interface, Inventory, Kind, Network, Provider, Resource, Scope, Subnet,
};
use crate::sync::short_id::{resource_key, short_id, truncate};
use crate::sync::{FieldValue, Fields, MappedRecords, PartlyKnown, Record, Undetermined};

/// The slug of the role of the prefixes of networks.
pub const NETWORK_ROLE: &str = "netcensus-network";
/// The slug of the role of the prefixes of subnets.
pub const SUBNET_ROLE: &str = "netcensus-subnet";

/// Why what is in a default VPC is left as it is.
const DEFAULT_NETWORK: &str = "default networks are left out";

/// Returns the slug of the type of the clusters of a cloud.
#[must_use]
pub fn cluster_type_slug(provider: Provider) -> String {
    format!("netcensus-{provider}")
}

/// Returns the records that an inventory asks for.
#[must_use]
pub fn map_inventory(inventory: &Inventory, settings: &NetboxSettings) -> MappedRecords {
    let mut mapper = Mapper::new(inventory, settings);
    mapper.add_tenants();
    mapper.add_networks();
    mapper.add_subnets();
    mapper.add_interfaces();
    mapper.add_machines();
    mapper.finish()
}

/// Provider, region and id of a network or subnet, in lower case: how other resources name it.
type PlaceKey = (Provider, String, String);

struct Mapper<'a> {
    inventory: &'a Inventory,
    settings: &'a NetboxSettings,
    absence: AbsenceIndex<'a>,
    networks: HashMap<PlaceKey, &'a Network>,
    subnets: HashMap<PlaceKey, &'a Subnet>,
    /// Machines by provider and id in lower case.
    machines: HashMap<(Provider, String), &'a Instance>,
    names: MachineNames,
    /// The keys of the private addresses of machines.
    addresses: HashMap<(String, IpAddr), String>,
    /// The keys of the machines whose interfaces are known.
    with_interfaces: HashSet<String>,
    /// The private addresses of all interfaces by their keys: those that are written.
    private: HashSet<String>,
    /// The keys of the public addresses so far.
    public: HashSet<String>,
    /// The keys of the clusters so far.
    clusters: HashSet<String>,
    mapped: MappedRecords,
}

/// What an interface is attached to.
enum Attachment<'a> {
    /// A machine of the inventory.
    Machine(&'a Instance),
    /// No machine.
    Other,
    /// A machine that the inventory lacks.
    Unknown,
}

impl<'a> Mapper<'a> {
    fn new(inventory: &'a Inventory, settings: &'a NetboxSettings) -> Self {
        let networks = inventory
            .networks
            .iter()
            .map(|network| (place(network.provider, &network.region, &network.id), network));
        let subnets = inventory
            .subnets
            .iter()
            .map(|subnet| (place(subnet.provider, &subnet.region, &subnet.id), subnet));
        let machines = inventory
            .instances
            .iter()
            .map(|machine| ((machine.provider, machine.id.to_ascii_lowercase()), machine));
        Self {
            inventory,
            settings,
            absence: AbsenceIndex::new(inventory),
            networks: networks.collect(),
            subnets: subnets.collect(),
            machines: machines.collect(),
            names: MachineNames::new(inventory.instances.iter().filter(|machine| !is_gone(machine))),
            addresses: HashMap::new(),
            with_interfaces: HashSet::new(),
            private: HashSet::new(),
            public: HashSet::new(),
            clusters: HashSet::new(),
            mapped: MappedRecords::default(),
        }
    }

    fn add_tenants(&mut self) {
        let mut accounts: BTreeMap<(Provider, String), (&str, Option<&str>)> = BTreeMap::new();
        let inventory = self.inventory;
        let listed = inventory
            .accounts
            .iter()
            .map(|account| (account.provider, account.id.as_str(), account.display_name()));
        let owners = inventory
            .networks
            .iter()
            .map(|network| (network.provider, network.account.as_str(), network.account_name.as_deref()));
        let others = inventory.subnets.iter().map(|subnet| (subnet.provider, subnet.account.as_str(), None));
        // Interfaces in a shared subnet belong to a participant, which need not have been scanned.
        let machines =
            inventory.instances.iter().map(|machine| (machine.provider, machine.account.as_str(), None));
        let interfaces = inventory
            .interfaces
            .iter()
            .map(|interface| (interface.provider, interface.account.as_str(), None));
        let all = listed.chain(owners).chain(others).chain(machines).chain(interfaces);
        for (provider, id, name) in all {
            let account = accounts.entry((provider, id.to_ascii_lowercase())).or_insert((id, name));
            account.1 = account.1.or(name);
        }
        for ((provider, key), (id, name)) in accounts {
            if self.settings.tenants.contains_key(&key) {
                continue;
            }
            let suffix = format!(" ({id})");
            let name = truncate(
                name.unwrap_or(provider.as_str()).trim(),
                NAME.saturating_sub(suffix.chars().count()),
            );
            let mut fields = Fields::new();
            put(&mut fields, "name", text(&truncate(&format!("{name}{suffix}"), NAME)));
            put(&mut fields, "slug", text(&slug(&format!("{provider}-{id}"))));
            let scope = Scope { provider, account: id.to_owned(), region: None, kind: Kind::Networks };
            self.push(TENANT, format!("{provider}/{key}"), scope, fields);
        }
    }

    fn add_networks(&mut self) {
        let inventory = self.inventory;
        for network in &inventory.networks {
            let key = resource_key(&network.identity());
            if self.is_left_out(network) {
                self.leave(VRF, key.clone(), DEFAULT_NETWORK);
                for prefix in network.prefixes() {
                    self.leave(PREFIX, format!("{key}/{prefix}"), DEFAULT_NETWORK);
                }
                continue;
            }
            let is_known = self.is_owner_read(&network.identity(), &network.visible_from, Kind::Networks);
            let scope = scope(network.provider, &network.account, &network.region, Kind::Networks);
            let mut fields = self.common(network.provider, &network.account);
            let name = name_or_id(network.name.as_deref(), &network.id, NAME);
            if is_known {
                put(&mut fields, "name", text(&name));
                self.put_cloud_name(&mut fields, network.name.as_deref());
            } else {
                put(&mut fields, "name", FieldValue::Partly(PartlyKnown::Initial(name)));
            }
            // A subnet may be as large as its network: two prefixes that are equal.
            put(&mut fields, "enforce_unique", FieldValue::Boolean(false));
            if network.id.chars().count() <= ROUTE_DISTINGUISHER {
                put(&mut fields, "rd", text(&network.id));
            }
            self.push(VRF, key.clone(), scope.clone(), fields);
            for prefix in network.prefixes().collect::<BTreeSet<IpNet>>() {
                let mut fields = self.common(network.provider, &network.account);
                put(&mut fields, "status", text("container"));
                put(&mut fields, "role", reference(ROLE, slug_key(NETWORK_ROLE)));
                if is_known {
                    self.put_cloud_name(&mut fields, network.name.as_deref());
                }
                self.put_prefix(&mut fields, prefix, &key, &network.region);
                self.push(PREFIX, format!("{key}/{prefix}"), scope.clone(), fields);
            }
        }
    }

    fn add_subnets(&mut self) {
        let inventory = self.inventory;
        for subnet in &inventory.subnets {
            let key_of_subnet = resource_key(&subnet.identity());
            let keys: Vec<(IpNet, String)> =
                subnet.prefixes.iter().map(|prefix| (*prefix, format!("{key_of_subnet}/{prefix}"))).collect();
            let Some(network) = self.network(subnet.provider, &subnet.region, &subnet.network) else {
                let reason = format!("its network {} was not read", subnet.network);
                for (_, key) in keys {
                    self.leave(PREFIX, key, &reason);
                }
                continue;
            };
            if self.is_left_out(network) {
                for (_, key) in keys {
                    self.leave(PREFIX, key, DEFAULT_NETWORK);
                }
                continue;
            }
            let is_known = self.is_owner_read(&subnet.identity(), &subnet.visible_from, Kind::Subnets);
            let vrf = resource_key(&network.identity());
            let scope = scope(subnet.provider, &subnet.account, &subnet.region, Kind::Subnets);
            for (prefix, key) in keys {
                let mut fields = self.common(subnet.provider, &subnet.account);
                put(&mut fields, "status", text("active"));
                put(&mut fields, "role", reference(ROLE, slug_key(SUBNET_ROLE)));
                // A participant sees no name, and its own name of the zone.
                if is_known {
                    put(&mut fields, ZONE_FIELD, FieldValue::from_text(subnet.zone.as_deref()));
                    self.put_cloud_name(&mut fields, subnet.name.as_deref());
                }
                self.put_prefix(&mut fields, prefix, &vrf, &subnet.region);
                self.push(PREFIX, key, scope.clone(), fields);
            }
        }
    }

    fn put_prefix(&self, fields: &mut Fields, prefix: IpNet, vrf: &str, region: &str) {
        put(fields, "prefix", text(&prefix.to_string()));
        put(fields, "vrf", reference(VRF, vrf.to_owned()));
        self.put_site(fields, region);
    }

    fn add_interfaces(&mut self) {
        let inventory = self.inventory;
        for interface in &inventory.interfaces {
            let network = self.network_of_interface(interface);
            if network.is_some_and(|network| self.is_left_out(network)) {
                self.leave_interface(interface, DEFAULT_NETWORK);
                continue;
            }
            match self.attachment(interface) {
                Attachment::Machine(machine) if self.has(MACHINE) => {
                    self.with_interfaces.insert(resource_key(&machine.identity()));
                    self.add_interface(interface, machine);
                    self.add_addresses(interface, Some(machine));
                }
                Attachment::Machine(_) | Attachment::Other => self.add_addresses(interface, None),
                Attachment::Unknown => {
                    let machine = interface.attached_to.as_deref().unwrap_or_default();
                    self.leave_interface(interface, &format!("its machine {machine} was not read"));
                }
            }
        }
    }

    fn network_of_interface(&self, interface: &Interface) -> Option<&'a Network> {
        let subnet = interface.subnet.as_deref().and_then(|id| self.subnet(interface, id));
        let network = interface.network.as_deref().or(subnet.map(|subnet| subnet.network.as_str()));
        network.and_then(|id| self.network(interface.provider, &interface.region, id))
    }

    fn attachment(&self, interface: &Interface) -> Attachment<'a> {
        let Some(attached_to) = &interface.attached_to else { return Attachment::Other };
        match self.machines.get(&(interface.provider, attached_to.to_ascii_lowercase())) {
            Some(machine) if is_gone(machine) => Attachment::Other,
            Some(machine) => Attachment::Machine(machine),
            None if is_machine_id(attached_to) => Attachment::Unknown,
            None => Attachment::Other,
        }
    }

    /// Leaves all of an interface as it is.
    fn leave_interface(&mut self, interface: &Interface, reason: &str) {
        let key = resource_key(&interface.identity());
        for address in &interface.private_ips {
            self.leave(IP_ADDRESS, format!("{key}/{address}"), reason);
        }
        for address in &interface.public_ips {
            self.leave(IP_ADDRESS, public_key(interface.provider, *address), reason);
        }
        self.leave(MAC_ADDRESS, key.clone(), reason);
        self.leave(INTERFACE, key, reason);
    }

    fn add_interface(&mut self, interface: &Interface, machine: &Instance) {
        let key_of_interface = resource_key(&interface.identity());
        let scope = scope(interface.provider, &interface.account, &interface.region, Kind::Interfaces);
        let mut fields = Fields::new();
        put(&mut fields, "virtual_machine", reference(MACHINE, resource_key(&machine.identity())));
        put(&mut fields, "name", text(&short_id(&interface.id, MACHINE_NAME)));
        self.put_cloud_name(&mut fields, interface.description.as_deref());
        if let Some(mac) = interface.mac.as_deref().filter(|_| self.has(MAC_ADDRESS) && self.has(INTERFACE)) {
            put(&mut fields, "primary_mac_address", reference(MAC_ADDRESS, key_of_interface.clone()));
            let mut fields = Fields::new();
            put(&mut fields, "mac_address", text(&mac.replace('-', ":").to_ascii_uppercase()));
            put(&mut fields, "interface", reference(INTERFACE, key_of_interface.clone()));
            self.push(MAC_ADDRESS, key_of_interface.clone(), scope.clone(), fields);
        }
        self.push(INTERFACE, key_of_interface, scope, fields);
    }

    fn add_addresses(&mut self, interface: &Interface, machine: Option<&Instance>) {
        let key_of_interface = resource_key(&interface.identity());
        let subnet = interface.subnet.as_deref().and_then(|id| self.subnet(interface, id));
        let network = self.network_of_interface(interface);
        for address in &interface.private_ips {
            let key_of_address = format!("{key_of_interface}/{address}");
            let prefix =
                subnet.and_then(|subnet| subnet.prefixes.iter().find(|prefix| prefix.contains(address)));
            let (Some(prefix), Some(network)) = (prefix, network) else {
                // Without the mask of its subnet, NetBox would take it for a network of its own.
                self.leave(IP_ADDRESS, key_of_address, "its subnet or network was not read");
                continue;
            };
            let mut fields = self.address_fields(interface);
            put(&mut fields, "address", text(&format!("{address}/{}", prefix.prefix_len())));
            put(&mut fields, "vrf", reference(VRF, resource_key(&network.identity())));
            if self.has(INTERFACE) {
                let assigned = machine.map(|_| reference(INTERFACE, key_of_interface.clone()));
                put(&mut fields, "interface", assigned.unwrap_or(FieldValue::Empty));
            }
            if let Some(machine) = machine {
                self.addresses.insert((resource_key(&machine.identity()), *address), key_of_address.clone());
            }
            self.private.insert(key_of_address.clone());
            self.push_address(interface, key_of_address, fields);
        }
        self.add_public_addresses(interface, &key_of_interface);
    }

    fn add_public_addresses(&mut self, interface: &Interface, key_of_interface: &str) {
        let inside: Vec<_> = interface.private_ips.iter().filter(|address| address.is_ipv4()).collect();
        for address in &interface.public_ips {
            let key = public_key(interface.provider, *address);
            // Interfaces that share one, such as those of a load balancer, would ask for it twice.
            if !self.public.insert(key.clone()) {
                continue;
            }
            let mut fields = self.address_fields(interface);
            put(&mut fields, "address", text(&IpNet::from(*address).to_string()));
            put(&mut fields, "vrf", FieldValue::Empty);
            // Which of several private addresses it is mapped to is not in the inventory.
            let keys: Vec<_> = inside.iter().map(|inside| format!("{key_of_interface}/{inside}")).collect();
            match keys.as_slice() {
                // It is not written, because its mask is not known.
                keys if keys.iter().any(|key| !self.private.contains(key)) => {}
                [key] => put(&mut fields, "nat_inside", reference(IP_ADDRESS, key.clone())),
                _ => {
                    let one_of = PartlyKnown::OneOf { kind: IP_ADDRESS.to_owned(), keys };
                    put(&mut fields, "nat_inside", FieldValue::Partly(one_of));
                }
            }
            self.push_address(interface, key, fields);
        }
    }

    fn address_fields(&self, interface: &Interface) -> Fields {
        let mut fields = self.common(interface.provider, &interface.account);
        put(&mut fields, "status", text("active"));
        self.put_cloud_name(&mut fields, interface.description.as_deref());
        fields
    }

    fn push_address(&mut self, interface: &Interface, key: String, fields: Fields) {
        let scope = scope(interface.provider, &interface.account, &interface.region, Kind::Interfaces);
        self.push(IP_ADDRESS, key, scope, fields);
    }

    fn add_machines(&mut self) {
        let (inventory, mut renamed) = (self.inventory, 0_usize);
        for machine in inventory.instances.iter().filter(|machine| !is_gone(machine)) {
            let network = machine.network.as_deref();
            let network = network.and_then(|id| self.network(machine.provider, &machine.region, id));
            if network.is_some_and(|network| self.is_left_out(network)) {
                self.leave(MACHINE, resource_key(&machine.identity()), DEFAULT_NETWORK);
                self.leave(CLUSTER, cluster_key(machine), DEFAULT_NETWORK);
                continue;
            }
            let name = self.names.name(machine);
            let cloud_name = machine.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
            renamed += usize::from(cloud_name.is_some_and(|cloud_name| cloud_name != name));
            self.add_machine(machine, &name);
        }
        if renamed > 0 && self.has(MACHINE) {
            self.mapped.notes.push(format!(
                "{renamed} virtual machines are called by their ids: their names repeat or have more than {MACHINE_NAME} \
                 characters"
            ));
        }
    }

    fn add_machine(&mut self, machine: &Instance, name: &str) {
        let key_of_machine = resource_key(&machine.identity());
        let scope = scope(machine.provider, &machine.account, &machine.region, Kind::Instances);
        let cluster = self.add_cluster(machine, &scope);
        let mut fields = self.common(machine.provider, &machine.account);
        put(&mut fields, "name", text(name));
        put(&mut fields, "cluster", reference(CLUSTER, cluster));
        if let Some(status) = machine.state.as_deref().and_then(status) {
            put(&mut fields, "status", text(status));
        }
        if let Some(vcpus) = machine.vcpus {
            put(&mut fields, "vcpus", FieldValue::Number(vcpus.into()));
        }
        put(&mut fields, NAME_FIELD, FieldValue::from_text(machine.name.as_deref()));
        let known = [
            (ZONE_FIELD, &machine.zone),
            (SIZE_FIELD, &machine.instance_type),
            (ARCHITECTURE_FIELD, &machine.architecture),
        ];
        for (field, value) in known {
            if let Some(value) = value {
                put(&mut fields, field, text(value));
            }
        }
        self.put_primary_addresses(&mut fields, machine, &key_of_machine);
        self.push(MACHINE, key_of_machine, scope, fields);
    }

    fn put_primary_addresses(&self, fields: &mut Fields, machine: &Instance, key_of_machine: &str) {
        // NetBox refuses addresses that are not assigned to the machine.
        let is_known = self.with_interfaces.contains(key_of_machine);
        if !is_known || !self.has(INTERFACE) || !self.has(IP_ADDRESS) {
            return;
        }
        for (field, is_v4) in [("primary_ip4", true), ("primary_ip6", false)] {
            let mut addresses = machine.private_ips.iter().filter(|address| address.is_ipv4() == is_v4);
            match addresses.next() {
                None => put(fields, field, FieldValue::Empty),
                Some(address) => {
                    if let Some(key) = self.addresses.get(&(key_of_machine.to_owned(), *address)) {
                        put(fields, field, reference(IP_ADDRESS, key.clone()));
                    }
                }
            }
        }
    }

    /// Returns the key of the cluster of a machine.
    fn add_cluster(&mut self, machine: &Instance, scope: &Scope) -> String {
        let key = cluster_key(machine);
        let mut fields = self.common(machine.provider, &machine.account);
        put(&mut fields, "name", text(&truncate(&format!("{} {}", machine.account, machine.region), NAME)));
        put(&mut fields, "type", reference(CLUSTER_TYPE, slug_key(&cluster_type_slug(machine.provider))));
        put(&mut fields, "status", text("active"));
        self.put_site(&mut fields, &machine.region);
        if self.clusters.insert(key.clone()) {
            self.push(CLUSTER, key.clone(), scope.clone(), fields);
        }
        key
    }

    /// Returns the fields of what belongs to an account.
    fn common(&self, provider: Provider, account: &str) -> Fields {
        let account = account.to_ascii_lowercase();
        let key = match self.settings.tenants.get(&account) {
            Some(slug) => slug_key(slug),
            None if self.has(TENANT) => format!("{provider}/{account}"),
            None => return Fields::new(),
        };
        Fields::from([("tenant".to_owned(), reference(TENANT, key))])
    }

    /// Writes the name that the cloud has; an interface has a description in its place.
    fn put_cloud_name(&self, fields: &mut Fields, name: Option<&str>) {
        put(fields, NAME_FIELD, FieldValue::from_text(name));
        if self.settings.managed_fields.contains(DESCRIPTION) {
            // NetBox trims what it is sent, also the space that the cut left.
            let description = name.map(|name| truncate(name.trim(), DESCRIPTION_LENGTH));
            put(fields, DESCRIPTION, FieldValue::from_text(description.as_deref().map(str::trim)));
        }
    }

    fn put_site(&self, fields: &mut Fields, region: &str) {
        if let Some(slug) = self.settings.sites.get(&region.to_ascii_lowercase()) {
            put(fields, "site", reference(SITE, slug_key(slug)));
        }
    }

    fn network(&self, provider: Provider, region: &str, id: &str) -> Option<&'a Network> {
        self.networks.get(&place(provider, region, id)).copied()
    }

    fn subnet(&self, interface: &Interface, id: &str) -> Option<&'a Subnet> {
        self.subnets.get(&place(interface.provider, &interface.region, id)).copied()
    }

    /// Tells whether names and tags of what may be shared are known: accounts that it is shared with do not see them.
    fn is_owner_read(&self, identity: &Identity, visible_from: &[String], kind: Kind) -> bool {
        let scope = scope(identity.provider, &identity.account, &identity.region, kind);
        visible_from.is_empty() || self.absence.is_proven(&scope)
    }

    fn is_left_out(&self, network: &Network) -> bool {
        !self.settings.default_networks && network.is_default == Some(true)
    }

    fn has(&self, kind: &str) -> bool {
        !self.settings.leave_out.contains(kind)
    }

    fn push(&mut self, kind: &str, key: String, scope: Scope, fields: Fields) {
        if self.has(kind) {
            self.mapped.records.push(Record { kind: kind.to_owned(), key, scope, fields });
        }
    }

    /// Leaves what may exist in `NetBox` as it is.
    fn leave(&mut self, kind: &str, key: String, reason: &str) {
        if self.has(kind) {
            self.mapped.undetermined.push(Undetermined {
                kind: kind.to_owned(),
                key,
                reason: reason.to_owned(),
            });
        }
    }

    fn finish(self) -> MappedRecords {
        self.mapped
    }
}

fn cluster_key(machine: &Instance) -> String {
    let identity = machine.identity();
    format!("{}/{}/{}", identity.provider, identity.account, identity.region)
}

/// A public address is the same one whatever it is mapped to.
fn public_key(provider: Provider, address: IpAddr) -> String {
    format!("{provider}/public/{address}")
}

fn place(provider: Provider, region: &str, id: &str) -> PlaceKey {
    (provider, region.to_ascii_lowercase(), id.to_ascii_lowercase())
}

fn scope(provider: Provider, account: &str, region: &str, kind: Kind) -> Scope {
    Scope { provider, account: account.to_owned(), region: Some(region.to_owned()), kind }
}

fn put(fields: &mut Fields, name: &str, value: FieldValue) {
    fields.insert(name.to_owned(), value);
}

fn text(text: &str) -> FieldValue {
    FieldValue::from_text(Some(text))
}

fn reference(kind: &str, key: String) -> FieldValue {
    FieldValue::Reference { kind: kind.to_owned(), key }
}

/// Tells whether an id is that of a machine of AWS or Azure; other things have interfaces too.
fn is_machine_id(id: &str) -> bool {
    id.starts_with("i-") || id.to_ascii_lowercase().contains("/virtualmachines/")
}

/// A terminated machine is listed for an hour, without its addresses.
fn is_gone(machine: &Instance) -> bool {
    machine.state.as_deref() == Some("terminated")
}

/// Returns the status of a machine in a state of AWS or Azure; `None` if the state is not known.
fn status(state: &str) -> Option<&'static str> {
    Some(match state {
        "running" | "starting" | "pending" | "rebooting" => "active",
        "stopped" | "stopping" | "deallocated" | "deallocating" | "hibernated" => "offline",
        "shutting-down" | "deleting" => "decommissioning",
        "failed" => "failed",
        _ => return None,
    })
}
