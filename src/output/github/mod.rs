//! Workflow commands, which GitHub Actions shows as annotations
//! (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>): the reports of `overlap` and `usage`.

mod annotation;
mod findings;
mod usage;

use crate::output::format::{FindingsFormat, Format, FormatSpec, UsageFormat, format_spec};
use findings::write as write_findings;
use usage::write as write_usage;

/// What `github` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
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
