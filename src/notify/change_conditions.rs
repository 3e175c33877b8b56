//! The report of `diff` as conditions: each change is told once.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::notice::{Place, ReportKind, Severity};
use super::observation::{Condition, MAX_PLACES, Observation, incomplete};
use crate::analysis::diff::{ChangeKind, Changes, CollisionChange, ResourceLocation, RowChange};
use crate::model::{Coverage, Metric, stable_hash};
use crate::wording::{counted, shell_quoted};

/// The most fields of a change that a sentence names.
const MAX_FIELDS: usize = 3;
/// The most characters of a field's value that a sentence repeats.
const MAX_VALUE: usize = 60;

/// Makes the observation of a report that `command` shows.
#[must_use]
pub fn observe_changes(changes: &Changes, command: String) -> Observation {
    let gaps: Vec<Coverage> = changes.gaps.iter().map(|gap| gap.scope.clone()).collect();
    let mut conditions: Vec<Condition> = changes
        .collisions
        .lists()
        .into_iter()
        .flat_map(|(state, list)| list.iter().map(move |change| (state, change)))
        .map(|(state, change)| collision(state, change, &command))
        .collect();
    conditions.extend(changes.changes.iter().map(|change| row(change, &command)));
    conditions.extend(incomplete(changes.complete, &gaps, &changes.missing));
    Observation {
        report: ReportKind::Diff,
        generator: changes.generator.clone(),
        taken_at: changes.new.taken_at,
        lasting: false,
        conditions,
        complete: changes.complete,
        reads: BTreeSet::new(),
        now: describe(changes),
        notes: changes.uncertainties(),
        command,
        metrics: metrics(changes),
    }
}

/// Returns the command that compares the two sides again.
#[must_use]
pub fn diff_command(changes: &Changes) -> String {
    format!("netcensus diff {} {}", shell_quoted(&changes.old.name), shell_quoted(&changes.new.name))
}

/// Counts what differs, as a part of a sentence.
fn describe(changes: &Changes) -> String {
    let total = |kind| changes.counts.iter().map(|counts| counts.get(kind)).sum::<usize>();
    let counts = ChangeKind::ALL.map(|kind| (total(kind), kind.as_str()));
    let rows = counts.into_iter().filter(|(number, _)| *number > 0);
    let rows: Vec<String> = rows.map(|(number, kind)| format!("{number} {kind}")).collect();
    let introduced = changes.collisions.introduced.len();
    let rows = if rows.is_empty() { "no resource differs".to_owned() } else { rows.join(", ") };
    if introduced > 0 { format!("{rows}, {} introduced", counted(introduced, "collision")) } else { rows }
}

fn collision(state: &str, change: &CollisionChange, command: &str) -> Condition {
    let finding = &change.finding;
    let level = match state {
        "introduced" => Severity::Critical,
        "grown" => Severity::Warning,
        _ => Severity::Info,
    };
    let members = if change.came.is_empty() { &finding.members } else { &change.came };
    Condition {
        key: format!("{state} {}-{} {}", finding.code, finding.fingerprint, finding.members.len()),
        level: Some(level),
        holds: Some(level),
        size: finding.members.len(),
        code: Some(finding.code.clone()),
        what: format!("collision {state}: {}", finding.message),
        places: members.iter().take(MAX_PLACES).map(Place::from).collect(),
        places_left_out: members.len().saturating_sub(MAX_PLACES),
        needs: Vec::new(),
        command: command.to_owned(),
    }
}

fn row(change: &RowChange, command: &str) -> Condition {
    let level = match change.change {
        ChangeKind::Removed | ChangeKind::Replaced | ChangeKind::Moved => Severity::Warning,
        ChangeKind::Added | ChangeKind::Changed => Severity::Info,
    };
    let ResourceLocation { provider, account, region, id } = &change.location;
    // The same field may change again, to another value.
    let fields = serde_json::to_vec(&change.fields).unwrap_or_default();
    let (verb, kind) = (change.change.as_str(), change.kind);
    let account_key = account.as_deref().unwrap_or_default();
    Condition {
        key: format!("{verb} {kind} {provider} {account_key} {id} {:08x}", stable_hash(fields)),
        level: Some(level),
        holds: Some(level),
        size: change.fields.len(),
        code: None,
        what: sentence(change),
        places: vec![Place {
            provider: Some(*provider),
            account: account.clone(),
            account_name: change.account_name.clone(),
            region: region.clone(),
            id: id.clone(),
            name: change.name.clone(),
            prefix: None,
        }],
        places_left_out: 0,
        needs: Vec::new(),
        command: command.to_owned(),
    }
}

/// Says what changed: `subnet changed: prefix 10.0.0.0/24 -> 10.0.0.0/23 and 2 more fields`.
fn sentence(change: &RowChange) -> String {
    let kind = change.kind.as_str().strip_suffix('s').unwrap_or(change.kind.as_str());
    let mut text = format!("{kind} {}", change.change.as_str());
    if let Some(was) = &change.was {
        let place = [was.account.as_deref(), was.region.as_deref(), Some(was.id.as_str())];
        let _ = write!(text, ", was {}", place.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    let shown = change.fields.iter().take(MAX_FIELDS);
    let fields: Vec<String> = shown
        .map(|field| format!("{} {} -> {}", field.field, value(&field.old), value(&field.new)))
        .collect();
    if !fields.is_empty() {
        let _ = write!(text, ": {}", fields.join(", "));
    }
    let more = change.fields.len().saturating_sub(MAX_FIELDS);
    if more > 0 {
        let _ = write!(text, " and {}", counted(more, "more field"));
    }
    text
}

fn value(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    super::text::clean(&text, MAX_VALUE)
}

/// Counts every kind of change of every kind of resource, also where there is none.
fn metrics(changes: &Changes) -> Vec<Metric> {
    let mut metrics = vec![Metric::count("Incomplete", usize::from(!changes.complete), Vec::new())];
    if !changes.complete {
        return metrics;
    }
    metrics.extend(changes.counts.iter().flat_map(|counts| {
        ChangeKind::ALL.map(|kind| {
            let dimensions =
                vec![("Kind", counts.kind.as_str().to_owned()), ("Change", kind.as_str().to_owned())];
            Metric::count("Changes", counts.get(kind), dimensions)
        })
    }));
    metrics
}
