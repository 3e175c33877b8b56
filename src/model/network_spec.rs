//! A network that you plan, as its file describes it: how large it is, and which subnets it has in which zones.

use ipnet::IpNet;

use super::Provider;

/// A network with named subnets, checked against the rules of its cloud.
///
/// The order of the subnets and zones in the file means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSpec {
    /// The name by which the network is found once it exists.
    pub name: String,
    /// The cloud that it is for; never [`Provider::External`].
    pub provider: Provider,
    /// The account or subscription, by its id or name.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// The pools and prefixes that its prefix is taken from.
    pub within: Vec<String>,
    /// Its IPv4 prefix, if the file fixes it.
    pub prefix: Option<IpNet>,
    /// The length of its IPv4 prefix; `None` for the narrowest in which everything has room.
    pub size: Option<u8>,
    /// Where its IPv6 prefix comes from, if it has one.
    pub ipv6: Option<Ipv6Source>,
    /// The zones that it is in now.
    pub zones: Zones,
    /// The greatest number of zones that it will ever be in; room is kept for them. At least the number of `zones`.
    pub max_zones: usize,
    /// The subnets, each name once; never empty.
    pub subnets: Vec<SubnetSpec>,
}

/// Where the IPv6 prefix of a planned network comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ipv6Source {
    /// The cloud assigns it when the network is made: it is known once the network exists.
    Assigned,
    /// The file names it.
    Prefix(IpNet),
}

/// The zones that a planned network is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Zones {
    /// None is mentioned: each subnet has one prefix.
    Unsaid,
    /// So many, whichever they are; at least one.
    Count(usize),
    /// These, each once.
    Named(Vec<String>),
}

impl Zones {
    /// Counts them; 1 where none is mentioned.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Unsaid => 1,
            Self::Count(count) => *count,
            Self::Named(names) => names.len(),
        }
    }
}

/// A subnet of a planned network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetSpec {
    /// The name by which it is found once it exists; with a zone's name behind it if it is in each zone.
    pub name: String,
    /// The length of its prefix in each zone.
    pub size: u8,
    /// The length of what it may grow to in each zone; at most `size`.
    pub max_size: u8,
    /// Whether it has a prefix of its own in each zone.
    pub per_zone: bool,
    /// Where it is written, such as `network.toml:12`.
    pub place: String,
}
