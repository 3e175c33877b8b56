//! Where the inventory comes from: the clouds, a saved one, the sandbox.

use std::path::PathBuf;

use clap::Args;

use super::sandbox::EstateArgs;
use super::scope::ScopeArgs;
use super::store::StoreArgs;

/// Where the inventory comes from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Source")]
pub struct SourceArgs {
    /// Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard
    /// input
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    pub from: Option<PathBuf>,

    /// What to read of the clouds, or of what stands for them.
    #[command(flatten)]
    pub live: LiveArgs,
}

/// What to read of the clouds, or of what stands for them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Source")]
pub struct LiveArgs {
    /// Read the embedded sandbox: sample clouds, no account needed
    #[arg(long)]
    pub sandbox: bool,

    /// Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m
    ///
    /// Units are s, m, h, d (24 hours) and w. With --from: refuse an inventory that is older (exit code 2).
    #[arg(long, value_name = "DURATION")]
    pub max_age: Option<String>,

    /// The sandbox's estate.
    #[command(flatten)]
    pub estate: EstateArgs,

    /// Which accounts and regions to read.
    #[command(flatten)]
    pub scope: ScopeArgs,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,
}
