//! Groups: saved searches by name, which conditions can refer to (`group=web`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::columns::Record;
use super::super::inventory_index::InventoryIndex;
use super::error::FilterError;
use super::row_filter::{Filter, RowFilter, parse_filters};
use crate::model::{Coverage, Kind};
use crate::suggest::nearest;

/// A saved search. A resource is a member if it meets all conditions of one alternative.
#[derive(Debug)]
pub struct ResourceGroup {
    /// The name.
    pub name: String,
    pub(super) alternatives: Vec<Vec<Filter>>,
}

impl ResourceGroup {
    /// Lists the kinds of which there can be members: those that have every column of an alternative.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        Kind::ALL.into_iter().filter(|kind| self.applies_to(*kind)).collect()
    }

    /// Lists the names of the columns that its conditions look at.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        self.alternatives.iter().flatten().flat_map(Filter::columns).collect()
    }

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

    pub(super) fn applies_to(&self, kind: Kind) -> bool {
        let applies = |alternative: &Vec<Filter>| alternative.iter().all(|filter| filter.applies_to(kind));
        self.alternatives.iter().any(applies)
    }
}

/// The groups that are defined, by name.
#[derive(Debug, Clone, Default)]
pub struct ResourceGroups(BTreeMap<String, Arc<ResourceGroup>>);

impl ResourceGroups {
    /// Parses the definitions: names with alternatives, each a list of conditions.
    ///
    /// # Errors
    /// When a condition is wrong, or names a group that is not defined or is defined by itself.
    pub fn new<'d>(
        definitions: impl IntoIterator<Item = (&'d String, &'d [Vec<String>])>,
    ) -> Result<Self, FilterError> {
        let definitions: BTreeMap<&String, &[Vec<String>]> = definitions.into_iter().collect();
        let mut groups = Self::default();
        for name in definitions.keys() {
            groups.define(name, &definitions, &mut Vec::new())?;
        }
        Ok(groups)
    }

    /// Defines a group, after those that it names. `open` are those that wait for it.
    fn define(
        &mut self,
        name: &String,
        definitions: &BTreeMap<&String, &[Vec<String>]>,
        open: &mut Vec<String>,
    ) -> Result<(), FilterError> {
        let Some(alternatives) = definitions.get(name).filter(|_| !open.contains(name)) else {
            return Err(self.unknown(name));
        };
        if self.0.contains_key(name) {
            return Ok(());
        }
        open.push(name.clone());
        let mut parsed = Vec::new();
        for texts in *alternatives {
            let mut filters = Vec::new();
            for text in texts {
                filters.extend(parse_filters(text)?);
            }
            for named in filters.iter().flat_map(Filter::group_names) {
                self.define(named, definitions, open)?;
            }
            filters.iter_mut().try_for_each(|filter| filter.bind(self))?;
            parsed.push(filters);
        }
        open.pop();
        self.0.insert(name.clone(), Arc::new(ResourceGroup { name: name.clone(), alternatives: parsed }));
        Ok(())
    }

    /// Finds a group by its name.
    ///
    /// # Errors
    /// When it is not defined.
    pub fn get(&self, name: &str) -> Result<&Arc<ResourceGroup>, FilterError> {
        self.0.get(name).ok_or_else(|| self.unknown(name))
    }

    /// Lists the groups in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ResourceGroup>> {
        self.0.values()
    }

    /// Looks the columns of all groups up for rows made from `T`.
    #[must_use]
    pub fn for_rows<T: Record>(&self) -> GroupMembership<'_, T> {
        let resolve = |group| (group, RowGroup::resolve(group));
        GroupMembership(self.iter().map(Arc::as_ref).map(resolve).collect())
    }

    fn unknown(&self, name: &str) -> FilterError {
        let known: Vec<String> = self.0.keys().cloned().collect();
        let suggestion = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        FilterError::UnknownGroup { name: name.to_owned(), suggestion, known }
    }
}

/// A group for rows made from `T`, whose columns are already looked up.
pub(super) struct RowGroup<'g, T: Record> {
    /// Alternatives whose columns such rows lack are left out.
    alternatives: Vec<Vec<RowFilter<'g, T>>>,
}

impl<'g, T: Record> RowGroup<'g, T> {
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
pub struct GroupMembership<'g, T: Record>(Vec<(&'g ResourceGroup, RowGroup<'g, T>)>);

impl<'g, T: Record> GroupMembership<'g, T> {
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
