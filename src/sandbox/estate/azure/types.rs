//! The Azure part of an estate: every resource with its whole id, by subscription. Also ids, and the sizes of machines.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::ids::hash;
use super::super::types::Tags;

/// Tenants, subscriptions, and how long their pages are.
#[derive(Debug, Clone, Default)]
pub struct AzureEstate {
    /// Items a page of the resource manager holds at most.
    pub page_size: usize,
    /// Rows a page of Resource Graph holds at most.
    pub graph_page_size: usize,
    /// In the order of the file; the first one is what clients use by default.
    pub tenants: Vec<Tenant>,
    /// In the order of the file.
    pub subscriptions: Vec<Arc<Subscription>>,
}

impl AzureEstate {
    /// Finds a tenant by its id or its domain, as the paths of Entra take both.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        let named = |tenant: &&Tenant| {
            tenant.id.eq_ignore_ascii_case(name) || tenant.domain.eq_ignore_ascii_case(name)
        };
        self.tenants.iter().find(named)
    }

    /// Lists the subscriptions, in the order of the file.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.iter().map(Arc::as_ref)
    }

    /// Finds a subscription by its id, however it is capitalised.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions().find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }
}

/// A directory.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// A GUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Its first domain.
    pub domain: String,
}

/// A subscription and all that is in it.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// A GUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// The tenant's id.
    pub tenant: String,
    /// Where it is in its life.
    pub state: SubscriptionState,
    /// Whether Resource Graph leaves it out, as it does where the caller has no rights.
    pub hidden_from_graph: bool,
    /// Whether Azure allows no resources in it.
    pub disallowed: bool,
    /// Virtual networks.
    pub networks: Vec<Network>,
    /// Network interfaces, those of uniform scale sets aside.
    pub interfaces: Vec<Interface>,
    /// Public addresses, those of uniform scale sets aside.
    pub public_ips: Vec<PublicIp>,
    /// Virtual machines, those of flexible scale sets included.
    pub machines: Vec<Machine>,
    /// Scale sets.
    pub scale_sets: Vec<ScaleSet>,
    /// Virtual hubs.
    pub hubs: Vec<Hub>,
    /// Private endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Items that the file gives as they are.
    pub raw: Vec<Raw>,
}

impl Subscription {
    /// Tells whether nothing can be in it, so that every list of it is refused.
    pub fn is_empty_for_ever(&self) -> bool {
        self.disallowed || self.state == SubscriptionState::Deleted
    }

    /// Returns the items that the file gives as they are for a list.
    pub fn raw(&self, list: &str) -> impl Iterator<Item = &Value> {
        self.raw.iter().filter(move |raw| raw.list.eq_ignore_ascii_case(list)).map(|raw| &raw.item)
    }
}

/// Where a subscription is in its life:
/// <https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum SubscriptionState {
    /// In use.
    #[default]
    Enabled,
    /// About to be disabled; still in use.
    Warned,
    /// Not paid; still in use.
    PastDue,
    /// Read-only.
    Disabled,
    /// Gone, and listed for some time.
    Deleted,
}

impl SubscriptionState {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Warned => "Warned",
            Self::PastDue => "PastDue",
            Self::Disabled => "Disabled",
            Self::Deleted => "Deleted",
        }
    }
}

/// Where a resource is, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The whole id, from `/subscriptions` on.
    pub id: String,
    /// The last part of it.
    pub name: String,
    /// Location, such as `westeurope`.
    pub location: String,
    /// Tags.
    pub tags: Tags,
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Id, name, place.
    pub named: Named,
    /// Its address space.
    pub prefixes: Vec<IpNet>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Peerings, as seen from here.
    pub peerings: Vec<Peering>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// The whole id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its prefixes.
    pub prefixes: Prefixes,
    /// The service that it is delegated to, such as `Microsoft.Web/serverFarms`.
    pub delegation: Option<String>,
    /// How many addresses Azure counts in it; `None` where it counts what it lists, or nothing.
    pub used: Option<u32>,
    /// Ids of the IP configurations in it; what a service puts into a delegated subnet is not listed.
    pub configurations: Vec<String>,
    /// Ids of the private endpoints in it.
    pub endpoints: Vec<String>,
}

/// A subnet's prefixes, in the field that they are given in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prefixes {
    /// `addressPrefix`.
    One(IpNet),
    /// `addressPrefixes`, where one may stand alone as well.
    List(Vec<IpNet>),
}

