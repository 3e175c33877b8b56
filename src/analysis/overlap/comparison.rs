//! The ground that sweeps walk over: what is compared, with the colours and roles that decide what collides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ipnet::{IpNet, Ipv4Net};
use jiff::civil::Date;
use thiserror::Error;

use super::super::filter::{Filter, FilterError};
use super::super::inventory_index::InventoryIndex;
use super::connectivity::Connections;
use super::findings::Origin;
use super::owners::{Held, Holder, Holders, Of};
use super::roles::{Role, Roles, Selected, Shared, Side, ordered};
use super::selectors::Matcher;
use crate::model::{
    Allowance, Covers, Domain, Inventory, Level, Network, NetworkKind, Plan, PlannedKind, Provider, Range,
};

/// The default VPC's block in every region of every account.
const DEFAULT_VPC: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(172, 31, 0, 0), 16);
/// Shared address space (RFC 6598), in which clusters hide their pods.
const CARRIER: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(100, 64, 0, 0), 10);

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What exists.
    pub inventory: &'a Inventory,
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// What is planned.
    pub plan: &'a Plan,
    /// What is compared.
    pub level: Level,
    /// Only networks of one with those of the other.
    pub between: Option<&'a [Filter; 2]>,
    /// Ranges of container bridges.
    pub bridges: &'a [IpNet],
    /// Collisions that somebody accepts.
    pub allow: &'a [Allowance],
    /// Declared routing domains.
    pub domains: &'a [Domain],
    /// Today, for entries that expire.
    pub today: Date,
}

/// Why nothing can be compared.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OverlapError {
    /// A selector has something that is not a glob.
    #[error(transparent)]
    Selector(#[from] FilterError),
    /// A routing domain is isolated from one that does not exist.
    #[error("overlap.domains: isolated-from names `{name}`, which is no routing domain; there are {known}")]
    Domain {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The isolations and pairs that are declared have too many combinations.
    #[error(
        "overlap.allow and overlap.domains: the pairs that select networks and the isolated domains have more than 8,192 \
         combinations; select by fewer, wider entries"
    )]
    TooMany,
    /// A filter of `--between` keeps nothing, so that nothing would be compared.
    #[error(
        "--between {0}: it selects none of the {1} networks, ranges and plans, so nothing can be compared"
    )]
    Nothing(String, usize),
}

/// Holders, what joins them, and their roles.
pub(super) struct Ground<'a> {
    pub holders: Holders<'a>,
    pub connections: Connections,
    pub roles: Roles,
    /// Names of routing domains, by number.
    pub domains: Vec<&'a str>,
    /// Isolations that do not hold, since a peering joins the domains.
    pub breached: BTreeSet<(u16, u16)>,
    /// Isolations that hold by declaration alone: hubs join the domains, and nobody read their route tables.
    pub believed: BTreeSet<(u16, u16)>,
    /// Networks that several declared domains select.
    pub torn: Vec<String>,
    /// For each holder, its domain.
    domain_of: Vec<Option<u16>>,
    /// For each holder, which filters of `--between` it passes.
    sides: Vec<[bool; 2]>,
    allow: Vec<(u16, Side, Matcher)>,
    /// For each holder, which of `allow` select it, whatever the prefix.
    selected_by: Vec<Vec<usize>>,
    /// What the allow list says of a piece, by number.
    selections: Vec<BTreeSet<Selected>>,
    subnet_holders: BTreeSet<usize>,
}

/// A prefix that is compared: all of one that is held, or the part of it that the same links reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Position among the held.
    pub held: usize,
    pub prefix: IpNet,
    /// Pieces of one unit never collide.
    pub unit: u32,
    /// What it is joined with.
    pub component: u32,
    pub role: u16,
    /// The entries of the allow list that select it: a position in the ground's selections.
    selection: usize,
}

/// What is declared about the estate.
#[derive(Debug, Clone, Copy)]
struct Declared<'a> {
    pub ranges: &'a [Range],
    pub plan: &'a Plan,
    /// The allow list; the switch tells whether an entry holds today.
    pub allow: &'a [Allowance],
    pub in_force: &'a [bool],
    pub domains: &'a [Domain],
    pub between: Option<&'a [Filter; 2]>,
}

