//! The engine: finds overlapping prefixes in one pass over the sorted prefixes, and never compares pairs.
//!
//! Two prefixes either nest or have no address in common. So the prefixes are sorted by first address, the wider one
//! first, and walked once with a stack: when the walk reaches a prefix, the stack contains exactly the prefixes that
//! contain it, and when that prefix leaves the stack, everything inside it has been seen.
//!
//! Each stack frame stores, per role, whether zero, one or several groups contain this prefix or are contained by it.
//! That decides exactly whether it collides with a member of another group. Which groups or items they are does not
//! matter, so 5,000 equal prefixes cost 5,000 steps and not 12 million comparisons.
//!
//! With `n` items and `r` roles, sorting takes `O(n log n)` and the walk `O(n * r)`. There are few roles. The output
//! grows with the items that collide, not with the pairs.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::clusters::{Cluster, push_merging_halves};

/// A prefix, and all that decides with which other prefixes it collides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepItem {
    /// The prefix.
    pub prefix: IpNet,
    /// Items of one group never collide with one another.
    pub group: u32,
    /// Its row and column in [`RolePairs`].
    pub role: u16,
}

/// Which roles collide with which. Symmetric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePairs {
    partners: Vec<Vec<u16>>,
}

impl RolePairs {
    /// Makes the table for the roles `0..roles`. `collide` is asked about each pair, including a role with itself.
    #[must_use]
    pub fn new(roles: u16, collide: impl Fn(u16, u16) -> bool) -> Self {
        let row = |role| (0..roles).filter(|other| collide(role, *other)).collect();
        Self { partners: (0..roles).map(row).collect() }
    }

    /// Makes the table of a single role that collides with itself.
    #[must_use]
    pub fn single_role() -> Self {
        Self::new(1, |_, _| true)
    }

    fn is_empty(&self) -> bool {
        self.partners.iter().all(Vec::is_empty)
    }

    fn role_count(&self) -> usize {
        self.partners.len()
    }

    fn partners(&self, role: u16) -> &[u16] {
        &self.partners[usize::from(role)]
    }
}

/// Prefixes sorted once, for any number of sweeps. Each is known by its position in the input.
#[derive(Debug, Default)]
pub struct SortedPrefixes {
    v4: Vec<(KeyV4, u32)>,
    v6: Vec<(KeyV6, u32)>,
}

impl SortedPrefixes {
    /// Sorts prefixes.
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

    /// Finds the clusters among all items. `items` are in the order of the input. IPv4 comes first.
    #[must_use]
    pub fn find_clusters(&self, items: &[SweepItem], pairs: &RolePairs) -> Vec<Cluster> {
        let mut clusters = sweep_family(&self.v4, items, pairs);
        clusters.append(&mut sweep_family(&self.v6, items, pairs));
        clusters
    }

    /// Sweeps each partition of the items separately: items of different partitions are not compared. Clusters come
    /// in the order of the partitions, IPv4 first.
    #[must_use]
    pub fn find_clusters_by_partition(
        &self,
        items: &[SweepItem],
        partition: impl Fn(u32) -> u32,
        pairs: &RolePairs,
    ) -> Vec<Cluster> {
        let mut clusters = sweep_partitions(&self.v4, items, &partition, pairs);
        clusters.append(&mut sweep_partitions(&self.v6, items, &partition, pairs));
        clusters
    }
}

fn sweep_partitions<K: SweepKey>(
    sorted: &[(K, u32)],
    items: &[SweepItem],
    partition: &impl Fn(u32) -> u32,
    pairs: &RolePairs,
) -> Vec<Cluster> {
    let mut entries: Vec<(u32, (K, u32))> = sorted.iter().map(|entry| (partition(entry.1), *entry)).collect();
    // The sort is stable, so the prefixes of each partition stay in order.
    entries.sort_by_key(|(partition, _)| *partition);
    let mut run_entries = Vec::new();
    let mut clusters = Vec::new();
    // A prefix alone in its partition collides with nothing. Most networks are not connected, so this saves most walks.
    for run in entries.chunk_by(|(a, _), (b, _)| a == b).filter(|run| run.len() > 1) {
        run_entries.clear();
        run_entries.extend(run.iter().map(|(_, entry)| *entry));
        clusters.append(&mut sweep_family(&run_entries, items, pairs));
    }
    clusters
}

