//! Whether it proves anything that an inventory lacks something.

use std::collections::HashMap;

use super::coverage_gaps::is_account;
use super::diff::{AbsenceEvidence, CoverageIndex};
use crate::model::{AccountKey, Coverage, Inventory, Scope};

/// Tells of any scope whether what an inventory lacks there is gone.
pub struct AbsenceIndex<'a> {
    coverage: CoverageIndex<'a>,
    /// Accounts of which a step failed, such as listing its regions.
    failed_steps: HashMap<AccountKey, &'a Coverage>,
    filters: &'a [String],
}

impl<'a> AbsenceIndex<'a> {
    /// Indexes the coverage of an inventory.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        let failed =
            inventory.incomplete().filter(|entry| entry.kind.is_step() && is_account(&entry.account));
        let key = |entry: &Coverage| AccountKey::new(entry.provider, &entry.account);
        Self {
            coverage: CoverageIndex::new(inventory, inventory),
            failed_steps: failed.map(|entry| (key(entry), entry)).collect(),
            filters: &inventory.filters,
        }
    }

    /// Tells whether everything of this scope was read, so that what the inventory lacks is not there.
    #[must_use]
    pub fn is_proven(&self, scope: &Scope) -> bool {
        self.evidence(scope) == AbsenceEvidence::Proven
    }

    /// Tells what it proves that the inventory has nothing of this scope. A scope without a region is all regions of the
    /// account.
    #[must_use]
    pub fn evidence(&self, scope: &Scope) -> AbsenceEvidence {
        if !self.filters.is_empty() {
            let reason = format!("the inventory was filtered by {}", self.filters.join(", "));
            return AbsenceEvidence::Unknown(reason);
        }
        let Scope { provider, account, region, kind } = scope;
        let failed = self.failed_steps.get(&AccountKey::new(*provider, account));
        if let Some(failed) = failed.filter(|_| region.is_none()) {
            return AbsenceEvidence::Unknown(failed.to_string());
        }
        self.coverage.evidence_at(*provider, account, region.as_deref(), *kind)
    }
}
