//! Merges: inventories in, one inventory and the warnings about it out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{MergedCoverage, merge_coverage};
use super::inputs::{MergeError, MergeInput, joint_shard};
use super::precedence::{ObsoleteFailures, Precedence};
use super::rows::{Participants, take_rows};
use super::warnings::{self, MergeWarning};
use crate::model::{Account, AccountKey, Inventory, Kind, Resources, Shard};

/// A merged inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The one inventory, dated as its oldest input.
    pub inventory: Inventory,
    /// What the user should know about it.
    pub warnings: Vec<MergeWarning>,
}

/// Merges `inputs` into one inventory, written by `generator`. If several inputs have a scope, the newest stands, and
/// among equally old ones the first.
///
/// # Errors
/// If there is no input, or they are shards of different splits.
pub fn merge_inventories(mut inputs: Vec<MergeInput>, generator: String) -> Result<Merged, MergeError> {
    let shard = joint_shard(&inputs)?;
    let mut warnings = if shard.is_some() { warnings::different_options(&inputs) } else { Vec::new() };
    // A stable sort: among inputs of one time, the one that was named first stays first and takes precedence.
    inputs.sort_by_key(|input| Reverse(input.inventory.taken_at));
    let (Some(newest), Some(oldest)) = (inputs.first(), inputs.last()) else {
        return Err(MergeError::NoInput);
    };
    let (newest, oldest) = (newest.inventory.taken_at, oldest.inventory.taken_at);
    let failures = ObsoleteFailures::new(&inputs);
    let precedence = Precedence::new(&inputs, &failures);
    // Merging takes the coverage out of the inputs, which this is derived from.
    let kinds: Vec<BTreeSet<Kind>> = inputs.iter().map(|input| input.inventory.kinds_read()).collect();
    let MergedCoverage { coverage, superseded } =
        merge_coverage(&mut inputs, &precedence, &failures, shard.as_ref());
    warnings.extend(
        superseded.iter().map(|(&pair, scopes)| warnings::superseded(&inputs, pair, &precedence, scopes)),
    );
    warnings.extend(warnings::far_apart(newest, oldest));
    // What shards lack is in the coverage already, as failures: see `unscanned_parts`.
    if shard.is_none() {
        warnings.extend(warnings::unscanned_kinds(&kinds, &coverage));
    }
    warnings.extend(warnings::filtered(&inputs));
    let mut resources = Resources::default();
    let mut participants = Participants::default();
    for (index, input) in inputs.iter_mut().enumerate() {
        resources.append(take_rows(index, &mut input.inventory, &precedence, &mut participants));
    }
    let mut inventory =
        Inventory::assemble(generator, oldest, merge_accounts(&mut inputs), resources, coverage);
    // Only now: when views are joined, a row with participants would pass for the view of one, which the owner's
    // replaces.
    participants.add_to(&mut inventory);
    inventory.filters = all_filters(&inputs);
    inventory.shard = shard.filter(|shard| !Shard::is_whole(shard));
    Ok(Merged { inventory, warnings })
}

/// Lists the filters of all inputs: rows that any of them dropped are missing in the result.
fn all_filters(inputs: &[MergeInput]) -> Vec<String> {
    let filters: BTreeSet<&String> = inputs.iter().flat_map(|input| &input.inventory.filters).collect();
    filters.into_iter().cloned().collect()
}

/// Merges the accounts: each once, under the name that the newest input has for it, with every profile or role that
/// reached it.
fn merge_accounts(inputs: &mut [MergeInput]) -> Vec<Account> {
    let mut merged: BTreeMap<AccountKey, Account> = BTreeMap::new();
    for account in inputs.iter_mut().flat_map(|input| std::mem::take(&mut input.inventory.accounts)) {
        let key = AccountKey::new(account.provider, &account.id);
        match merged.get_mut(&key) {
            None => drop(merged.insert(key, account)),
            Some(known) => add_account(known, account),
        }
    }
    merged.into_values().collect()
}

fn add_account(known: &mut Account, other: Account) {
    // Accounts come with the newest input first, so what is known stays.
    known.name = known.name.take().or(other.name);
    known.tenant = known.tenant.take().or(other.tenant);
    if known.reached_by != other.reached_by {
        known.reached_by.extend(other.reached_by);
        known.reached_by.sort_unstable();
        known.reached_by.dedup();
    }
}
