//! Machine sizes: how many virtual processors a size has, and of which architecture.
//!
//! The list is long, and the same for everybody: it is asked for region by region, when a machine is of a size that
//! is not known yet, and kept for all subscriptions of the tenant.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};

use super::subscription_lists::ArmLists;
use crate::clouds::Failure;
use crate::clouds::azure::api::{self, Sku};
use crate::clouds::azure::convert::VmSizeIndex;
use crate::model::Instance;

/// How long one subscription waits for another that asks already. A list takes seconds; a subscription that is
/// throttled, or does not answer, must not hold back the others.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many regions are asked for at once. They count against the quota of one subscription.
const REGIONS_AT_ONCE: usize = 4;

/// The sizes that were met so far.
#[derive(Debug, Default)]
pub struct VmSizes {
    cache: Mutex<VmSizeCache>,
    /// Whose turn it is to ask for a region.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Debug, Default)]
struct VmSizeCache {
    /// By name in lower case.
    skus: HashMap<String, Sku>,
    /// Regions whose list was read: what is not in it is not known to Azure either.
    regions: BTreeSet<String>,
}

impl VmSizes {
    /// Finds the sizes of `instances`; asks by `lists` for those that are not known yet.
    pub async fn find(&self, instances: &[Instance], lists: &ArmLists) -> (VmSizeIndex, Result<(), Failure>) {
        let needed = needed(instances);
        let unknown = needed.iter().filter(|(region, names)| !self.cache().has(region, names));
        let asked: Vec<_> = unknown.map(|(region, names)| self.learn(region, names, lists).boxed()).collect();
        let results: Vec<Result<(), Failure>> = stream::iter(asked).buffered(REGIONS_AT_ONCE).collect().await;
        let result = results.into_iter().collect::<Result<(), Failure>>();
        let result = result.map_err(|failure| failure.context("the sizes of machines are unknown"));
        let cache = self.cache();
        let met = needed.values().flatten().filter_map(|name| cache.skus.get(name));
        (VmSizeIndex::new(met), result)
    }

    /// Asks for the sizes of a region, unless another subscription did meanwhile.
    async fn learn(&self, region: &str, names: &BTreeSet<String>, lists: &ArmLists) -> Result<(), Failure> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(region.to_owned()).or_default())
        };
        let _turn = tokio::time::timeout(PATIENCE, turn.lock()).await;
        if !self.cache().has(region, names) {
            let skus = read(lists, region).await?;
            self.cache().add(region, skus);
        }
        Ok(())
    }

    fn cache(&self) -> MutexGuard<'_, VmSizeCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl VmSizeCache {
    fn has(&self, region: &str, names: &BTreeSet<String>) -> bool {
        self.regions.contains(region) || names.iter().all(|name| self.skus.contains_key(name))
    }

    fn add(&mut self, region: &str, skus: HashMap<String, Sku>) {
        self.skus.extend(skus);
        self.regions.insert(region.to_owned());
    }
}

/// Lists names of sizes, in lower case, by region.
fn needed(instances: &[Instance]) -> BTreeMap<&str, BTreeSet<String>> {
    let mut needed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for instance in instances.iter().filter(|instance| !instance.region.is_empty()) {
        if let Some(size) = &instance.instance_type {
            needed.entry(&instance.region).or_default().insert(size.to_ascii_lowercase());
        }
    }
    needed
}

async fn read(lists: &ArmLists, region: &str) -> Result<HashMap<String, Sku>, Failure> {
    let mut found = HashMap::new();
    let mut pages = lists.skus(region);
    while let Some(page) = pages.next().await {
        // One odd entry among a thousand is a size that stays unknown.
        let skus = page?.into_iter().filter_map(|item| api::decode_item::<Sku>(item.get()).ok());
        let machines = skus.filter(Sku::is_machine);
        found.extend(machines.filter_map(|sku| Some((sku.name.as_ref()?.to_ascii_lowercase(), sku))));
    }
    Ok(found)
}
