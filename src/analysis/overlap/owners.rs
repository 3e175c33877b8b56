//! Which prefixes are compared, and who owns them: networks of the clouds, ranges outside them, and what is planned, all
//! in one shape.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use ipnet::IpNet;

use super::super::addresses::free;
use super::super::inventory_index::display_names;
use super::super::network_selector::Selectable;
use super::findings::MemberOrigin;
use crate::model::{
    Block, BlockRole, Inventory, Network, NetworkKind, PlannedChanges, PlannedKind, PlannedPrefix, Provider,
    Range, Removal, Subnet, Tags,
};

/// A network, an external range or a planned network.
#[derive(Debug)]
pub(super) struct PrefixOwner<'a> {
    /// Where it is from.
    pub origin: MemberOrigin,
    /// What selectors and filters look at. For ranges and plans, a network with the few values that are known.
    pub network: Cow<'a, Network>,
    /// Owners of one group never collide with one another: a network alone, or all ranges of a site.
    pub group: u32,
    /// The routing domain that the range came with.
    pub domain: Option<&'a str>,
    /// Whether its blocks are not known: it has subnets, but the network itself is not in the inventory or the plan.
    pub blocks_unknown: bool,
    /// Whether it is only known to be one of several networks that contain the planned subnet.
    pub network_is_ambiguous: bool,
}

impl PrefixOwner<'_> {
    /// Returns the cloud; `None` for a planned prefix that is of no particular cloud.
    pub fn provider(&self) -> Option<Provider> {
        let unknown = self.origin == MemberOrigin::Planned && self.network.provider == Provider::External;
        (!unknown).then_some(self.network.provider)
    }

    /// Returns what selectors look at.
    pub fn selectable(&self) -> Selectable<'_> {
        let network = &self.network;
        Selectable {
            provider: self.provider(),
            account: &network.account,
            account_name: network.account_name.as_deref(),
            region: &network.region,
            network: &network.id,
            network_name: network.name.as_deref(),
            tags: &network.tags,
        }
    }
}

/// A prefix and its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnedPrefix<'a> {
    /// Position of the owner in [`PrefixOwners::all`].
    pub owner: usize,
    /// The prefix.
    pub prefix: IpNet,
    /// What has this prefix.
    pub source: PrefixSource<'a>,
}

/// What has a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrefixSource<'a> {
    /// The owner itself: it is one of its blocks.
    Block(BlockRole),
    /// A subnet of the owner.
    Subnet(&'a Subnet),
    /// Something planned in the owner.
    Planned(&'a PlannedPrefix),
}

impl OwnedPrefix<'_> {
    /// Tells whether a subnet has it, an existing or a planned one.
    pub fn is_subnet(&self) -> bool {
        match self.source {
            PrefixSource::Block(_) => false,
            PrefixSource::Subnet(_) => true,
            PrefixSource::Planned(planned) => planned.kind == PlannedKind::Subnet,
        }
    }
}

/// Everything that is compared.
#[derive(Debug, Default)]
pub(super) struct PrefixOwners<'a> {
    /// The owners. Others refer to them by position.
    pub all: Vec<PrefixOwner<'a>>,
    /// Their prefixes.
    pub prefixes: Vec<OwnedPrefix<'a>>,
    /// For each owner, its blocks.
    pub blocks: Vec<Vec<IpNet>>,
    /// For each owner, the blocks that were added after it was created, or are planned to be.
    pub secondary_blocks: Vec<Vec<IpNet>>,
    /// What was assumed about planned prefixes, for the notes of the report.
    pub assumptions: PlanAssumptions,
    /// For each external range that belongs to a network of the inventory, the id of that network.
    pub ranges_of_known_networks: Vec<&'a str>,
    by_id: HashMap<(Provider, String), Vec<usize>>,
    display_names: HashMap<(Provider, &'a str), &'a str>,
    /// The group of each site.
    site_groups: HashMap<Cow<'a, str>, u32>,
    group_count: u32,
    /// The owners that the plan makes, by address in the plan or id of the network.
    planned_owners: HashMap<&'a str, usize>,
    /// The one network around a planned subnet of which the plan does not name the network, by the subnet's address.
    inferred_owners: HashMap<&'a str, usize>,
    removals: PlannedRemovals<'a>,
}

/// What was assumed where a plan does not say which network it means. Each has the address in the plan first.
#[derive(Debug, Default)]
pub(super) struct PlanAssumptions {
    /// Planned networks that are assumed to be this existing one: same resource group and name, no known subscription.
    pub same_networks: BTreeSet<(String, String)>,
    /// Networks that the plan creates, so they are not this existing one of the same resource group and name.
    pub namesakes: BTreeSet<(String, String)>,
    /// Subnets whose network the plan does not name, and the network that contains them; `None` if several do.
    pub subnet_networks: BTreeSet<(String, Option<String>)>,
}

