//! The one table of formats: their names, what they can write, and the functions that write it.
//!
//! Flags, help, shell completions, `output.format` in the configuration, `scan --save` and `export --to` all derive from
//! [`FORMATS`], so that a new format is a file of its own and a row here.

use std::collections::BTreeMap;

use super::csv::CsvOptions;
use super::format::{
    AnswersFormat, ChangesFormat, ExportSpec, ExportWriter, ExportedContent, FileLayout, FindingsFormat,
    Format, FormatSpec, FreeFormat, GapsListed, RowFormat, RowWriter, SyncFormat, UsageFormat,
};
use super::{
    ansible, csv, github, html, json, junit, markdown, ndjson, open_metrics, parameters, parquet, prometheus,
    query_answer, sarif, sqlite, table, xlsx,
};
use crate::model::Kind;

/// The flags that change the columns of a table.
const TABLE_FLAGS: &[&str] = &["--kind", "--template", "--tag-columns", "--all-tags"];

/// Returns how most export formats begin: text with rows, gaps inside, and the flags of tables.
const fn export_spec(help: &'static str, layout: FileLayout, write: ExportWriter) -> ExportSpec {
    ExportSpec {
        help,
        layout,
        is_text: true,
        only_kind: None,
        shows_collisions: false,
        needs: &[],
        content: ExportedContent::Rows,
        flags: TABLE_FLAGS,
        gaps: GapsListed::Inside,
        hosts: None,
        write,
    }
}

/// Returns what every format begins with: it can write nothing yet.
const fn format_spec(format: Format, name: &'static str, description: &'static str) -> FormatSpec {
    FormatSpec {
        format,
        name,
        extensions: &[],
        description,
        rows: None,
        changes: None,
        findings: None,
        answers: None,
        free: None,
        usage: None,
        sync: None,
        export: None,
    }
}

