//! Names and globs (`eu-*`, `prod-{a,b}`) that select profiles and regions; compiled once.

use globset::{GlobBuilder, GlobMatcher};

use super::problem::ValueFault;

/// A name or a glob: `*`, `?`, `[a-z]`, `{a,b}`; case counts, and `*` matches `/` too.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    /// `None` for a plain name, which needs no glob machinery.
    glob: Option<GlobMatcher>,
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, ValueFault> {
        if text.is_empty() {
            return Err(ValueFault::new("the pattern is empty; remove it"));
        }
        if text.trim() != text {
            return Err(ValueFault::new(format!("`{text}` has spaces around it")).suggest(Some(text.trim())));
        }
        if !text.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            return Ok(Self { text: text.to_owned(), glob: None });
        }
        // Said aloud because its default differs between systems, and a file shall mean the same everywhere.
        let glob = GlobBuilder::new(text)
            .backslash_escape(true)
            .build()
            .map_err(|error| ValueFault::new(format!("`{text}` is not a glob: {}", error.kind())))?;
        Ok(Self { text: text.to_owned(), glob: Some(glob.compile_matcher()) })
    }

    /// Returns the pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells whether it is a plain name, which matches itself only.
    #[must_use]
    pub const fn is_literal(&self) -> bool {
        self.glob.is_none()
    }

    /// Tells whether it matches the whole of `name`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match &self.glob {
            None => self.text == name,
            Some(glob) => glob.is_match(name),
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// Patterns, any of which may match. Empty means that none was given: it matches nothing, and the caller
/// decides with [`Patterns::is_empty`] what that means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// Tells whether any pattern matches the whole of `name`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(name))
    }

    /// Tells whether there is no pattern.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether every pattern is a plain name, so that nothing has to be listed to know what they select.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.0.iter().all(Pattern::is_literal)
    }

    /// Lists the plain names, which must exist, in contrast to globs.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|pattern| pattern.is_literal()).map(Pattern::as_str)
    }

    /// Lists the patterns in the order in which they were given.
    pub fn iter(&self) -> std::slice::Iter<'_, Pattern> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Patterns {
    type Item = &'a Pattern;
    type IntoIter = std::slice::Iter<'a, Pattern>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Vec<Pattern>> for Patterns {
    fn from(patterns: Vec<Pattern>) -> Self {
        Self(patterns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Patterns {
        texts.iter().map(|text| Pattern::parse(text).unwrap()).collect::<Vec<_>>().into()
    }

    #[test]
    fn names_and_globs_match_whole_names() {
        let regions = patterns(&["eu-*", "us-east-1"]);
        assert!(regions.matches("eu-west-1"));
        assert!(regions.matches("us-east-1"));
        assert!(!regions.matches("us-east-10"));
        assert!(!regions.matches("ap-eu-1"));
        assert!(!regions.is_literal());
        assert_eq!(regions.literals().collect::<Vec<_>>(), ["us-east-1"]);
    }

    #[test]
    fn all_glob_syntax_works_and_case_counts() {
        assert!(patterns(&["prod-{a,b}"]).matches("prod-b"));
        assert!(patterns(&["prod-[0-9]"]).matches("prod-7"));
        assert!(patterns(&["prod-?"]).matches("prod-x"));
        assert!(patterns(&[r"a\*"]).matches("a*"));
        assert!(!patterns(&[r"a\*"]).matches("ab"));
        assert!(!patterns(&["Prod"]).matches("prod"));
        assert!(!patterns(&["Prod*"]).matches("prod-1"));
        assert!(patterns(&["team*"]).matches("team/prod"), "profile names may hold slashes");
    }

    #[test]
    fn no_pattern_matches_nothing() {
        assert!(patterns(&[]).is_empty());
        assert!(!patterns(&[]).matches("eu-west-1"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert!(Pattern::parse("").unwrap_err().message.contains("empty"));
        assert!(Pattern::parse("prod-[").unwrap_err().message.starts_with("`prod-[` is not a glob: "));
        assert_eq!(Pattern::parse(" eu-* ").unwrap_err().suggestion.as_deref(), Some("eu-*"));
    }
}
