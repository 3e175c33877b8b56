//! GitHub Flavored Markdown: tables, and the reports of `overlap` and `diff` as comments for a pull request.

mod changes;
mod findings;
mod page;
mod spec;
mod sync;
mod tables;
mod usage;

use changes::write as write_changes;
use findings::write as write_findings;
pub(super) use spec::SPEC;
use sync::write as write_sync;
pub(super) use tables::write as write_rows;
use tables::{write_answers, write_free, write_history, write_plan};
use usage::write as write_usage;
