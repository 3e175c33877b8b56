//! The one table of formats.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Table,
    /// The whole document.
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated values.
    Csv,
    /// A table for issues and wikis.
    Markdown,
    /// What code scanning reads.
    Sarif,
    /// What CI servers read as the results of tests.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// What is known of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatInfo {
    /// The format.
    pub format: Format,
    /// Its name in flags.
    pub name: &'static str,
    /// The extension of its files, without the dot.
    pub extension: &'static str,
    /// One sentence for the help, without a final stop.
    pub description: &'static str,
    /// Whether it has columns; the others write whole objects, and so take a query instead.
    pub columns: bool,
    /// Whether it has every column unless told which.
    pub wide: bool,
    /// What one file has room for.
    pub holds: Holds,
}

/// What one file of a format has room for; all of them have room for findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Rows of any kinds.
    AnyKinds,
    /// Rows of one kind.
    OneKind,
    /// No rows.
    Findings,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [FormatInfo; 8] = [
        FormatInfo {
            format: Self::Table,
            name: "table",
            extension: "txt",
            description: "Aligned columns for people, cut to the terminal",
            columns: true,
            wide: false,
            holds: Holds::AnyKinds,
        },
        FormatInfo {
            format: Self::Json,
            name: "json",
            extension: "json",
            description: "The whole inventory document, which every command reads with --from",
            columns: false,
            wide: false,
            holds: Holds::AnyKinds,
        },
        FormatInfo {
            format: Self::Ndjson,
            name: "ndjson",
            extension: "ndjson",
            description: "One JSON object a line, for streams and log pipelines",
            columns: false,
            wide: false,
            holds: Holds::AnyKinds,
        },
        FormatInfo {
            format: Self::Csv,
            name: "csv",
            extension: "csv",
            description: "Comma-separated values of one kind, every column",
            columns: true,
            wide: true,
            holds: Holds::OneKind,
        },
        FormatInfo {
            format: Self::Markdown,
            name: "markdown",
            extension: "md",
            description: "GitHub tables for issues, wikis and reports",
            columns: true,
            wide: false,
            holds: Holds::AnyKinds,
        },
        FormatInfo {
            format: Self::Sarif,
            name: "sarif",
            extension: "sarif",
            description: "SARIF 2.1.0 for code scanning",
            columns: false,
            wide: false,
            holds: Holds::Findings,
        },
        FormatInfo {
            format: Self::Junit,
            name: "junit",
            extension: "xml",
            description: "JUnit XML, as Jenkins and GitLab read the results of tests",
            columns: false,
            wide: false,
            holds: Holds::Findings,
        },
        FormatInfo {
            format: Self::Github,
            name: "github",
            extension: "txt",
            description: "Annotations of a run of GitHub Actions",
            columns: false,
            wide: false,
            holds: Holds::Findings,
        },
    ];

    /// Returns the formats that rows can be written in, in the same order.
    pub fn listings() -> impl Iterator<Item = FormatInfo> {
        Self::ALL.into_iter().filter(|info| info.holds != Holds::Findings)
    }

    /// Returns what is known of it.
    #[must_use]
    pub const fn info(self) -> &'static FormatInfo {
        &Self::ALL[self as usize]
    }

    /// Refuses several kinds of rows where the format has room for one, and any where it has room for none.
    pub const fn check(self, kinds: usize) -> Result<(), FormatError> {
        match self.info().holds {
            Holds::Findings => Err(FormatError::FindingsOnly(self)),
            Holds::OneKind if kinds > 1 => Err(FormatError::OneKind(self)),
            Holds::OneKind | Holds::AnyKinds => Ok(()),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.info().name)
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        Self::ALL
            .iter()
            .find(|info| info.name == text)
            .map(|info| info.format)
            .ok_or_else(|| FormatError::Unknown(text.to_owned()))
    }
}

/// Why a format cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FormatError {
    /// There is none of that name.
    #[error("there is no format `{0}`; the formats are {list}", list = names())]
    Unknown(String),
    /// It holds one kind of rows only.
    #[error("{0} holds one kind of rows; choose a kind, or the format json")]
    OneKind(Format),
    /// It holds findings only.
    #[error("{0} holds findings, which overlap has; choose another format, such as json")]
    FindingsOnly(Format),
}

fn names() -> String {
    Format::ALL.map(|info| info.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_formats_is_in_the_order_of_the_formats() {
        for info in &Format::ALL {
            assert_eq!(info.format.info(), info);
            assert_eq!(info.name.parse(), Ok(info.format));
            assert_eq!(info.format.to_string(), info.name);
        }
        let error = "yaml".parse::<Format>().unwrap_err().to_string();
        let all = "table, json, ndjson, csv, markdown, sarif, junit, github";
        assert_eq!(error, format!("there is no format `yaml`; the formats are {all}"));
    }

    #[test]
    fn only_csv_has_room_for_one_kind_only() {
        assert_eq!(Format::Csv.check(2), Err(FormatError::OneKind(Format::Csv)));
        assert_eq!(Format::Csv.check(1), Ok(()));
        assert_eq!(Format::Json.check(5), Ok(()));
    }

    #[test]
    fn rows_have_no_place_in_the_formats_of_findings() {
        let names: Vec<_> = Format::listings().map(|info| info.name).collect();
        assert_eq!(names, ["table", "json", "ndjson", "csv", "markdown"]);
        assert_eq!(Format::Sarif.check(1), Err(FormatError::FindingsOnly(Format::Sarif)));
    }
}
