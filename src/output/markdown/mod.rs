//! GitHub Flavored Markdown: tables, and the reports of `overlap` and `diff` as comments for a pull request.

mod answers;
mod changes;
mod findings;
mod free;
mod page;
mod sync;
mod tables;
mod usage;

pub(super) use answers::{write as write_answers, write_history};
pub(super) use changes::write as write_changes;
pub(super) use findings::write as write_findings;
pub(super) use free::{write as write_free, write_plan};
pub(super) use sync::write as write_sync;
pub(super) use tables::write as write_rows;
pub(super) use usage::write as write_usage;
