//! Finds collisions: sweeps for each class, looks at each prefix alone, and makes findings of what comes out.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::super::addresses::{overlaps, reserved_ranges};
use super::super::reservations::fulfils;
use super::allow_list::AllowSide;
use super::baseline::Baseline;
use super::clusters::{Cluster, FragmentSource, merge_split_clusters};
use super::comparison::{Comparison, Fragment, Fragments, OverlapError, OverlapInput};
use super::findings::{
    AllowState, AllowUse, AskedPrefixes, Compared, Finding, FindingStatus, Member, MemberOrigin,
};
use super::messages::{self, FindingText};
use super::owners::PrefixSource;
use super::sweep::{RolePairs, SortedPrefixes, SweepItem};
use crate::model::{Allowance, Class, Level};

/// The classes of collisions between prefixes. The others are of one prefix alone.
const COLLISIONS: [Class; 5] =
    [Class::Connected, Class::Planned, Class::External, Class::Latent, Class::DefaultNetwork];

/// What was found, before the baseline and the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UngatedFindings {
    /// The findings; none of them fails yet.
    pub findings: Vec<Finding>,
    /// The entries of the allow list, and whether they accepted anything.
    pub allow: Vec<AllowState>,
    /// How much was compared.
    pub compared: Compared,
    /// What the findings are about, if it is not everything that was compared.
    pub about: Option<AskedPrefixes>,
    /// Other things to know, a sentence each.
    pub notes: Vec<String>,
}

impl UngatedFindings {
    /// Leaves only the findings about these planned prefixes.
    pub(super) fn keep_about(&mut self, prefixes: Vec<IpNet>) {
        let all = self.findings.len();
        self.findings.retain(|finding| prefixes.iter().any(|prefix| finding.is_about_planned(*prefix)));
        self.about = Some(AskedPrefixes { prefixes, other_findings: all - self.findings.len() });
    }

    /// Marks what is in a baseline. If `all_compared`, it also notes how much of the baseline did not occur.
    pub(super) fn mark_known(&mut self, baseline: &Baseline, all_compared: bool) {
        let gone = baseline.mark_known(&mut self.findings);
        if all_compared && gone > 0 {
            self.notes.push(messages::gone_from_baseline(gone));
        }
        for level in [Level::Networks, Level::Subnets] {
            let is_open = |finding: &Finding| finding.level == level && finding.status == FindingStatus::Open;
            if !baseline.has_level(level) && self.findings.iter().any(is_open) {
                self.notes.push(messages::level_not_in_baseline(level));
            }
        }
    }
}

/// Finds the collisions.
///
/// # Errors
/// When a declaration or a filter of `--between` is invalid.
pub fn find_overlaps(input: OverlapInput<'_>) -> Result<UngatedFindings, OverlapError> {
    let mut comparison = Comparison::new(input)?;
    let levels: &[Level] = match input.level {
        Level::Networks => &[Level::Networks],
        Level::Subnets => &[Level::Subnets],
        Level::All => &[Level::Networks, Level::Subnets],
    };
    let mut found = FoundSoFar::default();
    let mut compared = BTreeSet::new();
    for level in levels {
        let fragments = comparison.fragments(*level)?;
        compared.extend(fragments.all.iter().map(|fragment| fragment.owned_prefix));
        LevelSearch { comparison: &comparison, level: *level, fragments: &fragments }.run(&mut found);
    }
    Ok(UngatedFindings {
        findings: found.findings,
        allow: allow_states(input.allow, &comparison.allow.in_force, &found.used_entries),
        compared: count_compared(&comparison, &compared),
        about: None,
        notes: messages::comparison_notes(&comparison, &compared),
    })
}

/// Checks declarations as [`find_overlaps`] does, without comparing anything.
///
/// # Errors
/// When one is invalid.
pub fn check_declarations(input: OverlapInput<'_>) -> Result<(), OverlapError> {
    Comparison::new(input).map(drop)
}

