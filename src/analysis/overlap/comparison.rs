//! What is compared: the input, and what is prepared from it for the sweeps.

use std::collections::{BTreeSet, HashMap};

use ipnet::{IpNet, Ipv4Net};
use jiff::civil::Date;
use thiserror::Error;

use super::super::filter::{Filter, FilterError};
use super::super::inventory_index::InventoryIndex;
use super::allow_list::{AllowMatch, AllowSide, CompiledAllowList};
use super::connectivity::Connectivity;
use super::domains::RoutingDomains;
use super::findings::MemberOrigin;
use super::owners::{OwnedPrefix, PrefixOwners, PrefixSource};
use super::roles::{CollisionRole, CollisionRoles, ReusedSpace};
use crate::diagnostic::Remedies;
use crate::model::{
    Allowance, Domain, Inventory, Level, Network, NetworkKind, PlannedChanges, PlannedKind, Provider, Range,
    Reservation,
};
use crate::wording::counted_as;

/// The block of the default VPC, the same in every region of every account.
const DEFAULT_VPC: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(172, 31, 0, 0), 16);
/// Shared address space (RFC 6598). Kubernetes clusters use it for pods that are not routed between networks.
const CARRIER_GRADE_NAT: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(100, 64, 0, 0), 10);

/// What to compare, and what is declared about it.
#[derive(Debug, Clone, Copy)]
pub struct OverlapInput<'a> {
    /// What exists.
    pub inventory: &'a Inventory,
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// What is planned.
    pub plan: &'a PlannedChanges,
    /// Whether networks, subnets or both are compared.
    pub level: Level,
    /// If given, only what passes one filter is compared with what passes the other.
    pub between: Option<&'a [Filter; 2]>,
    /// Reservations that are in force: what they were not made for is reported as using them.
    pub reservations: &'a [Reservation],
    /// Ranges of container bridges, which are reported as reserved.
    pub bridges: &'a [IpNet],
    /// The allow list: collisions that are accepted.
    pub allow: &'a [Allowance],
    /// Declared routing domains.
    pub domains: &'a [Domain],
    /// Today, for entries of the allow list that expire.
    pub today: Date,
}

/// For comparisons of what exists.
static NOTHING_PLANNED: PlannedChanges =
    PlannedChanges { prefixes: Vec::new(), removed: Vec::new(), unknown: Vec::new(), unread: Vec::new() };

impl<'a> OverlapInput<'a> {
    /// Compares the networks of an inventory, of which nothing is declared and for which nothing is planned.
    #[must_use]
    pub const fn networks(inventory: &'a Inventory, today: Date) -> Self {
        Self {
            inventory,
            ranges: &[],
            plan: &NOTHING_PLANNED,
            level: Level::Networks,
            between: None,
            reservations: &[],
            bridges: &[],
            allow: &[],
            domains: &[],
            today,
        }
    }
}

/// Why nothing can be compared.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OverlapError {
    /// A selector contains an invalid glob.
    #[error(transparent)]
    InvalidSelector(#[from] FilterError),
    /// A routing domain is isolated from one that does not exist.
    #[error("overlap.domains: isolated-from names `{name}`, which is not a routing domain")]
    UnknownDomain {
        /// The unknown name.
        name: String,
        /// The existing names, separated by commas.
        known: String,
    },
    /// There are more combinations of declared pairs and isolated domains than the sweep has room for.
    #[error(
        "overlap.allow and overlap.domains: the entries with `between` and the isolated domains select networks in more \
         than 8,192 combinations"
    )]
    TooManyRoles,
    /// A filter of `--between` selects nothing.
    #[error(
        "--between {filter}: selects none of {}, so nothing can be compared",
        counted_as(*owners, "network, range or planned network", "networks, ranges and planned networks")
    )]
    EmptyBetween {
        /// The filter.
        filter: String,
        /// From how many it could select.
        owners: usize,
    },
}

impl Remedies for OverlapError {
    fn remedies(&self) -> Vec<String> {
        match self {
            Self::InvalidSelector(error) => error.remedies(),
            Self::UnknownDomain { known, .. } => vec![format!("the routing domains are {known}")],
            Self::TooManyRoles => vec!["use fewer, wider entries".to_owned()],
            Self::EmptyBetween { .. } => Vec::new(),
        }
    }
}

/// An input, prepared for the sweeps: owners of prefixes, what connects them, and what is declared about them.
pub(super) struct Comparison<'a> {
    pub input: OverlapInput<'a>,
    pub owners: PrefixOwners<'a>,
    pub connectivity: Connectivity,
    pub domains: RoutingDomains<'a>,
    pub allow: CompiledAllowList,
    pub roles: CollisionRoles,
    /// For each owner, which filters of `--between` it passes.
    between: Vec<[bool; 2]>,
    /// Owners that have subnets.
    with_subnets: BTreeSet<usize>,
}

