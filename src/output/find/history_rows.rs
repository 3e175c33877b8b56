//! A history as flat rows, one for each time that something had a thing, for CSV, TSV and Markdown.

use crate::analysis::find::{FindHistory, HeldPeriod, HistoryAnswer, PastHolder};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::model::Provider;

/// A column: its name, and where its value comes from.
type Column = (&'static str, fn(&PastHolder, &HeldPeriod) -> Value);

const COLUMNS: [Column; 16] = [
    ("what", |holder, _| Value::text(Some(holder.what.as_str()))),
    ("relation", |holder, _| Value::text(Some(holder.relation.as_str()))),
    ("id", |holder, _| Value::text(Some(&holder.id))),
    ("name", |holder, _| Value::text(holder.name.as_deref())),
    ("provider", |holder, _| Value::text(holder.provider.map(Provider::as_str))),
    ("account", |holder, _| Value::text(holder.account.as_deref())),
    ("account_name", |holder, _| Value::text(holder.account_name.as_deref())),
    ("region", |holder, _| Value::text(holder.region.as_deref())),
    ("network", |holder, _| Value::text(holder.network.as_deref())),
    ("network_name", |holder, _| Value::text(holder.network_name.as_deref())),
    ("first_seen", |_, period| Value::Time(period.first_seen)),
    ("last_seen", |_, period| Value::Time(period.last_seen)),
    ("snapshots", |_, period| number(period.snapshots)),
    ("unread", |_, period| number(period.unread)),
    ("gone_at", |_, period| period.gone_at.map_or(Value::Unknown, Value::Time)),
    ("unread_since", |_, period| number(period.unread_since)),
];

/// Returns the rows, and one for each thing that nothing had.
pub(crate) fn table(history: &FindHistory) -> Table {
    let heading = |name: &str| Heading { name: name.to_owned(), drop_rank: 0 };
    let columns = ["query", "status"].into_iter().chain(COLUMNS.map(|(name, _)| name)).map(heading);
    Table {
        name: "holders",
        kind: None,
        columns: columns.collect(),
        rows: history.answers.iter().flat_map(rows).collect(),
        fit: Fit::Never,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn rows(answer: &HistoryAnswer) -> Vec<Vec<Value>> {
    let head = || [Value::Text(answer.query.clone()), Value::text(Some(answer.status.as_str()))].to_vec();
    let mut rows = Vec::new();
    for holder in &answer.holders {
        for period in &holder.periods {
            let mut row = head();
            row.extend(COLUMNS.map(|(_, value)| value(holder, period)));
            rows.push(row);
        }
    }
    if rows.is_empty() {
        let mut row = head();
        row.extend(COLUMNS.map(|_| Value::Unknown));
        rows.push(row);
    }
    rows
}

fn number(number: usize) -> Value {
    Value::number(u64::try_from(number).ok())
}
