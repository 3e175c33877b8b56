//! How usage changes from one snapshot to the next.

use jiff::{SignedDuration, Timestamp};
use netcensus::analysis::usage::{ForecastState, UsageHistory, UsageKind, UsageReport};
use netcensus::model::{Inventory, UsagePolicy};

use super::estate::{assess, assess_with, of_subnets, policy, subnet};

fn taken(at: &str, used: Option<u64>) -> Inventory {
    let mut inventory = of_subnets(vec![subnet("s", "10.0.0.0/24", used)], vec![]);
    inventory.taken_at = at.parse().unwrap();
    inventory
}

/// Reports on 2026-11-20, after snapshots at these times.
fn after(snapshots: &[(&str, Option<u64>)], now: Option<u64>, policy: &UsagePolicy) -> UsageReport {
    let mut history = UsageHistory::default();
    for (at, used) in snapshots {
        history.add(&assess(&taken(at, *used), UsageKind::Subnet, &UsagePolicy::default()));
    }
    assess_with(&taken("2026-11-20T06:00:00Z", now), UsageKind::Subnet, policy, Some(&history))
}

const WEEK: [(&str, Option<u64>); 7] = [
    ("2026-11-13T06:00:05Z", Some(193)),
    ("2026-11-14T06:00:00Z", Some(194)),
    ("2026-11-15T06:00:00Z", Some(195)),
    ("2026-11-16T06:00:00Z", Some(196)),
    ("2026-11-17T06:00:00Z", None),
    ("2026-11-18T06:00:00Z", Some(198)),
    ("2026-11-19T06:00:07Z", Some(199)),
];

#[test]
fn changes_are_those_since_a_day_and_a_week_ago() {
    let report = after(&WEEK, Some(200), &policy());
    assert_eq!(report.snapshots, Some(7));
    let trend = report.rows[0].trend.as_ref().unwrap();
    assert_eq!((trend.since_yesterday, trend.since_last_week), (Some(1), Some(7)));
    assert_eq!(trend.points.len(), 7, "what is unknown is no point");
    assert_eq!((trend.forecast.state, trend.forecast.full_in_days), (ForecastState::Filling, Some(51)));
}

#[test]
fn a_time_until_full_fails_if_it_is_shorter_than_allowed() {
    let fail_on = |text: &str| UsagePolicy { fail_on: vec![text.parse().unwrap()], ..policy() };
    assert_eq!(after(&WEEK, Some(200), &fail_on("full-in=60d")).exit.code(), 1);
    assert_eq!(after(&WEEK, Some(200), &fail_on("full-in=30d")).exit.code(), 0);
    assert_eq!(after(&WEEK[4..], Some(200), &fail_on("full-in=60d")).exit.code(), 0, "too few points");
}

#[test]
fn a_day_with_many_snapshots_weighs_as_much_as_others() {
    let start: Timestamp = "2026-11-19T00:00:00Z".parse().unwrap();
    let hourly: Vec<String> =
        (0..20).map(|hour| (start + SignedDuration::from_hours(hour)).to_string()).collect();
    let hourly = hourly.iter().map(|at| (at.as_str(), Some(199)));
    let snapshots: Vec<_> = WEEK[..6].iter().copied().chain(hourly).collect();
    let report = after(&snapshots, Some(200), &policy());
    let trend = report.rows[0].trend.as_ref().unwrap();
    assert_eq!((trend.points.len(), trend.forecast.full_in_days), (7, Some(51)));
}

#[test]
fn nothing_is_said_about_days_without_a_snapshot() {
    let report = after(&[("2026-11-16T06:00:00Z", Some(100))], Some(200), &policy());
    let trend = report.rows[0].trend.as_ref().unwrap();
    assert_eq!((trend.since_yesterday, trend.since_last_week), (None, None));
    assert_eq!(trend.forecast.state, ForecastState::Unknown);
    let unknown = after(&WEEK, None, &policy());
    let trend = unknown.rows[0].trend.as_ref().unwrap();
    assert_eq!((trend.since_yesterday, trend.forecast.state), (None, ForecastState::Unknown));
}
