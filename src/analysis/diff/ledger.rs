//! What one side knows of a place: whether absence there proves anything.

use std::collections::{HashMap, HashSet};

use super::item::Readers;
use crate::model::{Coverage, Inventory, Kind, Outcome, Provider, Subject};

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

/// The coverage of one side, by account.
pub(super) struct Ledger<'a> {
    inventory: &'a Inventory,
    /// Provider and account, in lower case, to what came of its scopes and steps.
    accounts: HashMap<(Provider, String), Vec<&'a Coverage>>,
    /// Steps that failed and may have hidden any account of a cloud.
    hiding: Vec<&'a Coverage>,
    /// Clouds of which some scope was read or tried.
    tried: HashSet<Provider>,
}

impl<'a> Ledger<'a> {
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut accounts: HashMap<(Provider, String), Vec<&Coverage>> = HashMap::new();
        for entry in &inventory.coverage {
            let key = (entry.provider, entry.account.to_ascii_lowercase());
            accounts.entry(key).or_default().push(entry);
        }
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
            tried: tried.map(|entry| entry.provider).collect(),
        }
    }

    /// Tells what the absence of a row proves that these could have read.
    pub fn standing(&self, readers: &Readers<'_>, kind: Kind) -> Standing {
        if let [first, ..] = self.inventory.filters.as_slice() {
            return Standing::Outside(format!("its rows were filtered by `{first}`"));
        }
        let of = |places: &[(&str, Option<&str>)]| {
            let standings =
                places.iter().map(|(account, region)| self.place(readers.provider, account, *region, kind));
            joined(standings)
        };
        match of(&readers.owners) {
            Some(Standing::Outside(reason)) => match of(&readers.guests) {
                None | Some(Standing::Outside(_)) => Standing::Outside(reason),
                Some(known) => known,
            },
            Some(known) => known,
            None => Standing::Outside("nobody knows who owns it".to_owned()),
        }
    }

    /// Tells whether it matters to a comparison with this side that another side could not read `scope`.
    pub fn matters(&self, scope: &Coverage) -> bool {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| Subject::from(*kind) == scope.kind) else {
            let everywhere = scope.kind == Subject::Accounts || !is_account(&scope.account);
            let known = || self.of_account(scope.provider, &scope.account).next().is_some();
            return self.tried.contains(&scope.provider) && (everywhere || known());
        };
        let standing = self.place(scope.provider, &scope.account, scope.region.as_deref(), kind);
        !matches!(standing, Standing::Outside(_))
    }

    fn of_account(&self, provider: Provider, account: &str) -> impl Iterator<Item = &'a Coverage> {
        let entries = self.accounts.get(&(provider, account.to_ascii_lowercase()));
        entries.into_iter().flatten().copied()
    }

    /// Without a region any region of the account is meant.
    fn place(&self, provider: Provider, account: &str, region: Option<&str>, kind: Kind) -> Standing {
        let covers = |entry: &&Coverage| match (entry.region.as_deref(), region) {
            (Some(its), Some(region)) => its.eq_ignore_ascii_case(region),
            (None, _) | (_, None) => true,
        };
        let entries: Vec<&Coverage> = self.of_account(provider, account).filter(covers).collect();
        let of_kind = || entries.iter().filter(|entry| entry.kind == Subject::from(kind));
        let steps = || entries.iter().filter(|entry| entry.kind.is_step());
        let fails = |entry: &&&&Coverage| entry.outcome.is_incomplete();
        if let Some(failed) = of_kind().find(|entry| fails(&entry)) {
            return Standing::Unknown(failed.to_string());
        }
        if of_kind().any(|entry| entry.outcome == Outcome::Complete) {
            return Standing::Read;
        }
        let hiding = self.hiding.iter().find(|entry| entry.provider == provider);
        if let Some(failed) = steps().find(|entry| fails(&entry)).or(hiding) {
            return Standing::Unknown(failed.to_string());
        }
        let skipped = of_kind().chain(steps()).find(|entry| entry.outcome == Outcome::Skipped);
        Standing::Outside(match (skipped.and_then(|entry| entry.detail.as_deref()), &self.inventory.shard) {
            (Some("not asked for"), _) => format!("{kind} of {provider} {account} were not asked for"),
            (Some(detail), _) => format!("{provider} {account}: {detail}"),
            (None, Some(shard)) if !shard.holds(provider, account) => {
                format!("{provider} {account} is not in shard {shard}")
            }
            (None, _) => outside(provider, account, region.filter(|_| self.knows(provider, account))),
        })
    }

    fn knows(&self, provider: Provider, account: &str) -> bool {
        self.of_account(provider, account).any(|entry| entry.outcome != Outcome::Skipped)
    }
}

fn outside(provider: Provider, account: &str, region: Option<&str>) -> String {
    match region {
        Some(region) => format!("{region} of {provider} {account} was not in its scope"),
        None => format!("{provider} {account} was not in its scope"),
    }
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
fn is_account(text: &str) -> bool {
    !text.contains([':', ' '])
}
