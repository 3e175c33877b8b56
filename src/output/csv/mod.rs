//! CSV and TSV: rows of an inventory, the reports of `overlap`, `diff`, `find`, `free` and `usage`, exports.

mod answers;
mod changes;
mod findings;
mod free;
mod usage;
mod writer;

pub(super) use answers::{write as write_answers, write_history};
pub(super) use changes::write as write_changes;
pub(super) use findings::write as write_findings;
pub(super) use free::{write as write_free, write_plan};
pub(super) use usage::write as write_usage;
pub use writer::CsvOptions;
pub(super) use writer::{write_export, write_rows, write_streamed};
