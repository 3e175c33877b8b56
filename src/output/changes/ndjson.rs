//! NDJSON: what was compared and how much changed in the first line, then a change a line, and what nobody knows.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::diff::{Changes, Counts, Side, Verdict, What};
use crate::analysis::overlap::Finding;
use crate::model::Kind;
use crate::output::ndjson::lines;

/// The report without its lists.
#[derive(Serialize)]
struct Diff<'a> {
    schema_version: u32,
    generator: &'a str,
    old: &'a Side,
    new: &'a Side,
    result: Verdict,
    complete: bool,
    kinds: &'a [Kind],
    filters: &'a [String],
    only: &'a [What],
    ignored: &'a [String],
    counts: &'a [Counts],
    collisions: Numbers,
}

/// How many collisions came and went.
#[derive(Serialize)]
struct Numbers {
    introduced: usize,
    resolved: usize,
    unknown: usize,
}

/// A collision that came or went.
#[derive(Serialize)]
struct Collision<'a> {
    state: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// A sentence that the reader may need to know.
#[derive(Serialize)]
struct Note<'a> {
    note: &'a str,
}

/// Writes every record; the first says how many changes follow.
pub(super) fn write(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    let found = &changes.collisions;
    lines("diff", [&diff(changes)], out)?;
    lines("change", &changes.changes, out)?;
    lines("unknown", &changes.unknown, out)?;
    lines("not-compared", &changes.not_compared, out)?;
    for (state, findings) in [("introduced", &found.introduced), ("resolved", &found.resolved)] {
        lines(
            "collision",
            &findings.iter().map(|finding| Collision { state, finding }).collect::<Vec<_>>(),
            out,
        )?;
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
        kinds: &changes.kinds,
        filters: &changes.filters,
        only: &changes.only,
        ignored: &changes.ignored,
        counts: &changes.counts,
        collisions: Numbers {
            introduced: found.introduced.len(),
            resolved: found.resolved.len(),
            unknown: found.unknown,
        },
    }
}
