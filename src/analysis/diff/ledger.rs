//! What one side knows of a place: whether absence there proves anything.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::item::Readers;
use crate::model::{Account, Coverage, Inventory, Kind, Outcome, Provider, Subject};

/// Whether absence proves anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was read: what is absent is not there.
    Read,
    /// It could not be read, for this reason.
    Unknown(String),
    /// It was never asked for, for this reason.
    Outside(String),
}

/// The coverage of one side, by account and region: it is asked for every row that one side lacks.
pub(super) struct Ledger<'a> {
    inventory: &'a Inventory,
    /// Provider and account, in lower case, to what came of its scopes and steps.
    accounts: HashMap<(Provider, String), OfAccount<'a>>,
    /// Steps that failed and may have hidden any account of a cloud.
    hiding: Vec<&'a Coverage>,
    /// Tenants that are left out here, with the accounts that the other side has of them.
    refused: Vec<(&'a Coverage, HashSet<String>)>,
    /// Ways into a cloud, of no account in particular.
    ways_in: Vec<&'a Coverage>,
    /// Clouds of which some scope was read or tried.
    tried: HashSet<Provider>,
    /// Kinds that somebody asked for; none when it did not come so far.
    kinds: BTreeSet<Kind>,
}

/// The coverage of one account.
#[derive(Default)]
struct OfAccount<'a> {
    /// What is of no region in particular.
    everywhere: Vec<&'a Coverage>,
    /// Region, in lower case, to what came of its scopes.
    regions: BTreeMap<String, Vec<&'a Coverage>>,
    /// Whether something was read or tried.
    entered: bool,
}

impl<'a> OfAccount<'a> {
    fn add(&mut self, entry: &'a Coverage) {
        self.entered |= entry.outcome != Outcome::Skipped;
        match &entry.region {
            None => self.everywhere.push(entry),
            Some(region) => self.regions.entry(region.to_ascii_lowercase()).or_default().push(entry),
        }
    }

    /// Lists what tells about a region; without one, everything.
    fn covering(&self, region: Option<&str>) -> Vec<&'a Coverage> {
        let everywhere = self.everywhere.iter().copied();
        match region {
            None => everywhere.chain(self.regions.values().flatten().copied()).collect(),
            Some(region) => {
                let here = self.regions.get(&region.to_ascii_lowercase());
                everywhere.chain(here.into_iter().flatten().copied()).collect()
            }
        }
    }
}

