//! From the report of `diff` to bytes: picks the format's own file.

use std::io::{self, Write};

use super::{csv, markdown, ndjson};
use crate::analysis::diff::Changes;
use crate::output::format::{Format, FormatError};
use crate::output::layout::Layout;
use crate::output::{json, table};

/// Writes `changes`. Only [`Format::Table`] heeds `layout`, and `wide`, which cuts nothing short.
///
/// # Errors
/// When `out` cannot be written, or the format has room for findings only ([`Format::check`]).
pub fn render_changes(
    changes: &Changes,
    format: Format,
    layout: Layout,
    wide: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::write_changes(changes, layout, wide, out),
        Format::Json => json::write(changes, out),
        Format::Ndjson => ndjson::write(changes, out),
        Format::Csv => csv::write(changes, out),
        Format::Markdown => markdown::write(changes, out),
        Format::Sarif | Format::Junit | Format::Github => {
            Err(io::Error::other(FormatError::FindingsOnly(format)))
        }
    }
}
