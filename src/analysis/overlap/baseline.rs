//! The baseline: the findings that existed when it was written. Only what is new since then fails the gate.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{Finding, FindingStatus, Member, MemberOrigin};
use crate::model::{Class, Level, Provider};

/// The version of the document's format.
pub const BASELINE_VERSION: u32 = 1;

/// The findings that are known. It contains no time, so that the file changes only when they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Version of this format.
    pub baseline_version: u32,
    /// The open findings, without planned ones: a plan has to be free of collisions by itself.
    pub findings: Vec<BaselineFinding>,
    /// The accepted findings. One that is no longer accepted is new.
    pub accepted: Vec<BaselineFinding>,
}

/// A finding of the baseline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineFinding {
    /// Its class. A collision that gets worse is new.
    pub class: Class,
    /// Its level.
    pub level: Level,
    /// Its members.
    pub members: Vec<BaselineMember>,
}

impl BaselineFinding {
    fn from_finding(finding: &Finding) -> Self {
        let mut members: Vec<BaselineMember> = baseline_members(finding).collect();
        members.sort();
        Self { class: finding.class, level: finding.level, members }
    }

    /// Lists its members among `members`; none if there is only one left, which collides with no other.
    fn remaining_members<'m>(&self, members: &'m [BaselineMember]) -> Vec<&'m BaselineMember> {
        let among: Vec<&BaselineMember> =
            members.iter().filter(|member| self.members.binary_search(member).is_ok()).collect();
        let alone = among.len() < 2 && !self.class.may_have_one_member();
        if alone { Vec::new() } else { among }
    }
}

/// A member of a finding of the baseline: identity and prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineMember {
    /// Where it was from.
    pub origin: MemberOrigin,
    /// The cloud.
    pub provider: Option<Provider>,
    /// Account, subscription or site.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Native id.
    pub id: String,
    /// Its prefix.
    #[serde(deserialize_with = "crate::model::prefix::deserialize")]
    #[schemars(with = "String")]
    pub prefix: IpNet,
}

impl From<&Member> for BaselineMember {
    fn from(member: &Member) -> Self {
        Self {
            origin: member.origin,
            provider: member.provider,
            account: member.account.clone(),
            region: member.region.clone(),
            // Azure APIs return one id in different case.
            id: member.id.to_ascii_lowercase(),
            prefix: member.prefix,
        }
    }
}

impl Baseline {
    /// Makes a baseline of the findings, without planned ones.
    #[must_use]
    pub fn from_findings(findings: &[Finding]) -> Self {
        // A plan that collides would pass in every later run, and it is the one thing that is still easy to change.
        let existing = findings.iter().filter(|finding| finding.class != Class::Planned);
        let (accepted, open): (Vec<&Finding>, Vec<&Finding>) =
            existing.partition(|finding| finding.status == FindingStatus::Accepted);
        let sorted = |findings: Vec<&Finding>| {
            let mut sorted: Vec<BaselineFinding> =
                findings.into_iter().map(BaselineFinding::from_finding).collect();
            sorted.sort();
            sorted
        };
        Self { baseline_version: BASELINE_VERSION, findings: sorted(open), accepted: sorted(accepted) }
    }

    /// Lists the findings that were accepted and no longer are.
    fn no_longer_accepted(&self, findings: &[Finding]) -> Vec<&BaselineFinding> {
        let accepted = findings.iter().filter(|finding| finding.status == FindingStatus::Accepted);
        let accepted: Vec<(Class, Level, HashSet<BaselineMember>)> = accepted
            .map(|finding| (finding.class, finding.level, baseline_members(finding).collect()))
            .collect();
        let present: HashSet<BaselineMember> = findings.iter().flat_map(baseline_members).collect();
        let is_still_accepted = |known: &&BaselineFinding| {
            // Members that are gone or no longer collide need no acceptance.
            let left: Vec<&BaselineMember> =
                known.members.iter().filter(|member| present.contains(*member)).collect();
            accepted.iter().any(|(class, level, members)| {
                (*class, *level) == (known.class, known.level)
                    && left.iter().all(|member| members.contains(*member))
            })
        };
        self.accepted.iter().filter(|known| !is_still_accepted(known)).collect()
    }

