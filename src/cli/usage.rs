//! `netcensus usage`.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::notify::NotifyArgs;
use super::repeat::RepeatArgs;
use super::report_target::{ReportTarget, report_target};
use super::reservations::ReservationStoreArgs;
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus usage`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus usage --sandbox\n  \
    netcensus usage networks --sandbox\n  \
    netcensus usage pools --from @latest --forecast\n  \
    netcensus usage --from @latest --warn 80 --critical '90,free<16'\n  \
    netcensus usage --from @latest --forecast --fail-on critical,full-in=30d\n  \
    netcensus usage --aws-org --aws-org-role netcensus-read -o github,junit=usage.xml\n\n\
    Exit codes: 0 within the limits; 1 past a limit that --fail-on selects; 2 wrong usage or input; 3 incomplete",
    mut_arg("watch", |watch| watch.conflicts_with("notify")))]
pub struct UsageArgs {
    /// What each row of the report is about
    #[arg(value_name = "WHAT", default_value = "subnets", ignore_case = true, value_parser = levels())]
    pub of: UsageArg,

    /// Warn at these limits: a percentage in use, `free<N` (fewer than N free addresses) or `blocks<N` (fewer than N
    /// free /28 blocks); comma-separated [default: 80]
    ///
    /// [env: NETCENSUS_WARN]
    #[arg(long, help_heading = "Thresholds", value_name = "LIMITS", value_delimiter = ',')]
    pub warn: Vec<String>,

    /// Report as critical at these limits, written as for --warn [default: 90]
    ///
    /// If any limit is reached, the row is critical. Percentages are not rounded: 79.96 % is less than 80 %.
    /// `[[usage.thresholds]]` in netcensus.toml sets other limits for some prefixes, accounts, tags or pools.
    ///
    /// [env: NETCENSUS_CRITICAL]
    #[arg(long, help_heading = "Thresholds", value_name = "LIMITS", value_delimiter = ',')]
    pub critical: Vec<String>,

    /// What makes the exit code 1: `warning`, `critical`, `none`, or a time until full (full-in=30d); comma-separated
    /// [default: critical]
    #[arg(long, help_heading = "Thresholds", value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<String>,

    /// Report from saved snapshots how usage changed, and when it will be full
    ///
    /// Reads the snapshots of the last 30 days in --store. A forecast needs snapshots from at least four different
    /// days, with at least three days between the first and the last. It uses the median of the rates between all pairs
    /// of snapshots.
    #[arg(long, help_heading = "Forecast")]
    pub forecast: bool,

    /// Report only members of this group of netcensus.toml; `A,B` means any of these
    ///
    /// Members are subnets, or networks in `usage networks`. In `usage accounts`, each account is the sum of its subnets in the
    /// group.
    #[arg(long = "group", value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub groups: Vec<String>,

    /// Whether to send messages to channels.
    #[command(flatten)]
    pub channels: NotifyArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Where reservations are kept, which count in `usage pools`.
    #[command(flatten)]
    pub store: ReservationStoreArgs,

    /// Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]
    ///
    /// One format goes to standard output, any number to files: `-o github,sarif=usage.sarif,junit=usage.xml`.
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short = 'o', long = "output", visible_alias = "format", ignore_case = true, value_name = "FORMAT[=FILE]", value_delimiter = ',', help_heading = "Output", value_parser = report_target(Content::Usage))]
    pub reports: Vec<ReportTarget>,

    /// Whether it is repeated.
    #[command(flatten)]
    pub repeat: RepeatArgs,

    /// Show every row and column in full width
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageArg {
    /// Subnets.
    Subnets,
    /// Networks.
    Networks,
    /// Pools.
    Pools,
    /// Accounts.
    Accounts,
}

impl UsageArg {
    const ALL: [(&str, Self, &str, &str); 4] = [
        ("subnets", Self::Subnets, "subnet", "Addresses in use in each subnet"),
        ("networks", Self::Networks, "network", "How much of each network is taken by its subnets"),
        (
            "pools",
            Self::Pools,
            "pool",
            "How much of each pool in netcensus.toml is taken by networks and reservations [without pools: RFC 1918]",
        ),
        (
            "accounts",
            Self::Accounts,
            "account",
            "Addresses in use in all subnets of each account or subscription",
        ),
    ];
}

fn levels() -> impl TypedValueParser<Value = UsageArg> {
    let value = |(name, _, alias, help): (&'static str, _, &'static str, &'static str)| {
        PossibleValue::new(name).alias(alias).help(help)
    };
    PossibleValuesParser::new(UsageArg::ALL.map(value)).map(|text| {
        let text = text.to_ascii_lowercase();
        let found = UsageArg::ALL.into_iter().find(|(name, _, alias, _)| *name == text || *alias == text);
        found.map_or(UsageArg::Subnets, |(_, level, ..)| level)
    })
}
