//! `netcensus completions`.

use clap::Args;
use clap_complete::Shell;

/// Print the completion script of a shell
///
/// For example: netcensus completions bash > ~/.local/share/bash-completion/completions/netcensus
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}
