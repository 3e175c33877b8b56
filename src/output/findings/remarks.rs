//! What people need to know besides the findings, a sentence each.

use crate::analysis::overlap::{AllowState, AllowUse, Findings};
use crate::output::cell_text;

/// Returns entries of the allow list that do nothing any more, values that could not be compared, notes, and what the
/// gate misses.
pub(crate) fn list_remarks(findings: &Findings) -> Vec<Vec<String>> {
    let unknown = |value: &crate::model::UnknownValue| {
        let (address, attribute) = (&value.address, &value.attribute);
        format!("not compared: {address} {attribute} is known only once the plan is applied")
    };
    [
        findings.allow.iter().filter_map(allow).collect::<Vec<String>>(),
        findings.unknown.iter().map(unknown).collect(),
        findings.notes.iter().map(|note| format!("note: {note}")).collect(),
        findings.gate.missing.iter().map(|missing| format!("incomplete: {missing}")).collect(),
    ]
    .map(|lines| lines.iter().map(|line| cell_text::escape_unprintable(line)).collect())
    .into()
}

fn allow(entry: &AllowState) -> Option<String> {
    let (place, reason) = (&entry.place, &entry.reason);
    match entry.state {
        AllowUse::Used | AllowUse::Unproven => None,
        AllowUse::Stale => Some(format!("allow list: {place} is stale: it covers no collision ({reason})")),
        AllowUse::Expired => {
            let when = entry.expires.map(|date| format!(" on {date}")).unwrap_or_default();
            Some(format!("allow list: {place} expired{when}: what it covers counts again ({reason})"))
        }
    }
}
