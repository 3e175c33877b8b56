//! Metrics in the text format of `OpenMetrics`, which Prometheus reads: the report of `usage`, and the document that the
//! metrics of netcensus itself are written with.

mod document;
mod usage;

use crate::model::Kind;
use crate::output::format::{
    ExportSpec, ExportedContent, FileLayout, Format, FormatSpec, UsageFormat, export_spec, format_spec,
};
pub use document::{MetricType, OPEN_METRICS_TYPE, OpenMetrics};
use usage::{write as write_usage, write_export};

/// What `open_metrics` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["prom"],
    usage: Some(UsageFormat {
        help: "Metrics for Prometheus, such as a file of node_exporter's textfile collector",
        has_notes: false,
        write: write_usage,
    }),
    export: Some(ExportSpec {
        only_kind: Some(Kind::Subnets),
        content: ExportedContent::Usage,
        needs: &[Kind::Networks, Kind::Interfaces],
        flags: &["--forecast"],
        ..export_spec(
            "How full subnets are, as metrics for node_exporter's textfile collector",
            FileLayout::Whole("netcensus.prom"),
            write_export,
        )
    }),
    ..format_spec(Format::Openmetrics, "openmetrics", "Metrics for Prometheus")
};
