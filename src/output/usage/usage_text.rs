//! Texts about usage, for formats that people read.

use std::fmt::Write;

use crate::analysis::usage::{ForecastState, HeldAddresses, UsageReport, UsageRow, UsageTrend};
use crate::output::cell_text;
use crate::wording::{counted, counted_plural};

/// The most bars in a line.
const MAX_BARS: usize = 14;

/// Says how many rows have which status.
pub(crate) fn summary_line(report: &UsageReport) -> String {
    let counts = report.counts;
    let all = counted_plural(report.rows.len(), report.of.plural());
    let parts = [(counts.critical, "critical"), (counts.warning, "warning"), (counts.unknown, "unknown")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, status)| format!("{count} {status}"))
        .collect();
    let what = if parts.is_empty() { "all within their limits".to_owned() } else { parts.join(", ") };
    let gap = if report.complete { "" } else { "; incomplete: not everything could be read" };
    format!("{all}: {what}{gap}")
}

/// Names a row by its name, or its id.
pub(in crate::output) fn title(row: &UsageRow) -> String {
    cell_text::escape_unprintable(row.name.as_deref().unwrap_or(&row.id))
}

/// Says where a row is: what else there is to know of it than how full it is.
pub(in crate::output) fn place(row: &UsageRow) -> String {
    let prefixes: Vec<String> = row.prefixes.iter().map(ToString::to_string).collect();
    let parts = [
        Some(row.id.clone()),
        Some(prefixes.join(" ")).filter(|prefixes| !prefixes.is_empty()),
        row.network_name.clone().or_else(|| row.network.clone()),
        row.account_name.clone().or_else(|| row.account.clone()),
        row.region.clone(),
    ];
    cell_text::escape_unprintable(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Says how full a row is, and when it will be full.
pub(in crate::output) fn message(row: &UsageRow) -> String {
    let forecast = row.trend.as_ref().map(|trend| trend.forecast);
    let full = match forecast.and_then(|forecast| forecast.full_in_days.zip(forecast.full_on)) {
        Some((days, day)) => format!("; full in {} ({day})", counted_as_u64(days, "day")),
        None => String::new(),
    };
    cell_text::escape_unprintable(&format!("{}{full}", row.message))
}

fn counted_as_u64(number: u64, singular: &str) -> String {
    usize::try_from(number).map_or_else(|_| number.to_string(), |number| counted(number, singular))
}

/// Lists what could not be read, a sentence each.
pub(in crate::output) fn gaps(report: &UsageReport) -> Vec<String> {
    let scopes = report.coverage.iter().map(ToString::to_string);
    report.missing.iter().cloned().chain(scopes).map(|gap| cell_text::escape_unprintable(&gap)).collect()
}

/// Lists what holds addresses: `machines 12, lambda 3`.
pub(crate) fn held(held: &[HeldAddresses]) -> String {
    let each = held.iter().map(|held| format!("{} {}", held.by.as_str(), held.addresses));
    each.collect::<Vec<_>>().join(", ")
}

/// Writes a change with its sign.
pub(crate) fn change(change: Option<i64>) -> String {
    change.map(|change| format!("{change:+}")).unwrap_or_default()
}

/// Says when something is full; nothing where that is not known.
pub(crate) fn full_in(trend: &UsageTrend) -> String {
    let forecast = trend.forecast;
    match (forecast.state, forecast.full_in_days) {
        (ForecastState::Full, _) => "now".to_owned(),
        (ForecastState::Steady, _) => "not filling".to_owned(),
        (ForecastState::Filling, Some(days)) => format!("{days} d"),
        (ForecastState::Filling, None) | (ForecastState::Unknown, _) => String::new(),
    }
}

/// Draws the last days as bars, from the least to the most that was used in them.
pub(crate) fn bars(trend: &UsageTrend) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let points = &trend.points[trend.points.len().saturating_sub(MAX_BARS)..];
    let least = points.iter().map(|point| point.used).min().unwrap_or(0);
    let most = points.iter().map(|point| point.used).max().unwrap_or(0);
    let mut bars = String::new();
    if points.len() > 1 {
        for point in points {
            let level = (point.used - least) * 7 / (most - least).max(1);
            let level = usize::try_from(level).unwrap_or(0).min(7);
            let _ = write!(bars, "{}", LEVELS[level]);
        }
    }
    bars
}

/// Writes the size of the largest free block as the length of its prefix, such as `/26`.
pub(crate) fn largest_block(addresses: u64) -> String {
    if addresses == 0 { "none".to_owned() } else { format!("/{}", 32 - addresses.ilog2().min(32)) }
}
