//! `netcensus diff`.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::source::LiveArgs;
use crate::model::Kind;
use crate::output::Format;

/// Options of `netcensus diff`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    netcensus diff\n  \
    netcensus diff @2026-11-01 @latest --kind networks,subnets\n  \
    netcensus diff @latest live --exit-code\n  \
    netcensus diff before.json after.json -o json --filter 'region=eu-*'\n\n\
    Exit codes: 0 compared, 1 something differs (with --exit-code), 2 wrong usage or input, 3 incomplete")]
pub struct DiffArgs {
    /// The older inventory: @latest, @previous, @~N, @2026-11-20, a file; `-` is standard input [default: @previous]
    pub old: Option<String>,

    /// The newer one; `live` reads the clouds [default: @latest without OLD, live with it]
    ///
    /// `live` is read in the scope of a snapshot OLD, unless flags say otherwise. Accounts of OLD that are not read
    /// although no flag left them out make the comparison incomplete.
    pub new: Option<String>,

    /// Compare only these kinds, comma-separated [default: all that both have]
    #[arg(long = "kind", value_name = "KINDS", value_delimiter = ',', help_heading = "Comparison", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)))]
    pub kinds: Vec<String>,

    /// Look only for these sorts of changes, comma-separated; --exit-code heeds no others
    ///
    /// What moved or was replaced is told as removed and added where only these are looked for. Collisions are looked
    /// for only together with all sorts of changes.
    #[arg(long, value_name = "CHANGES", value_delimiter = ',', help_heading = "Comparison", value_parser = PossibleValuesParser::new(["added", "removed", "changed", "moved", "replaced"]))]
    pub only: Vec<String>,

    /// Look only at rows that match, before or after; may be repeated, as in `scan --filter`
    #[arg(long = "filter", value_name = "CONDITION", help_heading = "Comparison")]
    pub filters: Vec<String>,

    /// Do not look at this field either: FIELD, KIND.FIELD or tag:KEY, globs; may be repeated
    ///
    /// What changes by itself is not looked at, unless --all-fields is given or netcensus.toml says otherwise
    /// (diff.ignore): `subnets.addresses_available`, `instances.state`, `instances.launched_at`, `interfaces.state`.
    #[arg(long = "ignore", value_name = "FIELD", help_heading = "Comparison")]
    pub ignore: Vec<String>,

    /// Look at all fields, but for those of --ignore
    #[arg(long, help_heading = "Comparison")]
    pub all_fields: bool,

    /// End with 1 when something differs, as git does
    #[arg(long, help_heading = "Comparison")]
    pub exit_code: bool,

    /// Where `live` comes from, and snapshots.
    #[command(flatten)]
    pub live: LiveArgs,

    /// How to write the changes [default: table]
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output", value_parser = PossibleValuesParser::new(Format::listings().map(format)))]
    pub output: Option<String>,

    /// Show every change, and whole values
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}

/// Names a format; some say something else about changes than about an inventory.
fn format(info: crate::output::FormatInfo) -> PossibleValue {
    PossibleValue::new(info.name).help(match info.format {
        Format::Table => "What changed, for people, by account and region",
        Format::Json => "The whole report as one document",
        Format::Ndjson => "One change a line, for streams and log pipelines",
        Format::Csv => "Comma-separated values, a line for each field that changed",
        _ => info.description,
    })
}
