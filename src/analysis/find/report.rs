//! The report of `find`, which every format renders.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{
    Coverage, Instance, Interface, Kind, Link, LinkKind, Network, PlannedPrefix, Provider, Range,
    Reservation, Subnet,
};

/// The version of the document's format.
pub const FIND_VERSION: u32 = 1;

/// What was asked for, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindReport<'a> {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: &'a str,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read that could add to an answer.
    pub complete: bool,
    /// An answer for each thing, in the order of the command line.
    pub answers: Vec<FindAnswer<'a>>,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
    /// The scopes that could not be read and could add to an answer.
    pub coverage: Vec<&'a Coverage>,
}

/// Where a thing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindAnswer<'a> {
    /// The thing, as it was typed.
    pub query: String,
    /// What it is.
    pub kind: ThingKind,
    /// The thing as it was understood: without the mask of an address, and the twelve digits of a hardware address.
    pub value: String,
    /// The answer in a word.
    pub status: FindStatus,
    /// Whether everything was read that could add to this answer.
    pub complete: bool,
    /// What has it. Of an address the narrowest first; of a prefix networks and ranges first, then what is in them.
    pub matches: Vec<FindMatch<'a>>,
    /// What is joined to the networks among the matches.
    pub joined: Vec<NetworkLinks<'a>>,
    /// The hubs that these networks are joined to, with all members.
    pub hubs: Vec<HubMembers<'a>>,
    /// The parts of a prefix that nothing has; `null` where that is not known, and for other things.
    #[schemars(with = "Option<Vec<String>>")]
    pub free: Option<Vec<IpNet>>,
    /// Names that the user may have meant, where nothing was found.
    pub suggestions: Vec<String>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
}

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThingKind {
    /// An IPv4 or IPv6 address.
    Address,
    /// A prefix.
    Prefix,
    /// A hardware address.
    Mac,
    /// An id or a name.
    Name,
    /// A pattern of ids and names.
    Glob,
}

impl ThingKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Prefix => "prefix",
            Self::Mac => "mac",
            Self::Name => "name",
            Self::Glob => "glob",
        }
    }
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindStatus {
    /// It is in use or exists.
    Found,
    /// Other prefixes contain all of the prefix.
    Taken,
    /// Other prefixes contain some of the prefix.
    PartlyTaken,
    /// Nothing overlaps the prefix, and everything was read.
    Free,
    /// The address lies in a network in which nothing has it, and everything was read.
    Unassigned,
    /// There is no such thing, and everything was read.
    NotFound,
    /// Nothing was found, and something could not be read.
    Unknown,
}

impl FindStatus {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Taken => "taken",
            Self::PartlyTaken => "partly-taken",
            Self::Free => "free",
            Self::Unassigned => "unassigned",
            Self::NotFound => "not-found",
            Self::Unknown => "unknown",
        }
    }

    /// Tells whether something has the thing.
    #[must_use]
    pub const fn is_found(self) -> bool {
        matches!(self, Self::Found | Self::Taken | Self::PartlyTaken)
    }
}

/// Something that has the thing, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindMatch<'a> {
    /// What it is.
    pub what: MatchKind,
    /// How it has the thing.
    pub relation: MatchRelation,
    /// What the cloud keeps the address for.
    pub reserved_for: Option<&'static str>,
    /// The addresses that it has of the thing.
    pub addresses: Vec<IpAddr>,
    /// The prefix of it that the address lies in, or that overlaps the prefix.
    #[schemars(with = "Option<String>")]
    pub prefix: Option<IpNet>,
    /// The cloud; `null` for a planned prefix of no particular cloud.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of a range outside the clouds.
    pub account: Option<String>,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// The interface.
    pub interface: Option<Interface>,
    /// The machine, or the machine that the interface is attached to.
    pub instance: Option<Instance>,
    /// The subnet, or the subnet that it is in. Not repeated for what lies in a prefix.
    pub subnet: Option<&'a Subnet>,
    /// The network, or the network that it is in. Not repeated for what lies in a prefix.
    pub network: Option<&'a Network>,
    /// What the owner of the network is called, where that is another account than the one above.
    pub network_owner: Option<&'a str>,
    /// The link.
    pub link: Option<&'a Link>,
    /// The ends of the link; the hub; or the network of which only the link tells.
    pub ends: Vec<FarEnd<'a>>,
    /// How many resources of each kind the account has; `null` where that is not known.
    pub counts: Option<BTreeMap<Kind, Option<u64>>>,
    /// The range outside the clouds.
    pub range: Option<&'a Range>,
    /// The planned prefix.
    pub planned: Option<&'a PlannedPrefix>,
    /// The reservation.
    pub reservation: Option<&'a Reservation>,
}

