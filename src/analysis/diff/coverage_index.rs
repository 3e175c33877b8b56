//! What one side read: whether a row that is missing there proves anything.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::analysis::coverage_gaps::is_account;
use crate::model::{Account, AccountKey, Coverage, Inventory, Kind, Outcome, Provider, Subject};

/// What it proves that a side lacks a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbsenceEvidence {
    /// Where the row would be was read: it does not exist.
    Proven,
    /// It could not be read, for this reason: the row may exist.
    Unknown(String),
    /// It was not in the scope of the scan, for this reason: there is nothing to compare with.
    OutOfScope(String),
}

/// An account, and a region of it where known.
pub(in crate::analysis) type RowPlace<'r> = (&'r str, Option<&'r str>);

/// The accounts whose scans list a row.
pub(in crate::analysis) struct ReadableFrom<'r> {
    pub provider: Provider,
    /// The owner; of a link every account that lists it.
    pub owners: Vec<RowPlace<'r>>,
    /// Accounts that the row is shared with.
    pub participants: Vec<RowPlace<'r>>,
}

/// The coverage of one side by account and region.
///
/// It answers one question for every row that one side lacks, so look-ups must not walk the whole coverage.
pub(in crate::analysis) struct CoverageIndex<'a> {
    inventory: &'a Inventory,
    accounts: HashMap<AccountKey, AccountCoverage<'a>>,
    /// Failed steps that may have hidden any account of a cloud.
    hiding_failures: Vec<&'a Coverage>,
    /// Tenants that this side left out, with the accounts that only the other side has of them.
    left_out_tenants: Vec<(&'a Coverage, HashSet<String>)>,
    /// Outcomes of signing in that belong to no account, such as those of profiles.
    sign_ins: Vec<&'a Coverage>,
    /// Clouds of which anything was read or tried.
    attempted_clouds: HashSet<Provider>,
    /// Kinds that were requested; empty if the scan never came that far.
    kinds: BTreeSet<Kind>,
}

/// The coverage of one account.
#[derive(Default)]
struct AccountCoverage<'a> {
    /// Entries without a region: they are about all regions.
    all_regions: Vec<&'a Coverage>,
    /// Entries of one region, by its name in lower case.
    regions: BTreeMap<String, Vec<&'a Coverage>>,
    /// Whether anything was read or tried.
    was_attempted: bool,
}

impl<'a> AccountCoverage<'a> {
    fn add(&mut self, entry: &'a Coverage) {
        self.was_attempted |= entry.outcome != Outcome::Skipped;
        match &entry.region {
            None => self.all_regions.push(entry),
            Some(region) => self.regions.entry(region.to_ascii_lowercase()).or_default().push(entry),
        }
    }

    /// Lists the entries that say something about a region; without a region, every entry.
    fn covering(&self, region: Option<&str>) -> Vec<&'a Coverage> {
        let all_regions = self.all_regions.iter().copied();
        match region {
            None => all_regions.chain(self.regions.values().flatten().copied()).collect(),
            Some(region) => {
                let here = self.regions.get(&region.to_ascii_lowercase());
                all_regions.chain(here.into_iter().flatten().copied()).collect()
            }
        }
    }
}

