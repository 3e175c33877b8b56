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
mod sync;
mod usage;

use crate::output::format::{
    AnswersFormat, ChangesFormat, FindingsFormat, Format, FormatSpec, FreeFormat, RowFormat, RowWriter,
    SyncFormat, UsageFormat, format_spec,
};
use crate::output::query_answer;
use changes::write as write_changes;
use columns::write as write_rows;
pub(super) use columns::{empty_note, is_numeric, write_lines};
use find::write as write_answers;
use find_history::write as write_history;
use findings::write as write_findings;
use free::write as write_free;
use network_plan::write as write_network_plan;
use sync::write as write_sync;
use usage::write as write_usage;

/// What `table` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["txt"],
    rows: Some(RowFormat {
        help: "Aligned columns for people, cut to the width of the terminal",
        writer: RowWriter::Columns {
            all_columns: false,
            several_kinds: true,
            write: write_rows,
            stream: None,
            write_answer: query_answer::write_table,
        },
    }),
    changes: Some(ChangesFormat { help: "Changes by account and region, for people", write: write_changes }),
    findings: Some(FindingsFormat {
        help: "Findings with their members, for people",
        has_notes: true,
        write: write_findings,
    }),
    answers: Some(AnswersFormat {
        help: "For people: the interface, machine, subnet and network of each thing",
        write: write_answers,
        write_history,
    }),
    free: Some(FreeFormat {
        help: "Free blocks and the networks beside them; with --size, only the prefixes",
        write: write_free,
        write_plan: write_network_plan,
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "One row per subnet, network, pool or account, the fullest first, for people",
        has_notes: true,
        write: write_usage,
    }),
    sync: Some(SyncFormat { help: "The steps for each registry, for people", write: write_sync }),
    ..format_spec(Format::Table, "table", "Aligned columns for people, cut to the width of the terminal")
};
