//! What a format is: a row of the table of formats (`formats.rs`), with the functions that write what it can have.

use std::io::{self, Write};

use super::export::Export;
use super::host_options::HostFormat;
use super::layout::Layout;
use crate::analysis::diff::Changes;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::overlap::Findings;
use crate::analysis::rows::Table;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::UsageReport;
use crate::model::{InventoryView, Kind};
use crate::sync::SyncReport;

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
    Tfvars,
    Cloudformation,
    ArmParameters,
    TerraformExternal,
    State,
}

/// What a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Rows of an inventory: `scan`.
    Rows,
    /// A list that is no inventory: `snapshots`. Every format of [`Content::Rows`] can write it.
    List,
    /// A reservation: `reserve`. Also the document that steps of a pipe pass on.
    Reservation,
    /// The report of `diff`.
    Changes,
    /// The report of `overlap`.
    Findings,
    /// The report of `find`.
    Answers,
    /// The report of `free`.
    Free,
    /// The report of `usage`.
    Usage,
    /// The plans of `sync`.
    Sync,
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
    /// How `free` writes free blocks and prefixes in it.
    pub free: Option<FreeFormat>,
    /// How `usage` writes its report in it.
    pub usage: Option<UsageFormat>,
    /// How `sync` writes plans in it.
    pub sync: Option<SyncFormat>,
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

/// Writes a report. Only aligned columns for people depend on the layout.
pub type ReportWriter<R> = fn(&R, Layout, &mut dyn Write) -> io::Result<()>;

/// Writes tables whose rows are made one at a time.
pub type StreamedTableWriter = fn(&[StreamedTable<'_>], &mut dyn Write) -> io::Result<()>;

/// Writes tables, one for each kind. A column that does not fit the width of the layout is left out.
pub type TableWriter = fn(&[Table], Layout, &mut dyn Write) -> io::Result<()>;

/// What writes rows.
#[derive(Debug)]
pub enum RowWriter {
    /// Cells in columns, which `--columns` can choose.
    Columns {
        /// Whether all columns are written unless you choose some; otherwise the usual ones are.
        all_columns: bool,
        /// Whether one output can have several kinds.
        several_kinds: bool,
        /// Writes tables, one for each kind.
        write: TableWriter,
        /// Writes tables whose rows are made one at a time, unless the format has to see all of them first.
        stream: Option<StreamedTableWriter>,
        /// Writes the answer to a query.
        write_answer: ReportWriter<serde_json::Value>,
    },
    /// Objects with all their fields, which `--query` can select.
    Objects {
        /// Writes the rows of these kinds, or the whole document.
        write: fn(InventoryView<'_>, &[Kind], &mut dyn Write) -> io::Result<()>,
        /// Writes the answer to a query.
        write_answer: ReportWriter<serde_json::Value>,
    },
}

/// How the report of `diff` is written.
#[derive(Debug)]
pub struct ChangesFormat {
    /// What `diff --help` says of it.
    pub help: &'static str,
    /// Writes the report.
    pub write: ReportWriter<Changes>,
}

/// How the report of `overlap` is written.
#[derive(Debug)]
pub struct FindingsFormat {
    /// What `overlap --help` says of it.
    pub help: &'static str,
    /// Whether the output has the notes, also those about the allow list; otherwise they go to stderr.
    pub has_notes: bool,
    /// Writes the report.
    pub write: ReportWriter<Findings>,
}

/// How the report of `find` is written.
#[derive(Debug)]
pub struct AnswersFormat {
    /// What `find --help` says of it.
    pub help: &'static str,
    /// Writes the report.
    pub write: fn(&FindReport<'_>, Layout, &mut dyn Write) -> io::Result<()>,
    /// Writes the report of `find --history` in the same way.
    pub write_history: ReportWriter<FindHistory>,
}

/// How the report of `free` is written.
#[derive(Debug)]
pub struct FreeFormat {
    /// What `free --help` says of it.
    pub help: &'static str,
    /// Writes the report.
    pub write: fn(&FreeReport<'_>, Layout, &mut dyn Write) -> io::Result<()>,
    /// Writes a network plan.
    pub write_plan: ReportWriter<NetworkPlan>,
    /// Whether another tool acts on it, so that it gets only what is certain.
    pub is_for_tools: bool,
}

/// How the report of `usage` is written.
#[derive(Debug)]
pub struct UsageFormat {
    /// What `usage --help` says of it.
    pub help: &'static str,
    /// Whether the output has the notes; otherwise they go to stderr.
    pub has_notes: bool,
    /// Writes the report.
    pub write: ReportWriter<UsageReport>,
}

/// How the plans of `sync` are written.
#[derive(Debug)]
pub struct SyncFormat {
    /// What `sync --help` says of it.
    pub help: &'static str,
    /// Writes the plans.
    pub write: ReportWriter<SyncReport>,
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
    /// What is in it.
    pub content: ExportedContent,
    /// The flags about columns, kinds and hosts that change something in it.
    pub flags: &'static [&'static str],
    /// Where it lists what an incomplete inventory lacks.
    pub gaps: GapsListed,
    /// How it speaks of machines, if it is a list of hosts.
    pub hosts: Option<HostFormat>,
    /// Writes one file: the table if one is given, otherwise everything.
    pub write: ExportWriter,
}

/// Writes one file of an export: the table if one is given, otherwise everything.
pub type ExportWriter =
    fn(&Export<'_>, Option<&StreamedTable<'_>>, &mut (dyn Write + Send)) -> io::Result<()>;

/// What is in a file of `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportedContent {
    /// Rows of the kinds that you ask for.
    Rows,
    /// The whole document, whichever kinds you ask for.
    Document,
    /// How full subnets are, also without `--forecast`.
    Usage,
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

impl FormatSpec {
    /// Returns what the help of a command that writes `content` says of the format; `None` if it cannot write that.
    #[must_use]
    pub fn help(&self, content: Content) -> Option<&'static str> {
        match content {
            Content::Rows => self.rows.as_ref().map(|rows| rows.help),
            Content::List => self.rows.as_ref().map(|_| self.description),
            Content::Reservation => {
                let is_list = self.rows.is_some() || self.format == Format::State;
                is_list.then_some(self.description)
            }
            Content::Changes => self.changes.as_ref().map(|changes| changes.help),
            Content::Findings => self.findings.as_ref().map(|findings| findings.help),
            Content::Answers => self.answers.as_ref().map(|answers| answers.help),
            Content::Free => self.free.as_ref().map(|free| free.help),
            Content::Usage => self.usage.as_ref().map(|usage| usage.help),
            Content::Sync => self.sync.as_ref().map(|sync| sync.help),
            Content::Export => self.export.as_ref().map(|export| export.help),
        }
    }
}

/// The flags that change the columns of a table.
const TABLE_FLAGS: &[&str] = &["--kind", "--template", "--tag-columns", "--all-tags"];

/// Returns how most export formats begin: text with rows, gaps inside, and the flags of tables.
pub(super) const fn export_spec(help: &'static str, layout: FileLayout, write: ExportWriter) -> ExportSpec {
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
pub(super) const fn format_spec(format: Format, name: &'static str, description: &'static str) -> FormatSpec {
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
