//! Aligned columns for people, and the reports of `overlap`, `diff`, `find`, `free` and `usage` as a terminal shows them.

mod change_fields;
mod change_group;
mod changes;
mod columns;
mod console_links;
mod find;
mod find_history;
mod find_match;
mod findings;
mod free;
mod members;
mod network_plan;
mod spec;
mod sync;
mod usage;

pub(super) use changes::write as write_changes;
pub(super) use columns::{empty_note, is_numeric, write as write_rows, write_lines};
pub(super) use find::write as write_answers;
pub(super) use find_history::write as write_history;
pub(super) use findings::write as write_findings;
pub(super) use free::write as write_free;
pub(super) use network_plan::write as write_network_plan;
pub(super) use spec::SPEC;
pub(super) use sync::write as write_sync;
pub(super) use usage::write as write_usage;
