//! Where and when an event of AWS happened, and the hints about that place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ids_of_aws;
use super::parsed_event::{NoHint, RefuseReason, refused};
use crate::model::{Kind, Provider};
use crate::watch::hint::{Hint, HintedChange};

/// Where and when an event happened.
pub struct AwsOrigin {
    account: String,
    region: String,
    at: Option<Timestamp>,
}

impl AwsOrigin {
    /// Checks the names of an account and a region.
    pub fn new(account: &str, region: &str, at: Option<&str>) -> Result<Self, NoHint> {
        if !ids_of_aws::is_account(account) || !ids_of_aws::is_region(region) {
            return Err(refused(RefuseReason::Inconsistent));
        }
        let at = at.and_then(|at| at.parse().ok());
        Ok(Self { account: account.to_owned(), region: region.to_owned(), at })
    }

    /// Tells whether it is in this account.
    pub fn is_in_account(&self, account: &str) -> bool {
        self.account == account
    }

    /// Tells whether it is in this region.
    pub fn is_in_region(&self, region: &str) -> bool {
        self.region == region
    }

    /// Makes a hint about this place.
    pub fn hint(&self, kinds: &[Kind], ids: BTreeSet<String>) -> Hint {
        Hint {
            provider: Provider::Aws,
            account: self.account.clone(),
            region: Some(self.region.clone()),
            kinds: kinds.iter().copied().collect(),
            ids,
            change: HintedChange::Any,
            at: self.at,
        }
    }

    /// Makes a hint for each kind that `ids` are of. What an inventory has not is left out.
    pub fn hints_by_kind(&self, ids: impl IntoIterator<Item = String>) -> Vec<Hint> {
        let mut by_kind: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
        for id in ids {
            if let Some(kind) = ids_of_aws::kind_of(&id) {
                by_kind.entry(kind).or_default().insert(id);
            }
        }
        by_kind.into_iter().map(|(kind, ids)| self.hint(&[kind], ids)).collect()
    }
}
