//! Address collisions that came, went, grew or shrank between two inventories.

use std::collections::{BTreeMap, HashMap, HashSet};

use ipnet::IpNet;

use super::super::overlap::{Baseline, Finding, KnownMember, Member, Status};
use super::report::{Collision, Collisions, Place, SideOf};
use crate::model::{Class, Level, Provider};

/// Why nobody can tell whether something was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// One side never asked for it.
    Outside,
    /// One side could not read it.
    Unread,
}

/// What makes it doubtful whether a collision came or went.
#[derive(Debug, Clone, Default)]
pub struct Doubts {
    /// Networks that one side has and that the other could not read or never asked for, by id in lower case.
    pub(super) networks: HashMap<(SideOf, Provider, String), Doubt>,
    /// Whether links of one side are not known, so that nobody can tell what was joined there.
    pub(super) links: Option<Doubt>,
    /// Networks that moved: where they were, and where they are.
    pub(super) moved: Vec<(Place, Place)>,
}

/// Compares the findings of `overlap` on both sides, as far as `fail_on` has their classes.
///
/// Each side is the other's baseline: what one knows all members of did not come or go, and neither did what moved with
/// its network. A collision of which members that collide are on both sides grew or shrank. What rests on members that
/// the other side did not read, or was not asked for, is counted only.
#[must_use]
pub fn collisions(old: &[Finding], new: &[Finding], doubts: &Doubts, fail_on: &[Class]) -> Collisions {
    let mut found = Collisions::default();
    let old = &relocated(old, &doubts.moved);
    let came = beyond(new, old, SideOf::New, doubts, fail_on, &mut found);
    let went = beyond(old, new, SideOf::Old, doubts, fail_on, &mut found);
    let (before, after) = (Index::of(old), Index::of(new));
    let mut changed: BTreeMap<usize, Collision> = BTreeMap::new();
    for (finding, came) in came {
        let is_old = stays(&finding) && before.holding(&finding, is_kept).is_some();
        match after.holding(&finding, |_| true).filter(|_| is_old) {
            Some(at) => entry(&mut changed, new, at).came.extend(came),
            None => found.introduced.push(Collision { finding: plain(finding), came, went: Vec::new() }),
        }
    }
    for (finding, went) in went {
        match after.holding(&finding, is_kept).filter(|_| stays(&finding)) {
            Some(at) => entry(&mut changed, new, at).went.extend(went),
            None => found.resolved.push(Collision { finding: plain(finding), came: Vec::new(), went }),
        }
    }
    (found.grown, found.shrunk) = changed.into_values().partition(|entry| !entry.came.is_empty());
    found
}

/// A collision, and those of its members that the other side lacks.
type Beyond = (Finding, Vec<Member>);

/// Returns what is told of the finding at a position, to add to.
fn entry<'e>(changed: &'e mut BTreeMap<usize, Collision>, new: &[Finding], at: usize) -> &'e mut Collision {
    let (came, went) = (Vec::new(), Vec::new());
    changed.entry(at).or_insert_with(|| Collision { finding: plain(new[at].clone()), came, went })
}

/// Which findings of a class and level have a member.
struct Index(HashMap<(Class, Level, KnownMember), Vec<usize>>);

impl Index {
    fn of(findings: &[Finding]) -> Self {
        let mut index: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, finding) in findings.iter().enumerate() {
            for member in finding.members.iter().filter(|_| finding.status != Status::Accepted) {
                let key = (finding.class, finding.level, KnownMember::from(member));
                index.entry(key).or_default().push(at);
            }
        }
        Self(index)
    }

    /// Returns the position of the first finding that has all of those members of `finding` that are meant.
    fn holding(&self, finding: &Finding, is_meant: impl Fn(&Member) -> bool) -> Option<usize> {
        let meant = finding.members.iter().filter(|member| is_meant(member));
        let of = |member| {
            let known = self.0.get(&(finding.class, finding.level, KnownMember::from(member)));
            known.cloned().unwrap_or_default()
        };
        let common = meant.map(of).reduce(|mut common, positions| {
            common.retain(|at| positions.contains(at));
            common
        });
        common?.first().copied()
    }
}

/// Tells whether the other side has a member in the same collision.
fn is_kept(member: &Member) -> bool {
    member.is_new == Some(false)
}

/// Takes away the marks of the comparison, which the report has in lists of its own.
fn plain(mut finding: Finding) -> Finding {
    finding.members.iter_mut().for_each(|member| member.is_new = None);
    finding
}

