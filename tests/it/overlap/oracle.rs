//! An oracle: it looks at each address by itself, and at each pair that holds it. Written from the documentation, by
//! definition and not for speed; knows estates of few addresses and of ids that are all different.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use netcensus::analysis::overlap::MemberOrigin;
use netcensus::model::{
    Allowance, BlockRole, Class, Covers, Level, Link, LinkEnd, LinkKind, NetworkKind, NetworkSelector,
    PlannedKind, PlannedPrefix, Provider, Removal,
};

use super::estate::{Estate, TODAY, net};

/// A finding: class, whether it is accepted, the addresses in dispute, and the members by id and prefix.
pub type Expected = (Class, bool, Vec<IpNet>, BTreeSet<(String, IpNet)>);

/// What should be found, in no order, and the places of the entries of the allow list that are of use.
pub fn expected(estate: &Estate, addresses: &[IpAddr]) -> (BTreeSet<Expected>, BTreeSet<String>) {
    let world = World::new(estate);
    let components = world.components(addresses);
    let mut disputes = Disputes::default();
    for address in addresses {
        let is_here = |hold: &Hold| hold.prefix.contains(address) && world.is_compared(hold);
        let here: Vec<usize> = (0..world.holds.len()).filter(|at| is_here(&world.holds[*at])).collect();
        for (position, one) in here.iter().enumerate() {
            for other in &here[position + 1..] {
                world.judge(*address, [*one, *other], &components, &mut disputes);
            }
            world.judge_alone(*address, *one, &mut disputes);
        }
    }
    (disputes.clusters(&world), disputes.used)
}

/// Somebody who holds prefixes.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "an oracle is plain; each is a fact of its own")]
struct Owner {
    provider: Option<Provider>,
    account: String,
    id: String,
    blocks: Vec<IpNet>,
    secondary: Vec<IpNet>,
    is_default: bool,
    origin: Option<MemberOrigin>,
    is_hub: bool,
    unread: bool,
    /// It stands for one of several networks around it.
    is_inside: bool,
    domain: Option<String>,
}

/// A prefix that somebody holds.
#[derive(Debug)]
struct Hold {
    owner: usize,
    prefix: IpNet,
    id: String,
    /// Those of one unit never collide.
    unit: String,
    planned: bool,
    is_subnet: bool,
    is_secondary: bool,
}

struct World<'a> {
    estate: &'a Estate,
    owners: Vec<Owner>,
    holds: Vec<Hold>,
    /// The partial ends of links, each with its owner and link.
    limits: Vec<(usize, usize, &'a [IpNet])>,
}

/// Where something is joined: a holder at an address, a holder as such, a hub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    At(usize, IpAddr),
    All(usize),
    Hub(Provider, String),
}

impl<'a> World<'a> {
    fn new(estate: &'a Estate) -> Self {
        let mut world = World { estate, owners: Vec::new(), holds: Vec::new(), limits: Vec::new() };
        world.add_networks();
        world.add_subnets();
        world.add_ranges();
        world.add_planned(PlannedKind::Network);
        world.add_planned(PlannedKind::Subnet);
        world.add_known_ranges();
        world.assign_domains();
        for (number, link) in world.live() {
            for end in &link.ends {
                match world.resolve(link, end) {
                    Some(owner) if !world.is_whole(link, end, owner) => {
                        world.limits.push((owner, number, &end.prefixes));
                    }
                    _ => {}
                }
            }
        }
        world
    }

    fn removes(&self, removal: &Removal) -> bool {
        self.estate.plan.removed.contains(removal)
    }

    fn add_networks(&mut self) {
        for network in &self.estate.networks {
            if self.removes(&Removal::Network(network.id.clone())) {
                continue;
            }
            let owner = self.owners.len();
            self.owners.push(Owner {
                provider: Some(network.provider),
                account: network.account.clone(),
                id: network.id.clone(),
                is_default: network.is_default == Some(true),
                origin: Some(MemberOrigin::Cloud),
                is_hub: network.kind == NetworkKind::VirtualHub,
                ..Owner::default()
            });
            for block in network.blocks.iter().filter(|block| block.counts()) {
                let is_secondary = block.role == BlockRole::Secondary;
                if !self.removes(&Removal::Block(network.id.clone(), block.cidr)) {
                    self.add_block(owner, block.cidr, &network.id, false, is_secondary);
                }
            }
        }
    }

