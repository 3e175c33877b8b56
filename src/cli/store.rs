//! Where snapshots are kept, and whether this run keeps one.

use std::path::PathBuf;

use clap::Args;

/// Where snapshots are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Snapshots")]
pub struct StoreArgs {
    /// The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]
    // Global for commands whose subcommands need it too.
    #[arg(long, value_name = "DIR", global = true)]
    pub store: Option<PathBuf>,
}

/// Whether to keep what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Snapshots")]
pub struct SaveArgs {
    /// Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document
    ///
    /// All of the inventory is kept, whatever is shown of it. FILE is replaced if it is a snapshot or a document.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub save: Option<Option<PathBuf>>,
}
