//! `netcensus snapshots`.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Subcommand};

use super::store::StoreArgs;
use crate::output::{Format, FormatInfo};

/// Options of `netcensus snapshots`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    netcensus snapshots\n  \
    netcensus snapshots prune --keep-last 30 --keep-days 90\n  \
    netcensus snapshots verify @latest tonight.ncsnap\n\n\
    Exit codes: 0 done, 1 a snapshot is not as it was written (verify), 2 wrong usage, or it cannot be done")]
pub struct SnapshotsArgs {
    /// What to do; without it, list.
    #[command(subcommand)]
    pub action: Option<SnapshotsAction>,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,

    /// How to write the result [default: table]
    #[arg(short, long, global = true, value_name = "FORMAT", help_heading = "Output", value_parser = PossibleValuesParser::new(Format::listings().map(format)))]
    pub output: Option<String>,
}

/// What `netcensus snapshots` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum SnapshotsAction {
    /// List the snapshots that are kept, newest first
    ///
    /// Reads the first line of each only: `verify` finds what is damaged behind it. A count is blank where that kind was
    /// not read.
    List,
    /// Remove old snapshots
    ///
    /// Of each scope, keeps the newest N, the newest complete one, and all that are younger than D days: either rule
    /// keeps, and one must be given. Snapshots that are damaged or of a newer netcensus are left alone. Also removes what writers left that were
    /// killed more than a day ago.
    Prune(PruneArgs),
    /// Read snapshots to their end, and say which are not as they were written
    Verify {
        /// Names of snapshots (@latest, @2026-11-20) or files [default: all that are kept]
        names: Vec<String>,
    },
}

/// Which snapshots are not removed.
#[derive(Debug, Clone, Default, Args)]
pub struct PruneArgs {
    /// Keep the newest N of each scope, and the newest complete one
    #[arg(long, value_name = "N")]
    pub keep_last: Option<usize>,

    /// Keep all that are younger than D days
    #[arg(long, value_name = "D")]
    pub keep_days: Option<u32>,

    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Names a format; none of these lists is an inventory.
fn format(info: FormatInfo) -> PossibleValue {
    PossibleValue::new(info.name).help(match info.format {
        Format::Json => "The whole list as one document",
        Format::Csv => "Comma-separated values",
        _ => info.description,
    })
}
