//! Whether a pipeline may go on.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use ipnet::IpNet;

use super::baseline::Baseline;
use super::comparison::Question;
use super::findings::{AllowUse, Count, FINDINGS_VERSION, Finding, Findings, Gate, Status, Verdict};
use super::search::Found;
use crate::model::{
    Class, Coverage, Inventory, Kind, Level, Outcome, Plan, Provider, Shard, Subject, UnknownValue,
};

/// The exit code of a run that the user stopped (`docs/exit-codes.md`).
const INTERRUPTED: u8 = 130;

/// On what terms the gate judges.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The kinds of resources that had to be read.
    pub kinds: &'a [Kind],
    /// The classes that fail.
    pub fail_on: &'a [Class],
    /// Whether an incomplete scan may pass.
    pub allow_incomplete: bool,
    /// Whether the user stopped the scan.
    pub interrupted: bool,
}

/// What may hide collisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    /// Scopes that could not be read.
    scopes: Vec<Coverage>,
    /// Anything else, a sentence each.
    others: Vec<String>,
}

impl Gaps {
    /// Looks for what was not read, or not told.
    #[must_use]
    pub fn of(question: Question<'_>, terms: Terms<'_>) -> Self {
        Self {
            scopes: unread(question.inventory, terms.kinds).cloned().collect(),
            others: missing(question.inventory, terms.kinds, question.plan, terms.interrupted),
        }
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.others.is_empty()
    }
}

impl Found {
    /// Marks what a baseline knows. What did not come up again is noted where `whole` says that all was compared.
    pub fn apply(&mut self, baseline: &Baseline, whole: bool) {
        let gone = baseline.apply(&mut self.findings);
        if whole && gone > 0 {
            let findings = if gone == 1 { "1 finding".to_owned() } else { format!("{gone} findings") };
            self.notes.push(format!(
                "{findings} of the baseline did not come up; if it was written over the same scope and level, \
                 --write-baseline takes out what is mended"
            ));
        }
        for level in [Level::Networks, Level::Subnets] {
            let open = |finding: &Finding| finding.level == level && finding.status == Status::Open;
            if !baseline.has_level(level) && self.findings.iter().any(open) {
                self.notes.push(format!(
                    "the baseline knows no findings of {level}; if it was written with another --level, write it again \
                     with this one"
                ));
            }
        }
    }
}

/// Marks the findings that fail: those that nobody accepted, of the classes `fail_on`.
pub fn mark(findings: &mut [Finding], fail_on: &[Class]) {
    for finding in findings {
        finding.fails = finding.status == Status::Open && fail_on.contains(&finding.class);
    }
}

/// Judges what was found.
#[must_use]
pub fn judge(found: Found, question: Question<'_>, gaps: Gaps, terms: Terms<'_>) -> Findings {
    let inventory = question.inventory;
    let complete = gaps.is_empty();
    let Found { mut findings, mut allow, compared, notes } = found;
    if !complete {
        // What was not read may be what they are for.
        allow.iter_mut().filter(|entry| entry.state == AllowUse::Stale).for_each(|entry| {
            entry.state = AllowUse::Unproven;
        });
    }
    mark(&mut findings, terms.fail_on);
    order(&mut findings);
    let failing = findings.iter().filter(|finding| finding.fails).count();
    let result = match (complete || (terms.allow_incomplete && !terms.interrupted), failing) {
        (false, _) => Verdict::Incomplete,
        (true, 0) => Verdict::Clean,
        (true, _) => Verdict::Findings,
    };
    let count = |class: Class| {
        let of = |status| findings.iter().filter(|f| f.class == class && f.status == status).count();
        let (open, known, accepted) = (of(Status::Open), of(Status::Known), of(Status::Accepted));
        Count { class, code: class.code().to_owned(), open, known, accepted }
    };
    let mut fail_on = terms.fail_on.to_vec();
    fail_on.sort_unstable();
    fail_on.dedup();
    Findings {
        schema_version: FINDINGS_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        level: question.level,
        between: question.between.map(|filters| filters.each_ref().map(|filter| filter.text().to_owned())),
        gate: Gate {
            result,
            exit_code: if terms.interrupted { INTERRUPTED } else { result.exit_code() },
            fail_on,
            failing,
            complete,
            incomplete_allowed: terms.allow_incomplete,
            missing: gaps.others,
        },
        counts: Class::ALL.map(count).into(),
        compared,
        findings,
        allow,
        unknown: question.plan.unknown.clone(),
        notes,
        coverage: gaps.scopes,
    }
}