fn allow_states(entries: &[Allowance], in_force: &[bool], used: &BTreeSet<u16>) -> Vec<AllowState> {
    let state = |(position, (entry, in_force)): (usize, (&Allowance, &bool))| AllowState {
        place: entry.place.clone(),
        reason: entry.reason.clone(),
        expires: entry.expires,
        state: match (in_force, u16::try_from(position).is_ok_and(|number| used.contains(&number))) {
            (false, _) => AllowUse::Expired,
            (true, true) => AllowUse::Used,
            (true, false) => AllowUse::Stale,
        },
    };
    entries.iter().zip(in_force).enumerate().map(state).collect()
}

/// Counts the prefixes that were compared at any level, each once.
fn count_compared(comparison: &Comparison<'_>, positions: &BTreeSet<usize>) -> Compared {
    let mut compared = Compared::default();
    for owned in positions.iter().map(|position| &comparison.owners.prefixes[*position]) {
        let count = match (owned.source, comparison.owners.all[owned.owner].origin) {
            (PrefixSource::Planned(_), _) => &mut compared.planned,
            (_, MemberOrigin::External) => &mut compared.external,
            (PrefixSource::Subnet(_), _) => &mut compared.subnets,
            (PrefixSource::Block(_), _) => &mut compared.networks,
        };
        *count += 1;
    }
    compared
}

/// What the searches add to.
#[derive(Default)]
struct FoundSoFar {
    findings: Vec<Finding>,
    /// The entries of the allow list that accepted anything.
    used_entries: BTreeSet<u16>,
}

/// What decides what a cluster becomes.
struct FindingKind<'a> {
    class: Class,
    /// The entries of the allow list that accept it; `None` if it is not accepted. Isolation accepts without an entry.
    accepted_by: Option<BTreeSet<u16>>,
    /// What the addresses are reserved for.
    purpose: Option<&'a str>,
}

/// The search at one level.
struct LevelSearch<'s, 'a> {
    comparison: &'s Comparison<'a>,
    level: Level,
    fragments: &'s Fragments,
}

impl LevelSearch<'_, '_> {
    fn run(&self, found: &mut FoundSoFar) {
        self.find_collisions(found);
        // `--between` asks only about collisions.
        if self.comparison.input.between.is_none() {
            self.find_reserved(found);
            self.find_taken_reservations(found);
            if self.level == Level::Subnets {
                self.find_outside_network(found);
            }
        }
    }

    /// Sweeps once for each class, and whether it is accepted. What makes two fragments collide differs only in the
    /// table of roles and in what counts as one group.
    fn find_collisions(&self, found: &mut FoundSoFar) {
        let sorted = SortedPrefixes::new(self.fragments.all.iter().map(|fragment| fragment.prefix));
        let by_group = self.sweep_items(|fragment| fragment.group);
        // Latent is what is not connected, so whatever is in one component counts as one group.
        let by_component = self.sweep_items(|fragment| fragment.component);
        let component = |at| self.fragment(at).component;
        for class in COLLISIONS {
            for accepted in [false, true] {
                let pairs = self.comparison.roles.pairs(class, accepted);
                let clusters = match class {
                    Class::Connected => sorted.find_clusters_by_partition(&by_group, component, &pairs),
                    Class::Latent => sorted.find_clusters(&by_component, &pairs),
                    _ => sorted.find_clusters(&by_group, &pairs),
                };
                for cluster in self.merge_clusters(class, clusters) {
                    let accepted_by = accepted.then(|| self.accepting_entries(class, &cluster.members));
                    found.used_entries.extend(accepted_by.iter().flatten());
                    let kind = FindingKind { class, accepted_by, purpose: None };
                    found.findings.push(self.build_finding(kind, cluster));
                }
            }
        }
    }

