//! GitHub Flavored Markdown: tables, and the reports of `overlap` and `diff` as comments for a pull request.

mod changes;
mod findings;
mod page;
mod spec;
mod sync;
mod tables;
mod usage;

pub(super) use changes::write as write_changes;
pub(super) use findings::write as write_findings;
pub(super) use spec::SPEC;
pub(super) use sync::write as write_sync;
pub(super) use tables::{write as write_rows, write_answers, write_free, write_history, write_plan};
pub(super) use usage::write as write_usage;
