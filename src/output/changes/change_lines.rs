//! Changes in a line each, for people who watch a terminal.

use super::change_text;
use crate::analysis::diff::{Changes, RowChange};
use crate::output::findings::finding_text;

/// Returns a line for each change: what came, went or differs, addresses that another resource has now, and collisions.
/// Each line is made when it is asked for.
pub fn change_lines(changes: &Changes) -> impl Iterator<Item = String> {
    let rows = changes.changes.iter().map(row);
    let moved = changes.moved_addresses.iter().map(|moved| change_text::moved_address(moved, false));
    let collisions = changes.collisions.lists().into_iter().flat_map(|(state, list)| {
        list.iter().map(move |collision| {
            let finding = &collision.finding;
            format!("collision {state}: {} {}", finding_text::title(finding), finding_text::space(finding))
        })
    });
    rows.chain(moved).chain(collisions)
}

/// Counts the lines that [`change_lines`] returns, and makes none.
#[must_use]
pub fn count_change_lines(changes: &Changes) -> usize {
    let collisions: usize = changes.collisions.lists().iter().map(|(_, list)| list.len()).sum();
    changes.changes.len() + changes.moved_addresses.len() + collisions
}

/// Describes a change: `added instance i-0a1b (web-1) in shop-prod (111111111111) eu-west-1: t3.micro 10.0.0.4`.
fn row(change: &RowChange) -> String {
    let id = &change.location.id;
    let name = change_text::name(change.name.as_deref(), id);
    let name = name.map(|name| format!(" ({})", change_text::shown(name, false))).unwrap_or_default();
    let place = change_text::whereabouts(&change.location, change.account_name.as_deref(), false).join(" ");
    let mut what: Vec<String> = change_text::origin(change, false).into_iter().collect();
    what.extend(change.fields.iter().map(change_text::field));
    what.extend(change_text::facts(change, false));
    let what = if what.is_empty() { String::new() } else { format!(": {}", what.join("; ")) };
    let (verb, kind) = (change.change.as_str(), change.kind.singular());
    format!("{verb} {kind} {}{name} in {place}{what}", change_text::id(id, false))
}
