//! What decides the class of a collision, and whether somebody accepted it: few combinations, however many prefixes.

use std::collections::{BTreeMap, BTreeSet};

use super::sweep::Pairs;
use crate::model::Class;

/// All that matters of a prefix for the class of its collisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Role {
    pub planned: bool,
    pub external: bool,
    /// Space that the cloud, or everybody, uses again and again.
    pub shared: Option<Shared>,
    /// Which of the two filters of `--between` it passes.
    pub sides: [bool; 2],
    /// Whether an entry of the allow list accepts whatever it collides with.
    pub accepted: bool,
    /// The halves of pairs in the allow list that select it.
    pub halves: BTreeSet<Selected>,
    /// Its routing domain, where that is isolated from another.
    pub domain: Option<u16>,
}

/// An entry of the allow list that selects a prefix, and on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Selected {
    /// Position in the list.
    pub entry: u16,
    pub side: Side,
}

/// How an entry of the allow list selects a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Side {
    /// With whatever it collides.
    Any,
    /// With what the other half of the entry selects.
    First,
    /// Likewise.
    Second,
}

impl Side {
    /// Returns a number of its own, so that several add up to a set.
    pub const fn bit(self) -> u16 {
        match self {
            Self::Any => 0,
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// Space that is in use many times by design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shared {
    /// 172.31.0.0/16 of a default VPC.
    DefaultVpc,
    /// A secondary block in 100.64.0.0/10 (RFC 6598), which is not routed between networks.
    Carrier,
}

/// More combinations of isolated domains and pairs of the allow list than this are refused: the table of pairs has
/// the square of it.
const MOST: u16 = 8192;

/// The roles in play, by number, and what holds between them.
#[derive(Debug, Default)]
pub(super) struct Roles {
    numbers: BTreeMap<Role, u16>,
    all: Vec<Role>,
    /// Whether only collisions between the two sides count.
    between: bool,
    /// Pairs of routing domains that never route to one another, the lower number first.
    isolated: BTreeSet<(u16, u16)>,
}

impl Roles {
    /// Starts without a role. See the fields for what is said.
    pub fn new(between: bool, isolated: BTreeSet<(u16, u16)>) -> Self {
        Self { between, isolated, ..Self::default() }
    }

    /// Returns the number of a role; `None` when there are more than the table of pairs has room for.
    pub fn number(&mut self, role: Role) -> Option<u16> {
        if let Some(number) = self.numbers.get(&role) {
            return Some(*number);
        }
        let number = u16::try_from(self.all.len()).ok().filter(|number| *number < MOST)?;
        self.all.push(role.clone());
        self.numbers.insert(role, number);
        Some(number)
    }

    /// Makes the table of the pairs whose collisions are of `class`, and are accepted or not.
    ///
    /// Whether holders are joined is not asked here: the sweep compares those of one component for `Connected`, and
    /// those of different components for `Latent`.
    pub fn pairs(&self, class: Class, accepted: bool) -> Pairs {
        self.table(|one, other| {
            self.counts(one, other)
                && class_of(one, other, class == Class::Connected) == Some(class)
                && (accepts(one, other) || self.isolates(one, other)) == accepted
        })
    }

    /// Lists the isolated pairs of domains among `roles`.
    pub fn isolating(&self, roles: &BTreeSet<u16>) -> BTreeSet<(u16, u16)> {
        self.pairs_of(roles)
            .filter(|(one, other)| self.isolates(one, other))
            .filter_map(|(one, other)| Some(ordered(one.domain?, other.domain?)))
            .collect()
    }

    fn pairs_of<'s>(&'s self, roles: &'s BTreeSet<u16>) -> impl Iterator<Item = (&'s Role, &'s Role)> {
        let role = |number: &u16| &self.all[usize::from(*number)];
        roles.iter().flat_map(move |one| roles.range(one..).map(move |other| (role(one), role(other))))
    }

    fn table(&self, collide: impl Fn(&Role, &Role) -> bool) -> Pairs {
        let role = |number: u16| &self.all[usize::from(number)];
        let count = u16::try_from(self.all.len()).unwrap_or(u16::MAX);
        Pairs::new(count, |one, other| collide(role(one), role(other)))
    }

    fn counts(&self, one: &Role, other: &Role) -> bool {
        // Several gateways of a plan, and lists of ranges, may name one network outside the clouds.
        if one.external && other.external && (one.planned || other.planned) {
            return false;
        }
        let across = |one: &Role, other: &Role| one.sides[0] && other.sides[1];
        !self.between || across(one, other) || across(other, one)
    }

    /// Tells whether a routing domain is isolated from another.
    pub fn is_isolated(&self, domain: u16) -> bool {
        self.isolated.iter().any(|(one, other)| *one == domain || *other == domain)
    }

    fn isolates(&self, one: &Role, other: &Role) -> bool {
        let domains = one.domain.zip(other.domain);
        domains.is_some_and(|(one, other)| self.isolated.contains(&ordered(one, other)))
    }
}

/// Orders a pair of domains as [`Roles::isolated`] does.
pub(super) fn ordered(one: u16, other: u16) -> (u16, u16) {
    (one.min(other), one.max(other))
}

/// Tells whether the allow list covers a pair.
fn accepts(one: &Role, other: &Role) -> bool {
    let other_half = |half: &Selected| {
        let side = if half.side == Side::First { Side::Second } else { Side::First };
        other.halves.contains(&Selected { side, ..*half })
    };
    one.accepted || other.accepted || one.halves.iter().any(other_half)
}

/// Returns the class of a collision between holders that are joined, or that need not be.
fn class_of(one: &Role, other: &Role, joined: bool) -> Option<Class> {
    let alike = |shared| one.shared == Some(shared) && other.shared == Some(shared);
    if alike(Shared::Carrier) {
        // Also where one is planned: a plan that does as all the others do fails no gate.
        (!joined).then_some(Class::DefaultNetwork)
    } else if one.planned || other.planned {
        (!joined).then_some(Class::Planned)
    } else if one.external || other.external {
        (!joined).then_some(Class::External)
    } else if joined {
        Some(Class::Connected)
    } else if alike(Shared::DefaultVpc) {
        Some(Class::DefaultNetwork)
    } else {
        Some(Class::Latent)
    }
}
