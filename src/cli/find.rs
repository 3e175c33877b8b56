//! `netcensus find`.

use clap::Args;

use super::output::formats;
use super::ranges::{RangeArgs, explain_external};
use super::repeat::RepeatArgs;
use super::reservations::ReservationStoreArgs;
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus find`.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = "Examples:\n  \
        netcensus find 10.10.16.1 --sandbox\n  \
        netcensus find 10.1.2.3 52.16.0.9 --from @latest\n  \
        netcensus find 10.20.0.0/16 --aws-org --aws-org-role netcensus-read --external datacentres.csv\n  \
        netcensus find vpc-0a1b2c3d4e5f60718 'web-*' 02:1a:2b:3c:4d:5e -o json\n  \
        netcensus find 10.1.2.3 --history\n\n\
        Exit codes: 0 found; 1 free or not found; 2 wrong usage or input; 3 unknown: something could not be read",
    mut_arg("external", |external| explain_external(external, "Look in ranges outside the clouds too"))
)]
pub struct FindArgs {
    /// What to find: an address, a prefix, an id, a name or a MAC address
    ///
    /// An address may have a mask (10.1.2.3/24 is the address 10.1.2.3). Ids are those of AWS and Azure, also account and
    /// subscription ids, ARNs of EC2, and short ids of Azure as tables show them (GROUP/NAME). Names may be globs
    /// (`web-*`), which match the whole name. Case does not matter.
    #[arg(value_name = "THING", required = true)]
    pub things: Vec<String>,

    /// Show what had it, and when, from saved snapshots, without reading a cloud
    ///
    /// Reads all snapshots of --store, oldest first. If an account or region could not be read for a snapshot, it is
    /// unknown what existed there at that time.
    #[arg(long, help_heading = "Source", conflicts_with_all = ["from", "sandbox", "max_age", "external", "planned", "planned_file", "terraform_plan"])]
    pub history: bool,

    /// Look up only the interfaces with these addresses, instead of reading everything
    ///
    /// For addresses only. AWS looks the interfaces up itself; netcensus then reads their machines, subnets and networks.
    /// Azure cannot look up addresses, so all of its interfaces are read. An address that no interface has stays unknown
    /// (exit code 3), because delegated prefixes, addresses that a cloud reserves and ranges outside the clouds are not read.
    #[arg(long, help_heading = "Source", conflicts_with_all = ["from", "max_age", "history", "groups", "external", "planned", "planned_file", "terraform_plan"])]
    pub quick: bool,

    /// Show only members of this group of netcensus.toml; `A,B` means any of these
    ///
    /// An interface counts too if its machine is a member. With this flag a prefix is never called free, because something
    /// outside the group may use it.
    #[arg(
        long = "group",
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Selection",
        conflicts_with = "history"
    )]
    pub groups: Vec<String>,

    /// Ranges outside the clouds, and planned prefixes.
    #[command(flatten)]
    pub ranges: RangeArgs,

    /// Where reservations are kept.
    #[command(flatten)]
    pub store: ReservationStoreArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the report [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::Answers))]
    pub output: Option<String>,

    /// Whether it is repeated.
    #[command(flatten)]
    pub repeat: RepeatArgs,

    /// Show every match in full
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}
