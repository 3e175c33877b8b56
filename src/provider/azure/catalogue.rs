//! Machine sizes: how many virtual processors a size has, and of which architecture.
//!
//! The list is long, and the same for everybody: it is asked for region by region, when a machine is of a size that
//! is not known yet, and kept for all subscriptions of the tenant.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::StreamExt;
use tokio::sync::Mutex;

use super::manager::Lists;
use super::wire::{self, Sku};
use crate::provider::Failure;

/// What a size means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Size {
    /// Virtual processors.
    pub vcpus: Option<u32>,
    /// Processor architecture, in the model's words.
    pub architecture: Option<String>,
}

/// Sizes by name in lower case.
pub type Sizes = HashMap<String, Size>;

/// The sizes that were met so far.
#[derive(Debug, Default)]
pub struct Catalogue(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    sizes: Sizes,
    /// Regions whose list was read: what is not in it is not known to Azure either.
    regions: BTreeSet<String>,
}

impl Catalogue {
    /// Finds the sizes of `needed`, names by region; asks by `lists` for what is not known yet.
    pub async fn find(
        &self,
        needed: &BTreeMap<String, BTreeSet<String>>,
        lists: &Lists,
    ) -> (Sizes, Option<Failure>) {
        let mut known = self.0.lock().await;
        let mut failures = Vec::new();
        for (region, names) in needed {
            let complete = names.iter().all(|name| known.sizes.contains_key(name));
            if complete || known.regions.contains(region) {
                continue;
            }
            match read(lists, region).await {
                Ok(sizes) => {
                    known.sizes.extend(sizes);
                    known.regions.insert(region.clone());
                }
                Err(failure) => {
                    failures.push(Failure {
                        detail: format!("sizes of machines are unknown: {failure}"),
                        ..failure
                    });
                    break;
                }
            }
        }
        let wanted =
            needed.values().flatten().filter_map(|name| Some((name.clone(), known.sizes.get(name)?.clone())));
        (wanted.collect(), Failure::join(failures).err())
    }
}

async fn read(lists: &Lists, region: &str) -> Result<Sizes, Failure> {
    let mut sizes = Sizes::new();
    let mut pages = lists.skus(region);
    while let Some(page) = pages.next().await {
        // One odd entry among a thousand is a size that stays unknown.
        let skus = page?.into_iter().filter_map(|item| wire::item::<Sku>(item.get()).ok());
        sizes.extend(skus.filter_map(size));
    }
    Ok(sizes)
}

fn size(sku: Sku) -> Option<(String, Size)> {
    let (name, vcpus, architecture) = super::transform::sku::from(sku)?;
    Some((name, Size { vcpus, architecture }))
}
