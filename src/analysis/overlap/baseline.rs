//! The baseline: what an estate had when the gate was introduced, which only what is new has to answer for.

use std::collections::{BTreeMap, HashMap, HashSet};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{Finding, Member, Origin, Status};
use crate::model::{Class, Level, Provider};

/// The version of the document's shape; another number means another shape.
pub const BASELINE_VERSION: u32 = 1;

/// Findings that are known. Holds no time, so that it changes only when they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Version of this shape.
    pub baseline_version: u32,
    /// The findings that were open, those of plans left out: a plan answers for itself.
    pub findings: Vec<Known>,
    /// The findings that the allow list, or isolation, accepted: once it no longer does, they are new.
    pub accepted: Vec<Known>,
}

/// A finding that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Its class: a collision that gets worse is not known.
    pub class: Class,
    /// Its level.
    pub level: Level,
    /// Its members.
    pub members: Vec<KnownMember>,
}

impl Known {
    /// Lists its members among `members`, unless that is one alone, which collides with nothing of it.
    fn among<'m>(&self, members: &'m [KnownMember]) -> Vec<&'m KnownMember> {
        let among: Vec<&KnownMember> =
            members.iter().filter(|member| self.members.binary_search(member).is_ok()).collect();
        let alone = among.len() < 2 && !matches!(self.class, Class::Reserved | Class::OutsideNetwork);
        if alone { Vec::new() } else { among }
    }
}

/// A member of a finding that is known: identity and prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownMember {
    /// Where we knew it from.
    pub origin: Origin,
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

impl From<&Member> for KnownMember {
    fn from(member: &Member) -> Self {
        Self {
            origin: member.origin,
            provider: member.provider,
            account: member.account.clone(),
            region: member.region.clone(),
            // Azure's interfaces differ in the case of ids.
            id: member.id.to_ascii_lowercase(),
            prefix: member.prefix,
        }
    }
}

impl Baseline {
    /// Takes the findings as they are now, but for those of plans.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let known = |finding: &Finding| {
            let mut members: Vec<KnownMember> = finding.members.iter().map(KnownMember::from).collect();
            members.sort();
            Known { class: finding.class, level: finding.level, members }
        };
        let lasting = findings.iter().filter(|finding| finding.class != Class::Planned);
        let (accepted, open): (Vec<&Finding>, Vec<&Finding>) =
            lasting.partition(|finding| finding.status == Status::Accepted);
        let list = |findings: Vec<&Finding>| {
            let mut list: Vec<Known> = findings.into_iter().map(known).collect();
            list.sort();
            list
        };
        Self { baseline_version: BASELINE_VERSION, findings: list(open), accepted: list(accepted) }
    }

    /// Lists what was accepted and is not any more.
    fn withdrawn(&self, findings: &[Finding]) -> Vec<&Known> {
        let accepted = findings.iter().filter(|finding| finding.status == Status::Accepted);
        let accepted: Vec<(Class, Level, HashSet<KnownMember>)> =
            accepted.map(|f| (f.class, f.level, f.members.iter().map(KnownMember::from).collect())).collect();
        let present: HashSet<KnownMember> =
            findings.iter().flat_map(|finding| &finding.members).map(KnownMember::from).collect();
        let holds = |known: &&Known| {
            let left: Vec<&KnownMember> =
                known.members.iter().filter(|member| present.contains(*member)).collect();
            accepted.iter().any(|(class, level, members)| {
                (*class, *level) == (known.class, known.level)
                    && left.iter().all(|member| members.contains(*member))
            })
        };
        self.accepted.iter().filter(|known| !holds(known)).collect()
    }

    /// Tells whether it knows any finding of a level.
    #[must_use]
    pub fn has_level(&self, level: Level) -> bool {
        self.findings.iter().any(|known| known.level == level)
    }

    /// Marks the open findings that the baseline knows, and in the others the members that it lacks. Returns how many
    /// of its own findings are gone.
    ///
    /// A finding is known when one of the same class and level had all its members, with the same prefixes: the same
    /// prefixes collide in the same way, so nothing can have come but what had members besides. What was accepted then
    /// and is not now is new, and so is whatever a plan brings.
    pub fn apply(&self, findings: &mut [Finding]) -> usize {
        let withdrawn = self.withdrawn(findings);
        let mut index: HashMap<(Class, Level), HashMap<&KnownMember, Vec<usize>>> = HashMap::new();
        for (position, known) in self.findings.iter().enumerate() {
            for member in &known.members {
                let members = index.entry((known.class, known.level)).or_default();
                members.entry(member).or_default().push(position);
            }
        }
        let mut met = vec![false; self.findings.len()];
        let open = |finding: &&mut Finding| finding.status == Status::Open && finding.class != Class::Planned;
        for finding in findings.iter_mut().filter(open) {
            let members: Vec<KnownMember> = finding.members.iter().map(KnownMember::from).collect();
            let alike: Vec<_> = covering(finding.class)
                .iter()
                .filter_map(|class| index.get(&(*class, finding.level)))
                .collect();
            let of = |member: &KnownMember| {
                alike.iter().filter_map(|known| known.get(member)).flatten().copied().collect::<Vec<_>>()
            };
            let mut hits: BTreeMap<usize, usize> = BTreeMap::new();
            for known in members.iter().flat_map(of) {
                met[known] = true;
                *hits.entry(known).or_default() += 1;
            }
            let best = hits.into_iter().max_by_key(|(known, count)| (*count, usize::MAX - known));
            let of_class = |known: &&&Known| (known.class, known.level) == (finding.class, finding.level);
            let back: HashSet<&KnownMember> =
                withdrawn.iter().filter(of_class).flat_map(|known| known.among(&members)).collect();
            let is_new = |member: &KnownMember| {
                back.contains(member) || !best.is_some_and(|(best, _)| of(member).contains(&best))
            };
            let new: Vec<bool> = members.iter().map(is_new).collect();
            if new.iter().all(|new| !new) {
                finding.status = Status::Known;
            }
            finding.members.iter_mut().zip(new).for_each(|(member, new)| member.is_new = Some(new));
        }
        met.into_iter().filter(|met| !met).count()
    }
}

/// Lists the classes in which a collision of `class` may have been known: taking apart what joins two networks mends
/// half of it, and makes nothing new.
const fn covering(class: Class) -> &'static [Class] {
    match class {
        Class::Connected => &[Class::Connected],
        Class::Planned => &[Class::Planned],
        Class::External => &[Class::External],
        Class::Latent => &[Class::Latent, Class::Connected],
        Class::OutsideNetwork => &[Class::OutsideNetwork],
        Class::DefaultNetwork => &[Class::DefaultNetwork],
        Class::Reserved => &[Class::Reserved],
    }
}
