//! `netcensus reservations` and `netcensus release`, and where reservations are kept.

use clap::Args;

use super::output::formats;
use super::source::SourceArgs;
use super::store::StoreArgs;
use crate::output::Content;

/// Where reservations are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Reservations")]
pub struct ReservationStoreArgs {
    /// File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]
    ///
    /// A table is dynamodb://TABLE?region=REGION; append &profile=PROFILE to sign in with a profile of the AWS
    /// configuration. With --sandbox and without this flag, the file is reservations-sandbox.json.
    ///
    /// [env: NETCENSUS_RESERVATIONS]
    #[arg(long, value_name = "PLACE")]
    pub reservations: Option<String>,
}

/// Options of `netcensus reservations`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus reservations --from @latest\n  \
    netcensus reservations --unchecked\n  \
    netcensus reservations --aws-org --aws-org-role netcensus-read -o json\n\n\
    Exit codes: 0 success; 2 wrong usage or a failure; 3 incomplete: something could not be read")]
pub struct ReservationsArgs {
    /// List what is stored, without comparing it with an inventory
    ///
    /// The status is then only `held` or `expired`, because netcensus does not check which networks exist.
    #[arg(long, help_heading = "Selection", conflicts_with = "from")]
    pub unchecked: bool,

    /// What to compare them with.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Where they are kept.
    #[command(flatten)]
    pub store: ReservationStoreArgs,

    /// Format of the output [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::List))]
    pub output: Option<String>,

    /// Show every column in full width
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}

/// Options of `netcensus release`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus release payments-prod\n  \
    netcensus release payments-prod --owner team-a\n\n\
    Exit codes: 0 released; 1 there is no such reservation; 2 wrong usage or a failure")]
pub struct ReleaseArgs {
    /// Name of the reservation
    pub name: String,

    /// Release the reservation only if it has this owner
    #[arg(long, help_heading = "Selection", value_name = "OWNER")]
    pub owner: Option<String>,

    /// Release a reservation that was made with --sandbox
    #[arg(long, help_heading = "Reservations")]
    pub sandbox: bool,

    /// Where reservations are kept.
    #[command(flatten)]
    pub reservations: ReservationStoreArgs,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,
}
