//! The report of `usage` as flat rows, for CSV, TSV and Markdown.

use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::usage::{AddressUse, UsageReport, UsageRow, UsageTrend};
use crate::analysis::value::Value;
use crate::model::Provider;
use crate::output::usage::usage_text;

/// A column: its name, and where its value comes from.
type Column = (&'static str, fn(&UsageRow) -> Value);

const COLUMNS: [Column; 36] = [
    ("kind", |row| word(row.kind.as_str())),
    ("status", |row| word(row.status.as_str())),
    ("fails", |row| Value::Bool(row.fails)),
    ("crossed", |row| Value::List(row.crossed.clone())),
    ("provider", |row| Value::text(row.provider.map(Provider::as_str))),
    ("account", |row| Value::text(row.account.as_deref())),
    ("account_name", |row| Value::text(row.account_name.as_deref())),
    ("region", |row| Value::text(row.region.as_deref())),
    ("zone", |row| Value::text(row.zone.as_deref())),
    ("network", |row| Value::text(row.network.as_deref())),
    ("network_name", |row| Value::text(row.network_name.as_deref())),
    ("id", |row| word(&row.id)),
    ("name", |row| Value::text(row.name.as_deref())),
    ("prefixes", |row| Value::Cidrs(row.prefixes.clone())),
    ("purpose", |row| Value::text(row.purpose.as_deref())),
    ("addresses_total", |row| Value::number(row.addresses_total)),
    ("addresses_used", |row| Value::number(row.addresses_used)),
    ("addresses_free", |row| Value::number(row.addresses_free)),
    ("used_percent", |row| {
        row.used_percent.map_or(Value::Unknown, |percent| word(&percent.as_f64().to_string()))
    }),
    ("largest_free_block", |row| Value::number(row.largest_free_block)),
    ("free_blocks", |row| Value::number(row.free_blocks)),
    ("held", |row| row.held.as_ref().map_or(Value::Unknown, |held| word(&usage_text::held(held)))),
    ("unseen", |row| Value::number(unseen(row))),
    ("in_subnets_total", |row| Value::number(row.in_subnets.map(|counts| counts.total))),
    ("in_subnets_used", |row| Value::number(row.in_subnets.map(|counts| counts.used))),
    ("address_units", |row| Value::number(row.address_units.map(|units| units.used))),
    ("peered_address_units", |row| Value::number(row.peered_address_units.map(|units| units.used))),
    ("subnets", |row| count(row.subnets)),
    ("uncounted_subnets", |row| count(row.uncounted_subnets)),
    ("since_yesterday", |row| signed(row, |trend| trend.since_yesterday)),
    ("since_last_week", |row| signed(row, |trend| trend.since_last_week)),
    ("forecast", |row| Value::text(row.trend.as_ref().map(|trend| trend.forecast.state.as_str()))),
    ("addresses_per_day", |row| {
        let per_day = row.trend.as_ref().and_then(|trend| trend.forecast.addresses_per_day);
        per_day.map_or(Value::Unknown, |per_day| word(&per_day.to_string()))
    }),
    ("full_in_days", |row| Value::number(row.trend.as_ref().and_then(|trend| trend.forecast.full_in_days))),
    ("full_on", |row| {
        let day = row.trend.as_ref().and_then(|trend| trend.forecast.full_on);
        day.map_or(Value::Unknown, |day| word(&day.to_string()))
    }),
    ("message", |row| word(&row.message)),
];

/// Returns a row for each subnet, network or account.
pub(crate) fn table(report: &UsageReport) -> Table {
    let heading = |(name, _): &Column| Heading { name: (*name).to_owned(), drop_rank: 0 };
    Table {
        name: "usage",
        kind: None,
        columns: COLUMNS.iter().map(heading).collect(),
        rows: report.rows.iter().map(|row| COLUMNS.map(|(_, value)| value(row)).to_vec()).collect(),
        fit: Fit::Never,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn count(count: Option<usize>) -> Value {
    Value::number(count.and_then(|count| u64::try_from(count).ok()))
}

fn signed(row: &UsageRow, change: fn(&UsageTrend) -> Option<i64>) -> Value {
    let change = row.trend.as_ref().and_then(change);
    change.map_or(Value::Unknown, |change| word(&change.to_string()))
}

fn unseen(row: &UsageRow) -> Option<u64> {
    let held = row.held.as_ref().filter(|_| row.addresses_used.is_some())?;
    let unseen = held.iter().find(|held| held.by == AddressUse::Unseen);
    Some(unseen.map_or(0, |held| held.addresses))
}
