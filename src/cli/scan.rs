//! `netcensus scan`.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::kinds::{kind_named, possible_value};
use super::output::OutputArgs;
use super::repeat::RepeatArgs;
use super::source::SourceArgs;
use super::store::SaveArgs;
use crate::model::Kind;

/// Options of `netcensus scan`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus scan --sandbox\n  \
    netcensus scan instances --aws-profile 'prod-*' --region 'eu-*' --filter state=running\n  \
    netcensus scan all --aws-org --aws-org-role netcensus-read --save\n  \
    netcensus scan subnets --from @latest --filter contains-ip=10.1.2.3\n  \
    netcensus scan vms,nics --from @latest -o ndjson\n\n\
    Exit codes: 0 complete; 2 wrong usage, or netcensus could not sign in to any account; 3 incomplete",
    mut_arg("watch", |watch| watch.conflicts_with_all(["save", "dry_run"])))]
pub struct ScanArgs {
    /// What to list, comma-separated
    ///
    /// The singular and the clouds' own words work too: vpc, vnets, vms, ec2, enis, nics, peerings.
    #[arg(
        value_name = "KIND",
        value_delimiter = ',',
        num_args = 1,
        default_value = "networks",
        ignore_case = true,
        value_parser = kinds_or_all()
    )]
    pub kinds: Vec<String>,

    /// List the accounts, regions and API calls a scan would use, without reading resources
    ///
    /// For this, netcensus signs in, and lists accounts and regions.
    #[arg(long, help_heading = "Source", conflicts_with_all = ["from", "columns", "sort", "filters", "groups", "query", "save", "max_age"])]
    pub dry_run: bool,

    /// Also read what a later `usage --from` needs: CIDR reservations of AWS subnets, and Azure's counts of addresses
    ///
    /// This takes one request per AWS subnet, and one per Azure virtual network that has subnets of services, such as gateways.
    #[arg(long, help_heading = "Source", conflicts_with = "from")]
    pub for_usage: bool,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Whether to save it.
    #[command(flatten)]
    pub save: SaveArgs,

    /// What to show.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Whether it is repeated.
    #[command(flatten)]
    pub repeat: RepeatArgs,
}

impl ScanArgs {
    /// Returns the kinds to list, each once, in the order of documents.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let is_asked_for = |kind: &Kind| {
            self.kinds.iter().any(|typed| typed.eq_ignore_ascii_case(ALL) || kind_named(typed) == Some(*kind))
        };
        Kind::ALL.into_iter().filter(is_asked_for).collect()
    }
}

/// The word for every kind.
const ALL: &str = "all";

fn kinds_or_all() -> PossibleValuesParser {
    let kinds = Kind::ALL.map(|kind| possible_value(kind).help(describe(kind)));
    PossibleValuesParser::new(kinds.into_iter().chain([PossibleValue::new(ALL).help("Everything")]))
}

const fn describe(kind: Kind) -> &'static str {
    match kind {
        Kind::Networks => "VPCs, VNets and virtual hubs, with their numbers of subnets and instances",
        Kind::Subnets => "Subnets, with their free addresses",
        Kind::Instances => "Virtual machines",
        Kind::Interfaces => "Network interfaces: everything that has an address",
        Kind::Links => "Peerings, attachments to transit gateways and virtual hubs, VPN connections of AWS",
    }
}
