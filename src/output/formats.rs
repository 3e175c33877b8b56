//! The one table of formats, look-ups in it, and why a format cannot be used.
//!
//! Flags, help, shell completions, `output.format` in the configuration, `scan --save` and `export --to` all derive from
//! [`FORMATS`]. What a format can write is said in its own file, so that a new format is that file and a name here.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use thiserror::Error;

use super::format::{Content, Format, FormatSpec, RowFormat, RowWriter};
use super::{
    ansible, csv, github, html, json, junit, markdown, ndjson, open_metrics, parameters, parquet, prometheus,
    sarif, sqlite, state, table, xlsx,
};
use crate::diagnostic::Remedies;

/// Every format, in the order of [`Format`], which is that of the help.
pub static FORMATS: [FormatSpec; 21] = [
    table::SPEC,
    json::SPEC,
    ndjson::SPEC,
    csv::CSV,
    csv::TSV,
    markdown::SPEC,
    sarif::SPEC,
    junit::SPEC,
    github::SPEC,
    xlsx::SPEC,
    parquet::SPEC,
    sqlite::SPEC,
    ansible::SPEC,
    prometheus::SPEC,
    open_metrics::SPEC,
    html::SPEC,
    parameters::TFVARS,
    parameters::CLOUDFORMATION,
    parameters::ARM_PARAMETERS,
    parameters::TERRAFORM_EXTERNAL,
    state::SPEC,
];

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
    #[error("there is no format `{0}`")]
    Unknown(String),
    /// It has one kind of rows per file.
    #[error("{0} contains one kind of rows")]
    OneKind(Format),
    /// It cannot write such content.
    #[error("{0} cannot have {1}")]
    Unsupported(Format, Content),
}

impl Remedies for FormatError {
    fn remedies(&self) -> Vec<String> {
        vec![match self {
            Self::Unknown(_) => format!("the formats are {}", names(FORMATS.iter())),
            Self::OneKind(format) => format!(
                "name one kind, use -o json, or write a file for each kind: `netcensus export --to DIR/ --format {format}`"
            ),
            Self::Unsupported(_, content) => format!("choose {}", names(Format::for_content(*content))),
        }]
    }
}

fn names(formats: impl Iterator<Item = &'static FormatSpec>) -> String {
    formats.map(|spec| spec.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