impl<'a> CoverageIndex<'a> {
    /// Indexes the coverage of `inventory`, which is compared with `other`.
    pub fn new(inventory: &'a Inventory, other: &'a Inventory) -> Self {
        let mut accounts: HashMap<AccountKey, AccountCoverage<'_>> = HashMap::new();
        for entry in &inventory.coverage {
            let key = AccountKey::new(entry.provider, &entry.account);
            accounts.entry(key).or_default().add(entry);
        }
        let is_sign_in =
            |entry: &&Coverage| entry.kind == Subject::Credentials && !is_account(&entry.account);
        let hides_accounts = |entry: &&Coverage| entry.kind == Subject::Accounts || is_sign_in(entry);
        let attempted = inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped);
        let left_out = inventory.coverage.iter().filter_map(|entry| left_out(entry, inventory, other));
        Self {
            inventory,
            accounts,
            hiding_failures: inventory.incomplete().filter(hides_accounts).collect(),
            left_out_tenants: left_out.collect(),
            sign_ins: inventory.coverage.iter().filter(is_sign_in).collect(),
            attempted_clouds: attempted.map(|entry| entry.provider).collect(),
            kinds: inventory.kinds_read(),
        }
    }

    /// Tells whether `kind` was requested anywhere. True as well if the scan failed before it read any kind: then it is
    /// not known what was requested.
    pub fn was_requested(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Tells what it proves that this side lacks a row which `other` has.
    ///
    /// Reads of the owner decide. If the owner is in the scope of neither side, the row was seen through the accounts it
    /// is shared with, and all of these together decide: one of them may have lost it because it is no longer shared
    /// with that one.
    pub fn absence_evidence(&self, readable: &ReadableFrom<'_>, kind: Kind, other: &Self) -> AbsenceEvidence {
        match decisive_of_owners(self.evidence_of(readable, &readable.owners, kind)) {
            None => AbsenceEvidence::OutOfScope("its owner is not known".to_owned()),
            Some(AbsenceEvidence::OutOfScope(reason)) if !other.has_owner_in_scope(readable, kind) => {
                let of_participants = self.evidence_of(readable, &readable.participants, kind);
                decisive_of_participants(of_participants).unwrap_or(AbsenceEvidence::OutOfScope(reason))
            }
            Some(evidence) => evidence,
        }
    }

    /// Tells whether this side lacks an account for no reason that it states: it has no outcome of the account, no
    /// failed step that may have hidden it, and is not a shard that the account does not belong to.
    pub fn lacks_account(&self, provider: Provider, account: &str) -> bool {
        let is_in_shard = self.inventory.shard.as_ref().is_none_or(|shard| shard.contains(provider, account));
        is_in_shard
            && !self.inventory.coverage.is_empty()
            && self.account(provider, account).is_none()
            && !self.hiding_failures.iter().any(|entry| entry.provider == provider)
            && self.left_out_tenant_of(provider, account).is_none()
    }

    /// Lists the tenants that this side left out although the other side has accounts of them.
    pub fn left_out_tenants(&self) -> impl Iterator<Item = &'a Coverage> {
        self.left_out_tenants.iter().map(|(entry, _)| *entry)
    }

    /// Finds the left out tenant that an account of the other side belongs to.
    fn left_out_tenant_of(&self, provider: Provider, account: &str) -> Option<&'a Coverage> {
        let contains = |(entry, accounts): &&(&'a Coverage, HashSet<String>)| {
            entry.provider == provider && accounts.contains(&account.to_ascii_lowercase())
        };
        self.left_out_tenants.iter().find(contains).map(|(entry, _)| *entry)
    }

    /// Tells whether it matters to a comparison with this side that the other side could not read `scope`.
    pub fn is_affected_by(&self, scope: &Coverage) -> bool {
        let Some(kind) = scope.kind.resource_kind() else {
            let may_hide_accounts = scope.kind == Subject::Accounts || !is_account(&scope.account);
            return self.attempted_clouds.contains(&scope.provider)
                && (may_hide_accounts || self.was_attempted(scope.provider, &scope.account));
        };
        let evidence = self.evidence_at(scope.provider, &scope.account, scope.region.as_deref(), kind);
        !matches!(evidence, AbsenceEvidence::OutOfScope(_))
    }

    /// Tells what it proves that rows of `kind` are missing in an account and region. Without a region, any region of
    /// the account is meant.
    pub fn evidence_at(
        &self,
        provider: Provider,
        account: &str,
        region: Option<&str>,
        kind: Kind,
    ) -> AbsenceEvidence {
        // Another program may have written the document. Without coverage, an empty list in it proves nothing.
        if self.inventory.coverage.is_empty() {
            let reason = "the inventory has no coverage, so what it lacks is not known";
            return AbsenceEvidence::Unknown(reason.to_owned());
        }
        let entries = self.account(provider, account).map(|found| found.covering(region)).unwrap_or_default();
        let of_kind = |has_outcome: fn(Outcome) -> bool| {
            entries.iter().find(|entry| entry.kind == Subject::from(kind) && has_outcome(entry.outcome))
        };
        // The order of these checks matters. One failed region is enough to doubt, also beside regions that were read.
        if let Some(failed) = of_kind(Outcome::is_incomplete) {
            return AbsenceEvidence::Unknown(failed.to_string());
        }
        if of_kind(|outcome| outcome == Outcome::Complete).is_some() {
            return AbsenceEvidence::Proven;
        }
        if let Some(shard) = self.inventory.shard.as_ref().filter(|shard| !shard.contains(provider, account))
        {
            return AbsenceEvidence::OutOfScope(format!("{provider} {account} is not in shard {shard}"));
        }
        if !self.was_requested(kind) || of_kind(|outcome| outcome == Outcome::Skipped).is_some() {
            return AbsenceEvidence::OutOfScope(format!("{kind} of {provider} {account} were not scanned"));
        }
        let mut steps = entries.iter().filter(|entry| entry.kind.is_step());
        if let Some(failed) = steps.find(|entry| entry.outcome.is_incomplete()) {
            return AbsenceEvidence::Unknown(failed.to_string());
        }
        self.evidence_of_untried(provider, account, region, &entries)
    }

    /// Tells what it means that nothing was tried in an account or region, which has only these `entries`.
    fn evidence_of_untried(
        &self,
        provider: Provider,
        account: &str,
        region: Option<&str>,
        entries: &[&Coverage],
    ) -> AbsenceEvidence {
        let explains = |entry: &&&Coverage| match entry.kind {
            // With a region the entry says that this region is not enabled. Without one it only says that regions were
            // not listed because you named them.
            Subject::Regions => entry.region.is_some(),
            _ => entry.kind.is_step(),
        };
        let mut skipped = entries.iter().filter(|entry| entry.outcome == Outcome::Skipped);
        if let Some(detail) = skipped.find(explains).and_then(|entry| entry.detail.as_deref()) {
            return AbsenceEvidence::OutOfScope(format!("{provider} {account}: {detail}"));
        }
        if let Some(region) = region.filter(|_| self.was_attempted(provider, account)) {
            return AbsenceEvidence::OutOfScope(format!(
                "{region} of {provider} {account} was not in its scope"
            ));
        }
        let hiding = self.hiding_failures.iter().copied().find(|entry| entry.provider == provider);
        if let Some(failed) = hiding.or_else(|| self.left_out_tenant_of(provider, account)) {
            return AbsenceEvidence::Unknown(failed.to_string());
        }
        let mut sign_ins = self.sign_ins.iter().filter(|entry| entry.provider == provider);
        // A cloud without credentials was left out as a whole, and the coverage says why.
        let not_configured = sign_ins.find(|_| !self.attempted_clouds.contains(&provider));
        AbsenceEvidence::OutOfScope(match not_configured.and_then(|entry| entry.detail.as_deref()) {
            Some(detail) => format!("{provider}: {detail}"),
            None => format!("{provider} {account} was not in its scope"),
        })
    }

    fn account(&self, provider: Provider, account: &str) -> Option<&AccountCoverage<'a>> {
        self.accounts.get(&AccountKey::new(provider, account))
    }

    /// Tells whether anything of an account was read or tried.
    fn was_attempted(&self, provider: Provider, account: &str) -> bool {
        self.account(provider, account).is_some_and(|found| found.was_attempted)
    }

    fn has_owner_in_scope(&self, readable: &ReadableFrom<'_>, kind: Kind) -> bool {
        let mut evidence = self.evidence_of(readable, &readable.owners, kind);
        evidence.any(|evidence| !matches!(evidence, AbsenceEvidence::OutOfScope(_)))
    }

    fn evidence_of(
        &self,
        readable: &ReadableFrom<'_>,
        accounts: &[RowPlace<'_>],
        kind: Kind,
    ) -> impl Iterator<Item = AbsenceEvidence> {
        let provider = readable.provider;
        accounts.iter().map(move |(account, region)| self.evidence_at(provider, account, *region, kind))
    }
}

