//! The report of `overlap` as conditions: a finding that fails begins, grows and ends.

use super::notice::{Place, ReportKind, Severity};
use super::observation::{Condition, MAX_PLACES, Observation, incomplete, known_reads, needed_read};
use crate::analysis::overlap::{Finding, FindingStatus, Findings};
use crate::model::{Class, Inventory, Kind, Level, Metric};
use crate::wording::{counted_as, shell_quoted};

/// Makes the observation of a report about `inventory`. `source` is what commands need to read the same inventory, such as
/// ` --from @latest`.
#[must_use]
pub fn observe_findings(findings: &Findings, inventory: &Inventory, source: &str) -> Observation {
    let failing = findings.gate.failing;
    let complete = findings.gate.complete;
    let mut conditions: Vec<Condition> =
        findings.findings.iter().map(|finding| condition(finding, source)).collect();
    conditions.extend(incomplete(complete, &findings.coverage, &findings.gate.missing));
    Observation {
        report: ReportKind::Overlap,
        generator: findings.generator.clone(),
        taken_at: findings.taken_at,
        lasting: true,
        conditions,
        complete,
        reads: known_reads(inventory),
        now: counted_as(failing, "collision fails", "collisions fail"),
        notes: Vec::new(),
        command: format!("netcensus overlap{source}"),
        metrics: metrics(findings),
    }
}

fn condition(finding: &Finding, source: &str) -> Condition {
    let level = finding.fails.then(|| severity(finding.class));
    Condition {
        key: format!("{}-{}", finding.code, finding.fingerprint),
        level,
        holds: level,
        size: finding.members.len(),
        code: Some(finding.code.clone()),
        what: describe_finding(finding),
        places: finding.members.iter().take(MAX_PLACES).map(Place::from).collect(),
        places_left_out: finding.members.len().saturating_sub(MAX_PLACES),
        needs: needs(finding),
        command: format!("netcensus find {}{source}", shell_quoted(&finding.within.to_string())),
    }
}

/// What hurts now is critical; what hurts once networks are connected is a warning.
const fn severity(class: Class) -> Severity {
    match class {
        Class::Connected | Class::Planned | Class::OutsideNetwork => Severity::Critical,
        Class::External
        | Class::ReservationTaken
        | Class::Latent
        | Class::DefaultNetwork
        | Class::Reserved => Severity::Warning,
    }
}

/// Says what is wrong; of a finding that fails no more while the collision lasts, why.
fn describe_finding(finding: &Finding) -> String {
    let reason = match (finding.fails, finding.status) {
        (true, _) => return finding.message.clone(),
        (false, FindingStatus::Known) => "it is in the baseline",
        (false, FindingStatus::Accepted) => {
            finding.accepted_by.first().map_or("it is accepted", String::as_str)
        }
        (false, FindingStatus::Open) => "its class does not fail",
    };
    format!("{} (no longer fails: {reason})", finding.message)
}

/// Lists the reads without which it is unknown whether a finding is over: those of its members, and of connected
/// networks all links.
fn needs(finding: &Finding) -> Vec<String> {
    let kind = if finding.level == Level::Networks { Kind::Networks } else { Kind::Subnets };
    let mut needs: Vec<String> = finding
        .members
        .iter()
        .filter_map(|member| Some(needed_read(kind, member.provider?, member.account.as_deref()?)))
        .collect();
    // Networks whose links were not read look as if they were not connected any more.
    needs.extend((finding.class == Class::Connected).then(|| Kind::Links.as_str().to_owned()));
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// Counts the findings of every class, also where there are none. What could not be read may have more, so an incomplete
/// report has no numbers but that it is incomplete.
fn metrics(findings: &Findings) -> Vec<Metric> {
    let mut metrics = vec![Metric::count("Incomplete", usize::from(!findings.gate.complete), Vec::new())];
    if findings.gate.complete {
        metrics.push(Metric::count("FailingCollisions", findings.gate.failing, Vec::new()));
        metrics.extend(findings.counts.iter().map(|count| {
            Metric::count("OpenCollisions", count.open, vec![("Class", count.class.as_str().to_owned())])
        }));
    }
    metrics
}
