//! Parquet: a table with the types of its columns, for `DuckDB`, Athena, Trino, Spark and pandas
//! (<https://parquet.apache.org/docs/file-format/>).

mod column_chunk;
mod writer;

use crate::output::format::{
    ExportSpec, FileLayout, Format, FormatSpec, GapsListed, export_spec, format_spec,
};
use writer::write;

/// What `parquet` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
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
