//! `netcensus default-vpcs`.

use clap::Args;

use super::output::formats;
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus default-vpcs`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus default-vpcs --sandbox\n  \
    netcensus default-vpcs --aws-org --aws-org-role netcensus-read\n  \
    netcensus default-vpcs --from @latest --commands > delete.sh\n\n\
    Exit codes: 0 done; 1 a default VPC is empty (--exit-code); 2 wrong usage, or netcensus could not sign in to any \
    account; 3 incomplete")]
pub struct DefaultVpcsArgs {
    /// Print only the AWS CLI commands that delete the empty ones
    ///
    /// netcensus itself deletes nothing. Read the commands, then run them with credentials of each account.
    #[arg(long, help_heading = "Output", conflicts_with_all = ["output", "wide"])]
    pub commands: bool,

    /// Exit with code 1 if a default VPC is empty
    #[arg(long, help_heading = "Gate")]
    pub exit_code: bool,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the list [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::List))]
    pub output: Option<String>,

    /// Show every column in full width
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}
