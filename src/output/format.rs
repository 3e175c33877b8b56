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
    /// Whether one file can hold several kinds of rows.
    pub several: bool,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [FormatInfo; 5] = [
        FormatInfo {
            format: Self::Table,
            name: "table",
            extension: "txt",
            description: "Aligned columns for people, cut to the terminal",
            columns: true,
            wide: false,
            several: true,
        },
        FormatInfo {
            format: Self::Json,
            name: "json",
            extension: "json",
            description: "The whole inventory document, which every command reads with --from",
            columns: false,
            wide: false,
            several: true,
        },
        FormatInfo {
            format: Self::Ndjson,
            name: "ndjson",
            extension: "ndjson",
            description: "One JSON object a line, for streams and log pipelines",
            columns: false,
            wide: false,
            several: true,
        },
        FormatInfo {
            format: Self::Csv,
            name: "csv",
            extension: "csv",
            description: "Comma-separated values of one kind, every column",
            columns: true,
            wide: true,
            several: false,
        },
        FormatInfo {
            format: Self::Markdown,
            name: "markdown",
            extension: "md",
            description: "GitHub tables for issues, wikis and reports",
            columns: true,
            wide: false,
            several: true,
        },
    ];

    /// Returns what is known of it.
    #[must_use]
    pub const fn info(self) -> &'static FormatInfo {
        &Self::ALL[self as usize]
    }

    /// Refuses several kinds of rows where the format has room for one.
    pub const fn check(self, kinds: usize) -> Result<(), FormatError> {
        if kinds > 1 && !self.info().several {
            return Err(FormatError::OneKind(self));
        }
        Ok(())
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
        assert_eq!(error, "there is no format `yaml`; the formats are table, json, ndjson, csv, markdown");
    }

    #[test]
    fn only_csv_has_room_for_one_kind_only() {
        assert_eq!(Format::Csv.check(2), Err(FormatError::OneKind(Format::Csv)));
        assert_eq!(Format::Csv.check(1), Ok(()));
        assert_eq!(Format::Json.check(5), Ok(()));
    }
}