/// Sweeps the prefixes of one address family.
fn sweep_family<K: SweepKey>(sorted: &[(K, u32)], items: &[SweepItem], pairs: &RolePairs) -> Vec<Cluster> {
    if pairs.is_empty() || sorted.len() < 2 {
        return Vec::new();
    }
    let items_in_order = sorted.iter().map(|(_, position)| &items[*position as usize]);
    let mut sweep = Sweep {
        sorted,
        groups_and_roles: items_in_order.map(|item| (item.group, item.role)).collect(),
        pairs,
        stack: Vec::new(),
        around: Vec::new(),
        inside: Vec::new(),
        collides: vec![false; sorted.len()],
        spaces: Vec::new(),
    };
    sweep.walk();
    sweep.into_clusters()
}

/// A prefix on the stack. It lies in all frames below it.
struct StackFrame<K> {
    key: K,
    /// The items with exactly this prefix: a range of the sorted ones.
    first: usize,
    end: usize,
    /// Whether all its addresses are known to be in collision, by its own items or by a prefix around it.
    is_in_collision: bool,
}

/// One walk over the sorted prefixes of one address family.
struct Sweep<'a, K> {
    sorted: &'a [(K, u32)],
    /// Group and role of each sorted item. Copied into sorted order, because looking them up in the order of the input
    /// at every step would cost more than the rest of the walk.
    groups_and_roles: Vec<(u32, u16)>,
    pairs: &'a RolePairs,
    stack: Vec<StackFrame<K>>,
    /// One summary per role for each frame: the groups that have this prefix or one around it. Frame `i` has the slots
    /// `i * roles .. (i + 1) * roles`.
    around: Vec<GroupSet>,
    /// One summary per role for each frame, in the same slots: the groups that have a prefix inside this one, as far as
    /// seen.
    inside: Vec<GroupSet>,
    /// Which of the sorted items collide.
    collides: Vec<bool>,
    /// The prefixes in collision that lie in no other one in collision, in order.
    spaces: Vec<K>,
}

impl<K: SweepKey> Sweep<'_, K> {
    fn walk(&mut self) {
        let mut first = 0;
        while first < self.sorted.len() {
            let key = self.sorted[first].0;
            let equal = self.sorted[first..].iter().take_while(|(other, _)| *other == key).count();
            // By the order of sorting, a prefix that does not contain this one contains none of the later ones either.
            while self.stack.last().is_some_and(|frame| !frame.key.contains(key)) {
                self.pop_frame();
            }
            self.push_frame(key, first, first + equal);
            first += equal;
        }
        while !self.stack.is_empty() {
            self.pop_frame();
        }
    }

    /// Pushes a prefix, and finds which of its items collide with items that have the same prefix or one around it.
    fn push_frame(&mut self, key: K, first: usize, end: usize) {
        let roles = self.pairs.role_count();
        let start = self.around.len();
        match start.checked_sub(roles) {
            // Whatever is around the parent is around this prefix, too.
            Some(parent) => self.around.extend_from_within(parent..),
            None => self.around.resize(roles, GroupSet::NONE),
        }
        self.inside.resize(start + roles, GroupSet::NONE);
        // All of them before any is judged, because items with the same prefix collide with each other too.
        for (group, role) in &self.groups_and_roles[first..end] {
            self.around[start + usize::from(*role)].add(*group);
        }
        let mut any_collides = false;
        for at in first..end {
            let collides = self.has_partner(at, &self.around[start..]);
            self.collides[at] = collides;
            any_collides |= collides;
        }
        // Decided here and not when the frame is popped: an item that collides only with what lies inside it shares no
        // more than the addresses of those smaller prefixes, and each of them is added by itself.
        let is_covered = self.stack.last().is_some_and(|frame| frame.is_in_collision);
        if any_collides && !is_covered {
            self.spaces.push(key);
        }
        self.stack.push(StackFrame { key, first, end, is_in_collision: is_covered || any_collides });
    }

    /// Pops the innermost prefix, finds which of its items collide with what lies inside it, and adds all of that to
    /// what lies inside its parent.
    fn pop_frame(&mut self) {
        let Some(frame) = self.stack.pop() else { return };
        let roles = self.pairs.role_count();
        let start = self.around.len() - roles;
        // Items with the same prefix are not in `inside` yet: they were compared when the frame was pushed.
        for at in frame.first..frame.end {
            self.collides[at] = self.collides[at] || self.has_partner(at, &self.inside[start..]);
        }
        // What lies inside this prefix, and its own items, lie inside the parent.
        for (group, role) in &self.groups_and_roles[frame.first..frame.end] {
            self.inside[start + usize::from(*role)].add(*group);
        }
        self.around.truncate(start);
        if let Some(parent) = start.checked_sub(roles) {
            let (outer, inner) = self.inside.split_at_mut(start);
            outer[parent..].iter_mut().zip(inner).for_each(|(outer, inner)| outer.merge(*inner));
        }
        self.inside.truncate(start);
    }

    /// Tells whether an item collides with any of the groups, which are summarized per role.
    fn has_partner(&self, at: usize, groups: &[GroupSet]) -> bool {
        let (group, role) = self.groups_and_roles[at];
        self.pairs.partners(role).iter().any(|other| groups[usize::from(*other)].has_other_than(group))
    }

    /// Collects the items that collide into one cluster per outermost prefix.
    fn into_clusters(self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut spaces = self.spaces.iter().peekable();
        let mut outermost: Option<K> = None;
        let colliding = self.sorted.iter().zip(&self.collides).filter(|(_, collides)| **collides);
        for ((key, position), _) in colliding {
            if !outermost.is_some_and(|outermost| outermost.contains(*key)) {
                outermost = Some(*key);
                let mut inside = Vec::new();
                // Spaces are in the same order as the items, so those of this cluster are the next ones.
                while let Some(space) = spaces.next_if(|space| key.contains(**space)) {
                    push_merging_halves(&mut inside, space.to_prefix());
                }
                clusters.push(Cluster { within: key.to_prefix(), spaces: inside, members: Vec::new() });
            }
            if let Some(cluster) = clusters.last_mut() {
                cluster.members.push(*position);
            }
        }
        clusters
    }
}

