//! Network address units of VPCs: what AWS measures the size of a VPC in, and limits.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/network-address-usage.html>

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::percent::Percent;
use crate::analysis::inventory_index::{NetworkKey, network_key};
use crate::model::{Interface, InterfaceKind, Link, LinkEnd, LinkKind, Provider, Rows};

/// The units of a gateway, endpoint, mount target or load balancer in one zone.
const UNITS_OF_SERVICE: u64 = 6;
/// How many units a VPC may have, unless you asked AWS for more.
const DEFAULT_QUOTA: u64 = 64_000;
/// How many a VPC and those that are peered with it in its region may have together, unless you asked AWS for more.
const DEFAULT_PEERED_QUOTA: u64 = 128_000;
/// The state of a peering that joins its VPCs.
const ACTIVE: &str = "active";

/// The network address units of a VPC, or of one with its peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddressUnits {
    /// How many it has.
    pub used: u64,
    /// How many it may have, unless AWS raised the quota: that is not read.
    pub default_quota: u64,
    /// The share of that quota, in percent with two decimals, rounded down; `null` of more than all.
    pub used_percent: Option<Percent>,
}

impl AddressUnits {
    /// Makes those of a VPC.
    pub(super) fn of_vpc(used: u64) -> Self {
        Self { used, default_quota: DEFAULT_QUOTA, used_percent: Percent::new(used, DEFAULT_QUOTA) }
    }

    /// Makes those of a VPC and its peers together.
    pub(super) fn of_peered(used: u64) -> Self {
        let default_quota = DEFAULT_PEERED_QUOTA;
        Self { used, default_quota, used_percent: Percent::new(used, default_quota) }
    }
}

/// What was counted in one VPC.
#[derive(Debug, Default)]
struct Count {
    units: u64,
    /// Machines that have an interface.
    machines: BTreeSet<String>,
    /// Transit gateway attachments: one has an interface in every zone, and counts once.
    attachments: BTreeSet<String>,
    /// Whether there is anything that no interface tells the units of.
    is_unknown: bool,
}

/// The units of all VPCs.
#[derive(Debug, Default)]
pub(super) struct AddressUnitIndex(HashMap<NetworkKey, Count>);

impl AddressUnitIndex {
    /// Goes through the interfaces once.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(interfaces: &dyn Rows<Interface>) -> io::Result<Self> {
        let mut index = Self::default();
        interfaces.each(&mut |interface| {
            if let (Provider::Aws, Some(network)) = (interface.provider, &interface.network) {
                let key = network_key(interface.provider, &interface.region, network);
                index.0.entry(key).or_default().add(interface);
            }
            Ok(())
        })?;
        Ok(index)
    }

    /// Returns the units of a VPC in which all interfaces were read; `None` if they cannot be counted by these.
    pub fn units_in(&self, network: &NetworkKey) -> Option<u64> {
        match self.0.get(network) {
            None => Some(0),
            Some(count) => (!count.is_unknown).then_some(count.units),
        }
    }
}

/// The VPCs that peerings join to each VPC within its region. AWS does not count those between regions.
#[derive(Debug, Default)]
pub(super) struct RegionalPeers(HashMap<NetworkKey, HashSet<Option<NetworkKey>>>);

impl RegionalPeers {
    /// Goes through the links once.
    pub fn new(links: &[Link]) -> Self {
        let mut peers = Self::default();
        let is_active = |link: &&Link| link.state.as_deref().is_none_or(|state| state == ACTIVE);
        let peerings = links.iter().filter(|link| link.kind == LinkKind::VpcPeering).filter(is_active);
        for link in peerings {
            if let [one, other] = link.ends.as_slice() {
                peers.add(one, other);
                peers.add(other, one);
            }
        }
        peers
    }

    fn add(&mut self, vpc: &LinkEnd, peer: &LinkEnd) {
        let Some(key) = key_of(vpc) else { return };
        // A peer of which the region is not known may be in the same one.
        if peer.region.is_none() || peer.region == vpc.region {
            self.0.entry(key).or_default().insert(key_of(peer));
        }
    }

    /// Adds the units of a VPC and its peers; `None` if those of one are not in `counted`.
    pub fn sum(&self, vpc: &NetworkKey, counted: &HashMap<NetworkKey, u64>) -> Option<u64> {
        let own = counted.get(vpc).copied();
        let peers = self.0.get(vpc).into_iter().flatten();
        let units = peers.map(|peer| counted.get(peer.as_ref()?).copied());
        [own].into_iter().chain(units).sum()
    }
}

fn key_of(end: &LinkEnd) -> Option<NetworkKey> {
    Some(network_key(Provider::Aws, end.region.as_deref()?, end.network.as_deref()?))
}

impl Count {
    /// Adds an interface. A function has units however many interfaces it shares with others, and AWS does not say how
    /// much application load balancers, databases and other services have.
    fn add(&mut self, interface: &Interface) {
        let description = interface.description.as_deref().unwrap_or_default();
        match interface.kind {
            Some(InterfaceKind::Instance | InterfaceKind::Container) => self.add_addresses(interface),
            Some(InterfaceKind::NatGateway | InterfaceKind::Endpoint | InterfaceKind::FileSystem) => {
                self.units += UNITS_OF_SERVICE;
            }
            Some(InterfaceKind::LoadBalancer)
                if ["ELB net/", "ELB gwy/"].iter().any(|begin| description.starts_with(begin)) =>
            {
                self.units += UNITS_OF_SERVICE;
            }
            Some(InterfaceKind::TransitGateway) => {
                let attachment = description.split_whitespace().find(|word| word.starts_with("tgw-attach-"));
                match attachment {
                    Some(id) if self.attachments.insert(id.to_owned()) => self.units += UNITS_OF_SERVICE,
                    Some(_) => {}
                    None => self.is_unknown = true,
                }
            }
            // The units are those of addresses of machines.
            Some(InterfaceKind::Unattached) => {}
            Some(
                InterfaceKind::Lambda
                | InterfaceKind::LoadBalancer
                | InterfaceKind::PrivateEndpoint
                | InterfaceKind::Managed
                | InterfaceKind::Other,
            )
            | None => self.is_unknown = true,
        }
    }

    /// Adds one for each private, public and IPv6 address and each delegated prefix, and one for each interface of a machine
    /// but the first.
    fn add_addresses(&mut self, interface: &Interface) {
        let prefixes = interface.private_prefixes.as_ref().map_or(0, Vec::len);
        let all = interface.private_ips.len() + interface.public_ips.len() + prefixes;
        self.units += u64::try_from(all).unwrap_or(u64::MAX);
        let is_further = |machine: &String| !self.machines.insert(machine.clone());
        self.units += u64::from(interface.attached_to.as_ref().is_some_and(is_further));
    }
}
