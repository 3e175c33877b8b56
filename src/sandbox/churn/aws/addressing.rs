//! Addresses and prefixes for what is new, and interfaces that have them.

use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::region_change::RegionChange;
use super::views::{ListedPlace, visible_of};
use crate::sandbox::churn::prefixes::free_subnet;
use crate::sandbox::estate::{
    Interface, InterfaceAttachment, RESERVED_AT_START, Subnet, Tags, VisibleResources, Vpc, mac_address,
    public,
};

/// New public addresses begin behind those of the estate's description.
const FIRST_PUBLIC: u32 = 1 << 15;

impl RegionChange<'_> {
    /// Returns the lowest address of a subnet that is not in use: one that was given back is soon in use again.
    pub fn free_address(&self, subnet: &Subnet) -> Option<Ipv4Addr> {
        let prefix = subnet.ipv4?;
        // The owner sees the interfaces of participants too.
        let visible = self.estate.visible(&subnet.owner, &subnet.region)?;
        let here = || visible.interfaces.iter().filter(|interface| interface.subnet == subnet.id);
        let taken: HashSet<Ipv4Addr> = here().flat_map(|interface| &interface.ipv4).copied().collect();
        let delegated = here().flat_map(|interface| &interface.ipv4_prefixes).copied();
        let reserved: Vec<Ipv4Net> =
            delegated.chain(subnet.reservations.iter().map(|reservation| reservation.cidr)).collect();
        let first = u32::from(prefix.network()) + RESERVED_AT_START;
        let mut usable = (first..u32::from(prefix.broadcast())).map(Ipv4Addr::from);
        usable.find(|ip| !taken.contains(ip) && !reserved.iter().any(|cidr| cidr.contains(ip)))
    }

    /// Makes an interface of the account in a subnet; `None` when the subnet has no address left.
    pub fn add_interface(
        &mut self,
        subnet: &Subnet,
        description: &str,
        plug: Option<InterfaceAttachment>,
        tags: Tags,
    ) -> Option<Arc<Interface>> {
        let address = self.free_address(subnet)?;
        let id = self.ids.aws("eni");
        let serial = u128::from(self.ids.number());
        // Apart from those of the description, which count from 1.
        let ipv6 = subnet
            .ipv6
            .map(|prefix| Ipv6Addr::from(u128::from(prefix.network()) | 0xc0de_0000_0000_0000 | serial));
        let interface = Arc::new(Interface {
            owner: self.place.account.clone(),
            subnet: subnet.id.clone(),
            vpc: subnet.vpc.clone(),
            zone: subnet.zone,
            kind: Some("interface".into()),
            description: description.to_owned(),
            ipv4: vec![address],
            ipv6: ipv6.into_iter().collect(),
            ipv4_prefixes: Vec::new(),
            ipv6_prefixes: Vec::new(),
            public: None,
            carrier: None,
            customer_owned: None,
            mac: mac_address(&id),
            plug,
            requester: None,
            operator: None,
            tags,
            id,
        });
        for account in self.viewers(subnet) {
            let visible = visible_of(self.estate, &account, &self.place.region);
            visible.interfaces.push(Arc::clone(&interface));
        }
        self.change_subnet(&subnet.id, |subnet| subnet.available = subnet.available.saturating_sub(1));
        Some(interface)
    }

    /// Deletes an interface, and gives its addresses back.
    pub fn remove_interface(&mut self, interface: &Interface) {
        let owner = self
            .visible()
            .and_then(|visible| visible.subnets.iter().find(|subnet| subnet.id == interface.subnet).cloned());
        let viewers = owner.map_or_else(|| vec![interface.owner.clone()], |subnet| self.viewers(&subnet));
        for account in viewers {
            let visible = visible_of(self.estate, &account, &self.place.region);
            visible.interfaces.retain(|one| one.id != interface.id);
        }
        let given_back = u32::try_from(interface.ipv4.len()).unwrap_or_default()
            + 16 * u32::try_from(interface.ipv4_prefixes.len()).unwrap_or_default();
        self.change_subnet(&interface.subnet, |subnet| subnet.available += given_back);
    }

    /// Lists who sees an interface of the account in a subnet: the account and the owner of the subnet.
    fn viewers(&self, subnet: &Subnet) -> Vec<String> {
        let ListedPlace { account, .. } = self.place;
        if *account == subnet.owner {
            vec![account.clone()]
        } else {
            vec![account.clone(), subnet.owner.clone()]
        }
    }

    /// Returns the next public address.
    pub fn next_public(&mut self) -> Ipv4Addr {
        let serial = self.ids.number() % u64::from(FIRST_PUBLIC);
        public(FIRST_PUBLIC + u32::try_from(serial).unwrap_or_default())
    }
}

/// Finds the first prefix of a VPC that a new subnet can have.
pub fn free_prefix(visible: &VisibleResources, vpc: &Vpc) -> Option<Ipv4Net> {
    let subnets = visible.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
    let taken: Vec<Ipv4Net> = subnets.filter_map(|subnet| subnet.ipv4).collect();
    free_subnet(associated_v4(vpc), &taken)
}

/// Lists the IPv4 blocks that a VPC has, the primary one first.
pub fn associated_v4(vpc: &Vpc) -> impl Iterator<Item = Ipv4Net> {
    vpc.blocks.iter().filter(|block| block.state == "associated").filter_map(|block| match block.cidr {
        IpNet::V4(cidr) => Some(cidr),
        IpNet::V6(_) => None,
    })
}
