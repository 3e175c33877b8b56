//! What the owners of an estate declare about it: collisions they accept, which networks route to one another, and the
//! pools that prefixes are taken from.

use ipnet::IpNet;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Provider, Tags};

/// Selects networks; everything that is said must hold, and at least one thing is said.
///
/// Texts are globs over the whole value, in which case does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkSelector {
    /// The cloud.
    pub provider: Option<Provider>,
    /// Id or name of the account; the site of an external range.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Id or name of the network.
    pub network: Option<String>,
    /// A tag: its key exactly, and a glob over its value.
    pub tag: Option<(String, String)>,
    /// The network's prefix in question lies within this one; for a routing domain, any of its blocks does.
    pub prefix: Option<IpNet>,
}

/// An entry of the allow list: collisions that the user accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Which collisions.
    pub covers: Covers,
    /// Why; never empty.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Where it is written, such as `netcensus.toml:12`.
    pub place: String,
}

/// Which collisions an entry of the allow list covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covers {
    /// Those with a selected network on either side.
    Any(NetworkSelector),
    /// Those with one selected by each.
    Between(NetworkSelector, NetworkSelector),
}

/// A routing domain: its networks reach one another, whatever the links say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: String,
    /// Its networks: those that any selector selects.
    pub members: Vec<NetworkSelector>,
    /// Names of domains that it never routes to.
    pub isolated_from: Vec<String>,
}

/// A range that no cloud knows: of a data centre, a partner, a VPN pool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Range {
    /// Where it is in use. Ranges of one site do not collide with one another.
    pub site: String,
    /// The prefix, canonical.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// What it is for.
    pub name: Option<String>,
    /// The routing domain that it belongs to.
    pub domain: Option<String>,
    /// The id of the cloud's network that it is a prefix of, where the list tells it.
    pub network: Option<String>,
}

/// A named set of prefixes that networks are taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pool {
    /// Its name, which no other pool has.
    pub name: String,
    /// Its prefixes, in the order of the file; never empty.
    pub prefixes: Vec<IpNet>,
    /// Names of the regions that it is for; empty means all.
    pub regions: Vec<String>,
    /// Ids or names of the accounts that it is for; empty means all.
    pub accounts: Vec<String>,
    /// What else it is for, such as `env = "prod"`.
    pub tags: Tags,
    /// Prefixes of it that are never given out.
    pub reserved: Vec<IpNet>,
}
