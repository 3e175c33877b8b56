//! How findings, members and gaps read, the same in every format; nothing here drives a terminal.

use crate::analysis::overlap::{Finding, FindingStatus, Findings, Member, MemberOrigin};
use crate::output::cell_text;
use crate::output::layout::left_out;

/// The most disputed prefixes that are named; a finding may have thousands.
const MAX_SPACES: usize = 2;
/// The mark of a member that the baseline lacks.
pub(crate) const NEW: &str = "new";

/// Returns the code and the class, such as `NC101 connected`.
pub(crate) fn title(finding: &Finding) -> String {
    format!("{} {}", finding.class.code(), finding.class)
}

/// Returns the disputed prefixes: the first two, and how many more there are in what.
pub(crate) fn space(finding: &Finding) -> String {
    let shown: Vec<String> = finding.spaces.iter().take(MAX_SPACES).map(ToString::to_string).collect();
    match finding.spaces.len() - shown.len() {
        0 if shown.is_empty() => finding.within.to_string(),
        0 => shown.join(", "),
        more => format!("{}, +{more} more in {}", shown.join(", "), finding.within),
    }
}

/// Returns what came of a finding, in a word.
pub(crate) const fn status(finding: &Finding) -> &'static str {
    match (finding.fails, finding.status) {
        (true, _) => "FAILS",
        (false, FindingStatus::Open) => "reported",
        (false, FindingStatus::Known) => "known",
        (false, FindingStatus::Accepted) => "accepted",
    }
}

/// Returns where a member is from: its cloud, or that it is planned or outside the clouds.
pub(crate) fn source(member: &Member) -> &'static str {
    match (member.origin, member.provider) {
        (MemberOrigin::Cloud, Some(provider)) => provider.as_str(),
        (origin, _) => self::origin(origin),
    }
}

/// Returns the name of an origin, as documents have it.
pub(crate) const fn origin(origin: MemberOrigin) -> &'static str {
    match origin {
        MemberOrigin::Cloud => "cloud",
        MemberOrigin::External => "external",
        MemberOrigin::Planned => "planned",
    }
}

/// Returns what people call a member's account: its name where known, else its id.
pub(crate) fn account(member: &Member) -> Option<&str> {
    member.account_name.as_deref().or(member.account.as_deref())
}

/// Returns a member in a line, with what is marked behind it.
pub(crate) fn member(member: &Member, mark: Option<&str>) -> String {
    let mut words = vec![source(member).to_owned()];
    words.extend(account(member).map(str::to_owned));
    words.extend(member.region.clone());
    words.push(member.id.clone());
    words.extend(member.name.as_ref().filter(|name| **name != member.id).map(|name| format!("({name})")));
    words.push(member.prefix.to_string());
    words.extend(mark.map(str::to_owned));
    cell_text::escape_unprintable(&words.join(" "))
}

/// Tells whether the baseline lacks a member.
pub(crate) fn is_new(member: &Member) -> bool {
    member.is_new.unwrap_or(false)
}

/// A member, and what is marked behind it.
pub(crate) type MarkedMember<'m> = (&'m Member, Option<&'static str>);

/// Lists the first `most` members of a finding, the new ones with their mark.
pub(crate) fn marked_members(finding: &Finding, most: usize) -> Vec<MarkedMember<'_>> {
    let row = |member| (member, is_new(member).then_some(NEW));
    finding.members.iter().take(most).map(row).collect()
}

/// Returns a line for each of the first `most` members, and one that counts the others.
pub(crate) fn members(finding: &Finding, most: usize) -> Vec<String> {
    let mut lines: Vec<String> =
        marked_members(finding, most).into_iter().map(|(one, mark)| member(one, mark)).collect();
    lines.extend(left_out(finding.members.len(), most));
    lines
}

/// Returns a sentence for each reason why the report is incomplete: what the gate misses, then each scope.
pub(crate) fn gaps(findings: &Findings) -> Vec<String> {
    if findings.gate.complete {
        return Vec::new();
    }
    let scopes = findings.coverage.iter().map(ToString::to_string);
    findings
        .gate
        .missing
        .iter()
        .cloned()
        .chain(scopes)
        .map(|text| cell_text::escape_unprintable(&text))
        .collect()
}
