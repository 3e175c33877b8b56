//! The rows of `csv` and `tsv` in the table of formats.

use super::{
    CsvOptions, write_answers, write_changes, write_export, write_findings, write_free, write_history,
    write_plan, write_rows, write_streamed, write_usage,
};
use crate::output::format::{
    AnswersFormat, ChangesFormat, ExportSpec, FileLayout, FindingsFormat, Format, FormatSpec, FreeFormat,
    GapsListed, RowFormat, RowWriter, UsageFormat, export_spec, format_spec,
};
use crate::output::query_answer;

/// What `csv` can write, and the functions that write it.
pub const CSV: FormatSpec = FormatSpec {
    extensions: &["csv"],
    rows: Some(RowFormat {
        help: "Comma-separated values of one kind, every column",
        writer: RowWriter::Columns {
            all_columns: true,
            several_kinds: false,
            write: |tables, _, out| write_rows(tables, CsvOptions::CSV, out),
            stream: Some(|tables, out| write_streamed(tables, CsvOptions::CSV, out)),
            write_answer: |answer, _, out| query_answer::write_csv(answer, out),
        },
    }),
    changes: Some(ChangesFormat {
        help: "Comma-separated values, one row per changed field",
        write: |changes, _, out| write_changes(changes, CsvOptions::CSV, out),
    }),
    findings: Some(FindingsFormat {
        help: "Comma-separated values, one row per member of a finding",
        has_notes: false,
        write: |findings, _, out| write_findings(findings, CsvOptions::CSV, out),
    }),
    answers: Some(AnswersFormat {
        help: "Comma-separated values, one row per match",
        write: |report, _, out| write_answers(report, CsvOptions::CSV, out),
        write_history: |history, _, out| write_history(history, CsvOptions::CSV, out),
    }),
    free: Some(FreeFormat {
        help: "Comma-separated values, one row per free block or prefix",
        write: |report, _, out| write_free(report, CsvOptions::CSV, out),
        write_plan: |plan, _, out| write_plan(plan, CsvOptions::CSV, out),
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "Comma-separated values, every number",
        has_notes: false,
        write: |report, _, out| write_usage(report, CsvOptions::CSV, out),
    }),
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
    ..format_spec(Format::Csv, "csv", "Comma-separated values")
};

/// What `tsv` can write, and the functions that write it.
pub const TSV: FormatSpec = FormatSpec {
    extensions: &["tsv"],
    rows: Some(RowFormat {
        help: "Tab-separated values of one kind, every column",
        writer: RowWriter::Columns {
            all_columns: true,
            several_kinds: false,
            write: |tables, _, out| write_rows(tables, CsvOptions::TSV, out),
            stream: Some(|tables, out| write_streamed(tables, CsvOptions::TSV, out)),
            write_answer: |answer, _, out| query_answer::write_tsv(answer, out),
        },
    }),
    changes: Some(ChangesFormat {
        help: "Tab-separated values, one row per changed field",
        write: |changes, _, out| write_changes(changes, CsvOptions::TSV, out),
    }),
    findings: Some(FindingsFormat {
        help: "Tab-separated values, one row per member of a finding",
        has_notes: false,
        write: |findings, _, out| write_findings(findings, CsvOptions::TSV, out),
    }),
    answers: Some(AnswersFormat {
        help: "Tab-separated values, one row per match",
        write: |report, _, out| write_answers(report, CsvOptions::TSV, out),
        write_history: |history, _, out| write_history(history, CsvOptions::TSV, out),
    }),
    free: Some(FreeFormat {
        help: "Tab-separated values, one row per free block or prefix",
        write: |report, _, out| write_free(report, CsvOptions::TSV, out),
        write_plan: |plan, _, out| write_plan(plan, CsvOptions::TSV, out),
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "Tab-separated values, every number",
        has_notes: false,
        write: |report, _, out| write_usage(report, CsvOptions::TSV, out),
    }),
    export: Some(ExportSpec {
        flags: &["--kind", "--group", "--template", "--tag-columns", "--all-tags", "--bom", "--raw-formulas"],
        gaps: GapsListed::Beside,
        ..export_spec(
            "Tab-separated values, a file for each kind",
            FileLayout::PerKind("tsv"),
            |export, table, out| write_export(export, table, export.csv.with_tabs(), out),
        )
    }),
    ..format_spec(Format::Tsv, "tsv", "Tab-separated values")
};
