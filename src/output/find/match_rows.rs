//! The matches as flat rows, for CSV, TSV and Markdown.

use crate::analysis::find::{FindAnswer, FindMatch, FindReport};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::model::Provider;
use crate::output::find::answer_text;

/// A column: its name, and where its value comes from.
type Column = (&'static str, fn(&FindMatch<'_>) -> Value);

const COLUMNS: [Column; 17] = [
    ("what", |found| Value::text(Some(found.what.as_str()))),
    ("relation", |found| Value::text(Some(found.relation.as_str()))),
    ("id", |found| Value::text(answer_text::id(found).as_deref())),
    ("name", |found| Value::text(answer_text::name(found).as_deref())),
    ("state", |found| Value::text(answer_text::state(found))),
    ("prefix", |found| found.prefix.map_or(Value::Unknown, |prefix| Value::Cidrs(vec![prefix]))),
    ("addresses", |found| Value::Ips(found.addresses.clone())),
    ("provider", |found| Value::text(found.provider.map(Provider::as_str))),
    ("account", |found| Value::text(found.account.as_deref())),
    ("account_name", |found| Value::text(found.account_name.as_deref())),
    ("region", |found| Value::text(found.region.as_deref())),
    ("interface", |found| Value::text(found.interface.as_ref().map(|it| it.id.as_str()))),
    ("instance", |found| Value::text(found.instance.as_ref().map(|it| it.id.as_str()))),
    ("subnet", |found| Value::text(found.subnet.map(|it| it.id.as_str()))),
    ("subnet_name", |found| Value::text(found.subnet.and_then(|it| it.name.as_deref()))),
    ("network", |found| Value::text(found.network.map(|it| it.id.as_str()))),
    ("network_name", |found| Value::text(found.network.and_then(|it| it.name.as_deref()))),
];

/// Returns a row for each match, and one for each thing that nothing matches.
pub(crate) fn table(report: &FindReport<'_>) -> Table {
    let heading = |name: &str| Heading { name: name.to_owned(), drop_rank: 0 };
    let columns = ["query", "status"].into_iter().chain(COLUMNS.map(|(name, _)| name)).map(heading);
    Table {
        name: "matches",
        kind: None,
        columns: columns.collect(),
        rows: report.answers.iter().flat_map(rows).collect(),
        fit: Fit::Never,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn rows(answer: &FindAnswer<'_>) -> Vec<Vec<Value>> {
    let head = || [Value::Text(answer.query.clone()), Value::text(Some(answer.status.as_str()))].to_vec();
    let row = |found: &FindMatch<'_>| {
        let mut row = head();
        row.extend(COLUMNS.map(|(_, value)| value(found)));
        row
    };
    if answer.matches.is_empty() {
        let mut row = head();
        row.extend(COLUMNS.map(|_| Value::Unknown));
        return vec![row];
    }
    answer.matches.iter().map(row).collect()
}
