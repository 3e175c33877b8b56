//! What reads changed in an inventory: the form in which it is applied, and kept in the journal.

use serde::{Deserialize, Serialize};

use super::account_region::AccountRegion;
use crate::model::{Account, Coverage, Instance, Interface, Link, Network, Subnet};

/// A resource as one account sees it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewChange<T> {
    /// The account and region that listed it.
    pub viewer: AccountRegion,
    /// The resource; as it was before, if it is gone.
    pub row: T,
    /// Whether that account does not list it any more.
    pub is_gone: bool,
}

/// What reads changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delta {
    /// Networks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<ViewChange<Network>>,
    /// Subnets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<ViewChange<Subnet>>,
    /// Instances.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<ViewChange<Instance>>,
    /// Interfaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<ViewChange<Interface>>,
    /// Links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ViewChange<Link>>,
    /// All accounts, where these changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<Account>>,
    /// The whole coverage, where it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Vec<Coverage>>,
}

impl Delta {
    /// Adds what changed after this.
    pub fn append(&mut self, mut later: Self) {
        self.networks.append(&mut later.networks);
        self.subnets.append(&mut later.subnets);
        self.instances.append(&mut later.instances);
        self.interfaces.append(&mut later.interfaces);
        self.links.append(&mut later.links);
        self.accounts = later.accounts.or(self.accounts.take());
        self.coverage = later.coverage.or(self.coverage.take());
    }

    /// Tells whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
