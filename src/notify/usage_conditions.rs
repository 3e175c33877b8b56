//! The report of `usage` as conditions: what is past a limit, until it is clearly within it again.

use std::collections::HashMap;

use super::notice::{Place, ReportKind, Severity};
use super::observation::{Condition, Observation, incomplete, known_reads, needed_read};
use crate::analysis::free::FREE_KINDS;
use crate::analysis::usage::{UsageKind, UsageReport, UsageRow, UsageStatus};
use crate::model::{Inventory, Kind, Metric, MetricUnit};
use crate::wording::{counted, shell_quoted};

/// Makes the observation of a report about `inventory`. `relaxed` is the same report by limits that are not over yet once
/// they were crossed (`UsagePolicy::relaxed`). `source` is what commands need to read the same inventory, such as
/// ` --from @latest`.
#[must_use]
pub fn observe_usage(
    report: &UsageReport,
    relaxed: &UsageReport,
    inventory: &Inventory,
    source: &str,
) -> Observation {
    let held: HashMap<String, UsageStatus> = relaxed.rows.iter().map(|row| (key(row), row.status)).collect();
    let needs_interfaces = inventory.kinds_read().contains(&Kind::Interfaces);
    let mut conditions: Vec<Condition> = report
        .rows
        .iter()
        .map(|row| {
            let holds = held.get(&key(row)).copied().unwrap_or(row.status);
            Condition { needs: needs(row, needs_interfaces), ..condition(row, holds, source) }
        })
        .collect();
    conditions.extend(incomplete(report.complete, &report.coverage, &report.missing));
    Observation {
        report: ReportKind::Usage,
        generator: report.generator.clone(),
        taken_at: report.taken_at,
        lasting: true,
        conditions,
        complete: report.complete,
        reads: known_reads(inventory),
        now: describe(report),
        notes: Vec::new(),
        command: format!("netcensus usage {}{source}", report.of.plural()),
        metrics: metrics(report),
    }
}

fn key(row: &UsageRow) -> String {
    let texts = [row.account.as_deref(), row.region.as_deref()].map(Option::unwrap_or_default);
    let provider = row.provider.map_or("", |provider| provider.as_str());
    format!("{} {provider} {} {} {}", row.kind.as_str(), texts[0], texts[1], row.id.to_ascii_lowercase())
}

fn condition(row: &UsageRow, holds: UsageStatus, source: &str) -> Condition {
    let prefixes: Vec<String> = row.prefixes.iter().map(ToString::to_string).collect();
    let level = severity(row.status).or(row.fails.then_some(Severity::Warning));
    // A number that is not known ends nothing.
    let is_unknown = row.status == UsageStatus::Unknown || holds == UsageStatus::Unknown;
    let holds = if is_unknown { Some(Severity::Critical) } else { severity(holds) };
    Condition {
        key: key(row),
        level,
        holds: holds.max(level),
        size: 1,
        code: None,
        what: describe_row(row),
        places: vec![Place {
            provider: row.provider,
            account: row.account.clone(),
            account_name: row.account_name.clone(),
            region: row.region.clone(),
            id: row.id.clone(),
            name: row.name.clone(),
            prefix: Some(prefixes.join(" ")).filter(|prefixes| !prefixes.is_empty()),
        }],
        places_left_out: 0,
        needs: Vec::new(),
        command: match row.kind {
            UsageKind::Account => format!("netcensus usage accounts{source}"),
            UsageKind::Pool => format!("netcensus free {}{source}", shell_quoted(&row.id)),
            _ => format!("netcensus find {}{source}", shell_quoted(&row.id)),
        },
    }
}

const fn severity(status: UsageStatus) -> Option<Severity> {
    match status {
        UsageStatus::Critical => Some(Severity::Critical),
        UsageStatus::Warning => Some(Severity::Warning),
        UsageStatus::Unknown | UsageStatus::Ok => None,
    }
}

fn describe_row(row: &UsageRow) -> String {
    let limits =
        if row.crossed.is_empty() { String::new() } else { format!(" (past {})", row.crossed.join(", ")) };
    format!("{} {}: {}{limits}", row.kind.as_str(), row.name.as_ref().unwrap_or(&row.id), row.message)
}

/// Lists the reads without which it is unknown whether a row is gone.
fn needs(row: &UsageRow, needs_interfaces: bool) -> Vec<String> {
    if row.kind == UsageKind::Pool {
        // A network anywhere may have taken what is in a pool.
        return FREE_KINDS.map(|kind| kind.as_str().to_owned()).to_vec();
    }
    let (Some(provider), Some(account)) = (row.provider, row.account.as_deref()) else { return Vec::new() };
    let networks = (row.kind == UsageKind::Network).then_some(Kind::Networks);
    let interfaces = (needs_interfaces && row.kind != UsageKind::Network).then_some(Kind::Interfaces);
    let kinds = networks.into_iter().chain([Kind::Subnets]).chain(interfaces);
    kinds.map(|kind| needed_read(kind, provider, account)).collect()
}

fn describe(report: &UsageReport) -> String {
    let counts = report.counts;
    let rows = counted(report.rows.len(), report.of.as_str());
    format!("{} critical, {} warning, {} unknown of {rows}", counts.critical, counts.warning, counts.unknown)
}

/// Makes the metrics of every row, whether or not it is past a limit. What is not known has none.
fn metrics(report: &UsageReport) -> Vec<Metric> {
    let mut metrics = vec![Metric::count("Incomplete", usize::from(!report.complete), Vec::new())];
    for row in &report.rows {
        let dimensions = dimensions(row);
        let count = |name, value: u64| {
            Metric::count(name, usize::try_from(value).unwrap_or(usize::MAX), dimensions.clone())
        };
        metrics.extend(row.used_percent.map(|percent| Metric {
            name: "UsedPercent",
            value: percent.as_f64(),
            unit: MetricUnit::Percent,
            dimensions: dimensions.clone(),
        }));
        metrics.extend(row.addresses_free.map(|free| count("FreeAddresses", free)));
        metrics.extend(row.free_blocks.map(|blocks| count("FreeBlocks", blocks)));
    }
    metrics
}

/// Names what a row is of by ids.
fn dimensions(row: &UsageRow) -> Vec<(&'static str, String)> {
    let id = match row.kind {
        UsageKind::Subnet => Some(("Subnet", row.id.clone())),
        UsageKind::Network => Some(("Network", row.id.clone())),
        UsageKind::Pool => Some(("Pool", row.id.clone())),
        UsageKind::Account => None,
    };
    let account = row.account.clone().or((row.kind == UsageKind::Account).then(|| row.id.clone()));
    let named = [("Account", account), ("Region", row.region.clone()), ("Network", row.network.clone())];
    named.into_iter().filter_map(|(name, value)| Some((name, value?))).chain(id).collect()
}
