//! What was used when, from the reports of several inventories, and the trends that come of it.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::forecast::{Forecast, UsagePoint};
use super::report::{UsageKind, UsageReport, UsageRow};
use super::trend::UsageTrend;
use crate::model::Provider;

/// The days that are looked back at.
const DAYS_BACK: i64 = 30;

/// What makes a row the same one in another inventory.
type TrendKey = (UsageKind, Option<Provider>, Option<String>, Option<String>, String);

/// What was used when, from inventories that are added oldest first.
#[derive(Debug, Default)]
pub struct UsageHistory {
    points: HashMap<TrendKey, Vec<UsagePoint>>,
    snapshots: usize,
}

impl UsageHistory {
    /// Returns the first moment that trends up to `now` look at.
    #[must_use]
    pub fn begin(now: Timestamp) -> Timestamp {
        now.saturating_sub(SignedDuration::from_hours(24 * DAYS_BACK)).unwrap_or(Timestamp::MIN)
    }

    /// Adds the numbers of a report. What is not known in it is no point.
    pub fn add(&mut self, report: &UsageReport) {
        self.snapshots += 1;
        for row in &report.rows {
            let Some(point) = point_of(row, report.taken_at) else { continue };
            let points = self.points.entry(key_of(row)).or_default();
            // One a day, so that a day with many snapshots does not outweigh the others.
            if points.last().is_some_and(|last| day_of(last.taken_at) == day_of(point.taken_at)) {
                points.pop();
            }
            points.push(point);
        }
    }

    /// Gives each row of `report` its trend, up to the report itself.
    pub fn apply(&self, report: &mut UsageReport) {
        report.snapshots = Some(self.snapshots);
        let now = report.taken_at;
        for row in &mut report.rows {
            let mut points = self.points.get(&key_of(row)).cloned().unwrap_or_default();
            points.retain(|point| point.taken_at < now);
            let used = row.addresses_used;
            let since = |hours: i64| change_since(&points, used, now, hours);
            let (since_yesterday, since_last_week) = (since(24), since(7 * 24));
            let is_of_today = |point: &UsagePoint| day_of(point.taken_at) == day_of(now);
            points.pop_if(|point| is_of_today(point));
            points.extend(point_of(row, now));
            row.trend = Some(UsageTrend {
                since_yesterday,
                since_last_week,
                forecast: Forecast::new(&points, row.addresses_free, now),
                points,
            });
        }
    }
}

fn key_of(row: &UsageRow) -> TrendKey {
    let lower = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase);
    (row.kind, row.provider, lower(&row.account), lower(&row.region), row.id.to_ascii_lowercase())
}

fn point_of(row: &UsageRow, taken_at: Timestamp) -> Option<UsagePoint> {
    Some(UsagePoint { taken_at, used: row.addresses_used?, total: row.addresses_total? })
}

fn day_of(moment: Timestamp) -> jiff::civil::Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Returns how many more are `used` than so many hours ago. The point that is nearest to then counts, if it is nearer than
/// a quarter of the time: a job that runs every night does not run at the same second.
fn change_since(points: &[UsagePoint], used: Option<u64>, now: Timestamp, hours: i64) -> Option<i64> {
    let distance =
        |point: &&UsagePoint| (now.duration_since(point.taken_at) - SignedDuration::from_hours(hours)).abs();
    let near = points.iter().min_by_key(distance)?;
    let is_near = distance(&near) <= SignedDuration::from_hours(hours / 4);
    let change = i64::try_from(used?).ok()?.checked_sub(i64::try_from(near.used).ok()?)?;
    is_near.then_some(change)
}
