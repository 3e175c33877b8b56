//! `netcensus overlap`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::source::SourceArgs;
use crate::model::{Class, Level};
use crate::output::{Format, FormatInfo};

/// Options of `netcensus overlap`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    netcensus overlap --sandbox\n  \
    netcensus overlap --aws-org --aws-org-role netcensus-read --external datacentres.csv\n  \
    netcensus overlap --from inventory.json --terraform-plan plan.json -o github\n  \
    netcensus overlap --from inventory.json --planned 10.20.0.0/16\n  \
    netcensus overlap --from inventory.json --baseline overlap.json --write-baseline\n\n\
    Exit codes: 0 nothing fails, 1 findings that fail, 2 wrong usage or input, 3 incomplete")]
pub struct OverlapArgs {
    /// What to compare [default: networks; all when a Terraform plan has subnets]
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(Level::ALL.map(Level::as_str)))]
    pub level: Option<String>,

    /// Compare only networks that one filter keeps with those that the other keeps
    ///
    /// Filters are those of `scan --filter`, such as: --between tag:env=prod tag:env=dr, or: --between provider=aws
    /// provider=external.
    #[arg(long, num_args = 2, value_names = ["FILTER", "FILTER"])]
    pub between: Vec<String>,

    /// What else is or shall be in use.
    #[command(flatten)]
    pub ranges: RangeArgs,

    /// What passes.
    #[command(flatten)]
    pub gate: GateArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// How to write the result [default: table]
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output", value_parser = PossibleValuesParser::new(Format::ALL.map(format)))]
    pub output: Option<String>,

    /// Show every member of a finding, and whole ids
    #[arg(long, help_heading = "Output")]
    pub wide: bool,

    /// Print one line instead of the report
    #[arg(long, help_heading = "Output", conflicts_with_all = ["output", "wide"])]
    pub summary: bool,
}

/// What else is or shall be in use, besides what the clouds say.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Ranges")]
pub struct RangeArgs {
    /// Ranges outside the clouds, from a CSV, JSON or TOML file (exports of NetBox, phpIPAM and others too); may be
    /// repeated
    #[arg(long, value_name = "FILE")]
    pub external: Vec<PathBuf>,

    /// A prefix that shall come into use; may be repeated
    #[arg(long, value_name = "PREFIX")]
    pub planned: Vec<String>,

    /// Prefixes that shall come into use, from a CSV, JSON or TOML file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub planned_file: Vec<PathBuf>,

    /// What a Terraform plan creates, changes and destroys (`terraform show -json PLAN`); may be repeated
    #[arg(long, value_name = "FILE")]
    pub terraform_plan: Vec<PathBuf>,

    /// Leave out rows of these files that are wrong, and list them, instead of stopping
    #[arg(long)]
    pub skip_bad_rows: bool,
}

/// What passes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Gate")]
pub struct GateArgs {
    /// Fail on these classes of findings, comma-separated [default: all but default-network and reserved]
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', value_parser = PossibleValuesParser::new(Class::ALL.map(|class| PossibleValue::new(class.as_str()).help(class.meaning()))))]
    pub fail_on: Vec<String>,

    /// Let an incomplete scan pass; the report says so
    #[arg(long)]
    pub allow_incomplete: bool,

    /// Fail only on what this file does not know
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the baseline: everything that is found now is known from then on
    #[arg(long, requires = "baseline", conflicts_with = "between")]
    pub write_baseline: bool,
}

/// Names a format; some say something else about findings than about an inventory.
fn format(info: FormatInfo) -> PossibleValue {
    PossibleValue::new(info.name).help(match info.format {
        Format::Json => "The whole report as one document",
        Format::Csv => "Comma-separated values, a line for each member of a finding",
        _ => info.description,
    })
}
