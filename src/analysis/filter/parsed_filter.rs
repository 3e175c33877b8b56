//! Filters as they are parsed: a condition, whether it is negated, and the groups that it names.

use std::str::FromStr;
use std::sync::Arc;

use super::super::columns::has_column;
use super::condition::{Bound, FilterCondition};
use super::error::FilterError;
use super::group::{ResourceGroup, ResourceGroups};
use super::syntax::{ConditionText, split_conditions};
use crate::model::Kind;

/// One condition that rows must meet.
#[derive(Debug, Clone)]
pub struct Filter {
    text: String,
    /// Whether the condition must not hold.
    pub(super) negated: bool,
    pub(super) condition: FilterCondition,
    /// The groups that the condition names; none before [`Filter::bind`].
    pub(super) groups: Vec<Arc<ResourceGroup>>,
}

/// Parses the conditions of a text, joined by `and` or `&&`, all of which rows must meet.
///
/// # Errors
/// When it is not a filter, or a condition could never hold.
pub fn parse_filters(text: &str) -> Result<Vec<Filter>, FilterError> {
    split_conditions(text)?.iter().map(Filter::from_parts).collect()
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        match split_conditions(text)?.as_slice() {
            [condition] => Self::from_parts(condition),
            _ => Err(FilterError::Several(text.to_owned())),
        }
    }
}

impl Filter {
    fn from_parts(parts: &ConditionText<'_>) -> Result<Self, FilterError> {
        let (condition, negated) = FilterCondition::parse(parts)?;
        Ok(Self { text: parts.text.to_owned(), negated, condition, groups: Vec::new() })
    }

    /// Returns the filter as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the name of the column that it looks at; none for the filters on groups and addresses.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.condition.column()
    }

    /// Lists the names of the columns that it looks at, itself and in the groups that it names.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        self.column().into_iter().chain(self.groups.iter().flat_map(|group| group.columns())).collect()
    }

    /// Lists the groups whose members it keeps, once they are looked up.
    pub fn groups(&self) -> impl Iterator<Item = &ResourceGroup> {
        self.groups.iter().map(AsRef::as_ref)
    }

    /// Lists the names of the groups whose members it keeps.
    #[must_use]
    pub fn group_names(&self) -> &[String] {
        if let FilterCondition::InGroup(names) = &self.condition { names } else { &[] }
    }

    /// Looks up the groups that it names. Before, no row passes a condition about a group.
    ///
    /// # Errors
    /// When one of them is not defined.
    pub fn bind(&mut self, groups: &ResourceGroups) -> Result<(), FilterError> {
        let found = self.group_names().iter().map(|name| groups.get(name).cloned());
        self.groups = found.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Tells whether rows of `kind` have what it looks at.
    #[must_use]
    pub fn applies_to(&self, kind: Kind) -> bool {
        match (&self.condition, self.column()) {
            (FilterCondition::InGroup(_), _) => self.groups.iter().any(|group| group.applies_to(kind)),
            (_, Some(column)) => has_column(kind, column),
            (_, None) => true,
        }
    }

    /// Tells whether it compares an age: then rows pass or fail as time goes by, without any change.
    #[must_use]
    pub fn depends_on_age(&self) -> bool {
        let mut in_groups = self.groups.iter().flat_map(|group| group.alternatives.iter().flatten());
        matches!(self.condition, FilterCondition::Compared { bound: Bound::Age(_), .. })
            || in_groups.any(Self::depends_on_age)
    }

    /// Tells whether it compares a column with names of accounts, and not only with ids. These consist of hexadecimal
    /// digits and hyphens.
    pub(in crate::analysis) fn names_accounts(&self) -> bool {
        let is_of_id = |character: char| character.is_ascii_hexdigit() || "-*?[]{},!".contains(character);
        self.condition.texts().iter().any(|text| !text.chars().all(is_of_id))
    }
}
