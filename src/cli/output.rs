//! Which rows and columns are shown, and in which format.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::output::{Content, Format, FormatSpec};

/// Which rows and columns are shown, and in which format.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub struct OutputArgs {
    /// Show these columns in this order, comma-separated; `tag:KEY` shows a tag
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,

    /// Sort by these columns, comma-separated; `-NAME` sorts in descending order
    #[arg(long, value_name = "NAMES", value_delimiter = ',', allow_hyphen_values = true)]
    pub sort: Vec<String>,

    /// Show only rows that match (e.g. region=eu-*); repeat it to require several conditions
    ///
    /// Conditions are COLUMN=GLOB, COLUMN!=GLOB, COLUMN>NUMBER (also <, >= and <=; a time works too), tag:KEY=GLOB,
    /// cidr-within=PREFIX, cidr-overlaps=PREFIX and contains-ip=ADDRESS. `A,B` matches any of these values. Globs are
    /// `*`, `?`, `[a-z]` and `{a,b}`, match the whole value, and ignore case. `COLUMN=` matches rows in which the
    /// column is unknown or empty. `and` joins conditions. `group=NAME` and `group!=NAME` refer to groups of
    /// netcensus.toml.
    #[arg(long = "filter", value_name = "CONDITION")]
    pub filters: Vec<String>,

    /// Show only members of this group of netcensus.toml; `A,B` means any of these
    ///
    /// Groups are saved searches: see `netcensus groups`.
    #[arg(long = "group", value_name = "NAMES", value_delimiter = ',')]
    pub groups: Vec<String>,

    /// Query the JSON document with JMESPath, as in the AWS and Azure CLIs
    ///
    /// The answer is JSON unless --output is given. table, csv and markdown print a row for each object or list. tsv
    /// prints the same without a header, for scripts.
    #[arg(long, value_name = "EXPRESSION", conflicts_with_all = ["columns", "wide"])]
    pub query: Option<String>,

    /// Format of the output [default: table; json with --query]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, help_heading = "Output", value_name = "FORMAT", value_parser = formats(Content::Rows))]
    pub output: Option<String>,

    /// Show every column in full width
    #[arg(long, help_heading = "Output", conflicts_with = "columns")]
    pub wide: bool,
}

/// Parses the name of a format that can write `content`. The argument has to ignore case.
pub(super) fn formats(content: Content) -> impl TypedValueParser<Value = String> {
    format_names(content).map(|name| name.to_ascii_lowercase())
}

/// Lists the names of the formats that can write `content`, and describes them in the help.
pub(super) fn format_names(content: Content) -> PossibleValuesParser {
    let value = |spec: &FormatSpec| Some(PossibleValue::new(spec.name).help(spec.help(content)?));
    PossibleValuesParser::new(Format::for_content(content).filter_map(value))
}
