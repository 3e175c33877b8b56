//! What a format is: a row of the table of formats ([`FORMATS`]), with the functions that write what it can have. This file
//! and `formats.rs` use each other on purpose: they are the type of a row, and the rows.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use thiserror::Error;

use super::export::Export;
use super::formats::FORMATS;
use super::host_options::HostFormat;
use super::layout::Layout;
use crate::analysis::diff::Changes;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::overlap::Findings;
use crate::analysis::select::Table;
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
    /// Writes the report.
    pub write: fn(&Changes, Layout, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `overlap` is written.
#[derive(Debug)]
pub struct FindingsFormat {
    /// What `overlap --help` says of it.
    pub help: &'static str,
    /// Whether the output has the notes, also those about the allow list; otherwise they go to stderr.
    pub has_notes: bool,
    /// Writes the report.
    pub write: fn(&Findings, Layout, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `find` is written.
#[derive(Debug)]
pub struct AnswersFormat {
    /// What `find --help` says of it.
    pub help: &'static str,
    /// Writes the report.
    pub write: fn(&FindReport<'_>, Layout, &mut dyn Write) -> io::Result<()>,
    /// Writes the report of `find --history` in the same way.
    pub write_history: fn(&FindHistory, Layout, &mut dyn Write) -> io::Result<()>,
}

/// How the report of `free` is written.
#[derive(Debug)]
pub struct FreeFormat {
    /// What `free --help` says of it.
    pub help: &'static str,
    /// Writes the report.
    pub write: fn(&FreeReport<'_>, Layout, &mut dyn Write) -> io::Result<()>,
    /// Writes a network plan.
    pub write_plan: fn(&NetworkPlan, Layout, &mut dyn Write) -> io::Result<()>,
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
    pub write: fn(&UsageReport, Layout, &mut dyn Write) -> io::Result<()>,
}

/// How the plans of `sync` are written.
#[derive(Debug)]
pub struct SyncFormat {
    /// What `sync --help` says of it.
    pub help: &'static str,
    /// Writes the plans.
    pub write: fn(&SyncReport, Layout, &mut dyn Write) -> io::Result<()>,
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

    /// Tells whether another tool acts on what `free` writes in it, so that it gets only what is certain.
    #[must_use]
    pub fn is_for_tools(self) -> bool {
        self.spec().free.as_ref().is_some_and(|free| free.is_for_tools)
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

    /// Tells whether findings or a report of usage in it come with the notes, which otherwise go to stderr.
    #[must_use]
    pub fn has_notes(self, content: Content) -> bool {
        let spec = self.spec();
        match content {
            Content::Findings => spec.findings.as_ref().is_some_and(|findings| findings.has_notes),
            Content::Usage => spec.usage.as_ref().is_some_and(|usage| usage.has_notes),
            _ => false,
        }
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
            Self::Free => "free prefixes",
            Self::Usage => "reports of usage",
            Self::Sync => "plans of sync",
            Self::Reservation => "reservations",
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
    #[error(
        "{0} contains one kind of rows; name one kind, use -o json, or write a file for each kind: `netcensus export --to DIR/ \
         --format {0}`"
    )]
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
