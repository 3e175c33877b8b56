//! Texts about plans, for formats that people read.

use crate::output::cell_text::escape_unprintable;
use crate::output::layout::left_out;
use crate::sync::{
    Action, FieldDifference, FieldValue, LeftAloneReport, StepReport, SyncReport, TargetReport,
};
use crate::wording::counted;

/// The most keys of what is left alone for one reason that are named.
const MAX_KEYS: usize = 3;
/// The most fields of a new record that are named.
const MAX_FIELDS: usize = 2;
/// The most reasons for which records are left alone that are named.
const MAX_REASONS: usize = 20;

/// Says in one line what is to be done, and what was done.
pub(crate) fn summary_line(target: &TargetReport) -> String {
    let name = &target.name;
    if target.error.is_some() {
        return format!("{name}: could not be read");
    }
    let counts = target.counts;
    let parts = [
        (counts.create, "to create"),
        (counts.adopt, "to adopt"),
        (counts.change, "to change"),
        (counts.mark, "to mark as deleted"),
        (counts.delete, "to delete"),
        (counts.conflicts, "in conflict"),
    ];
    let outcomes = [
        (counts.done, "done"),
        (counts.overtaken, "changed by others since and left"),
        (counts.failed, "failed"),
        (counts.not_tried, "not tried"),
    ];
    let plan = join(&parts).unwrap_or_else(|| "nothing to do".to_owned());
    let done = join(&outcomes).map(|done| format!(": {done}")).unwrap_or_default();
    format!("{name}: {plan}{done}; {} unchanged, {} left alone", counts.unchanged, counts.left_alone)
}

fn join(parts: &[(usize, &str)]) -> Option<String> {
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Says what changes in a record.
pub(crate) fn fields(step: &StepReport) -> String {
    match step.action {
        Action::Create | Action::Adopt => given(&step.fields),
        Action::Change if step.fields.is_empty() => "owner mark".to_owned(),
        Action::Change | Action::Mark | Action::Delete => changed(&step.fields),
    }
}

/// Says what changes in a record; of one to be created only the first fields, because it has all of them.
pub(crate) fn first_fields(step: &StepReport) -> String {
    if !matches!(step.action, Action::Create | Action::Adopt) || step.fields.len() <= MAX_FIELDS {
        return fields(step);
    }
    format!("{} and {} more fields", given(&step.fields[..MAX_FIELDS]), step.fields.len() - MAX_FIELDS)
}

fn given(fields: &[FieldDifference]) -> String {
    let each = fields.iter().map(|it| format!("{}={}", it.field, it.to));
    escape_unprintable(&each.collect::<Vec<_>>().join(" "))
}

/// Lists fields with what they are and what they are to be.
pub(crate) fn changed(fields: &[FieldDifference]) -> String {
    let each = fields.iter().map(|it| match (&it.from, &it.to) {
        (FieldValue::Empty, to) => format!("{}: + {to}", it.field),
        (from, FieldValue::Empty) => format!("{}: - {from}", it.field),
        (from, to) => format!("{}: {from} -> {to}", it.field),
    });
    escape_unprintable(&each.collect::<Vec<_>>().join("; "))
}

/// Says for each reason how many records are left alone, and names some of them.
pub(crate) fn left_alone(target: &TargetReport) -> Vec<String> {
    let line = |lefts: Vec<&LeftAloneReport>| {
        let names: Vec<&str> = lefts.iter().take(MAX_KEYS).map(|left| left.key.as_str()).collect();
        let more = if lefts.len() > MAX_KEYS { ", ..." } else { "" };
        let reason = lefts.first().map(|left| left.reason.as_str()).unwrap_or_default();
        let text =
            format!("{} left alone: {reason}: {}{more}", counted(lefts.len(), "record"), names.join(", "));
        escape_unprintable(&text)
    };
    let groups = target.left_alone_by_reason();
    let mut lines: Vec<String> = groups.into_values().map(line).collect();
    let more = left_out(lines.len(), MAX_REASONS);
    lines.truncate(MAX_REASONS);
    lines.extend(more);
    lines
}

/// Lists what hinders a plan as a whole.
pub(crate) fn obstacles(target: &TargetReport) -> Vec<String> {
    let limits = target.exceeded_limits.iter().map(|limit| format!("{limit} (--max-delete)"));
    let all = target.error.iter().cloned().chain(target.refused.iter().cloned()).chain(limits);
    all.map(|line| escape_unprintable(&line)).collect()
}

/// Lists what could not be read, a sentence each.
pub(crate) fn gaps(report: &SyncReport) -> Vec<String> {
    let scopes = report.coverage.iter().map(ToString::to_string);
    report.missing.iter().cloned().chain(scopes).map(|gap| escape_unprintable(&gap)).collect()
}
