//! Fields whose changes are not looked at.

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;

use crate::model::{Instance, Interface, Kind, Link, Network, Subnet};
use crate::suggest::{meant, nearest};

/// Patterns of fields: `FIELD`, `KIND.FIELD`, `tag:KEY`; globs.
#[derive(Debug, Clone, Default)]
pub struct Ignore(Vec<Pattern>);

#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    kind: Option<Kind>,
    field: GlobMatcher,
}

/// Why a text names no field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IgnoreError {
    /// The pattern is not a glob.
    #[error("the pattern `{pattern}` is wrong: {reason}")]
    Glob {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No resource has such a field.
    #[error("there is no field `{field}`{}; the fields are {known}", meant(suggestion.as_deref()))]
    Unknown {
        /// What was given.
        field: String,
        /// The field it is closest to.
        suggestion: Option<String>,
        /// Every field.
        known: String,
    },
}

impl Ignore {
    /// Reads patterns.
    ///
    /// # Errors
    /// For the first that is no glob, or that no field meets.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, IgnoreError> {
        texts.into_iter().map(pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Lists the patterns, as they were given.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pattern| pattern.text.as_str())
    }

    /// Tells whether changes of `field` in resources of `kind` are ignored. A field within another, such as one tag,
    /// is ignored with it.
    #[must_use]
    pub(super) fn covers(&self, kind: Kind, field: &str) -> bool {
        let outer = outer(field);
        self.0.iter().any(|pattern| {
            pattern.kind.is_none_or(|its| its == kind)
                // `ends[0].region` is a name, though brackets are a set of characters to a glob.
                && (pattern.literal() == field || pattern.field.is_match(field) || pattern.field.is_match(outer))
        })
    }
}

impl Pattern {
    /// Returns the name of the field, as it was given.
    fn literal(&self) -> &str {
        match self.kind {
            Some(kind) => &self.text[kind.as_str().len() + 1..],
            None => &self.text,
        }
    }
}

/// Names the field that another is within: `tags` of `tag:KEY`, `ends` of `ends[0].region`.
fn outer(field: &str) -> &str {
    if field.starts_with("tag:") { "tags" } else { field.split('[').next().unwrap_or(field) }
}

fn pattern(text: &str) -> Result<Pattern, IgnoreError> {
    let by_name = |name: &str| Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    let (kind, field) = match text.split_once('.') {
        Some((name, field)) if by_name(name).is_some() => (by_name(name), field),
        _ => (None, text),
    };
    let glob = GlobBuilder::new(field)
        .build()
        .map_err(|error| IgnoreError::Glob { pattern: text.to_owned(), reason: error.kind().to_string() })?;
    let glob = glob.compile_matcher();
    let fields = kind.map_or_else(|| Kind::ALL.into_iter().flat_map(fields_of).collect(), fields_of);
    let within = field.starts_with("tag:") || field.starts_with("ends[");
    if !within && !fields.iter().any(|name| glob.is_match(name)) {
        return Err(unknown(text, fields));
    }
    Ok(Pattern { text: text.to_owned(), kind, field: glob })
}

fn unknown(text: &str, mut fields: Vec<String>) -> IgnoreError {
    fields.sort();
    fields.dedup();
    let bare = text.rsplit('.').next().unwrap_or(text);
    IgnoreError::Unknown {
        field: text.to_owned(),
        suggestion: nearest(bare, fields.iter().map(String::as_str)).map(str::to_owned),
        known: fields.join(", ") + " and tag:KEY",
    }
}

/// Lists the fields that resources of `kind` have in the document.
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
        let ignore = Ignore::new(["instances.state", "tag:aws:*", "launched_*"]).unwrap();
        assert!(ignore.covers(Kind::Instances, "state"));
        assert!(!ignore.covers(Kind::Links, "state"));
        assert!(ignore.covers(Kind::Subnets, "tag:aws:cloudformation:stack-id"));
        assert!(!ignore.covers(Kind::Subnets, "tag:env"));
        assert!(ignore.covers(Kind::Instances, "launched_at"));
        let one = Ignore::new(["links.ends[0].region"]).unwrap();
        assert!(one.covers(Kind::Links, "ends[0].region") && !one.covers(Kind::Links, "ends[1].region"));
        let whole = Ignore::new(["tags", "ends"]).unwrap();
        assert!(whole.covers(Kind::Networks, "tag:env") && whole.covers(Kind::Links, "ends[1].prefixes"));
    }

    #[test]
    fn what_names_no_field_is_refused() {
        let error = Ignore::new(["stat"]).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no field `stat` (did you mean `state`?); the fields are account, "),
            "{error}"
        );
        assert!(matches!(Ignore::new(["subnets.vcpus"]), Err(IgnoreError::Unknown { .. })));
        assert!(matches!(Ignore::new(["a["]), Err(IgnoreError::Glob { .. })));
    }
}
