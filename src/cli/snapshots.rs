//! `netcensus snapshots`.

use clap::{Args, Subcommand};

use super::output::formats;
use super::store::StoreArgs;
use crate::output::Content;

/// Options of `netcensus snapshots`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus snapshots\n  \
    netcensus snapshots prune --keep-last 30 --keep-days 90\n  \
    netcensus snapshots verify @latest tonight.ncsnap\n\n\
    Exit codes: 0 success; 1 a snapshot is damaged (verify); 2 wrong usage or a failure")]
pub struct SnapshotsArgs {
    /// What to do; without it, list.
    #[command(subcommand)]
    pub action: Option<SnapshotsAction>,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,

    /// Format of the list [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, global = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::List))]
    pub output: Option<String>,

    /// Show every column in full width
    #[arg(long, global = true, help_heading = "Output")]
    pub wide: bool,
}

/// What `netcensus snapshots` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum SnapshotsAction {
    /// List saved snapshots, newest first
    ///
    /// Reads only the first line of each file. To find damage in the rest, use `verify`. A count is blank if that kind
    /// was not read.
    #[command(after_long_help = "Examples:\n  \
        netcensus snapshots list\n  \
        netcensus snapshots list -o json")]
    List,
    /// Remove old snapshots
    ///
    /// Give --keep-last, --keep-days or both. A snapshot is kept if one of them applies to it. --keep-last also keeps
    /// the newest complete snapshot of each scope. Damaged snapshots, and those that a newer netcensus wrote, are left
    /// alone. Temporary files that are more than a day old are deleted too.
    #[command(after_long_help = "Examples:\n  \
        netcensus snapshots prune --keep-last 30 --dry-run\n  \
        netcensus snapshots prune --keep-last 30 --keep-days 90")]
    Prune(PruneArgs),
    /// Read snapshots completely and report damaged ones
    ///
    /// If a snapshot is damaged, the exit code is 1.
    #[command(after_long_help = "Examples:\n  \
        netcensus snapshots verify\n  \
        netcensus snapshots verify @latest tonight.ncsnap")]
    Verify {
        /// Names of snapshots (@latest, @2026-11-20) or files [default: all saved snapshots]
        names: Vec<String>,
    },
}

/// Which snapshots to keep.
#[derive(Debug, Clone, Default, Args)]
pub struct PruneArgs {
    /// Keep the newest N snapshots of each scope, and the newest complete one
    #[arg(long, value_name = "N", value_parser = snapshots)]
    pub keep_last: Option<usize>,

    /// Keep snapshots that are younger than D days
    #[arg(long, value_name = "D", value_parser = days)]
    pub keep_days: Option<u32>,

    /// List what would be removed, without removing it
    #[arg(long)]
    pub dry_run: bool,
}

fn snapshots(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number of snapshots"))
}

fn days(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number of days"))
}
