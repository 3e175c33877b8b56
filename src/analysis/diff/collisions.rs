//! Address collisions that were introduced, resolved, or gained or lost members between two inventories.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use ipnet::IpNet;

use super::super::addresses::overlaps;
use super::super::overlap::{Baseline, BaselineMember, Finding, FindingStatus, Member};
use super::changes::{CollisionChange, CollisionChanges, DiffSide, ResourceLocation};
use crate::model::{Class, Level, Provider};

/// Why it is not known whether one side had a network or link; the worse reason is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Uncertainty {
    /// That side did not scan for it.
    OutOfScope,
    /// That side could not read it.
    Unread,
}

/// What makes it uncertain whether a collision came or went.
#[derive(Debug, Clone, Default)]
pub struct CollisionUncertainty {
    /// Networks that only the given side is known to have, by id in lower case.
    pub(super) networks: HashMap<(DiffSide, Provider, String), Uncertainty>,
    /// Whether links of either side are not fully known, so that networks may have been joined there.
    pub(super) links: Option<Uncertainty>,
    /// Networks that moved: their old and new locations.
    pub(super) moved: Vec<(ResourceLocation, ResourceLocation)>,
}

/// Compares the findings of `overlap` on both sides, among the classes in `fail_on`.
///
/// Each side serves as the other's baseline. A collision is neither introduced nor resolved if the other side knows all
/// of its members, also where networks moved. If members that collide with each other are on both sides, the collision
/// grew or shrank. Collisions that rest on members which the other side did not read or scan for are only counted.
#[must_use]
pub fn compare_collisions(
    old: &[Finding],
    new: &[Finding],
    uncertainty: &CollisionUncertainty,
    fail_on: &[Class],
) -> CollisionChanges {
    // A network that moved has other ids in its members now. Findings can only be compared under the same ids.
    let old = with_new_locations(old, &uncertainty.moved);
    let (old, new) = without_same_findings(&old, new);
    compare(&old, &new, uncertainty, fail_on)
}

/// Leaves out the findings that are the same on both sides, as nearly all are: nothing came or went. Those stay that may share
/// a member with one that differs.
fn without_same_findings(old: &[Finding], new: &[Finding]) -> (Vec<Finding>, Vec<Finding>) {
    let (in_old, in_new) = (by_fingerprint(old), by_fingerprint(new));
    let differs = |others: &HashMap<&str, Vec<&Finding>>, finding: &Finding| {
        // What is planned is new in each comparison.
        finding.class == Class::Planned
            || !others.get(finding.fingerprint.as_str()).is_some_and(|others| others.contains(&finding))
    };
    let differing = old.iter().filter(|finding| differs(&in_new, finding));
    let differing = differing.chain(new.iter().filter(|finding| differs(&in_old, finding)));
    let prefixes: HashSet<IpNet> =
        differing.flat_map(|finding| &finding.members).map(|member| member.prefix).collect();
    let is_kept = |finding: &&Finding| finding.members.iter().any(|member| prefixes.contains(&member.prefix));
    (old.iter().filter(is_kept).cloned().collect(), new.iter().filter(is_kept).cloned().collect())
}

fn by_fingerprint(findings: &[Finding]) -> HashMap<&str, Vec<&Finding>> {
    let mut found: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in findings {
        found.entry(&finding.fingerprint).or_default().push(finding);
    }
    found
}

fn compare(
    old: &[Finding],
    new: &[Finding],
    uncertainty: &CollisionUncertainty,
    fail_on: &[Class],
) -> CollisionChanges {
    let mut found = CollisionChanges::default();
    let added = one_sided_findings(new, old, DiffSide::New, uncertainty, fail_on, &mut found);
    let removed = one_sided_findings(old, new, DiffSide::Old, uncertainty, fail_on, &mut found);
    let (in_old, in_new) = (FindingIndex::new(old), FindingIndex::new(new));
    let mut changed: BTreeMap<usize, CollisionChange> = BTreeMap::new();
    for (finding, came) in added {
        // Without the new members it must still be a collision, and have been one before. Otherwise it is a new one.
        let existed = still_collides(&finding) && in_old.find(&finding, is_on_other_side).is_some();
        match in_new.find(&finding, |_| true).filter(|_| existed) {
            Some(at) => changed_finding(&mut changed, new, at).came.extend(came),
            None => {
                found.introduced.push(CollisionChange { finding: unmarked(finding), came, went: Vec::new() });
            }
        }
    }
    for (finding, went) in removed {
        match in_new.find(&finding, is_on_other_side).filter(|_| still_collides(&finding)) {
            Some(at) => changed_finding(&mut changed, new, at).went.extend(went),
            None => {
                found.resolved.push(CollisionChange { finding: unmarked(finding), came: Vec::new(), went });
            }
        }
    }
    (found.grown, found.shrunk) = changed.into_values().partition(|entry| !entry.came.is_empty());
    found
}

