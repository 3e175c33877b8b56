//! How results are selected and written.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::output::Format;

/// How results are selected and written.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How to write the result [default: table]
    #[arg(short, long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::listings().map(|info| clap::builder::PossibleValue::new(info.name).help(info.description))))]
    pub output: Option<String>,

    /// Show these columns, comma-separated, in this order; `tag:KEY` shows a tag
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,

    /// Show every column, however wide
    #[arg(long, conflicts_with = "columns")]
    pub wide: bool,

    /// Sort by these columns, comma-separated; `-NAME` turns the order round
    #[arg(long, value_name = "NAMES", value_delimiter = ',', allow_hyphen_values = true)]
    pub sort: Vec<String>,

    /// Keep the rows that match; may be repeated, all must match
    ///
    /// COLUMN=GLOB, COLUMN!=GLOB, COLUMN>NUMBER (also <, >=, <=, and times), tag:KEY=GLOB, cidr-within=PREFIX, contains-ip=ADDRESS. Globs are `*`, `?`,
    /// `[a-z]`, `{a,b}`; case does not matter; `COLUMN=` matches what is unknown or empty.
    #[arg(long = "filter", value_name = "CONDITION")]
    pub filters: Vec<String>,

    /// Ask the JSON document by JMESPath, as the AWS and Azure CLIs do
    #[arg(long, value_name = "EXPRESSION", conflicts_with_all = ["columns", "wide"])]
    pub query: Option<String>,
}
