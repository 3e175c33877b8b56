//! The one table of the formats of `export`.

use std::fmt;
use std::path::Path;

/// How an inventory is written for another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Comma-separated values, a file for each kind.
    Csv,
    /// A workbook.
    Xlsx,
    /// The inventory document.
    Json,
    /// One object a line.
    Ndjson,
}

/// What is known of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportInfo {
    /// The format.
    pub format: ExportFormat,
    /// Its name in flags.
    pub name: &'static str,
    /// What its files end in, without the dot; the first is what we give.
    pub extensions: &'static [&'static str],
    /// The name of its file in a folder, without the extension; `None` when each kind has a file of its own.
    pub stem: Option<&'static str>,
    /// Whether it is text, which a terminal can show.
    pub is_text: bool,
    /// One sentence for the help, without a final stop.
    pub description: &'static str,
}

impl ExportFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: [ExportInfo; 4] = [
        ExportInfo {
            format: Self::Csv,
            name: "csv",
            extensions: &["csv"],
            stem: None,
            is_text: true,
            description: "A table for each kind, as RFC 4180 has it",
        },
        ExportInfo {
            format: Self::Xlsx,
            name: "xlsx",
            extensions: &["xlsx"],
            stem: Some("inventory"),
            is_text: false,
            description: "A workbook: a sheet for each kind, a summary, the collisions, the coverage",
        },
        ExportInfo {
            format: Self::Json,
            name: "json",
            extensions: &["json"],
            stem: Some("inventory"),
            is_text: true,
            description: "The whole inventory document, which every command reads with --from",
        },
        ExportInfo {
            format: Self::Ndjson,
            name: "ndjson",
            extensions: &["ndjson", "jsonl"],
            stem: Some("inventory"),
            is_text: true,
            description: "One JSON object a line, its kind in `record`",
        },
    ];

    /// Returns what is known of it.
    #[must_use]
    pub const fn info(self) -> &'static ExportInfo {
        &Self::ALL[self as usize]
    }

    /// Finds a format by its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|info| info.name == name).map(|info| info.format)
    }

    /// Finds the format that files of that name have.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.iter().find(|info| info.extensions.contains(&extension.as_str())).map(|info| info.format)
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.info().name)
    }
}
