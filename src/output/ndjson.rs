//! NDJSON: one object per line, its kind in `record`.

use std::io::{self, Write};

use serde::Serialize;

use super::export::Export;
use super::format::{
    AnswersFormat, ChangesFormat, ExportSpec, FileLayout, FindingsFormat, Format, FormatSpec, FreeFormat,
    RowFormat, RowWriter, SyncFormat, UsageFormat, export_spec, format_spec,
};
use super::json::write_line;
use crate::analysis::default_vpcs::DefaultVpcsReport;
use crate::analysis::diff::{
    ChangeKind, Changes, CollisionChange, ComparedInventory, DiffOutcome, KindCounts,
};
use crate::analysis::find::{FindAnswer, FindHistory, FindReport, FindStatus, ThingKind};
use crate::analysis::free::{FreeAnswer, FreeQuestion, FreeReport, FreeStatus, OfferedPrefixes};
use crate::analysis::groups::GroupsReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::overlap::Findings;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::{UsageCounts, UsageKind, UsageReport};
use crate::model::{InventoryView, Kind};
use crate::output::layout::Layout;
use crate::sync::{ExceededLimit, SyncCounts, SyncReport, TargetReport};

/// What `ndjson` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["ndjson", "jsonl"],
    rows: Some(RowFormat {
        help: "One JSON object per line, for streams and log pipelines",
        writer: RowWriter::Objects { write: write_rows, write_answer },
    }),
    changes: Some(ChangesFormat {
        help: "One JSON object per change, for streams and log pipelines",
        write: write_changes,
    }),
    findings: Some(FindingsFormat {
        help: "One JSON object per finding, for streams and log pipelines",
        has_notes: false,
        write: write_findings,
    }),
    answers: Some(AnswersFormat {
        help: "One JSON object per match and per answer, for streams and log pipelines",
        write: write_answers,
        write_history,
    }),
    free: Some(FreeFormat {
        help: "One JSON object per free block, prefix and answer, for streams and log pipelines",
        write: write_free,
        write_plan,
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "One JSON object per row, for streams and log pipelines",
        has_notes: true,
        write: write_usage,
    }),
    sync: Some(SyncFormat { help: "A line for each step", write: write_sync }),
    export: Some(ExportSpec {
        flags: &["--kind", "--template"],
        ..export_spec(
            "One JSON object per line, its kind in `record`",
            FileLayout::Whole("inventory.ndjson"),
            write_export,
        )
    }),
    ..format_spec(Format::Ndjson, "ndjson", "One JSON object per line, for streams and log pipelines")
};

#[derive(Serialize)]
struct NdjsonLine<'a, T> {
    record: &'static str,
    #[serde(flatten)]
    fields: &'a T,
}

/// Writes the rows of `kinds`, then the scopes that could not be read.
pub(super) fn write_rows(view: InventoryView<'_>, kinds: &[Kind], out: &mut dyn Write) -> io::Result<()> {
    write_kinds(view, kinds, false, out)
}

/// Writes the rows of an export, then the coverage.
pub(super) fn write_export(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let kinds: Vec<Kind> = export.listings.iter().filter_map(|table| table.kind).collect();
    write_kinds(export.view, &kinds, true, out)
}

/// Writes one group per line, then the reads that failed and could have found members.
pub(super) fn write_groups(report: &GroupsReport, out: &mut dyn Write) -> io::Result<()> {
    lines("group", &report.groups, out)?;
    lines("coverage", &report.coverage, out)
}

/// Writes each default VPC on a line, then what was not read.
pub(super) fn write_default_vpcs(report: &DefaultVpcsReport, out: &mut dyn Write) -> io::Result<()> {
    lines("default-vpc", &report.vpcs, out)?;
    lines("coverage", &report.coverage, out)
}

/// Writes each of `objects` on a line.
pub(super) fn write_objects<T: Serialize>(objects: &&[T], out: &mut dyn Write) -> io::Result<()> {
    objects.iter().try_for_each(|object| write_line(object, out))
}

/// Writes the answer to a query, an element of an array per line.
pub(super) fn write_answer(answer: &serde_json::Value, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    match answer {
        serde_json::Value::Array(elements) => {
            elements.iter().try_for_each(|element| write_line(element, out))
        }
        single => write_line(single, out),
    }
}

