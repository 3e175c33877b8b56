//! The columns of every kind of row: one table each, and what a column is.

mod column;
mod common;
mod coverage;
mod instances;
mod interfaces;
mod links;
mod networks;
mod subnets;

#[cfg(test)]
pub(in crate::analysis) use column::tests::LOOKUPS;
pub use column::{
    Column, ColumnSpec, ColumnVisibility, DataType, ResourcePlace, Tabular, canonical_name, columns_of,
    has_tags,
};
pub(in crate::analysis) use column::{ResolvedColumn, data_type_of, has_column};
