//! The one table of formats: their names, what they can write, and the functions that write it.
//!
//! Flags, help, shell completions, `output.format` in the configuration, `scan --save` and `export --to` all derive from
//! [`FORMATS`], so that a new format is a file of its own and a row here.

use std::collections::BTreeMap;

use super::csv::CsvOptions;
use super::format::{
    AnswersFormat, ChangesFormat, ExportSpec, ExportedContent, FileLayout, FindingsFormat, Format,
    FormatSpec, FreeFormat, GapsListed, RowFormat, RowWriter, SyncFormat, UsageFormat,
};
use super::{
    ansible, csv, github, html, json, junit, markdown, ndjson, parameters, parquet, prometheus, query_answer,
    sarif, sqlite, sync, table, usage, xlsx,
};
use crate::model::Kind;

/// The flags that change the columns of a table.
const TABLE_FLAGS: &[&str] = &["--kind", "--template", "--tag-columns", "--all-tags"];

/// What most export formats have in common.
const EXPORT: ExportSpec = ExportSpec {
    help: "",
    layout: FileLayout::Whole(""),
    is_text: true,
    only_kind: None,
    shows_collisions: false,
    needs: &[],
    content: ExportedContent::Rows,
    flags: TABLE_FLAGS,
    gaps: GapsListed::Inside,
    hosts: None,
    write: |_, _, _| Ok(()),
};

/// What every format begins with: it can write nothing.
const NO_CONTENT: FormatSpec = FormatSpec {
    format: Format::Table,
    name: "",
    extensions: &[],
    description: "",
    rows: None,
    changes: None,
    findings: None,
    answers: None,
    free: None,
    usage: None,
    sync: None,
    export: None,
};