/// Puts members of the older side where their networks are now.
fn relocated(findings: &[Finding], moved: &[(Place, Place)]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    let now: HashMap<(Provider, &str), &Place> =
        moved.iter().map(|(old, new)| ((old.provider, old.id.as_str()), new)).collect();
    for member in findings.iter_mut().flat_map(|finding| &mut finding.members) {
        let Some(place) = member.provider.and_then(|provider| now.get(&(provider, member.id.as_str())))
        else {
            continue;
        };
        member.account.clone_from(&place.account);
        member.region.clone_from(&place.region);
        member.id.clone_from(&place.id);
    }
    findings
}

/// Lists the findings of one side that the other lacks, or of which it lacks members; counts those of which that is not
/// sure.
fn beyond(
    findings: &[Finding],
    others: &[Finding],
    side: SideOf,
    doubts: &Doubts,
    fail_on: &[Class],
    found: &mut Collisions,
) -> Vec<Beyond> {
    let mut findings = findings.to_vec();
    Baseline::of(others).apply(&mut findings);
    findings.retain(|finding| finding.status == Status::Open && fail_on.contains(&finding.class));
    let known: HashSet<KnownMember> =
        others.iter().flat_map(|finding| &finding.members).map(KnownMember::from).collect();
    let sight = Sight { side, doubts, known };
    let mut sure = Vec::new();
    for finding in findings {
        if sight.is_sure(&finding, Doubt::Outside) {
            let new = finding
                .members
                .iter()
                .filter(|member| member.is_new.unwrap_or(true) && sight.is_told(member, Doubt::Outside));
            let new = new.map(|member| Member { is_new: None, ..member.clone() }).collect();
            sure.push((finding, new));
        } else if sight.is_sure(&finding, Doubt::Unread) {
            found.not_compared += 1;
        } else {
            found.unknown += 1;
        }
    }
    sure
}

/// What the other side knows of the members of one side.
struct Sight<'d> {
    side: SideOf,
    doubts: &'d Doubts,
    /// The members of its findings.
    known: HashSet<KnownMember>,
}

impl Sight<'_> {
    /// Tells whether the other side would have a member if it had been there, as far as doubts of the sort `least`, and
    /// worse ones, go.
    fn is_told(&self, member: &Member, least: Doubt) -> bool {
        let is_doubtful = |id: &String| {
            let key = |provider| (self.side, provider, id.to_ascii_lowercase());
            let doubt = member.provider.and_then(|provider| self.doubts.networks.get(&key(provider)));
            doubt.is_some_and(|doubt| *doubt >= least)
        };
        !is_doubtful(&member.id) && !member.network.as_ref().is_some_and(is_doubtful)
    }

    /// Tells whether two members surely collide on one side only: the other would have both networks if they had been
    /// there, and it does not seem otherwise for want of reading what index them.
    fn is_sure(&self, finding: &Finding, least: Doubt) -> bool {
        let told: Vec<&Member> =
            finding.members.iter().filter(|member| self.is_told(member, least)).collect();
        let was_there = |member: &Member| self.known.contains(&KnownMember::from(member));
        let links_are_told = self.doubts.links < Some(least);
        let mut new = told.iter().filter(|member| member.is_new.unwrap_or(true));
        new.any(|member| {
            let collides = |other: &&&Member| {
                let joined_unseen = !links_are_told && was_there(member) && was_there(other);
                network(member) != network(other) && !joined_unseen && share(member.prefix, other.prefix)
            };
            is_alone(finding.class) || told.iter().any(|other| collides(&other))
        })
    }
}

/// Tells whether members of a collision that the other side has too collide with each other.
fn stays(finding: &Finding) -> bool {
    let mut stay: Vec<&Member> = finding.members.iter().filter(|member| is_kept(member)).collect();
    if is_alone(finding.class) {
        return !stay.is_empty();
    }
    stay.sort_by_key(|member| member.prefix);
    // Prefixes lie in each other or apart, so that those which hold the next one are the last that were met.
    let mut above: Vec<&Member> = Vec::new();
    stay.into_iter().any(|member| {
        while above.last().is_some_and(|last| !last.prefix.contains(&member.prefix)) {
            above.pop();
        }
        let collides = above.iter().any(|other| network(other) != network(member));
        above.push(member);
        collides
    })
}

/// Tells whether a member of such a finding needs no other.
const fn is_alone(class: Class) -> bool {
    matches!(class, Class::Reserved | Class::OutsideNetwork)
}

/// What never collides with itself.
fn network(member: &Member) -> (Option<Provider>, Option<&str>, &str) {
    (member.provider, member.account.as_deref(), &member.id)
}

/// Tells whether two prefixes have addresses in common.
fn share(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}
