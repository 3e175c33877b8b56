//! The sheet of usage, how full subnets are day by day, and a chart of those that fill.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLine, ChartLineDashType, ChartSeries, ChartType, ExcelDateTime, Sparkline,
    Workbook, Worksheet, XlsxError,
};

use super::styles::{Mark, Styles};
use crate::analysis::usage::{ForecastState, UsageReport, UsageRow, UsageStatus};
use crate::analysis::value::Value;
use crate::model::Provider;
use crate::output::cell_text;
use crate::output::formulas::defuse_formulas;

/// The name of the sheet.
pub(super) const NAME: &str = "usage";
/// The days ahead that are told.
const DAYS_AHEAD: u32 = 30;
/// The most subnets in the chart.
const MAX_CHARTED: usize = 8;
/// The colours of the chart: what was and what will be of a subnet have the same.
const COLOURS: [&str; MAX_CHARTED] =
    ["#1F77B4", "#FF7F0E", "#2CA02C", "#9467BD", "#8C564B", "#E377C2", "#7F7F7F", "#17BECF"];

/// A column: its name, its width in characters, and where its value comes from.
type Column = (&'static str, u16, fn(&UsageRow) -> Value);

const COLUMNS: [Column; 15] = [
    ("provider", 10, |row| Value::text(row.provider.map(Provider::as_str))),
    ("owner", 18, |row| Value::text(row.account_name.as_deref().or(row.account.as_deref()))),
    ("region", 16, |row| Value::text(row.region.as_deref())),
    ("name", 24, |row| Value::text(row.name.as_deref())),
    ("id", 28, |row| Value::Text(row.id.clone())),
    ("prefixes", 20, |row| Value::Cidrs(row.prefixes.clone())),
    ("network", 24, |row| Value::text(row.network_name.as_deref().or(row.network.as_deref()))),
    ("status", 10, |row| Value::Text(row.status.as_str().to_owned())),
    ("used", 8, |row| Value::number(row.addresses_used)),
    ("free", 8, |row| Value::number(row.addresses_free)),
    ("total", 8, |row| Value::number(row.addresses_total)),
    ("free /28s", 10, |row| Value::number(row.free_blocks)),
    ("forecast", 12, |row| Value::text(row.trend.as_ref().map(|trend| trend.forecast.state.as_str()))),
    ("full in days", 12, |row| {
        Value::number(row.trend.as_ref().and_then(|trend| trend.forecast.full_in_days))
    }),
    ("trend", 20, |_| Value::Unknown),
];

/// The days that have a column each, oldest first, and how many of them are over.
struct Days {
    all: Vec<Date>,
    known: usize,
}

impl Days {
    /// Lists the days of the points, up to today, and those of the forecast.
    fn new(report: &UsageReport) -> Self {
        let trends = report.rows.iter().filter_map(|row| row.trend.as_ref());
        let points = trends.flat_map(|trend| &trend.points).map(|point| day_of(point.taken_at));
        let mut all: Vec<Date> = points.collect();
        all.sort_unstable();
        all.dedup();
        let known = all.len();
        let ahead = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
        let later = (1..=DAYS_AHEAD).filter_map(|days| report.taken_at.saturating_add(ahead(days)).ok());
        all.extend(later.map(day_of));
        Self { all, known }
    }

    /// Returns the columns of the first day, of today and of the last day.
    fn columns(&self) -> (u16, u16, u16) {
        let column = |days: usize| {
            u16::try_from(COLUMNS.len() + days).unwrap_or(u16::MAX).saturating_sub(u16::from(days > 0))
        };
        (column(0), column(self.known), column(self.all.len()))
    }
}

fn day_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Writes the sheet, with the fullest subnets first.
pub(super) fn write(book: &mut Workbook, report: &UsageReport, styles: &Styles) -> Result<(), XlsxError> {
    let days = Days::new(report);
    let sheet = book.add_worksheet();
    sheet.set_name(NAME)?;
    for (column, (_, width, _)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    styles.write_headings(sheet, COLUMNS.map(|(name, ..)| name))?;
    let (first_day, ..) = days.columns();
    for (column, day) in (first_day..).zip(&days.all) {
        let Some(date) = date(*day) else { continue };
        sheet.set_column_width(column, 11)?.write_datetime_with_format(0, column, &date, &styles.day)?;
    }
    let last_row = u32::try_from(report.rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last_row, first_day - 1)?;
    for (line, row) in (1..).zip(&report.rows) {
        write_row(sheet, line, row, &days, styles)?;
    }
    // The days are too many for a page.
    sheet.set_print_area(0, 0, last_row, first_day - 1)?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &UsageRow,
    days: &Days,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let mark = if row.status == UsageStatus::Critical { Mark::Fails } else { Mark::None };
    for (column, (name, _, value)) in (0..).zip(COLUMNS) {
        let mark = if name == "status" { mark } else { Mark::None };
        styles.write(sheet, line, column, &value(row), mark)?;
    }
    let (first, last_known, _) = days.columns();
    let Some(trend) = &row.trend else { return Ok(()) };
    for (column, day) in (first..).zip(&days.all[..days.known]) {
        let point = trend.points.iter().rfind(|point| day_of(point.taken_at) == *day);
        styles.write(sheet, line, column, &Value::number(point.map(|point| point.used)), Mark::None)?;
    }
    if trend.forecast.state == ForecastState::Filling {
        for (column, ahead) in (last_known + 1..).zip(1..=DAYS_AHEAD) {
            styles.write(sheet, line, column, &Value::number(trend.used_in(ahead)), Mark::None)?;
        }
    }
    if trend.points.len() > 1 {
        let sparkline = Sparkline::new().set_range((NAME, line, first, line, last_known));
        sheet.add_sparkline(line, first - 1, &sparkline)?;
    }
    Ok(())
}

/// Draws the subnets that fill, those that are full first: what was used, and dashed what will be; `None` if none fills.
pub(super) fn chart(report: &UsageReport) -> Option<Chart> {
    let days = Days::new(report);
    let is_filling = |row: &&UsageRow| {
        row.trend.as_ref().is_some_and(|trend| trend.forecast.state == ForecastState::Filling)
    };
    let mut filling: Vec<(u32, &UsageRow)> =
        (1..).zip(&report.rows).filter(|(_, row)| is_filling(row)).collect();
    filling.sort_by_key(|(_, row)| row.trend.as_ref().and_then(|trend| trend.forecast.full_in_days));
    let (begin, end) = (date(*days.all.first()?)?, date(*days.all.last()?)?);
    if filling.is_empty() {
        return None;
    }
    let mut chart = Chart::new(ChartType::ScatterStraight);
    chart.title().set_name("Addresses in use of the subnets that are full first; dashed: at the rate seen");
    chart.x_axis().set_num_format("yyyy-mm-dd").set_min_date(&begin).set_max_date(&end).set_major_unit(7);
    chart.y_axis().set_min(0).set_name("addresses");
    chart.set_width(1000).set_height(420);
    for ((line, row), colour) in filling.into_iter().zip(COLOURS) {
        // What begins with `=` would be a reference.
        let name = defuse_formulas(cell_text::escape_unprintable(row.name.as_deref().unwrap_or(&row.id)));
        let (first, last_known, last) = days.columns();
        let will_be = format!("{name}, forecast");
        let parts = [
            (first, last_known, name, ChartLineDashType::Solid),
            (last_known, last, will_be, ChartLineDashType::Dash),
        ];
        for (from, to, name, dash) in parts {
            let mut line_format = ChartLine::new();
            line_format.set_color(colour).set_width(2.0).set_dash_type(dash);
            let mut format = ChartFormat::new();
            format.set_line(&line_format);
            let mut series = ChartSeries::new();
            series
                .set_categories((NAME, 0, from, 0, to))
                .set_values((NAME, line, from, line, to))
                .set_name(name.as_str())
                .set_format(&mut format);
            chart.push_series(&series);
        }
    }
    Some(chart)
}

/// Returns a day as spreadsheets count it; `None` of one that they have no number for.
fn date(day: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}
