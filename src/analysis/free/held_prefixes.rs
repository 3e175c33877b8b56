//! Every prefix that something holds, from whatever tells of it.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::addresses::{AddressRange, reserved_ranges};
use super::super::inventory_index::display_names;
use super::super::overlap::carries_traffic;
use super::holder::{HeldPrefix, Holder, HolderKind};
use crate::model::{
    Coverage, Inventory, Link, LinkEnd, Network, PlannedChanges, PlannedPrefix, Provider, Range, Subject,
    Subnet,
};

/// What a cloud answers on in every network, and what it is. The link-local addresses of the clouds are special-purpose
/// ranges already.
///
/// <https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>.
const CLOUD_SERVICES: [(&str, Provider, &str); 2] = [
    ("168.63.129.16/32", Provider::Azure, "DNS and health probes of Azure"),
    ("fd00:ec2::/32", Provider::Aws, "DNS, time and metadata of AWS"),
];
/// IPv6 space that no network can have: all but global unicast, unique local, link-local and multicast addresses
/// (<https://www.iana.org/assignments/ipv6-address-space>, RFC 4291; RFC 3879 on `fec0::/10`).
const RESERVED_IPV6: [&str; 16] = [
    "::/8",
    "100::/8",
    "200::/7",
    "400::/6",
    "800::/5",
    "1000::/4",
    "4000::/3",
    "6000::/3",
    "8000::/3",
    "a000::/3",
    "c000::/3",
    "e000::/4",
    "f000::/5",
    "f800::/6",
    "fe00::/9",
    "fec0::/10",
];
/// The block of the default VPC, the same in every region of every account:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html>.
const DEFAULT_VPC: &str = "172.31.0.0/16";

/// Everything that may hold a prefix.
#[derive(Debug, Clone, Copy)]
pub struct HeldInput<'a> {
    /// What exists. Networks, subnets and links are looked at.
    pub inventory: &'a Inventory,
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// What is planned. What a plan removes is held until it is gone.
    pub plan: &'a PlannedChanges,
    /// Ranges of container bridges.
    pub bridges: &'a [IpNet],
    /// What else is held, such as reservations.
    pub others: &'a [HeldPrefix<'a>],
}

/// Lists the prefixes that something holds, in no particular order. Those of the inventory come as often as something has
/// them: by a network and by its subnets.
#[must_use]
pub fn collect_held<'a>(input: &HeldInput<'a>) -> Vec<HeldPrefix<'a>> {
    let mut collector = Collector::new(input.inventory);
    input.inventory.networks.iter().for_each(|network| collector.add_network(network));
    input.inventory.subnets.iter().for_each(|subnet| collector.add_subnet(subnet));
    input.inventory.links.iter().for_each(|link| collector.add_link(link));
    input.inventory.coverage.iter().for_each(|entry| collector.add_unread(entry));
    input.ranges.iter().for_each(|range| collector.add_range(range));
    input.plan.prefixes.iter().for_each(|planned| collector.add_planned(planned));
    collector.add_reserved(input.bridges);
    collector.held.extend_from_slice(input.others);
    collector.held
}

/// Every prefix that something holds.
#[derive(Debug, Clone, Default)]
pub struct HeldPrefixes<'a> {
    holders: Vec<Holder<'a>>,
    /// The prefixes, each with the position of its holder: by address, a wider one before those in it.
    prefixes: Vec<(IpNet, usize)>,
    /// Those that no other contains, each once: positions in `prefixes`.
    outermost: Vec<usize>,
}

impl<'a> HeldPrefixes<'a> {
    /// Collects what holds prefixes. The time is that of sorting.
    #[must_use]
    pub fn new(input: &HeldInput<'a>) -> Self {
        Self::from_prefixes(collect_held(input))
    }

    /// Takes prefixes as they are.
    #[must_use]
    pub fn from_prefixes(held: impl IntoIterator<Item = HeldPrefix<'a>>) -> Self {
        let mut space = Self::default();
        for HeldPrefix { prefix, holder } in held {
            space.prefixes.push((prefix.trunc(), space.holders.len()));
            space.holders.push(holder);
        }
        space.prefixes.sort_by_key(|(prefix, holder)| (*prefix, space.holders[*holder].kind));
        for (position, (prefix, _)) in space.prefixes.iter().enumerate() {
            let last = space.outermost.last().map(|last| space.prefixes[*last].0);
            if !last.is_some_and(|last| last.contains(prefix)) {
                space.outermost.push(position);
            }
        }
        space
    }

    /// Lists the prefixes that no other held one contains, by address: together they are all that is held.
    #[must_use]
    pub fn outermost(&self) -> Vec<IpNet> {
        self.outermost.iter().map(|position| self.prefixes[*position].0).collect()
    }