/// Writes the rows of `kinds`, then the coverage: the whole of it, or what could not be read.
fn write_kinds(view: InventoryView<'_>, kinds: &[Kind], whole: bool, out: &mut dyn Write) -> io::Result<()> {
    let inventory = view.inventory;
    for kind in kinds {
        let record = kind.singular();
        match kind {
            Kind::Networks => lines(record, &inventory.networks, out)?,
            Kind::Subnets => lines(record, &inventory.subnets, out)?,
            Kind::Instances => {
                view.instances.each(&mut |one| write_line(&NdjsonLine { record, fields: one }, out))?;
            }
            Kind::Interfaces => {
                view.interfaces.each(&mut |one| write_line(&NdjsonLine { record, fields: one }, out))?;
            }
            Kind::Links => lines(record, &inventory.links, out)?,
        }
    }
    let coverage = inventory.coverage.iter().filter(|entry| whole || entry.outcome.is_incomplete());
    lines("coverage", coverage, out)
}

/// A sentence that the reader may need to know.
#[derive(Serialize)]
struct Note<'a> {
    note: &'a str,
}

/// Writes one finding per line, then the other lists of the report, and the gate last: output without it is cut short.
pub(super) fn write_findings(findings: &Findings, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    lines("finding", &findings.findings, out)?;
    lines("allow", &findings.allow, out)?;
    lines("unknown", &findings.unknown, out)?;
    lines("note", &findings.notes.iter().map(|note| Note { note }).collect::<Vec<_>>(), out)?;
    lines("coverage", &findings.coverage, out)?;
    lines("gate", [&findings.gate], out)
}

/// Changes of an inventory that is watched.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ChangeBatch {
    /// The number of the batch, from 1. A batch that is written again has the same number.
    pub sequence: u64,
    /// When it became known, in UTC.
    pub at: jiff::Timestamp,
    /// What made it known: `events`, after which a part was read again, or a `scan` of everything.
    pub cause: &'static str,
}

/// Writes a batch of changes: what it is in the first line, then the changes as [`write_changes`] does.
pub fn write_change_batch(batch: ChangeBatch, changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    lines("batch", [&batch], out)?;
    write_change_lines(changes, out)
}

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
    moved_addresses: usize,
    collisions: CollisionCounts,
}

/// How many collisions came, went and changed.
#[derive(Serialize)]
struct CollisionCounts {
    introduced: usize,
    grown: usize,
    shrunk: usize,
    resolved: usize,
    unknown: usize,
    not_compared: usize,
}

/// A collision that came, went or changed.
#[derive(Serialize)]
struct CollisionLine<'a> {
    state: &'static str,
    #[serde(flatten)]
    collision: &'a CollisionChange,
}

/// Writes what was compared and all counts in the first line, then one change per line and the other lists of the report.
pub(super) fn write_changes(changes: &Changes, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_change_lines(changes, out)
}

fn write_change_lines(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    lines("diff", [&diff(changes)], out)?;
    lines("change", &changes.changes, out)?;
    lines("moved-address", &changes.moved_addresses, out)?;
    lines("unknown", &changes.unknown, out)?;
    lines("not-compared", &changes.not_compared, out)?;
    lines("account", &changes.accounts, out)?;
    for (state, list) in changes.collisions.lists() {
        let stated: Vec<CollisionLine<'_>> =
            list.iter().map(|collision| CollisionLine { state, collision }).collect();
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
        moved_addresses: changes.moved_addresses.len(),
        collisions: CollisionCounts {
            introduced: found.introduced.len(),
            grown: found.grown.len(),
            shrunk: found.shrunk.len(),
            resolved: found.resolved.len(),
            unknown: found.unknown,
            not_compared: found.not_compared,
        },
    }
}

/// A part of an answer, with the thing that it is about.
#[derive(Serialize)]
struct About<'a, T> {
    query: &'a str,
    #[serde(flatten)]
    part: &'a T,
}

/// An answer without its lists.
#[derive(Serialize)]
struct AnswerSummary<'a> {
    query: &'a str,
    kind: ThingKind,
    value: &'a str,
    status: FindStatus,
    complete: bool,
    matches: usize,
    free: &'a Option<Vec<ipnet::IpNet>>,
    suggestions: &'a [String],
    notes: &'a [String],
}

