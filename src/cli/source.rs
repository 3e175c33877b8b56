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
    /// Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input
    ///
    /// Snapshots have the names @latest, @previous, @~N, @2026-11-20, @2026-11-20T06:00 and @7d (the newest that is at
    /// least 7 days old). `live` reads the clouds even if netcensus.toml names a saved inventory.
    ///
    /// [env: NETCENSUS_FROM]
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    pub from: Option<PathBuf>,

    /// What to read of the clouds or the sandbox.
    #[command(flatten)]
    pub live: LiveArgs,
}

/// What to read of the clouds or the sandbox.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Source")]
pub struct LiveArgs {
    /// Read the built-in sandbox: sample clouds, no account needed
    #[arg(long)]
    pub sandbox: bool,

    /// Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan
    ///
    /// Units are s, m, h, d (24 hours) and w. With --from, an older inventory is an error (exit code 2).
    ///
    /// [env: NETCENSUS_MAX_AGE]
    #[arg(long, value_name = "DURATION")]
    pub max_age: Option<String>,

    /// Which accounts and regions to read.
    #[command(flatten)]
    pub scope: ScopeArgs,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,

    /// What the sandbox serves.
    #[command(flatten)]
    pub estate: EstateArgs,
}