impl<'a> PrefixOwners<'a> {
    /// Collects all networks of `inventory` except what `plan` removes, the ranges, and what is planned.
    pub fn new(inventory: &'a Inventory, ranges: &'a [Range], plan: &'a PlannedChanges) -> Self {
        let mut owners = Self {
            removals: PlannedRemovals::new(&plan.removed),
            display_names: display_names(inventory),
            ..Self::default()
        };
        for network in &inventory.networks {
            owners.add_network(network);
        }
        for subnet in &inventory.subnets {
            owners.add_subnet(subnet);
        }
        let (known, others): (Vec<_>, Vec<_>) =
            ranges.iter().partition(|range| owners.is_of_known_network(range));
        for range in others {
            owners.add_range(range);
        }
        // Networks before subnets, because a planned subnet may belong to a planned network.
        for kind in [PlannedKind::Network, PlannedKind::Remote, PlannedKind::Subnet] {
            let planned = plan.prefixes.iter().filter(|prefix| prefix.kind == kind);
            planned.for_each(|prefix| owners.add_planned(prefix));
        }
        // Last, because prefixes that are planned in a network belong to it, too.
        owners.add_ranges_of_known_networks(known);
        owners
    }

    /// Finds the owners with this id, in this account and region where given. Case does not matter.
    pub fn find(
        &self,
        provider: Provider,
        id: &str,
        account: Option<&str>,
        region: Option<&str>,
    ) -> Vec<usize> {
        let same = |text: Option<&str>, own: &str| text.is_none_or(|text| text.eq_ignore_ascii_case(own));
        let matches = |owner: &usize| {
            let network = &self.all[*owner].network;
            same(account, &network.account) && same(region, &network.region)
        };
        let with_id = self.by_id.get(&(provider, id.to_ascii_lowercase()));
        with_id.into_iter().flatten().copied().filter(matches).collect()
    }

    /// Tells whether the plan removes the network with this id, and all its links with it.
    pub fn is_removed(&self, network: &str) -> bool {
        self.removals.has_network(network)
    }

    fn add_owner(&mut self, origin: MemberOrigin, network: Cow<'a, Network>, group: u32) -> usize {
        let key = (network.provider, network.id.to_ascii_lowercase());
        self.by_id.entry(key).or_default().push(self.all.len());
        self.all.push(PrefixOwner {
            origin,
            network,
            group,
            domain: None,
            blocks_unknown: false,
            network_is_ambiguous: false,
        });
        self.blocks.push(Vec::new());
        self.secondary_blocks.push(Vec::new());
        self.all.len() - 1
    }

    fn add_owner_without_blocks(&mut self, origin: MemberOrigin, network: Network) -> usize {
        let group = self.new_group();
        let owner = self.add_owner(origin, Cow::Owned(network), group);
        self.all[owner].blocks_unknown = true;
        owner
    }

    /// Adds a block unless the owner has it: EC2 lists a block twice if it was removed and added again.
    fn add_block(&mut self, owner: usize, prefix: IpNet, source: PrefixSource<'a>) {
        if self.blocks[owner].contains(&prefix) {
            return;
        }
        let is_first = self.blocks[owner].is_empty();
        let it = &mut self.all[owner];
        // Networks of a cloud have their blocks already. The filters of `--between` need those of the others.
        if it.origin != MemberOrigin::Cloud
            && let Cow::Owned(network) = &mut it.network
        {
            network.blocks.push(Block { cidr: prefix, role: BlockRole::Primary, state: None });
        }
        let is_secondary = match source {
            PrefixSource::Block(role) => role == BlockRole::Secondary,
            PrefixSource::Planned(_) => it.origin == MemberOrigin::Cloud || !is_first,
            PrefixSource::Subnet(_) => false,
        };
        if is_secondary && it.origin != MemberOrigin::External {
            self.secondary_blocks[owner].push(prefix);
        }
        self.blocks[owner].push(prefix);
        self.prefixes.push(OwnedPrefix { owner, prefix, source });
    }

    fn new_group(&mut self) -> u32 {
        self.group_count += 1;
        self.group_count - 1
    }

    /// Returns the group of a site. Its ranges nest by design, so they do not collide with one another.
    fn site_group(&mut self, site: Cow<'a, str>) -> u32 {
        if let Some(group) = self.site_groups.get(&site) {
            return *group;
        }
        let group = self.new_group();
        self.site_groups.insert(site, group);
        group
    }

