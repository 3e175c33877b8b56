//! Who holds prefixes: networks of the clouds, ranges outside them, and what is planned, all in one shape.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use ipnet::IpNet;

use super::findings::Origin;
use crate::model::{
    Block, BlockRole, Inventory, Network, NetworkKind, Plan, PlannedKind, PlannedPrefix, Provider, Range,
    Removal, Subnet, Tags,
};

/// Something that holds prefixes.
#[derive(Debug)]
pub(super) struct Holder<'a> {
    /// Where we know it from.
    pub origin: Origin,
    /// What selectors and filters look at.
    pub network: Cow<'a, Network>,
    /// Holders of one unit never collide with one another.
    pub unit: u32,
    /// The routing domain that it came with.
    pub domain: Option<&'a str>,
    /// Whether it stands for a network that was not read, and whose blocks nobody knows.
    pub unread: bool,
    /// Whether it stands for one of several networks around a planned subnet.
    pub is_inside_another: bool,
}

impl Holder<'_> {
    /// Returns the cloud; `None` of what is planned in none in particular.
    pub fn provider(&self) -> Option<Provider> {
        let unknown = self.origin == Origin::Planned && self.network.provider == Provider::External;
        (!unknown).then_some(self.network.provider)
    }
}

/// A prefix that a holder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held<'a> {
    /// Position of the holder.
    pub holder: usize,
    /// The prefix.
    pub prefix: IpNet,
    /// What it is a prefix of.
    pub of: Of<'a>,
}

/// What a prefix is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of<'a> {
    /// The holder itself, and whether the block was added to it later.
    Block(BlockRole),
    /// A subnet of it.
    Subnet(&'a Subnet),
    /// Something planned in it.
    Planned(&'a PlannedPrefix),
}

impl Held<'_> {
    /// Tells whether it is of a subnet.
    pub fn is_subnet(&self) -> bool {
        match self.of {
            Of::Block(_) => false,
            Of::Subnet(_) => true,
            Of::Planned(planned) => planned.of == PlannedKind::Subnet,
        }
    }
}

/// Everything that is compared.
#[derive(Debug, Default)]
pub(super) struct Holders<'a> {
    pub all: Vec<Holder<'a>>,
    pub held: Vec<Held<'a>>,
    by_id: HashMap<(Provider, String), Vec<usize>>,
    /// For each holder, its blocks.
    pub blocks: Vec<Vec<IpNet>>,
    /// For each holder, the blocks that were, or shall be, added to it later.
    pub secondary: Vec<Vec<IpNet>>,
    /// Names of accounts.
    names: HashMap<(Provider, &'a str), &'a str>,
    /// Planned networks, and those that exist which they are taken for although nothing tells the subscription.
    pub taken_for: BTreeSet<(String, String)>,
    /// Networks that the plan makes, and those that exist with the same group and name, perhaps in another subscription.
    pub told_apart: BTreeSet<(String, String)>,
    /// Planned subnets whose network the plan does not tell, and the one that is around them; `None` of several.
    pub parents: BTreeSet<(String, Option<String>)>,
    /// For each external range of a network that the inventory has, the id of that network.
    pub known_ranges: Vec<&'a str>,
    sites: HashMap<Cow<'a, str>, u32>,
    planned: HashMap<&'a str, usize>,
    /// The network that a planned subnet is taken to be in, by the subnet's address in the plan.
    assumed: HashMap<&'a str, usize>,
    removed: Removed<'a>,
    units: u32,
}

impl<'a> Holders<'a> {
    /// Takes all networks of `inventory` less what `plan` removes, the ranges, and what is planned.
    pub fn new(inventory: &'a Inventory, ranges: &'a [Range], plan: &'a Plan) -> Self {
        let named = inventory
            .accounts
            .iter()
            .filter_map(|account| Some(((account.provider, account.id.as_str()), account.name.as_deref()?)));
        let mut holders =
            Self { removed: Removed::new(&plan.removed), names: named.collect(), ..Self::default() };
        for network in &inventory.networks {
            holders.add_network(network);
        }
        for subnet in &inventory.subnets {
            holders.add_subnet(subnet);
        }
        let (known, others): (Vec<_>, Vec<_>) = ranges.iter().partition(|range| holders.is_known(range));
        for range in others {
            holders.add_range(range);
        }
        // Networks first: their subnets belong to them.
        for kind in [PlannedKind::Network, PlannedKind::Remote, PlannedKind::Subnet] {
            let planned = plan.prefixes.iter().filter(|prefix| prefix.of == kind);
            planned.for_each(|prefix| holders.add_planned(prefix));
        }
        // Last: what is planned in a network is held by it, too.
        holders.add_known(known);
        holders
    }

