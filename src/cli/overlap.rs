//! `netcensus overlap`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::notify::NotifyArgs;
use super::ranges::RangeArgs;
use super::repeat::RepeatArgs;
use super::report_target::{ReportTarget, report_target};
use super::reservations::ReservationStoreArgs;
use super::source::SourceArgs;
use crate::model::{Class, Level};
use crate::output::Content;

/// Options of `netcensus overlap`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus overlap --sandbox\n  \
    netcensus overlap --aws-org --aws-org-role netcensus-read --external datacentres.csv\n  \
    netcensus overlap --from inventory.json --terraform-plan plan.json -o github\n  \
    netcensus overlap --from inventory.json --planned 10.20.0.0/16\n  \
    netcensus overlap --from inventory.json --baseline overlap.json --write-baseline\n\n\
    Exit codes: 0 nothing fails; 1 findings that fail; 2 wrong usage or input; 3 incomplete",
    mut_arg("watch", |watch| watch.conflicts_with_all(["notify", "write_baseline"])))]
pub struct OverlapArgs {
    /// Report only findings about these prefixes, which you plan to use
    ///
    /// They are compared as with --planned. Other findings are counted, not listed, and do not fail.
    #[arg(value_name = "PREFIX")]
    pub prefixes: Vec<String>,

    /// What to compare [default: networks; all if a Terraform plan has subnets]
    ///
    /// [env: NETCENSUS_LEVEL]
    #[arg(long, help_heading = "Selection", value_name = "LEVEL", value_parser = PossibleValuesParser::new(Level::ALL.map(Level::as_str)))]
    pub level: Option<String>,

    /// Compare only networks that match the first filter with networks that match the second
    ///
    /// For example: --between tag:env=prod tag:env=dr, or --between provider=aws provider=external. The filters are those
    /// of `netcensus scan --filter`.
    #[arg(long, help_heading = "Selection", num_args = 2, value_names = ["FILTER", "FILTER"])]
    pub between: Vec<String>,

    /// Ranges outside the clouds, and planned prefixes.
    #[command(flatten)]
    pub ranges: RangeArgs,

    /// Where reservations are kept.
    #[command(flatten)]
    pub reservations: ReservationStoreArgs,

    /// What fails.
    #[command(flatten)]
    pub gate: GateArgs,

    /// Whether to send messages to channels.
    #[command(flatten)]
    pub channels: NotifyArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]
    ///
    /// One format goes to standard output, any number to files: `-o github,sarif=report.sarif,junit=report.xml`.
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short = 'o', long = "output", visible_alias = "format", ignore_case = true, value_name = "FORMAT[=FILE]", value_delimiter = ',', help_heading = "Output", value_parser = report_target(Content::Findings))]
    pub reports: Vec<ReportTarget>,

    /// Show every member of a finding, and ids in full
    #[arg(long, help_heading = "Output")]
    pub wide: bool,

    /// Whether it is repeated.
    #[command(flatten)]
    pub repeat: RepeatArgs,

    /// Print one line instead of the report
    #[arg(long, help_heading = "Output", conflicts_with = "wide")]
    pub summary: bool,

    /// Print what a finding means and what to do about it, by its code or class, such as NC102; nothing is read
    #[arg(long, help_heading = "Output", value_name = "CODE", value_parser = codes(), ignore_case = true, exclusive = true)]
    pub explain: Option<String>,
}

/// What fails.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Gate")]
pub struct GateArgs {
    /// Fail on these classes, comma-separated: by name or code, `all` or `none` [default: all but default-network, reserved]
    ///
    /// [env: NETCENSUS_FAIL_ON]
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', ignore_case = true, value_parser = classes_or_words())]
    pub fail_on: Vec<String>,

    /// Exit with 0 even if the scan is incomplete; the report lists what is missing
    #[arg(long)]
    pub allow_incomplete: bool,

    /// Fail only on findings that this file does not list
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write all findings of this run to the file of --baseline; later runs with that file let them pass
    #[arg(long, requires = "baseline", conflicts_with_all = ["between", "prefixes"])]
    pub write_baseline: bool,
}

/// Parses the code or name of a class of findings. The help lists the codes, each with its name.
fn codes() -> PossibleValuesParser {
    PossibleValuesParser::new(Class::ALL.map(|class| {
        let help = format!("{} ({})", class.meaning(), class.as_str());
        PossibleValue::new(class.code()).alias(class.as_str()).help(help)
    }))
}

/// Parses a class, or a word for several.
fn classes_or_words() -> PossibleValuesParser {
    let words = [
        PossibleValue::new(Class::EVERY).help("Every class"),
        PossibleValue::new(Class::NO).help("No class: findings are reported and pass"),
    ];
    PossibleValuesParser::new(Class::ALL.map(possible_class).into_iter().chain(words))
}

fn possible_class(class: Class) -> PossibleValue {
    PossibleValue::new(class.as_str()).alias(class.code()).help(class.meaning())
}
