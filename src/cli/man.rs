//! `netcensus man`.

use std::path::PathBuf;

use clap::Args;

/// Options of `netcensus man`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus man | man -l -\n  \
    netcensus man ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write the pages of all commands to this directory [default: print the page of netcensus]
    ///
    /// The directory must exist. Existing pages are replaced.
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}
