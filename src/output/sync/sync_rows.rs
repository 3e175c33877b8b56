//! Steps and conflicts as rows.

use std::cmp::Reverse;

use super::sync_text;
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::sync::{Action, Conflict, StepReport, TargetReport};

/// A column: its name, when it is dropped (the highest number first, 0 never), and where its value comes from.
type Column<T> = (&'static str, u8, fn(&T) -> Value);

const STEPS: [Column<StepReport>; 7] = [
    ("action", 0, |step| text(step.action.as_str())),
    ("outcome", 0, |step| Value::text(step.outcome.map(crate::sync::OutcomeWord::as_str))),
    ("kind", 3, |step| text(&step.kind)),
    ("record", 0, |step| text(&step.key)),
    ("region", 4, |step| Value::text(step.region.as_deref())),
    ("fields", 1, |step| text(&sync_text::first_fields(step))),
    ("error", 0, |step| Value::text(step.error.as_deref())),
];

const CONFLICTS: [Column<Conflict>; 4] = [
    ("kind", 2, |conflict| text(&conflict.kind)),
    ("record", 0, |conflict| text(&conflict.key)),
    ("conflict", 0, |conflict| text(&conflict.reason)),
    ("fields", 0, |conflict| text(&sync_text::changed(&conflict.differences))),
];

/// Returns a row for each step, `most` at most. What goes or changes comes first, so that creations do not hide it.
pub(crate) fn steps(target: &TargetReport, most: usize, fit: Fit) -> Table {
    let has = |is: fn(&StepReport) -> bool| target.steps.iter().any(is);
    let all_fields: Column<StepReport> = ("fields", 0, |step| text(&sync_text::fields(step)));
    // A new record is named by its key. What changes in another one is the point of the plan.
    let fields_rank = u8::from(!has(|step| step.action != Action::Create && !step.fields.is_empty()));
    let columns: Vec<Column<StepReport>> = STEPS
        .into_iter()
        .filter(|(name, ..)| *name != "outcome" || has(|step| step.outcome.is_some()))
        .filter(|(name, ..)| *name != "error" || has(|step| step.error.is_some()))
        .map(|column| match column {
            ("fields", ..) if fit == Fit::Never => all_fields,
            ("fields", _, value) => ("fields", fields_rank, value),
            column => column,
        })
        .collect();
    let mut steps: Vec<&StepReport> = target.steps.iter().collect();
    steps.sort_by_key(|step| Reverse(step.action));
    table("steps", &columns, steps, most, fit)
}

/// Returns a row for each conflict, `most` at most.
pub(crate) fn conflicts(target: &TargetReport, most: usize, fit: Fit) -> Table {
    let has_fields = target.conflicts.iter().any(|conflict| !conflict.differences.is_empty());
    let columns: Vec<_> =
        CONFLICTS.into_iter().filter(|(name, ..)| *name != "fields" || has_fields).collect();
    table("conflicts", &columns, &target.conflicts, most, fit)
}

fn table<'t, T: 't>(
    name: &'static str,
    columns: &[Column<T>],
    items: impl IntoIterator<Item = &'t T>,
    most: usize,
    fit: Fit,
) -> Table {
    let heading =
        |(name, drop_rank, _): &Column<T>| Heading { name: (*name).to_owned(), drop_rank: *drop_rank };
    Table {
        name,
        kind: None,
        columns: columns.iter().map(heading).collect(),
        rows: items
            .into_iter()
            .take(most)
            .map(|item| columns.iter().map(|(_, _, value)| value(item)).collect())
            .collect(),
        fit,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