/// Finds the accounts that only `other` has of the tenant that `entry` leaves out of `own`, if there are any.
fn left_out<'a>(
    entry: &'a Coverage,
    own: &Inventory,
    other: &Inventory,
) -> Option<(&'a Coverage, HashSet<String>)> {
    let tenant = entry.left_out_tenant()?;
    let accounts_of = |inventory: &Inventory| -> HashSet<String> {
        let is_of_tenant = |account: &&Account| {
            account.tenant.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(tenant))
        };
        let accounts = inventory.accounts.iter().filter(is_of_tenant);
        accounts.map(|account| account.id.to_ascii_lowercase()).collect()
    };
    // Azure Lighthouse can show a subscription of a left out tenant through another tenant.
    let seen = accounts_of(own);
    let accounts: HashSet<String> = accounts_of(other).into_iter().filter(|id| !seen.contains(id)).collect();
    (!accounts.is_empty()).then_some((entry, accounts))
}

/// Picks the evidence that decides about a row with several owners: one failure leaves doubt, and otherwise one owner
/// that was read is enough.
fn decisive_of_owners(evidence: impl Iterator<Item = AbsenceEvidence>) -> Option<AbsenceEvidence> {
    evidence.min_by_key(|evidence| match evidence {
        AbsenceEvidence::Unknown(_) => 0,
        AbsenceEvidence::Proven => 1,
        AbsenceEvidence::OutOfScope(_) => 2,
    })
}

/// Picks the evidence that decides about a row that is shared with several accounts. Unlike among owners, one that is out
/// of scope is enough to leave the row out: it may be the one that still sees it.
fn decisive_of_participants(evidence: impl Iterator<Item = AbsenceEvidence>) -> Option<AbsenceEvidence> {
    evidence.min_by_key(|evidence| match evidence {
        AbsenceEvidence::Unknown(_) => 0,
        AbsenceEvidence::OutOfScope(_) => 1,
        AbsenceEvidence::Proven => 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_covered_by_its_own_entries_and_by_those_of_the_account() {
        let entry = |region: Option<&str>, kind| Coverage {
            provider: Provider::Aws,
            account: "111111111111".into(),
            region: region.map(Into::into),
            kind,
            outcome: Outcome::Complete,
            detail: None,
            requests: 1,
            duration_ms: 1,
        };
        let entries = [
            entry(None, Subject::Regions),
            entry(Some("eu-west-1"), Subject::Networks),
            entry(Some("us-east-1"), Subject::Networks),
            entry(Some("EU-WEST-1"), Subject::Links),
        ];
        let mut account = AccountCoverage::default();
        for entry in &entries {
            account.add(entry);
        }
        assert_eq!(account.covering(Some("eu-west-1")), [&entries[0], &entries[1], &entries[3]]);
        assert_eq!(account.covering(Some("ap-south-1")), [&entries[0]], "other regions are not looked at");
        assert_eq!(account.covering(None).len(), 4);
    }
}
