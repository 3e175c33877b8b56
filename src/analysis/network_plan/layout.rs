//! Where each subnet goes in a network.
//!
//! The subnets of one name form a *group*: a slot for each zone, each so wide as its subnet may grow. The slots of a new
//! group are next to each other in one aligned prefix, so that routes and rules can name the group by it, and they are
//! there for the greatest number of zones from the beginning. Groups are placed from the widest to the narrowest, then by
//! name. Because prefixes are aligned, this finds room whenever there is room for all of them.

use ipnet::IpNet;

use crate::analysis::addresses::{free, overlaps};

/// The subnets of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetGroup {
    /// The name.
    pub name: String,
    /// The length of each subnet's prefix.
    pub length: u8,
    /// The length of what each may grow to; at most `length`.
    pub slot_length: u8,
    /// The zones that need a subnet; one `None` where the subnet is for all zones.
    pub zones: Vec<Option<String>>,
    /// How many zones room is kept for.
    pub max_zones: usize,
    /// Those that have their prefixes already. They keep them.
    pub kept: Vec<KeptSubnet>,
}

/// A subnet that has its prefix already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSubnet {
    /// Its zone.
    pub zone: Option<String>,
    /// Its prefix.
    pub prefix: IpNet,
    /// Whether it may be widened where it is: it is planned, and not built yet.
    pub may_widen: bool,
}

/// A subnet in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSubnet {
    /// The name of its group.
    pub group: String,
    /// Its zone.
    pub zone: Option<String>,
    /// Its prefix.
    pub prefix: IpNet,
    /// What it may grow to without touching another subnet.
    pub slot: IpNet,
}

/// Where everything is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubnetLayout {
    /// The subnets, by name and zone.
    pub placed: Vec<PlacedSubnet>,
    /// Slots for zones to come, with the names of their groups, by name.
    pub held: Vec<(String, IpNet)>,
    /// What is neither used nor held, by address.
    pub left: Vec<IpNet>,
    /// Whether the slots of some new group are not next to each other, because no room is so wide.
    pub is_torn: bool,
}

/// Why there is no layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// There is no room for a group.
    #[error("there is no room for the subnet `{name}`: it needs /{length}, and {}", left(*.widest))]
    NoRoom {
        /// The name of the group.
        name: String,
        /// The length of the prefix that it needs.
        length: u8,
        /// The length of the largest prefix that is left.
        widest: Option<u8>,
    },
    /// A planned subnet should become wider than it can where it is.
    #[error("the subnet `{name}` cannot grow from {prefix} to /{length}: the addresses beside it are in use")]
    NoRoomToGrow {
        /// The name of the group.
        name: String,
        /// Its prefix.
        prefix: IpNet,
        /// How wide it should become.
        length: u8,
    },
}

fn left(widest: Option<u8>) -> String {
    widest.map_or_else(
        || "nothing is left".to_owned(),
        |length| format!("the largest prefix left is /{length}"),
    )
}

/// Lays `groups` out in a network that has `prefixes`, of which `taken` are in use by others.
///
/// Where not every new group has room in one piece, their slots are placed one by one.
///
/// # Errors
/// When there is no room.
pub fn lay_out(
    prefixes: &[IpNet],
    taken: &[IpNet],
    groups: &[SubnetGroup],
) -> Result<SubnetLayout, LayoutError> {
    let mut groups: Vec<&SubnetGroup> = groups.iter().collect();
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    let mut builder = LayoutBuilder::new(prefixes, taken, &groups);
    builder.keep(&groups)?;
    let (together, apart) = (builder.blocks(&groups, true), builder.blocks(&groups, false));
    if let Ok(layout) = builder.clone().place(together) {
        return Ok(layout);
    }
    builder.place(apart).map(|layout| SubnetLayout { is_torn: true, ..layout })
}

/// A piece of the network to be found: slots of one group in one aligned prefix.
#[derive(Debug)]
struct LayoutBlock<'g> {
    group: &'g SubnetGroup,
    /// The length of the aligned prefix.
    length: u8,
    /// The slots in it that have a subnet, by their zones; the others are held.
    zones: Vec<Option<String>>,
    /// How many slots are used or held.
    slots: usize,
}

#[derive(Debug, Clone)]
struct LayoutBuilder {
    space: FreePrefixes,
    layout: SubnetLayout,
}