    /// Tells whether it has a finding of a level.
    #[must_use]
    pub fn has_level(&self, level: Level) -> bool {
        self.findings.iter().any(|known| known.level == level)
    }

    /// Marks the open findings that are in the baseline as known, and in the others the members that are new. Returns
    /// how many findings of the baseline do not occur.
    ///
    /// A finding is known if one finding of the baseline, of the same class and level, has all its members with the same
    /// prefixes. Nothing new can then have happened, because equal prefixes collide in the same way. Findings that were
    /// accepted and no longer are count as new, and so do planned ones.
    pub fn mark_known(&self, findings: &mut [Finding]) -> usize {
        let no_longer_accepted = self.no_longer_accepted(findings);
        let index = BaselineIndex::new(&self.findings);
        let mut occurs = vec![false; self.findings.len()];
        let is_open =
            |finding: &&mut Finding| finding.status == FindingStatus::Open && finding.class != Class::Planned;
        for finding in findings.iter_mut().filter(is_open) {
            let (class, level) = (finding.class, finding.level);
            let members: Vec<BaselineMember> = baseline_members(finding).collect();
            let positions: Vec<Vec<usize>> =
                members.iter().map(|member| index.findings_with(member, class, level)).collect();
            positions.iter().flatten().for_each(|position| occurs[*position] = true);
            // Members may be in several findings of the baseline, which were merged since. The one with most of them is the
            // one that this finding grew from.
            let best = most_frequent(&positions);
            let withdrawn: HashSet<&BaselineMember> = no_longer_accepted
                .iter()
                .filter(|known| (known.class, known.level) == (class, level))
                .flat_map(|known| known.remaining_members(&members))
                .collect();
            let is_new = |(member, positions): (&BaselineMember, &Vec<usize>)| {
                withdrawn.contains(member) || !best.is_some_and(|best| positions.contains(&best))
            };
            let new: Vec<bool> = members.iter().zip(&positions).map(is_new).collect();
            if new.iter().all(|new| !new) {
                finding.status = FindingStatus::Known;
            }
            finding.members.iter_mut().zip(new).for_each(|(member, new)| member.is_new = Some(new));
        }
        occurs.into_iter().filter(|occurs| !occurs).count()
    }
}

fn baseline_members(finding: &Finding) -> impl Iterator<Item = BaselineMember> + '_ {
    finding.members.iter().map(BaselineMember::from)
}

/// Returns the position that occurs most often, the lowest one of several.
fn most_frequent(positions: &[Vec<usize>]) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for position in positions.iter().flatten() {
        *counts.entry(*position).or_default() += 1;
    }
    let best = counts.into_iter().max_by_key(|(position, count)| (*count, Reverse(*position)));
    best.map(|(position, _)| position)
}

/// The members of a class and level, each with the positions of the findings that have it.
type FindingsByMember<'b> = HashMap<&'b BaselineMember, Vec<usize>>;

/// The findings of a baseline by their members.
struct BaselineIndex<'b>(HashMap<(Class, Level), FindingsByMember<'b>>);

impl<'b> BaselineIndex<'b> {
    fn new(findings: &'b [BaselineFinding]) -> Self {
        let mut index: HashMap<(Class, Level), FindingsByMember<'b>> = HashMap::new();
        for (position, finding) in findings.iter().enumerate() {
            let by_member = index.entry((finding.class, finding.level)).or_default();
            for member in &finding.members {
                by_member.entry(member).or_default().push(position);
            }
        }
        Self(index)
    }

    /// Lists the findings that have a member and were as bad as `class` or worse.
    fn findings_with(&self, member: &BaselineMember, class: Class, level: Level) -> Vec<usize> {
        let of_class = |class: Class| self.0.get(&(class, level)).and_then(|by_member| by_member.get(member));
        // If networks are disconnected, their collision is only latent: better than before, and not new.
        let worse = (class == Class::Latent).then_some(Class::Connected);
        [Some(class), worse].into_iter().flatten().filter_map(of_class).flatten().copied().collect()
    }
}
