//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning reads it: the reports
//! of `overlap`, `usage` and `sync`. `log` is what they share.

mod findings;
mod log;
mod spec;
mod sync;
mod usage;

use findings::write as write_findings;
pub(super) use spec::SPEC;
use sync::write as write_sync;
use usage::write as write_usage;