impl<'a> Ledger<'a> {
    /// Sums up `inventory`, which is compared with `other`.
    pub fn new(inventory: &'a Inventory, other: &'a Inventory) -> Self {
        let mut accounts: HashMap<(Provider, String), OfAccount<'_>> = HashMap::new();
        for entry in &inventory.coverage {
            let key = (entry.provider, entry.account.to_ascii_lowercase());
            accounts.entry(key).or_default().add(entry);
        }
        let is_way_in = |entry: &&Coverage| entry.kind == Subject::Credentials && !is_account(&entry.account);
        let hides = |entry: &&Coverage| match entry.kind {
            Subject::Accounts => true,
            Subject::Credentials => !is_account(&entry.account),
            _ => false,
        };
        let tried = inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped);
        Self {
            inventory,
            accounts,
            hiding: inventory.incomplete().filter(hides).collect(),
            refused: inventory.coverage.iter().filter_map(|entry| refused(entry, inventory, other)).collect(),
            ways_in: inventory.coverage.iter().filter(is_way_in).collect(),
            tried: tried.map(|entry| entry.provider).collect(),
            kinds: inventory.kinds_read(),
        }
    }

    /// Tells whether anybody asked for `kind`, or it never came to that.
    pub fn asked(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Tells what it proves that this side lacks a row which the other one, `having`, has.
    ///
    /// Its owner tells; of a link whoever owns an end. Where neither side has the owner in scope, those that it was
    /// seen through tell, all of them: one may see it no more since it is no longer shared with that one.
    pub fn absence(&self, readers: &Readers<'_>, kind: Kind, having: &Self) -> Standing {
        match joined(self.standings(readers, &readers.owners, kind)) {
            None => Standing::Outside("nobody knows who owns it".to_owned()),
            Some(Standing::Outside(reason)) if !having.has_in_scope(readers, kind) => {
                let guests = self.standings(readers, &readers.guests, kind);
                let told = guests.min_by_key(|standing| match standing {
                    Standing::Unknown(_) => 0,
                    Standing::Outside(_) => 1,
                    Standing::Read => 2,
                });
                told.unwrap_or(Standing::Outside(reason))
            }
            Some(known) => known,
        }
    }

    /// Tells whether this side lacks an account, and nothing in it says why: no outcome of the account, no step that
    /// failed and may have hidden it, no other part of the estate.
    pub fn lacks(&self, provider: Provider, account: &str) -> bool {
        let in_its_part = self.inventory.shard.as_ref().is_none_or(|shard| shard.holds(provider, account));
        in_its_part
            && !self.inventory.coverage.is_empty()
            && self.of_account(provider, account).is_none()
            && !self.hiding.iter().any(|entry| entry.provider == provider)
            && self.refusal_of(provider, account).is_none()
    }

    /// Lists tenants that are left out here, and that the other side has accounts of.
    pub fn refused_tenants(&self) -> impl Iterator<Item = &'a Coverage> {
        self.refused.iter().map(|(entry, _)| *entry)
    }

    /// Finds why the tenant of an account that the other side has is left out here.
    fn refusal_of(&self, provider: Provider, account: &str) -> Option<&'a Coverage> {
        let is_of = |(entry, accounts): &&(&'a Coverage, HashSet<String>)| {
            entry.provider == provider && accounts.contains(&account.to_ascii_lowercase())
        };
        self.refused.iter().find(is_of).map(|(entry, _)| *entry)
    }

    /// Tells whether it matters to a comparison with this side that another side could not read `scope`.
    pub fn matters(&self, scope: &Coverage) -> bool {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| Subject::from(*kind) == scope.kind) else {
            let everywhere = scope.kind == Subject::Accounts || !is_account(&scope.account);
            return self.tried.contains(&scope.provider)
                && (everywhere || self.entered(scope.provider, &scope.account));
        };
        let standing = self.place(scope.provider, &scope.account, scope.region.as_deref(), kind);
        !matches!(standing, Standing::Outside(_))
    }

    /// Tells what came of reading `kind` in a place. Without a region any region of the account is meant.
    pub fn place(&self, provider: Provider, account: &str, region: Option<&str>, kind: Kind) -> Standing {
        if self.inventory.coverage.is_empty() {
            return Standing::Unknown("it has no coverage, so that nobody knows what it lacks".to_owned());
        }
        let entries =
            self.of_account(provider, account).map(|of_it| of_it.covering(region)).unwrap_or_default();
        let of_kind = |outcome: fn(Outcome) -> bool| {
            entries.iter().find(|entry| entry.kind == Subject::from(kind) && outcome(entry.outcome))
        };
        if let Some(failed) = of_kind(Outcome::is_incomplete) {
            return Standing::Unknown(failed.to_string());
        }
        if of_kind(|outcome| outcome == Outcome::Complete).is_some() {
            return Standing::Read;
        }
        if let Some(shard) = self.inventory.shard.as_ref().filter(|shard| !shard.holds(provider, account)) {
            return Standing::Outside(format!("{provider} {account} is not in shard {shard}"));
        }
        if !self.asked(kind) || of_kind(|outcome| outcome == Outcome::Skipped).is_some() {
            return Standing::Outside(format!("{kind} of {provider} {account} were not asked for"));
        }
        let mut steps = entries.iter().filter(|entry| entry.kind.is_step());
        if let Some(failed) = steps.find(|entry| entry.outcome.is_incomplete()) {
            return Standing::Unknown(failed.to_string());
        }
        self.elsewhere(provider, account, region, &entries)
    }

    /// Tells what it means that nothing was tried in a place.
    fn elsewhere(
        &self,
        provider: Provider,
        account: &str,
        region: Option<&str>,
        entries: &[&Coverage],
    ) -> Standing {
        let left_out = |entry: &&&Coverage| match entry.kind {
            // Of the regions of an account: one that is not enabled, and not that they were taken as named.
            Subject::Regions => entry.region.is_some(),
            _ => entry.kind.is_step(),
        };
        let mut skipped = entries.iter().filter(|entry| entry.outcome == Outcome::Skipped);
        if let Some(detail) = skipped.find(left_out).and_then(|entry| entry.detail.as_deref()) {
            return Standing::Outside(format!("{provider} {account}: {detail}"));
        }
        if let Some(region) = region.filter(|_| self.entered(provider, account)) {
            return Standing::Outside(format!("{region} of {provider} {account} was not in its scope"));
        }
        let hiding = self.hiding.iter().copied().find(|entry| entry.provider == provider);
        if let Some(failed) = hiding.or_else(|| self.refusal_of(provider, account)) {
            return Standing::Unknown(failed.to_string());
        }
        let mut ways_in = self.ways_in.iter().filter(|entry| entry.provider == provider);
        let untried = ways_in.find(|_| !self.tried.contains(&provider));
        Standing::Outside(match untried.and_then(|entry| entry.detail.as_deref()) {
            Some(detail) => format!("{provider}: {detail}"),
            None => format!("{provider} {account} was not in its scope"),
        })
    }

    fn of_account(&self, provider: Provider, account: &str) -> Option<&OfAccount<'a>> {
        self.accounts.get(&(provider, account.to_ascii_lowercase()))
    }

    /// Tells whether something of an account was read or tried.
    fn entered(&self, provider: Provider, account: &str) -> bool {
        self.of_account(provider, account).is_some_and(|of_it| of_it.entered)
    }

    fn has_in_scope(&self, readers: &Readers<'_>, kind: Kind) -> bool {
        self.standings(readers, &readers.owners, kind).any(|known| !matches!(known, Standing::Outside(_)))
    }

    fn standings(
        &self,
        readers: &Readers<'_>,
        places: &[(&str, Option<&str>)],
        kind: Kind,
    ) -> impl Iterator<Item = Standing> {
        let provider = readers.provider;
        places.iter().map(move |(account, region)| self.place(provider, account, *region, kind))
    }
}

