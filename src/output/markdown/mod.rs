//! GitHub Flavored Markdown: tables, and the reports of `overlap` and `diff` as comments for a pull request.

mod changes;
mod findings;
mod page;
mod sync;
mod tables;
mod usage;

use crate::output::format::{
    AnswersFormat, ChangesFormat, FindingsFormat, Format, FormatSpec, FreeFormat, RowFormat, RowWriter,
    SyncFormat, UsageFormat, format_spec,
};
use crate::output::query_answer;
use changes::write as write_changes;
use findings::write as write_findings;
use sync::write as write_sync;
pub(super) use tables::write as write_rows;
use tables::{write_answers, write_free, write_history, write_plan};
use usage::write as write_usage;

/// What `markdown` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["md"],
    rows: Some(RowFormat {
        help: "GitHub tables for issues, wikis and reports",
        writer: RowWriter::Columns {
            all_columns: false,
            several_kinds: true,
            write: write_rows,
            stream: None,
            write_answer: query_answer::write_markdown,
        },
    }),
    changes: Some(ChangesFormat {
        help: "A comment for a pull request or a page of a wiki",
        write: write_changes,
    }),
    findings: Some(FindingsFormat {
        help: "A comment for a pull request",
        has_notes: true,
        write: write_findings,
    }),
    answers: Some(AnswersFormat {
        help: "A table of matches for issues, wikis and reports",
        write: write_answers,
        write_history,
    }),
    free: Some(FreeFormat {
        help: "A table of free blocks or prefixes for issues, wikis and reports",
        write: write_free,
        write_plan,
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "A table for issues, wikis and reports",
        has_notes: true,
        write: write_usage,
    }),
    sync: Some(SyncFormat { help: "Steps and conflicts as a page", write: write_sync }),
    ..format_spec(Format::Markdown, "markdown", "GitHub tables for issues, wikis and reports")
};
