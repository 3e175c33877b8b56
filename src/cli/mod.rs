//! Command-line definitions (clap); no behaviour.
//!
//! Doc comments are the help. Flags stand under headings: *Source*, *Scope*, *Selection*, *Output*, *Saving*,
//! *Reliability*. A flag that few users need has `hide_short_help`, so that `-h` stays short. Every command ends with
//! examples, which a test runs.

#![expect(clippy::doc_markdown, reason = "variables and file names stand in the help without backticks")]

pub mod aliases;
pub mod completions;
pub mod config;
pub mod default_vpcs;
pub mod diff;
pub mod export;
pub mod find;
pub mod free;
pub mod global;
pub mod groups;
pub mod kinds;
pub mod man;
pub mod merge;
pub mod notify;
mod numbers;
pub mod output;
pub mod overlap;
pub mod ranges;
pub mod repeat;
pub mod report_target;
pub mod reservations;
pub mod reserve;
pub mod sandbox;
pub mod scan;
pub mod scope;
pub mod snapshots;
pub mod source;
pub mod store;
pub mod sync;
pub mod usage;
pub mod watch;

use clap::{Parser, Subcommand};

/// List the networks, subnets and machines of all your clouds, and find addresses that overlap
///
/// netcensus reads AWS accounts and Azure subscriptions, and never changes a network or machine in them. If it could not
/// read something, it says so and exits with 3, so you never mistake a partial list for a complete one.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "netcensus",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Try it without an account: netcensus scan --sandbox",
    after_long_help = "Examples:\n  \
                  netcensus scan --sandbox      # try it without an account\n  \
                  netcensus scan                # read the accounts that you are signed in to\n  \
                  netcensus find 10.1.2.3       # what has this address\n  \
                  netcensus find 10.20.0.0/16   # is this prefix free\n  \
                  netcensus find shop-prod      # where it is, and what is joined to it\n  \
                  netcensus free --size 20      # a /20 that nothing uses\n  \
                  netcensus overlap             # which addresses collide\n  \
                  netcensus usage --warn 80     # which subnets are over 80 %\n  \
                  netcensus diff @1d            # what changed since yesterday\n  \
                  netcensus scan vms --filter 'state=stopped and tag:env=prod'\n\n\
                  Exit codes:\n  \
                  0    success\n  \
                  1    findings that fail (overlap), too full (usage), nothing found (find,\n       \
                  free, reserve, release), a difference (diff --exit-code,\n       \
                  sync --exit-code), an empty default VPC (default-vpcs --exit-code),\n       \
                  a damaged snapshot (snapshots verify)\n  \
                  2    wrong usage, or netcensus could not sign in to any account\n  \
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
    /// List networks, subnets, instances, interfaces or links
    ///
    /// Reads every account and region in scope. If something could not be read, a line on standard error says so, and
    /// the exit code is 3.
    Scan(Box<scan::ScanArgs>),
    /// Find what has an address, a prefix, an id, a name or a MAC address
    ///
    /// Shows the interface, machine, subnet, network and account, and the networks that are joined to that network by
    /// links. For a prefix, says whether it is free.
    Find(Box<find::FindArgs>),
    /// Find free prefixes for new networks
    ///
    /// Looks at every account, subscription and region in scope, at ranges outside the clouds and at planned prefixes.
    /// A prefix is free if nothing known overlaps it and everything in scope was read.
    Free(Box<free::FreeArgs>),
    /// Find overlapping addresses, and exit with 1 if one is not allowed
    ///
    /// Compares the networks of all accounts, subscriptions and regions in scope with each other, with ranges outside the
    /// clouds and with prefixes you plan to use. Findings have stable codes: see docs/findings.md.
    Overlap(Box<overlap::OverlapArgs>),
    /// Report how full subnets, networks and accounts are, and exit with 1 if one is past a limit
    ///
    /// Counts addresses and free blocks, without the addresses that the clouds reserve. What a cloud does not count is
    /// unknown, never zero. With --forecast, estimates from saved snapshots when something will be full.
    Usage(Box<usage::UsageArgs>),
    /// Reserve a free prefix for a network that you will create
    ///
    /// Finds a free prefix, records its owner, and then prints it. Two processes never get the same prefix, and the
    /// same name always gives the same prefix.
    Reserve(Box<reserve::ReserveArgs>),
    /// List reservations, and compare them with the networks that exist
    ///
    /// Shows which reservations are active, which have expired, which already have their network, and which reserved
    /// prefixes another network uses.
    Reservations(Box<reservations::ReservationsArgs>),
    /// Release a reservation, so that its prefix is free again
    Release(reservations::ReleaseArgs),
    /// Compare two inventories
    ///
    /// Compares snapshots, files and the live clouds. What one side could not read is reported as unknown, never as
    /// added or removed.
    Diff(Box<diff::DiffArgs>),
    /// Keep an inventory up to date, and report what changes
    ///
    /// Starts with a scan (with --max-age, from the newest snapshot), and runs until you stop it. Events only say what
    /// to read again. netcensus reports what it reads. A full scan runs regularly, because events get lost.
    Watch(Box<watch::WatchArgs>),
    /// List groups (saved searches) and their members
    ///
    /// You define groups in netcensus.toml. A group is searched again in every inventory, so new machines join it and
    /// deleted ones leave it.
    Groups(Box<groups::GroupsArgs>),
    /// Write the inventory to files for spreadsheets, databases and other tools
    ///
    /// Made for unattended runs. Files are written completely or not at all. An incomplete inventory replaces no file,
    /// and two exports to the same directory cannot run at the same time.
    Export(Box<export::ExportArgs>),
    /// Keep NetBox, DNS or a table of VPCs up to date: compare it with the inventory, and write what differs
    ///
    /// Shows a plan, and writes only with --apply. Deletes a record only if its account and region were read
    /// completely. Does not change records that people made. docs/sync.md describes the registries.
    Sync(Box<sync::SyncArgs>),
    /// List the default VPCs of AWS, and which of them are empty
    ///
    /// AWS creates one in every region of an account, all with the same addresses. --commands prints the commands that delete
    /// the empty ones. netcensus itself deletes nothing.
    DefaultVpcs(Box<default_vpcs::DefaultVpcsArgs>),
    /// List, prune and verify saved snapshots
    ///
    /// To save a snapshot, use `netcensus scan --save`. This command reads no cloud.
    Snapshots(snapshots::SnapshotsArgs),
    /// Merge the inventories of several scans into one
    ///
    /// Merges the parts of a split scan (`netcensus scan --shard`), or scans of different accounts. Writes the
    /// inventory document, or saves a snapshot with --save. If several inputs contain the same account, region and
    /// kind, the newest one is used.
    Merge(merge::MergeArgs),
    /// Serve emulated clouds on this machine, to try and test without an account
    ///
    /// Prints shell variables that point AWS and Azure clients to it, and serves until you press Ctrl-C.
    Sandbox(sandbox::SandboxArgs),
    /// Write, check or show the configuration
    Config(Box<config::ConfigArgs>),
    /// Print a completion script for your shell
    ///
    /// The script calls netcensus to complete flags, columns, formats, AWS profiles, names in netcensus.toml, and saved
    /// snapshots, accounts and regions. It sends nothing to a cloud. The script works with the version of netcensus
    /// that printed it, and normally with later ones.
    Completions(completions::CompletionsArgs),
    /// Write the manual pages
    Man(man::ManArgs),
}