/// A finding, and those of its members that the other side surely lacks.
type OneSidedFinding = (Finding, Vec<Member>);

/// Returns the change of the newer side's finding at a position, to add members to.
fn changed_finding<'e>(
    changed: &'e mut BTreeMap<usize, CollisionChange>,
    new: &[Finding],
    at: usize,
) -> &'e mut CollisionChange {
    let (came, went) = (Vec::new(), Vec::new());
    changed.entry(at).or_insert_with(|| CollisionChange { finding: unmarked(new[at].clone()), came, went })
}

/// The positions of findings by class, level and member.
struct FindingIndex(HashMap<(Class, Level, BaselineMember), Vec<usize>>);

impl FindingIndex {
    fn new(findings: &[Finding]) -> Self {
        let mut index: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            for member in finding.members.iter().filter(|_| finding.status != FindingStatus::Accepted) {
                let key = (finding.class, finding.level, BaselineMember::from(member));
                index.entry(key).or_default().push(at);
            }
        }
        Self(index)
    }

    /// Returns the position of the first finding that has all members of `finding` for which `is_wanted` holds.
    fn find(&self, finding: &Finding, is_wanted: impl Fn(&Member) -> bool) -> Option<usize> {
        let wanted = finding.members.iter().filter(|member| is_wanted(member));
        let positions = |member| {
            let known = self.0.get(&(finding.class, finding.level, BaselineMember::from(member)));
            known.cloned().unwrap_or_default()
        };
        let common = wanted.map(positions).reduce(|mut common, positions| {
            common.retain(|at| positions.contains(at));
            common
        });
        common?.first().copied()
    }
}

/// Tells whether the other side has a member in the same collision.
fn is_on_other_side(member: &Member) -> bool {
    member.is_new == Some(false)
}

/// Clears the marks of new members, since the report lists these separately.
fn unmarked(mut finding: Finding) -> Finding {
    finding.members.iter_mut().for_each(|member| member.is_new = None);
    finding
}

/// Gives members of the older side the new locations of their networks.
fn with_new_locations<'f>(
    findings: &'f [Finding],
    moved: &[(ResourceLocation, ResourceLocation)],
) -> Cow<'f, [Finding]> {
    if moved.is_empty() {
        return Cow::Borrowed(findings);
    }
    let mut findings = findings.to_vec();
    let now: HashMap<(Provider, &str), &ResourceLocation> =
        moved.iter().map(|(old, new)| ((old.provider, old.id.as_str()), new)).collect();
    for member in findings.iter_mut().flat_map(|finding| &mut finding.members) {
        let Some(location) = member.provider.and_then(|provider| now.get(&(provider, member.id.as_str())))
        else {
            continue;
        };
        member.account.clone_from(&location.account);
        member.region.clone_from(&location.region);
        member.id.clone_from(&location.id);
    }
    Cow::Owned(findings)
}

/// Lists the findings of one side that the other lacks, or of which it lacks members. Adds those that are uncertain to
/// the counts in `found`.
fn one_sided_findings(
    findings: &[Finding],
    others: &[Finding],
    side: DiffSide,
    uncertainty: &CollisionUncertainty,
    fail_on: &[Class],
    found: &mut CollisionChanges,
) -> Vec<OneSidedFinding> {
    let mut findings = findings.to_vec();
    Baseline::from_findings(others).mark_known(&mut findings);
    findings.retain(|finding| finding.status == FindingStatus::Open && fail_on.contains(&finding.class));
    let members: HashSet<BaselineMember> =
        others.iter().flat_map(|finding| &finding.members).map(BaselineMember::from).collect();
    let other_side = OtherSide { side, uncertainty, members };
    let mut certain = Vec::new();
    for finding in findings {
        if other_side.surely_lacks(&finding, Uncertainty::OutOfScope) {
            let new = finding.members.iter().filter(|member| {
                member.is_new.unwrap_or(true) && other_side.would_have(member, Uncertainty::OutOfScope)
            });
            let new = new.map(|member| Member { is_new: None, ..member.clone() }).collect();
            certain.push((finding, new));
        } else if other_side.surely_lacks(&finding, Uncertainty::Unread) {
            found.not_compared += 1;
        } else {
            found.unknown += 1;
        }
    }
    certain
}

/// What the other side knows of the members of one side.
struct OtherSide<'u> {
    /// The side whose members are looked at.
    side: DiffSide,
    uncertainty: &'u CollisionUncertainty,
    /// The members of the other side's findings.
    members: HashSet<BaselineMember>,
}

