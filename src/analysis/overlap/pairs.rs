//! Which holdings a sweep pairs: a table of roles, and colours that must differ.

/// Which roles collide with which; symmetric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    partners: Vec<Vec<u16>>,
}

impl Pairs {
    /// Makes the table for roles `0..roles` by asking `collide` about each pair, a role with itself included.
    #[must_use]
    pub fn new(roles: u16, collide: impl Fn(u16, u16) -> bool) -> Self {
        let row = |role| (0..roles).filter(|other| collide(role, *other)).collect();
        Self { partners: (0..roles).map(row).collect() }
    }

    /// Makes the table of one role, which collides with itself.
    #[must_use]
    pub fn everything() -> Self {
        Self::new(1, |_, _| true)
    }

    /// Tells whether nothing collides.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.partners.iter().all(Vec::is_empty)
    }

    pub(super) fn roles(&self) -> usize {
        self.partners.len()
    }

    pub(super) fn partners(&self, role: u16) -> &[u16] {
        &self.partners[usize::from(role)]
    }
}

/// A set of colours, of which nothing is remembered but whether there are none, one or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours(u64);

impl Colours {
    pub const NONE: Self = Self(u64::MAX);
    const SEVERAL: Self = Self(u64::MAX - 1);

    pub fn add(&mut self, colour: u32) {
        self.merge(Self(u64::from(colour)));
    }

    pub fn merge(&mut self, other: Self) {
        if *self == Self::NONE {
            *self = other;
        } else if other != Self::NONE && *self != other {
            *self = Self::SEVERAL;
        }
    }

    pub fn has_other_than(self, colour: u32) -> bool {
        self != Self::NONE && self.0 != u64::from(colour)
    }
}
