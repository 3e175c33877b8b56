//! How findings, members and gaps read, the same in every format; nothing here drives a terminal.

use super::members;
use crate::analysis::overlap::{Finding, Findings, Member, Origin, Status};
use crate::output::cell;
use crate::output::words::left_out;

/// So many disputed prefixes are named; a finding may have thousands.
const SPACES: usize = 2;
/// The mark of a member that the baseline lacks.
pub(super) const NEW: &str = "new";

/// Returns the code and the class, such as `NC101 connected`.
pub(in crate::output) fn title(finding: &Finding) -> String {
    format!("{} {}", finding.class.code(), finding.class)
}

/// Returns the disputed prefixes: the first two, and how many more there are in what.
pub(in crate::output) fn space(finding: &Finding) -> String {
    let shown: Vec<String> = finding.spaces.iter().take(SPACES).map(ToString::to_string).collect();
    match finding.spaces.len() - shown.len() {
        0 if shown.is_empty() => finding.within.to_string(),
        0 => shown.join(", "),
        more => format!("{}, +{more} more in {}", shown.join(", "), finding.within),
    }
}

/// Returns what came of a finding, in a word.
pub(in crate::output) const fn status(finding: &Finding) -> &'static str {
    match (finding.fails, finding.status) {
        (true, _) => "FAILS",
        (false, Status::Open) => "reported",
        (false, Status::Known) => "known",
        (false, Status::Accepted) => "accepted",
    }
}

/// Returns where a member is from: its cloud, or that it is planned or outside the clouds.
pub(super) fn source(member: &Member) -> &'static str {
    match (member.origin, member.provider) {
        (Origin::Cloud, Some(provider)) => provider.as_str(),
        (origin, _) => self::origin(origin),
    }
}

/// Returns the name of an origin, as documents have it.
pub(super) const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Cloud => "cloud",
        Origin::External => "external",
        Origin::Planned => "planned",
    }
}

/// Returns what people call a member's account: its name where known, else its id.
pub(super) fn account(member: &Member) -> Option<&str> {
    member.account_name.as_deref().or(member.account.as_deref())
}

/// Returns a member in a line, with what is marked behind it.
pub(in crate::output) fn member(member: &Member, mark: Option<&str>) -> String {
    let mut words = vec![source(member).to_owned()];
    words.extend(account(member).map(str::to_owned));
    words.extend(member.region.clone());
    words.push(member.id.clone());
    words.extend(member.name.as_ref().filter(|name| **name != member.id).map(|name| format!("({name})")));
    words.push(member.prefix.to_string());
    words.extend(mark.map(str::to_owned));
    cell::escape(&words.join(" "))
}

/// Tells whether the baseline lacks a member.
pub(super) fn is_new(member: &Member) -> bool {
    member.is_new.unwrap_or(false)
}

/// Returns a line for each of the first `most` members, and one that counts the others.
pub(super) fn members(finding: &Finding, most: usize) -> Vec<String> {
    let mut lines: Vec<String> =
        members::rows(finding, most).into_iter().map(|(one, mark)| member(one, mark)).collect();
    lines.extend(left_out(finding.members.len(), most));
    lines
}

/// Returns a sentence for each reason why the report is incomplete: what the gate misses, then each scope.
pub(super) fn gaps(findings: &Findings) -> Vec<String> {
    if findings.gate.complete {
        return Vec::new();
    }
    let scopes = findings.coverage.iter().map(ToString::to_string);
    findings.gate.missing.iter().cloned().chain(scopes).map(|text| cell::escape(&text)).collect()
}
