//! The row of `junit` in the table of formats.

use super::{write_findings, write_usage};
use crate::output::format::{FindingsFormat, Format, FormatSpec, UsageFormat, format_spec};

/// What `junit` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["xml"],
    findings: Some(FindingsFormat {
        help: "JUnit XML, which Jenkins and GitLab read as test results",
        has_notes: false,
        write: write_findings,
    }),
    usage: Some(UsageFormat {
        help: "JUnit XML, which Jenkins and GitLab read as test results",
        has_notes: false,
        write: write_usage,
    }),
    ..format_spec(Format::Junit, "junit", "JUnit XML, which Jenkins and GitLab read as test results")
};