impl Prefixes {
    /// Returns all of them.
    pub fn as_slice(&self) -> &[IpNet] {
        match self {
            Self::One(prefix) => std::slice::from_ref(prefix),
            Self::List(prefixes) => prefixes,
        }
    }
}

/// A peering, as one of its networks shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peering {
    /// The whole id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Id of the network at the other end.
    pub remote: String,
    /// `Connected`, `Initiated` or `Disconnected`.
    pub state: String,
    /// What of this network takes part.
    pub local: PeeredSpace,
    /// What of the other network takes part.
    pub far: PeeredSpace,
}

/// What of a network takes part in a peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeredSpace {
    /// The whole network's address space.
    pub network: Vec<IpNet>,
    /// Names and prefixes of the subnets that take part, when not all do.
    pub subnets: Option<(Vec<String>, Vec<IpNet>)>,
}

impl PeeredSpace {
    /// Returns the prefixes that take part.
    pub fn prefixes(&self) -> &[IpNet] {
        self.subnets.as_ref().map_or(&self.network, |(_, prefixes)| prefixes)
    }

    /// Returns the names of the subnets that take part; none when all do.
    pub fn subnet_names(&self) -> &[String] {
        self.subnets.as_ref().map_or(&[], |(names, _)| names)
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Id, name, place.
    pub named: Named,
    /// Hardware address as Azure writes it.
    pub mac: String,
    /// Whether it is its machine's first one.
    pub primary: bool,
    /// What it belongs to.
    pub holder: Option<NicOwner>,
    /// Addresses, the primary one first.
    pub configurations: Vec<Configuration>,
}

/// What an interface belongs to, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NicOwner {
    /// A machine, or an instance of a scale set.
    Machine(String),
    /// A private endpoint.
    Endpoint(String),
}

/// An address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// The whole id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The subnet's id.
    pub subnet: String,
    /// The address, or the first one of a block.
    pub address: IpAddr,
    /// The length of a block's prefix.
    pub block: Option<u8>,
    /// Id of the public address in front of it.
    pub public_ip: Option<String>,
}

/// A public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicIp {
    /// Id, name, place.
    pub named: Named,
    /// Zones.
    pub zones: Vec<String>,
    /// The address.
    pub address: IpAddr,
    /// Id of the IP configuration behind it.
    pub configuration: String,
}

/// A virtual machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Id, name, place.
    pub named: Named,
    /// Zone, if it is in one.
    pub zone: Option<String>,
    /// Such as `Standard_D4s_v5`.
    pub size: String,
    /// What runs on it.
    pub os: Os,
    /// Whether it runs.
    pub power: Power,
    /// When it was made.
    pub created: Timestamp,
    /// Ids of its interfaces, primary first.
    pub interfaces: Vec<String>,
    /// Id of the flexible scale set it belongs to.
    pub scale_set: Option<String>,
}

/// An operating system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Os {
    /// Linux.
    #[default]
    Linux,
    /// Windows.
    Windows,
}

impl Os {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
        }
    }
}

/// A machine's power state: <https://learn.microsoft.com/azure/virtual-machines/states-billing>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    /// Being started.
    Starting,
    /// Started.
    #[default]
    Running,
    /// Being stopped.
    Stopping,
    /// Stopped from within, and still paid for.
    Stopped,
    /// Being given back.
    Deallocating,
    /// Given back.
    Deallocated,
    /// Azure cannot tell, and says nothing.
    Unknown,
}

impl Power {
    /// Returns the name on the wire; `None` when it is left out.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Deallocating => "deallocating",
            Self::Deallocated => "deallocated",
            Self::Unknown => return None,
        })
    }
}

/// A scale set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleSet {
    /// Id, name, place.
    pub named: Named,
    /// Whether its instances are machines of their own.
    pub flexible: bool,
    /// Machine size of its instances.
    pub size: String,
    /// What runs on them.
    pub os: Os,
    /// Zones it is spread over.
    pub zones: Vec<String>,
    /// How many instances it has.
    pub capacity: u32,
    /// When it was made.
    pub created: Timestamp,
    /// The subnet that its interfaces are made in.
    pub subnet: String,
    /// Instances, when uniform.
    pub instances: Vec<Instance>,
}

