//! The row of `sarif` in the table of formats.

use super::{write_findings, write_sync, write_usage};
use crate::output::format::{FindingsFormat, Format, FormatSpec, SyncFormat, UsageFormat, format_spec};

/// What `sarif` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["sarif"],
    findings: Some(FindingsFormat {
        help: "SARIF 2.1.0 for code scanning",
        has_notes: false,
        write: write_findings,
    }),
    usage: Some(UsageFormat { help: "SARIF 2.1.0 for code scanning", has_notes: false, write: write_usage }),
    sync: Some(SyncFormat { help: "A result for each difference, for code scanning", write: write_sync }),
    ..format_spec(Format::Sarif, "sarif", "SARIF 2.1.0 for code scanning")
};