impl LayoutBuilder {
    fn new(prefixes: &[IpNet], taken: &[IpNet], groups: &[&SubnetGroup]) -> Self {
        let kept = groups.iter().flat_map(|group| &group.kept).map(|kept| kept.prefix);
        let taken: Vec<IpNet> = taken.iter().copied().chain(kept).collect();
        Self { space: FreePrefixes::new(prefixes, &taken), layout: SubnetLayout::default() }
    }

    /// Leaves what has its prefix where it is. What it needs comes before what is only held: prefixes that grow, then
    /// new zones beside those that are there, then room to grow and for zones to come.
    fn keep(&mut self, groups: &[&SubnetGroup]) -> Result<(), LayoutError> {
        for group in groups {
            for kept in &group.kept {
                let prefix = self.widen(group, kept)?;
                self.add(group, kept.zone.clone(), prefix, prefix);
            }
        }
        for group in groups.iter().filter(|group| !group.kept.is_empty()) {
            for zone in missing_zones(group) {
                let Some(slot) = self.next_slot(group) else { break };
                self.space.occupy(slot);
                self.add(group, zone, first_of(slot, group.length), slot);
            }
        }
        for at in 0..self.layout.placed.len() {
            let PlacedSubnet { group, slot, .. } = &self.layout.placed[at];
            let length = groups.iter().find(|one| one.name == *group).map_or(0, |group| group.slot_length);
            let slot = self.space.widest_around(*slot, length);
            self.space.occupy(slot);
            self.layout.placed[at].slot = slot;
        }
        for group in groups.iter().filter(|group| !group.kept.is_empty()) {
            for _ in self.zones_of(&group.name).len()..group.max_zones {
                let Some(slot) = self.next_slot(group) else { break };
                self.space.occupy(slot);
                self.layout.held.push((group.name.clone(), slot));
            }
        }
        Ok(())
    }

    fn widen(&mut self, group: &SubnetGroup, kept: &KeptSubnet) -> Result<IpNet, LayoutError> {
        if !kept.may_widen || kept.prefix.prefix_len() <= group.length {
            return Ok(kept.prefix);
        }
        let wider = self.space.widest_around(kept.prefix, group.length);
        if wider.prefix_len() > group.length {
            let (name, prefix) = (group.name.clone(), kept.prefix);
            return Err(LayoutError::NoRoomToGrow { name, prefix, length: group.length });
        }
        self.space.occupy(wider);
        Ok(wider)
    }

    /// Finds the first free slot beside the subnets that a group has.
    fn next_slot(&self, group: &SubnetGroup) -> Option<IpNet> {
        let ranges = group.kept.iter().filter_map(|kept| around(kept.prefix, group_length(group)));
        let mut slots = ranges.flat_map(|range| slots(range, group.slot_length));
        slots.find(|slot| self.space.is_free(*slot))
    }

    /// Returns the zones of the subnets of `group` that are placed.
    fn zones_of(&self, group: &str) -> Vec<Option<&str>> {
        let placed = self.layout.placed.iter().filter(|placed| placed.group == group);
        let mut zones: Vec<Option<&str>> = placed.map(|placed| placed.zone.as_deref()).collect();
        zones.sort_unstable();
        zones.dedup();
        zones
    }

    /// Lists what is still to be placed, from the widest to the narrowest, then by name: each new group as one block if
    /// `together`, otherwise each slot as one.
    fn blocks<'g>(&self, groups: &[&'g SubnetGroup], together: bool) -> Vec<LayoutBlock<'g>> {
        let mut blocks = Vec::new();
        for &group in groups {
            let placed = self.zones_of(&group.name);
            let mut zones = missing_zones(group);
            zones.retain(|zone| !placed.contains(&zone.as_deref()));
            if together && group.kept.is_empty() {
                blocks.push(LayoutBlock {
                    group,
                    length: group_length(group),
                    zones,
                    slots: group.max_zones,
                });
                continue;
            }
            let held = if group.kept.is_empty() { group.max_zones.saturating_sub(zones.len()) } else { 0 };
            let single = |zones| LayoutBlock { group, length: group.slot_length, zones, slots: 1 };
            blocks.extend(zones.into_iter().map(|zone| single(vec![zone])));
            blocks.extend((0..held).map(|_| single(Vec::new())));
        }
        // Stable, so the blocks of one group stay in the order of their zones.
        blocks.sort_by_key(|block| block.length);
        blocks
    }

    fn place(mut self, blocks: Vec<LayoutBlock<'_>>) -> Result<SubnetLayout, LayoutError> {
        for LayoutBlock { group, length, zones, slots: count } in blocks {
            // Of an aligned prefix only the slots that the group may ever use are taken.
            let found = self.space.best_fit(length).ok_or_else(|| LayoutError::NoRoom {
                name: group.name.clone(),
                length,
                widest: self.space.widest(),
            })?;
            let mut zones = zones.into_iter();
            for slot in slots(found, group.slot_length).take(count) {
                self.space.occupy(slot);
                match zones.next() {
                    Some(zone) => self.add(group, zone, first_of(slot, group.length), slot),
                    None => self.layout.held.push((group.name.clone(), slot)),
                }
            }
        }
        self.layout.placed.sort_by(|one, other| {
            (&one.group, &one.zone, one.prefix).cmp(&(&other.group, &other.zone, other.prefix))
        });
        self.layout.held.sort_unstable();
        self.layout.left = self.space.left();
        Ok(self.layout)
    }

    fn add(&mut self, group: &SubnetGroup, zone: Option<String>, prefix: IpNet, slot: IpNet) {
        self.layout.placed.push(PlacedSubnet { group: group.name.clone(), zone, prefix, slot });
    }
}

