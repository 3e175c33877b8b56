//! The accounts and regions that are scanned, and which of them list a row of an inventory.

use std::collections::{HashMap, HashSet};

use super::account_region::AccountRegion;
use super::live_resource::LiveResource;
use crate::model::Subnet;

/// The accounts and regions that are scanned, and what they share.
pub(super) struct ScannedPlaces {
    places: HashSet<AccountRegion>,
    /// Which of them own the subnets, by the ids of these in lower case.
    subnet_owners: HashMap<String, Vec<AccountRegion>>,
}

impl ScannedPlaces {
    /// Takes the accounts and regions that are scanned, and the subnets that are known.
    pub fn new<'a>(
        places: impl IntoIterator<Item = &'a AccountRegion>,
        subnets: impl IntoIterator<Item = &'a Subnet>,
    ) -> Self {
        let places: HashSet<AccountRegion> = places.into_iter().cloned().collect();
        let mut subnet_owners: HashMap<String, Vec<AccountRegion>> = HashMap::new();
        for subnet in subnets {
            if let Some(owner) = subnet.owner().filter(|owner| places.contains(owner)) {
                let owners = subnet_owners.entry(subnet.asked_as()).or_default();
                if !owners.contains(&owner) {
                    owners.push(owner);
                }
            }
        }
        Self { places, subnet_owners }
    }

    /// Returns the row of an inventory as each account sees it that is taken to list it.
    pub fn views<T: LiveResource>(&self, row: &T) -> Vec<(AccountRegion, T)> {
        let viewers = self.viewers(row).into_iter();
        viewers.map(|viewer| (viewer.clone(), row.clone().into_view(&viewer))).collect()
    }

    /// Returns the accounts that a row of an inventory is taken to be listed by.
    pub fn viewers<T: LiveResource>(&self, row: &T) -> Vec<AccountRegion> {
        let mut viewers: Vec<AccountRegion> =
            row.viewers().into_iter().filter(|viewer| self.places.contains(viewer)).collect();
        if viewers.is_empty() {
            viewers.extend(self.sharing_owners(row));
        }
        // An account listed it that the row does not name. Its owner stands for that account until it is read again.
        if viewers.is_empty() {
            viewers.extend(row.owner().or_else(|| row.viewers().into_iter().next()));
        }
        viewers
    }

    /// Returns the accounts that own a subnet and share it with the owner of a row. They list the interfaces in it too:
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html>.
    pub fn sharing_owners<'a, T: LiveResource>(
        &'a self,
        row: &T,
    ) -> impl Iterator<Item = AccountRegion> + use<'a, T> {
        let owner = row.owner();
        let owners = row.belongs_to().into_iter().filter_map(|id| self.subnet_owners.get(&id)).flatten();
        owners.filter(move |sharer| is_beside(owner.as_ref(), sharer)).cloned()
    }
}

/// Tells whether an account is another one in the same region.
fn is_beside(owner: Option<&AccountRegion>, sharer: &AccountRegion) -> bool {
    owner.is_some_and(|owner| {
        (owner.provider, &owner.region) == (sharer.provider, &sharer.region)
            && owner.account != sharer.account
    })
}
