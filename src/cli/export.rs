//! `netcensus export`.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};

use super::kinds::kind_names;
use super::numbers;
use super::output::formats;
use super::source::SourceArgs;
use crate::output::{Address, Content};

/// Options of `netcensus export`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("place").args(["path", "to", "append_history"]).required(true).multiple(true))]
#[command(after_long_help = "Examples:\n  \
    netcensus export --sandbox --to inventory/ --format csv,json\n  \
    netcensus export --from @latest --to networks.csv --kind networks\n  \
    netcensus export --all-aws-profiles --to nightly/ --max-drop 20% --quiet\n\n\
    Exit codes: 0 written; 2 wrong usage, netcensus could not sign in to any account, or could not write; \
    3 incomplete")]
pub struct ExportArgs {
    /// Write to this file or directory, as with --to
    #[arg(value_name = "PATH", conflicts_with = "to")]
    pub path: Option<PathBuf>,

    /// Write to this file or directory; `-` is standard output
    ///
    /// Replaces an existing file, or the files of an earlier export in a directory.
    ///
    /// A name that ends in `/` is a directory. netcensus creates only the last directory of the path.
    ///
    /// `{date}` in a file name becomes the day of the inventory, in UTC. All days then share one manifest, so that
    /// --max-drop compares each day with the one before.
    #[arg(long, value_name = "PATH", help_heading = "Saving")]
    pub to: Option<PathBuf>,

    /// Add the rows of one --kind to this CSV file, with the day in the first column
    ///
    /// Rows of the same day are replaced, so you can run it twice a day.
    #[arg(long, value_name = "FILE", conflicts_with = "allow_incomplete", help_heading = "Saving")]
    pub append_history: Option<PathBuf>,

    /// Formats, comma-separated [default: by the extension of the file; csv in a directory]
    #[arg(short = 'o', long = "format", visible_alias = "output", ignore_case = true, help_heading = "Output", value_name = "FORMATS", value_delimiter = ',', value_parser = formats(Content::Export))]
    pub formats: Vec<String>,

    /// Write only these kinds, comma-separated [default: all]
    #[arg(long = "kind", help_heading = "Selection", value_name = "KINDS", value_delimiter = ',', ignore_case = true, value_parser = kind_names())]
    pub kinds: Vec<String>,

    /// Write only members of this group of netcensus.toml; `A,B` means any of these
    #[arg(long = "group", help_heading = "Selection", value_name = "NAMES", value_delimiter = ',')]
    pub groups: Vec<String>,

    /// Add how full subnets are and when they will be full, from saved snapshots, to html, xlsx and openmetrics
    ///
    /// Reads the snapshots of the last 30 days in --store, as `netcensus usage --forecast` does.
    #[arg(long, help_heading = "Selection")]
    pub forecast: bool,

    /// The columns.
    #[command(flatten)]
    pub columns: ColumnArgs,

    /// How machines are addressed.
    #[command(flatten)]
    pub hosts: HostArgs,

    /// When not to replace an earlier export.
    #[command(flatten)]
    pub guard: GuardArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,
}

impl ExportArgs {
    /// Returns the file or directory to write to, with or without `--to`.
    #[must_use]
    pub fn target(&self) -> Option<&Path> {
        self.to.as_deref().or(self.path.as_deref())
    }
}

/// Which columns tables have, and how CSV is written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Columns")]
pub struct ColumnArgs {
    /// Use the kinds and columns of this template in netcensus.toml
    ///
    /// New versions of netcensus may add columns. With a template, your table keeps its shape.
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,

    /// Write a column for each of these tags, comma-separated, instead of one column for all tags
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    pub tag_columns: Vec<String>,

    /// Write a column for every tag
    #[arg(long, conflicts_with_all = ["tag_columns", "template"])]
    pub all_tags: bool,

    /// Delimiter of CSV: one character, or `tab` [default: ,]
    #[arg(long, value_name = "CHARACTER", hide_short_help = true)]
    pub delimiter: Option<String>,

    /// Begin CSV files with a byte order mark, so that Excel reads them as UTF-8
    #[arg(long, hide_short_help = true)]
    pub bom: bool,

    /// Do not escape cells that look like formulas
    ///
    /// Use it only if no spreadsheet opens the file: anyone who can tag a resource could run a formula there.
    #[arg(long, hide_short_help = true)]
    pub raw_formulas: bool,
}

/// How the formats `ansible` and `prometheus` address machines.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Hosts")]
pub struct HostArgs {
    /// Which address of a machine to write for ansible and prometheus [default: private]
    #[arg(long, hide_short_help = true, value_name = "WHICH", value_parser = PossibleValuesParser::new(Address::ALL.map(Address::as_str)).try_map(|name| name.parse::<Address>()))]
    pub address: Option<Address>,

    /// Port to add to each address for prometheus [default: none; relabelling may add one]
    #[arg(long, hide_short_help = true, value_name = "PORT", value_parser = |text: &str| numbers::parse_number(text, 1, u16::MAX))]
    pub port: Option<u16>,
}

/// When not to replace an earlier export.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reliability")]
pub struct GuardArgs {
    /// Write an incomplete inventory too; the exit code is still 3
    ///
    /// The coverage in the export lists what is missing.
    #[arg(long)]
    pub allow_incomplete: bool,

    /// Refuse to write fewer rows than this, in total or as KIND=N; may be repeated
    ///
    /// [env: NETCENSUS_MIN_ROWS]
    #[arg(long, value_name = "[KIND=]N")]
    pub min_rows: Vec<String>,

    /// Refuse to replace an export if the rows of a kind drop by more than this (e.g. 20%)
    ///
    /// [env: NETCENSUS_MAX_DROP]
    #[arg(long, value_name = "PERCENT")]
    pub max_drop: Option<String>,
}
