//! How full subnets are, and until when they last: those past a limit, and those that fill.

use std::fmt::Write as _;

use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::numbers::format_count;
use super::page_context::{PageContext, account, display_name};
use crate::analysis::usage::{ForecastState, UsagePoint, UsageReport, UsageRow, UsageStatus, UsageTrend};
use crate::output::cell_text;
use crate::output::usage::usage_text;

/// The most subnets that are listed. The others are in the table of subnets.
const MAX_LISTED: usize = 100;
/// The days ahead that are drawn.
const DAYS_AHEAD: u32 = 30;
/// The size of a chart, in pixels.
const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 48.0;

/// The section about usage.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="usage" aria-labelledby="usage-h">
<h2 id="usage-h">Usage <span class="count">{{ summary }}</span></h2>
<p>Subnets past a limit, and those that fill at the rate of {{ snapshots }} in the last 30 days. Charts show the addresses in use: up to now, and dashed for the next {{ ahead }} days. The line above is the total number of addresses.</p>
{%- if rows.is_empty() %}
<p>No subnet is past a limit, and none is known to fill.</p>
{%- else %}
<div class="wide"><table>
<thead><tr><th scope="col">prefix</th><th scope="col">subnet</th><th scope="col">account</th><th scope="col">region</th><th scope="col">status</th><th scope="col" class="n">used</th><th scope="col" class="n">free</th><th scope="col">full in</th><th scope="col">chart</th></tr></thead>
<tbody>
{%- for row in rows %}
<tr><td class="prefix">{{ row.prefixes }}</td><td>{% if let Some(link) = row.link %}<a href="{{ link }}">{{ row.name }}</a>{% else %}{{ row.name }}{% endif %}</td><td>{{ row.account }}</td><td class="word">{{ row.region }}</td><td class="word{% if row.is_bad %} bad{% endif %}" data-is="status">{{ row.status }}</td><td class="n" data-is="used">{{ row.used }}</td><td class="n" data-is="free">{{ row.free }}</td><td class="word" data-is="full in">{{ row.full_in }}</td><td>{% if let Some(chart) = row.chart %}<svg class="chart" width="{{ chart_width }}" height="{{ chart_height }}" role="img"><title>{{ chart.title }}</title><path class="all" d="M0 .5H{{ chart_width }}"/><path class="seen" d="{{ chart.seen }}"/><path class="ahead" d="{{ chart.ahead }}"/></svg>{% endif %}</td></tr>
{%- endfor %}
</tbody>
</table></div>
{%- endif %}
{%- if left_out > 0 %}
<p class="note">{{ left_out }} more are in the <a href="#subnets">table of subnets</a>.</p>
{%- endif %}
</section>
"##
)]
pub(super) struct UsageSection {
    summary: String,
    snapshots: String,
    ahead: u32,
    rows: Vec<ListedSubnet>,
    left_out: usize,
    chart_width: f64,
    chart_height: f64,
}

/// A subnet in the list.
struct ListedSubnet {
    prefixes: String,
    name: String,
    link: Option<String>,
    account: String,
    region: String,
    status: &'static str,
    is_bad: bool,
    used: String,
    free: String,
    full_in: String,
    chart: Option<Chart>,
}

/// The addresses in use over time.
struct Chart {
    title: String,
    /// Up to now.
    seen: String,
    /// From now on.
    ahead: String,
}

impl UsageSection {
    pub fn new(page: &PageContext<'_>, report: &UsageReport) -> Self {
        let listed: Vec<&UsageRow> = report.rows.iter().filter(|row| is_listed(row)).collect();
        Self {
            summary: usage_text::summary_line(report),
            snapshots: super::numbers::count_of(report.snapshots.unwrap_or_default(), "snapshot"),
            ahead: DAYS_AHEAD,
            left_out: listed.len().saturating_sub(MAX_LISTED),
            rows: listed.into_iter().take(MAX_LISTED).map(|row| subnet(page, row, report.taken_at)).collect(),
            chart_width: WIDTH,
            chart_height: HEIGHT,
        }
    }
}

fn is_listed(row: &UsageRow) -> bool {
    let state = row.trend.as_ref().map(|trend| trend.forecast.state);
    matches!(row.status, UsageStatus::Critical | UsageStatus::Warning)
        || matches!(state, Some(ForecastState::Filling | ForecastState::Full))
}

fn subnet(page: &PageContext<'_>, row: &UsageRow, now: Timestamp) -> ListedSubnet {
    let prefixes: Vec<String> = row.prefixes.iter().map(ToString::to_string).collect();
    let count = |number: Option<u64>| number.map(|number| format_count(number.into())).unwrap_or_default();
    let share = row.used_percent.map(|percent| format!(" ({percent}%)")).unwrap_or_default();
    ListedSubnet {
        prefixes: prefixes.join(", "),
        name: display_name(row.name.as_deref(), &row.id),
        link: page.link_to_subnet(&row.id),
        account: account(row.account_name.as_deref(), row.account.as_deref().unwrap_or_default()),
        region: cell_text::escape_unprintable(row.region.as_deref().unwrap_or_default()),
        status: row.status.as_str(),
        is_bad: row.status == UsageStatus::Critical,
        used: count(row.addresses_used) + &share,
        free: count(row.addresses_free),
        full_in: row.trend.as_ref().map(usage_text::full_in).unwrap_or_default(),
        chart: row.trend.as_ref().and_then(|trend| chart(row, trend, now)),
    }
}

/// Draws what was used, from 0 at the bottom to all that there is at the top; nothing of a single point.
fn chart(row: &UsageRow, trend: &UsageTrend, now: Timestamp) -> Option<Chart> {
    let [first, .., last] = trend.points.as_slice() else { return None };
    let ahead = SignedDuration::from_hours(24 * i64::from(DAYS_AHEAD));
    let end = now.saturating_add(ahead).ok()?;
    let total = row.addresses_total.filter(|total| *total > 0)?;
    let span = end.duration_since(first.taken_at).as_secs_f64();
    let place = |at: Timestamp, used: u64| {
        let x = at.duration_since(first.taken_at).as_secs_f64() / span * WIDTH;
        #[expect(clippy::cast_precision_loss, reason = "a picture is no exact number")]
        let y = HEIGHT - 1.0 - used.min(total) as f64 / total as f64 * (HEIGHT - 2.0);
        format!("{x:.1} {y:.1}")
    };
    let mut seen = String::new();
    for (number, UsagePoint { taken_at, used, .. }) in trend.points.iter().enumerate() {
        let _ = write!(seen, "{}{}", if number == 0 { "M" } else { "L" }, place(*taken_at, *used));
    }
    let mut drawn = String::new();
    for day in 0..=DAYS_AHEAD {
        let at = last.taken_at.saturating_add(SignedDuration::from_hours(24 * i64::from(day))).ok()?;
        let Some(used) = trend.used_in(day) else { break };
        let _ = write!(drawn, "{}{}", if day == 0 { "M" } else { "L" }, place(at, used));
    }
    let change =
        format!("{} addresses on {}, {} of {total} on {}", first.used, day(first), last.used, day(last));
    let full = trend.forecast.full_on.map(|full| format!("; full on {full}")).unwrap_or_default();
    Some(Chart { title: format!("{change}{full}"), seen, ahead: drawn })
}

fn day(point: &UsagePoint) -> String {
    point.taken_at.strftime("%Y-%m-%d").to_string()
}
