//! Whether channels are told of the report.

use clap::Args;

/// Whether channels are told of the report.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Channels")]
pub struct NotifyArgs {
    /// Tell a channel what became of it since the last time; may be repeated
    ///
    /// Channels are the tables [notify.NAME] of netcensus.toml. Only what is new, worse or over is sent, and nothing if
    /// nothing changed. If a channel cannot be reached, the exit code is 2, unless it is optional.
    #[arg(long, value_name = "CHANNEL", value_delimiter = ',')]
    pub notify: Vec<String>,

    /// Print on standard error what --notify would send, and send nothing
    #[arg(long, requires = "notify")]
    pub notify_dry_run: bool,
}