    fn add_block(&mut self, owner: usize, prefix: IpNet, id: &str, planned: bool, is_secondary: bool) {
        if self.owners[owner].blocks.contains(&prefix) {
            return;
        }
        self.owners[owner].blocks.push(prefix);
        if is_secondary {
            self.owners[owner].secondary.push(prefix);
        }
        let it = &self.owners[owner];
        let unit = if it.origin == Some(MemberOrigin::External) {
            format!("site {}", it.account)
        } else {
            format!("owner {owner}")
        };
        let id = id.to_owned();
        let is_subnet = false;
        self.holds.push(Hold { owner, prefix, id, unit, planned, is_subnet, is_secondary });
    }

    fn add_subnet(&mut self, owner: usize, prefix: IpNet, id: &str, planned: bool) {
        self.holds.push(Hold {
            owner,
            prefix,
            id: id.to_owned(),
            unit: format!("subnet {id}"),
            planned,
            is_subnet: true,
            is_secondary: false,
        });
    }

    fn add_subnets(&mut self) {
        for subnet in &self.estate.subnets {
            let gone = Removal::Network(subnet.network.clone());
            if self.removes(&gone) || self.removes(&Removal::Subnet(subnet.id.clone())) {
                continue;
            }
            let known = self.owners.iter().position(|owner| owner.id == subnet.network);
            let owner = known.unwrap_or_else(|| {
                self.owners.push(Owner {
                    provider: Some(subnet.provider),
                    account: subnet.account.clone(),
                    id: subnet.network.clone(),
                    origin: Some(MemberOrigin::Cloud),
                    unread: true,
                    ..Owner::default()
                });
                self.owners.len() - 1
            });
            for prefix in &subnet.prefixes {
                self.add_subnet(owner, *prefix, &subnet.id, false);
            }
        }
    }

    fn add_ranges(&mut self) {
        for range in self.estate.ranges.iter().filter(|range| range.network.is_none()) {
            let id = range.name.clone().expect("ranges of these estates have names");
            self.owners.push(Owner {
                provider: Some(Provider::External),
                account: range.site.clone(),
                id: id.clone(),
                origin: Some(MemberOrigin::External),
                domain: range.domain.clone(),
                ..Owner::default()
            });
            self.add_block(self.owners.len() - 1, range.prefix, &id, false, false);
        }
    }

    /// Of a network that the inventory has, what it has not of a listed range, address by address.
    fn add_known_ranges(&mut self) {
        for range in &self.estate.ranges {
            let Some(network) = &range.network else { continue };
            let is_it = |owner: &Owner| owner.id == *network && owner.origin == Some(MemberOrigin::Cloud);
            let Some(of) = self.owners.iter().position(is_it) else { continue };
            let is_new = |address: &IpAddr| {
                let gone = |removal: &Removal| matches!(removal, Removal::Block(id, block) if id == network && block.contains(address));
                !self.holds.iter().any(|hold| hold.owner == of && hold.prefix.contains(address))
                    && !self.estate.plan.removed.iter().any(gone)
            };
            let widest = range.prefix.max_prefix_len();
            let each = range.prefix.subnets(widest).unwrap().map(|one| one.addr());
            let left: Vec<IpNet> = each.filter(is_new).map(IpNet::from).collect();
            let id = range.name.clone().expect("ranges of these estates have names");
            for prefix in IpNet::aggregate(&left) {
                self.owners.push(Owner {
                    provider: Some(Provider::External),
                    account: range.site.clone(),
                    id: id.clone(),
                    blocks: vec![prefix],
                    origin: Some(MemberOrigin::External),
                    domain: range.domain.clone(),
                    ..Owner::default()
                });
                let (owner, id, unit) = (self.owners.len() - 1, id.clone(), format!("owner {of}"));
                let (planned, is_subnet, is_secondary) = (false, false, false);
                self.holds.push(Hold { owner, prefix, id, unit, planned, is_subnet, is_secondary });
            }
        }
    }