/// The report without its answers.
#[derive(Serialize)]
struct FindSummary<'a> {
    schema_version: u32,
    generator: &'a str,
    taken_at: jiff::Timestamp,
    complete: bool,
    missing: &'a [String],
}

/// Writes each match on a line, what is joined to the networks, and each answer, then what was not read, and the report
/// without its lists last: output without it is cut short.
pub(super) fn write_answers(report: &FindReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    for answer in &report.answers {
        let query = &answer.query;
        write_about("match", query, &answer.matches, out)?;
        write_about("joined", query, &answer.joined, out)?;
        write_about("hub", query, &answer.hubs, out)?;
        lines("answer", [&summarize(answer)], out)?;
    }
    lines("coverage", report.coverage.iter().copied(), out)?;
    let summary = FindSummary {
        schema_version: report.schema_version,
        generator: report.generator,
        taken_at: report.taken_at,
        complete: report.complete,
        missing: &report.missing,
    };
    lines("find", [&summary], out)
}

/// An answer of a history without its holders.
#[derive(Serialize)]
struct HistorySummary<'a> {
    query: &'a str,
    kind: ThingKind,
    value: &'a str,
    status: FindStatus,
    complete: bool,
    holders: usize,
}

/// Writes each snapshot on a line, then each holder, and each answer after its holders.
pub(super) fn write_history(history: &FindHistory, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    lines("snapshot", &history.snapshots, out)?;
    history.answers.iter().try_for_each(|answer| {
        write_about("holder", &answer.query, &answer.holders, out)?;
        let summary = HistorySummary {
            query: &answer.query,
            kind: answer.kind,
            value: &answer.value,
            status: answer.status,
            complete: answer.complete,
            holders: answer.holders.len(),
        };
        lines("answer", [&summary], out)
    })
}

/// The report of `usage` without its rows.
#[derive(Serialize)]
struct UsageSummary<'a> {
    schema_version: u32,
    generator: &'a str,
    taken_at: jiff::Timestamp,
    of: UsageKind,
    complete: bool,
    fail_on: &'a [String],
    exit_code: u8,
    counts: UsageCounts,
    snapshots: Option<usize>,
    notes: &'a [String],
    missing: &'a [String],
}

/// Writes each row on a line, then what was not read, and the report without its lists last: output without it is cut short.
pub(super) fn write_usage(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    lines("row", &report.rows, out)?;
    lines("coverage", &report.coverage, out)?;
    let summary = UsageSummary {
        schema_version: report.schema_version,
        generator: &report.generator,
        taken_at: report.taken_at,
        of: report.of,
        complete: report.complete,
        fail_on: &report.fail_on,
        exit_code: report.exit.code(),
        counts: report.counts,
        snapshots: report.snapshots,
        notes: &report.notes,
        missing: &report.missing,
    };
    lines("usage", [&summary], out)
}

/// Something of a registry.
#[derive(Serialize)]
struct RegistryLine<'a, T> {
    target: &'a str,
    #[serde(flatten)]
    part: &'a T,
}

/// A registry without the lists of its plan.
#[derive(Serialize)]
struct TargetSummary<'a> {
    name: &'a str,
    r#type: &'a str,
    location: &'a str,
    error: &'a Option<String>,
    refused: &'a [String],
    counts: SyncCounts,
    exceeded_limits: &'a [ExceededLimit],
    notes: &'a [String],
}

/// The plans of `sync` without their lists.
#[derive(Serialize)]
struct SyncSummary<'a> {
    schema_version: u32,
    generator: &'a str,
    taken_at: jiff::Timestamp,
    complete: bool,
    apply: bool,
    exit_code: u8,
    missing: &'a [String],
}