/// Returns the zones of a group that have no subnet yet, in order.
fn missing_zones(group: &SubnetGroup) -> Vec<Option<String>> {
    let mut zones = group.zones.clone();
    zones.retain(|zone| !group.kept.iter().any(|kept| kept.zone == *zone));
    zones.sort_unstable();
    zones
}

/// Returns the length of the aligned prefix that has a slot for each zone of a group.
fn group_length(group: &SubnetGroup) -> u8 {
    let bits = group.max_zones.max(1).next_power_of_two().ilog2();
    group.slot_length.saturating_sub(u8::try_from(bits).unwrap_or(u8::MAX))
}

/// Returns the prefix of `length` around `prefix`; `None` if `prefix` is wider.
fn around(prefix: IpNet, length: u8) -> Option<IpNet> {
    IpNet::new(prefix.addr(), length).ok().filter(|_| length <= prefix.prefix_len()).map(|net| net.trunc())
}

fn slots(range: IpNet, length: u8) -> impl Iterator<Item = IpNet> {
    range.subnets(length).into_iter().flatten()
}

/// Returns the first prefix of `length` in `slot`, which is not narrower.
fn first_of(slot: IpNet, length: u8) -> IpNet {
    IpNet::new(slot.network(), length).unwrap_or(slot)
}

/// What is free of a network. Every free prefix is inside one of these, which are as wide as they can be.
#[derive(Debug, Clone)]
struct FreePrefixes(Vec<IpNet>);

impl FreePrefixes {
    /// Begins with the prefixes of a network, less those that are `taken`.
    pub fn new(prefixes: &[IpNet], taken: &[IpNet]) -> Self {
        Self(
            IpNet::aggregate(&prefixes.to_vec()).into_iter().flat_map(|prefix| free(prefix, taken)).collect(),
        )
    }

    pub fn is_free(&self, prefix: IpNet) -> bool {
        self.0.iter().any(|free| free.contains(&prefix))
    }

    /// Leaves out whatever of `prefix` is free.
    pub fn occupy(&mut self, prefix: IpNet) {
        let (inside, mut kept): (Vec<IpNet>, Vec<IpNet>) =
            self.0.iter().partition(|free| overlaps(**free, prefix));
        kept.extend(inside.into_iter().flat_map(|around| free(around, &[prefix])));
        self.0 = kept;
    }

    /// Finds a prefix of `length` where taking it breaks the least: in the narrowest free prefix, by address.
    pub fn best_fit(&self, length: u8) -> Option<IpNet> {
        let wide = self.0.iter().filter(|free| free.prefix_len() <= length);
        let around = wide.min_by_key(|free| (u8::MAX - free.prefix_len(), free.network()))?;
        IpNet::new(around.network(), length).ok()
    }

    /// Returns the widest prefix around `prefix` of which everything else is free, up to `length`.
    pub fn widest_around(&self, prefix: IpNet, length: u8) -> IpNet {
        let mut widest = prefix;
        while let Some(wider) = widest.supernet().filter(|wider| wider.prefix_len() >= length) {
            let mut halves = wider.subnets(widest.prefix_len()).into_iter().flatten();
            if !halves.all(|half| half == widest || self.is_free(half)) {
                break;
            }
            widest = wider;
        }
        widest
    }

    /// Returns the free prefixes, by address.
    pub fn left(mut self) -> Vec<IpNet> {
        self.0.sort_unstable();
        self.0
    }

    /// Returns the length of the widest free prefix.
    pub fn widest(&self) -> Option<u8> {
        self.0.iter().map(IpNet::prefix_len).min()
    }
}