    fn add_planned(&mut self, kind: PlannedKind) {
        for planned in self.estate.plan.prefixes.iter().filter(|planned| planned.kind == kind) {
            let key = planned.network.as_ref().unwrap_or(&planned.address);
            let known = self
                .owners
                .iter()
                .position(|owner| owner.origin != Some(MemberOrigin::External) && owner.id == *key);
            let around: Vec<usize> =
                (0..self.owners.len()).filter(|at| self.may_have(*at, planned)).collect();
            let owner =
                known.or(if let [one] = around[..] { Some(one) } else { None }).unwrap_or_else(|| {
                    let (unread, is_inside) = (kind == PlannedKind::Subnet, !around.is_empty());
                    let (provider, id) = (planned.provider, key.clone());
                    self.owners.push(Owner { provider, id, unread, is_inside, ..Owner::default() });
                    self.owners.len() - 1
                });
            match kind {
                PlannedKind::Network | PlannedKind::Remote => {
                    let it = &self.owners[owner];
                    let added = it.origin == Some(MemberOrigin::Cloud) || !it.blocks.is_empty();
                    self.add_block(owner, planned.prefix, &planned.address, true, added);
                }
                PlannedKind::Subnet => self.add_subnet(owner, planned.prefix, &planned.address, true),
            }
        }
    }

    /// Tells whether a planned subnet of which no network is known may be of an owner.
    fn may_have(&self, owner: usize, planned: &PlannedPrefix) -> bool {
        let owner = &self.owners[owner];
        planned.kind == PlannedKind::Subnet
            && planned.network.is_none()
            && owner.origin != Some(MemberOrigin::External)
            && owner.provider == planned.provider
            && owner.blocks.iter().any(|block| block.contains(&planned.prefix))
    }

    fn assign_domains(&mut self) {
        for at in 0..self.owners.len() {
            let owner = &self.owners[at];
            let selects = |selector: &NetworkSelector| {
                let any = |within: IpNet| owner.blocks.iter().any(|block| within.contains(block));
                selector.prefix.is_none_or(any) && selects(selector, owner)
            };
            let first = self.estate.domains.iter().find(|domain| domain.members.iter().any(selects));
            let domain = owner.domain.clone().or(first.map(|domain| domain.name.clone()));
            self.owners[at].domain = domain;
        }
    }

    /// Tells whether something is compared at the level.
    fn is_compared(&self, hold: &Hold) -> bool {
        let owner = &self.owners[hold.owner];
        let is_cloud = owner.origin == Some(MemberOrigin::Cloud);
        let has_subnets = || self.holds.iter().any(|other| other.owner == hold.owner && other.is_subnet);
        match self.estate.level {
            Level::Networks => !hold.is_subnet || (!is_cloud && owner.unread && !owner.is_inside),
            Level::Subnets => hold.is_subnet || ((!is_cloud || owner.is_hub) && !has_subnets()),
            Level::All => panic!("one level at a time"),
        }
    }

    /// Lists the links that may carry traffic, all of whose networks stay.
    fn live(&self) -> Vec<(usize, &'a Link)> {
        let dead = ["pending-acceptance", "Initiated", "rejected", "deleted", "detached", "Disconnected"];
        let is_live = |link: &Link| {
            link.kind == LinkKind::VirtualHub
                || !link.state.as_deref().is_some_and(|state| dead.contains(&state))
        };
        let stays = |link: &Link| {
            let mut ids = link.ends.iter().filter_map(|end| end.network.clone());
            !ids.any(|id| self.removes(&Removal::Network(id)))
        };
        let links = self.estate.links.iter().enumerate();
        links.filter(|(_, link)| is_live(link) && stays(link)).collect()
    }

