//! `netcensus export`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args};

use super::source::SourceArgs;
use crate::model::Kind;
use crate::output::{Address, ExportFormat};

/// Options of `netcensus export`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("place").args(["to", "append_history"]).required(true).multiple(true))]
#[command(after_help = "Examples:\n  \
    netcensus export --sandbox --to inventory/ --format csv,json\n  \
    netcensus export --from @latest --to networks.csv --kind networks\n  \
    netcensus export --aws-org --aws-org-role netcensus-read --to /srv/netcensus/ --max-drop 20% --quiet\n\n\
    Exit codes: 0 written, 2 wrong usage, nothing could be read or written, 3 incomplete")]
pub struct ExportArgs {
    /// Write to this file, or into this folder (it exists, or its name ends in `/`); `-` is standard output
    ///
    /// `{date}` in the name of a file stands for the day of the inventory, in UTC. All days have one manifest then, so
    /// that --max-drop compares each with the one before.
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,

    /// Add the rows of the one --kind to this CSV file, with the day in the first column
    ///
    /// Rows of the same day are replaced, so that a second run of a day changes nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "allow_incomplete")]
    pub append_history: Option<PathBuf>,

    /// The formats, comma-separated [default: what the file's name ends in; csv in a folder]
    #[arg(long = "format", value_name = "FORMATS", value_delimiter = ',', value_parser = PossibleValuesParser::new(ExportFormat::ALL.iter().map(|info| PossibleValue::new(info.name).help(info.description))))]
    pub formats: Vec<String>,

    /// Write only these kinds, comma-separated [default: all]
    #[arg(long = "kind", value_name = "KINDS", value_delimiter = ',', value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)))]
    pub kinds: Vec<String>,

    /// The columns.
    #[command(flatten)]
    pub columns: ColumnArgs,

    /// How machines are reached.
    #[command(flatten)]
    pub hosts: HostArgs,

    /// What may replace what is there.
    #[command(flatten)]
    pub guard: GuardArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,
}

/// Which columns tables have, and how CSV is laid down.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Columns")]
pub struct ColumnArgs {
    /// Take kinds and columns from this template of netcensus.toml, so that a table keeps its shape
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,

    /// Give these tags a column each, comma-separated, instead of one column for all
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    pub tag_columns: Vec<String>,

    /// Give every tag a column
    #[arg(long, conflicts_with_all = ["tag_columns", "template"])]
    pub all_tags: bool,

    /// What stands between the cells of CSV: a character, or `tab` [default: ,]
    #[arg(long, value_name = "CHARACTER")]
    pub delimiter: Option<String>,

    /// Begin CSV with the byte order mark, by which Excel knows UTF-8
    #[arg(long)]
    pub bom: bool,

    /// Leave what a spreadsheet would run as a formula as it is; for tools that are none
    #[arg(long)]
    pub raw_formulas: bool,
}

/// How the formats `ansible` and `prometheus` say that machines are reached.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Hosts")]
pub struct HostArgs {
    /// Which address of a machine ansible and prometheus name [default: private]
    #[arg(long, value_name = "WHICH", value_parser = PossibleValuesParser::new(Address::ALL.map(Address::as_str)).try_map(|name| name.parse::<Address>()))]
    pub address: Option<Address>,

    /// The port that prometheus names behind each address [default: none; relabelling may add one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

/// What may replace what is there.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Guard")]
pub struct GuardArgs {
    /// Write an incomplete inventory too; its coverage tells what is missing
    #[arg(long)]
    pub allow_incomplete: bool,

    /// Refuse to write fewer rows than this: of all kinds together, or KIND=N; may be repeated
    #[arg(long, value_name = "[KIND=]N")]
    pub min_rows: Vec<String>,

    /// Refuse to replace an export that had more rows of some kind by more than this share, such as 20%
    #[arg(long, value_name = "PERCENT")]
    pub max_drop: Option<String>,
}