impl OtherSide<'_> {
    /// Tells whether the other side would have a member if it had existed there. Only uncertainty of `least` and worse
    /// counts against it.
    fn would_have(&self, member: &Member, least: Uncertainty) -> bool {
        let is_uncertain = |id: &String| {
            let key = |provider| (self.side, provider, id.to_ascii_lowercase());
            let uncertainty =
                member.provider.and_then(|provider| self.uncertainty.networks.get(&key(provider)));
            uncertainty.is_some_and(|uncertainty| *uncertainty >= least)
        };
        !is_uncertain(&member.id) && !member.network.as_ref().is_some_and(is_uncertain)
    }

    /// Tells whether two members surely collide on one side only: the other side would have both of their networks, and
    /// does not merely lack the links that join these.
    fn surely_lacks(&self, finding: &Finding, least: Uncertainty) -> bool {
        let comparable: Vec<&Member> =
            finding.members.iter().filter(|member| self.would_have(member, least)).collect();
        let existed = |member: &Member| self.members.contains(&BaselineMember::from(member));
        let links_are_certain = self.uncertainty.links < Some(least);
        let mut new = comparable.iter().filter(|member| member.is_new.unwrap_or(true));
        new.any(|member| {
            let collides = |other: &&&Member| {
                // If both were there and a link was not read, they may have collided in the same way all along.
                let may_have_been_joined = !links_are_certain && existed(member) && existed(other);
                network(member) != network(other)
                    && !may_have_been_joined
                    && overlaps(member.prefix, other.prefix)
            };
            finding.class.may_have_one_member() || comparable.iter().any(|other| collides(&other))
        })
    }
}

/// Tells whether those members of a collision that the other side has too collide with each other.
fn still_collides(finding: &Finding) -> bool {
    let mut members: Vec<&Member> =
        finding.members.iter().filter(|member| is_on_other_side(member)).collect();
    if finding.class.may_have_one_member() {
        return !members.is_empty();
    }
    members.sort_by_key(|member| member.prefix);
    // Two prefixes are disjoint, or one contains the other. So in this order, the prefixes around the next one are a
    // stack.
    let mut around: Vec<&Member> = Vec::new();
    members.into_iter().any(|member| {
        while around.last().is_some_and(|last| !last.prefix.contains(&member.prefix)) {
            around.pop();
        }
        let collides = around.iter().any(|other| network(other) != network(member));
        around.push(member);
        collides
    })
}

/// Identifies the network of a member: prefixes of one network never collide.
fn network(member: &Member) -> (Option<Provider>, Option<&str>, &str) {
    (member.provider, member.account.as_deref(), &member.id)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::overlap::{OverlapInput, find_overlaps};
    use crate::model::{Block, BlockRole, Inventory, Link, LinkEnd, LinkKind, Network, Resources, fixtures};

    /// The findings among networks, each with the third number of its prefix, of which the first two may be joined.
    fn findings(thirds: &[u8], is_joined: bool) -> Vec<Finding> {
        let network = |(number, third): (usize, &u8)| {
            let length = if third.is_multiple_of(3) { 22 } else { 24 };
            let cidr = format!("10.0.{third}.0/{length}").parse::<IpNet>().unwrap().trunc();
            let block = Block { cidr, role: BlockRole::Primary, state: None };
            Network { blocks: vec![block], ..fixtures::network("111", &format!("vpc-{number}")) }
        };
        let end = |number: usize| LinkEnd {
            account: Some("111".to_owned()),
            region: Some("eu-west-1".to_owned()),
            network: Some(format!("vpc-{number}")),
            prefixes: vec![],
        };
        let link = Link {
            provider: Provider::Aws,
            kind: LinkKind::VpcPeering,
            id: "pcx-1".to_owned(),
            ends: vec![end(0), end(1)],
            state: Some("active".to_owned()),
        };
        let resources = Resources {
            networks: thirds.iter().enumerate().map(network).collect(),
            links: if is_joined { vec![link] } else { vec![] },
            ..Resources::default()
        };
        let taken_at = jiff::Timestamp::UNIX_EPOCH;
        let inventory = Inventory::assemble(String::new(), taken_at, vec![], resources, vec![]);
        find_overlaps(OverlapInput::networks(&inventory, date(2026, 1, 1))).unwrap().findings
    }

    proptest! {
        #[test]
        fn findings_that_are_the_same_on_both_sides_change_nothing(
            old in prop::collection::vec(0_u8..24, 0..14),
            changes in prop::collection::vec((0_usize..14, 0_u8..24), 0..3),
            joined in any::<(bool, bool)>(),
        ) {
            let mut new = old.clone();
            for (at, third) in changes {
                match new.get_mut(at) {
                    Some(known) => *known = third,
                    None => new.push(third),
                }
            }
            let (old, new) = (findings(&old, joined.0), findings(&new, joined.1));
            let uncertainty = CollisionUncertainty::default();
            let all = compare(&old, &new, &uncertainty, &Class::ALL);
            prop_assert_eq!(compare_collisions(&old, &new, &uncertainty, &Class::ALL), all);
        }
    }
}
