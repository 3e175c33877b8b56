//! The columns of every kind of row: one table each, and what a column is.

mod column;
mod coverage;
mod instances;
mod interfaces;
mod links;
mod networks;
mod pick;
mod record;
mod subnets;

pub use column::{Column, ColumnSpec, ColumnVisibility, DataType};
pub(in crate::analysis) use pick::{ResolvedColumn, has_column};
pub use record::{Record, columns_of, has_tags};