impl<'a> Ground<'a> {
    /// Prepares everything but the roles, which belong to a level.
    ///
    /// # Errors
    /// When a selector has something that is not a glob.
    fn new(inventory: &'a Inventory, declared: Declared<'a>) -> Result<Self, FilterError> {
        let holders = Holders::new(inventory, declared.ranges, declared.plan);
        let mut connections = Connections::new(&holders, &inventory.links);
        let (domains, domain_of, torn) = domains(&holders, declared)?;
        let mut members = vec![Vec::new(); domains.len()];
        for (holder, domain) in domain_of.iter().enumerate() {
            if let Some(domain) = domain {
                members[usize::from(*domain)].push(holder);
            }
        }
        for (name, members) in domains.iter().zip(&members) {
            connections.join_domain(name, members);
        }
        let peered = peered_domains(&connections, &domain_of);
        let (breached, isolated): (BTreeSet<_>, BTreeSet<_>) =
            isolations(declared.domains, &domains).into_iter().partition(|pair| peered.contains(pair));
        let believed = &isolated & &joined_domains(&connections, &domain_of);
        let roles = Roles::new(declared.between.is_some(), isolated);
        let subnet_holders =
            holders.held.iter().filter(|held| held.is_subnet()).map(|held| held.holder).collect();
        let allow = allow(declared)?;
        let selects = |holder: &Holder<'_>| {
            let selecting =
                allow.iter().enumerate().filter(|(_, (_, _, matcher))| matcher.selects_holder(holder));
            selecting.map(|(position, _)| position).collect()
        };
        Ok(Self {
            sides: sides(inventory, &holders, declared.between),
            selected_by: holders.all.iter().map(selects).collect(),
            allow,
            selections: Vec::new(),
            holders,
            connections,
            roles,
            domains,
            breached,
            believed,
            torn,
            domain_of,
            subnet_holders,
        })
    }

    /// Finds a filter of `--between` that keeps nothing.
    pub fn idle_side<'f>(&self, filters: &'f [Filter; 2]) -> Option<&'f Filter> {
        let is_idle = |side: usize| !self.sides.iter().any(|passes| passes[side]);
        filters.iter().zip(0..).find(|(_, side)| is_idle(*side)).map(|(filter, _)| filter)
    }

    /// Tells whether a holder passes a filter of `--between`.
    pub fn is_on_a_side(&self, holder: usize) -> bool {
        self.sides[holder] != [false; 2]
    }

    /// Tells whether a routing domain has any network or range.
    pub fn has_members(&self, domain: u16) -> bool {
        self.domain_of.contains(&Some(domain))
    }

    /// Lists what is compared at a level, either networks or subnets; `None` when there are too many roles.
    pub fn pieces(&mut self, level: Level) -> Option<Vec<Piece>> {
        let mut numbers: HashMap<BTreeSet<Selected>, usize> = HashMap::new();
        let mut pieces = Vec::new();
        self.selections.clear();
        for (position, unit) in self.units(level) {
            let held = self.holders.held[position];
            for (prefix, component) in self.connections.parts(&held) {
                let selected = self.selected(held.holder, prefix);
                let role = self.roles.number(self.role(&held, &selected))?;
                let next = self.selections.len();
                let selection = *numbers.entry(selected).or_insert_with_key(|selected| {
                    self.selections.push(selected.clone());
                    next
                });
                pieces.push(Piece { held: position, prefix, unit, component, role, selection });
            }
        }
        Some(pieces)
    }

    /// Returns the entries of the allow list that select a piece.
    pub fn selection(&self, piece: &Piece) -> &BTreeSet<Selected> {
        &self.selections[piece.selection]
    }

    fn selected(&self, holder: usize, prefix: IpNet) -> BTreeSet<Selected> {
        let entries = self.selected_by[holder].iter().map(|position| &self.allow[*position]);
        let selecting = entries.filter(|(_, _, matcher)| matcher.covers(prefix));
        selecting.map(|(entry, side, _)| Selected { entry: *entry, side: *side }).collect()
    }

    /// Returns the name of a holder's routing domain.
    pub fn domain(&self, holder: usize) -> Option<&'a str> {
        self.domain_of[holder].map(|number| self.domains[usize::from(number)])
    }

    /// Lists the positions of what is held at a level, each with its unit.
    fn units(&self, level: Level) -> Vec<(usize, u32)> {
        let mut numbers: HashMap<Unit<'_>, u32> = HashMap::new();
        let of_level = |held: &Held<'_>| match level {
            Level::Networks => !held.is_subnet() || self.stands_alone(held),
            Level::Subnets | Level::All => held.is_subnet() || self.has_no_subnets(held.holder),
        };
        let held = self.holders.held.iter().enumerate().filter(|(_, held)| of_level(held));
        held.map(|(position, held)| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            (position, *numbers.entry(self.unit(held)).or_insert(next))
        })
        .collect()
    }

    fn unit(&self, held: &Held<'a>) -> Unit<'a> {
        let holder = &self.holders.all[held.holder];
        // Names are identities in Azure, so a planned subnet with the name of one that exists is that one.
        let named = |name: Option<&str>| match (holder.network.provider, name) {
            (Provider::Azure, Some(name)) => Some(Unit::Named(held.holder, name.to_ascii_lowercase())),
            _ => None,
        };
        match held.of {
            Of::Subnet(subnet) => {
                named(subnet.name.as_deref()).unwrap_or(Unit::Subnet(held.holder, &subnet.id))
            }
            Of::Planned(planned) if held.is_subnet() => {
                named(planned.name.as_deref()).unwrap_or(Unit::Subnet(held.holder, &planned.address))
            }
            Of::Block(_) | Of::Planned(_) => Unit::Network(holder.unit),
        }
    }

    /// Tells whether it is a planned subnet of which no network is known, so that it stands for one.
    fn stands_alone(&self, held: &Held<'_>) -> bool {
        let holder = &self.holders.all[held.holder];
        holder.unread && holder.origin == Origin::Planned && !holder.is_inside_another
    }

    /// Tells whether a holder's own prefixes stand for subnets: nothing else of it ever will.
    fn has_no_subnets(&self, holder: usize) -> bool {
        let it = &self.holders.all[holder];
        let by_nature = it.origin != Origin::Cloud || it.network.kind == NetworkKind::VirtualHub;
        by_nature && !self.subnet_holders.contains(&holder)
    }

    fn role(&self, held: &Held<'_>, selected: &BTreeSet<Selected>) -> Role {
        let (whole, halves): (BTreeSet<Selected>, BTreeSet<Selected>) =
            selected.iter().partition(|selected| selected.side == Side::Any);
        Role {
            planned: matches!(held.of, Of::Planned(_)),
            external: self.holders.all[held.holder].origin == Origin::External
                || matches!(held.of, Of::Planned(planned) if planned.of == PlannedKind::Remote),
            shared: self.shared(held),
            sides: self.sides[held.holder],
            accepted: !whole.is_empty(),
            halves,
            domain: self.domain_of[held.holder].filter(|domain| self.roles.is_isolated(*domain)),
        }
    }

    /// Tells whether a prefix is space that is in use many times by design. That of a subnet is when its block is.
    fn shared(&self, held: &Held<'_>) -> Option<Shared> {
        let IpNet::V4(prefix) = held.prefix else { return None };
        let network = &self.holders.all[held.holder].network;
        let secondary = || {
            let is_it =
                |block: &IpNet| *block == held.prefix || (held.is_subnet() && block.contains(&held.prefix));
            self.holders.secondary[held.holder].iter().any(is_it)
        };
        if network.is_default == Some(true) && DEFAULT_VPC.contains(&prefix) {
            return Some(Shared::DefaultVpc);
        }
        (CARRIER.contains(&prefix) && secondary()).then_some(Shared::Carrier)
    }
}

