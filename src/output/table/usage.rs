//! Usage for people: a row for each subnet, network, pool or account, the worst first.

use std::io::{self, Write};

use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::usage::{AddressUnits, UsageKind, UsageReport, UsageRow};
use crate::analysis::value::Value;
use crate::output::layout::{Layout, wrap, write_left_out, write_lines};
use crate::output::table::columns;
use crate::output::usage::usage_text;

/// The most rows that are shown without `--wide`.
const MAX_ROWS: usize = 50;

/// A column: its name, when it is dropped (the highest number first, 0 never), and where its value comes from.
type Column = (&'static str, u8, fn(&UsageRow) -> Value);

const NUMBERS: [Column; 6] = [
    ("status", 0, |row| text(row.status.as_str())),
    ("used_%", 0, |row| row.used_percent.map_or(Value::Unknown, |percent| text(&percent.to_string()))),
    ("used", 7, |row| Value::number(row.addresses_used)),
    ("free", 0, |row| Value::number(row.addresses_free)),
    ("largest", 6, |row| {
        row.largest_free_block.map_or(Value::Unknown, |size| text(&usage_text::largest_block(size)))
    }),
    ("/28s", 5, |row| Value::number(row.free_blocks)),
];

const TREND: [Column; 4] = [
    ("day", 8, |row| trend(row, |trend| usage_text::change(trend.since_yesterday))),
    ("week", 4, |row| trend(row, |trend| usage_text::change(trend.since_last_week))),
    ("trend", 3, |row| trend(row, usage_text::bars)),
    ("full_in", 0, |row| trend(row, usage_text::full_in)),
];

const PLACE: [Column; 6] = [
    ("name", 0, |row| Value::text(row.name.as_deref())),
    ("id", 9, |row| text(&row.id)),
    ("prefixes", 2, |row| Value::Cidrs(row.prefixes.clone())),
    ("network", 11, |row| Value::text(row.network_name.as_deref().or(row.network.as_deref()))),
    ("owner", 10, |row| Value::text(row.account_name.as_deref().or(row.account.as_deref()))),
    ("region", 12, |row| Value::text(row.region.as_deref())),
];

/// Only with `--wide`.
const HELD: Column =
    ("held_by", 0, |row| row.held.as_ref().map_or(Value::Unknown, |held| text(&usage_text::held(held))));

/// Only with `--wide`, of networks.
const ADDRESS_UNITS: [Column; 2] = [
    ("address_units", 0, |row| units(row.address_units)),
    ("with_peers", 0, |row| units(row.peered_address_units)),
];

/// Writes the rows, the notes and the summary; a wide layout shows all rows and columns, whole.
pub(crate) fn write(report: &UsageReport, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_ROWS);
    let table = table(report, layout.wide, most);
    columns::write(&[table], layout, out)?;
    write_left_out(report.rows.len(), most, "", out)?;
    writeln!(out)?;
    for note in &report.notes {
        write_lines(&wrap(note, layout.width), "", out)?;
    }
    write_lines(&wrap(&usage_text::summary_line(report), layout.width), "", out)
}

fn table(report: &UsageReport, wide: bool, most: usize) -> Table {
    let has_trend = report.rows.iter().any(|row| row.trend.is_some());
    let shown: Vec<Column> = NUMBERS
        .into_iter()
        .chain(TREND.into_iter().filter(|_| has_trend))
        .chain(PLACE.into_iter().filter(|(name, ..)| is_of(report.of, name)))
        .chain(wide.then_some(HELD).filter(|_| matches!(report.of, UsageKind::Subnet | UsageKind::Pool)))
        .chain(ADDRESS_UNITS.into_iter().filter(|_| wide && report.of == UsageKind::Network))
        .collect();
    let heading = |(name, drop_rank, _): &Column| Heading { name: (*name).to_owned(), drop_rank: *drop_rank };
    Table {
        name: report.of.plural(),
        kind: None,
        columns: shown.iter().map(heading).collect(),
        rows: report
            .rows
            .iter()
            .take(most)
            .map(|row| shown.iter().map(|(_, _, value)| value(row)).collect())
            .collect(),
        fit: if wide { Fit::Never } else { Fit::Drop },
        completeness: completeness(report),
        places: Vec::new(),
    }
}

/// Tells whether rows of a kind have something in a column.
fn is_of(kind: UsageKind, column: &str) -> bool {
    match kind {
        UsageKind::Subnet => true,
        UsageKind::Network => column != "network",
        UsageKind::Account => matches!(column, "name" | "id"),
        UsageKind::Pool => matches!(column, "name" | "prefixes"),
    }
}

fn completeness(report: &UsageReport) -> Completeness {
    match (report.complete, report.coverage.len()) {
        (true, _) => Completeness::Complete,
        (false, 0) => Completeness::NotScanned,
        (false, unread) => Completeness::Partial(unread),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn units(units: Option<AddressUnits>) -> Value {
    units.map_or(Value::Unknown, |units| text(&format!("{} of {}", units.used, units.default_quota)))
}

fn trend(row: &UsageRow, of: fn(&crate::analysis::usage::UsageTrend) -> String) -> Value {
    row.trend.as_ref().map_or(Value::Unknown, |trend| Value::Text(of(trend)))
}