    fn resolve(&self, link: &Link, end: &LinkEnd) -> Option<usize> {
        let id = end.network.as_ref()?;
        self.owners.iter().position(|owner| owner.provider == Some(link.provider) && owner.id == *id)
    }

    fn is_whole(&self, link: &Link, end: &LinkEnd, owner: usize) -> bool {
        let blocks = &self.owners[owner].blocks;
        let reached = |block: &IpNet| end.prefixes.iter().any(|prefix| prefix.contains(block));
        link.kind != LinkKind::VnetPeering || (!blocks.is_empty() && blocks.iter().all(reached))
    }

    /// Lists the links that reach an owner at an address, of those that do not reach all of it.
    fn reached(&self, owner: usize, address: IpAddr) -> Vec<usize> {
        let here = self.limits.iter().filter(|(of, _, prefixes)| {
            *of == owner && prefixes.iter().any(|prefix| prefix.contains(&address))
        });
        here.map(|(_, link, _)| *link).collect()
    }

    fn nodes(&self, owner: usize, addresses: &[IpAddr]) -> Vec<Node> {
        let held = |address: &&IpAddr| {
            self.holds.iter().any(|hold| hold.owner == owner && hold.prefix.contains(*address))
        };
        let mut nodes: Vec<Node> =
            addresses.iter().filter(held).map(|address| Node::At(owner, *address)).collect();
        if !self.limits.iter().any(|(of, _, _)| *of == owner) {
            nodes.push(Node::All(owner));
        }
        nodes
    }

    /// Gives nodes that a path joins the same number.
    fn components(&self, addresses: &[IpAddr]) -> BTreeMap<Node, usize> {
        let mut groups: Vec<Vec<Node>> = Vec::new();
        for owner in 0..self.owners.len() {
            let mut alike: BTreeMap<Vec<usize>, Vec<Node>> = BTreeMap::new();
            for node in self.nodes(owner, addresses) {
                let reached = match node {
                    Node::At(_, address) => self.reached(owner, address),
                    _ => Vec::new(),
                };
                alike.entry(reached).or_default().push(node);
            }
            groups.extend(alike.into_values());
        }
        for (_, link) in self.live() {
            groups.push(link.ends.iter().flat_map(|end| self.end_nodes(link, end, addresses)).collect());
        }
        let names: BTreeSet<&String> = self.owners.iter().filter_map(|owner| owner.domain.as_ref()).collect();
        for name in names {
            let members = (0..self.owners.len()).filter(|at| self.owners[*at].domain.as_ref() == Some(name));
            groups.push(members.flat_map(|owner| self.nodes(owner, addresses)).collect());
        }
        let mut labels: BTreeMap<Node, usize> = groups.iter().flatten().cloned().zip(0..).collect();
        loop {
            let before = labels.clone();
            for group in &groups {
                let Some(least) = group.iter().map(|node| labels[node]).min() else { continue };
                labels.extend(group.iter().map(|node| (node.clone(), least)));
            }
            if labels == before {
                return labels;
            }
        }
    }

    fn end_nodes(&self, link: &Link, end: &LinkEnd, addresses: &[IpAddr]) -> Vec<Node> {
        match self.resolve(link, end) {
            None => end.network.iter().map(|id| Node::Hub(link.provider, id.clone())).collect(),
            Some(owner) => {
                let whole = self.is_whole(link, end, owner);
                let reaches = |node: &Node| match node {
                    Node::At(_, address) => end.prefixes.iter().any(|prefix| prefix.contains(address)),
                    _ => false,
                };
                self.nodes(owner, addresses).into_iter().filter(|node| whole || reaches(node)).collect()
            }
        }
    }

    fn judge(
        &self,
        address: IpAddr,
        pair: [usize; 2],
        components: &BTreeMap<Node, usize>,
        disputes: &mut Disputes,
    ) {
        let [one, other] = pair.map(|at| &self.holds[at]);
        if one.unit == other.unit {
            return;
        }
        let covering = self.estate.allow.iter().filter(|entry| self.covers(entry, pair, address));
        let places: Vec<String> = covering.map(|entry| entry.place.clone()).collect();
        let accepted = !places.is_empty() || self.are_isolated(pair);
        disputes.used.extend(places);
        let component = |hold: &Hold| components[&Node::At(hold.owner, address)];
        let joined = component(one) == component(other);
        for class in self.classes(one, other, joined) {
            let group = if class == Class::Connected { component(one) } else { 0 };
            disputes.add((class, accepted, group), address, &pair);
        }
    }

