//! Command-line definitions (clap); no behaviour.

pub mod completions;
pub mod config;
pub mod diff;
pub mod export;
pub mod global;
pub mod merge;
pub mod output;
pub mod overlap;
pub mod sandbox;
pub mod scan;
pub mod scope;
pub mod snapshots;
pub mod source;
pub mod store;

use clap::{Parser, Subcommand};

/// Which networks, subnets and machines do we have across every cloud, and do their addresses collide?
#[derive(Debug, Clone, Parser)]
#[command(
    name = "netcensus",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "First run, without any cloud account:\n  netcensus scan --sandbox\n\n\
                  Exit codes:\n  \
                  0    clean\n  \
                  1    findings that fail (overlap), a difference (diff --exit-code), a damaged snapshot\n       \
                  (snapshots verify)\n  \
                  2    wrong usage, or nothing could be read\n  \
                  3    incomplete: something could not be read\n  \
                  130  interrupted"
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
    ///
    /// Reads the networks, subnets, instances, interfaces or links of every account and region in scope, and
    /// says on stderr what could not be read (exit code 3).
    Scan(Box<scan::ScanArgs>),
    /// Find addresses that are in use twice, and fail on those that hurt
    ///
    /// Compares the networks of every account, subscription and region in scope with one another, with ranges outside
    /// the clouds and with what is planned. Findings have stable codes, which docs/findings.md explains.
    Overlap(Box<overlap::OverlapArgs>),
    /// Say what changed between two inventories, and what nobody can know
    ///
    /// Compares snapshots, files and the clouds as they are. What one side could not read is unknown, and never
    /// called removed or added.
    Diff(Box<diff::DiffArgs>),
    /// Write the inventory for spreadsheets and other tools, whole or not at all
    ///
    /// Made to run unattended: files appear whole or not at all, an incomplete inventory replaces nothing, and exports
    /// to one folder do not run into each other.
    Export(Box<export::ExportArgs>),
    /// List, prune and verify the snapshots that are kept
    ///
    /// `scan --save` keeps them. No cloud is asked.
    Snapshots(snapshots::SnapshotsArgs),
    /// Join the inventories of several scans into one
    ///
    /// Takes scans of the parts of an estate (`scan --shard`) or of estates apart, joins what they know and do not know,
    /// and writes the inventory document, or keeps a snapshot with --save. Of what several have the newest stands.
    Merge(merge::MergeArgs),
    /// Serve sample clouds on loopback, to try and test without an account
    ///
    /// Prints the variables that point clients of AWS and Azure at it, ready for a shell, and serves until Ctrl-C.
    Sandbox(sandbox::SandboxArgs),
    /// Check the configuration file, or show what is set and by whom
    Config(Box<config::ConfigArgs>),
    /// Print the completion script of a shell
    ///
    /// For example: netcensus completions bash > ~/.local/share/bash-completion/completions/netcensus
    Completions(completions::CompletionsArgs),
}
