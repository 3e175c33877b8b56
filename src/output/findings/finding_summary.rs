//! The report in one line.

use std::fmt::Write;

use crate::analysis::overlap::{Finding, FindingStatus, Findings};
use crate::model::Class;
use crate::output::cell_text;
use crate::wording::{counted, counted_as};

/// Returns the report in one line, without a line feed: what fails, what does not, how much was compared, and what
/// was not read.
#[must_use]
pub fn summary_line(findings: &Findings) -> String {
    let mut parts = vec![verdict(findings)];
    let others = others(findings);
    if !others.is_empty() {
        parts.push(others.join(", "));
    }
    parts.push(format!("{} compared", prefixes(findings)));
    parts.extend(gap(findings).map(|gap| {
        let allowed = findings.gate.incomplete_allowed;
        let label = if allowed { "incomplete, allowed by --allow-incomplete" } else { "INCOMPLETE" };
        format!("{label}: {gap}")
    }));
    let about =
        findings.about.iter().flat_map(|about| &about.prefixes).fold(String::new(), |mut all, prefix| {
            let _ = write!(all, " {prefix}");
            all
        });
    format!("overlap{about}: {}", parts.join("; "))
}

/// Says how many findings fail, such as `3 findings fail`, or that none does.
pub(crate) fn failing(findings: &Findings) -> String {
    match findings.findings.iter().filter(|finding| finding.fails).count() {
        0 => "no finding fails".to_owned(),
        number => counted_as(number, "finding fails", "findings fail"),
    }
}

/// Says how many prefixes were compared, such as `214 prefixes`.
pub(crate) fn prefixes(findings: &Findings) -> String {
    let compared = &findings.compared;
    let all = compared.networks + compared.subnets + compared.external + compared.planned;
    counted_as(all, "prefix", "prefixes")
}

/// Says what was not read, where anything that matters was not.
pub(crate) fn gap(findings: &Findings) -> Option<String> {
    if findings.gate.complete {
        return None;
    }
    Some(match (findings.coverage.len(), findings.gate.missing.as_slice()) {
        (0, []) => "something was not read".to_owned(),
        (0, [only]) => cell_text::escape_unprintable(only.trim_end_matches('.')),
        (0, [first, others @ ..]) => {
            let more = counted(others.len(), "more reason");
            format!("{}, and {more}", cell_text::escape_unprintable(first.trim_end_matches('.')))
        }
        (scopes, _) => format!("{} failed", counted(scopes, "read")),
    })
}

fn verdict(findings: &Findings) -> String {
    let failed = failing_classes(&findings.findings);
    match failed.as_slice() {
        // Nothing is clean while something is unknown.
        [] if findings.gate.complete => "clean".to_owned(),
        [] => failing(findings),
        _ => format!("{} ({})", failing(findings), failed.join(", ")),
    }
}

fn others(findings: &Findings) -> Vec<String> {
    let passing = |status| move |finding: &Finding| !finding.fails && finding.status == status;
    let mut parts: Vec<String> = [FindingStatus::Accepted, FindingStatus::Known]
        .into_iter()
        .map(|status| (findings.findings.iter().filter(|finding| passing(status)(finding)).count(), status))
        .filter(|(number, _)| *number > 0)
        .map(|(number, status)| format!("{number} {}", status.as_str()))
        .collect();
    parts.extend(reported_classes(&findings.findings));
    parts
}

/// Counts the findings that fail by class, worst first: `2 connected`, `1 latent`.
pub(crate) fn failing_classes(findings: &[Finding]) -> Vec<String> {
    by_class(findings, |finding| finding.fails)
}

/// Counts the findings that are only reported by class, worst first: `2 default-network reported`.
pub(crate) fn reported_classes(findings: &[Finding]) -> Vec<String> {
    let reported = by_class(findings, |finding| !finding.fails && finding.status == FindingStatus::Open);
    reported.into_iter().map(|class| format!("{class} reported")).collect()
}

/// Counts the findings that are `of` a sort, by class, worst first.
fn by_class(findings: &[Finding], of: impl Fn(&Finding) -> bool) -> Vec<String> {
    let number = |class| findings.iter().filter(|finding| finding.class == class && of(finding)).count();
    Class::ALL
        .into_iter()
        .map(|class| (number(class), class))
        .filter(|(number, _)| *number > 0)
        .map(|(number, class)| format!("{number} {class}"))
        .collect()
}