    /// Finds the holders with an id, those of one account and region where these are known.
    pub fn find(
        &self,
        provider: Provider,
        id: &str,
        account: Option<&str>,
        region: Option<&str>,
    ) -> Vec<usize> {
        let same = |text: Option<&str>, own: &str| text.is_none_or(|text| text.eq_ignore_ascii_case(own));
        let matches = |holder: &usize| {
            let network = &self.all[*holder].network;
            same(account, &network.account) && same(region, &network.region)
        };
        let known = self.by_id.get(&(provider, id.to_ascii_lowercase()));
        known.into_iter().flatten().copied().filter(matches).collect()
    }

    /// Tells whether the plan takes the network with this id away, and all its links with it.
    pub fn is_removed(&self, network: &str) -> bool {
        self.removed.has_network(network)
    }

    fn add(&mut self, origin: Origin, network: Cow<'a, Network>, unit: u32) -> usize {
        let key = (network.provider, network.id.to_ascii_lowercase());
        self.by_id.entry(key).or_default().push(self.all.len());
        self.all.push(Holder {
            origin,
            network,
            unit,
            domain: None,
            unread: false,
            is_inside_another: false,
        });
        self.blocks.push(Vec::new());
        self.secondary.push(Vec::new());
        self.all.len() - 1
    }

    /// Adds a block, once: EC2 lists one twice when it was taken away and given back.
    fn hold_block(&mut self, holder: usize, prefix: IpNet, of: Of<'a>) {
        if self.blocks[holder].contains(&prefix) {
            return;
        }
        let is_first = self.blocks[holder].is_empty();
        let it = &mut self.all[holder];
        // A network of a cloud brings its blocks.
        if it.origin != Origin::Cloud
            && let Cow::Owned(network) = &mut it.network
        {
            network.blocks.push(Block { cidr: prefix, role: BlockRole::Primary, state: None });
        }
        let is_secondary = match of {
            Of::Block(role) => role == BlockRole::Secondary,
            Of::Planned(_) => it.origin == Origin::Cloud || !is_first,
            Of::Subnet(_) => false,
        };
        if is_secondary && it.origin != Origin::External {
            self.secondary[holder].push(prefix);
        }
        self.blocks[holder].push(prefix);
        self.held.push(Held { holder, prefix, of });
    }

    fn next_unit(&mut self) -> u32 {
        self.units += 1;
        self.units - 1
    }

    /// Returns the unit of a site: its ranges nest in one another by design.
    fn site(&mut self, name: Cow<'a, str>) -> u32 {
        if let Some(unit) = self.sites.get(&name) {
            return *unit;
        }
        let unit = self.next_unit();
        self.sites.insert(name, unit);
        unit
    }

    fn add_network(&mut self, network: &'a Network) {
        if self.removed.has_network(&network.id) {
            return;
        }
        let (origin, unit) = match network.provider {
            Provider::External => (Origin::External, self.site(Cow::Borrowed(&network.account))),
            Provider::Aws | Provider::Azure => (Origin::Cloud, self.next_unit()),
        };
        let name =
            network.account_name.is_none().then(|| self.names.get(&(network.provider, &*network.account)));
        let network_of = match name.flatten() {
            Some(name) => Cow::Owned(Network { account_name: Some((*name).to_owned()), ..network.clone() }),
            None => Cow::Borrowed(network),
        };
        let holder = self.add(origin, network_of, unit);
        for block in network.blocks.iter().filter(|block| block.counts()) {
            if !self.removed.has_block(&network.id, block.cidr) {
                self.hold_block(holder, block.cidr, Of::Block(block.role));
            }
        }
    }

    fn add_subnet(&mut self, subnet: &'a Subnet) {
        if self.removed.has_subnet(&subnet.id) || self.removed.has_network(&subnet.network) {
            return;
        }
        let find = |account| {
            self.find(subnet.provider, &subnet.network, account, Some(&subnet.region)).first().copied()
        };
        let holder = find(Some(&subnet.account)).or_else(|| find(None)).unwrap_or_else(|| {
            let network = Network {
                account: subnet.account.clone(),
                region: subnet.region.clone(),
                ..blank(subnet.provider, &subnet.network)
            };
            self.add_unread(Origin::Cloud, network)
        });
        let held =
            subnet.prefixes.iter().map(|prefix| Held { holder, prefix: *prefix, of: Of::Subnet(subnet) });
        self.held.extend(held);
    }

