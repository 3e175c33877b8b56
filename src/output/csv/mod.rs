//! CSV and TSV: rows of an inventory, the reports of `overlap`, `diff`, `find`, `free` and `usage`, exports.

mod changes;
mod findings;
mod spec;
mod tables;
mod writer;

use changes::write as write_changes;
use findings::write as write_findings;
pub(super) use spec::{CSV, TSV};
use tables::{write_answers, write_free, write_history, write_plan, write_usage};
pub use writer::CsvOptions;
use writer::{write_export, write_rows, write_streamed};
