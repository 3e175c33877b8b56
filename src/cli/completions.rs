//! `netcensus completions`.

use clap::Args;
use clap_complete::Shell;

/// Options of `netcensus completions`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus completions bash > ~/.local/share/bash-completion/completions/netcensus\n  \
    netcensus completions zsh > ~/.zfunc/_netcensus      # a directory of your fpath\n  \
    netcensus completions fish > ~/.config/fish/completions/netcensus.fish\n  \
    netcensus completions powershell > netcensus.ps1      # and run it in your profile\n  \
    netcensus completions elvish > netcensus.elv      # and `eval (slurp < netcensus.elv)` in rc.elv")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}
