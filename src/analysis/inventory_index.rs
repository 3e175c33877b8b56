//! What a row needs from elsewhere in the inventory: account names, and how much lives in a network.

use std::collections::{HashMap, HashSet};
use std::io;

use crate::model::{Coverage, Instance, Inventory, Kind, Network, Outcome, Provider, Rows, Shard, Subject};

/// The columns of networks that count what is in them, and the kinds that they count.
pub const COUNT_COLUMNS: [(Kind, &str); 2] = [(Kind::Subnets, "subnets"), (Kind::Instances, "instances")];

/// Look-ups over one inventory, built once.
#[derive(Debug)]
pub struct InventoryIndex<'a> {
    account_names: HashMap<(Provider, &'a str), &'a str>,
    contents: HashMap<NetworkKey, Contents>,
    /// Whether every scope that covers the key was read in full.
    read: HashMap<(Provider, &'a str, Option<&'a str>, Subject), bool>,
    /// Rows were dropped from a filtered document, so nothing in it can be counted.
    countable: bool,
    /// Clouds of which some account in scope could not be entered, or is not in the part of the estate that was read.
    closed: HashSet<Provider>,
}

/// Provider, region and network id; the ids without case, since Azure's APIs differ in it.
pub(super) type NetworkKey = (Provider, String, String);

#[derive(Debug, Default, Clone, Copy)]
struct Contents {
    subnets: u64,
    instances: u64,
}

impl<'a> InventoryIndex<'a> {
    /// Indexes `inventory`.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        let named = |account: &'a crate::model::Account| {
            Some(((account.provider, account.id.as_str()), account.name.as_deref()?))
        };
        Self {
            account_names: inventory.accounts.iter().filter_map(named).collect(),
            contents: count(inventory),
            read: index(&inventory.coverage),
            countable: inventory.filters.is_empty(),
            closed: closed(inventory),
        }
    }

    /// Counts instances that are not in the inventory's own list.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn count_instances(&mut self, instances: &dyn Rows<Instance>) -> io::Result<()> {
        instances.each(&mut |instance| {
            count_instance(&mut self.contents, instance);
            Ok(())
        })
    }

    /// Returns the name of an account, where an API told it.
    #[must_use]
    pub fn account_name(&self, provider: Provider, account: &str) -> Option<&str> {
        self.account_names.get(&(provider, account)).copied()
    }

    /// Counts the subnets of a network; `None` unless its owner's subnets were read in full.
    #[must_use]
    pub fn subnet_count(&self, network: &Network) -> Option<u64> {
        self.complete(network, &network.account, Subject::Subnets).then(|| self.contents(network).subnets)
    }

    /// Counts the instances of the accounts in scope that are in a network and not terminated; `None` unless
    /// those of its owner and of every account it is shared with were read in full, since each account lists
    /// only its own.
    #[must_use]
    pub fn instance_count(&self, network: &Network) -> Option<u64> {
        // An account that was in scope and was not entered may have instances in any shared network, and its owner is not
        // told that it is shared.
        let known = !self.closed.contains(&network.provider)
            && std::iter::once(&network.account)
                .chain(&network.visible_from)
                .all(|account| self.complete(network, account, Subject::Instances));
        known.then(|| self.contents(network).instances)
    }

    /// Tells whether `kind` was read in full for `account` where the network is. An outcome without a region
    /// covers all of them; one bad outcome is enough to doubt the count.
    fn complete(&self, network: &Network, account: &str, kind: Subject) -> bool {
        let outcome = |region| self.read.get(&(network.provider, account, region, kind));
        let covering = [outcome(Some(network.region.as_str())), outcome(None)];
        self.countable
            && covering.iter().any(Option::is_some)
            && covering.into_iter().flatten().all(|&complete| complete)
    }

    fn contents(&self, network: &Network) -> Contents {
        let key = key(network.provider, &network.region, &network.id);
        self.contents.get(&key).copied().unwrap_or_default()
    }
}

fn closed(inventory: &Inventory) -> HashSet<Provider> {
    let steps = [Subject::Credentials, Subject::Accounts];
    let hides = |entry: &&Coverage| {
        let is_of_part = || entry.kind == Subject::Instances && Shard::is_label(&entry.account);
        steps.contains(&entry.kind) || is_of_part()
    };
    let failed = inventory.incomplete().filter(hides).map(|entry| entry.provider);
    // Machines of Azure are in networks of their own subscription.
    let is_part = inventory.shard.as_ref().is_some_and(|shard| !shard.is_whole());
    failed.chain(is_part.then_some(Provider::Aws)).collect()
}

pub(super) fn key(provider: Provider, region: &str, id: &str) -> NetworkKey {
    (provider, region.to_ascii_lowercase(), id.to_ascii_lowercase())
}

fn count(inventory: &Inventory) -> HashMap<NetworkKey, Contents> {
    let mut contents: HashMap<NetworkKey, Contents> = HashMap::new();
    for subnet in &inventory.subnets {
        contents.entry(key(subnet.provider, &subnet.region, &subnet.network)).or_default().subnets += 1;
    }
    for instance in &inventory.instances {
        count_instance(&mut contents, instance);
    }
    contents
}

/// One that is terminated is in no network any more.
fn count_instance(contents: &mut HashMap<NetworkKey, Contents>, instance: &Instance) {
    let terminated = instance.state.as_deref() == Some("terminated");
    if let Some(network) = instance.network.as_deref().filter(|_| !terminated) {
        contents.entry(key(instance.provider, &instance.region, network)).or_default().instances += 1;
    }
}

fn index(coverage: &[Coverage]) -> HashMap<(Provider, &str, Option<&str>, Subject), bool> {
    let mut read = HashMap::new();
    for entry in coverage {
        let complete = read
            .entry((entry.provider, &*entry.account, entry.region.as_deref(), entry.kind))
            .or_insert(true);
        *complete &= entry.outcome == Outcome::Complete;
    }
    read
}