/// What has a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchKind {
    /// A network interface.
    Interface,
    /// A machine.
    Instance,
    /// A subnet.
    Subnet,
    /// A network.
    Network,
    /// A network that was not read, or a network outside the clouds, of which a link tells.
    FarNetwork,
    /// A range outside the clouds.
    Range,
    /// A planned prefix.
    Planned,
    /// A reservation (`netcensus reserve`).
    Reservation,
    /// A peering, an attachment or a VPN connection.
    Link,
    /// A transit gateway, VPN gateway or the like.
    Hub,
    /// An account or subscription.
    Account,
}

impl MatchKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interface => "interface",
            Self::Instance => "instance",
            Self::Subnet => "subnet",
            Self::Network => "network",
            Self::FarNetwork => "far-network",
            Self::Range => "range",
            Self::Planned => "planned",
            Self::Reservation => "reservation",
            Self::Link => "link",
            Self::Hub => "hub",
            Self::Account => "account",
        }
    }
}

/// How something has a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchRelation {
    /// It has the address.
    PrivateAddress,
    /// The public address is mapped to it.
    PublicAddress,
    /// The carrier address is mapped to it (AWS Wavelength).
    CarrierAddress,
    /// The address of your own network is mapped to it (AWS Outposts).
    CustomerOwnedAddress,
    /// The address lies in a prefix that is delegated to it.
    DelegatedPrefix,
    /// The cloud keeps the address for itself.
    Reserved,
    /// The address lies in it, and nothing known has the address.
    Unassigned,
    /// It contains the address or prefix.
    Contains,
    /// It has exactly this prefix.
    Equal,
    /// It lies in the prefix.
    Inside,
    /// It has the hardware address.
    Mac,
    /// It has the id.
    Id,
    /// It has the name.
    Name,
    /// It is attached to what has the id.
    AttachedTo,
}

impl MatchRelation {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrivateAddress => "private-address",
            Self::PublicAddress => "public-address",
            Self::CarrierAddress => "carrier-address",
            Self::CustomerOwnedAddress => "customer-owned-address",
            Self::DelegatedPrefix => "delegated-prefix",
            Self::Reserved => "reserved",
            Self::Unassigned => "unassigned",
            Self::Contains => "contains",
            Self::Equal => "equal",
            Self::Inside => "inside",
            Self::Mac => "mac",
            Self::Id => "id",
            Self::Name => "name",
            Self::AttachedTo => "attached-to",
        }
    }
}

/// What is joined to a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NetworkLinks<'a> {
    /// The cloud of the network.
    pub provider: Provider,
    /// Its owner.
    pub account: &'a str,
    /// Its region.
    pub region: &'a str,
    /// Its id.
    pub network: &'a str,
    /// What joins it, and what is on the other side.
    pub links: Vec<JoinedLink<'a>>,
}

/// A link, and what is at its other end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct JoinedLink<'a> {
    /// What is on the other side.
    pub far: FarEnd<'a>,
    /// What the link is.
    pub kind: LinkKind,
    /// Id of the link.
    pub id: &'a str,
    /// Lifecycle state, as the cloud calls it.
    pub state: Option<&'a str>,
}

/// The other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct FarEnd<'a> {
    /// The cloud.
    pub provider: Provider,
    /// The owner, where known.
    pub account: Option<&'a str>,
    /// The owner's name, where known.
    pub account_name: Option<&'a str>,
    /// Region name, where known.
    pub region: Option<&'a str>,
    /// Id of the network or hub, where known.
    pub id: Option<&'a str>,
    /// Its name, where it was read.
    pub name: Option<&'a str>,
    /// The prefixes of the network, or those that the link tells of it.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// Whether it is a hub, such as a transit gateway.
    pub is_hub: bool,
}

/// A hub, and what is joined to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct HubMembers<'a> {
    /// The hub.
    pub hub: FarEnd<'a>,
    /// What is joined to it.
    pub members: Vec<JoinedLink<'a>>,
}