    /// Lists what overlaps `prefix`: what contains it first, then what is in it, by address.
    #[must_use]
    pub fn overlapping(&self, prefix: IpNet) -> Vec<HeldPrefix<'a>> {
        let around = (0..prefix.prefix_len()).filter_map(|length| IpNet::new(prefix.addr(), length).ok());
        let mut found = Vec::new();
        for wider in around.map(|wider| wider.trunc()) {
            let from = self.prefixes.partition_point(|(held, _)| *held < wider);
            let equal = self.prefixes[from..].iter().take_while(|(held, _)| *held == wider);
            found.extend(equal.map(|held| self.held(held)));
        }
        let from = self.prefixes.partition_point(|(held, _)| *held < prefix);
        let inside = self.prefixes[from..].iter().take_while(|(held, _)| prefix.contains(held));
        found.extend(inside.map(|held| self.held(held)));
        found
    }

    /// Returns the widest holders of the addresses right before and right behind `range`; `None` if these are free.
    #[must_use]
    pub fn neighbours(&self, range: &AddressRange) -> [Option<HeldPrefix<'a>>; 2] {
        let prefix_of = |position: &usize| self.prefixes[*position].0;
        let after = self.outermost.partition_point(|position| prefix_of(position).network() <= range.last());
        let before = self.outermost.partition_point(|position| prefix_of(position).network() < range.first());
        let previous = before.checked_sub(1).and_then(|at| self.outermost.get(at));
        let adjoins = |end: IpAddr, begin: IpAddr| next_address(end) == Some(begin);
        let previous = previous.filter(|at| adjoins(prefix_of(at).broadcast(), range.first()));
        let next = self.outermost.get(after).filter(|at| adjoins(range.last(), prefix_of(at).network()));
        [previous, next].map(|position| position.map(|position| self.held(&self.prefixes[*position])))
    }

    fn held(&self, (prefix, holder): &(IpNet, usize)) -> HeldPrefix<'a> {
        HeldPrefix { prefix: *prefix, holder: self.holders[*holder].clone() }
    }
}

fn next_address(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => Some(IpAddr::V4(address.to_bits().checked_add(1)?.into())),
        IpAddr::V6(address) => Some(IpAddr::V6(address.to_bits().checked_add(1)?.into())),
    }
}

struct Collector<'a> {
    held: Vec<HeldPrefix<'a>>,
    display_names: HashMap<(Provider, &'a str), &'a str>,
    /// The networks of the inventory, by cloud and id in lower case.
    networks: HashMap<(Provider, String), &'a Network>,
}