/// What never collides with itself.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Unit<'a> {
    Network(u32),
    Subnet(usize, &'a str),
    Named(usize, String),
}

/// The routing domains by name, which one each holder is in, and the ids of those that several select.
type Domains<'a> = (Vec<&'a str>, Vec<Option<u16>>, Vec<String>);

/// Finds which routing domain each holder is in: the one it came with, else the first that selects it.
fn domains<'a>(holders: &Holders<'a>, declared: Declared<'a>) -> Result<Domains<'a>, FilterError> {
    let mut names: Vec<&str> = declared.domains.iter().map(|domain| domain.name.as_str()).collect();
    let mut matchers = Vec::new();
    for domain in declared.domains {
        matchers.push(domain.members.iter().map(Matcher::new).collect::<Result<Vec<_>, _>>()?);
    }
    let mut numbers: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let (mut of, mut torn) = (Vec::new(), Vec::new());
    for (holder, blocks) in holders.all.iter().zip(&holders.blocks) {
        let selects = |matchers: &Vec<Matcher>| matchers.iter().any(|m| m.selects_any(holder, blocks));
        let own = holder.domain.map(|name| {
            *numbers.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            })
        });
        let mut selecting = matchers.iter().enumerate().filter(|(_, matchers)| selects(matchers));
        let number = own.or_else(|| selecting.next().map(|(number, _)| number));
        if own.is_none() && selecting.next().is_some() {
            torn.push(holder.network.id.clone());
        }
        of.push(number.and_then(|number| u16::try_from(number).ok()));
    }
    Ok((names, of, torn))
}

