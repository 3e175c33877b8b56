//! The test whether a row is a member of a group, and whether a row that a read would have found could be one.

use std::sync::Arc;

use super::super::columns::Tabular;
use super::super::inventory_index::InventoryIndex;
use super::group::{ResourceGroup, ResourceGroups};
use super::parsed_filter::Filter;
use super::row_filter::RowFilter;
use crate::model::{Coverage, Kind};

impl ResourceGroup {
    /// Tells whether a read could find members of `kind`, as far as the read tells.
    pub(in crate::analysis) fn could_have(
        &self,
        read: &Coverage,
        kind: Kind,
        index: &InventoryIndex<'_>,
    ) -> bool {
        let could_pass = |filter: &Filter| filter.could_pass(read, kind, index);
        self.alternatives.iter().any(|alternative| alternative.iter().all(could_pass))
    }
}

impl ResourceGroups {
    /// Looks the columns of all groups up for rows made from `T`.
    #[must_use]
    pub fn for_rows<T: Tabular>(&self) -> GroupMembership<'_, T> {
        let resolve = |group| (group, RowGroup::resolve(group));
        GroupMembership(self.iter().map(Arc::as_ref).map(resolve).collect())
    }
}

/// A group for rows made from `T`, whose columns are already looked up.
pub(super) struct RowGroup<'g, T: Tabular> {
    /// Alternatives whose columns such rows lack are left out.
    alternatives: Vec<Vec<RowFilter<'g, T>>>,
}

impl<'g, T: Tabular> RowGroup<'g, T> {
    pub fn resolve(group: &'g ResourceGroup) -> Self {
        let filters = |filters: &'g Vec<Filter>| filters.iter().map(Filter::for_rows).collect();
        Self { alternatives: group.alternatives.iter().filter_map(filters).collect() }
    }

    /// Tells whether such rows have the columns of any alternative.
    pub const fn can_have_members(&self) -> bool {
        !self.alternatives.is_empty()
    }

    pub fn has(&self, row: &T, index: &InventoryIndex<'_>) -> bool {
        self.alternatives.iter().any(|filters| filters.iter().all(|filter| filter.passes(row, index)))
    }
}

/// Tells which groups rows made from `T` are in. Make it once for all rows.
pub struct GroupMembership<'g, T: Tabular>(Vec<(&'g ResourceGroup, RowGroup<'g, T>)>);

impl<'g, T: Tabular> GroupMembership<'g, T> {
    /// Lists the names of the groups that a row is in, in order.
    pub fn names<'s>(
        &'s self,
        row: &'s T,
        index: &'s InventoryIndex<'_>,
    ) -> impl Iterator<Item = &'g str> + 's {
        let groups = self.0.iter().filter(|(_, members)| members.has(row, index));
        groups.map(|(group, _)| group.name.as_str())
    }
}
