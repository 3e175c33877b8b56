//! From the report of `overlap` to bytes: picks the format's own file.

use std::io::{self, Write};

use super::{csv, markdown, ndjson};
use crate::analysis::overlap::Findings;
use crate::output::format::Format;
use crate::output::layout::Layout;
use crate::output::{github, json, junit, sarif, table};

/// Writes `findings`. Only [`Format::Table`] heeds `layout`, and `wide`, which cuts nothing short.
///
/// # Errors
/// When `out` cannot be written.
pub fn render_findings(
    findings: &Findings,
    format: Format,
    layout: Layout,
    wide: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::write_findings(findings, layout, wide, out),
        Format::Json => json::write(findings, out),
        Format::Ndjson => ndjson::write(findings, out),
        Format::Csv => csv::write(findings, out),
        Format::Markdown => markdown::write(findings, out),
        Format::Sarif => sarif::write(findings, out),
        Format::Junit => junit::write(findings, out),
        Format::Github => github::write(findings, out),
    }
}