    /// Adds a network of which nobody knows the blocks.
    fn add_unread(&mut self, origin: Origin, network: Network) -> usize {
        let unit = self.next_unit();
        let holder = self.add(origin, Cow::Owned(network), unit);
        self.all[holder].unread = true;
        holder
    }

    /// Tells whether a range is of a network that the inventory has.
    fn is_known(&self, range: &Range) -> bool {
        let network = range.network.as_deref();
        network.is_some_and(|id| self.removed.has_network(id) || self.existing(id).is_some())
    }

    /// Adds a range. A network of a cloud is a site of its own: others may have the same group and name.
    fn add_range(&mut self, range: &'a Range) {
        let unit = self.site(match &range.network {
            Some(id) => Cow::Owned(id.to_ascii_lowercase()),
            None => Cow::Borrowed(&range.site),
        });
        self.hold_range(range, unit, range.prefix);
    }

    fn hold_range(&mut self, range: &'a Range, unit: u32, prefix: IpNet) {
        let id = range.name.clone().unwrap_or_else(|| prefix.to_string());
        let name = range.name.clone();
        let network = Network { account: range.site.clone(), name, ..blank(Provider::External, &id) };
        let holder = self.add(Origin::External, Cow::Owned(network), unit);
        self.all[holder].domain = range.domain.as_deref();
        self.hold_block(holder, prefix, Of::Block(BlockRole::Primary));
    }

    /// Adds ranges of networks that the inventory has: what it does not have of them collides with all others.
    fn add_known(&mut self, ranges: Vec<&'a Range>) {
        let mut of_holder: HashMap<usize, Vec<IpNet>> = HashMap::new();
        if !ranges.is_empty() {
            for held in &self.held {
                of_holder.entry(held.holder).or_default().push(held.prefix);
            }
        }
        for range in ranges {
            let Some(id) = range.network.as_deref() else { continue };
            self.known_ranges.push(id);
            // Of a network that goes nothing stays.
            let Some(holder) = self.existing(id) else { continue };
            let mut own = of_holder.get(&holder).cloned().unwrap_or_default();
            own.extend(self.removed.blocks_of(id));
            let unit = self.all[holder].unit;
            for part in without(range.prefix, &own) {
                self.hold_range(range, unit, part);
            }
        }
    }

    fn add_planned(&mut self, planned: &'a PlannedPrefix) {
        let holder = self.planned_in(planned);
        match planned.of {
            PlannedKind::Network | PlannedKind::Remote => {
                self.hold_block(holder, planned.prefix, Of::Planned(planned));
            }
            PlannedKind::Subnet => {
                self.held.push(Held { holder, prefix: planned.prefix, of: Of::Planned(planned) });
            }
        }
    }

    /// Finds the network that a planned prefix is of, which exists or is planned too, or makes one for it.
    fn planned_in(&mut self, planned: &'a PlannedPrefix) -> usize {
        let key = planned.network.as_deref().unwrap_or(&planned.address);
        // First: what the plan makes under the name of a network that exists is not that network.
        if let Some(holder) = self.planned.get(key) {
            return *holder;
        }
        let known = planned.network.as_deref().and_then(|id| self.existing(id));
        let is_by_name = planned.of == PlannedKind::Network && key.starts_with("/resourceGroups/");
        if let Some(holder) = known.filter(|_| is_by_name) {
            let namesake = (planned.address.clone(), self.all[holder].network.id.clone());
            let namesakes = if planned.is_new { &mut self.told_apart } else { &mut self.taken_for };
            namesakes.insert(namesake);
        }
        if let Some(holder) = known.filter(|_| !(is_by_name && planned.is_new)) {
            return holder;
        }
        let is_lost = planned.of == PlannedKind::Subnet && planned.network.is_none();
        if let Some(holder) = self.assumed.get(key).filter(|_| is_lost) {
            return *holder;
        }
        let around = if is_lost { self.around(planned) } else { Vec::new() };
        if is_lost && !around.is_empty() {
            let only = if let [one] = around[..] { Some(self.all[one].network.id.clone()) } else { None };
            self.parents.insert((planned.address.clone(), only));
        }
        if let [holder] = around[..] {
            // So that its prefixes of IPv4 and IPv6 are in one network.
            self.assumed.insert(key, holder);
            return holder;
        }
        let network = Network {
            region: planned.region.clone().unwrap_or_default(),
            name: planned.name.clone(),
            ..blank(planned.provider.unwrap_or(Provider::External), key)
        };
        let holder = self.add_unread(Origin::Planned, network);
        self.all[holder].unread = planned.of == PlannedKind::Subnet;
        self.all[holder].is_inside_another = !around.is_empty();
        self.planned.insert(key, holder);
        holder
    }