/// Finds the accounts that `other` has of a tenant which `entry` says is left out.
fn refused<'a>(
    entry: &'a Coverage,
    own: &Inventory,
    other: &Inventory,
) -> Option<(&'a Coverage, HashSet<String>)> {
    let tenant = entry.left_out_tenant()?;
    let accounts_of = |inventory: &Inventory| -> HashSet<String> {
        let is_of = |one: &&Account| one.tenant.as_deref().is_some_and(|of| of.eq_ignore_ascii_case(tenant));
        inventory.accounts.iter().filter(is_of).map(|account| account.id.to_ascii_lowercase()).collect()
    };
    // Those that this side has after all are seen through another tenant (Azure Lighthouse).
    let seen = accounts_of(own);
    let accounts: HashSet<String> = accounts_of(other).into_iter().filter(|id| !seen.contains(id)).collect();
    (!accounts.is_empty()).then_some((entry, accounts))
}

/// What several places say of one row: a doubt about one of them is a doubt, then one that was read tells.
fn joined(standings: impl Iterator<Item = Standing>) -> Option<Standing> {
    standings.min_by_key(|standing| match standing {
        Standing::Unknown(_) => 0,
        Standing::Read => 1,
        Standing::Outside(_) => 2,
    })
}

/// Tells an account's id from what stands in its place while none is known, such as `profile:NAME`.
pub(super) fn is_account(text: &str) -> bool {
    !text.contains([':', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_told_by_its_own_entries_and_by_those_of_the_account() {
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
        let mut of_it = OfAccount::default();
        for entry in &entries {
            of_it.add(entry);
        }
        assert_eq!(of_it.covering(Some("eu-west-1")), [&entries[0], &entries[1], &entries[3]]);
        assert_eq!(of_it.covering(Some("ap-south-1")), [&entries[0]], "the others are not looked at");
        assert_eq!(of_it.covering(None).len(), 4);
    }
}
