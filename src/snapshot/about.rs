//! The first two lines of a snapshot.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::model::Asked;
use crate::model::{Account, Coverage, Inventory, Kind, Outcome, Provider, SCHEMA_VERSION, Shard};

/// The version of the form; another number means another form.
pub const SNAPSHOT_VERSION: u32 = 1;

/// The first line: what the snapshot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Version of the form of the file.
    pub snapshot_version: u32,
    /// Version of the shape of accounts, coverage and rows, as in the inventory document.
    pub schema_version: u32,
    /// What wrote the inventory.
    pub generator: String,
    /// When reading began, in UTC.
    pub taken_at: Timestamp,
    /// What was asked for; `None` when nobody knows, as for an inventory that was read from a file.
    pub asked: Option<Asked>,
    /// Filters that rows were dropped by.
    pub filters: Vec<String>,
    /// The part of the estate that was read, where several machines share it.
    pub shard: Option<Shard>,
    /// How many accounts of each cloud there are.
    pub accounts: BTreeMap<Provider, usize>,
    /// How many scopes came to which outcome.
    pub scopes: BTreeMap<Outcome, usize>,
    /// The kinds that somebody asked for; the others are unknown.
    pub kinds: Vec<Kind>,
    /// How many rows of each kind follow.
    pub counts: BTreeMap<Kind, usize>,
}

/// The second line: whose resources they are, and how well they are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Accounts and subscriptions in scope.
    pub accounts: Vec<Account>,
    /// The outcome of every scope.
    pub coverage: Vec<Coverage>,
}

impl About {
    /// Sums up `inventory`.
    #[must_use]
    pub fn of(inventory: &Inventory, asked: Option<&Asked>) -> Self {
        let mut accounts = BTreeMap::new();
        for account in &inventory.accounts {
            *accounts.entry(account.provider).or_insert(0) += 1;
        }
        let mut scopes = BTreeMap::new();
        for entry in &inventory.coverage {
            *scopes.entry(entry.outcome).or_insert(0) += 1;
        }
        Self {
            snapshot_version: SNAPSHOT_VERSION,
            schema_version: SCHEMA_VERSION,
            generator: inventory.generator.clone(),
            taken_at: inventory.taken_at,
            asked: asked.cloned(),
            filters: inventory.filters.clone(),
            shard: inventory.shard.clone(),
            accounts,
            scopes,
            kinds: inventory.kinds_read().into_iter().collect(),
            counts: Kind::ALL.into_iter().map(|kind| (kind, inventory.count(kind))).collect(),
        }
    }

    /// Counts the scopes that may lack resources.
    #[must_use]
    pub fn incomplete(&self) -> usize {
        self.scopes.iter().filter(|(outcome, _)| outcome.is_incomplete()).map(|(_, number)| number).sum()
    }

    /// Counts the rows of `kind`.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// Makes the inventory that it and `head` begin, without any row.
    #[must_use]
    pub(super) fn inventory(&self, head: Head) -> Inventory {
        Inventory {
            schema_version: self.schema_version,
            generator: self.generator.clone(),
            taken_at: self.taken_at,
            filters: self.filters.clone(),
            shard: self.shard.clone(),
            accounts: head.accounts,
            networks: Vec::new(),
            subnets: Vec::new(),
            instances: Vec::new(),
            interfaces: Vec::new(),
            links: Vec::new(),
            coverage: head.coverage,
        }
    }
}
