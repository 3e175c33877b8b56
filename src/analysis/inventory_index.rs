//! What a row needs from elsewhere in the inventory: account names, and how much is in a network.

use std::collections::{HashMap, HashSet};
use std::io;

use jiff::Timestamp;

use crate::model::{
    AccountKey, Coverage, Instance, Inventory, Kind, Network, Outcome, Provider, Rows, Shard, Subject,
};

/// The columns of networks that count what is in them, with the kinds that they count.
pub const COUNT_COLUMNS: [(Kind, &str); 2] = [(Kind::Subnets, "subnets"), (Kind::Instances, "instances")];

/// Look-ups over one inventory, built once.
#[derive(Debug)]
pub struct InventoryIndex<'a> {
    taken_at: Timestamp,
    account_names: HashMap<(Provider, &'a str), &'a str>,
    display_names: HashMap<(Provider, &'a str), &'a str>,
    /// Names of networks by their ids, which are in lower case.
    network_names: HashMap<(Provider, String), &'a str>,
    /// The accounts that were signed in to.
    accounts: HashSet<AccountKey>,
    contents: HashMap<NetworkKey, Contents>,
    /// Whether all reads of an account, region (`None` for all) and kind were complete.
    complete: HashMap<(Provider, &'a str, Option<&'a str>, Subject), bool>,
    /// False for a filtered document: rows were dropped, so counts would be too low.
    is_countable: bool,
    /// Clouds of which an account may have instances that this inventory does not show: it could not be entered, or is in
    /// another shard.
    with_hidden_accounts: HashSet<Provider>,
}

/// Provider, region and network id, in lower case: the APIs of Azure differ in case.
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
        Self {
            taken_at: inventory.taken_at,
            account_names: account_names(inventory),
            display_names: display_names(inventory),
            network_names: network_names(inventory),
            accounts: inventory.accounts.iter().map(|it| AccountKey::new(it.provider, &it.id)).collect(),
            contents: count_contents(inventory),
            complete: index_outcomes(&inventory.coverage),
            is_countable: inventory.filters.is_empty(),
            with_hidden_accounts: clouds_with_hidden_accounts(inventory),
        }
    }

    /// Counts instances that are not in the list of the inventory itself.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn count_instances(&mut self, instances: &dyn Rows<Instance>) -> io::Result<()> {
        instances.each(&mut |instance| {
            count_instance(&mut self.contents, instance);
            Ok(())
        })
    }

    /// Returns when the inventory was taken.
    #[must_use]
    pub const fn taken_at(&self) -> Timestamp {
        self.taken_at
    }

    /// Returns the name that your configuration or the cloud gives to an account, the same for every login that reads it.
    #[must_use]
    pub fn account_name(&self, provider: Provider, account: &str) -> Option<&str> {
        self.account_names.get(&(provider, account)).copied()
    }

    /// Returns what to call an account: its name, or that of the profile that leads to it.
    #[must_use]
    pub fn display_name(&self, provider: Provider, account: &str) -> Option<&str> {
        self.display_names.get(&(provider, account)).copied()
    }

    /// Returns the name of a network.
    #[must_use]
    pub fn network_name(&self, provider: Provider, id: &str) -> Option<&str> {
        self.network_names.get(&(provider, id.to_ascii_lowercase())).copied()
    }

    /// Tells whether the account of a read was signed in to, so that its name is known if it has one.
    pub(super) fn has_account(&self, read: &Coverage) -> bool {
        self.accounts.contains(&AccountKey::new(read.provider, &read.account))
    }

    /// Counts the subnets of a network; `None` unless its owner's subnets were read in full.
    #[must_use]
    pub fn subnet_count(&self, network: &Network) -> Option<u64> {
        self.is_complete(network, &network.account, Subject::Subnets).then(|| self.contents(network).subnets)
    }

    /// Counts the instances of the accounts in scope that are in a network and not terminated; `None` unless
    /// those of its owner and of every account it is shared with were read in full, since each account lists
    /// only its own.
    #[must_use]
    pub fn instance_count(&self, network: &Network) -> Option<u64> {
        // An account that could not be entered may have instances in any shared network, and an owner cannot see with which
        // accounts its network is shared.
        let known = !self.with_hidden_accounts.contains(&network.provider)
            && std::iter::once(&network.account)
                .chain(&network.visible_from)
                .all(|account| self.is_complete(network, account, Subject::Instances));
        known.then(|| self.contents(network).instances)
    }

    /// Tells whether `kind` was read in full for `account` where the network is. An outcome without a region
    /// covers all of them; one bad outcome is enough to doubt the count.
    fn is_complete(&self, network: &Network, account: &str, kind: Subject) -> bool {
        self.was_read(network.provider, account, &network.region, kind)
    }

    /// Tells whether all resources of a kind were read that an account has in a region, and none was filtered out.
    #[must_use]
    pub fn was_read(&self, provider: Provider, account: &str, region: &str, kind: Subject) -> bool {
        let outcome = |region| self.complete.get(&(provider, account, region, kind));
        let covering = [outcome(Some(region)), outcome(None)];
        self.is_countable
            && covering.iter().any(Option::is_some)
            && covering.into_iter().flatten().all(|&complete| complete)
    }

    fn contents(&self, network: &Network) -> Contents {
        let key = network_key(network.provider, &network.region, &network.id);
        self.contents.get(&key).copied().unwrap_or_default()
    }
}

