//! The row of `github` in the table of formats.

use super::{write_findings, write_usage};
use crate::output::format::{FindingsFormat, Format, FormatSpec, UsageFormat, format_spec};

/// What `github` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["txt"],
    findings: Some(FindingsFormat {
        help: "Annotations for a run of GitHub Actions",
        has_notes: false,
        write: write_findings,
    }),
    usage: Some(UsageFormat {
        help: "Annotations for a run of GitHub Actions",
        has_notes: false,
        write: write_usage,
    }),
    ..format_spec(Format::Github, "github", "Annotations for a run of GitHub Actions")
};
