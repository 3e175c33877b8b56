//! Parquet: a table with the types of its columns, for `DuckDB`, Athena, Trino, Spark and pandas
//! (<https://parquet.apache.org/docs/file-format/>).

mod chunk;
mod schema;
mod write;

pub(super) use write::write;
