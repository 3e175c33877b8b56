//! The one document that every command reads and `scan` writes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Account, Coverage, Instance, Interface, Kind, Link, Network, Outcome, Resources, Shard, Subject, Subnet,
};

/// The version of the document's shape; another number means another shape.
///
/// Documents of every earlier version are read too. What version 1 did not have is unknown in them: delegated prefixes,
/// carrier and customer-owned addresses, zone ids, operators.
pub const SCHEMA_VERSION: u32 = 2;

/// What writes documents and snapshots here: name and version.
pub const GENERATOR: &str = concat!("netcensus ", env!("CARGO_PKG_VERSION"));

/// Everything that was found, and how well we know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Version of this shape; readers refuse what they do not know.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When reading began, in UTC.
    pub taken_at: Timestamp,
    /// Filters that rows were dropped by; a filtered document is not a whole inventory.
    pub filters: Vec<String>,
    /// The part of the estate that was read, where several machines share it; left out when it is the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Accounts and subscriptions in scope.
    pub accounts: Vec<Account>,
    /// Networks, in canonical order.
    pub networks: Vec<Network>,
    /// Subnets, in canonical order.
    pub subnets: Vec<Subnet>,
    /// Instances, in canonical order.
    pub instances: Vec<Instance>,
    /// Interfaces, in canonical order.
    pub interfaces: Vec<Interface>,
    /// Links, in canonical order.
    pub links: Vec<Link>,
    /// The outcome of every scope: an empty array above means *none* only where this says `complete`.
    pub coverage: Vec<Coverage>,
}

impl Inventory {
    /// Puts an inventory together, in canonical order, each resource once.
    #[must_use]
    pub fn assemble(
        generator: String,
        taken_at: Timestamp,
        mut accounts: Vec<Account>,
        mut resources: Resources,
        mut coverage: Vec<Coverage>,
    ) -> Self {
        resources.join_views();
        accounts.sort();
        coverage.sort_by(|a, b| scope_of(a).cmp(&scope_of(b)));
        Self {
            schema_version: SCHEMA_VERSION,
            generator,
            taken_at,
            filters: Vec::new(),
            shard: None,
            accounts,
            networks: resources.networks,
            subnets: resources.subnets,
            instances: resources.instances,
            interfaces: resources.interfaces,
            links: resources.links,
            coverage,
        }
    }

    /// Makes what was read from a document of an earlier version one of this version.
    pub fn upgrade(&mut self) {
        if self.schema_version < 2 {
            self.subnets.iter_mut().for_each(Subnet::correct_version_1);
        }
        self.schema_version = SCHEMA_VERSION;
    }

    /// Counts the resources of `kind`.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Networks => self.networks.len(),
            Kind::Subnets => self.subnets.len(),
            Kind::Instances => self.instances.len(),
            Kind::Interfaces => self.interfaces.len(),
            Kind::Links => self.links.len(),
        }
    }

    /// Lists the scopes that may lack resources.
    pub fn incomplete(&self) -> impl Iterator<Item = &Coverage> {
        self.coverage.iter().filter(|entry| entry.outcome.is_incomplete())
    }

    /// Says what makes it a part of the estate, a sentence each: what is made of it would pass for the whole.
    #[must_use]
    pub fn partial_reasons(&self) -> Vec<String> {
        let shard = self.shard.as_ref().and_then(Shard::partial_reason);
        let filter = |filter| format!("the inventory is filtered by `{filter}`, and lacks the rest");
        shard.into_iter().chain(self.filters.iter().map(filter)).collect()
    }

    /// Tells whether it is of a part of the estate that no account falls to: then nothing is missing in it.
    #[must_use]
    pub fn is_empty_part(&self) -> bool {
        self.shard.is_some() && self.accounts.is_empty()
    }

    /// Returns the kinds that were asked for anywhere; the others are unknown, not empty.
    #[must_use]
    pub fn kinds_read(&self) -> BTreeSet<Kind> {
        let asked = |kind: Kind| {
            self.coverage
                .iter()
                .any(|entry| entry.kind == Subject::from(kind) && entry.outcome != Outcome::Skipped)
        };
        Kind::ALL.into_iter().filter(|kind| asked(*kind)).collect()
    }
}

fn scope_of(entry: &Coverage) -> (super::Provider, &str, Option<&str>, Subject) {
    (entry.provider, &entry.account, entry.region.as_deref(), entry.kind)
}
