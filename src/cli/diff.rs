//! `netcensus diff`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::kinds::kind_names;
use super::notify::NotifyArgs;
use super::report_target::{ReportTarget, report_target};
use super::source::LiveArgs;
use crate::output::Content;

const SANDBOX: &str = "Read the built-in sandbox for `live`: sample clouds, no account needed";
const MAX_AGE: &str = "For `live`, use the newest snapshot of the same scope if it is at most this old (e.g. 15m); \
    otherwise scan";
const UNITS: &str =
    "Units are s, m, h, d (24 hours) and w. The snapshot must be newer than OLD.\n\n[env: NETCENSUS_MAX_AGE]";

/// Options of `netcensus diff`.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = "Examples:\n  \
        netcensus diff\n  \
        netcensus diff @2026-11-01 @latest --kind networks,subnets\n  \
        netcensus diff @latest live --exit-code\n  \
        netcensus diff @1d @latest --group web\n  \
        netcensus diff before.json after.json -o json --filter 'region=eu-*'\n\n\
        Exit codes: 0 compared; 1 something differs (with --exit-code); 2 wrong usage or input; 3 incomplete",
    mut_arg("sandbox", |sandbox| sandbox.help(SANDBOX).long_help(SANDBOX)),
    mut_arg("max_age", |max_age| max_age.help(MAX_AGE).long_help(format!("{MAX_AGE}\n\n{UNITS}")))
)]
pub struct DiffArgs {
    /// The older inventory: @latest, @previous, @~N, @2026-11-20, a file, or `-` for standard input [default: @previous]
    pub old: Option<String>,

    /// The newer inventory; `live` reads the clouds [default: live if OLD is given, else @latest]
    ///
    /// If OLD is a snapshot, `live` is read in the scope of OLD, unless flags select another one. If accounts of OLD are
    /// not read and no flag excludes them, the comparison is incomplete.
    pub new: Option<String>,

    /// Compare only these kinds, comma-separated [default: all that both have]
    #[arg(long = "kind", value_name = "KINDS", value_delimiter = ',', help_heading = "Selection", ignore_case = true, value_parser = kind_names())]
    pub kinds: Vec<String>,

    /// Report only these types of changes, comma-separated; --exit-code ignores the others
    ///
    /// With `--only added,removed`, moved and replaced resources count as removed plus added. Addresses that moved to
    /// another resource are listed with `moved`. With --only, collisions are not reported.
    #[arg(long, value_name = "CHANGES", value_delimiter = ',', help_heading = "Selection", value_parser = PossibleValuesParser::new(["added", "removed", "changed", "moved", "replaced"]))]
    pub only: Vec<String>,

    /// Compare only rows that match before or after; may be repeated
    ///
    /// The conditions are those of `netcensus scan --filter`.
    #[arg(long = "filter", value_name = "CONDITION", help_heading = "Selection")]
    pub filters: Vec<String>,

    /// Report what joined and left this group of netcensus.toml, and changes of its members; `A,B` means any of these
    ///
    /// A resource is reported if it is a member on either side. A resource that could not be read never counts as left.
    #[arg(long = "group", value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub groups: Vec<String>,

    /// Ignore changes of this field: FIELD, KIND.FIELD or tag:KEY, with globs; may be repeated
    ///
    /// Adds to the fields of diff.ignore in netcensus.toml. The default of that key is the fields that change by
    /// themselves: subnets.addresses_available, instances.state, instances.launched_at and interfaces.state.
    #[arg(long = "ignore", value_name = "FIELD", help_heading = "Selection")]
    pub ignore: Vec<String>,

    /// Compare every field except those of --ignore
    #[arg(long, help_heading = "Selection")]
    pub all_fields: bool,

    /// Exit with 1 if something differs, as `git diff --exit-code` does
    #[arg(long, help_heading = "Output")]
    pub exit_code: bool,

    /// Whether to send messages to channels.
    #[command(flatten)]
    pub channels: NotifyArgs,

    /// Where `live` comes from, and snapshots.
    #[command(flatten)]
    pub live: LiveArgs,

    /// Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]
    ///
    /// One format goes to standard output, any number to files: `-o markdown,json=changes.json`.
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short = 'o', long = "output", visible_alias = "format", ignore_case = true, value_name = "FORMAT[=FILE]", value_delimiter = ',', help_heading = "Output", value_parser = report_target(Content::Changes))]
    pub reports: Vec<ReportTarget>,

    /// Show every change, and values in full
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}
