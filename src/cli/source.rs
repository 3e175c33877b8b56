//! Where the inventory comes from: the clouds, a saved one, the sandbox.

use std::path::PathBuf;

use clap::Args;

use super::sandbox::EstateArgs;
use super::scope::ScopeArgs;

/// Where the inventory comes from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Source")]
pub struct SourceArgs {
    /// Take a saved inventory (`scan all -o json`) instead of the clouds; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    pub from: Option<PathBuf>,

    /// Read the embedded sandbox: sample clouds, no account needed
    #[arg(long)]
    pub sandbox: bool,

    /// The sandbox's estate.
    #[command(flatten)]
    pub estate: EstateArgs,

    /// What to read of the clouds.
    #[command(flatten)]
    pub scope: ScopeArgs,
}
