//! Whether to send messages about the report to channels.

use clap::Args;

/// Whether to send messages about the report to channels.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Channels")]
pub struct NotifyArgs {
    /// Send what is new, worse or resolved since the last message to this channel; may be repeated
    ///
    /// Channels are the tables [notify.NAME] of netcensus.toml. If nothing changed, nothing is sent. If a channel cannot
    /// be reached, the exit code is 2, unless the channel is optional.
    #[arg(long, value_name = "CHANNEL", value_delimiter = ',')]
    pub notify: Vec<String>,

    /// Print on standard error what --notify would send, and send nothing
    #[arg(long, requires = "notify")]
    pub notify_dry_run: bool,
}
