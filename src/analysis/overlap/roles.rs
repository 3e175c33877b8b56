//! Roles: what decides the class of a collision, and whether it is accepted.
//!
//! All that matters about a prefix for this is its role, and there are few roles, however many prefixes. So the rules
//! below are asked once for each pair of roles, and the sweep only looks up the answers ([`RolePairs`]).

use std::collections::{BTreeMap, BTreeSet};

use super::allow_list::{AllowMatch, AllowSide};
use super::domains::{DomainPair, domain_pair};
use super::sweep::RolePairs;
use crate::model::Class;

/// All that matters about a prefix for the class and the acceptance of its collisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CollisionRole {
    /// Whether it is planned.
    pub planned: bool,
    /// Whether it is outside the clouds.
    pub external: bool,
    /// The space that is reused by design, if it is part of one.
    pub reused_space: Option<ReusedSpace>,
    /// Which of the two filters of `--between` its owner passes.
    pub between: [bool; 2],
    /// Whether an entry of the allow list accepts all its collisions.
    pub all_accepted: bool,
    /// The entries of the allow list that accept its collisions with what their other side selects.
    pub accepted_sides: BTreeSet<AllowMatch>,
    /// Its routing domain, if that is isolated from another one.
    pub isolated_domain: Option<u16>,
}

/// Address space that is in use many times by design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReusedSpace {
    /// 172.31.0.0/16 of a default VPC.
    DefaultVpc,
    /// A secondary block in 100.64.0.0/10 (RFC 6598), which is not routed between networks.
    CarrierGradeNat,
}

/// The limit for the number of roles, since [`RolePairs`] grows with its square. Only very many combinations of isolated
/// domains and entries of the allow list exceed it.
const MAX_ROLES: u16 = 8192;

/// The roles that occur, by number, and the rules for pairs of them.
#[derive(Debug, Default)]
pub(super) struct CollisionRoles {
    numbers: BTreeMap<CollisionRole, u16>,
    all: Vec<CollisionRole>,
    /// Whether only collisions between the two sides of `--between` count.
    only_between: bool,
    /// Routing domains that never route to one another.
    isolated: BTreeSet<DomainPair>,
}

impl CollisionRoles {
    pub fn new(only_between: bool, isolated: BTreeSet<DomainPair>) -> Self {
        Self { only_between, isolated, ..Self::default() }
    }

    /// Returns the number of a role, which is added if it is new; `None` beyond the limit.
    pub fn number(&mut self, role: CollisionRole) -> Option<u16> {
        if let Some(number) = self.numbers.get(&role) {
            return Some(*number);
        }
        let number = u16::try_from(self.all.len()).ok().filter(|number| *number < MAX_ROLES)?;
        self.all.push(role.clone());
        self.numbers.insert(role, number);
        Some(number)
    }

    /// Makes the table of the roles whose collisions are of `class`, and are accepted or not.
    ///
    /// It does not say whether owners are connected: for [`Class::Connected`] the caller compares only those of one
    /// component, for [`Class::Latent`] only those of different components.
    pub fn pairs(&self, class: Class, accepted: bool) -> RolePairs {
        let role = |number: u16| &self.all[usize::from(number)];
        let count = u16::try_from(self.all.len()).unwrap_or(u16::MAX);
        RolePairs::new(count, |one, other| {
            let (one, other) = (role(one), role(other));
            self.is_compared(one, other)
                && class_of_collision(one, other, class == Class::Connected) == Some(class)
                && (is_allowed(one, other) || self.is_isolated_pair(one, other)) == accepted
        })
    }

    /// Lists the pairs of isolated domains among `roles`.
    pub fn isolated_pairs(&self, roles: &BTreeSet<u16>) -> BTreeSet<DomainPair> {
        let domains = roles.iter().filter_map(|role| self.all[usize::from(*role)].isolated_domain);
        let domains: BTreeSet<u16> = domains.collect();
        let is_among = |(one, other): &&DomainPair| domains.contains(one) && domains.contains(other);
        self.isolated.iter().filter(is_among).copied().collect()
    }

    /// Tells whether a routing domain is isolated from any other.
    pub fn is_isolated(&self, domain: u16) -> bool {
        self.isolated.iter().any(|(one, other)| *one == domain || *other == domain)
    }

    fn is_compared(&self, one: &CollisionRole, other: &CollisionRole) -> bool {
        // Several gateways of a plan, and lists of ranges, may name one and the same network outside the clouds.
        if one.external && other.external && (one.planned || other.planned) {
            return false;
        }
        let is_between = |one: &CollisionRole, other: &CollisionRole| one.between[0] && other.between[1];
        !self.only_between || is_between(one, other) || is_between(other, one)
    }

    fn is_isolated_pair(&self, one: &CollisionRole, other: &CollisionRole) -> bool {
        let domains = one.isolated_domain.zip(other.isolated_domain);
        domains.is_some_and(|(one, other)| self.isolated.contains(&domain_pair(one, other)))
    }
}

/// Tells whether the allow list accepts collisions of two roles.
fn is_allowed(one: &CollisionRole, other: &CollisionRole) -> bool {
    let has_other_side = |allow: &AllowMatch| {
        let side = if allow.side == AllowSide::First { AllowSide::Second } else { AllowSide::First };
        other.accepted_sides.contains(&AllowMatch { side, ..*allow })
    };
    one.all_accepted || other.all_accepted || one.accepted_sides.iter().any(has_other_side)
}

/// Returns the class of a collision between two roles whose owners are connected, or need not be. `docs/findings.md`
/// describes the order of the rules.
fn class_of_collision(one: &CollisionRole, other: &CollisionRole, connected: bool) -> Option<Class> {
    let both_reuse = |space| one.reused_space == Some(space) && other.reused_space == Some(space);
    if both_reuse(ReusedSpace::CarrierGradeNat) {
        // Even if one is planned: a plan that does as all existing networks do is no mistake.
        (!connected).then_some(Class::DefaultNetwork)
    } else if one.planned || other.planned {
        (!connected).then_some(Class::Planned)
    } else if one.external || other.external {
        (!connected).then_some(Class::External)
    } else if connected {
        Some(Class::Connected)
    } else if both_reuse(ReusedSpace::DefaultVpc) {
        Some(Class::DefaultNetwork)
    } else {
        Some(Class::Latent)
    }
}
