//! Repeating a command.

use clap::Args;

use super::Command;

/// Repeating a command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct RepeatArgs {
    /// Repeat the command this often (e.g. 30s), and mark what changed; needs a terminal
    ///
    /// Reads everything again each time. `*` marks lines that are new or changed, `-` lines that are gone. Press Ctrl-C to end.
    /// To follow events of the clouds instead of reading everything again, use `netcensus watch`.
    #[arg(long, value_name = "DURATION")]
    pub watch: Option<String>,
}

impl Command {
    /// Returns how often the command is repeated, if `--watch` says so.
    #[must_use]
    pub fn watch(&self) -> Option<&str> {
        let repeat = match self {
            Self::Scan(args) => &args.repeat,
            Self::Find(args) => &args.repeat,
            Self::Overlap(args) => &args.repeat,
            Self::Usage(args) => &args.repeat,
            _ => return None,
        };
        repeat.watch.as_deref()
    }
}
