//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning reads it: the reports
//! of `overlap`, `usage` and `sync`. `log` is what they share.

mod findings;
mod log;
mod sync;
mod usage;

use crate::output::format::{FindingsFormat, Format, FormatSpec, SyncFormat, UsageFormat, format_spec};
use findings::write as write_findings;
use sync::write as write_sync;
use usage::write as write_usage;

/// What `sarif` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
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