    fn classes(&self, one: &Hold, other: &Hold, joined: bool) -> Vec<Class> {
        let both = |test: &dyn Fn(&Hold) -> bool| test(one) && test(other);
        let default =
            |hold: &Hold| self.owners[hold.owner].is_default && net("172.31.0.0/16").contains(&hold.prefix);
        let external = |hold: &Hold| self.owners[hold.owner].origin == Some(MemberOrigin::External);
        let secondary = |hold: &Hold| {
            let within = |block: &IpNet| block.contains(&hold.prefix);
            hold.is_secondary || hold.is_subnet && self.owners[hold.owner].secondary.iter().any(within)
        };
        let carrier = |hold: &Hold| secondary(hold) && net("100.64.0.0/10").contains(&hold.prefix);
        if both(&carrier) {
            vec![Class::DefaultNetwork]
        } else if one.planned || other.planned {
            vec![Class::Planned]
        } else if external(one) || external(other) {
            vec![Class::External]
        } else {
            match (both(&default), joined) {
                (true, true) => vec![Class::DefaultNetwork, Class::Connected],
                (true, false) => vec![Class::DefaultNetwork],
                (false, true) => vec![Class::Connected],
                (false, false) => vec![Class::Latent],
            }
        }
    }

    /// Subnets outside their networks, address by address.
    fn judge_alone(&self, address: IpAddr, at: usize, disputes: &mut Disputes) {
        let hold = &self.holds[at];
        let owner = &self.owners[hold.owner];
        let inside = IpNet::aggregate(&owner.blocks).iter().any(|block| block.contains(&hold.prefix));
        if self.estate.level != Level::Subnets || !hold.is_subnet || owner.unread || inside {
            return;
        }
        let covers = |entry: &&Allowance| match &entry.covers {
            Covers::Any(selector) => in_force(entry) && self.selects(selector, hold, address),
            Covers::Between(..) => false,
        };
        let places: Vec<String> =
            self.estate.allow.iter().filter(covers).map(|entry| entry.place.clone()).collect();
        disputes.add((Class::OutsideNetwork, !places.is_empty(), hold.owner), address, &[at]);
        disputes.used.extend(places);
    }

    fn covers(&self, entry: &Allowance, [one, other]: [usize; 2], address: IpAddr) -> bool {
        let selects =
            |selector: &NetworkSelector, at: usize| self.selects(selector, &self.holds[at], address);
        in_force(entry)
            && match &entry.covers {
                Covers::Any(selector) => selects(selector, one) || selects(selector, other),
                Covers::Between(first, second) => {
                    (selects(first, one) && selects(second, other))
                        || (selects(first, other) && selects(second, one))
                }
            }
    }

    /// The prefix in question is the part around the address that no link's reach divides.
    fn selects(&self, selector: &NetworkSelector, hold: &Hold, address: IpAddr) -> bool {
        let limits = || {
            let own = self.limits.iter().filter(|(owner, _, _)| *owner == hold.owner);
            own.flat_map(|(_, _, prefixes)| prefixes.iter())
        };
        let around = |length| IpNet::new(address, length).unwrap().trunc();
        let divided = |part: &IpNet| limits().any(|limit| limit != part && part.contains(limit));
        let mut parts = (hold.prefix.prefix_len()..=hold.prefix.max_prefix_len()).map(around);
        let part = parts.find(|part| !divided(part)).unwrap();
        selector.prefix.is_none_or(|within| within.contains(&part))
            && selects(selector, &self.owners[hold.owner])
    }

