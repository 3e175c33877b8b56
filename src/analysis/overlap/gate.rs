//! The gate: which findings fail, and whether what could not be read may hide more.

use std::cmp::Reverse;

use ipnet::IpNet;

use super::super::coverage_gaps;
use super::baseline::Baseline;
use super::comparison::OverlapInput;
use super::findings::{
    AllowUse, ClassCount, FINDINGS_VERSION, Finding, FindingStatus, Findings, GateReport, GateResult,
};
use super::messages;
use super::search::UngatedFindings;
use crate::exit::{Exit, ReadOutcome};
use crate::model::{Class, Coverage, Inventory, Kind, PlannedChanges};

/// What the gate judges by: what has to be read, whether the scan was interrupted, what is known, and what fails.
#[derive(Debug, Clone, Copy)]
pub struct GateInput<'a> {
    /// The kinds of resources that have to be read.
    pub kinds: &'a [Kind],
    /// The classes that fail.
    pub fail_on: &'a [Class],
    /// Whether an incomplete scan may pass.
    pub allow_incomplete: bool,
    /// Whether the user interrupted the scan.
    pub interrupted: bool,
    /// The findings that are known and do not fail, if there is a baseline.
    pub baseline: Option<&'a Baseline>,
    /// The planned prefixes that the report is about; all findings if there are none.
    pub about: &'a [IpNet],
}

/// What was not read, and may hide collisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageGaps {
    /// Scopes that could not be read.
    scopes: Vec<Coverage>,
    /// All other gaps, a sentence each.
    other_gaps: Vec<String>,
}

impl CoverageGaps {
    /// Collects what was not read of the kinds that `gate` names.
    #[must_use]
    pub fn new(input: OverlapInput<'_>, gate: GateInput<'_>) -> Self {
        Self {
            scopes: coverage_gaps::unread_scopes(input.inventory, gate.kinds).cloned().collect(),
            other_gaps: other_gaps(input.inventory, input.plan, gate),
        }
    }

    /// Tells whether everything was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.other_gaps.is_empty()
    }
}

/// Marks the findings that fail: the open ones of the classes `fail_on`.
pub fn mark_failing(findings: &mut [Finding], fail_on: &[Class]) {
    for finding in findings {
        finding.fails = finding.status == FindingStatus::Open && fail_on.contains(&finding.class);
    }
}

/// Makes the report: marks what is known, leaves only what the report is about, decides which findings fail, sorts them, and
/// decides the result. The order matters: only findings that are open after the first two steps can fail. The allow list was
/// applied before (`search.rs`).
#[must_use]
pub fn apply_gate(
    mut found: UngatedFindings,
    input: OverlapInput<'_>,
    gaps: CoverageGaps,
    gate: GateInput<'_>,
) -> Findings {
    if let Some(baseline) = gate.baseline {
        found.mark_known(baseline, input.between.is_none() && gaps.is_empty());
    }
    if !gate.about.is_empty() {
        found.keep_about(gate.about.to_vec());
    }
    let UngatedFindings { mut findings, mut allow, compared, about, notes } = found;
    if !gaps.is_empty() {
        // An entry that accepts nothing may be for what was not read.
        for entry in allow.iter_mut().filter(|entry| entry.state == AllowUse::Stale) {
            entry.state = AllowUse::Unproven;
        }
    }
    mark_failing(&mut findings, gate.fail_on);
    sort_findings(&mut findings);
    Findings {
        schema_version: FINDINGS_VERSION,
        generator: input.inventory.generator.clone(),
        taken_at: input.inventory.taken_at,
        level: input.level,
        between: input.between.map(|filters| filters.each_ref().map(|filter| filter.text().to_owned())),
        about,
        gate: gate_report(&findings, gaps.is_empty(), gaps.other_gaps, gate),
        counts: Class::ALL.map(|class| count_class(&findings, class)).into(),
        compared,
        findings,
        allow,
        unknown: input.plan.unknown.clone(),
        notes,
        coverage: gaps.scopes,
    }
}

fn gate_report(
    findings: &[Finding],
    complete: bool,
    other_gaps: Vec<String>,
    gate: GateInput<'_>,
) -> GateReport {
    let failing = findings.iter().filter(|finding| finding.fails).count();
    // What the user stopped is not what the user allowed.
    let incomplete_allowed = gate.allow_incomplete && !gate.interrupted;
    let may_pass = complete || incomplete_allowed;
    let result = match (may_pass, failing) {
        (false, _) => GateResult::Incomplete,
        (true, 0) => GateResult::Clean,
        (true, _) => GateResult::Findings,
    };
    let mut fail_on = gate.fail_on.to_vec();
    fail_on.sort_unstable();
    fail_on.dedup();
    GateReport {
        result,
        exit: Exit::from_reading(ReadOutcome {
            interrupted: gate.interrupted,
            complete: may_pass,
            negative: failing > 0,
        }),
        fail_on,
        failing,
        complete,
        incomplete_allowed,
        missing: other_gaps,
    }
}

fn count_class(findings: &[Finding], class: Class) -> ClassCount {
    let count =
        |status| findings.iter().filter(|finding| finding.class == class && finding.status == status).count();
    ClassCount {
        class,
        code: class.code().to_owned(),
        open: count(FindingStatus::Open),
        known: count(FindingStatus::Known),
        accepted: count(FindingStatus::Accepted),
    }
}

/// Lists everything else that may hide collisions, a sentence each.
fn other_gaps(inventory: &Inventory, plan: &PlannedChanges, gate: GateInput<'_>) -> Vec<String> {
    let mut gaps = Vec::new();
    if gate.interrupted {
        gaps.push(messages::interrupted());
    }
    gaps.extend(coverage_gaps::unscanned_parts(inventory, gate.kinds));
    gaps.extend(plan.unknown.iter().map(messages::unknown_value));
    gaps.extend(plan.unread.iter().map(messages::unread_value));
    gaps
}

/// Sorts findings: those that fail first, then the worst class, then the largest space, then the most members.
fn sort_findings(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        sort_key(one).cmp(&sort_key(other)).then_with(|| one.fingerprint.cmp(&other.fingerprint))
    });
}

fn sort_key(finding: &Finding) -> impl Ord + use<> {
    let size: u128 = finding.spaces.iter().map(count_addresses).sum();
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

/// Counts addresses; for IPv6 the /64 networks, so that the two families compare.
fn count_addresses(prefix: &IpNet) -> u128 {
    let bits = match prefix {
        IpNet::V4(net) => 32 - net.prefix_len(),
        IpNet::V6(net) => 64_u8.saturating_sub(net.prefix_len()),
    };
    1 << bits
}