    /// Merges clusters that only the cutting of prefixes into fragments separated.
    fn merge_clusters(&self, class: Class, clusters: Vec<Cluster>) -> Vec<Cluster> {
        let is_fragmented =
            self.fragments.all.windows(2).any(|pair| pair[0].owned_prefix == pair[1].owned_prefix);
        if !is_fragmented {
            return clusters;
        }
        merge_split_clusters(clusters, |at| {
            let fragment = self.fragment(at);
            FragmentSource {
                id: fragment.owned_prefix,
                prefix: self.comparison.owners.prefixes[fragment.owned_prefix].prefix,
                partition: if class == Class::Connected { fragment.component } else { 0 },
            }
        })
    }

    /// Lists the entries of the allow list that accept a collision among `members`, which have accepted collisions.
    ///
    /// An entry with one selector accepts all collisions of what it selects, and each member has one. An entry with
    /// `between` counts only if what one side selects collides with what the other selects.
    fn accepting_entries(&self, class: Class, members: &[u32]) -> BTreeSet<u16> {
        let mut entries = BTreeSet::new();
        let mut sides: BTreeMap<u16, u16> = BTreeMap::new();
        for allow in members.iter().flat_map(|at| self.fragments.allow_matches(self.fragment(*at))) {
            match allow.side {
                AllowSide::Any => drop(entries.insert(allow.entry)),
                AllowSide::First | AllowSide::Second => {
                    *sides.entry(allow.entry).or_default() |= allow.side.bit();
                }
            }
        }
        let both_collide = |(entry, sides): &(u16, u16)| {
            *sides == AllowSide::BOTH && self.sides_collide(class, *entry, members)
        };
        entries.extend(sides.into_iter().filter(both_collide).map(|(entry, _)| entry));
        entries
    }

    /// Tells whether a member that the first side of an entry selects collides with one that the second selects.
    fn sides_collide(&self, class: Class, entry: u16, members: &[u32]) -> bool {
        // Again a sweep, with the sides as roles, because pairs of members would be too many to compare.
        let item = |at: &u32| {
            let fragment = self.fragment(*at);
            let sides = self.fragments.allow_matches(fragment).iter().filter(|allow| allow.entry == entry);
            let group = if class == Class::Latent { fragment.component } else { fragment.group };
            SweepItem { prefix: fragment.prefix, group, role: sides.map(|allow| allow.side.bit()).sum() }
        };
        let items: Vec<SweepItem> = members.iter().map(item).collect();
        let (first, second) = (AllowSide::First.bit(), AllowSide::Second.bit());
        let are_across = |one: u16, other: u16| one & first != 0 && other & second != 0;
        let pairs = RolePairs::new(AllowSide::BOTH + 1, |one, other| {
            are_across(one, other) || are_across(other, one)
        });
        let sorted = SortedPrefixes::new(items.iter().map(|item| item.prefix));
        !sorted.find_clusters(&items, &pairs).is_empty()
    }

    fn sweep_items(&self, group: impl Fn(&Fragment) -> u32) -> Vec<SweepItem> {
        let item = |fragment: &Fragment| SweepItem {
            prefix: fragment.prefix,
            group: group(fragment),
            role: fragment.role,
        };
        self.fragments.all.iter().map(item).collect()
    }

    fn fragment(&self, at: u32) -> &Fragment {
        &self.fragments.all[at as usize]
    }