    fn are_isolated(&self, pair: [usize; 2]) -> bool {
        let [one, other] = pair.map(|at| self.owners[self.holds[at].owner].domain.as_ref());
        let (Some(one), Some(other)) = (one, other) else { return false };
        let declares = |one: &String, other: &String| {
            self.estate
                .domains
                .iter()
                .any(|domain| domain.name == *one && domain.isolated_from.contains(other))
        };
        let peers = |(_, link): &(usize, &Link)| {
            let domain = |end| self.owners[self.resolve(link, end)?].domain.as_ref();
            let ends: Vec<_> = link.ends.iter().map(domain).collect();
            let peering = matches!(link.kind, LinkKind::VpcPeering | LinkKind::VnetPeering);
            peering && (ends == [Some(one), Some(other)] || ends == [Some(other), Some(one)])
        };
        (declares(one, other) || declares(other, one)) && one != other && !self.live().iter().any(peers)
    }
}

fn in_force(entry: &Allowance) -> bool {
    entry.expires.is_none_or(|last| last >= TODAY)
}

/// Compares everything but the prefix; texts of these estates are no patterns.
fn selects(selector: &NetworkSelector, owner: &Owner) -> bool {
    selector.provider.is_none_or(|provider| owner.provider == Some(provider))
        && selector.account.as_ref().is_none_or(|account| owner.account == *account)
        && selector.network.as_ref().is_none_or(|id| owner.id == *id)
}

/// Class, whether it is accepted, and what else keeps findings apart.
type Group = (Class, bool, usize);

/// What is in dispute, and who takes part.
#[derive(Default)]
struct Disputes {
    groups: BTreeMap<Group, (BTreeSet<IpAddr>, BTreeSet<usize>)>,
    used: BTreeSet<String>,
}

impl Disputes {
    fn add(&mut self, group: Group, address: IpAddr, holds: &[usize]) {
        let (addresses, members) = self.groups.entry(group).or_default();
        addresses.insert(address);
        members.extend(holds);
    }

    /// Gathers those of a group under the widest prefix of a member; subnets outside a network stay together, and so
    /// do all findings of a class with a member in common.
    fn clusters(&self, world: &World<'_>) -> BTreeSet<Expected> {
        let prefix = |at: &usize| world.holds[*at].prefix;
        let mut clusters: Vec<(Class, bool, BTreeSet<IpAddr>, BTreeSet<usize>)> = Vec::new();
        for ((class, accepted, _), (addresses, members)) in &self.groups {
            let lies_in_another = |at: &usize| {
                members.iter().any(|other| prefix(other) != prefix(at) && prefix(other).contains(&prefix(at)))
            };
            let mut widest: BTreeSet<Option<IpNet>> =
                members.iter().filter(|at| !lies_in_another(at)).map(|at| Some(prefix(at))).collect();
            if *class == Class::OutsideNetwork {
                widest = BTreeSet::from([None]);
            }
            for within in widest {
                let inside = |prefix: IpNet| within.is_none_or(|within| within.contains(&prefix));
                let mut spaces: BTreeSet<IpAddr> =
                    addresses.iter().copied().filter(|one| inside(IpNet::from(*one))).collect();
                let mut members: BTreeSet<usize> =
                    members.iter().copied().filter(|at| inside(prefix(at))).collect();
                while let Some(at) = clusters.iter().position(|(other, status, _, known)| {
                    other == class && status == accepted && !known.is_disjoint(&members)
                }) {
                    let (_, _, more_spaces, more) = clusters.remove(at);
                    spaces.extend(more_spaces);
                    members.extend(more);
                }
                clusters.push((*class, *accepted, spaces, members));
            }
        }
        let finish = |(class, accepted, spaces, members): (_, _, BTreeSet<IpAddr>, BTreeSet<usize>)| {
            let spaces: Vec<IpNet> = spaces.into_iter().map(IpNet::from).collect();
            let members = members.iter().map(|at| (world.holds[*at].id.clone(), prefix(at))).collect();
            (class, accepted, IpNet::aggregate(&spaces), members)
        };
        clusters.into_iter().map(finish).collect()
    }
}
