//! The report of `free`, which every format renders.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::holder::HeldPrefix;
use crate::model::Coverage;

/// The version of the document's format.
pub const FREE_VERSION: u32 = 1;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FreeQuestion {
    /// Where is room?
    Holes,
    /// Which prefixes of a size can I take?
    Size,
    /// Can each pool still give a prefix of a size?
    Require,
    /// What holds addresses of a prefix?
    Why,
}

/// Where there is room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FreeReport<'a> {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: &'a str,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// What was asked.
    pub question: FreeQuestion,
    /// Whether everything was read that may hold a prefix. If not, what looks free is only *not known to be held*.
    pub complete: bool,
    /// An answer for each pool and prefix, in the order of the command line; one for all of them if prefixes of a size
    /// were asked for.
    pub answers: Vec<FreeAnswer<'a>>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
    /// The scopes that could not be read and may hold prefixes.
    pub coverage: Vec<&'a Coverage>,
}

/// The room in a pool or prefix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FreeAnswer<'a> {
    /// The name of the pool, the prefix, or what is searched by default.
    pub query: String,
    /// Whether it is a pool.
    pub is_pool: bool,
    /// The prefixes that are searched.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// The answer in a word.
    pub status: FreeStatus,
    /// How many IPv4 addresses the prefixes have; `null` without any IPv4 prefix. Addresses of IPv6 are not counted.
    pub addresses: Option<u64>,
    /// How many of them are free.
    pub addresses_free: Option<u64>,
    /// The largest free IPv4 prefix, the first of several.
    #[schemars(with = "Option<String>")]
    pub widest: Option<IpNet>,
    /// The largest free IPv6 prefix, the first of several.
    #[schemars(with = "Option<String>")]
    pub widest_ipv6: Option<IpNet>,
    /// The prefixes to take, if you asked for a size.
    pub offer: Option<OfferedPrefixes>,
    /// The free blocks, by address. Two of them have something held between them.
    pub holes: Vec<FreeHole<'a>>,
    /// What holds prefixes in it, with `--why`; `null` otherwise.
    pub held: Option<Vec<HeldToday<'a>>>,
    /// What overlaps the offered prefixes, or the free blocks, but is not joined to the network of `--reachable-from`.
    pub not_joined: Vec<HeldPrefix<'a>>,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FreeStatus {
    /// Nothing known overlaps the free blocks, and everything was read.
    Free,
    /// Nothing known overlaps the free blocks, but something that may overlap them could not be read.
    NotKnownToBeHeld,
    /// There is no free block.
    Full,
}

impl FreeStatus {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::NotKnownToBeHeld => "not-known-to-be-held",
            Self::Full => "full",
        }
    }
}

/// Prefixes of a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfferedPrefixes {
    /// The version of IP: 4 or 6.
    pub ip_version: u8,
    /// Their length.
    pub length: u8,
    /// How many were asked for.
    pub count: u64,
    /// The next free ones: as many as were asked for, or all there are.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// How many could be taken one after the other; `null` above 2^53, which many readers of JSON do not keep exactly.
    pub available: Option<u64>,
    /// Whether there are as many as were asked for.
    pub enough: bool,
}

/// Free addresses without a gap between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FreeHole<'a> {
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
    /// How many addresses there are; `null` for IPv6.
    pub addresses: Option<u64>,
    /// The largest aligned prefix in it, the first of several.
    #[schemars(with = "Option<String>")]
    pub widest: Option<IpNet>,
    /// The aligned prefixes that make it up, by address.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// What holds the address right before it; `null` if it begins with what is searched and that address is free.
    pub before: Option<HeldPrefix<'a>>,
    /// What holds the address right behind it.
    pub after: Option<HeldPrefix<'a>>,
}

/// What holds a prefix, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldToday<'a> {
    /// The prefix and what holds it.
    #[serde(flatten)]
    pub held: HeldPrefix<'a>,
    /// The first and the last kept snapshots that have it; `null` if none has, or ranges and plans hold it.
    pub since: Option<HeldSince>,
}

/// The kept snapshots that have something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldSince {
    /// The first of an unbroken row of snapshots.
    pub first: Sighting,
    /// The last one.
    pub last: Sighting,
}

/// A snapshot that has something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sighting {
    /// When it was taken, in UTC.
    pub at: Timestamp,
    /// Its name, such as `@2026-11-20T06:00:00Z`.
    pub snapshot: String,
}
