//! The row of `parquet` in the table of formats.

use super::write;
use crate::output::format::{
    ExportSpec, FileLayout, Format, FormatSpec, GapsListed, export_spec, format_spec,
};

/// What `parquet` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["parquet"],
    export: Some(ExportSpec {
        is_text: false,
        flags: &["--kind", "--group", "--template", "--tag-columns", "--all-tags"],
        gaps: GapsListed::Beside,
        ..export_spec(
            "A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark",
            FileLayout::PerDay("parquet"),
            write,
        )
    }),
    ..format_spec(Format::Parquet, "parquet", "Apache Parquet")
};