    /// Finds the networks that a planned subnet may be in, when the plan does not tell: those of its cloud and region
    /// that are around it.
    fn around(&self, planned: &PlannedPrefix) -> Vec<usize> {
        let region = planned.region.as_deref();
        let may_be = |holder: &Holder<'_>| {
            let its = holder.network.region.as_str();
            holder.provider() == planned.provider
                && matches!(holder.origin, Origin::Cloud | Origin::Planned)
                && (its.is_empty() || region.is_none_or(|region| region.eq_ignore_ascii_case(its)))
        };
        let is_around = |at: usize| self.blocks[at].iter().any(|block| block.contains(&planned.prefix));
        let holders = self.all.iter().enumerate();
        holders.filter(|(at, holder)| may_be(holder) && is_around(*at)).map(|(at, _)| at).collect()
    }

    /// Finds the network of a cloud with an id, or the only one whose id ends like this where the subscription is not
    /// known.
    fn existing(&self, id: &str) -> Option<usize> {
        let id = id.to_ascii_lowercase();
        let is_part = id.starts_with("/resourcegroups/");
        let is_it = |holder: &Holder<'_>| {
            let own = &holder.network.id;
            let tail = own.len().checked_sub(id.len()).filter(|at| is_part || *at == 0);
            let same = tail.and_then(|at| own.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(&id));
            same && holder.origin == Origin::Cloud
        };
        let mut found =
            self.all.iter().enumerate().filter(|(_, holder)| is_it(holder)).map(|(position, _)| position);
        found.next().filter(|_| found.next().is_none())
    }
}

/// What a plan takes away, by id without case.
#[derive(Debug, Default)]
struct Removed<'p> {
    networks: HashSet<String>,
    subnets: HashSet<String>,
    blocks: Vec<(&'p str, IpNet)>,
}

impl<'p> Removed<'p> {
    fn new(removals: &'p [Removal]) -> Self {
        let mut removed = Self { networks: HashSet::new(), subnets: HashSet::new(), blocks: Vec::new() };
        for removal in removals {
            match removal {
                Removal::Network(id) => drop(removed.networks.insert(id.to_ascii_lowercase())),
                Removal::Subnet(id) => drop(removed.subnets.insert(id.to_ascii_lowercase())),
                Removal::Block(id, prefix) => removed.blocks.push((id, *prefix)),
            }
        }
        removed
    }

    fn has_network(&self, id: &str) -> bool {
        !self.networks.is_empty() && self.networks.contains(&id.to_ascii_lowercase())
    }

    fn has_subnet(&self, id: &str) -> bool {
        !self.subnets.is_empty() && self.subnets.contains(&id.to_ascii_lowercase())
    }

    fn has_block(&self, id: &str, prefix: IpNet) -> bool {
        self.blocks_of(id).any(|block| block == prefix)
    }

    fn blocks_of(&self, id: &str) -> impl Iterator<Item = IpNet> {
        let of = self.blocks.iter().filter(move |(network, _)| network.eq_ignore_ascii_case(id));
        of.map(|(_, block)| *block)
    }
}

/// Returns what `others` leave of `prefix`, as few prefixes as there can be.
fn without(prefix: IpNet, others: &[IpNet]) -> Vec<IpNet> {
    if others.iter().any(|other| other.contains(&prefix)) {
        return Vec::new();
    }
    let inside: Vec<IpNet> = others.iter().copied().filter(|other| prefix.contains(other)).collect();
    if inside.is_empty() {
        return vec![prefix];
    }
    let halves = prefix.subnets(prefix.prefix_len() + 1).into_iter().flatten();
    halves.flat_map(|half| without(half, &inside)).collect()
}

fn blank(provider: Provider, id: &str) -> Network {
    Network {
        provider,
        account: String::new(),
        account_name: None,
        region: String::new(),
        id: id.to_owned(),
        name: None,
        kind: NetworkKind::External,
        blocks: Vec::new(),
        is_default: None,
        state: None,
        visible_from: Vec::new(),
        tags: Tags::new(),
    }
}
