//! The row of `open_metrics` in the table of formats.

use super::{write_export, write_usage};
use crate::model::Kind;
use crate::output::format::{
    ExportSpec, ExportedContent, FileLayout, Format, FormatSpec, UsageFormat, export_spec, format_spec,
};

/// What `open_metrics` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
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
