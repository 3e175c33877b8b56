//! What a comparison is asked for: two inventories, which rows and changes, and the fields to ignore.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;

use super::super::filter::Filter;
use super::changes::ChangeKind;
use crate::model::{Instance, Interface, Inventory, Kind, Link, Network, Subnet};
use crate::suggest::{meant, nearest};

/// Two inventories, and what to compare of them.
#[derive(Debug, Clone, Copy)]
pub struct DiffRequest<'a> {
    /// The older inventory, and what to call it.
    pub old: (&'a str, &'a Inventory),
    /// The newer inventory, and what to call it.
    pub new: (&'a str, &'a Inventory),
    /// How many equal rows of each kind were already left out of both inventories.
    pub same: &'a BTreeMap<Kind, usize>,
    /// The kinds to compare.
    pub kinds: &'a [Kind],
    /// Only rows that pass all of these, on either side.
    pub filters: &'a [Filter],
    /// Only changes of these kinds.
    pub only: &'a [ChangeKind],
    /// Fields whose changes are not looked at.
    pub ignore: &'a IgnoredFields,
    /// Whether both sides are known to be scans of the same scope.
    pub same_scope: bool,
}

impl DiffRequest<'_> {
    /// Lists the kinds to compare in the order of documents, each once.
    pub(super) fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.kinds.contains(kind))
    }
}

/// Patterns of fields: `FIELD`, `KIND.FIELD`, `tag:KEY`; globs.
#[derive(Debug, Clone, Default)]
pub struct IgnoredFields(Vec<FieldPattern>);

#[derive(Debug, Clone)]
struct FieldPattern {
    text: String,
    kind: Option<Kind>,
    field: GlobMatcher,
}

/// Why a text is not a pattern of fields.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IgnoredFieldError {
    /// The pattern is not a glob.
    #[error("the pattern `{pattern}` is wrong: {reason}")]
    Glob {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No resource has such a field.
    #[error("there is no field `{field}`{}; accepted: {known}", meant(suggestion.as_deref()))]
    Unknown {
        /// What was given.
        field: String,
        /// The field it is closest to.
        suggestion: Option<String>,
        /// Every field.
        known: String,
    },
}

impl IgnoredFields {
    /// Parses patterns.
    ///
    /// # Errors
    /// For the first text that is not a glob, or that matches no field of any kind.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, IgnoredFieldError> {
        texts.into_iter().map(parse_pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Lists the patterns, as they were given.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pattern| pattern.text.as_str())
    }

    /// Tells whether changes of `field` in resources of `kind` are ignored. A field inside another, such as one tag, is
    /// ignored with the outer field.
    #[must_use]
    pub(super) fn covers(&self, kind: Kind, field: &str) -> bool {
        let outer = outer_field(field);
        self.0.iter().any(|pattern| {
            pattern.kind.is_none_or(|only| only == kind)
                // Compared as text too: in `ends[0].region` the brackets would be a set of characters to a glob.
                && (pattern.field_text() == field
                    || pattern.field.is_match(field)
                    || pattern.field.is_match(outer))
        })
    }
}

impl FieldPattern {
    /// Returns the pattern without its kind, as it was given.
    fn field_text(&self) -> &str {
        match self.kind {
            Some(kind) => &self.text[kind.as_str().len() + 1..],
            None => &self.text,
        }
    }
}

/// Names the field that another is inside of: `tags` of `tag:KEY`, `ends` of `ends[0].region`.
fn outer_field(field: &str) -> &str {
    if field.starts_with("tag:") { "tags" } else { field.split('[').next().unwrap_or(field) }
}

fn parse_pattern(text: &str) -> Result<FieldPattern, IgnoredFieldError> {
    let by_name = |name: &str| Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    let (kind, field) = match text.split_once('.') {
        Some((name, field)) if by_name(name).is_some() => (by_name(name), field),
        _ => (None, text),
    };
    let glob = GlobBuilder::new(field).build().map_err(|error| IgnoredFieldError::Glob {
        pattern: text.to_owned(),
        reason: error.kind().to_string(),
    })?;
    let glob = glob.compile_matcher();
    let fields = kind.map_or_else(|| Kind::ALL.into_iter().flat_map(fields_of).collect(), fields_of);
    // Keys of tags and numbers of ends are not in the schema.
    let is_inner = field.starts_with("tag:") || field.starts_with("ends[");
    if !is_inner && !fields.iter().any(|name| glob.is_match(name)) {
        return Err(unknown_field(text, fields));
    }
    Ok(FieldPattern { text: text.to_owned(), kind, field: glob })
}

fn unknown_field(text: &str, mut fields: Vec<String>) -> IgnoredFieldError {
    fields.sort();
    fields.dedup();
    let bare = text.rsplit('.').next().unwrap_or(text);
    IgnoredFieldError::Unknown {
        field: text.to_owned(),
        suggestion: nearest(bare, fields.iter().map(String::as_str)).map(str::to_owned),
        known: fields.join(", ") + " and tag:KEY",
    }
}

/// Lists the fields that resources of `kind` have in the inventory document.
fn fields_of(kind: Kind) -> Vec<String> {
    let schema = match kind {
        Kind::Networks => schemars::schema_for!(Network),
        Kind::Subnets => schemars::schema_for!(Subnet),
        Kind::Instances => schemars::schema_for!(Instance),
        Kind::Interfaces => schemars::schema_for!(Interface),
        Kind::Links => schemars::schema_for!(Link),
    };
    let fields = schema.get("properties").and_then(|properties| properties.as_object());
    fields.into_iter().flat_map(|fields| fields.keys().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_fields_of_one_kind_or_of_all() {
        let ignore = IgnoredFields::new(["instances.state", "tag:aws:*", "launched_*"]).unwrap();
        assert!(ignore.covers(Kind::Instances, "state"));
        assert!(!ignore.covers(Kind::Links, "state"));
        assert!(ignore.covers(Kind::Subnets, "tag:aws:cloudformation:stack-id"));
        assert!(!ignore.covers(Kind::Subnets, "tag:env"));
        assert!(ignore.covers(Kind::Instances, "launched_at"));
        let one = IgnoredFields::new(["links.ends[0].region"]).unwrap();
        assert!(one.covers(Kind::Links, "ends[0].region") && !one.covers(Kind::Links, "ends[1].region"));
        let whole = IgnoredFields::new(["tags", "ends"]).unwrap();
        assert!(whole.covers(Kind::Networks, "tag:env") && whole.covers(Kind::Links, "ends[1].prefixes"));
    }

    #[test]
    fn what_names_no_field_is_refused() {
        let error = IgnoredFields::new(["stat"]).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no field `stat` (did you mean `state`?); accepted: account, "),
            "{error}"
        );
        assert!(matches!(IgnoredFields::new(["subnets.vcpus"]), Err(IgnoredFieldError::Unknown { .. })));
        assert!(matches!(IgnoredFields::new(["a["]), Err(IgnoredFieldError::Glob { .. })));
    }
}
