//! `JUnit` XML, as Jenkins and GitLab read it: the reports of `overlap` and `usage`.

mod findings;
mod suites;
mod usage;

use crate::output::format::{FindingsFormat, Format, FormatSpec, UsageFormat, format_spec};
use findings::write as write_findings;
use usage::write as write_usage;

/// What `junit` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
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
