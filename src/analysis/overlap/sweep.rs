//! The sweep: finds who shares addresses with whom among sorted prefixes, in one walk with a stack of parents.
//!
//! Two prefixes overlap only when one lies in the other, so a walk in sorted order, which keeps the prefixes around
//! the present one on a stack, meets every overlap. It never lists pairs: the stack carries a summary of the colours
//! above and below, and a prefix needs nothing but that to know whether it has a partner. Time is `O(n log n)` for
//! sorting and `O(n)` for the walk; output grows with the members.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::clusters::{Cluster, push_space};

/// A prefix that somebody holds, as far as the sweep needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The prefix.
    pub prefix: IpNet,
    /// Holdings of one colour never collide.
    pub colour: u32,
    /// Its row and column in the table of pairs.
    pub role: u16,
}

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

    fn roles(&self) -> usize {
        self.partners.len()
    }

    fn partners(&self, role: u16) -> &[u16] {
        &self.partners[usize::from(role)]
    }
}

/// Holdings sorted by prefix, by their positions, ready for any number of sweeps.
#[derive(Debug, Default)]
pub struct Sorted {
    v4: Vec<(V4, u32)>,
    v6: Vec<(V6, u32)>,
}

impl Sorted {
    /// Sorts prefixes; each is known by its position from then on.
    ///
    /// # Panics
    /// With more than 2^32 prefixes.
    #[must_use]
    pub fn new(prefixes: impl IntoIterator<Item = IpNet>) -> Self {
        let mut sorted = Self::default();
        for (position, prefix) in prefixes.into_iter().enumerate() {
            let position = u32::try_from(position).expect("fewer than 2^32 prefixes");
            match prefix {
                IpNet::V4(net) => sorted.v4.push((net.into(), position)),
                IpNet::V6(net) => sorted.v6.push((net.into(), position)),
            }
        }
        sorted.v4.sort_unstable();
        sorted.v6.sort_unstable();
        sorted
    }

    /// Finds the clusters among the holdings, all of which are compared. IPv4 comes first.
    #[must_use]
    pub fn clusters(&self, holdings: &[Holding], pairs: &Pairs) -> Vec<Cluster> {
        let mut clusters = sweep(&self.v4, holdings, pairs);
        clusters.append(&mut sweep(&self.v6, holdings, pairs));
        clusters
    }

    /// Finds the clusters of each group by itself; holdings without a group are left out. Clusters come by group.
    #[must_use]
    pub fn clusters_by_group(
        &self,
        holdings: &[Holding],
        group: impl Fn(u32) -> Option<u32>,
        pairs: &Pairs,
    ) -> Vec<Cluster> {
        let mut clusters = by_group(&self.v4, holdings, &group, pairs);
        clusters.append(&mut by_group(&self.v6, holdings, &group, pairs));
        clusters
    }
}

fn by_group<K: Key>(
    sorted: &[(K, u32)],
    holdings: &[Holding],
    group: &impl Fn(u32) -> Option<u32>,
    pairs: &Pairs,
) -> Vec<Cluster> {
    let grouped = sorted.iter().filter_map(|entry| Some((group(entry.1)?, *entry)));
    let mut grouped: Vec<(u32, (K, u32))> = grouped.collect();
    grouped.sort_by_key(|(group, _)| *group);
    let mut entries = Vec::new();
    let mut clusters = Vec::new();
    for run in grouped.chunk_by(|(a, _), (b, _)| a == b).filter(|run| run.len() > 1) {
        entries.clear();
        entries.extend(run.iter().map(|(_, entry)| *entry));
        clusters.append(&mut sweep(&entries, holdings, pairs));
    }
    clusters
}

/// A prefix on the stack: the ones below it lie in it.
struct Frame<K> {
    key: K,
    /// Its holdings, a range of the sorted ones.
    first: usize,
    end: usize,
    /// Whether its addresses, or those of one around it, are in dispute.
    disputed: bool,
}

/// One walk over the sorted prefixes of a family.
struct Walk<'a, K> {
    sorted: &'a [(K, u32)],
    /// The colour and the role of each of the sorted. Beside one another, since looking them up in the order of the
    /// holdings at every step costs more than the rest of the walk.
    held: Vec<(u32, u16)>,
    pairs: &'a Pairs,
    stack: Vec<Frame<K>>,
    /// For each frame, the colours of each role in it and around it.
    above: Vec<Colours>,
    /// For each frame, the colours of each role in what lies in it.
    below: Vec<Colours>,
    /// Which of the sorted have a partner.
    has_partner: Vec<bool>,
    /// Prefixes in dispute that lie in no other one in dispute.
    spaces: Vec<K>,
}

fn sweep<K: Key>(sorted: &[(K, u32)], holdings: &[Holding], pairs: &Pairs) -> Vec<Cluster> {
    if pairs.is_empty() || sorted.len() < 2 {
        return Vec::new();
    }
    let held = sorted.iter().map(|(_, position)| &holdings[*position as usize]);
    let mut walk = Walk {
        sorted,
        held: held.map(|holding| (holding.colour, holding.role)).collect(),
        pairs,
        stack: Vec::new(),
        above: Vec::new(),
        below: Vec::new(),
        has_partner: vec![false; sorted.len()],
        spaces: Vec::new(),
    };
    walk.run();
    walk.clusters()
}