    fn positions(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.fragments.all.len()).unwrap_or(u32::MAX)
    }

    /// Finds prefixes in special-purpose ranges: one finding for each range.
    fn find_reserved(&self, found: &mut FoundSoFar) {
        for (range, purpose) in reserved_ranges(self.comparison.input.bridges) {
            let is_in_range = |at: &u32| overlaps(range, self.fragment(*at).prefix);
            let members = self.positions().filter(is_in_range).collect();
            self.add_single_prefix_findings(Class::Reserved, Some((range, purpose)), members, found);
        }
    }

    /// Finds what uses reserved prefixes without being the network that they are reserved for: one finding for each
    /// reservation.
    fn find_taken_reservations(&self, found: &mut FoundSoFar) {
        let owners = &self.comparison.owners;
        for reservation in self.comparison.input.reservations {
            let takes_it = |at: &u32| {
                let owned = &owners.prefixes[self.fragment(*at).owned_prefix];
                // A plan for exactly this prefix is that of the network.
                let is_its_plan =
                    matches!(owned.source, PrefixSource::Planned(_)) && owned.prefix == reservation.prefix;
                overlaps(reservation.prefix, self.fragment(*at).prefix)
                    && !is_its_plan
                    && !fulfils(&owners.all[owned.owner].network, reservation)
            };
            let members = self.positions().filter(takes_it).collect();
            let purpose = messages::reservation(reservation);
            let range = Some((reservation.prefix, purpose.as_str()));
            self.add_single_prefix_findings(Class::ReservationTaken, range, members, found);
        }
    }

    /// Finds subnets outside the blocks of their network: one finding for each network.
    fn find_outside_network(&self, found: &mut FoundSoFar) {
        let owners = &self.comparison.owners;
        // A subnet may span two neighbouring blocks.
        let blocks: Vec<Vec<IpNet>> = owners.blocks.iter().map(IpNet::aggregate).collect();
        let mut outside: Vec<(usize, u32)> = Vec::new();
        // Whether a subnet is outside blocks that were not read is not known, so that is no finding.
        for at in self.positions() {
            let owned = owners.prefixes[self.fragment(at).owned_prefix];
            let is_inside = blocks[owned.owner].iter().any(|block| block.contains(&owned.prefix));
            if owned.is_subnet() && !owners.all[owned.owner].blocks_unknown && !is_inside {
                outside.push((owned.owner, at));
            }
        }
        outside.sort_unstable();
        for of_network in outside.chunk_by(|(one, _), (other, _)| one == other) {
            let members = of_network.iter().map(|(_, at)| *at).collect();
            self.add_single_prefix_findings(Class::OutsideNetwork, None, members, found);
        }
    }

    /// Adds a finding of members that are each wrong by themselves, in a reserved range or not, and another one of those
    /// that the allow list accepts.
    fn add_single_prefix_findings(
        &self,
        class: Class,
        range: Option<(IpNet, &str)>,
        members: Vec<u32>,
        found: &mut FoundSoFar,
    ) {
        // There is no other side that could be selected.
        let accepting = |at: &u32| {
            let matches = self.fragments.allow_matches(self.fragment(*at)).iter();
            matches.filter(|allow| allow.side == AllowSide::Any).map(|allow| allow.entry)
        };
        let (accepted, open): (Vec<u32>, Vec<u32>) =
            members.into_iter().partition(|at| accepting(at).next().is_some());
        let entries: BTreeSet<u16> = accepted.iter().flat_map(accepting).collect();
        found.used_entries.extend(&entries);
        let (range, purpose) = range.unzip();
        let space = |at: &u32| {
            let prefix = self.fragment(*at).prefix;
            range.filter(|range| prefix.contains(range)).unwrap_or(prefix)
        };
        for (accepted_by, members) in [(None, open), (Some(entries), accepted)] {
            let spaces = IpNet::aggregate(&members.iter().map(space).collect());
            let Some(first) = spaces.first() else { continue };
            let cluster = Cluster { within: range.unwrap_or(*first), spaces, members };
            found.findings.push(self.build_finding(FindingKind { class, accepted_by, purpose }, cluster));
        }
    }

    fn build_finding(&self, kind: FindingKind<'_>, cluster: Cluster) -> Finding {
        let FindingKind { class, accepted_by, purpose } = kind;
        let positions: BTreeSet<usize> =
            cluster.members.iter().map(|at| self.fragment(*at).owned_prefix).collect();
        let mut members: Vec<Member> = positions.iter().map(|position| self.member(*position)).collect();
        members.sort();
        let joined_by = match class {
            Class::Connected => self.joined_by(&positions),
            _ => Vec::new(),
        };
        let is_accepted = accepted_by.is_some();
        let accepted_by = accepted_by.map(|entries| self.acceptances(class, &entries, &cluster.members));
        let first = members.first().map(|member| member.id.as_str()).unwrap_or_default();
        let suffix = if is_accepted { "/accepted" } else { "" };
        // Code scanning and JUnit follow a finding by this text, so it must not change when a member joins or leaves: it
        // names the widest prefix and one member, not all of them.
        let fingerprint = format!("{}/{}/{}/{first}{suffix}", class.code(), self.level, cluster.within);
        let text = FindingText {
            class,
            level: self.level,
            spaces: &cluster.spaces,
            within: cluster.within,
            members: &members,
            joined_by: &joined_by,
            purpose,
        };
        Finding {
            code: class.code().to_owned(),
            class,
            level: self.level,
            status: if is_accepted { FindingStatus::Accepted } else { FindingStatus::Open },
            fails: false,
            fingerprint,
            message: text.message(),
            advice: text.advice(),
            within: cluster.within,
            spaces: cluster.spaces,
            members,
            joined_by,
            accepted_by: accepted_by.unwrap_or_default(),
        }
    }

    /// Names what connects the owners of some prefixes: what two of them have in common, else the path from the first to
    /// the second.
    fn joined_by(&self, positions: &BTreeSet<usize>) -> Vec<String> {
        let prefixes = &self.comparison.owners.prefixes;
        let owners: BTreeSet<usize> = positions.iter().map(|position| prefixes[*position].owner).collect();
        let direct = self.comparison.connectivity.direct_connections(&owners);
        let mut first_two = owners.iter();
        match (direct.is_empty(), first_two.next(), first_two.next()) {
            (true, Some(one), Some(other)) => self.comparison.connectivity.shortest_path(*one, *other),
            _ => direct,
        }
    }

    /// Says what accepts a finding: entries of the allow list, and for collisions also isolated domains.
    fn acceptances(&self, class: Class, entries: &BTreeSet<u16>, members: &[u32]) -> Vec<String> {
        let mut acceptances = Vec::new();
        for entry in entries {
            let entry = &self.comparison.input.allow[usize::from(*entry)];
            acceptances.push(format!("{}: {}", entry.place, entry.reason));
        }
        if COLLISIONS.contains(&class) {
            let roles: BTreeSet<u16> = members.iter().map(|at| self.fragment(*at).role).collect();
            let pairs = self.comparison.roles.isolated_pairs(&roles);
            acceptances.extend(pairs.iter().map(|pair| messages::isolation(&self.comparison.domains, *pair)));
        }
        acceptances
    }

    fn member(&self, position: usize) -> Member {
        let prefix = &self.comparison.owners.prefixes[position];
        let owner = &self.comparison.owners.all[prefix.owner];
        let network = &owner.network;
        let non_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut member = Member {
            origin: owner.origin,
            provider: Some(network.provider),
            account: non_empty(&network.account),
            account_name: network.account_name.clone(),
            region: non_empty(&network.region),
            id: network.id.clone(),
            name: network.name.clone(),
            network: None,
            prefix: prefix.prefix,
            domain: self.comparison.domains.name_of(prefix.owner).map(str::to_owned),
            is_new: None,
        };
        match prefix.source {
            PrefixSource::Block(_) => {}
            PrefixSource::Subnet(subnet) => {
                // A shared subnet may be known from a participant, whose account is not that of the network.
                member.account = non_empty(&subnet.account);
                member.region = non_empty(&subnet.region);
                member.network = Some(std::mem::replace(&mut member.id, subnet.id.clone()));
                member.name.clone_from(&subnet.name);
            }
            PrefixSource::Planned(planned) => {
                member.origin = MemberOrigin::Planned;
                member.provider = planned.provider;
                member.network = (planned.address != network.id).then(|| network.id.clone());
                member.id.clone_from(&planned.address);
                member.name = planned.name.clone().or(member.name);
            }
        }
        member
    }
}
