//! `netcensus completions`.

use clap::Args;
use clap_complete::Shell;

/// Options of `netcensus completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}
