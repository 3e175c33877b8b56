//! `netcensus scan`.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::kinds::possible_value;
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
    netcensus scan subnets --from @latest --filter contains-ip=10.1.2.3\n  \
    netcensus scan vms,nics --from @latest -o ndjson\n\n\
    Exit codes: 0 complete, 2 wrong usage, or nothing could be read, 3 incomplete")]
pub struct ScanArgs {
    /// What to list, comma-separated
    ///
    /// The singular and the words of the clouds are understood too: vpc, vnets, vms, ec2, enis, nics, peerings.
    #[arg(
        value_enum,
        ignore_case = true,
        value_name = "KIND",
        value_delimiter = ',',
        num_args = 1,
        default_value = "networks"
    )]
    pub kinds: Vec<KindArg>,

    /// List the accounts, regions and API calls a scan would use, without reading resources
    ///
    /// It signs in and lists accounts and regions.
    #[arg(long, help_heading = "Source", conflicts_with_all = ["from", "columns", "sort", "filters", "groups", "query", "save", "max_age"])]
    pub dry_run: bool,

    /// Also read what `netcensus usage --from` needs of a saved inventory: the CIDR reservations of AWS subnets
    ///
    /// Takes a request for each subnet.
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
}

impl ScanArgs {
    /// Returns the kinds to list, each once, in the order of documents.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let is_asked_for = |kind: &Kind| {
            self.kinds.iter().any(|asked| matches!(asked, KindArg::All) || *asked == KindArg::One(*kind))
        };
        Kind::ALL.into_iter().filter(is_asked_for).collect()
    }
}

/// What to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindArg {
    /// One kind.
    One(Kind),
    /// Every kind.
    All,
}

impl ValueEnum for KindArg {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::One(Kind::Networks),
            Self::One(Kind::Subnets),
            Self::One(Kind::Instances),
            Self::One(Kind::Interfaces),
            Self::One(Kind::Links),
            Self::All,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let Self::One(kind) = self else { return Some(PossibleValue::new("all").help("Everything")) };
        Some(possible_value(*kind).help(match kind {
            Kind::Networks => "VPCs, VNets and virtual hubs, with their numbers of subnets and instances",
            Kind::Subnets => "Subnets, with their free addresses",
            Kind::Instances => "Virtual machines",
            Kind::Interfaces => "Network interfaces: everything that has an address",
            Kind::Links => {
                "Peerings, attachments to transit gateways and virtual hubs, VPN connections of AWS"
            }
        }))
    }
}
