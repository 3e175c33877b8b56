//! What holds the addresses of subnets, as interfaces show it.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Interface, InterfaceKind, Inventory, Provider, Rows, Subnet};

/// What holds addresses of a subnet or pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AddressUse {
    /// Virtual machines.
    Machines,
    /// Load balancers.
    LoadBalancers,
    /// NAT gateways.
    NatGateways,
    /// VPC endpoints and private endpoints.
    Endpoints,
    /// Attachments of transit gateways.
    TransitGateways,
    /// Functions.
    Lambda,
    /// Mount targets of file systems.
    FileSystems,
    /// Container tasks and pods.
    Containers,
    /// Databases and other services that the cloud runs.
    Managed,
    /// Interfaces that are attached to nothing.
    Unattached,
    /// Interfaces of other or unknown kinds.
    Other,
    /// Prefixes delegated to interfaces, whole.
    DelegatedPrefixes,
    /// Of a subnet its CIDR reservations, without what has an address in them; of a pool the prefixes that are reserved
    /// for networks which do not exist yet.
    Reservations,
    /// Of a pool: networks and subnets of the clouds, also those that only links tell of, and the default VPCs of regions
    /// that could not be read.
    Networks,
    /// Of a pool: ranges outside the clouds.
    Ranges,
    /// Of a pool: the pools within it.
    Pools,
    /// Of a pool: what it never gives out, ranges of container bridges, and ranges that an RFC or a cloud sets aside.
    SetAside,
    /// What the cloud counts and no interface shows: what you may not see, or what the cloud keeps for its services.
    Unseen,
}

impl AddressUse {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Machines => "machines",
            Self::LoadBalancers => "load-balancers",
            Self::NatGateways => "nat-gateways",
            Self::Endpoints => "endpoints",
            Self::TransitGateways => "transit-gateways",
            Self::Lambda => "lambda",
            Self::FileSystems => "file-systems",
            Self::Containers => "containers",
            Self::Managed => "managed",
            Self::Unattached => "unattached",
            Self::Other => "other",
            Self::DelegatedPrefixes => "delegated-prefixes",
            Self::Reservations => "reservations",
            Self::Networks => "networks",
            Self::Ranges => "ranges",
            Self::Pools => "pools",
            Self::SetAside => "set-aside",
            Self::Unseen => "unseen",
        }
    }
}

impl From<Option<InterfaceKind>> for AddressUse {
    fn from(kind: Option<InterfaceKind>) -> Self {
        match kind {
            Some(InterfaceKind::Instance) => Self::Machines,
            Some(InterfaceKind::LoadBalancer) => Self::LoadBalancers,
            Some(InterfaceKind::NatGateway) => Self::NatGateways,
            Some(InterfaceKind::Endpoint | InterfaceKind::PrivateEndpoint) => Self::Endpoints,
            Some(InterfaceKind::TransitGateway) => Self::TransitGateways,
            Some(InterfaceKind::Lambda) => Self::Lambda,
            Some(InterfaceKind::FileSystem) => Self::FileSystems,
            Some(InterfaceKind::Container) => Self::Containers,
            Some(InterfaceKind::Managed) => Self::Managed,
            Some(InterfaceKind::Unattached) => Self::Unattached,
            Some(InterfaceKind::Other) | None => Self::Other,
        }
    }
}

/// How many addresses of a subnet or pool something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldAddresses {
    /// What holds them.
    pub by: AddressUse,
    /// How many.
    pub addresses: u64,
}

/// A prefix that an interface holds, or one address as a /32.
pub(super) type HeldBlock = (Ipv4Net, AddressUse);

/// Cloud, region and id of a subnet, in lower case: the APIs of Azure differ in case.
type SubnetKey = (Provider, String, String);

/// What interfaces hold, by subnet.
#[derive(Debug, Default)]
pub(super) struct HeldIndex {
    subnets: HashMap<SubnetKey, Vec<HeldBlock>>,
}

impl HeldIndex {
    /// Goes through the interfaces once.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(inventory: &Inventory, interfaces: &dyn Rows<Interface>) -> io::Result<Self> {
        let subnets = inventory.subnets.iter().map(|subnet| (key_of(subnet), Vec::new()));
        let mut index = Self { subnets: subnets.collect() };
        interfaces.each(&mut |interface| {
            index.add(interface);
            Ok(())
        })?;
        Ok(index)
    }

    fn add(&mut self, interface: &Interface) {
        let Some(id) = &interface.subnet else { return };
        let key = subnet_key(interface.provider, &interface.region, id);
        let Some(held) = self.subnets.get_mut(&key) else { return };
        let prefixes = interface.private_prefixes.iter().flatten().filter_map(|prefix| match prefix {
            IpNet::V4(prefix) => Some((*prefix, AddressUse::DelegatedPrefixes)),
            IpNet::V6(_) => None,
        });
        let kind = AddressUse::from(interface.kind);
        let addresses = interface.private_ips.iter().filter_map(|address| match address {
            IpAddr::V4(address) => Some((Ipv4Net::from(*address), kind)),
            IpAddr::V6(_) => None,
        });
        held.extend(prefixes.chain(addresses));
    }

    /// Takes what is held in a subnet: each address once, that of a delegated prefix as the prefix.
    pub fn take(&mut self, subnet: &Subnet) -> Vec<HeldBlock> {
        let mut held = self.subnets.remove(&key_of(subnet)).unwrap_or_default();
        // A wider prefix comes before those in it, so what lies in the one before is held already.
        held.sort_unstable_by_key(|(prefix, kind)| (prefix.network(), prefix.prefix_len(), *kind));
        let mut last: Option<Ipv4Net> = None;
        held.retain(|(prefix, _)| {
            let is_new = last.is_none_or(|last| !last.contains(prefix));
            last = if is_new { Some(*prefix) } else { last };
            is_new
        });
        held
    }
}

fn key_of(subnet: &Subnet) -> SubnetKey {
    subnet_key(subnet.provider, &subnet.region, &subnet.id)
}

fn subnet_key(provider: Provider, region: &str, id: &str) -> SubnetKey {
    (provider, region.to_ascii_lowercase(), id.to_ascii_lowercase())
}