/// Lists the scopes that may hold more of `kinds`.
fn unread<'a>(inventory: &'a Inventory, kinds: &[Kind]) -> impl Iterator<Item = &'a Coverage> {
    let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
    inventory.incomplete().filter(move |entry| entry.kind.is_step() || subjects.contains(&entry.kind))
}

/// Names the accounts, and regions, of which some kind was read and one of `kinds` was not even asked for: inventories
/// that somebody put together. Kinds that nobody asked for anywhere are named by themselves.
fn never_asked(inventory: &Inventory, kinds: &[Kind]) -> Vec<String> {
    let read = inventory.kinds_read();
    let asked = inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped);
    let known: BTreeSet<(Provider, &str, Option<&str>, Subject)> = asked
        .clone()
        .map(|entry| (entry.provider, &*entry.account, entry.region.as_deref(), entry.kind))
        .collect();
    let places = asked.filter(|entry| !entry.kind.is_step());
    let mut places: BTreeSet<(Provider, &str, Option<&str>)> =
        places.map(|entry| (entry.provider, &*entry.account, entry.region.as_deref())).collect();
    for account in &inventory.accounts {
        let has_any = |entry: &Coverage| (entry.provider, &entry.account) == (account.provider, &account.id);
        if !inventory.coverage.iter().any(has_any) {
            places.insert((account.provider, &account.id, None));
        }
    }
    let mut missing = Vec::new();
    for (provider, account, region) in places {
        let is_known = |kind: Kind| {
            let subject = Subject::from(kind);
            known.contains(&(provider, account, region, subject))
                || known.contains(&(provider, account, None, subject))
        };
        let lacking: Vec<&str> = kinds
            .iter()
            .filter(|kind| read.contains(kind) && !is_known(**kind))
            .map(|kind| kind.as_str())
            .collect();
        if !lacking.is_empty() {
            let region = region.map(|region| format!(" {region}")).unwrap_or_default();
            missing
                .push(format!("nobody read the {} of {provider} {account}{region}", lacking.join(" and ")));
        }
    }
    missing
}

/// Says what else may hide collisions.
fn missing(inventory: &Inventory, kinds: &[Kind], plan: &Plan, interrupted: bool) -> Vec<String> {
    let read = inventory.kinds_read();
    let mut missing = Vec::new();
    if interrupted {
        missing.push("the scan was stopped before it was done".to_owned());
    }
    missing.extend(inventory.shard.as_ref().and_then(Shard::lack));
    let is_unread = |kind: &&Kind| !read.contains(kind) && !inventory.is_empty_part();
    for kind in kinds.iter().filter(is_unread) {
        missing.push(format!(
            "{kind} are unknown: nobody asked for them when the inventory was taken \
             (`netcensus scan all -o json` takes everything)"
        ));
    }
    missing.extend(never_asked(inventory, kinds));
    if !inventory.filters.is_empty() {
        let filters = inventory.filters.join(", ");
        missing
            .push(format!("the inventory was filtered by {filters} and may lack networks; take it without"));
    }
    let value = |value: &UnknownValue| {
        format!("{}: {} is known only after the plan is applied", value.address, value.attribute)
    };
    missing.extend(plan.unknown.iter().map(value));
    let unread = |value: &UnknownValue| {
        format!(
            "{}: {} seems to bring addresses into use, and netcensus does not read resources of this type from a plan; \
             compare them with --planned",
            value.address, value.attribute
        )
    };
    missing.extend(plan.unread.iter().map(unread));
    missing
}

/// Orders findings: those that fail first, then the worst class, then the largest space, then the most members.
fn order(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        rank(one).cmp(&rank(other)).then_with(|| one.fingerprint.cmp(&other.fingerprint))
    });
}

fn rank(finding: &Finding) -> impl Ord + use<> {
    let size: u128 = finding.spaces.iter().map(addresses).sum();
    (
        !finding.fails,
        finding.status,
        finding.class,
        finding.level,
        Reverse(size),
        Reverse(finding.members.len()),
        finding.within,
    )
}

/// Counts addresses, of IPv6 the networks of 64 bits.
fn addresses(prefix: &IpNet) -> u128 {
    let bits = match prefix {
        IpNet::V4(net) => 32 - net.prefix_len(),
        IpNet::V6(net) => 64_u8.saturating_sub(net.prefix_len()),
    };
    1 << bits
}