/// A set of groups of which only this is remembered: none, exactly one (and which), or several.
///
/// More is not needed: an item collides if the set has any group other than its own. One number instead of an enum,
/// since a frame has two for each role and they are copied at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct GroupSet(u64);

impl GroupSet {
    // Groups have 32 bits, so neither number is one of a group.
    const NONE: Self = Self(u64::MAX);
    const SEVERAL: Self = Self(u64::MAX - 1);

    fn add(&mut self, group: u32) {
        self.merge(Self(u64::from(group)));
    }

    fn merge(&mut self, other: Self) {
        if *self == Self::NONE {
            *self = other;
        } else if other != Self::NONE && *self != other {
            *self = Self::SEVERAL;
        }
    }

    fn has_other_than(self, group: u32) -> bool {
        // `SEVERAL` differs from the number of every group, which is right: at least one of several is another one.
        self != Self::NONE && self.0 != u64::from(group)
    }
}

/// A prefix of one address family as a number that sorts and nests in a few machine instructions.
///
/// Sorts by first address, the wider prefix first: whatever lies in a prefix follows it.
trait SweepKey: Copy + Ord {
    /// Tells whether `other` lies in it, or is the same.
    fn contains(self, other: Self) -> bool;

    fn to_prefix(self) -> IpNet;
}

/// An IPv4 prefix: the first address, then the length in the lowest eight bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KeyV4(u64);

/// An IPv6 prefix: the first address, then the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KeyV6(u128, u8);

impl From<Ipv4Net> for KeyV4 {
    fn from(net: Ipv4Net) -> Self {
        Self(u64::from(u32::from(net.network())) << 8 | u64::from(net.prefix_len()))
    }
}

impl From<Ipv6Net> for KeyV6 {
    fn from(net: Ipv6Net) -> Self {
        Self(u128::from(net.network()), net.prefix_len())
    }
}

impl SweepKey for KeyV4 {
    fn contains(self, other: Self) -> bool {
        let length = self.0 & 0xff;
        // The address begins at bit 8 and has 32 bits; only its first `length` bits are compared.
        length <= other.0 & 0xff && (self.0 ^ other.0) >> (40 - length) == 0
    }

    fn to_prefix(self) -> IpNet {
        let [_, _, _, a, b, c, d, length] = self.0.to_be_bytes();
        Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length).into()
    }
}

impl SweepKey for KeyV6 {
    fn contains(self, other: Self) -> bool {
        // Shifting by all 128 bits, for ::/0, leaves nothing to differ.
        let differing = (self.0 ^ other.0).checked_shr(128 - u32::from(self.1)).unwrap_or_default();
        self.1 <= other.1 && differing == 0
    }

    fn to_prefix(self) -> IpNet {
        Ipv6Net::new_assert(Ipv6Addr::from(self.0), self.1).into()
    }
}

#[cfg(test)]
mod tests;