/// An instance of a uniform scale set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Id, name, place.
    pub named: Named,
    /// Its number in the set.
    pub number: u32,
    /// Zone, if it is in one.
    pub zone: Option<String>,
    /// Whether it runs.
    pub power: Power,
    /// Its interface.
    pub interface: Interface,
    /// Its public address.
    pub public_ip: Option<PublicIp>,
}

/// A virtual hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// Id, name, place.
    pub named: Named,
    /// Id of the virtual WAN it belongs to.
    pub wan: String,
    /// Its own prefix.
    pub prefix: IpNet,
    /// Networks connected to it.
    pub connections: Vec<Connection>,
}

/// A network's connection to a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The whole id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The network's id.
    pub network: String,
}

/// A private endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Id, name, place.
    pub named: Named,
    /// The subnet's id.
    pub subnet: String,
    /// Its interface's id.
    pub interface: String,
    /// Id of the resource that it leads to.
    pub service: String,
    /// Which part of that resource, such as `blob`.
    pub group: String,
}

/// An item that the file gives as it is.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The list it stands in, such as `virtualNetworks`.
    pub list: String,
    /// The item.
    pub item: Value,
}

/// Makes a GUID of version 4's shape.
pub fn guid(path: &str) -> String {
    let (a, b) = (hash(&format!("{path}:1")), hash(&format!("{path}:2")));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | (b >> 48) & 0x3fff,
        b & 0xffff_ffff_ffff
    )
}

/// Makes a hardware address as Azure writes it; the first half is one of Microsoft's.
pub fn mac(path: &str) -> String {
    let [a, b, c, ..] = hash(path).to_be_bytes();
    format!("00-0D-3A-{a:02X}-{b:02X}-{c:02X}")
}

/// Returns the id of the application that clients of a tenant sign in as.
pub fn client_id(tenant: &str) -> String {
    guid(&format!("client/{tenant}"))
}

/// Returns a client secret that cannot be mistaken for a real one.
pub fn client_secret(tenant: &str) -> String {
    format!("sandbox-not-a-real-secret-{tenant}")
}

/// Tells whether `text` has the shape of a GUID.
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A machine size.
#[derive(Debug, Clone, Copy)]
pub struct MachineSize {
    /// Such as `Standard_D4s_v5`.
    pub name: &'static str,
    /// The family its quota is counted for.
    pub family: &'static str,
    /// Virtual processors of the hardware.
    pub vcpus: u32,
    /// Virtual processors that are switched on, in sizes that constrain them.
    pub available: u32,
    /// Gibibytes of memory.
    pub memory: u32,
    /// `x64` or `Arm64`.
    pub architecture: &'static str,
}

/// Every size of the list. A machine may have another one, as retired sizes leave the real list too.
pub const SIZES: [MachineSize; 9] = [
    size("Standard_B2s", "standardBSFamily", 2, 4, "x64"),
    size("Standard_D2s_v5", "standardDSv5Family", 2, 8, "x64"),
    size("Standard_D4s_v5", "standardDSv5Family", 4, 16, "x64"),
    size("Standard_D8s_v5", "standardDSv5Family", 8, 32, "x64"),
    size("Standard_D2ps_v5", "standardDPSv5Family", 2, 8, "Arm64"),
    size("Standard_D4ps_v5", "standardDPSv5Family", 4, 16, "Arm64"),
    size("Standard_E8ds_v5", "standardEDSv5Family", 8, 64, "x64"),
    MachineSize { available: 4, ..size("Standard_E8-4ds_v5", "standardEDSv5Family", 8, 64, "x64") },
    size("Standard_F8s_v2", "standardFSv2Family", 8, 16, "x64"),
];

const fn size(
    name: &'static str,
    family: &'static str,
    vcpus: u32,
    memory: u32,
    architecture: &'static str,
) -> MachineSize {
    MachineSize { name, family, vcpus, available: vcpus, memory, architecture }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_have_the_shape_of_real_ones_and_depend_on_the_path() {
        let id = guid("a/b");
        assert!(is_guid(&id), "{id}");
        assert_eq!((&id[14..15], &id), ("4", &guid("a/b")));
        assert_ne!(guid("a/b"), guid("a/c"));
        assert!(!is_guid("shop") && !is_guid("00000000-0000-0000-0000-00000000000g"));
    }

    #[test]
    fn hardware_addresses_are_written_with_hyphens() {
        let mac = mac("a");
        assert!(mac.starts_with("00-0D-3A-") && mac.len() == 17, "{mac}");
    }
}
