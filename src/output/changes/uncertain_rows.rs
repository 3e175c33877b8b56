//! Rows that are unknown or cannot be compared, by side and reason.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::diff::{Changes, DiffSide, FailedRead, UnknownRow};
use crate::model::Kind;

/// Rows that one side has, and for which the other has one reason not to.
pub(crate) struct UncertainRows<'c> {
    /// The side that has them.
    pub only_in: DiffSide,
    /// Why the other cannot tell.
    pub reason: &'c str,
    /// How many there are of each kind.
    pub numbers: Vec<(Kind, usize)>,
    /// The rows, where they are listed.
    pub rows: Vec<&'c UnknownRow>,
}

/// Groups the rows that are unknown.
pub(crate) fn unknown(changes: &Changes) -> Vec<UncertainRows<'_>> {
    let mut groups: BTreeMap<(DiffSide, &str), Vec<&UnknownRow>> = BTreeMap::new();
    for row in &changes.unknown {
        groups.entry((row.only_in, &row.reason)).or_default().push(row);
    }
    groups.into_iter().map(|((only_in, reason), rows)| new_group(only_in, reason, rows)).collect()
}

fn new_group<'c>(only_in: DiffSide, reason: &'c str, rows: Vec<&'c UnknownRow>) -> UncertainRows<'c> {
    let number = |kind| rows.iter().filter(|row| row.kind == kind).count();
    let numbers = Kind::ALL.map(|kind| (kind, number(kind)));
    UncertainRows {
        only_in,
        reason,
        numbers: numbers.into_iter().filter(|(_, number)| *number > 0).collect(),
        rows,
    }
}

/// Groups the rows that the other side never asked for.
pub(crate) fn not_compared(changes: &Changes) -> Vec<UncertainRows<'_>> {
    let mut groups: BTreeMap<(DiffSide, &str), Vec<(Kind, usize)>> = BTreeMap::new();
    for rows in &changes.not_compared {
        groups.entry((rows.only_in, &rows.reason)).or_default().push((rows.kind, rows.rows));
    }
    let group = |((only_in, reason), numbers)| UncertainRows { only_in, reason, numbers, rows: Vec::new() };
    groups.into_iter().map(group).collect()
}

/// Lists what else makes the comparison incomplete, then the scopes that could not be read and that are no reason for
/// an unknown row, a sentence each.
pub(crate) fn gaps(changes: &Changes) -> Vec<String> {
    let told: HashSet<&str> = changes.unknown.iter().map(|row| row.reason.as_str()).collect();
    let name_of = |side| match side {
        DiffSide::Old => &changes.old.name,
        DiffSide::New => &changes.new.name,
    };
    let text = |gap: &FailedRead| (gap.side, gap.scope.to_string());
    let untold = changes.gaps.iter().map(text).filter(|(_, scope)| !told.contains(scope.as_str()));
    let missing = changes.missing.iter().map(|missing| format!("incomplete: {missing}"));
    missing.chain(untold.map(|(side, scope)| format!("not read in {}: {scope}", name_of(side)))).collect()
}
