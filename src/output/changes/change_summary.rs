//! The report in a line: what changed, what did not, what is unknown, and what was compared.

use super::change_text;
use crate::analysis::diff::{
    ChangeKind, Changes, ComparedInventory, DiffOutcome, KindCounts, MembershipChange,
};
use crate::model::Kind;
use crate::output::cell_text;
use crate::wording::{counted, counted_as};

/// Returns the report in a line.
pub(crate) fn line(changes: &Changes) -> String {
    let sum = |of: fn(&KindCounts) -> usize| changes.counts.iter().map(of).sum::<usize>();
    let mut parts = vec![sorts(changes)];
    parts.extend(memberships(changes));
    let moved = changes.moved_addresses.len();
    parts.extend((moved > 0).then(|| counted_as(moved, "address moved", "addresses moved")));
    let (unknown, outside) = (sum(|counts| counts.unknown), sum(|counts| counts.not_compared));
    parts.extend((unknown > 0).then(|| format!("{unknown} unknown")));
    parts.extend((outside > 0).then(|| format!("{outside} not compared")));
    let accounts = changes.accounts.len();
    parts.extend((accounts > 0).then(|| format!("{} on one side only", counted(accounts, "account"))));
    parts.extend(collisions(changes));
    parts.extend(gap(changes).map(|gap| format!("INCOMPLETE: {gap}")));
    parts.join("; ")
}

/// Counts what changed and what did not: `3 added, 1 removed, 0 changed, 0 moved, 0 replaced, 812 same`. What was not
/// asked for was not counted and is not there.
fn sorts(changes: &Changes) -> String {
    let number = |what| changes.counts.iter().map(|counts| counts.get(what)).sum::<usize>();
    let mut parts: Vec<String> =
        changes.only.iter().map(|what| format!("{} {}", number(*what), what.as_str())).collect();
    let same: Option<usize> = changes.counts.iter().map(|counts| counts.same).sum();
    parts.extend(same.map(|same| format!("{same} same")));
    parts.join(", ")
}

/// Counts who joined and left, where groups are compared.
fn memberships(changes: &Changes) -> Option<String> {
    let number = |what| changes.changes.iter().filter(|change| change.membership == Some(what)).count();
    let (joined, left) = (number(MembershipChange::Joined), number(MembershipChange::Left));
    (joined + left > 0).then(|| format!("{joined} joined, {left} left"))
}

fn collisions(changes: &Changes) -> Option<String> {
    let found = &changes.collisions;
    let lists = found.lists().map(|(state, list)| (state, list.len()));
    let counted = [("unknown", found.unknown), ("not compared", found.not_compared)];
    let numbers = lists.into_iter().chain(counted);
    let parts: Vec<String> = numbers
        .filter(|(_, number)| *number > 0)
        .map(|(state, number)| format!("{number} {state}"))
        .collect();
    (!parts.is_empty()).then(|| format!("collisions: {}", parts.join(", ")))
}

/// Says what was not read, where anything that matters was not.
pub(crate) fn gap(changes: &Changes) -> Option<String> {
    if changes.complete {
        return None;
    }
    let scopes = changes.gaps.len();
    Some(match changes.missing.as_slice() {
        _ if scopes > 0 => format!("{} failed", counted(scopes, "read")),
        [first, ..] => cell_text::escape_unprintable(first),
        [] => "what is unknown could not be read".to_owned(),
    })
}

/// Says that nothing changed, or that nothing is known.
pub(crate) fn nothing(changes: &Changes) -> String {
    match gap(changes) {
        Some(gap) => format!("no changes known; the comparison is incomplete: {gap}"),
        None if changes.result == DiffOutcome::Different => {
            "no resource changed that was compared".to_owned()
        }
        None if is_whole(changes) => "nothing changed".to_owned(),
        None => "nothing changed in what was compared".to_owned(),
    }
}

/// Tells whether all there is was compared, as far as the report knows; notes say what narrowed it.
fn is_whole(changes: &Changes) -> bool {
    changes.kinds.len() == Kind::ALL.len()
        && changes.only.len() == ChangeKind::ALL.len()
        && changes.filters.is_empty()
        && changes.not_compared.is_empty()
        && changes.accounts.is_empty()
        && changes.notes.is_empty()
}

/// Says what was compared with what: `@previous (2026-11-20T06:00:00Z) -> @latest (2026-11-21T06:00:00Z)`.
pub(crate) fn sides(changes: &Changes) -> String {
    format!("{} -> {}", side(&changes.old), side(&changes.new))
}

fn side(side: &ComparedInventory) -> String {
    let mut facts = vec![side.taken_at.to_string()];
    facts.extend(side.shard.as_ref().map(|shard| format!("shard {shard}")));
    facts.extend(
        side.filters.iter().map(|filter| format!("filtered by {}", change_text::shown(filter, true))),
    );
    format!("{} ({})", cell_text::escape_unprintable(&side.name), facts.join(", "))
}

/// Says what the comparison was confined to, a sentence each.
pub(crate) fn limits(changes: &Changes) -> Vec<String> {
    let list = |title: &str, items: Vec<&str>| {
        (!items.is_empty()).then(|| cell_text::escape_unprintable(&format!("{title}: {}", items.join(", "))))
    };
    let kinds = changes.kinds.iter().map(|kind| kind.as_str());
    let only = changes.only.iter().map(|what| what.as_str());
    [
        list("kinds", kinds.filter(|_| changes.kinds.len() < Kind::ALL.len()).collect()),
        list("only", only.filter(|_| changes.only.len() < ChangeKind::ALL.len()).collect()),
        list("filtered by", changes.filters.iter().map(String::as_str).collect()),
        list("ignored fields", changes.ignored.iter().map(String::as_str).collect()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
