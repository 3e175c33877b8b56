//! What decides the class of a collision, and whether somebody accepted it: few combinations, however many prefixes.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::Pairs;
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
    /// The entries of the allow list that select it.
    pub allowed: BTreeSet<Selected>,
    /// Its routing domain.
    pub domain: Option<u16>,
}

/// An entry of the allow list that selects a prefix, and on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Selected {
    /// Position in the list.
    pub entry: u16,
    pub side: Side,
}

/// How an entry of the allow list selects a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// With whatever it collides.
    Any,
    /// With what the other half of the entry selects.
    First,
    /// Likewise.
    Second,
}

/// Space that is in use many times by design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shared {
    /// 172.31.0.0/16 of a default VPC.
    DefaultVpc,
    /// A secondary block in 100.64.0.0/10 (RFC 6598), which is not routed between networks.
    Carrier,
}

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

    /// Returns the number of a role.
    ///
    /// # Panics
    /// With more than 65,535 roles, which takes as many combinations of allow entries.
    pub fn number(&mut self, role: Role) -> u16 {
        if let Some(number) = self.numbers.get(&role) {
            return *number;
        }
        let number = u16::try_from(self.all.len()).expect("fewer than 65,536 roles");
        self.all.push(role.clone());
        self.numbers.insert(role, number);
        number
    }

    /// Makes the table of the pairs whose collisions are of `class`, and are accepted or not.
    ///
    /// Whether holders are joined is not asked here: the sweep compares those of one component for `Connected`, and
    /// those of different components for `Latent`.
    pub fn pairs(&self, class: Class, accepted: bool) -> Pairs {
        self.table(|one, other| {
            self.counts(one, other)
                && class_of(one, other, class == Class::Connected) == Some(class)
                && (accepts(one, other).next().is_some() || self.isolates(one, other)) == accepted
        })
    }

    /// Makes the table of the pairs that an entry of the allow list covers.
    pub fn covered(&self, entry: u16) -> Pairs {
        self.table(|one, other| covers(one, other, entry))
    }

    /// Tells whether an entry of the allow list selects any role.
    pub fn selects(&self, entry: u16) -> bool {
        self.all.iter().any(|role| role.allowed.iter().any(|selected| selected.entry == entry))
    }

    /// Lists the entries of the allow list that cover a collision of any two of `roles` that is of `class`.
    pub fn accepting(&self, roles: &BTreeSet<u16>, class: Class) -> BTreeSet<u16> {
        let collide =
            |one: &Role, other: &Role| class_of(one, other, class == Class::Connected) == Some(class);
        let pairs = self.pairs_of(roles).filter(|(one, other)| collide(one, other));
        pairs.flat_map(|(one, other)| accepts(one, other).collect::<Vec<_>>()).collect()
    }

    /// Lists the isolated pairs of domains among `roles`.
    pub fn isolating(&self, roles: &BTreeSet<u16>) -> BTreeSet<(u16, u16)> {
        self.pairs_of(roles)
            .filter(|(one, other)| self.isolates(one, other))
            .filter_map(|(one, other)| Some(ordered(one.domain?, other.domain?)))
            .collect()
    }

    /// Lists the entries of the allow list that accept whatever a role collides with.
    pub fn accepting_alone(&self, role: u16) -> impl Iterator<Item = u16> + '_ {
        let selected = self.all[usize::from(role)].allowed.iter();
        selected.filter(|selected| selected.side == Side::Any).map(|selected| selected.entry)
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
        let across = |one: &Role, other: &Role| one.sides[0] && other.sides[1];
        !self.between || across(one, other) || across(other, one)
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

/// Lists the entries of the allow list that cover a pair.
fn accepts<'r>(one: &'r Role, other: &'r Role) -> impl Iterator<Item = u16> + 'r {
    let entries = one.allowed.iter().chain(&other.allowed).map(|selected| selected.entry);
    entries.filter(|entry| covers(one, other, *entry))
}

fn covers(one: &Role, other: &Role, entry: u16) -> bool {
    let has = |role: &Role, side| role.allowed.contains(&Selected { entry, side });
    has(one, Side::Any)
        || has(other, Side::Any)
        || (has(one, Side::First) && has(other, Side::Second))
        || (has(one, Side::Second) && has(other, Side::First))
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
