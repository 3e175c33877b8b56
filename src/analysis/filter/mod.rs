//! Filters on rows, as the user writes them: `COLUMN=GLOB`, `COLUMN>NUMBER`, `cidr-within=CIDR`, `contains-ip=IP`.
//!
//! A text is taken apart (`syntax`), what follows the operator is read as the column's type (`condition`), and rows are
//! tested (`row_filter`), also for being members of saved searches (`group`), with a trace that says why none was kept (`trace`). What cannot hold for any row, or means something else than it seems to, is an error (`error`).

mod condition;
mod error;
mod filtered_rows;
mod group;
mod row_filter;
mod syntax;
mod text_pattern;
mod trace;

pub(super) use condition::ADDRESS_FILTERS;
pub use condition::names_beside_columns;
pub use error::FilterError;
pub use filtered_rows::FilteredRows;
pub use group::{GroupMembership, ResourceGroup, ResourceGroups};
pub(super) use row_filter::RowFilters;
pub use row_filter::{Filter, parse_filters};
pub(super) use text_pattern::TextPattern;
pub use trace::FilterTrace;
