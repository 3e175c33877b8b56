//! What rows are sorted by, as the user writes it: `COLUMN`, or `-COLUMN` for the other way round.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::str::FromStr;

use super::value::Value;

/// One sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The column's name, or `tag:KEY`.
    pub column: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl FromStr for SortKey {
    type Err = Infallible;

    /// Reads `COLUMN` or `-COLUMN`; whether rows have such a column is seen when they are selected.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        let name = text.strip_prefix('-');
        Ok(Self { column: name.unwrap_or(text).to_owned(), descending: name.is_some() })
    }
}

impl SortKey {
    /// Orders two values; blank ones come last either way, so that what is known is seen first.
    #[must_use]
    pub fn compare(&self, a: &Value, b: &Value) -> Ordering {
        match (a.is_blank(), b.is_blank()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if self.descending => b.compare(a),
            (false, false) => a.compare(b),
        }
    }
}