/// Maps accounts to the names that your configuration or the clouds give them. A network of an account that was not signed
/// in to may know its owner's name too.
fn account_names(inventory: &Inventory) -> HashMap<(Provider, &str), &str> {
    let owners = inventory.networks.iter().filter_map(|network| {
        Some(((network.provider, network.account.as_str()), network.account_name.as_deref()?))
    });
    let accounts = inventory.accounts.iter();
    let named = accounts.filter_map(|one| Some(((one.provider, one.id.as_str()), one.name.as_deref()?)));
    // The last of several wins.
    owners.chain(named).collect()
}

/// Maps accounts to what to call them: their names, or those of the profiles that lead to them.
pub(super) fn display_names(inventory: &Inventory) -> HashMap<(Provider, &str), &str> {
    let accounts = inventory.accounts.iter();
    let called = accounts.filter_map(|one| Some(((one.provider, one.id.as_str()), one.display_name()?)));
    let called: HashMap<_, _> = called.collect();
    called.into_iter().chain(account_names(inventory)).collect()
}

/// Maps networks to their names, for links. Without links there is nothing to name.
fn network_names(inventory: &Inventory) -> HashMap<(Provider, String), &str> {
    let networks = inventory.networks.iter().filter(|_| !inventory.links.is_empty());
    let named = networks.filter_map(|one| {
        let name = one.name.as_deref().filter(|name| !name.is_empty())?;
        Some(((one.provider, one.id.to_ascii_lowercase()), name))
    });
    named.collect()
}

fn clouds_with_hidden_accounts(inventory: &Inventory) -> HashSet<Provider> {
    let steps = [Subject::Credentials, Subject::Accounts];
    let hides = |entry: &&Coverage| {
        let is_of_part = || entry.kind == Subject::Instances && Shard::is_label(&entry.account);
        steps.contains(&entry.kind) || is_of_part()
    };
    let failed = inventory.incomplete().filter(hides).map(|entry| entry.provider);
    // In Azure, machines are in networks of their own subscription, which is in the same shard.
    let is_part = inventory.shard.as_ref().is_some_and(|shard| !shard.is_whole());
    failed.chain(is_part.then_some(Provider::Aws)).collect()
}

/// Returns the key of a network.
pub(super) fn network_key(provider: Provider, region: &str, id: &str) -> NetworkKey {
    (provider, region.to_ascii_lowercase(), id.to_ascii_lowercase())
}

fn count_contents(inventory: &Inventory) -> HashMap<NetworkKey, Contents> {
    let mut contents: HashMap<NetworkKey, Contents> = HashMap::new();
    for subnet in &inventory.subnets {
        contents.entry(network_key(subnet.provider, &subnet.region, &subnet.network)).or_default().subnets +=
            1;
    }
    for instance in &inventory.instances {
        count_instance(&mut contents, instance);
    }
    contents
}

/// Counts an instance, unless it is terminated: then it is in no network any more.
fn count_instance(contents: &mut HashMap<NetworkKey, Contents>, instance: &Instance) {
    let terminated = instance.state.as_deref() == Some("terminated");
    if let Some(network) = instance.network.as_deref().filter(|_| !terminated) {
        contents.entry(network_key(instance.provider, &instance.region, network)).or_default().instances += 1;
    }
}

fn index_outcomes(coverage: &[Coverage]) -> HashMap<(Provider, &str, Option<&str>, Subject), bool> {
    let mut read = HashMap::new();
    for entry in coverage {
        let complete = read
            .entry((entry.provider, &*entry.account, entry.region.as_deref(), entry.kind))
            .or_insert(true);
        *complete &= entry.outcome == Outcome::Complete;
    }
    read
}
