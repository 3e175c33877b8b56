//! CSV and TSV: rows of an inventory, the reports of `overlap`, `diff`, `find`, `free` and `usage`, exports.

mod changes;
mod findings;
mod tables;
mod writer;

use crate::output::format::{
    AnswersFormat, ChangesFormat, ExportSpec, FileLayout, FindingsFormat, Format, FormatSpec, FreeFormat,
    GapsListed, RowFormat, RowWriter, UsageFormat, export_spec, format_spec,
};
use crate::output::query_answer;
use changes::write as write_changes;
use findings::write as write_findings;
use tables::{write_answers, write_free, write_history, write_plan, write_usage};
pub use writer::CsvOptions;
use writer::{write_export, write_rows, write_streamed};

/// Makes the row of the format that separates values like this; it has no export yet.
macro_rules! separated_values {
    ($format:expr, $name:literal, $separator:literal, $options:expr, $write_answer:path) => {
        FormatSpec {
            extensions: &[$name],
            rows: Some(RowFormat {
                help: concat!($separator, "-separated values of one kind, every column"),
                writer: RowWriter::Columns {
                    all_columns: true,
                    several_kinds: false,
                    write: |tables, _, out| write_rows(tables, $options, out),
                    stream: Some(|tables, out| write_streamed(tables, $options, out)),
                    write_answer: $write_answer,
                },
            }),
            changes: Some(ChangesFormat {
                help: concat!($separator, "-separated values, one row per changed field"),
                write: |changes, _, out| write_changes(changes, $options, out),
            }),
            findings: Some(FindingsFormat {
                help: concat!($separator, "-separated values, one row per member of a finding"),
                has_notes: false,
                write: |findings, _, out| write_findings(findings, $options, out),
            }),
            answers: Some(AnswersFormat {
                help: concat!($separator, "-separated values, one row per match"),
                write: |report, _, out| write_answers(report, $options, out),
                write_history: |history, _, out| write_history(history, $options, out),
            }),
            free: Some(FreeFormat {
                help: concat!($separator, "-separated values, one row per free block or prefix"),
                write: |report, _, out| write_free(report, $options, out),
                write_plan: |plan, _, out| write_plan(plan, $options, out),
                is_for_tools: false,
            }),
            usage: Some(UsageFormat {
                help: concat!($separator, "-separated values, every number"),
                has_notes: false,
                write: |report, _, out| write_usage(report, $options, out),
            }),
            ..format_spec($format, $name, concat!($separator, "-separated values"))
        }
    };
}

/// What `csv` can write, and the functions that write it.
pub(super) const CSV: FormatSpec = FormatSpec {
    export: Some(ExportSpec {
        flags: &[
            "--kind",
            "--group",
            "--template",
            "--tag-columns",
            "--all-tags",
            "--delimiter",
            "--bom",
            "--raw-formulas",
        ],
        gaps: GapsListed::Beside,
        ..export_spec(
            "Comma-separated values (RFC 4180), a file for each kind",
            FileLayout::PerKind("csv"),
            |export, table, out| write_export(export, table, export.csv, out),
        )
    }),
    ..separated_values!(Format::Csv, "csv", "Comma", CsvOptions::CSV, query_answer::write_csv)
};

/// What `tsv` can write, and the functions that write it.
pub(super) const TSV: FormatSpec = FormatSpec {
    export: Some(ExportSpec {
        flags: &["--kind", "--group", "--template", "--tag-columns", "--all-tags", "--bom", "--raw-formulas"],
        gaps: GapsListed::Beside,
        ..export_spec(
            "Tab-separated values, a file for each kind",
            FileLayout::PerKind("tsv"),
            |export, table, out| write_export(export, table, export.csv.with_tabs(), out),
        )
    }),
    ..separated_values!(Format::Tsv, "tsv", "Tab", CsvOptions::TSV, query_answer::write_tsv)
};
