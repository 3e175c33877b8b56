//! The one table of formats: their names, what they can write, and the functions that write it. Flags, help, completions,
//! `output.format`, `scan --save` and `export --to` derive from [`FORMATS`]: a new format is a file and a row here.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use thiserror::Error;

use super::csv::CsvOptions;
use super::export::Export;
use super::hosts::HostFormat;
use super::layout::Layout;
use super::{
    ansible, csv, github, html, json, junit, markdown, ndjson, parquet, prometheus, query_answer, sarif,
    sqlite, table, usage, xlsx,
};
use crate::analysis::diff::Changes;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::overlap::Findings;
use crate::analysis::select::Table;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::UsageReport;
use crate::model::{InventoryView, Kind};

/// A format of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the table describes them")]
pub enum Format {
    #[default]
    Table,
    Json,
    Ndjson,
    Csv,
    Tsv,
    Markdown,
    Sarif,
    Junit,
    Github,
    Xlsx,
    Parquet,
    Sqlite,
    Ansible,
    Prometheus,
    Openmetrics,
    Html,
}

/// What a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Rows of an inventory: `scan`.
    Rows,
    /// A list that is no inventory: `snapshots`. Every format of [`Content::Rows`] can write it.
    List,
    /// The report of `diff`.
    Changes,
    /// The report of `overlap`.
    Findings,
    /// The report of `find`.
    Answers,
    /// The report of `usage`.
    Usage,
    /// Files for other tools: `export`.
    Export,
}

/// A row of the table of formats.
#[derive(Debug)]
pub struct FormatSpec {
    /// The format.
    pub format: Format,
    /// Its name in flags and in the configuration.
    pub name: &'static str,
    /// The extensions of its files, without the dot, the usual one first; none if a name cannot tell the format.
    pub extensions: &'static [&'static str],
    /// What it is, whatever is written; no final stop.
    pub description: &'static str,
    /// How `scan` writes rows in it.
    pub rows: Option<RowFormat>,
    /// How `diff` writes changes in it.
    pub changes: Option<ChangesFormat>,
    /// How `overlap` writes findings in it.
    pub findings: Option<FindingsFormat>,
    /// How `find` writes answers in it.
    pub answers: Option<AnswersFormat>,
    /// How `usage` writes its report in it.
    pub usage: Option<UsageFormat>,
    /// How `export` writes files in it.
    pub export: Option<ExportSpec>,
}

/// How rows of an inventory are written.
#[derive(Debug)]
pub struct RowFormat {
    /// What `scan --help` says of it.
    pub help: &'static str,
    /// What writes the rows.
    pub writer: RowWriter,
}

