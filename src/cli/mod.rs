//! Command-line definitions (clap); no behaviour.

pub mod completions;
pub mod config;
pub mod global;
pub mod output;
pub mod sandbox;
pub mod scan;
pub mod scope;
pub mod source;

use clap::{Parser, Subcommand};

/// Which networks, subnets and machines do we have, and do their addresses collide?
#[derive(Debug, Clone, Parser)]
#[command(
    name = "netcensus",
    version,
    about,
    long_about,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "First run, without any cloud account:  netcensus scan --sandbox\n\
                  Exit codes: 0 clean, 2 usage or nothing could be read, 3 incomplete, 130 interrupted"
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: global::GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Read the clouds and list what is there
    Scan(Box<scan::ScanArgs>),
    /// Serve sample clouds on loopback, to try and test without an account
    Sandbox(sandbox::SandboxArgs),
    /// Check the configuration file, or show what is set and by whom
    Config(Box<config::ConfigArgs>),
    /// Print the completion script of a shell
    Completions(completions::CompletionsArgs),
}
