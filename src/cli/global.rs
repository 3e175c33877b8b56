//! Options of every command.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Read this configuration file
    ///
    /// Without it, netcensus reads netcensus.toml in the working directory or above it (up to the root of the
    /// repository, or your home), else netcensus/netcensus.toml in the XDG configuration directory (~/.config). -v says
    /// which file is used.
    ///
    /// [env: NETCENSUS_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Suppress progress, notes and warnings
    ///
    /// Errors are still printed, and so is everything that could not be read.
    #[arg(short, long, global = true, conflicts_with = "verbose", overrides_with = "quiet")]
    pub quiet: bool,

    /// Log what netcensus does; -vv also logs every request
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,

    /// Hide the progress line
    ///
    /// netcensus shows it only if standard error is a terminal, and never with --quiet.
    #[arg(long, global = true, overrides_with = "no_progress", hide_short_help = true)]
    pub no_progress: bool,

    /// Print long tables without a pager
    ///
    /// On a terminal, netcensus shows a table that is longer than the screen in `less`, or in the program that PAGER
    /// names. If PAGER is empty or `cat`, it uses no pager.
    #[arg(long, global = true, overrides_with = "no_pager", hide_short_help = true)]
    pub no_pager: bool,

    /// When to use colour [default: auto]
    ///
    /// [env: NETCENSUS_COLOR]
    #[arg(long, global = true, value_name = "WHEN", value_enum, hide_short_help = true)]
    pub color: Option<ColorArg>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
