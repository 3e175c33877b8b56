//! Ranges in TOML: a list of prefixes, or tables.

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::entry;
use super::row::{BadRow, RangeFileError, Row, RowPosition};
use crate::diagnostic::Diagnostic;
use crate::line_index::LineIndex;
use crate::wording::parser_fault;

/// The lists that a file may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeDocument {
    #[serde(default)]
    prefixes: Vec<Spanned<Value>>,
    #[serde(default)]
    ranges: Vec<Spanned<Value>>,
    #[serde(default)]
    external: Vec<Spanned<Value>>,
    #[serde(default)]
    planned: Vec<Spanned<Value>>,
}

/// Reads the rows of `bytes`.
pub fn rows(bytes: &[u8]) -> Result<Vec<Result<Row, BadRow>>, RangeFileError> {
    let lines = LineIndex::new(bytes);
    let line_of = |offset: usize| lines.line_at(offset).0;
    let text = str::from_utf8(bytes).map_err(|error| RangeFileError {
        line: Some(line_of(error.valid_up_to())),
        what: Diagnostic::new("it is not UTF-8").remedy("save the file as UTF-8"),
    })?;
    let document: RangeDocument = toml::from_str(text).map_err(|error| RangeFileError {
        line: error.span().map(|span| line_of(span.start)),
        what: format!("it is not a list of ranges in TOML: {}", parser_fault(&error.message())).into(),
    })?;
    let lists = [document.prefixes, document.ranges, document.external, document.planned];
    let rows = lists.iter().flatten();
    Ok(rows
        .flat_map(|row| entry::rows(row.get_ref(), RowPosition::Line(line_of(row.span().start))))
        .collect())
}