/// A prefix as the sweeps see it: a whole one, or a part of one if partial peerings reach only parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    /// Position of the whole prefix in [`PrefixOwners::prefixes`].
    pub owned_prefix: usize,
    pub prefix: IpNet,
    /// Fragments of one group never collide.
    pub group: u32,
    /// The connected component that it is in.
    pub component: u32,
    /// The number of its role.
    pub role: u16,
    /// Position in [`Fragments::allow_matches`].
    allow_matches: usize,
}

/// The fragments of one level.
pub(super) struct Fragments {
    /// In the order of the prefixes: fragments of one prefix are neighbours.
    pub all: Vec<Fragment>,
    /// The distinct sets of entries of the allow list that select fragments. Shared, because there are few.
    allow_matches: Vec<BTreeSet<AllowMatch>>,
}

impl Fragments {
    /// Returns the entries of the allow list that select a fragment.
    pub fn allow_matches(&self, fragment: &Fragment) -> &BTreeSet<AllowMatch> {
        &self.allow_matches[fragment.allow_matches]
    }
}

impl<'a> Comparison<'a> {
    /// Prepares everything that does not depend on the level.
    ///
    /// # Errors
    /// When a selector or a name in the declarations is invalid, or a filter of `--between` selects nothing.
    pub fn new(input: OverlapInput<'a>) -> Result<Self, OverlapError> {
        let owners = PrefixOwners::new(input.inventory, input.ranges, input.plan);
        let mut connectivity = Connectivity::new(&owners, &input.inventory.links);
        let domains = RoutingDomains::new(&owners, &mut connectivity, input.domains)?;
        let allow = CompiledAllowList::new(input.allow, input.today, &owners)?;
        if let Some(name) = domains.unknown_name(input.domains) {
            let known: Vec<String> = domains.names.iter().map(|name| format!("`{name}`")).collect();
            return Err(OverlapError::UnknownDomain { name, known: known.join(", ") });
        }
        let subnets = owners.prefixes.iter().filter(|owned| owned.is_subnet());
        let comparison = Self {
            with_subnets: subnets.map(|owned| owned.owner).collect(),
            between: between_matches(input, &owners),
            roles: CollisionRoles::new(input.between.is_some(), domains.isolated.clone()),
            input,
            owners,
            connectivity,
            domains,
            allow,
        };
        comparison.check_between()?;
        Ok(comparison)
    }

    fn check_between(&self) -> Result<(), OverlapError> {
        let Some(filters) = self.input.between else { return Ok(()) };
        for (side, filter) in filters.iter().enumerate() {
            if !self.between.iter().any(|passes| passes[side]) {
                let filter = filter.text().to_owned();
                return Err(OverlapError::EmptyBetween { filter, owners: self.owners.all.len() });
            }
        }
        Ok(())
    }

    /// Tells whether an owner passes any filter of `--between`.
    pub fn passes_between(&self, owner: usize) -> bool {
        self.between[owner] != [false; 2]
    }

    /// Lists the fragments that are compared at a level, which is either networks or subnets.
    ///
    /// # Errors
    /// When there are too many roles.
    pub fn fragments(&mut self, level: Level) -> Result<Fragments, OverlapError> {
        let mut numbers: HashMap<BTreeSet<AllowMatch>, usize> = HashMap::new();
        let mut fragments = Fragments { all: Vec::new(), allow_matches: Vec::new() };
        for (position, group) in self.prefixes_of_level(level) {
            let owned = self.owners.prefixes[position];
            for (prefix, component) in self.connectivity.split_by_component(&owned) {
                let matches = self.allow.matches(owned.owner, prefix);
                let role = self.role(&owned, &matches);
                let role = self.roles.number(role).ok_or(OverlapError::TooManyRoles)?;
                let next = fragments.allow_matches.len();
                let allow_matches = *numbers.entry(matches).or_insert_with_key(|matches| {
                    fragments.allow_matches.push(matches.clone());
                    next
                });
                let owned_prefix = position;
                fragments.all.push(Fragment { owned_prefix, prefix, group, component, role, allow_matches });
            }
        }
        Ok(fragments)
    }

