//! `netcensus free`.

use std::path::PathBuf;

use clap::Args;

use super::numbers;
use super::output::formats;
use super::ranges::{RangeArgs, explain_external};
use super::reservations::ReservationStoreArgs;
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus free`.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = "Examples:\n  \
        netcensus free --sandbox\n  \
        netcensus free --size 20 --sandbox\n  \
        netcensus free --size 20 --for region=eu-west-1,env=prod\n  \
        netcensus free 10.64.0.0/10 --size /22 --count 3 --from @latest --external datacentres.csv\n  \
        netcensus free --why 10.64.0.0/20 --from @latest\n  \
        netcensus free --require 20 --from @latest\n  \
        netcensus free --plan network.toml -o tfvars\n\n\
        Exit codes: 0 done; 1 no such prefix is free; 2 wrong usage or input; \
        3 incomplete: what looks free may be in use",
    mut_arg("external", |external| explain_external(external, "Ranges outside the clouds"))
)]
pub struct FreeArgs {
    /// Where to look: a prefix, or a pool of netcensus.toml [default: all pools, or RFC 1918 if there are none]
    #[arg(value_name = "PREFIX|POOL")]
    pub places: Vec<String>,

    /// Which prefixes to print.
    #[command(flatten)]
    pub wanted: WantedArgs,

    /// Search only the pools that are for this purpose, such as region=eu-west-1,env=prod
    ///
    /// Keys are region, account and the tags of pools. A pool that lacks a key matches every value of it. If several pools
    /// match, those that have the most of these keys are used.
    #[arg(long = "for", help_heading = "Selection", value_name = "KEY=VALUE", value_delimiter = ',', conflicts_with_all = ["places", "why"])]
    pub purpose: Vec<String>,

    /// Leave this prefix out, as if it were in use; may be repeated
    #[arg(long, help_heading = "Selection", value_name = "PREFIX", value_delimiter = ',')]
    pub except: Vec<String>,

    /// Ignore networks that are not connected to this one (id or name), so the answer may overlap them
    ///
    /// Networks are connected by any path of peerings, hubs, VPNs and routing domains. Networks that are not connected
    /// but overlap the answer are listed. Ranges, plans and networks known only from links always count as in use.
    #[arg(long, help_heading = "Selection", value_name = "NETWORK")]
    pub reachable_from: Option<String>,

    /// List what uses addresses of this prefix, and since when, according to saved snapshots
    #[arg(long, help_heading = "Selection", value_name = "PREFIX", conflicts_with_all = ["places", "require"])]
    pub why: Option<String>,

    /// Fail with exit code 1 unless each pool can give a prefix of this size
    #[arg(long, help_heading = "Gate", value_name = "SIZE")]
    pub require: Option<String>,

    /// Plan the network that this file describes, with its subnets spread over zones
    ///
    /// Keeps what exists, and chooses a free prefix for a network that does not exist yet. docs/network-plans.md
    /// describes the file.
    #[arg(long, help_heading = "Plan", value_name = "FILE", conflicts_with_all = ["size", "require", "why", "reachable_from"])]
    pub plan: Option<PathBuf>,

    /// Keep the layout of an earlier plan: a file that -o json wrote
    #[arg(long, help_heading = "Plan", value_name = "FILE", requires = "plan")]
    pub keep: Option<PathBuf>,

    /// Read this JSON document, or `-` for standard input; -o state writes it with the answer added
    ///
    /// A plan in the document is kept. netcensus refuses the document if an earlier step failed or was incomplete, or if its
    /// inventory is older than --max-age.
    #[arg(long, help_heading = "Pipes", value_name = "FILE")]
    pub state: Option<PathBuf>,

    /// Answer, and exit with 0 or 1, even if the scan is incomplete; the prefixes may be in use
    #[arg(long, help_heading = "Gate")]
    pub allow_incomplete: bool,

    /// Where reservations are kept.
    #[command(flatten)]
    pub store: ReservationStoreArgs,

    /// Ranges outside the clouds, and planned prefixes.
    #[command(flatten)]
    pub ranges: RangeArgs,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the report [default: table]
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short, long, visible_alias = "format", ignore_case = true, value_name = "FORMAT", help_heading = "Output", value_parser = formats(Content::Free))]
    pub output: Option<String>,

    /// Show every row and column in full width
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}

/// Which prefixes to print.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Selection")]
pub struct WantedArgs {
    /// Print only a free prefix of this size; 1 to 128 is a prefix length, a larger number is a number of addresses
    ///
    /// netcensus uses the smallest free block that is large enough, so that large blocks stay whole. It reserves
    /// nothing, so the same inventory gives the same answer.
    #[arg(long, value_name = "SIZE", conflicts_with_all = ["require", "why"])]
    pub size: Option<String>,

    /// Print this many prefixes, one per line
    #[arg(long, value_name = "N", requires = "size", default_value_t = 1, value_parser = |text: &str| numbers::parse_number(text, 1_u32, 65_536))]
    pub count: u32,

    /// Begin at the end of the pool
    #[arg(long, requires = "size")]
    pub from_end: bool,

    /// Take the first free prefix, even if that splits a large free block
    #[arg(long, requires = "size")]
    pub first_fit: bool,
}
