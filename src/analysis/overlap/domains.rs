//! Routing domains: which owner is in which, and which domains are isolated from one another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::filter::FilterError;
use super::super::network_selector::CompiledSelector;
use super::connectivity::Connectivity;
use super::owners::PrefixOwners;
use crate::model::Domain;

/// Two routing domains by number, the lower one first.
pub(super) type DomainPair = (u16, u16);

/// Orders two domains as a [`DomainPair`].
pub(super) fn domain_pair(one: u16, other: u16) -> DomainPair {
    (one.min(other), one.max(other))
}

/// The routing domains that are declared, or that ranges name.
#[derive(Debug, Default)]
pub(super) struct RoutingDomains<'a> {
    /// Their names. Others refer to them by position.
    pub names: Vec<&'a str>,
    /// Declared isolations that hold.
    pub isolated: BTreeSet<DomainPair>,
    /// Declared isolations that do not hold, because a peering connects the domains.
    pub violated: BTreeSet<DomainPair>,
    /// Those of the isolations that hold only because you say so: hubs connect the domains, and netcensus does not read
    /// their route tables.
    pub unverified: BTreeSet<DomainPair>,
    /// Ids of networks that several declared domains select.
    pub selected_twice: Vec<String>,
    /// For each owner, its domain.
    of_owner: Vec<Option<u16>>,
}

impl<'a> RoutingDomains<'a> {
    /// Finds the domain of each owner, connects the members of each domain, and checks which isolations hold.
    ///
    /// # Errors
    /// When a selector contains an invalid glob.
    pub fn new(
        owners: &PrefixOwners<'a>,
        connectivity: &mut Connectivity,
        declared: &'a [Domain],
    ) -> Result<Self, FilterError> {
        let mut domains = Self::assign(owners, declared)?;
        let mut members = vec![Vec::new(); domains.names.len()];
        for (owner, domain) in domains.of_owner.iter().enumerate() {
            if let Some(domain) = domain {
                members[usize::from(*domain)].push(owner);
            }
        }
        for (name, members) in domains.names.iter().zip(&members) {
            connectivity.add_domain(name, members);
        }
        // A peering always routes between its two networks. Only hubs have route tables that may keep domains apart.
        let peered = domains.peered_pairs(connectivity);
        (domains.violated, domains.isolated) =
            domains.declared_isolations(declared).into_iter().partition(|pair| peered.contains(pair));
        domains.unverified = &domains.isolated & &domains.connected_pairs(connectivity);
        Ok(domains)
    }

    /// Puts each owner into the domain that its range names, else into the first declared one that selects it.
    fn assign(owners: &PrefixOwners<'a>, declared: &'a [Domain]) -> Result<Self, FilterError> {
        let mut selectors_of_domains = Vec::new();
        for domain in declared {
            let selectors = domain.members.iter().map(CompiledSelector::new);
            selectors_of_domains.push(selectors.collect::<Result<Vec<_>, _>>()?);
        }
        let mut domains =
            Self { names: declared.iter().map(|domain| domain.name.as_str()).collect(), ..Self::default() };
        let mut numbers: HashMap<&str, usize> =
            domains.names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        for (owner, blocks) in owners.all.iter().zip(&owners.blocks) {
            let own = owner.domain.map(|name| {
                *numbers.entry(name).or_insert_with(|| {
                    domains.names.push(name);
                    domains.names.len() - 1
                })
            });
            let selectable = owner.selectable();
            let selects = |selectors: &[CompiledSelector]| {
                selectors.iter().any(|selector| selector.selects_any_block(&selectable, blocks))
            };
            let mut selecting =
                selectors_of_domains.iter().enumerate().filter(|(_, selectors)| selects(selectors));
            let number = own.or_else(|| selecting.next().map(|(number, _)| number));
            if own.is_none() && selecting.next().is_some() {
                domains.selected_twice.push(owner.network.id.clone());
            }
            domains.of_owner.push(number.and_then(|number| u16::try_from(number).ok()));
        }
        Ok(domains)
    }

    /// Returns the number of an owner's domain.
    pub fn number_of(&self, owner: usize) -> Option<u16> {
        self.of_owner[owner]
    }

    /// Returns the name of an owner's domain.
    pub fn name_of(&self, owner: usize) -> Option<&'a str> {
        self.number_of(owner).map(|number| self.names[usize::from(number)])
    }

    /// Returns the names of two domains.
    pub fn names_of(&self, (one, other): DomainPair) -> (&'a str, &'a str) {
        (self.names[usize::from(one)], self.names[usize::from(other)])
    }

    /// Tells whether any owner is in a domain.
    pub fn has_members(&self, domain: u16) -> bool {
        self.of_owner.contains(&Some(domain))
    }

    /// Finds a name in `isolated-from` that is not the name of a domain.
    pub fn unknown_name(&self, declared: &[Domain]) -> Option<String> {
        let isolated_from = declared.iter().flat_map(|domain| &domain.isolated_from);
        isolated_from.filter(|name| !self.names.contains(&name.as_str())).min().cloned()
    }

    fn declared_isolations(&self, declared: &[Domain]) -> BTreeSet<DomainPair> {
        let number = |name: &str| {
            let position = self.names.iter().position(|known| *known == name);
            position.and_then(|number| u16::try_from(number).ok())
        };
        let pairs = declared
            .iter()
            .flat_map(|domain| domain.isolated_from.iter().map(|other| (&domain.name, other)))
            .filter_map(|(one, other)| Some(domain_pair(number(one)?, number(other)?)));
        pairs.filter(|(one, other)| one != other).collect()
    }

    /// Lists the pairs of domains that a peering between two members connects.
    fn peered_pairs(&self, connectivity: &Connectivity) -> BTreeSet<DomainPair> {
        let domains =
            |(one, other): &(usize, usize)| Some(domain_pair(self.of_owner[*one]?, self.of_owner[*other]?));
        connectivity.peerings.iter().filter_map(domains).collect()
    }

    /// Lists the pairs of domains that are connected in any way.
    fn connected_pairs(&self, connectivity: &Connectivity) -> BTreeSet<DomainPair> {
        let mut domains_in: BTreeMap<u32, BTreeSet<u16>> = BTreeMap::new();
        for (owner, domain) in self.of_owner.iter().enumerate() {
            let Some(domain) = domain else { continue };
            for component in connectivity.components(owner) {
                domains_in.entry(component).or_default().insert(*domain);
            }
        }
        let pairs = domains_in.values().flat_map(|domains| {
            domains.iter().flat_map(move |one| domains.range(one + 1..).map(move |other| (*one, *other)))
        });
        pairs.collect()
    }
}