/// Lists the pairs of domains that were declared never to route to one another. Names that no domain has are left
/// to [`unknown_domains`].
fn isolations(domains: &[Domain], names: &[&str]) -> BTreeSet<(u16, u16)> {
    let number = |name: &str| {
        names.iter().position(|known| *known == name).and_then(|number| u16::try_from(number).ok())
    };
    let pairs =
        domains.iter().flat_map(|domain| domain.isolated_from.iter().map(|other| (&domain.name, other)));
    let pairs = pairs.filter_map(|(one, other)| Some(ordered(number(one)?, number(other)?)));
    pairs.filter(|(one, other)| one != other).collect()
}

/// Names what domains are declared to be isolated from and no domain is called.
fn unknown_domains(domains: &[Domain], names: &[&str]) -> BTreeSet<String> {
    let isolated = domains.iter().flat_map(|domain| &domain.isolated_from);
    isolated.filter(|name| !names.contains(&name.as_str())).cloned().collect()
}

/// Lists the pairs of domains that a peering joins, member to member.
fn peered_domains(connections: &Connections, domain_of: &[Option<u16>]) -> BTreeSet<(u16, u16)> {
    let domains = |(one, other): &(usize, usize)| Some(ordered(domain_of[*one]?, domain_of[*other]?));
    connections.peerings.iter().filter_map(domains).collect()
}

/// Lists the pairs of domains that something joins.
fn joined_domains(connections: &Connections, domain_of: &[Option<u16>]) -> BTreeSet<(u16, u16)> {
    let mut found: BTreeMap<u32, BTreeSet<u16>> = BTreeMap::new();
    for (holder, domain) in domain_of.iter().enumerate() {
        let Some(domain) = domain else { continue };
        for component in connections.components(holder) {
            found.entry(component).or_default().insert(*domain);
        }
    }
    let pairs = found.values().flat_map(|domains| {
        domains.iter().flat_map(move |one| domains.range(one + 1..).map(move |other| (*one, *other)))
    });
    pairs.collect()
}

/// Asks the filters of `--between` about each holder.
fn sides(inventory: &Inventory, holders: &Holders<'_>, between: Option<&[Filter; 2]>) -> Vec<[bool; 2]> {
    let Some(filters) = between else { return vec![[false; 2]; holders.all.len()] };
    let index = InventoryIndex::new(inventory);
    let filters = filters.each_ref().map(|filter| (filter.column(), filter.for_rows::<Network>()));
    let passes = |side: usize, holder: usize| {
        let (holder, (column, filter)) = (&holders.all[holder], &filters[side]);
        let of_no_cloud = holder.provider().is_none() && *column == Some("provider");
        !of_no_cloud && filter.as_ref().is_some_and(|filter| filter.passes(&holder.network, &index))
    };
    (0..holders.all.len()).map(|holder| [0, 1].map(|side| passes(side, holder))).collect()
}

/// Compiles the entries of the allow list that hold today.
fn allow(declared: Declared<'_>) -> Result<Vec<(u16, Side, Matcher)>, FilterError> {
    let mut compiled = Vec::new();
    let entries = declared.allow.iter().zip(declared.in_force).enumerate();
    for (position, (entry, _)) in entries.filter(|(_, (_, in_force))| **in_force) {
        let number = u16::try_from(position).unwrap_or(u16::MAX);
        match &entry.covers {
            Covers::Any(selector) => compiled.push((number, Side::Any, Matcher::new(selector)?)),
            Covers::Between(first, second) => {
                compiled.push((number, Side::First, Matcher::new(first)?));
                compiled.push((number, Side::Second, Matcher::new(second)?));
            }
        }
    }
    Ok(compiled)
}

pub(super) fn prepare<'a>(question: Question<'a>, in_force: &'a [bool]) -> Result<Ground<'a>, OverlapError> {
    let declared = Declared {
        ranges: question.ranges,
        plan: question.plan,
        allow: question.allow,
        in_force,
        domains: question.domains,
        between: question.between,
    };
    let ground = Ground::new(question.inventory, declared)?;
    if let Some(name) = unknown_domains(question.domains, &ground.domains).pop_first() {
        let known: Vec<String> = ground.domains.iter().map(|name| format!("`{name}`")).collect();
        return Err(OverlapError::Domain { name, known: known.join(", ") });
    }
    if let Some(filter) = question.between.and_then(|filters| ground.idle_side(filters)) {
        return Err(OverlapError::Nothing(filter.text().to_owned(), ground.holders.all.len()));
    }
    Ok(ground)
}

/// Tells of each entry of the allow list whether it holds today.
pub(super) fn in_force(question: Question<'_>) -> Vec<bool> {
    question.allow.iter().map(|entry| holds(entry, question.today)).collect()
}

/// An entry holds through its last day.
fn holds(entry: &Allowance, today: Date) -> bool {
    entry.expires.is_none_or(|last| today <= last)
}