impl<K: Key> Walk<'_, K> {
    fn run(&mut self) {
        let mut first = 0;
        while first < self.sorted.len() {
            let key = self.sorted[first].0;
            let same = self.sorted[first..].iter().take_while(|(other, _)| *other == key).count();
            while self.stack.last().is_some_and(|frame| !frame.key.contains(key)) {
                self.leave();
            }
            self.enter(key, first, first + same);
            first += same;
        }
        while !self.stack.is_empty() {
            self.leave();
        }
    }

    /// Puts a prefix on the stack, and looks for partners in it and around it.
    fn enter(&mut self, key: K, first: usize, end: usize) {
        let roles = self.pairs.roles();
        let start = self.above.len();
        match start.checked_sub(roles) {
            Some(parent) => self.above.extend_from_within(parent..),
            None => self.above.resize(roles, Colours::NONE),
        }
        self.below.resize(start + roles, Colours::NONE);
        for (colour, role) in &self.held[first..end] {
            self.above[start + usize::from(*role)].add(*colour);
        }
        let mut in_dispute = false;
        for at in first..end {
            let partner = self.finds_partner(at, &self.above[start..]);
            self.has_partner[at] = partner;
            in_dispute |= partner;
        }
        let around = self.stack.last().is_some_and(|frame| frame.disputed);
        if in_dispute && !around {
            self.spaces.push(key);
        }
        self.stack.push(Frame { key, first, end, disputed: around || in_dispute });
    }

    /// Takes the last prefix off the stack, looks for partners in what lay in it, and tells the one around it.
    fn leave(&mut self) {
        let Some(frame) = self.stack.pop() else { return };
        let roles = self.pairs.roles();
        let start = self.above.len() - roles;
        for at in frame.first..frame.end {
            self.has_partner[at] = self.has_partner[at] || self.finds_partner(at, &self.below[start..]);
        }
        for (colour, role) in &self.held[frame.first..frame.end] {
            self.below[start + usize::from(*role)].add(*colour);
        }
        self.above.truncate(start);
        if let Some(parent) = start.checked_sub(roles) {
            let (rest, inner) = self.below.split_at_mut(start);
            rest[parent..].iter_mut().zip(inner).for_each(|(outer, inner)| outer.merge(*inner));
        }
        self.below.truncate(start);
    }

    fn finds_partner(&self, at: usize, colours: &[Colours]) -> bool {
        let (colour, role) = self.held[at];
        self.pairs.partners(role).iter().any(|other| colours[usize::from(*other)].has_other_than(colour))
    }

    /// Gathers those with partners under the widest of them.
    fn clusters(self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut spaces = self.spaces.iter().peekable();
        let mut around: Option<K> = None;
        let involved = self.sorted.iter().zip(&self.has_partner).filter(|(_, partner)| **partner);
        for ((key, position), _) in involved {
            if !around.is_some_and(|around| around.contains(*key)) {
                around = Some(*key);
                let mut inside = Vec::new();
                while let Some(space) = spaces.next_if(|space| key.contains(**space)) {
                    push_space(&mut inside, space.prefix());
                }
                clusters.push(Cluster { within: key.prefix(), spaces: inside, members: Vec::new() });
            }
            if let Some(cluster) = clusters.last_mut() {
                cluster.members.push(*position);
            }
        }
        clusters
    }
}

/// A set of colours, of which nothing is remembered but whether there are none, one or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colours(u64);

impl Colours {
    const NONE: Self = Self(u64::MAX);
    const SEVERAL: Self = Self(u64::MAX - 1);

    fn add(&mut self, colour: u32) {
        self.merge(Self(u64::from(colour)));
    }

    fn merge(&mut self, other: Self) {
        if *self == Self::NONE {
            *self = other;
        } else if other != Self::NONE && *self != other {
            *self = Self::SEVERAL;
        }
    }

    fn has_other_than(self, colour: u32) -> bool {
        self != Self::NONE && self.0 != u64::from(colour)
    }
}

/// A prefix of one family. Orders by first address, the wider prefix first: whatever lies in a prefix follows it.
trait Key: Copy + Ord {
    /// Tells whether `other` lies in it, or is the same.
    fn contains(self, other: Self) -> bool;

    /// Returns the prefix.
    fn prefix(self) -> IpNet;
}

/// An IPv4 prefix: the first address, then the length in the lowest eight bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct V4(u64);

/// An IPv6 prefix: the first address, then the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct V6(u128, u8);

impl From<Ipv4Net> for V4 {
    fn from(net: Ipv4Net) -> Self {
        Self(u64::from(u32::from(net.network())) << 8 | u64::from(net.prefix_len()))
    }
}

impl From<Ipv6Net> for V6 {
    fn from(net: Ipv6Net) -> Self {
        Self(u128::from(net.network()), net.prefix_len())
    }
}

impl Key for V4 {
    fn contains(self, other: Self) -> bool {
        let length = self.0 & 0xff;
        length <= other.0 & 0xff && (self.0 ^ other.0) >> (40 - length) == 0
    }

    fn prefix(self) -> IpNet {
        let [_, _, _, a, b, c, d, length] = self.0.to_be_bytes();
        Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length).into()
    }
}

impl Key for V6 {
    fn contains(self, other: Self) -> bool {
        let differing = (self.0 ^ other.0).checked_shr(128 - u32::from(self.1)).unwrap_or_default();
        self.1 <= other.1 && differing == 0
    }

    fn prefix(self) -> IpNet {
        Ipv6Net::new_assert(Ipv6Addr::from(self.0), self.1).into()
    }
}

#[cfg(test)]
mod tests;
