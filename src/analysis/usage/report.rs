//! The report of `usage`, which every format renders.

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::address_units::AddressUnits;
use super::held::HeldAddresses;
use super::percent::Percent;
use super::trend::UsageTrend;
use crate::exit::Exit;
use crate::model::{Coverage, Provider};

/// The version of the document's format.
pub const USAGE_VERSION: u32 = 1;

/// How full address space is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UsageReport {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// What the rows are.
    pub of: UsageKind,
    /// Whether everything was read that could add a row or a number.
    pub complete: bool,
    /// What fails: `warning`, `critical`, `full-in=30d`.
    pub fail_on: Vec<String>,
    /// The exit code of the command.
    #[serde(rename = "exit_code")]
    #[schemars(with = "u8")]
    pub exit: Exit,
    /// How many rows have each status.
    pub counts: UsageCounts,
    /// How many kept snapshots the trends come from; `null` where none was asked for.
    pub snapshots: Option<usize>,
    /// The rows, the fullest first.
    pub rows: Vec<UsageRow>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
    /// The scopes that could not be read and could add to a row.
    pub coverage: Vec<Coverage>,
}

/// How many rows have each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsageCounts {
    /// Within the limits.
    pub ok: usize,
    /// Past a limit of a warning.
    pub warning: usize,
    /// Past a limit of what is critical.
    pub critical: usize,
    /// Not known.
    pub unknown: usize,
    /// Rows that make the command fail.
    pub failing: usize,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsageKind {
    /// A subnet: the addresses that machines can have.
    Subnet,
    /// A network: its addresses, of which those are used that it gave to subnets.
    Network,
    /// An account or subscription: the addresses that machines can have in its subnets.
    Account,
    /// A pool of `netcensus.toml`: its addresses, of which those are used that networks, reservations and whatever else
    /// hold. What is free is what `free POOL` gives out.
    Pool,
}

impl UsageKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subnet => "subnet",
            Self::Network => "network",
            Self::Account => "account",
            Self::Pool => "pool",
        }
    }

    /// Returns the plural, which the command line takes.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Subnet => "subnets",
            Self::Network => "networks",
            Self::Account => "accounts",
            Self::Pool => "pools",
        }
    }
}

/// How full something is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsageStatus {
    /// Past a limit of what is critical.
    Critical,
    /// Past a limit of a warning.
    Warning,
    /// A number that a limit is about is not known.
    Unknown,
    /// Within all limits.
    Ok,
}

impl UsageStatus {
    /// Every status, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::Warning, Self::Unknown, Self::Ok];

    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
        }
    }
}

/// How full one subnet, network, pool or account is. Numbers are of IPv4; what is `null` is not known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UsageRow {
    /// What it is.
    pub kind: UsageKind,
    /// The cloud.
    pub provider: Option<Provider>,
    /// Id of the account or subscription that owns it.
    pub account: Option<String>,
    /// Name of that account.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Availability zone name.
    pub zone: Option<String>,
    /// Id of the network that it is in.
    pub network: Option<String>,
    /// Name of that network.
    pub network_name: Option<String>,
    /// Native id; the name of a pool.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// IPv4 prefixes.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// What a subnet is set aside for, such as `gateway`.
    pub purpose: Option<String>,
    /// How full it is, in a word.
    pub status: UsageStatus,
    /// Whether it makes the command fail.
    pub fails: bool,
    /// The limits that it is past, as they are written, such as `90%` and `free<32`; the gravest level only.
    pub crossed: Vec<String>,
    /// How full it is, in a sentence.
    pub message: String,
    /// Addresses that there are. Of subnets and accounts those that machines can have.
    pub addresses_total: Option<u64>,
    /// Those in use; of a network those of its subnets, with the addresses that the cloud keeps. Of a pool so many at least,
    /// if not everything could be read.
    pub addresses_used: Option<u64>,
    /// Those that are free.
    pub addresses_free: Option<u64>,
    /// The share in use, in percent with two decimals, rounded down.
    pub used_percent: Option<Percent>,
    /// The addresses of the largest free block that is aligned as a prefix must be; 0 if nothing is free.
    pub largest_free_block: Option<u64>,
    /// How many free blocks of 16 addresses (/28) there are, aligned: what prefixes for EKS nodes are taken from.
    pub free_blocks: Option<u64>,
    /// What holds the addresses of a subnet or pool; `null` for a subnet where interfaces were not read.
    pub held: Option<Vec<HeldAddresses>>,
    /// The addresses that machines can have in the subnets of a network.
    pub in_subnets: Option<AddressCounts>,
    /// Network address units of a VPC, which AWS has a quota of; `null` where interfaces do not tell how many there are.
    pub address_units: Option<AddressUnits>,
    /// Those of a VPC and all VPCs that are peered with it in its region, of which AWS has a quota too; `null` where the links
    /// or a peer were not read, or its units cannot be counted.
    pub peered_address_units: Option<AddressUnits>,
    /// How many subnets a network or account has.
    pub subnets: Option<usize>,
    /// How many of these the cloud does not count; they are in no other number of an account, nor in `in_subnets`.
    pub uncounted_subnets: Option<usize>,
    /// How it changed, from kept snapshots; `null` where that was not asked for.
    pub trend: Option<UsageTrend>,
}

/// Addresses that machines can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddressCounts {
    /// How many there are.
    pub total: u64,
    /// How many are in use.
    pub used: u64,
    /// How many are free.
    pub free: u64,
    /// The share in use, in percent with two decimals, rounded down.
    pub used_percent: Option<Percent>,
}

impl AddressCounts {
    /// Makes one of how many there are and how many are in use.
    #[must_use]
    pub fn new(total: u64, used: u64) -> Self {
        Self { total, used, free: total.saturating_sub(used), used_percent: Percent::new(used, total) }
    }
}
