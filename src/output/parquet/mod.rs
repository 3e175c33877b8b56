//! Parquet: a table with the types of its columns, for `DuckDB`, Athena, Trino, Spark and pandas
//! (<https://parquet.apache.org/docs/file-format/>).

mod column_chunk;
mod spec;
mod writer;

pub(super) use spec::SPEC;
use writer::write;