/// Every format, in the order of [`Format`], which is that of the help.
pub static FORMATS: [FormatSpec; 21] = [
    FormatSpec {
        extensions: &["txt"],
        rows: Some(RowFormat {
            help: "Aligned columns for people, cut to the terminal",
            writer: RowWriter::Columns {
                all_columns: false,
                several_kinds: true,
                write: table::write_rows,
                stream: None,
                write_answer: query_answer::write_table,
            },
        }),
        changes: Some(ChangesFormat {
            help: "Changes by account and region, for people",
            write: table::write_changes,
        }),
        findings: Some(FindingsFormat {
            help: "Findings with their members, for people",
            has_notes: true,
            write: table::write_findings,
        }),
        answers: Some(AnswersFormat {
            help: "Where each thing is: interface, machine, subnet, network, for people",
            write: table::write_answers,
            write_history: table::write_history,
        }),
        free: Some(FreeFormat {
            help: "Free blocks and the networks beside them; with --size, only the prefixes",
            write: table::write_free,
            write_plan: table::write_network_plan,
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "One row per subnet, network, pool or account, the fullest first, for people",
            has_notes: true,
            write: table::write_usage,
        }),
        sync: Some(SyncFormat { help: "The steps for each registry, for people", write: table::write_sync }),
        ..format_spec(Format::Table, "table", "Aligned columns for people, cut to the terminal")
    },
    FormatSpec {
        extensions: &["json"],
        rows: Some(RowFormat {
            help: "The whole inventory document, which --from reads",
            writer: RowWriter::Objects {
                write: |view, _, out| json::write(&view, out),
                write_answer: |answer, out| json::write(answer, out),
            },
        }),
        changes: Some(ChangesFormat {
            help: "The whole report as one document",
            write: |changes, _, out| json::write(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "The whole report as one document",
            has_notes: false,
            write: |findings, _, out| json::write(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "The whole report as one document",
            write: |report, _, out| json::write(report, out),
            write_history: |history, _, out| json::write(history, out),
        }),
        free: Some(FreeFormat {
            help: "The whole report as one document",
            write: |report, _, out| json::write(report, out),
            write_plan: |plan, _, out| json::write(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "The whole report as one document",
            has_notes: true,
            write: |report, _, out| json::write(report, out),
        }),
        sync: Some(SyncFormat {
            help: "The plans as one document",
            write: |report, _, out| json::write(report, out),
        }),
        export: Some(ExportSpec {
            content: ExportedContent::Document,
            flags: &[],
            ..export_spec(
                "The whole inventory document, which --from reads",
                FileLayout::Whole("inventory.json"),
                |export, _, out| json::write(&export.estate, out),
            )
        }),
        ..format_spec(Format::Json, "json", "One JSON document")
    },
    FormatSpec {
        extensions: &["ndjson", "jsonl"],
        rows: Some(RowFormat {
            help: "One JSON object per line, for streams and log pipelines",
            writer: RowWriter::Objects { write: ndjson::write_rows, write_answer: ndjson::write_answer },
        }),
        changes: Some(ChangesFormat {
            help: "One JSON object per change, for streams and log pipelines",
            write: |changes, _, out| ndjson::write_changes(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "One JSON object per finding, for streams and log pipelines",
            has_notes: false,
            write: |findings, _, out| ndjson::write_findings(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "One JSON object per match and per answer, for streams and log pipelines",
            write: |report, _, out| ndjson::write_answers(report, out),
            write_history: |history, _, out| ndjson::write_history(history, out),
        }),
        free: Some(FreeFormat {
            help: "One JSON object per free block, prefix and answer, for streams and log pipelines",
            write: |report, _, out| ndjson::write_free(report, out),
            write_plan: |plan, _, out| ndjson::write_plan(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "One JSON object per row, for streams and log pipelines",
            has_notes: true,
            write: |report, _, out| ndjson::write_usage(report, out),
        }),
        sync: Some(SyncFormat {
            help: "A line for each step",
            write: |report, _, out| ndjson::write_sync(report, out),
        }),
        export: Some(ExportSpec {
            flags: &["--kind", "--template"],
            ..export_spec(
                "One JSON object per line, its kind in `record`",
                FileLayout::Whole("inventory.ndjson"),
                |export, _, out| ndjson::write_export(export, out),
            )
        }),
        ..format_spec(Format::Ndjson, "ndjson", "One JSON object per line, for streams and log pipelines")
    },
    FormatSpec {
        extensions: &["csv"],
        rows: Some(RowFormat {
            help: "Comma-separated values of one kind, every column",
            writer: RowWriter::Columns {
                all_columns: true,
                several_kinds: false,
                write: |tables, _, out| csv::write_rows(tables, CsvOptions::CSV, out),
                stream: Some(|tables, out| csv::write_streamed(tables, CsvOptions::CSV, out)),
                write_answer: |answer, _, out| query_answer::write_csv(answer, out),
            },
        }),
        changes: Some(ChangesFormat {
            help: "Comma-separated values, one row per changed field",
            write: |changes, _, out| csv::write_changes(changes, CsvOptions::CSV, out),
        }),
        findings: Some(FindingsFormat {
            help: "Comma-separated values, one row per member of a finding",
            has_notes: false,
            write: |findings, _, out| csv::write_findings(findings, CsvOptions::CSV, out),
        }),
        answers: Some(AnswersFormat {
            help: "Comma-separated values, one row per match",
            write: |report, _, out| csv::write_answers(report, CsvOptions::CSV, out),
            write_history: |history, _, out| csv::write_history(history, CsvOptions::CSV, out),
        }),
        free: Some(FreeFormat {
            help: "Comma-separated values, one row per free block or prefix",
            write: |report, _, out| csv::write_free(report, CsvOptions::CSV, out),
            write_plan: |plan, _, out| csv::write_plan(plan, CsvOptions::CSV, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "Comma-separated values, every number",
            has_notes: false,
            write: |report, _, out| csv::write_usage(report, CsvOptions::CSV, out),
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
                |export, table, out| csv::write_export(export, table, export.csv, out),
            )
        }),
        ..format_spec(Format::Csv, "csv", "Comma-separated values")
    },
    FormatSpec {
        extensions: &["tsv"],
        rows: Some(RowFormat {
            help: "Tab-separated values of one kind, every column",
            writer: RowWriter::Columns {
                all_columns: true,
                several_kinds: false,
                write: |tables, _, out| csv::write_rows(tables, CsvOptions::TSV, out),
                stream: Some(|tables, out| csv::write_streamed(tables, CsvOptions::TSV, out)),
                write_answer: |answer, _, out| query_answer::write_tsv(answer, out),
            },
        }),
        changes: Some(ChangesFormat {
            help: "Tab-separated values, one row per changed field",
            write: |changes, _, out| csv::write_changes(changes, CsvOptions::TSV, out),
        }),
        findings: Some(FindingsFormat {
            help: "Tab-separated values, one row per member of a finding",
            has_notes: false,
            write: |findings, _, out| csv::write_findings(findings, CsvOptions::TSV, out),
        }),
        answers: Some(AnswersFormat {
            help: "Tab-separated values, one row per match",
            write: |report, _, out| csv::write_answers(report, CsvOptions::TSV, out),
            write_history: |history, _, out| csv::write_history(history, CsvOptions::TSV, out),
        }),
        free: Some(FreeFormat {
            help: "Tab-separated values, one row per free block or prefix",
            write: |report, _, out| csv::write_free(report, CsvOptions::TSV, out),
            write_plan: |plan, _, out| csv::write_plan(plan, CsvOptions::TSV, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "Tab-separated values, every number",
            has_notes: false,
            write: |report, _, out| csv::write_usage(report, CsvOptions::TSV, out),
        }),
        export: Some(ExportSpec {
            flags: &[
                "--kind",
                "--group",
                "--template",
                "--tag-columns",
                "--all-tags",
                "--bom",
                "--raw-formulas",
            ],
            gaps: GapsListed::Beside,
            ..export_spec(
                "Tab-separated values, a file for each kind",
                FileLayout::PerKind("tsv"),
                |export, table, out| csv::write_export(export, table, export.csv.with_tabs(), out),
            )
        }),
        ..format_spec(Format::Tsv, "tsv", "Tab-separated values")
    },
    FormatSpec {
        extensions: &["md"],
        rows: Some(RowFormat {
            help: "GitHub tables for issues, wikis and reports",
            writer: RowWriter::Columns {
                all_columns: false,
                several_kinds: true,
                write: |tables, _, out| markdown::write_rows(tables, out),
                stream: None,
                write_answer: |answer, _, out| query_answer::write_markdown(answer, out),
            },
        }),
        changes: Some(ChangesFormat {
            help: "A comment for a pull request or a page of a wiki",
            write: |changes, _, out| markdown::write_changes(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "A comment for a pull request",
            has_notes: true,
            write: |findings, _, out| markdown::write_findings(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "A table of matches for issues, wikis and reports",
            write: |report, _, out| markdown::write_answers(report, out),
            write_history: |history, _, out| markdown::write_history(history, out),
        }),
        free: Some(FreeFormat {
            help: "A table of free blocks or prefixes for issues, wikis and reports",
            write: |report, _, out| markdown::write_free(report, out),
            write_plan: |plan, _, out| markdown::write_plan(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "A table for issues, wikis and reports",
            has_notes: true,
            write: |report, _, out| markdown::write_usage(report, out),
        }),
        sync: Some(SyncFormat {
            help: "Steps and conflicts as a page",
            write: |report, _, out| markdown::write_sync(report, out),
        }),
        ..format_spec(Format::Markdown, "markdown", "GitHub tables for issues, wikis and reports")
    },
    FormatSpec {
        extensions: &["sarif"],
        findings: Some(FindingsFormat {
            help: "SARIF 2.1.0 for code scanning",
            has_notes: false,
            write: |findings, _, out| sarif::write_findings(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "SARIF 2.1.0 for code scanning",
            has_notes: false,
            write: |report, _, out| sarif::write_usage(report, out),
        }),
        sync: Some(SyncFormat {
            help: "A result for each difference, for code scanning",
            write: |report, _, out| sarif::write_sync(report, out),
        }),
        ..format_spec(Format::Sarif, "sarif", "SARIF 2.1.0 for code scanning")
    },
    FormatSpec {
        extensions: &["xml"],
        findings: Some(FindingsFormat {
            help: "JUnit XML, which Jenkins and GitLab read as test results",
            has_notes: false,
            write: |findings, _, out| junit::write_findings(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "JUnit XML, which Jenkins and GitLab read as test results",
            has_notes: false,
            write: |report, _, out| junit::write_usage(report, out),
        }),
        ..format_spec(Format::Junit, "junit", "JUnit XML, which Jenkins and GitLab read as test results")
    },
    FormatSpec {
        extensions: &["txt"],
        findings: Some(FindingsFormat {
            help: "Annotations for a run of GitHub Actions",
            has_notes: false,
            write: |findings, _, out| github::write_findings(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "Annotations for a run of GitHub Actions",
            has_notes: false,
            write: |report, _, out| github::write_usage(report, out),
        }),
        ..format_spec(Format::Github, "github", "Annotations for a run of GitHub Actions")
    },
    FormatSpec {
        extensions: &["xlsx"],
        export: Some(ExportSpec {
            is_text: false,
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Links],
            flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--raw-formulas", "--forecast"],
            ..export_spec(
                "A workbook: a sheet for each kind, a summary, the collisions, the coverage",
                FileLayout::Whole("inventory.xlsx"),
                |export, _, out| xlsx::write(export, out),
            )
        }),
        ..format_spec(Format::Xlsx, "xlsx", "Excel workbook")
    },
    FormatSpec {
        extensions: &["parquet"],
        export: Some(ExportSpec {
            is_text: false,
            flags: &["--kind", "--group", "--template", "--tag-columns", "--all-tags"],
            gaps: GapsListed::Beside,
            ..export_spec(
                "A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark",
                FileLayout::PerDay("parquet"),
                parquet::write,
            )
        }),
        ..format_spec(Format::Parquet, "parquet", "Apache Parquet")
    },
    FormatSpec {
        extensions: &["sqlite", "sqlite3", "db"],
        export: Some(ExportSpec {
            is_text: false,
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Links],
            ..export_spec(
                "A database: a table for each kind, the collisions, the coverage, and views for SQL",
                FileLayout::Whole("inventory.sqlite"),
                |export, _, out| sqlite::write(export, out),
            )
        }),
        ..format_spec(Format::Sqlite, "sqlite", "SQLite database")
    },
    FormatSpec {
        extensions: &[],
        export: Some(ExportSpec {
            only_kind: Some(Kind::Instances),
            flags: &["--kind", "--group", "--template", "--address"],
            hosts: Some(ansible::HOSTS),
            ..export_spec(
                "Instances as a static Ansible inventory, in YAML",
                FileLayout::Whole("ansible.yml"),
                |export, _, out| ansible::write(export, out),
            )
        }),
        ..format_spec(Format::Ansible, "ansible", "Ansible inventory in YAML")
    },
    FormatSpec {
        extensions: &[],
        export: Some(ExportSpec {
            only_kind: Some(Kind::Instances),
            flags: &["--kind", "--group", "--template", "--address", "--port"],
            gaps: GapsListed::Beside,
            hosts: Some(prometheus::HOSTS),
            ..export_spec(
                "Instances as Prometheus targets, for file_sd_configs",
                FileLayout::Whole("prometheus.json"),
                |export, _, out| prometheus::write(export, out),
            )
        }),
        ..format_spec(Format::Prometheus, "prometheus", "Prometheus targets in JSON")
    },
    FormatSpec {
        extensions: &["prom"],
        usage: Some(UsageFormat {
            help: "Metrics for Prometheus, such as a file of node_exporter's textfile collector",
            has_notes: false,
            write: |report, _, out| open_metrics::write_usage(report, out),
        }),
        export: Some(ExportSpec {
            only_kind: Some(Kind::Subnets),
            content: ExportedContent::Usage,
            needs: &[Kind::Networks, Kind::Interfaces],
            flags: &["--forecast"],
            ..export_spec(
                "How full subnets are, as metrics for node_exporter's textfile collector",
                FileLayout::Whole("netcensus.prom"),
                |export, _, out| export.usage.map_or(Ok(()), |report| open_metrics::write_usage(report, out)),
            )
        }),
        ..format_spec(Format::Openmetrics, "openmetrics", "Metrics for Prometheus")
    },
    FormatSpec {
        extensions: &["html", "htm"],
        export: Some(ExportSpec {
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Subnets, Kind::Links],
            flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--forecast"],
            ..export_spec(
                "A page: a picture of the address space, collisions, free space, tables to search",
                FileLayout::Whole("inventory.html"),
                |export, _, out| html::write(export, out),
            )
        }),
        ..format_spec(Format::Html, "html", "Web page that needs no other file")
    },
    FormatSpec {
        free: Some(FreeFormat {
            help: "Variables of Terraform and OpenTofu: prefixes, or a network with its subnets",
            write: |report, _, out| parameters::write_free_tfvars(report, out),
            write_plan: |plan, _, out| parameters::write_plan_tfvars(plan, out),
            is_for_tools: true,
        }),
        ..format_spec(
            Format::Tfvars,
            "tfvars",
            "Variables of Terraform and OpenTofu, for a file such as network.auto.tfvars.json",
        )
    },
    FormatSpec {
        free: Some(FreeFormat {
            help: "Parameters of a CloudFormation stack",
            write: |report, _, out| parameters::write_free_cloudformation(report, out),
            write_plan: |plan, _, out| parameters::write_plan_cloudformation(plan, out),
            is_for_tools: true,
        }),
        ..format_spec(Format::Cloudformation, "cloudformation", "Parameters of a CloudFormation stack")
    },
    FormatSpec {
        free: Some(FreeFormat {
            help: "A parameter file of Azure Resource Manager and Bicep",
            write: |report, _, out| parameters::write_free_arm(report, out),
            write_plan: |plan, _, out| parameters::write_plan_arm(plan, out),
            is_for_tools: true,
        }),
        ..format_spec(
            Format::ArmParameters,
            "arm-parameters",
            "A parameter file of Azure Resource Manager and Bicep",
        )
    },
    FormatSpec {
        free: Some(FreeFormat {
            help: "An answer for the external data source of Terraform: one object of strings",
            write: |report, _, out| parameters::write_free_external(report, out),
            write_plan: |plan, _, out| parameters::write_plan_external(plan, out),
            is_for_tools: true,
        }),
        ..format_spec(
            Format::TerraformExternal,
            "terraform-external",
            "An answer for the external data source of Terraform: one object of strings",
        )
    },
    FormatSpec {
        free: Some(FreeFormat {
            help: "The document of --state with the answer and its evidence added, for the next step of a pipe",
            write: |report, _, out| json::write(&BTreeMap::from([("free", report)]), out),
            write_plan: |plan, _, out| json::write(&BTreeMap::from([("plan", plan)]), out),
            is_for_tools: true,
        }),
        ..format_spec(Format::State, "state", "One JSON document that the steps of a pipe pass on")
    },
];
