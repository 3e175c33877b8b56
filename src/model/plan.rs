//! What shall exist and does not yet: planned prefixes, and what a plan takes away.

use std::collections::BTreeSet;

use ipnet::IpNet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Provider;

/// Networks that the user plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlannedChanges {
    /// New prefixes.
    pub prefixes: Vec<PlannedPrefix>,
    /// What the plan destroys or replaces.
    pub removed: Vec<Removal>,
    /// Values that are known only once the plan is applied, and so cannot be compared.
    pub unknown: Vec<UnknownValue>,
    /// Values that seem to be addresses, of types of resources that are not read.
    pub unread: Vec<UnknownValue>,
}

impl PlannedChanges {
    /// Puts `name` before every address, so that those of two plans stay apart.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let addresses: BTreeSet<String> = self.prefixes.iter().map(|prefix| prefix.address.clone()).collect();
        for prefix in &mut self.prefixes {
            prefix.address = format!("{name}: {}", prefix.address);
            let planned = prefix.network.as_ref().filter(|network| addresses.contains(*network));
            if let Some(network) = planned {
                prefix.network = Some(format!("{name}: {network}"));
            }
        }
        for value in self.unknown.iter_mut().chain(&mut self.unread) {
            value.address = format!("{name}: {}", value.address);
        }
        self
    }

    /// Adds everything of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.prefixes.append(&mut other.prefixes);
        self.removed.append(&mut other.removed);
        self.unknown.append(&mut other.unknown);
        self.unread.append(&mut other.unread);
    }
}

/// A prefix that shall come into use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct PlannedPrefix {
    /// What it is of.
    #[serde(rename = "of")]
    pub kind: PlannedKind,
    /// What messages call it: an address of Terraform's such as `module.net.aws_vpc.this[0]`, or the prefix itself.
    pub address: String,
    /// The cloud, where known.
    pub provider: Option<Provider>,
    /// Region, where known.
    pub region: Option<String>,
    /// Display name, where known.
    pub name: Option<String>,
    /// The network that it belongs to: the address of a planned one, the id of an existing one, or the end of that
    /// id from `/resourceGroups/` on, where the plan does not tell the subscription. `None` where nothing tells.
    pub network: Option<String>,
    /// The plan makes the resource, so that it is none that exists.
    pub is_new: bool,
    /// The prefix, canonical.
    #[schemars(with = "String")]
    pub prefix: IpNet,
}

/// What a planned prefix is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlannedKind {
    /// A block of a network.
    Network,
    /// A subnet.
    Subnet,
    /// A network outside the clouds that the plan makes reachable. Several resources may name the same one, and so may
    /// lists of external ranges.
    Remote,
}

/// Something that exists and shall be gone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Removal {
    /// The network with this id, and its subnets.
    Network(String),
    /// The subnet with this id.
    Subnet(String),
    /// A block of the network with this id.
    Block(String, IpNet),
}

/// A value that a plan does not tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnknownValue {
    /// The resource, such as `aws_vpc.main`.
    pub address: String,
    /// The attribute, such as `cidr_block`.
    pub attribute: String,
}