    fn add_network(&mut self, network: &'a Network) {
        if self.removals.has_network(&network.id) {
            return;
        }
        let (origin, group) = match network.provider {
            Provider::External => (MemberOrigin::External, self.site_group(Cow::Borrowed(&network.account))),
            Provider::Aws | Provider::Azure => (MemberOrigin::Cloud, self.new_group()),
        };
        let account_name = self.display_names.get(&(network.provider, network.account.as_str())).copied();
        let named_network = if account_name == network.account_name.as_deref() {
            Cow::Borrowed(network)
        } else {
            Cow::Owned(Network { account_name: account_name.map(str::to_owned), ..network.clone() })
        };
        let owner = self.add_owner(origin, named_network, group);
        for block in network.blocks.iter().filter(|block| block.counts()) {
            if !self.removals.has_block(&network.id, block.cidr) {
                self.add_block(owner, block.cidr, PrefixSource::Block(block.role));
            }
        }
    }

    fn add_subnet(&mut self, subnet: &'a Subnet) {
        if self.removals.has_subnet(&subnet.id) || self.removals.has_network(&subnet.network) {
            return;
        }
        let find = |account| {
            self.find(subnet.provider, &subnet.network, account, Some(&subnet.region)).first().copied()
        };
        // A shared subnet is listed by a participant, whose account is not that of the network.
        let owner = find(Some(&subnet.account)).or_else(|| find(None)).unwrap_or_else(|| {
            let network = Network {
                account: subnet.account.clone(),
                region: subnet.region.clone(),
                ..network_with_id(subnet.provider, &subnet.network)
            };
            self.add_owner_without_blocks(MemberOrigin::Cloud, network)
        });
        let source = PrefixSource::Subnet(subnet);
        self.prefixes.extend(subnet.prefixes.iter().map(|&prefix| OwnedPrefix { owner, prefix, source }));
    }

    /// Tells whether a range belongs to a network of the inventory, or to one that the plan removes.
    fn is_of_known_network(&self, range: &Range) -> bool {
        let network = range.network.as_deref();
        network.is_some_and(|id| self.removals.has_network(id) || self.find_cloud_network(id).is_some())
    }

    /// Adds a range. A network of a cloud is a site of its own, by its id: others may have the same group and name.
    fn add_range(&mut self, range: &'a Range) {
        let group = self.site_group(match &range.network {
            Some(id) => Cow::Owned(id.to_ascii_lowercase()),
            None => Cow::Borrowed(&range.site),
        });
        self.add_range_part(range, group, range.prefix);
    }

    fn add_range_part(&mut self, range: &'a Range, group: u32, prefix: IpNet) {
        let id = range.name.clone().unwrap_or_else(|| prefix.to_string());
        let name = range.name.clone();
        let network =
            Network { account: range.site.clone(), name, ..network_with_id(Provider::External, &id) };
        let owner = self.add_owner(MemberOrigin::External, Cow::Owned(network), group);
        self.all[owner].domain = range.domain.as_deref();
        self.add_block(owner, prefix, PrefixSource::Block(BlockRole::Primary));
    }

    /// Adds what ranges of known networks have beyond the prefixes of these networks. It collides with all others.
    fn add_ranges_of_known_networks(&mut self, ranges: Vec<&'a Range>) {
        let mut prefixes_by_owner: HashMap<usize, Vec<IpNet>> = HashMap::new();
        if !ranges.is_empty() {
            for owned in &self.prefixes {
                prefixes_by_owner.entry(owned.owner).or_default().push(owned.prefix);
            }
        }
        for range in ranges {
            let Some(id) = range.network.as_deref() else { continue };
            self.ranges_of_known_networks.push(id);
            // A network that the plan removes leaves nothing to compare.
            let Some(owner) = self.find_cloud_network(id) else { continue };
            let mut own = prefixes_by_owner.get(&owner).cloned().unwrap_or_default();
            own.extend(self.removals.blocks_of(id));
            let group = self.all[owner].group;
            for part in free(range.prefix, &own) {
                self.add_range_part(range, group, part);
            }
        }
    }

    fn add_planned(&mut self, planned: &'a PlannedPrefix) {
        let owner = self.find_or_add_planned_owner(planned);
        let source = PrefixSource::Planned(planned);
        match planned.kind {
            PlannedKind::Network | PlannedKind::Remote => self.add_block(owner, planned.prefix, source),
            PlannedKind::Subnet => {
                self.prefixes.push(OwnedPrefix { owner, prefix: planned.prefix, source });
            }
        }
    }

