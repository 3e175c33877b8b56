//! The one table of the formats of `export`.

use std::fmt;
use std::path::Path;

use crate::model::Kind;

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
    /// Columns with their types, parted by day and provider.
    Parquet,
    /// A database of SQLite.
    Sqlite,
    /// A static inventory of Ansible.
    Ansible,
    /// Targets of Prometheus, as its `file_sd_configs` reads them.
    Prometheus,
    /// A page for a browser.
    Html,
}

/// What is known of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportInfo {
    /// The format.
    pub format: ExportFormat,
    /// Its name in flags.
    pub name: &'static str,
    /// What names of files end in, without the dot, where that tells the format.
    pub extensions: &'static [&'static str],
    /// Which files it makes.
    pub layout: FileLayout,
    /// Whether it is text, which a terminal can show.
    pub is_text: bool,
    /// The one kind that it has room for; `None` when it has room for all.
    pub only: Option<Kind>,
    /// Whether it shows the collisions among the networks.
    pub shows_collisions: bool,
    /// The kinds that it rests on, whatever kinds are asked for.
    pub reads: &'static [Kind],
    /// Whether it is the whole document, whatever kinds are asked for.
    pub is_document: bool,
    /// The flags about columns, kinds and hosts that change something in it.
    pub heeds: &'static [&'static str],
    /// Where it is told what an incomplete inventory lacks.
    pub gaps: GapsAre,
    /// One sentence for the help, without a final stop.
    pub description: &'static str,
}

/// Which files a format makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLayout {
    /// One file; in a folder it has this name.
    Whole(&'static str),
    /// A file for each kind; in a folder it ends so, without the dot.
    PerKind(&'static str),
    /// A file for each kind, day and provider; each ends so, without the dot.
    PerDay(&'static str),
}

/// The flags that tables heed, whatever they are in.
const TABLE: &[&str] = &["--kind", "--template", "--tag-columns", "--all-tags"];

/// Where it is told what an incomplete inventory lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapsAre {
    /// In the file itself.
    Inside,
    /// In a table of the coverage: the file has no room for it.
    Beside,
}

/// What most formats are.
const PLAIN: ExportInfo = ExportInfo {
    format: ExportFormat::Csv,
    name: "",
    extensions: &[],
    layout: FileLayout::Whole(""),
    is_text: true,
    only: None,
    shows_collisions: false,
    reads: &[],
    is_document: false,
    heeds: TABLE,
    gaps: GapsAre::Inside,
    description: "",
};

impl ExportFormat {
    /// Every format, in the order in which help lists them.
    pub const ALL: &'static [ExportInfo] = &[
        ExportInfo {
            format: Self::Csv,
            name: "csv",
            extensions: &["csv"],
            layout: FileLayout::PerKind("csv"),
            heeds: &[
                "--kind",
                "--template",
                "--tag-columns",
                "--all-tags",
                "--delimiter",
                "--bom",
                "--raw-formulas",
            ],
            gaps: GapsAre::Beside,
            description: "A table for each kind, as RFC 4180 has it",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Xlsx,
            name: "xlsx",
            extensions: &["xlsx"],
            layout: FileLayout::Whole("inventory.xlsx"),
            is_text: false,
            shows_collisions: true,
            reads: &[Kind::Networks, Kind::Links],
            heeds: &["--kind", "--template", "--tag-columns", "--all-tags", "--raw-formulas"],
            description: "A workbook: a sheet for each kind, a summary, the collisions, the coverage",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Json,
            name: "json",
            extensions: &["json"],
            layout: FileLayout::Whole("inventory.json"),
            is_document: true,
            heeds: &[],
            description: "The whole inventory document, which every command reads with --from",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Ndjson,
            name: "ndjson",
            extensions: &["ndjson", "jsonl"],
            layout: FileLayout::Whole("inventory.ndjson"),
            heeds: &["--kind", "--template"],
            description: "One JSON object a line, its kind in `record`",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Parquet,
            name: "parquet",
            extensions: &["parquet"],
            layout: FileLayout::PerDay("parquet"),
            is_text: false,
            gaps: GapsAre::Beside,
            description: "A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Sqlite,
            name: "sqlite",
            extensions: &["sqlite", "sqlite3", "db"],
            layout: FileLayout::Whole("inventory.sqlite"),
            is_text: false,
            shows_collisions: true,
            reads: &[Kind::Networks, Kind::Links],
            description: "A database: a table for each kind, the collisions, the coverage, and views for SQL",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Ansible,
            name: "ansible",
            layout: FileLayout::Whole("ansible.yml"),
            only: Some(Kind::Instances),
            heeds: &["--kind", "--template", "--address"],
            description: "Instances as a static inventory of Ansible, in YAML",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Prometheus,
            name: "prometheus",
            layout: FileLayout::Whole("prometheus.json"),
            only: Some(Kind::Instances),
            heeds: &["--kind", "--template", "--address", "--port"],
            gaps: GapsAre::Beside,
            description: "Instances as targets of Prometheus, for file_sd_configs",
            ..PLAIN
        },
        ExportInfo {
            format: Self::Html,
            name: "html",
            extensions: &["html", "htm"],
            layout: FileLayout::Whole("inventory.html"),
            shows_collisions: true,
            reads: &[Kind::Networks, Kind::Subnets, Kind::Links],
            description: "A page: a picture of the address space, collisions, free space, tables to search",
            ..PLAIN
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
