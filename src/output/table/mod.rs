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

use changes::write as write_changes;
use columns::write as write_rows;
pub(super) use columns::{empty_note, is_numeric, write_lines};
use find::write as write_answers;
use find_history::write as write_history;
use findings::write as write_findings;
use free::write as write_free;
use network_plan::write as write_network_plan;
pub(super) use spec::SPEC;
use sync::write as write_sync;
use usage::write as write_usage;