/// Writes tables whose rows are made one at a time.
pub type StreamedTableWriter = fn(&[StreamedTable<'_>], &mut dyn Write) -> io::Result<()>;

/// Writes tables, one for each kind, and returns the names of the columns that did not fit.
pub type TableWriter = fn(&[Table], Layout, &mut dyn Write) -> io::Result<Vec<String>>;

/// What writes rows.
#[derive(Debug)]
pub enum RowWriter {
    /// Cells in columns, which `--columns` can choose.
    Columns {
        /// Whether all columns are written unless you choose some; otherwise the usual ones are.
        all_columns: bool,
        /// Whether one output can have several kinds.
        several_kinds: bool,
        /// Writes tables, one for each kind, and returns the names of the columns that did not fit.
        write: TableWriter,
        /// Writes tables whose rows are made one at a time, unless the format has to see all of them first.
        stream: Option<StreamedTableWriter>,
        /// Writes the answer to a query.
        write_answer: fn(&serde_json::Value, Layout, &mut dyn Write) -> io::Result<()>,
    },
    /// Objects with all their fields, which `--query` can select.
    Objects {
        /// Writes the rows of these kinds, or the whole document.
        write: fn(InventoryView<'_>, &[Kind], &mut dyn Write) -> io::Result<()>,
        /// Writes the answer to a query.
        write_answer: fn(&serde_json::Value, &mut dyn Write) -> io::Result<()>,
    },
}

/// How the report of `diff` is written.
#[derive(Debug)]
pub struct ChangesFormat {
    /// What `diff --help` says of it.
    pub help: &'static str,
    /// Writes the report; `true` (`--wide`) cuts nothing short.
    pub write: fn(&Changes, Layout, bool, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `overlap` is written.
#[derive(Debug)]
pub struct FindingsFormat {
    /// What `overlap --help` says of it.
    pub help: &'static str,
    /// Whether the output has sentences about the allow list and other notes; otherwise they go to stderr.
    pub has_remarks: bool,
    /// Writes the report; `true` (`--wide`) cuts nothing short.
    pub write: fn(&Findings, Layout, bool, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `find` is written.
#[derive(Debug)]
pub struct AnswersFormat {
    /// What `find --help` says of it.
    pub help: &'static str,
    /// Writes the report; `true` (`--wide`) cuts nothing short.
    pub write: fn(&FindReport<'_>, Layout, bool, &mut dyn Write) -> io::Result<()>,
    /// Writes the report of `find --history` in the same way.
    pub write_history: fn(&FindHistory, Layout, bool, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `usage` is written.
#[derive(Debug)]
pub struct UsageFormat {
    /// What `usage --help` says of it.
    pub help: &'static str,
    /// Whether the output has the notes; otherwise they go to stderr.
    pub has_notes: bool,
    /// Writes the report; `true` (`--wide`) cuts nothing short.
    pub write: fn(&UsageReport, Layout, bool, &mut dyn Write) -> io::Result<()>,
}

/// How `export` writes a format.
#[derive(Debug)]
pub struct ExportSpec {
    /// What `export --help` says of it.
    pub help: &'static str,
    /// Which files it makes.
    pub layout: FileLayout,
    /// Whether it is text, which a terminal can show.
    pub is_text: bool,
    /// The one kind that it can have; `None` if it can have all.
    pub only_kind: Option<Kind>,
    /// Whether it shows the collisions among the networks.
    pub shows_collisions: bool,
    /// The kinds that it needs, whichever kinds you ask for.
    pub needs: &'static [Kind],
    /// Whether it is the whole document, whichever kinds you ask for.
    pub is_document: bool,
    /// The flags about columns, kinds and hosts that change something in it.
    pub flags: &'static [&'static str],
    /// Where it lists what an incomplete inventory lacks.
    pub gaps: GapsListed,
    /// How it speaks of machines, if it is a list of hosts.
    pub hosts: Option<HostFormat>,
    /// Writes one file: the table if one is given, otherwise everything.
    pub write: fn(&Export<'_>, Option<&StreamedTable<'_>>, &mut (dyn Write + Send)) -> io::Result<()>,
}

/// Which files a format makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLayout {
    /// One file; in a directory it has this name.
    Whole(&'static str),
    /// A file for each kind; in a directory it has this extension.
    PerKind(&'static str),
    /// A file for each kind, day and provider; each has this extension.
    PerDay(&'static str),
}

/// Where an export lists what an incomplete inventory lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapsListed {
    /// In the file itself.
    Inside,
    /// In a file of the coverage beside it: the format has no place for it.
    Beside,
}

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
    is_document: false,
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
    usage: None,
    export: None,
};

/// Every format, in the order of [`Format`], which is that of the help.
pub static FORMATS: [FormatSpec; 16] = [
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
            help: "Changes by account and region, to read",
            write: table::write_changes,
        }),
        findings: Some(FindingsFormat {
            help: "Findings with their members, to read",
            has_remarks: true,
            write: table::write_findings,
        }),
        answers: Some(AnswersFormat {
            help: "What has each thing, from the narrowest outwards, to read",
            write: table::write_answers,
            write_history: table::write_history,
        }),
        usage: Some(UsageFormat {
            help: "A row each, the fullest first, to read",
            has_notes: true,
            write: table::write_usage,
        }),
        ..NO_CONTENT
    },
    FormatSpec {
        format: Format::Json,
        name: "json",
        extensions: &["json"],
        description: "One JSON document",
        rows: Some(RowFormat {
            help: "The whole inventory document, which scan, overlap and export read with --from",
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
        usage: Some(UsageFormat {
            help: "The whole report as one document",
            has_notes: true,
            write: |report, _, _, out| json::write(report, out),
        }),
        export: Some(ExportSpec {
            help: "The whole inventory document, which scan, overlap and export read with --from",
            layout: FileLayout::Whole("inventory.json"),
            is_document: true,
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
        usage: Some(UsageFormat {
            help: "One JSON object per row, for streams and log pipelines",
            has_notes: true,
            write: |report, _, _, out| ndjson::write_usage(report, out),
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
        usage: Some(UsageFormat {
            help: "Comma-separated values, every number",
            has_notes: false,
            write: |report, _, _, out| csv::write_usage(report, CsvOptions::CSV, out),
        }),
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
        usage: Some(UsageFormat {
            help: "Tab-separated values, every number",
            has_notes: false,
            write: |report, _, _, out| csv::write_usage(report, CsvOptions::TSV, out),
        }),
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
                write: |tables, _, out| markdown::write_rows(tables, out).map(|()| Vec::new()),
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
        usage: Some(UsageFormat {
            help: "A table for issues, wikis and reports",
            has_notes: true,
            write: |report, _, _, out| markdown::write_usage(report, out),
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
            flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--raw-formulas"],
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
            write: |export, _, out| html::write(export, out),
            ..EXPORT
        }),
        ..NO_CONTENT
    },
];

impl FormatSpec {
    /// Returns what the help of a command that writes `content` says of the format; `None` if it cannot write that.
    #[must_use]
    pub fn help(&self, content: Content) -> Option<&'static str> {
        match content {
            Content::Rows => self.rows.as_ref().map(|rows| rows.help),
            Content::List => self.rows.as_ref().map(|_| self.description),
            Content::Changes => self.changes.as_ref().map(|changes| changes.help),
            Content::Findings => self.findings.as_ref().map(|findings| findings.help),
            Content::Answers => self.answers.as_ref().map(|answers| answers.help),
            Content::Usage => self.usage.as_ref().map(|usage| usage.help),
            Content::Export => self.export.as_ref().map(|export| export.help),
        }
    }
}

impl Format {
    /// Returns its row of the table.
    #[must_use]
    pub const fn spec(self) -> &'static FormatSpec {
        &FORMATS[self as usize]
    }

    /// Lists the formats that can write `content`.
    pub fn for_content(content: Content) -> impl Iterator<Item = &'static FormatSpec> {
        FORMATS.iter().filter(move |spec| spec.help(content).is_some())
    }

    /// Finds the format that the extension of a file stands for, upper or lower case.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        FORMATS.iter().find(|spec| spec.extensions.contains(&extension.as_str())).map(|spec| spec.format)
    }

    /// Tells whether it has columns, which `--columns` can choose; the others write whole objects.
    #[must_use]
    pub fn has_columns(self) -> bool {
        self.spec().rows.as_ref().is_some_and(|rows| matches!(rows.writer, RowWriter::Columns { .. }))
    }

    /// Tells whether it has all columns unless you choose some.
    #[must_use]
    pub fn has_all_columns(self) -> bool {
        let rows = self.spec().rows.as_ref();
        rows.is_some_and(|rows| matches!(rows.writer, RowWriter::Columns { all_columns: true, .. }))
    }

    /// Tells whether it can write rows one at a time.
    #[must_use]
    pub fn streams_rows(self) -> bool {
        self.spec().rows.as_ref().is_some_and(|rows| match rows.writer {
            RowWriter::Columns { stream, .. } => stream.is_some(),
            RowWriter::Objects { .. } => true,
        })
    }

    /// Tells whether findings in it come with the notes and remarks, which otherwise go to stderr.
    #[must_use]
    pub fn has_remarks(self) -> bool {
        self.spec().findings.as_ref().is_some_and(|findings| findings.has_remarks)
    }

    /// Tells whether a report of usage in it comes with the notes, which otherwise go to stderr.
    #[must_use]
    pub fn has_usage_notes(self) -> bool {
        self.spec().usage.as_ref().is_some_and(|usage| usage.has_notes)
    }

    /// Refuses so many kinds of rows if it cannot write them.
    ///
    /// # Errors
    /// For several kinds in a format that has one kind per file, and for any in a format that has no rows.
    pub fn check_kinds(self, kinds: usize) -> Result<&'static RowFormat, FormatError> {
        let rows = self.spec().rows.as_ref().ok_or(FormatError::Unsupported(self, Content::Rows))?;
        match rows.writer {
            RowWriter::Columns { several_kinds: false, .. } if kinds > 1 => Err(FormatError::OneKind(self)),
            RowWriter::Columns { .. } | RowWriter::Objects { .. } => Ok(rows),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.spec().name)
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let found = FORMATS.iter().find(|spec| spec.name.eq_ignore_ascii_case(text));
        found.map(|spec| spec.format).ok_or_else(|| FormatError::Unknown(text.to_owned()))
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rows => "rows of an inventory",
            Self::List => "lists",
            Self::Changes => "changes",
            Self::Findings => "findings",
            Self::Answers => "answers",
            Self::Usage => "reports of usage",
            Self::Export => "exports",
        })
    }
}

/// Why a format cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FormatError {
    /// No format has that name.
    #[error("there is no format `{0}`; the formats are {list}", list = names(FORMATS.iter()))]
    Unknown(String),
    /// It has one kind of rows per file.
    #[error("{0} can have one kind of rows only; choose a kind, or the format json")]
    OneKind(Format),
    /// It cannot write such content.
    #[error("{0} cannot have {1}; choose {list}", list = names(Format::for_content(*.1)))]
    Unsupported(Format, Content),
}

fn names(formats: impl Iterator<Item = &'static FormatSpec>) -> String {
    formats.map(|spec| spec.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
