//! The report of `free` as flat rows, for CSV, TSV and Markdown. The question decides what a row is.

use ipnet::IpNet;

use crate::analysis::free::{
    FreeAnswer, FreeHole, FreeQuestion, FreeReport, HeldPrefix, HeldToday, OfferedPrefixes,
};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::model::Provider;

/// The columns of each kind of row, behind the query and its status.
const HOLES: [&str; 17] = [
    "first",
    "last",
    "addresses",
    "widest",
    "prefixes",
    "before",
    "before_kind",
    "before_id",
    "before_name",
    "before_account",
    "before_region",
    "after",
    "after_kind",
    "after_id",
    "after_name",
    "after_account",
    "after_region",
];
const PREFIXES: [&str; 1] = ["prefix"];
const POOLS: [&str; 4] = ["length", "enough", "available", "widest"];
const HELD: [&str; 14] = [
    "prefix",
    "kind",
    "id",
    "name",
    "provider",
    "account",
    "account_name",
    "region",
    "part_of",
    "source",
    "first_seen",
    "first_snapshot",
    "last_seen",
    "last_snapshot",
];

/// Returns the rows of [`table`] with the headings that people read.
pub(crate) fn table_for_people(report: &FreeReport<'_>) -> Table {
    let mut table = table(report);
    table.columns.iter_mut().filter(|heading| heading.name == "widest").for_each(|heading| {
        "largest".clone_into(&mut heading.name);
    });
    table
}

/// Returns a row for each free block, prefix, pool or holder, and one for each answer that has none.
pub(crate) fn table(report: &FreeReport<'_>) -> Table {
    let (name, columns): (&str, &[&str]) = match report.question {
        FreeQuestion::Holes => ("holes", &HOLES),
        FreeQuestion::Size => ("prefixes", &PREFIXES),
        FreeQuestion::Require => ("pools", &POOLS),
        FreeQuestion::Why => ("held", &HELD),
    };
    let heading = |name: &&str| Heading { name: (*name).to_owned(), drop_rank: 0 };
    let rows = report.answers.iter().flat_map(|answer| rows(answer, report.question, columns.len()));
    Table {
        name,
        kind: None,
        columns: ["query", "status"].iter().chain(columns).map(heading).collect(),
        rows: rows.collect(),
        fit: Fit::Never,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn rows(answer: &FreeAnswer<'_>, question: FreeQuestion, columns: usize) -> Vec<Vec<Value>> {
    let mut parts: Vec<Vec<Value>> = match (question, &answer.offer) {
        (FreeQuestion::Holes, _) => answer.holes.iter().map(hole).collect(),
        (FreeQuestion::Size, Some(offer)) => {
            offer.prefixes.iter().map(|it| vec![prefix(Some(*it))]).collect()
        }
        (FreeQuestion::Require, Some(offer)) => vec![pool(answer, offer)],
        (FreeQuestion::Why, _) => answer.held.iter().flatten().map(held).collect(),
        (FreeQuestion::Size | FreeQuestion::Require, None) => Vec::new(),
    };
    if parts.is_empty() {
        parts.push(vec![Value::Unknown; columns]);
    }
    let head = [Value::Text(answer.query.clone()), Value::text(Some(answer.status.as_str()))];
    parts.into_iter().map(|part| [head.to_vec(), part].concat()).collect()
}

fn hole(hole: &FreeHole<'_>) -> Vec<Value> {
    let mut row = vec![
        Value::Ips(vec![hole.first]),
        Value::Ips(vec![hole.last]),
        Value::number(hole.addresses),
        prefix(hole.widest),
        Value::Cidrs(hole.prefixes.clone()),
    ];
    row.extend(neighbour(hole.before.as_ref()));
    row.extend(neighbour(hole.after.as_ref()));
    row
}

fn neighbour(held: Option<&HeldPrefix<'_>>) -> [Value; 6] {
    let holder = held.map(|held| &held.holder);
    [
        prefix(held.map(|held| held.prefix)),
        Value::text(holder.map(|holder| holder.kind.as_str())),
        Value::text(holder.and_then(|holder| holder.id)),
        Value::text(holder.and_then(|holder| holder.name)),
        Value::text(holder.and_then(|holder| holder.account)),
        Value::text(holder.and_then(|holder| holder.region)),
    ]
}

fn pool(answer: &FreeAnswer<'_>, offer: &OfferedPrefixes) -> Vec<Value> {
    let widest = if offer.ip_version == 4 { answer.widest } else { answer.widest_ipv6 };
    vec![
        Value::Number(offer.length.into()),
        Value::Bool(offer.enough),
        Value::number(offer.available),
        prefix(widest),
    ]
}

fn held(today: &HeldToday<'_>) -> Vec<Value> {
    let holder = &today.held.holder;
    let mut row = vec![
        prefix(Some(today.held.prefix)),
        Value::text(Some(holder.kind.as_str())),
        Value::text(holder.id),
        Value::text(holder.name),
        Value::text(holder.provider.map(Provider::as_str)),
        Value::text(holder.account),
        Value::text(holder.account_name),
        Value::text(holder.region),
        Value::text(holder.part_of),
        Value::text(Some(holder.source)),
    ];
    let sightings = today.since.as_ref().map(|since| [&since.first, &since.last]);
    match sightings {
        Some(sightings) => row.extend(
            sightings.into_iter().flat_map(|seen| [Value::Time(seen.at), Value::text(Some(&seen.snapshot))]),
        ),
        None => row.extend([const { Value::Unknown }; 4]),
    }
    row
}

fn prefix(prefix: Option<IpNet>) -> Value {
    prefix.map_or(Value::Unknown, |prefix| Value::Cidrs(vec![prefix]))
}
