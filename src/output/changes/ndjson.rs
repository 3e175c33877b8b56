//! NDJSON: what was compared and how much changed in the first line, then a change a line, and what nobody knows.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::diff::{
    ChangeKind, Changes, CollisionChange, ComparedInventory, DiffOutcome, KindCounts,
};
use crate::model::Kind;
use crate::output::ndjson::lines;

/// The report without its lists.
#[derive(Serialize)]
struct Diff<'a> {
    schema_version: u32,
    generator: &'a str,
    old: &'a ComparedInventory,
    new: &'a ComparedInventory,
    result: DiffOutcome,
    complete: bool,
    missing: &'a [String],
    same_scope: bool,
    kinds: &'a [Kind],
    filters: &'a [String],
    only: &'a [ChangeKind],
    ignored: &'a [String],
    compared: usize,
    counts: &'a [KindCounts],
    accounts: usize,
    collisions: Numbers,
}

/// How many collisions came, went and changed.
#[derive(Serialize)]
struct Numbers {
    introduced: usize,
    grown: usize,
    shrunk: usize,
    resolved: usize,
    unknown: usize,
    not_compared: usize,
}

/// A collision that came, went or changed.
#[derive(Serialize)]
struct Stated<'a> {
    state: &'static str,
    #[serde(flatten)]
    collision: &'a CollisionChange,
}

/// A sentence that the reader may need to know.
#[derive(Serialize)]
struct Note<'a> {
    note: &'a str,
}

/// Writes every record; the first says how many changes follow.
pub(crate) fn write(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    lines("diff", [&diff(changes)], out)?;
    lines("change", &changes.changes, out)?;
    lines("unknown", &changes.unknown, out)?;
    lines("not-compared", &changes.not_compared, out)?;
    lines("account", &changes.accounts, out)?;
    for (state, list) in changes.collisions.lists() {
        let stated: Vec<Stated<'_>> = list.iter().map(|collision| Stated { state, collision }).collect();
        lines("collision", &stated, out)?;
    }
    lines("gap", &changes.gaps, out)?;
    lines("note", &changes.notes.iter().map(|note| Note { note }).collect::<Vec<_>>(), out)
}

fn diff(changes: &Changes) -> Diff<'_> {
    let found = &changes.collisions;
    Diff {
        schema_version: changes.schema_version,
        generator: &changes.generator,
        old: &changes.old,
        new: &changes.new,
        result: changes.result,
        complete: changes.complete,
        missing: &changes.missing,
        same_scope: changes.same_scope,
        kinds: &changes.kinds,
        filters: &changes.filters,
        only: &changes.only,
        ignored: &changes.ignored,
        compared: changes.compared,
        counts: &changes.counts,
        accounts: changes.accounts.len(),
        collisions: Numbers {
            introduced: found.introduced.len(),
            grown: found.grown.len(),
            shrunk: found.shrunk.len(),
            resolved: found.resolved.len(),
            unknown: found.unknown,
            not_compared: found.not_compared,
        },
    }
}
