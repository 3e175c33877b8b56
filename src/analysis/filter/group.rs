//! Groups: saved searches by name, which conditions can refer to (`group=web`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::FilterError;
use super::parsed_filter::{Filter, parse_filters};
use crate::model::Kind;
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

    /// Returns its conditions as they were written: those that a member meets together, and what may be met instead.
    pub(super) fn text(&self) -> String {
        let together =
            |filters: &Vec<Filter>| filters.iter().map(Filter::text).collect::<Vec<_>>().join(" and ");
        self.alternatives.iter().map(together).collect::<Vec<_>>().join(", or ")
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

    fn unknown(&self, name: &str) -> FilterError {
        let known: Vec<String> = self.0.keys().cloned().collect();
        let suggestion = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        FilterError::UnknownGroup { name: name.to_owned(), suggestion, known }
    }
}