    /// Lists the positions of the prefixes that are compared at a level, each with its group.
    fn prefixes_of_level(&self, level: Level) -> Vec<(usize, u32)> {
        let mut numbers: HashMap<GroupKey<'_>, u32> = HashMap::new();
        let is_of_level = |owned: &OwnedPrefix<'_>| match level {
            Level::Networks => !owned.is_subnet() || self.is_subnet_without_network(owned),
            Level::Subnets | Level::All => owned.is_subnet() || self.never_has_subnets(owned.owner),
        };
        let prefixes = self.owners.prefixes.iter().enumerate().filter(|(_, owned)| is_of_level(owned));
        prefixes
            .map(|(position, owned)| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                (position, *numbers.entry(self.group_key(owned)).or_insert(next))
            })
            .collect()
    }

    fn group_key(&self, prefix: &OwnedPrefix<'a>) -> GroupKey<'a> {
        let owner = &self.owners.all[prefix.owner];
        // In Azure a name is an identity, so a planned subnet with the name of an existing one is that one.
        let named = |name: Option<&str>| match (owner.network.provider, name) {
            (Provider::Azure, Some(name)) => {
                Some(GroupKey::NamedSubnet(prefix.owner, name.to_ascii_lowercase()))
            }
            _ => None,
        };
        match prefix.source {
            PrefixSource::Subnet(subnet) => {
                named(subnet.name.as_deref()).unwrap_or(GroupKey::Subnet(prefix.owner, &subnet.id))
            }
            PrefixSource::Planned(planned) if prefix.is_subnet() => {
                named(planned.name.as_deref()).unwrap_or(GroupKey::Subnet(prefix.owner, &planned.address))
            }
            PrefixSource::Block(_) | PrefixSource::Planned(_) => GroupKey::Owner(owner.group),
        }
    }

    /// Tells whether it is a planned subnet whose network is not known and not around it. It is compared as a network,
    /// or nothing would be compared with it.
    fn is_subnet_without_network(&self, prefix: &OwnedPrefix<'_>) -> bool {
        let owner = &self.owners.all[prefix.owner];
        owner.blocks_unknown && owner.origin == MemberOrigin::Planned && !owner.network_is_ambiguous
    }

    /// Tells whether an owner has no subnets and never will have any, so that its blocks are compared with subnets.
    fn never_has_subnets(&self, owner: usize) -> bool {
        let it = &self.owners.all[owner];
        let by_nature = it.origin != MemberOrigin::Cloud || it.network.kind == NetworkKind::VirtualHub;
        by_nature && !self.with_subnets.contains(&owner)
    }

    fn role(&self, owned: &OwnedPrefix<'_>, matches: &BTreeSet<AllowMatch>) -> CollisionRole {
        let (all, accepted_sides): (BTreeSet<AllowMatch>, BTreeSet<AllowMatch>) =
            matches.iter().partition(|it| it.side == AllowSide::Any);
        let domain = self.domains.number_of(owned.owner);
        CollisionRole {
            planned: matches!(owned.source, PrefixSource::Planned(_)),
            external: self.owners.all[owned.owner].origin == MemberOrigin::External
                || matches!(owned.source, PrefixSource::Planned(planned) if planned.kind == PlannedKind::Remote),
            reused_space: self.reused_space(owned),
            between: self.between[owned.owner],
            all_accepted: !all.is_empty(),
            accepted_sides,
            isolated_domain: domain.filter(|domain| self.roles.is_isolated(*domain)),
        }
    }

    /// Returns the space that is reused by design and contains a prefix. A subnet counts if its block does.
    fn reused_space(&self, owned: &OwnedPrefix<'_>) -> Option<ReusedSpace> {
        let IpNet::V4(prefix) = owned.prefix else { return None };
        let network = &self.owners.all[owned.owner].network;
        if network.is_default == Some(true) && DEFAULT_VPC.contains(&prefix) {
            return Some(ReusedSpace::DefaultVpc);
        }
        let is_it =
            |block: &IpNet| *block == owned.prefix || (owned.is_subnet() && block.contains(&owned.prefix));
        // A network whose primary block is in 100.64.0.0/10 is routed like any other. Only secondary blocks are for pods.
        let is_secondary = || self.owners.secondary_blocks[owned.owner].iter().any(is_it);
        (CARRIER_GRADE_NAT.contains(&prefix) && is_secondary()).then_some(ReusedSpace::CarrierGradeNat)
    }
}

/// What never collides with itself.
#[derive(Debug, PartialEq, Eq, Hash)]
enum GroupKey<'a> {
    /// The group of an owner.
    Owner(u32),
    /// A subnet of an owner, by id or address in the plan.
    Subnet(usize, &'a str),
    /// A subnet of an owner, by name in lower case.
    NamedSubnet(usize, String),
}

/// Applies the filters of `--between` to each owner.
fn between_matches(input: OverlapInput<'_>, owners: &PrefixOwners<'_>) -> Vec<[bool; 2]> {
    let Some(filters) = input.between else { return vec![[false; 2]; owners.all.len()] };
    let index = InventoryIndex::new(input.inventory);
    let filters = filters.each_ref().map(|filter| (filter.column(), filter.for_rows::<Network>()));
    owners
        .all
        .iter()
        .map(|owner| {
            filters.each_ref().map(|(column, filter)| {
                // Such an owner is represented by a network of the provider `external`, which it is not.
                let is_of_no_cloud = owner.provider().is_none() && *column == Some("provider");
                !is_of_no_cloud && filter.as_ref().is_some_and(|filter| filter.passes(&owner.network, &index))
            })
        })
        .collect()
}
