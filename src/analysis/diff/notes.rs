//! Sentences about the two sides that the report carries: why the comparison is incomplete, and what narrows it.

use std::cmp::Ordering;

use super::changes::{Changes, DiffSide};
use super::request::DiffRequest;
use super::sides::ComparedSide;
use crate::model::{Inventory, Kind, Shard};
use crate::wording::counted;

/// Says what makes the comparison incomplete whatever the scopes say: a side without coverage, or sides that are
/// different shards.
pub(super) fn missing(request: DiffRequest<'_>) -> Vec<String> {
    let sides = [(DiffSide::Old, request.old), (DiffSide::New, request.new)];
    let without_coverage = sides.into_iter().filter(|(_, (_, inventory))| inventory.coverage.is_empty());
    let mut missing: Vec<String> = without_coverage
        .map(|(side, (name, _))| {
            format!("{} has no coverage, so what it lacks is not known", side_name(side, name))
        })
        .collect();
    if shard(request.old.1) != shard(request.new.1) {
        let shards = sides.into_iter().filter_map(|(side, (name, inventory))| {
            Some(format!("{} is shard {} of a scan", side_name(side, name), shard(inventory)?))
        });
        missing.push(format!(
            "{}: accounts that are not in both sides are not compared",
            shards.collect::<Vec<_>>().join(", and ")
        ));
    }
    missing
}

/// Returns the shard that an inventory is, unless it is the whole estate.
fn shard(inventory: &Inventory) -> Option<&Shard> {
    inventory.shard.as_ref().filter(|shard| !shard.is_whole())
}

fn side_name(side: DiffSide, name: &str) -> String {
    format!("{} ({name})", side.as_str())
}

impl Changes {
    /// Says what may have changed, a part of a sentence for each sort: it could not be compared with what was not read.
    #[must_use]
    pub fn uncertainties(&self) -> Vec<String> {
        let mut uncertain = Vec::new();
        if !self.unknown.is_empty() {
            let rows = counted(self.unknown.len(), "resource");
            uncertain.push(format!("{rows} may have been added or removed"));
        }
        if self.collisions.unknown > 0 {
            let number = counted(self.collisions.unknown, "collision");
            uncertain.push(format!("{number} may have been introduced or resolved"));
        }
        uncertain
    }
}

/// Says what narrows the comparison, and what looks like a mistake. `unproven` resources differ in a field that one side
/// could not fully see.
pub(super) fn notes(
    request: DiffRequest<'_>,
    old: &ComparedSide<'_>,
    new: &ComparedSide<'_>,
    unproven: usize,
) -> Vec<String> {
    let sides = [(DiffSide::Old, request.old.0, old, new), (DiffSide::New, request.new.0, new, old)];
    let mut notes: Vec<String> = sides
        .into_iter()
        .flat_map(|(side, name, own, other)| notes_on_side(request, &side_name(side, name), own, other))
        .collect();
    notes.extend(note_on_unscanned_kinds(request, old, new));
    notes.extend(note_on_times(request));
    notes.extend(note_on_generators(request));
    notes.extend(note_on_unproven(unproven));
    notes
}

/// Says what one side has less of than the other.
fn notes_on_side(
    request: DiffRequest<'_>,
    side: &str,
    own: &ComparedSide<'_>,
    other: &ComparedSide<'_>,
) -> Vec<String> {
    let mut notes = Vec::new();
    let inventory = own.inventory;
    if !inventory.coverage.is_empty() {
        let lacks = |kind: &Kind| !own.coverage.was_requested(*kind) && other.coverage.was_requested(*kind);
        if let Some(kinds) = list_kinds(request, lacks) {
            notes.push(format!("{side} was not scanned for {kinds}, which are not compared"));
        }
    }
    if !inventory.filters.is_empty() {
        let filters = inventory.filters.join("`, `");
        notes.push(format!(
            "{side} is filtered by `{filters}`: rows that it lacks are compared only if they certainly match these filters"
        ));
    }
    if let Some(own) = shard(inventory).filter(|own| shard(other.inventory) == Some(*own)) {
        notes.push(format!("{side} is shard {own} of a scan, and so is the other side"));
    }
    notes
}

fn note_on_unscanned_kinds(
    request: DiffRequest<'_>,
    old: &ComparedSide<'_>,
    new: &ComparedSide<'_>,
) -> Option<String> {
    let lack = |kind: &Kind| !old.coverage.was_requested(*kind) && !new.coverage.was_requested(*kind);
    let kinds = list_kinds(request, lack)?;
    Some(format!("neither side was scanned for {kinds}, which are not compared"))
}

fn list_kinds(request: DiffRequest<'_>, is_wanted: impl Fn(&Kind) -> bool) -> Option<String> {
    let kinds: Vec<&str> = request.kinds().filter(is_wanted).map(Kind::as_str).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

fn note_on_times(request: DiffRequest<'_>) -> Option<String> {
    let ((old, before), (new, after)) = (request.old, request.new);
    let (before, after) = (before.taken_at, after.taken_at);
    match before.cmp(&after) {
        Ordering::Less => None,
        Ordering::Equal => {
            Some(format!("both sides were taken at {after}: {old} and {new} may be the same inventory"))
        }
        Ordering::Greater => Some(format!(
            "new ({new}) was taken at {after}, before old ({old}) at {before}: if you swapped them, added and removed are \
             the wrong way round"
        )),
    }
}

fn note_on_generators(request: DiffRequest<'_>) -> Option<String> {
    let (before, after) = (&request.old.1.generator, &request.new.1.generator);
    (before != after).then(|| {
        format!(
            "old was written by {before} and new by {after}: fields that only one of these reads show as changed"
        )
    })
}

fn note_on_unproven(unproven: usize) -> Option<String> {
    let resources = match unproven {
        0 => return None,
        1 => "1 resource".to_owned(),
        more => format!("{more} resources"),
    };
    Some(format!(
        "fields of {resources} are not compared, because one side could not see all of them: the network is \
         only shared with its account, it sees one end of the link only, or a list could not be read"
    ))
}
