//! What holds a prefix, so that it is not free.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Provider, Reservation};

/// A prefix that is not free, and what holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldPrefix<'a> {
    /// The prefix.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// What holds it.
    #[serde(flatten)]
    pub holder: Holder<'a>,
}

impl<'a> From<&'a Reservation> for HeldPrefix<'a> {
    fn from(reservation: &'a Reservation) -> Self {
        let holder = Holder {
            id: Some(&reservation.name),
            account: Some(&reservation.owner),
            ..Holder::new(HolderKind::Reservation)
        };
        Self { prefix: reservation.prefix, holder }
    }
}

/// What holds a prefix. What is not known is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holder<'a> {
    /// What it is.
    pub kind: HolderKind,
    /// Its id: that of the cloud, the address in a Terraform plan, the name of a pool or reservation.
    pub id: Option<&'a str>,
    /// Display name; what a range is for.
    pub name: Option<&'a str>,
    /// The cloud.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of a range outside the clouds; the owner of a reservation.
    pub account: Option<&'a str>,
    /// The account's name.
    pub account_name: Option<&'a str>,
    /// Region name.
    pub region: Option<&'a str>,
    /// Id of the network that a subnet is in; id of the link that tells of a far network.
    pub part_of: Option<&'a str>,
    /// Where this is known from, such as `inventory` or `plan`.
    pub source: &'a str,
}

impl<'a> Holder<'a> {
    /// Begins with a holder of which nothing else is known.
    #[must_use]
    pub const fn new(kind: HolderKind) -> Self {
        Self {
            kind,
            id: None,
            name: None,
            provider: None,
            account: None,
            account_name: None,
            region: None,
            part_of: None,
            source: kind.source(),
        }
    }

    /// Returns the shortest text that names it.
    #[must_use]
    pub fn label(&self) -> &'a str {
        let text = self.name.or(self.id).or(self.account);
        text.filter(|text| !text.is_empty()).unwrap_or(self.kind.as_str())
    }

    /// Names it with its kind and account: `network vpc-1 of shop`.
    #[must_use]
    pub fn describe(&self) -> String {
        let account = self.account_name.or(self.account).map(|account| format!(" of {account}"));
        format!("{} {}{}", self.kind.as_str(), self.label(), account.unwrap_or_default())
    }
}

/// What holds a prefix. Of several with one prefix, the first of these is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HolderKind {
    /// A VPC, VNet or virtual hub.
    Network,
    /// A subnet, also one whose network was not read.
    Subnet,
    /// A network that was not read, or a network outside the clouds, of which a link tells.
    FarNetwork,
    /// A range outside the clouds.
    Range,
    /// A prefix that you plan to use.
    Planned,
    /// A prefix that is reserved for a network that does not exist yet.
    Reservation,
    /// A pool within the pool that is searched.
    Pool,
    /// A prefix that a pool never gives out (`reserved`).
    PoolReserved,
    /// A prefix that you excluded (`--except`).
    Excluded,
    /// A range of container bridges, which answers on every host that runs them.
    ContainerBridge,
    /// A range that a cloud needs for itself, or that is set aside by an RFC.
    SpecialPurpose,
    /// The default VPC of a region that could not be read: AWS makes one in every region.
    DefaultNetwork,
}

impl HolderKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Subnet => "subnet",
            Self::FarNetwork => "far-network",
            Self::Range => "range",
            Self::Planned => "planned",
            Self::Reservation => "reservation",
            Self::Pool => "pool",
            Self::PoolReserved => "pool-reserved",
            Self::Excluded => "excluded",
            Self::ContainerBridge => "container-bridge",
            Self::SpecialPurpose => "special-purpose",
            Self::DefaultNetwork => "default-network",
        }
    }

    /// Returns where holders of this kind are known from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Network | Self::Subnet => "inventory",
            Self::FarNetwork => "links",
            Self::Range => "external ranges",
            Self::Planned => "plan",
            Self::Reservation => "reservations",
            Self::Pool | Self::PoolReserved => "pools",
            Self::Excluded => "--except",
            Self::ContainerBridge => "overlap.container-bridges",
            Self::SpecialPurpose => "address registries",
            Self::DefaultNetwork => "coverage",
        }
    }
}
