//! What can be wrong with addresses: the classes of findings and the levels at which they are looked for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A class of findings. `docs/findings.md` describes each for users; the codes never change their meaning.
///
/// Orders worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Networks that are connected, by links or a declared routing domain, use the same addresses: it hurts now.
    Connected,
    /// A planned prefix overlaps existing addresses, or another planned prefix.
    Planned,
    /// A network uses addresses of a range outside the clouds, or two such ranges collide.
    External,
    /// Something uses addresses that are reserved for a network which does not exist yet.
    ReservationTaken,
    /// Networks that are not connected yet use the same addresses: they cannot be connected.
    Latent,
    /// A subnet is outside the blocks of its network.
    OutsideNetwork,
    /// AWS default VPCs in 172.31.0.0/16, or secondary blocks in 100.64.0.0/10, alike by design.
    DefaultNetwork,
    /// A network uses special-purpose addresses or those of a container bridge, which breaks clients in it.
    Reserved,
}

impl Class {
    /// Every class, worst first.
    pub const ALL: [Self; 8] = [
        Self::Connected,
        Self::Planned,
        Self::External,
        Self::ReservationTaken,
        Self::Latent,
        Self::OutsideNetwork,
        Self::DefaultNetwork,
        Self::Reserved,
    ];

    /// The classes that fail by default.
    pub const FAILING: [Self; 6] = [
        Self::Connected,
        Self::Planned,
        Self::External,
        Self::ReservationTaken,
        Self::Latent,
        Self::OutsideNetwork,
    ];

    /// Tells whether such a finding may have a single member. The others are about what two of them have in common.
    #[must_use]
    pub const fn may_have_one_member(self) -> bool {
        matches!(self, Self::Reserved | Self::ReservationTaken | Self::OutsideNetwork)
    }

    /// The word for all classes in flags and in the configuration.
    pub const EVERY: &str = "all";

    /// The word for no class in flags and in the configuration.
    pub const NO: &str = "none";

    /// Finds a class by its name or code, in upper or lower case.
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        let is_meant = |class: &Self| {
            text.eq_ignore_ascii_case(class.as_str()) || text.eq_ignore_ascii_case(class.code())
        };
        Self::ALL.into_iter().find(is_meant)
    }

    /// Returns the name used in documents, flags and tables; also the anchor in `docs/findings.md`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Planned => "planned",
            Self::External => "external",
            Self::ReservationTaken => "reservation-taken",
            Self::Latent => "latent",
            Self::OutsideNetwork => "outside-network",
            Self::DefaultNetwork => "default-network",
            Self::Reserved => "reserved",
        }
    }

    /// Returns the stable code, such as `NC101`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connected => "NC101",
            Self::Latent => "NC102",
            Self::Planned => "NC103",
            Self::External => "NC104",
            Self::DefaultNetwork => "NC105",
            Self::Reserved => "NC106",
            Self::OutsideNetwork => "NC107",
            Self::ReservationTaken => "NC108",
        }
    }

    /// Says in one sentence, without a final stop, what such a finding means.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Connected => "Connected networks use the same addresses, so some cannot be reached",
            Self::Planned => "A planned prefix overlaps existing addresses",
            Self::External => "A range outside the clouds uses the same addresses",
            Self::ReservationTaken => "Something uses addresses that are reserved for another network",
            Self::Latent => "Unconnected networks use the same addresses, so they cannot be connected",
            Self::OutsideNetwork => "A subnet lies outside the network that it belongs to",
            Self::DefaultNetwork => {
                "Networks use the same default or shared address space, as the clouds intend"
            }
            Self::Reserved => "A network uses special-purpose addresses, which some hosts cannot reach",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Address blocks of networks.
    Networks,
    /// Prefixes of subnets, and those of ranges that have no subnets.
    Subnets,
    /// Both, each by itself.
    All,
}

impl Level {
    /// Every choice, in the order in which messages list them.
    pub const ALL: [Self; 3] = [Self::Networks, Self::Subnets, Self::All];

    /// Returns the name used in documents, flags and the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::Subnets => "subnets",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