/// Every format, in the order of [`Format`], which is that of the help.
pub static FORMATS: [FormatSpec; 21] = [
    FormatSpec {
        format: Format::Table,
        name: "table",
        extensions: &["txt"],
        description: "Aligned columns for people, cut to the terminal",
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
            has_remarks: true,
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
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Json,
        name: "json",
        extensions: &["json"],
        description: "One JSON document",
        rows: Some(RowFormat {
            help: "The whole inventory document, which --from reads",
            writer: RowWriter::Objects {
                write: |view, _, out| json::write(&view, out),
                write_answer: |answer, out| json::write(answer, out),
            },
        }),
        changes: Some(ChangesFormat {
            help: "The whole report as one document",
            write: |changes, _, _, out| json::write(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "The whole report as one document",
            has_remarks: false,
            write: |findings, _, _, out| json::write(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "The whole report as one document",
            write: |report, _, _, out| json::write(report, out),
            write_history: |history, _, _, out| json::write(history, out),
        }),
        free: Some(FreeFormat {
            help: "The whole report as one document",
            write: |report, _, _, out| json::write(report, out),
            write_plan: |plan, _, _, out| json::write(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "The whole report as one document",
            has_notes: true,
            write: |report, _, _, out| json::write(report, out),
        }),
        sync: Some(SyncFormat {
            help: "The plans as one document",
            write: |report, _, _, out| json::write(report, out),
        }),
        export: Some(ExportSpec {
            help: "The whole inventory document, which --from reads",
            layout: FileLayout::Whole("inventory.json"),
            content: ExportedContent::Document,
            flags: &[],
            write: |export, _, out| json::write(&export.estate, out),
            ..EXPORT
        }),
    },
    FormatSpec {
        format: Format::Ndjson,
        name: "ndjson",
        extensions: &["ndjson", "jsonl"],
        description: "One JSON object per line, for streams and log pipelines",
        rows: Some(RowFormat {
            help: "One JSON object per line, for streams and log pipelines",
            writer: RowWriter::Objects { write: ndjson::write_rows, write_answer: ndjson::write_answer },
        }),
        changes: Some(ChangesFormat {
            help: "One JSON object per change, for streams and log pipelines",
            write: |changes, _, _, out| ndjson::write_changes(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "One JSON object per finding, for streams and log pipelines",
            has_remarks: false,
            write: |findings, _, _, out| ndjson::write_findings(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "One JSON object per match and per answer, for streams and log pipelines",
            write: |report, _, _, out| ndjson::write_answers(report, out),
            write_history: |history, _, _, out| ndjson::write_history(history, out),
        }),
        free: Some(FreeFormat {
            help: "One JSON object per free block, prefix and answer, for streams and log pipelines",
            write: |report, _, _, out| ndjson::write_free(report, out),
            write_plan: |plan, _, _, out| ndjson::write_plan(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "One JSON object per row, for streams and log pipelines",
            has_notes: true,
            write: |report, _, _, out| ndjson::write_usage(report, out),
        }),
        sync: Some(SyncFormat {
            help: "A line for each step",
            write: |report, _, _, out| ndjson::write_sync(report, out),
        }),
        export: Some(ExportSpec {
            help: "One JSON object per line, its kind in `record`",
            layout: FileLayout::Whole("inventory.ndjson"),
            flags: &["--kind", "--template"],
            write: |export, _, out| ndjson::write_export(export, out),
            ..EXPORT
        }),
    },
    FormatSpec {
        format: Format::Csv,
        name: "csv",
        extensions: &["csv"],
        description: "Comma-separated values",
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
            write: |changes, _, _, out| csv::write_changes(changes, CsvOptions::CSV, out),
        }),
        findings: Some(FindingsFormat {
            help: "Comma-separated values, one row per member of a finding",
            has_remarks: false,
            write: |findings, _, _, out| csv::write_findings(findings, CsvOptions::CSV, out),
        }),
        answers: Some(AnswersFormat {
            help: "Comma-separated values, one row per match",
            write: |report, _, _, out| csv::write_answers(report, CsvOptions::CSV, out),
            write_history: |history, _, _, out| csv::write_history(history, CsvOptions::CSV, out),
        }),
        free: Some(FreeFormat {
            help: "Comma-separated values, one row per free block or prefix",
            write: |report, _, _, out| csv::write_free(report, CsvOptions::CSV, out),
            write_plan: |plan, _, _, out| csv::write_plan(plan, CsvOptions::CSV, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "Comma-separated values, every number",
            has_notes: false,
            write: |report, _, _, out| csv::write_usage(report, CsvOptions::CSV, out),
        }),
        sync: None,
        export: Some(ExportSpec {
            help: "Comma-separated values (RFC 4180), a file for each kind",
            layout: FileLayout::PerKind("csv"),
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
            write: |export, table, out| csv::write_export(export, table, export.csv, out),
            ..EXPORT
        }),
    },
    FormatSpec {
        format: Format::Tsv,
        name: "tsv",
        extensions: &["tsv"],
        description: "Tab-separated values",
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
            write: |changes, _, _, out| csv::write_changes(changes, CsvOptions::TSV, out),
        }),
        findings: Some(FindingsFormat {
            help: "Tab-separated values, one row per member of a finding",
            has_remarks: false,
            write: |findings, _, _, out| csv::write_findings(findings, CsvOptions::TSV, out),
        }),
        answers: Some(AnswersFormat {
            help: "Tab-separated values, one row per match",
            write: |report, _, _, out| csv::write_answers(report, CsvOptions::TSV, out),
            write_history: |history, _, _, out| csv::write_history(history, CsvOptions::TSV, out),
        }),
        free: Some(FreeFormat {
            help: "Tab-separated values, one row per free block or prefix",
            write: |report, _, _, out| csv::write_free(report, CsvOptions::TSV, out),
            write_plan: |plan, _, _, out| csv::write_plan(plan, CsvOptions::TSV, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "Tab-separated values, every number",
            has_notes: false,
            write: |report, _, _, out| csv::write_usage(report, CsvOptions::TSV, out),
        }),
        sync: None,
        export: Some(ExportSpec {
            help: "Tab-separated values, a file for each kind",
            layout: FileLayout::PerKind("tsv"),
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
            write: |export, table, out| csv::write_export(export, table, export.csv.with_tabs(), out),
            ..EXPORT
        }),
    },
    FormatSpec {
        format: Format::Markdown,
        name: "markdown",
        extensions: &["md"],
        description: "GitHub tables for issues, wikis and reports",
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
            write: |changes, _, _, out| markdown::write_changes(changes, out),
        }),
        findings: Some(FindingsFormat {
            help: "A comment for a pull request",
            has_remarks: true,
            write: |findings, _, _, out| markdown::write_findings(findings, out),
        }),
        answers: Some(AnswersFormat {
            help: "A table of matches for issues, wikis and reports",
            write: |report, _, _, out| markdown::write_answers(report, out),
            write_history: |history, _, _, out| markdown::write_history(history, out),
        }),
        free: Some(FreeFormat {
            help: "A table of free blocks or prefixes for issues, wikis and reports",
            write: |report, _, _, out| markdown::write_free(report, out),
            write_plan: |plan, _, _, out| markdown::write_plan(plan, out),
            is_for_tools: false,
        }),
        usage: Some(UsageFormat {
            help: "A table for issues, wikis and reports",
            has_notes: true,
            write: |report, _, _, out| markdown::write_usage(report, out),
        }),
        sync: Some(SyncFormat {
            help: "Steps and conflicts as a page",
            write: |report, _, _, out| markdown::write_sync(report, out),
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Sarif,
        name: "sarif",
        extensions: &["sarif"],
        description: "SARIF 2.1.0 for code scanning",
        findings: Some(FindingsFormat {
            help: "SARIF 2.1.0 for code scanning",
            has_remarks: false,
            write: |findings, _, _, out| sarif::write(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "SARIF 2.1.0 for code scanning",
            has_notes: false,
            write: |report, _, _, out| usage::sarif::write(report, out),
        }),
        sync: Some(SyncFormat {
            help: "A result for each difference, for code scanning",
            write: |report, _, _, out| sync::sarif::write(report, out),
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Junit,
        name: "junit",
        extensions: &["xml"],
        description: "JUnit XML, which Jenkins and GitLab read as test results",
        findings: Some(FindingsFormat {
            help: "JUnit XML, which Jenkins and GitLab read as test results",
            has_remarks: false,
            write: |findings, _, _, out| junit::write(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "JUnit XML, which Jenkins and GitLab read as test results",
            has_notes: false,
            write: |report, _, _, out| usage::junit::write(report, out),
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Github,
        name: "github",
        extensions: &["txt"],
        description: "Annotations for a run of GitHub Actions",
        findings: Some(FindingsFormat {
            help: "Annotations for a run of GitHub Actions",
            has_remarks: false,
            write: |findings, _, _, out| github::write(findings, out),
        }),
        usage: Some(UsageFormat {
            help: "Annotations for a run of GitHub Actions",
            has_notes: false,
            write: |report, _, _, out| usage::github::write(report, out),
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Xlsx,
        name: "xlsx",
        extensions: &["xlsx"],
        description: "Excel workbook",
        export: Some(ExportSpec {
            help: "A workbook: a sheet for each kind, a summary, the collisions, the coverage",
            layout: FileLayout::Whole("inventory.xlsx"),
            is_text: false,
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Links],
            flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--raw-formulas", "--forecast"],
            write: |export, _, out| xlsx::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Parquet,
        name: "parquet",
        extensions: &["parquet"],
        description: "Apache Parquet",
        export: Some(ExportSpec {
            help: "A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark",
            layout: FileLayout::PerDay("parquet"),
            is_text: false,
            flags: &["--kind", "--group", "--template", "--tag-columns", "--all-tags"],
            gaps: GapsListed::Beside,
            write: parquet::write,
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Sqlite,
        name: "sqlite",
        extensions: &["sqlite", "sqlite3", "db"],
        description: "SQLite database",
        export: Some(ExportSpec {
            help: "A database: a table for each kind, the collisions, the coverage, and views for SQL",
            layout: FileLayout::Whole("inventory.sqlite"),
            is_text: false,
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Links],
            write: |export, _, out| sqlite::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Ansible,
        name: "ansible",
        extensions: &[],
        description: "Ansible inventory in YAML",
        export: Some(ExportSpec {
            help: "Instances as a static Ansible inventory, in YAML",
            layout: FileLayout::Whole("ansible.yml"),
            only_kind: Some(Kind::Instances),
            flags: &["--kind", "--group", "--template", "--address"],
            hosts: Some(ansible::HOSTS),
            write: |export, _, out| ansible::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Prometheus,
        name: "prometheus",
        extensions: &[],
        description: "Prometheus targets in JSON",
        export: Some(ExportSpec {
            help: "Instances as Prometheus targets, for file_sd_configs",
            layout: FileLayout::Whole("prometheus.json"),
            only_kind: Some(Kind::Instances),
            flags: &["--kind", "--group", "--template", "--address", "--port"],
            gaps: GapsListed::Beside,
            hosts: Some(prometheus::HOSTS),
            write: |export, _, out| prometheus::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Openmetrics,
        name: "openmetrics",
        extensions: &["prom"],
        description: "Metrics for Prometheus",
        usage: Some(UsageFormat {
            help: "Metrics for Prometheus, such as a file of node_exporter's textfile collector",
            has_notes: false,
            write: |report, _, _, out| usage::openmetrics::write(report, out),
        }),
        export: Some(ExportSpec {
            help: "How full subnets are, as metrics for node_exporter's textfile collector",
            layout: FileLayout::Whole("netcensus.prom"),
            only_kind: Some(Kind::Subnets),
            content: ExportedContent::Usage,
            needs: &[Kind::Networks, Kind::Interfaces],
            flags: &["--forecast"],
            write: |export, _, out| {
                export.usage.map_or(Ok(()), |report| usage::openmetrics::write(report, out))
            },
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Html,
        name: "html",
        extensions: &["html", "htm"],
        description: "Web page that needs no other file",
        export: Some(ExportSpec {
            help: "A page: a picture of the address space, collisions, free space, tables to search",
            layout: FileLayout::Whole("inventory.html"),
            shows_collisions: true,
            needs: &[Kind::Networks, Kind::Subnets, Kind::Links],
            flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--forecast"],
            write: |export, _, out| html::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Tfvars,
        name: "tfvars",
        description: "Variables of Terraform and OpenTofu, for a file such as network.auto.tfvars.json",
        free: Some(FreeFormat {
            help: "Variables of Terraform and OpenTofu: prefixes, or a network with its subnets",
            write: |report, _, _, out| parameters::write_free_tfvars(report, out),
            write_plan: |plan, _, _, out| parameters::write_plan_tfvars(plan, out),
            is_for_tools: true,
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Cloudformation,
        name: "cloudformation",
        description: "Parameters of a CloudFormation stack",
        free: Some(FreeFormat {
            help: "Parameters of a CloudFormation stack",
            write: |report, _, _, out| parameters::write_free_cloudformation(report, out),
            write_plan: |plan, _, _, out| parameters::write_plan_cloudformation(plan, out),
            is_for_tools: true,
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::ArmParameters,
        name: "arm-parameters",
        description: "A parameter file of Azure Resource Manager and Bicep",
        free: Some(FreeFormat {
            help: "A parameter file of Azure Resource Manager and Bicep",
            write: |report, _, _, out| parameters::write_free_arm(report, out),
            write_plan: |plan, _, _, out| parameters::write_plan_arm(plan, out),
            is_for_tools: true,
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::TerraformExternal,
        name: "terraform-external",
        description: "An answer for the external data source of Terraform: one object of strings",
        free: Some(FreeFormat {
            help: "An answer for the external data source of Terraform: one object of strings",
            write: |report, _, _, out| parameters::write_free_external(report, out),
            write_plan: |plan, _, _, out| parameters::write_plan_external(plan, out),
            is_for_tools: true,
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::State,
        name: "state",
        description: "One JSON document that the steps of a pipe pass on",
        free: Some(FreeFormat {
            help: "The document of --state with the answer and its evidence added, for the next step of a pipe",
            write: |report, _, _, out| json::write(&BTreeMap::from([("free", report)]), out),
            write_plan: |plan, _, _, out| json::write(&BTreeMap::from([("plan", plan)]), out),
            is_for_tools: true,
        }),
        ..NO_CONTENT
    },
];