    /// Finds the network of a planned prefix, which exists or is planned, or adds one for it.
    fn find_or_add_planned_owner(&mut self, planned: &'a PlannedPrefix) -> usize {
        let key = planned.network.as_deref().unwrap_or(&planned.address);
        // First, because a network that the plan creates is not the existing one with the same name.
        if let Some(owner) = self.planned_owners.get(key) {
            return *owner;
        }
        if let Some(owner) = self.find_existing_owner(planned) {
            return owner;
        }
        let lacks_network = planned.kind == PlannedKind::Subnet && planned.network.is_none();
        if let Some(owner) = self.inferred_owners.get(key).filter(|_| lacks_network) {
            return *owner;
        }
        let candidates = if lacks_network { self.networks_around(planned) } else { Vec::new() };
        if let [only] = candidates[..] {
            let network = self.all[only].network.id.clone();
            self.assumptions.subnet_networks.insert((planned.address.clone(), Some(network)));
            // The subnet's other prefix, of the other address family, belongs to the same network.
            self.inferred_owners.insert(key, only);
            return only;
        }
        if !candidates.is_empty() {
            self.assumptions.subnet_networks.insert((planned.address.clone(), None));
        }
        let network = Network {
            region: planned.region.clone().unwrap_or_default(),
            name: planned.name.clone(),
            ..network_with_id(planned.provider.unwrap_or(Provider::External), key)
        };
        let owner = self.add_owner_without_blocks(MemberOrigin::Planned, network);
        self.all[owner].blocks_unknown = planned.kind == PlannedKind::Subnet;
        self.all[owner].network_is_ambiguous = !candidates.is_empty();
        self.planned_owners.insert(key, owner);
        owner
    }

    /// Finds the existing network that a planned prefix names, by id, or by resource group and name.
    fn find_existing_owner(&mut self, planned: &PlannedPrefix) -> Option<usize> {
        let id = planned.network.as_deref()?;
        let owner = self.find_cloud_network(id)?;
        // Without the subscription, it may be another network of the same name.
        let is_by_name = planned.kind == PlannedKind::Network && id.starts_with("/resourceGroups/");
        if is_by_name {
            let pair = (planned.address.clone(), self.all[owner].network.id.clone());
            let assumptions = &mut self.assumptions;
            let list =
                if planned.is_new { &mut assumptions.namesakes } else { &mut assumptions.same_networks };
            list.insert(pair);
        }
        (!is_by_name || !planned.is_new).then_some(owner)
    }

    /// Finds the networks of the planned subnet's cloud and region that contain it.
    fn networks_around(&self, planned: &PlannedPrefix) -> Vec<usize> {
        let region = planned.region.as_deref();
        let may_be = |owner: &PrefixOwner<'_>| {
            let its = owner.network.region.as_str();
            owner.provider() == planned.provider
                && matches!(owner.origin, MemberOrigin::Cloud | MemberOrigin::Planned)
                && (its.is_empty() || region.is_none_or(|region| region.eq_ignore_ascii_case(its)))
        };
        let contains_it = |at: usize| self.blocks[at].iter().any(|block| block.contains(&planned.prefix));
        let owners = self.all.iter().enumerate();
        owners.filter(|(at, owner)| may_be(owner) && contains_it(*at)).map(|(at, _)| at).collect()
    }

    /// Finds the network of a cloud with this id. An id that begins with `/resourceGroups/`, without a subscription,
    /// finds the only network whose id ends with it.
    fn find_cloud_network(&self, id: &str) -> Option<usize> {
        let id = id.to_ascii_lowercase();
        let is_partial = id.starts_with("/resourcegroups/");
        let matches = |owner: &PrefixOwner<'_>| {
            let own = &owner.network.id;
            let tail = own.len().checked_sub(id.len()).filter(|at| is_partial || *at == 0);
            let same = tail.and_then(|at| own.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(&id));
            same && owner.origin == MemberOrigin::Cloud
        };
        let owners = self.all.iter().enumerate();
        let mut found = owners.filter(|(_, owner)| matches(owner)).map(|(position, _)| position);
        found.next().filter(|_| found.next().is_none())
    }
}

/// What a plan removes, by id. Case does not matter.
#[derive(Debug, Default)]
struct PlannedRemovals<'p> {
    networks: HashSet<String>,
    subnets: HashSet<String>,
    blocks: Vec<(&'p str, IpNet)>,
}

impl<'p> PlannedRemovals<'p> {
    fn new(removals: &'p [Removal]) -> Self {
        let mut removed = Self::default();
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
        let of_network = self.blocks.iter().filter(move |(network, _)| network.eq_ignore_ascii_case(id));
        of_network.map(|(_, block)| *block)
    }
}

/// Makes a network of which nothing is known but its id.
fn network_with_id(provider: Provider, id: &str) -> Network {
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
