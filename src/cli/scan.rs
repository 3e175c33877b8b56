//! `netcensus scan`.

use clap::{Args, ValueEnum};

use super::output::OutputArgs;
use super::source::SourceArgs;
use super::store::SaveArgs;
use crate::model::Kind;

/// Options of `netcensus scan`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus scan --sandbox\n  \
    netcensus scan instances --aws-profile 'prod-*' --region 'eu-*' --filter state=running\n  \
    netcensus scan all --aws-org --aws-org-role netcensus-read --save\n  \
    netcensus scan subnets --from @latest --filter contains-ip=10.1.2.3\n\n\
    Exit codes: 0 complete, 2 wrong usage, or nothing could be read, 3 incomplete")]
pub struct ScanArgs {
    /// What to list
    #[arg(value_enum, default_value_t)]
    pub kind: KindArg,

    /// List the accounts, regions and API calls a scan would use, without reading resources
    ///
    /// It signs in and lists accounts and regions.
    #[arg(long, help_heading = "Source", conflicts_with_all = ["from", "columns", "sort", "filters", "query", "save", "max_age"])]
    pub dry_run: bool,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Whether to save it.
    #[command(flatten)]
    pub save: SaveArgs,

    /// What to show.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KindArg {
    /// VPCs, VNets and virtual hubs, with their numbers of subnets and instances
    #[default]
    Networks,
    /// Subnets, with their free addresses
    Subnets,
    /// Virtual machines
    Instances,
    /// Network interfaces: everything that has an address
    Interfaces,
    /// Peerings, attachments to transit gateways and virtual hubs, VPN connections of AWS
    Links,
    /// Everything
    All,
}

impl KindArg {
    /// Returns the kinds it stands for.
    #[must_use]
    pub fn kinds(self) -> Vec<Kind> {
        match self {
            Self::Networks => vec![Kind::Networks],
            Self::Subnets => vec![Kind::Subnets],
            Self::Instances => vec![Kind::Instances],
            Self::Interfaces => vec![Kind::Interfaces],
            Self::Links => vec![Kind::Links],
            Self::All => Kind::ALL.to_vec(),
        }
    }
}