/// Writes each step, conflict and record that is left alone on a line, then its registry, and the report without its lists
/// last: output without it is cut short.
pub(super) fn write_sync(report: &SyncReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    for target in &report.targets {
        write_of_target("step", target, &target.steps, out)?;
        write_of_target("conflict", target, &target.conflicts, out)?;
        write_of_target("left-alone", target, &target.left_alone, out)?;
        let TargetReport { name, r#type, location, error, refused, counts, exceeded_limits, notes, .. } =
            target;
        let counts = *counts;
        lines(
            "target",
            [&TargetSummary { name, r#type, location, error, refused, counts, exceeded_limits, notes }],
            out,
        )?;
    }
    lines("coverage", &report.coverage, out)?;
    let summary = SyncSummary {
        schema_version: report.schema_version,
        generator: &report.generator,
        taken_at: report.taken_at,
        complete: report.complete,
        apply: report.apply,
        exit_code: report.exit.code(),
        missing: &report.missing,
    };
    lines("sync", [&summary], out)
}

fn write_of_target<T: Serialize>(
    record: &'static str,
    target: &TargetReport,
    parts: &[T],
    out: &mut dyn Write,
) -> io::Result<()> {
    parts.iter().try_for_each(|part| {
        write_line(&NdjsonLine { record, fields: &RegistryLine { target: &target.name, part } }, out)
    })
}

/// An answer of `free` without its lists.
#[derive(Serialize)]
struct FreeAnswerSummary<'a> {
    query: &'a str,
    is_pool: bool,
    prefixes: &'a [ipnet::IpNet],
    status: FreeStatus,
    addresses: Option<u64>,
    addresses_free: Option<u64>,
    widest: Option<ipnet::IpNet>,
    widest_ipv6: Option<ipnet::IpNet>,
    offer: &'a Option<OfferedPrefixes>,
    holes: usize,
}

/// The report of `free` without its answers.
#[derive(Serialize)]
struct FreeSummary<'a> {
    schema_version: u32,
    generator: &'a str,
    taken_at: jiff::Timestamp,
    question: FreeQuestion,
    complete: bool,
    notes: &'a [String],
    missing: &'a [String],
}

/// Writes each free block, holder and network that is not joined on a line, and each answer after its own, then what was not
/// read, and the report without its lists last: output without it is cut short.
pub(super) fn write_free(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    for answer in &report.answers {
        let query = &answer.query;
        write_about("hole", query, &answer.holes, out)?;
        write_about("held", query, answer.held.as_deref().unwrap_or_default(), out)?;
        write_about("not-joined", query, &answer.not_joined, out)?;
        lines("answer", [&summarize_free(answer)], out)?;
    }
    lines("coverage", report.coverage.iter().copied(), out)?;
    let summary = FreeSummary {
        schema_version: report.schema_version,
        generator: report.generator,
        taken_at: report.taken_at,
        question: report.question,
        complete: report.complete,
        notes: &report.notes,
        missing: &report.missing,
    };
    lines("free", [&summary], out)
}

/// Writes each subnet and each prefix that is held on a line, and the plan without them last: output without it is cut
/// short.
pub(super) fn write_plan(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    lines("subnet", &plan.subnets, out)?;
    lines("held", &plan.held, out)?;
    let rest = NetworkPlan { subnets: Vec::new(), held: Vec::new(), ..plan.clone() };
    let mut fields = serde_json::to_value(&rest)?;
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("subnets");
        fields.remove("held");
    }
    lines("network-plan", [&fields], out)
}

fn summarize_free<'r>(answer: &'r FreeAnswer<'_>) -> FreeAnswerSummary<'r> {
    FreeAnswerSummary {
        query: &answer.query,
        is_pool: answer.is_pool,
        prefixes: &answer.prefixes,
        status: answer.status,
        addresses: answer.addresses,
        addresses_free: answer.addresses_free,
        widest: answer.widest,
        widest_ipv6: answer.widest_ipv6,
        offer: &answer.offer,
        holes: answer.holes.len(),
    }
}

fn write_about<T: Serialize>(
    record: &'static str,
    query: &str,
    parts: &[T],
    out: &mut dyn Write,
) -> io::Result<()> {
    parts.iter().try_for_each(|part| write_line(&NdjsonLine { record, fields: &About { query, part } }, out))
}

fn summarize<'r>(answer: &'r FindAnswer<'_>) -> AnswerSummary<'r> {
    AnswerSummary {
        query: &answer.query,
        kind: answer.kind,
        value: &answer.value,
        status: answer.status,
        complete: answer.complete,
        matches: answer.matches.len(),
        free: &answer.free,
        suggestions: &answer.suggestions,
        notes: &answer.notes,
    }
}

/// Writes `items`, one per line, as records of the kind `record`.
fn lines<'a, T: Serialize + 'a>(
    record: &'static str,
    items: impl IntoIterator<Item = &'a T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    items.into_iter().try_for_each(|fields| write_line(&NdjsonLine { record, fields }, out))
}
