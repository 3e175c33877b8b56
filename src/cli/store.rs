//! Where snapshots are saved, and whether this run saves one.

use std::path::PathBuf;

use clap::Args;

/// Where snapshots are saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Saving")]
pub struct StoreArgs {
    /// Directory of snapshots [default: ~/.local/state/netcensus/snapshots]
    ///
    /// If XDG_STATE_HOME is set, the default is netcensus/snapshots in that directory.
    ///
    /// [env: NETCENSUS_STORE]
    // Global for commands whose subcommands need it too.
    #[arg(long, value_name = "DIR", global = true)]
    pub store: Option<PathBuf>,
}

/// Whether to save what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Saving")]
pub struct SaveArgs {
    /// Save the inventory as a snapshot, or write it to FILE
    ///
    /// The whole inventory is saved, even if filters or columns hide a part of it. Rows are printed only if a flag says
    /// how: --output, --columns, --filter, --sort, --query or --wide. A name that ends in .json gets the
    /// inventory document, any other name a snapshot. FILE is replaced only if it is a snapshot or an inventory document.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub save: Option<Option<PathBuf>>,
}
