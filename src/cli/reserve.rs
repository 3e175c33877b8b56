//! `netcensus reserve`.

use std::path::PathBuf;

use clap::Args;

use super::output::formats;
use super::ranges::{RangeArgs, explain_external};
use super::reservations::ReservationStoreArgs;
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus reserve`.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = "Examples:\n  \
        netcensus reserve 10.128.0.0/9 --size 20 --name payments-prod --owner team-a --sandbox\n  \
        netcensus reserve 10.64.16.0/20 --name payments-test --owner team-a --for 3d --from @latest\n  \
        netcensus reserve 10.64.0.0/12 --size 20 --name search --owner team-b \\\n    \
        \x20 --reservations 'dynamodb://nets?region=eu-west-1'\n\n\
        Exit codes: 0 reserved; 1 no such prefix is free, or the name has another prefix or owner; \
        2 wrong usage or a failure; 3 incomplete: nothing is reserved, because what looks free may be in use",
    mut_arg("external", |external| explain_external(external, "Ranges outside the clouds"))
)]
pub struct ReserveArgs {
    /// Pool or prefix to take the prefix from; without --size, the prefix to reserve
    #[arg(value_name = "PREFIX|POOL")]
    pub place: String,

    /// Size of the prefix; 1 to 128 is a prefix length, a larger number is a number of addresses
    ///
    /// netcensus uses the smallest free block that is large enough, so that large blocks stay whole.
    #[arg(long, help_heading = "Reservation", value_name = "SIZE")]
    pub size: Option<String>,

    /// Name of the reservation; reserving it again prints the same prefix
    #[arg(long, help_heading = "Reservation", value_name = "NAME")]
    pub name: String,

    /// Who reserves it, such as a team
    #[arg(long, help_heading = "Reservation", value_name = "OWNER")]
    pub owner: String,

    /// How long to reserve it (e.g. 12h, 14d) [default: 14d]
    ///
    /// Reserving the same name again extends the reservation if the new end is later; it is never shortened.
    #[arg(long = "for", help_heading = "Reservation", value_name = "DURATION")]
    pub held_for: Option<String>,

    /// Note for the people who read the list, such as what the network is for
    #[arg(long, help_heading = "Reservation", value_name = "TEXT")]
    pub reason: Option<String>,

    /// Begin at the end of the pool or prefix
    #[arg(long, help_heading = "Reservation", requires = "size")]
    pub from_end: bool,

    /// Take the first free prefix, even if that splits a large free block
    #[arg(long, help_heading = "Reservation", requires = "size")]
    pub first_fit: bool,

    /// Reserve even if the scan is incomplete; the prefix may be in use
    #[arg(long, help_heading = "Reservation")]
    pub allow_incomplete: bool,

    /// Read this JSON document, or `-` for standard input; -o state writes it with the reservation added
    ///
    /// netcensus refuses the document if an earlier step failed or was incomplete, or if its inventory is older than
    /// --max-age.
    #[arg(long, help_heading = "Pipes", value_name = "FILE")]
    pub state: Option<PathBuf>,

    /// Where reservations are kept.
    #[command(flatten)]
    pub store: ReservationStoreArgs,

    /// Ranges outside the clouds, and planned prefixes.
    #[command(flatten)]
    pub ranges: RangeArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the output; the table is only the prefix [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::Reservation))]
    pub output: Option<String>,
}
