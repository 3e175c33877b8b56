//! Metrics in the text format of `OpenMetrics`, which Prometheus and `node_exporter`'s textfile collector read too:
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>.
//!
//! The file has every row, not only those past a limit, and lacks what is not known: a series that ends would be taken for a
//! subnet that is gone, and a zero for an empty one.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::{UsageReport, UsageRow, UsageStatus};
use crate::model::Provider;
use crate::output::export::Export;
use crate::output::layout::Layout;

/// A metric of each row: the end of its name, what it is, and its value.
type RowMetric = (&'static str, &'static str, fn(&UsageRow) -> Option<String>);

const METRICS: [RowMetric; 6] = [
    ("addresses", "IPv4 addresses, used or free", |row| number(row.addresses_total)),
    ("addresses_used", "IPv4 addresses in use", |row| number(row.addresses_used)),
    ("addresses_free", "IPv4 addresses that are free", |row| number(row.addresses_free)),
    ("used_ratio", "Share of the addresses in use, from 0 to 1", ratio),
    ("free_blocks", "Free aligned blocks of 16 addresses", |row| number(row.free_blocks)),
    ("full_in_days", "Days until no address is free, at the rate seen", |row| {
        number(row.trend.as_ref().and_then(|trend| trend.forecast.full_in_days))
    }),
];

/// Writes the metrics of all rows, their status, and whether everything was read.
pub(crate) fn write(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_metrics(report, out)
}

fn write_metrics(report: &UsageReport, out: &mut dyn Write) -> io::Result<()> {
    let of = report.of.as_str();
    for (end, help, value) in METRICS {
        let name = format!("netcensus_{of}_{end}");
        write_head(&name, help, out)?;
        for row in &report.rows {
            if let Some(value) = value(row) {
                writeln!(out, "{name}{{{}}} {value}", labels(row))?;
            }
        }
    }
    let name = format!("netcensus_{of}_status");
    write_head(&name, "Whether usage has the status in the label, by the limits of netcensus", out)?;
    for row in &report.rows {
        for status in UsageStatus::ALL {
            let value = u8::from(row.status == status);
            writeln!(out, "{name}{{{},status=\"{}\"}} {value}", labels(row), status.as_str())?;
        }
    }
    write_head("netcensus_usage_complete", "Whether everything was read: 1, or 0", out)?;
    writeln!(out, "netcensus_usage_complete{{of=\"{of}\"}} {}", u8::from(report.complete))?;
    write_head("netcensus_usage_timestamp_seconds", "When the inventory was read", out)?;
    writeln!(out, "netcensus_usage_timestamp_seconds{{of=\"{of}\"}} {}", report.taken_at.as_second())?;
    writeln!(out, "# EOF")
}

/// Writes the report of usage that an export has.
pub(crate) fn write_export(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    export.usage.map_or(Ok(()), |report| write_metrics(report, out))
}

fn write_head(name: &str, help: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# HELP {name} {help}.\n# TYPE {name} gauge")
}

fn number(number: Option<u64>) -> Option<String> {
    number.map(|number| number.to_string())
}

#[expect(clippy::cast_precision_loss, reason = "a share for graphs; limits are compared exactly elsewhere")]
fn ratio(row: &UsageRow) -> Option<String> {
    let total = row.addresses_total.filter(|total| *total > 0)?;
    Some((row.addresses_used? as f64 / total as f64).to_string())
}

fn labels(row: &UsageRow) -> String {
    let labels = [
        ("provider", row.provider.map(Provider::as_str)),
        ("account", row.account.as_deref()),
        ("account_name", row.account_name.as_deref()),
        ("region", row.region.as_deref()),
        ("network", row.network.as_deref()),
        ("id", Some(row.id.as_str())),
        ("name", row.name.as_deref()),
    ];
    let known = labels.into_iter().filter_map(|(label, value)| Some((label, value?)));
    known.map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect::<Vec<_>>().join(",")
}

/// Escapes what would end a label, and what a terminal must not see.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str(r"\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str(r"\n"),
            c if crate::output::is_unprintable(c) => {
                let _ = write!(escaped, r"\\u{{{:x}}}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_label_before_its_end() {
        assert_eq!(escape("a\"b\\c\nd\u{1b}é"), r#"a\"b\\c\nd\\u{1b}é"#);
    }
}
