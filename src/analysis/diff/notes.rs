//! What the reader of a comparison should know of its two sides, a sentence each.

use super::compare::Question;
use super::report::SideOf;
use super::sort_out::Prepared;
use crate::model::{Inventory, Kind, Shard};

/// Says why nobody knows what a side lacks, whatever came of its scopes: it has no coverage, or it is another part of
/// the estate than the other side.
pub(super) fn missing(question: Question<'_>) -> Vec<String> {
    let sides = [(SideOf::Old, question.old), (SideOf::New, question.new)];
    let called = |side: SideOf, name: &str| format!("{} ({name})", side.as_str());
    let uncovered = sides.into_iter().filter(|(_, (_, inventory))| inventory.coverage.is_empty());
    let mut missing: Vec<String> = uncovered
        .map(|(side, (name, _))| {
            let side = called(side, name);
            format!("{side} has no coverage: nobody knows what was read, so nothing that it lacks is proven")
        })
        .collect();
    let [old, new] = [question.old.1, question.new.1].map(part);
    if old != new {
        let parts = sides.into_iter().filter_map(|(side, (name, inventory))| {
            Some(format!("{} is the shard {} of the estate", called(side, name), part(inventory)?))
        });
        missing.push(format!(
            "{}: accounts that are not in both sides are not compared",
            parts.collect::<Vec<_>>().join(", and ")
        ));
    }
    missing
}

/// Returns the part of the estate that an inventory has, unless it is the whole.
fn part(inventory: &Inventory) -> Option<&Shard> {
    inventory.shard.as_ref().filter(|shard| !shard.is_whole())
}

/// Lists what narrows the comparison, and what may have gone wrong in asking for it. Of so many resources some field
/// that differs is `unproven`.
pub(super) fn notes(
    question: Question<'_>,
    old: &Prepared<'_>,
    new: &Prepared<'_>,
    unproven: usize,
) -> Vec<String> {
    let names = [question.old.0, question.new.0].map(str::to_owned);
    let sides = [(SideOf::Old, &names[0], old, new), (SideOf::New, &names[1], new, old)];
    let mut notes: Vec<String> = sides
        .into_iter()
        .flat_map(|(side, name, own, other)| {
            narrower(question, &format!("{} ({name})", side.as_str()), own, other)
        })
        .collect();
    notes.extend(neither(question, old, new));
    notes.extend(times(old, new, &names));
    notes.extend(generators(old, new));
    if unproven > 0 {
        let of = if unproven == 1 { "1 resource".to_owned() } else { format!("{unproven} resources") };
        notes.push(format!(
            "fields of {of} are not compared, since one side saw only a part: as the guest of a shared network, from one \
             end of a link, or where a list could not be read"
        ));
    }
    notes
}

/// Says what one side has less of than the other.
fn narrower(question: Question<'_>, side: &str, own: &Prepared<'_>, other: &Prepared<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let inventory = own.inventory;
    if !inventory.coverage.is_empty() {
        let lacks = |kind: &Kind| !own.ledger.asked(*kind) && other.ledger.asked(*kind);
        if let Some(kinds) = list(question, lacks) {
            notes.push(format!("{side} was not asked for {kinds}, which are not compared"));
        }
    }
    if !inventory.filters.is_empty() {
        let filters = inventory.filters.join("`, `");
        notes.push(format!(
            "{side} is filtered by `{filters}`: of what it lacks only that is compared which surely meets them"
        ));
    }
    if let Some(shard) = part(inventory).filter(|shard| part(other.inventory) == Some(*shard)) {
        notes.push(format!("{side} is the shard {shard} of the estate, as the other side is"));
    }
    notes
}

fn neither(question: Question<'_>, old: &Prepared<'_>, new: &Prepared<'_>) -> Option<String> {
    let kinds = list(question, |kind| !old.ledger.asked(*kind) && !new.ledger.asked(*kind))?;
    Some(format!("neither side was asked for {kinds}, which are not compared"))
}

fn list(question: Question<'_>, wanted: impl Fn(&Kind) -> bool) -> Option<String> {
    let kinds = Kind::ALL.into_iter().filter(|kind| question.kinds.contains(kind) && wanted(kind));
    let kinds: Vec<&str> = kinds.map(Kind::as_str).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

fn times(old: &Prepared<'_>, new: &Prepared<'_>, names: &[String; 2]) -> Option<String> {
    let (before, after) = (old.inventory.taken_at, new.inventory.taken_at);
    let [old, new] = names;
    match before.cmp(&after) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal => {
            Some(format!("both sides were taken at {after}: {old} and {new} may be one and the same"))
        }
        std::cmp::Ordering::Greater => Some(format!(
            "new ({new}) was taken at {after}, before old ({old}) at {before}: what reads as added may be removed; \
             perhaps they are the wrong way round"
        )),
    }
}

fn generators(old: &Prepared<'_>, new: &Prepared<'_>) -> Option<String> {
    let (before, after) = (&old.inventory.generator, &new.inventory.generator);
    (before != after).then(|| {
        format!(
            "old was written by {before} and new by {after}: what only one of them reads shows as changed"
        )
    })
}