impl<'a> Collector<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let networks = if inventory.links.is_empty() { &[] } else { inventory.networks.as_slice() };
        let key = |network: &'a Network| ((network.provider, network.id.to_ascii_lowercase()), network);
        Self {
            held: Vec::new(),
            display_names: display_names(inventory),
            networks: networks.iter().map(key).collect(),
        }
    }

    fn add(&mut self, prefix: IpNet, holder: Holder<'a>) {
        self.held.push(HeldPrefix { prefix, holder });
    }

    fn display_name(&self, provider: Provider, account: Option<&'a str>) -> Option<&'a str> {
        self.display_names.get(&(provider, account?)).copied()
    }

    /// Adds the blocks of a network, whatever it is joined to.
    fn add_network(&mut self, network: &'a Network) {
        let is_cloud = network.provider != Provider::External;
        let kind = if is_cloud { HolderKind::Network } else { HolderKind::Range };
        let holder = Holder {
            id: Some(&network.id),
            name: network.name.as_deref(),
            provider: Some(network.provider),
            account: Some(&network.account),
            account_name: self.display_name(network.provider, Some(&network.account)),
            region: filled(&network.region),
            source: HolderKind::Network.source(),
            ..Holder::new(kind)
        };
        network.prefixes().for_each(|prefix| self.add(prefix, holder.clone()));
    }

    /// Adds a subnet, which may lie outside the blocks of its network.
    fn add_subnet(&mut self, subnet: &'a Subnet) {
        let holder = Holder {
            id: Some(&subnet.id),
            name: subnet.name.as_deref(),
            provider: Some(subnet.provider),
            account: Some(&subnet.account),
            account_name: self.display_name(subnet.provider, Some(&subnet.account)),
            region: filled(&subnet.region),
            part_of: Some(&subnet.network),
            ..Holder::new(HolderKind::Subnet)
        };
        subnet.prefixes.iter().for_each(|prefix| self.add(*prefix, holder.clone()));
    }

    /// Adds the prefixes that a link tells of and that the network there does not have itself. Default routes tell
    /// nothing.
    fn add_link(&mut self, link: &'a Link) {
        if !carries_traffic(link) && !is_pending(link) {
            return;
        }
        for end in &link.ends {
            let id = end.network.as_deref();
            let network = id.and_then(|id| self.networks.get(&(link.provider, id.to_ascii_lowercase())));
            let own: Vec<IpNet> = network.map(|network| network.prefixes().collect()).unwrap_or_default();
            let is_own = |prefix: &IpNet| own.iter().any(|own| own.contains(prefix));
            let far = end.prefixes.iter().filter(|prefix| prefix.prefix_len() > 0 && !is_own(prefix));
            for prefix in far {
                self.add(*prefix, self.far_end(link, end));
            }
        }
    }

    fn far_end(&self, link: &'a Link, end: &'a LinkEnd) -> Holder<'a> {
        let account = end.account.as_deref();
        Holder {
            id: end.network.as_deref(),
            provider: Some(link.provider),
            account,
            account_name: self.display_name(link.provider, account),
            region: end.region.as_deref(),
            part_of: Some(&link.id),
            ..Holder::new(HolderKind::FarNetwork)
        }
    }

    /// Adds the default VPC of each region of AWS in which networks may be that were not read.
    fn add_unread(&mut self, entry: &'a Coverage) {
        let is_about_networks = entry.kind.is_step() || entry.kind == Subject::Networks;
        if entry.provider != Provider::Aws || !entry.outcome.is_incomplete() || !is_about_networks {
            return;
        }
        let Ok(prefix) = DEFAULT_VPC.parse() else { return };
        let holder = Holder {
            name: Some("default VPC, not read"),
            provider: Some(Provider::Aws),
            account: Some(&entry.account),
            account_name: self.display_name(Provider::Aws, Some(&entry.account)),
            region: entry.region.as_deref(),
            ..Holder::new(HolderKind::DefaultNetwork)
        };
        self.add(prefix, holder);
    }

    fn add_range(&mut self, range: &'a Range) {
        let holder = Holder {
            id: range.network.as_deref(),
            name: range.name.as_deref(),
            provider: Some(Provider::External),
            account: Some(&range.site),
            ..Holder::new(HolderKind::Range)
        };
        self.add(range.prefix, holder);
    }

    fn add_planned(&mut self, planned: &'a PlannedPrefix) {
        let holder = Holder {
            id: Some(&planned.address),
            name: planned.name.as_deref(),
            provider: planned.provider,
            region: planned.region.as_deref(),
            part_of: planned.network.as_deref(),
            ..Holder::new(HolderKind::Planned)
        };
        self.add(planned.prefix, holder);
    }

    fn add_reserved(&mut self, bridges: &[IpNet]) {
        for bridge in bridges {
            let name = Some("container bridge");
            self.add(*bridge, Holder { name, ..Holder::new(HolderKind::ContainerBridge) });
        }
        for (prefix, purpose) in reserved_ranges(&[]) {
            self.add(prefix, Holder { name: Some(purpose), ..Holder::new(HolderKind::SpecialPurpose) });
        }
        for prefix in RESERVED_IPV6.iter().filter_map(|text| text.parse().ok()) {
            let name = Some("reserved by the IETF (RFC 4291)");
            self.add(prefix, Holder { name, ..Holder::new(HolderKind::SpecialPurpose) });
        }
        for (prefix, provider, purpose) in CLOUD_SERVICES {
            let Ok(prefix) = prefix.parse() else { continue };
            let (name, provider) = (Some(purpose), Some(provider));
            self.add(prefix, Holder { name, provider, ..Holder::new(HolderKind::SpecialPurpose) });
        }
    }
}

/// Tells whether a link waits for the other side: the network there exists, and a click joins it.
fn is_pending(link: &Link) -> bool {
    let state = link.state.as_deref().unwrap_or_default().to_ascii_lowercase();
    ["initiat", "pending"].iter().any(|word| state.starts_with(word))
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the space that is assigned they are all of it, and no address is in two of them.
    #[test]
    fn the_reserved_space_of_ipv6_is_what_is_not_assigned() {
        let assigned = ["2000::/3", "fc00::/7", "fe80::/10", "ff00::/8"];
        let all: Vec<IpNet> =
            RESERVED_IPV6.iter().chain(&assigned).map(|text| text.parse().unwrap()).collect();
        assert_eq!(IpNet::aggregate(&all), ["::/0".parse::<IpNet>().unwrap()]);
        for (at, one) in all.iter().enumerate() {
            assert_eq!(*one, one.trunc());
            assert!(all[at + 1..].iter().all(|other| !one.contains(other) && !other.contains(one)), "{one}");
        }
    }
}
