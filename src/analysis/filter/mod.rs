//! Filters on rows, as the user writes them: `COLUMN=GLOB`, `COLUMN>NUMBER`, `cidr-within=CIDR`, `contains-ip=IP`.
//!
//! A text is taken apart (`syntax`), what follows the operator is read as the column's type (`condition`), and both are a
//! filter (`parsed_filter`). Rows are tested (`row_filter`), also for being members (`row_group`) of saved searches
//! (`group`). A trace says why no row was kept (`trace`). What cannot hold for any row, or means something else than it
//! seems to, is an error (`error`).

mod condition;
mod condition_names;
mod error;
mod group;
mod parsed_filter;
mod row_filter;
mod row_group;
mod syntax;
mod text_pattern;
mod trace;

pub(super) use condition_names::ADDRESS_FILTERS;
pub use condition_names::names_beside_columns;
pub use error::FilterError;
pub use group::{ResourceGroup, ResourceGroups};
pub use parsed_filter::{Filter, parse_filters};
pub use row_filter::FilteredRows;
pub(super) use row_filter::RowFilters;
pub use row_group::GroupMembership;
pub(super) use text_pattern::TextPattern;
pub use trace::FilterTrace;
