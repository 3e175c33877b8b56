//! The names that a condition may begin with: those of columns and tags, of the filters on addresses, and of groups.

use super::super::columns::{canonical_name, data_type_of};

/// The name of the filter that keeps rows with a prefix or address inside a prefix.
const WITHIN: &str = "cidr-within";
/// The name of the filter that keeps rows with a prefix or address that shares addresses with a prefix.
pub(super) const OVERLAPS: &str = "cidr-overlaps";
/// The name of the filter that keeps rows with a prefix around an address, or the address itself.
pub(super) const CONTAINS: &str = "contains-ip";

/// The name of the filter that keeps members of groups.
pub(super) const GROUP: &str = "group";

/// The names of the filters that look at all addresses of a row instead of a column.
pub(in crate::analysis) const ADDRESS_FILTERS: [&str; 3] = [WITHIN, OVERLAPS, CONTAINS];

/// Tells whether a name before an operator is known: that of a column of any kind, of a tag, or of a filter on addresses or
/// groups.
pub(super) fn is_column(name: &str) -> bool {
    address_filter(name).is_some() || is_group_filter(name) || data_type_of(&canonical_name(name)).is_some()
}

/// Finds the filter on addresses with this name, in which case does not matter, and `_` stands for `-`.
pub(super) fn address_filter(name: &str) -> Option<&'static str> {
    let folded = name.trim().to_lowercase().replace('_', "-");
    ADDRESS_FILTERS.into_iter().find(|known| *known == folded)
}

/// Lists the names that a condition may begin with and that are no columns.
pub fn names_beside_columns() -> impl Iterator<Item = &'static str> {
    ADDRESS_FILTERS.into_iter().chain([GROUP])
}

/// Tells whether a name is that of the filter on groups.
pub(super) fn is_group_filter(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(GROUP)
}
