//! A pattern for a whole text: a glob, or a text without wildcards.

use globset::{GlobBuilder, GlobMatcher};

use super::error::FilterError;

/// A pattern for a whole text, in which case does not matter: `*`, `?`, `[a-z]`, `{a,b}`. `\` takes the meaning from the
/// character after it.
#[derive(Debug, Clone)]
pub(in crate::analysis) enum TextPattern {
    /// A text without wildcards, in lower case. Comparing it is much faster than matching a glob.
    Plain(String),
    /// A glob in lower case. Globs have a mode without case too, but only for ASCII letters.
    Glob(GlobMatcher),
}

impl TextPattern {
    /// Compiles `text`, which is part of `filter`.
    ///
    /// # Errors
    /// When it is not a valid glob.
    pub fn new(filter: &str, text: &str) -> Result<Self, FilterError> {
        if !text.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            return Ok(Self::Plain(text.to_lowercase()));
        }
        GlobBuilder::new(&text.to_lowercase())
            .literal_separator(false)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map(|glob| Self::Glob(glob.compile_matcher()))
            .map_err(|error| FilterError::Glob {
                filter: filter.to_owned(),
                reason: error.kind().to_string(),
            })
    }

    /// Returns the pattern in lower case.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Glob(glob) => glob.glob().glob(),
        }
    }

    /// Returns the pattern that matches every text of which this one matches a part; `None` if that is every text.
    pub fn anywhere(&self) -> Option<Self> {
        let part = self.text().trim_matches('*');
        let around = || format!("*{part}*");
        (!part.is_empty() && !part.ends_with('\\')).then(|| Self::new("", &around()).ok()).flatten()
    }

    /// Tells whether it matches the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) if text.is_ascii() => plain.eq_ignore_ascii_case(text),
            Self::Plain(plain) => *plain == text.to_lowercase(),
            Self::Glob(glob) => glob.is_match(text.to_lowercase()),
        }
    }
}
