//! The plan of a network, which every format renders, and which a later plan is made from.

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Provider;

/// The version of the document's format.
pub const PLAN_VERSION: u32 = 1;

/// A network with its subnets, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkPlan {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read that may have a part of the network's prefix, and everything has its place.
    pub complete: bool,
    /// The name of the network.
    pub name: String,
    /// The cloud.
    pub provider: Provider,
    /// The account or subscription that the file names, or that has the network.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// The id of the network; `null` until it exists.
    pub network: Option<String>,
    /// Whether the network is new.
    pub status: PlanStatus,
    /// The prefixes of the network, IPv4 first.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// The zones that it is in, in order.
    pub zones: Vec<String>,
    /// How many zones there is room for.
    pub max_zones: usize,
    /// The subnets, by name and zone.
    pub subnets: Vec<PlannedSubnet>,
    /// Prefixes that are kept for zones to come, by name.
    pub held: Vec<HeldSlot>,
    /// What is neither used nor held, as aligned prefixes by address.
    #[schemars(with = "Vec<String>")]
    pub left: Vec<IpNet>,
    /// How many IPv4 addresses `left` has.
    pub left_addresses: u64,
    /// What cannot be done as the file says, a sentence each; the command exits with 1 then.
    pub problems: Vec<String>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
    /// Why it is not complete, a sentence each.
    pub missing: Vec<String>,
}

impl NetworkPlan {
    /// Returns a plan that was read from a document.
    ///
    /// # Errors
    /// When a newer version wrote it.
    pub fn checked(self) -> Result<Self, String> {
        match self.schema_version {
            ..=PLAN_VERSION => Ok(self),
            newer => Err(format!("it has version {newer}, and this netcensus reads version {PLAN_VERSION}")),
        }
    }
}

/// Whether something is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlanStatus {
    /// It exists in the inventory.
    Exists,
    /// It does not exist, and has its prefix from the file or an earlier plan.
    Kept,
    /// It has its prefix from this plan.
    New,
}

impl PlanStatus {
    /// Returns the name used in documents and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Kept => "kept",
            Self::New => "new",
        }
    }
}

/// A subnet of a planned network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedSubnet {
    /// The name that the file gives it.
    pub name: String,
    /// Its zone; `null` if it is for all zones.
    pub zone: Option<String>,
    /// Its IPv4 prefix.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// Its IPv6 prefix; `null` without one.
    #[schemars(with = "Option<String>")]
    pub ipv6_prefix: Option<IpNet>,
    /// How many IPv4 addresses machines can have in it: the cloud keeps five of each prefix.
    pub addresses: u64,
    /// What it may grow to without touching another subnet.
    #[schemars(with = "String")]
    pub grows_to: IpNet,
    /// Whether it is new.
    pub status: PlanStatus,
    /// Its id; `null` until it exists.
    pub id: Option<String>,
}

/// A prefix that is kept for a zone to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldSlot {
    /// The name of the subnet.
    pub name: String,
    /// The prefix.
    #[schemars(with = "String")]
    pub prefix: IpNet,
}
