//! The joining itself: inputs in, one inventory and what there is to say about it out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::claims::Claims;
use super::outcomes::{self, Outcomes};
use super::parts::{self, MergeError};
use super::remarks;
use super::renewed::Renewed;
use super::rows::{self, Guests};
use crate::model::{Account, Asked, Inventory, Kind, Provider, Resources, Shard};

/// An inventory to join.
#[derive(Debug, Clone)]
pub struct Input {
    /// What the user calls it.
    pub name: String,
    /// What it has, each resource once.
    pub inventory: Inventory,
    /// What the scan was asked for; `None` when nobody knows.
    pub asked: Option<Asked>,
}

/// Inventories joined into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The one inventory, as old as its oldest part.
    pub inventory: Inventory,
    /// What the user should know of how it came about, a sentence each.
    pub remarks: Vec<String>,
}

/// Joins `inputs` into one inventory, written by `generator`. Of a scope that several have the newest tells, and of
/// equally old ones the first.
///
/// # Errors
/// When there is none, or they are parts of estates that were parted in different ways.
pub fn merge(mut inputs: Vec<Input>, generator: String) -> Result<Merged, MergeError> {
    let shard = parts::join(&inputs)?;
    let mut said = if shard.is_some() { remarks::options(&inputs) } else { Vec::new() };
    inputs.sort_by_key(|input| Reverse(input.inventory.taken_at));
    let (Some(newest), Some(oldest)) = (inputs.first(), inputs.last()) else {
        return Err(MergeError::Nothing);
    };
    let (newest, taken_at) = (newest.inventory.taken_at, oldest.inventory.taken_at);
    let renewed = Renewed::new(&inputs);
    let claims = Claims::new(&inputs, &renewed);
    let kinds: Vec<BTreeSet<Kind>> = inputs.iter().map(|input| input.inventory.kinds_read()).collect();
    let Outcomes { coverage, overruled } = outcomes::join(&mut inputs, &claims, &renewed, shard.as_ref());
    let overruled = overruled.iter();
    said.extend(
        overruled.map(|((by, input), scopes)| remarks::replaced(&inputs, *by, *input, &claims, scopes)),
    );
    said.extend(remarks::distance(newest, taken_at));
    if shard.is_none() {
        said.extend(remarks::kinds(&kinds, &coverage));
    }
    said.extend(remarks::filtered(&inputs));
    let mut resources = Resources::default();
    let mut guests = [Guests::default(), Guests::default()];
    for (index, input) in inputs.iter_mut().enumerate() {
        resources.append(rows::take(index, &mut input.inventory, &claims, &mut guests));
    }
    let mut inventory = Inventory::assemble(generator, taken_at, accounts(&mut inputs), resources, coverage);
    let [of_networks, of_subnets] = guests;
    of_networks.add_to(&mut inventory.networks);
    of_subnets.add_to(&mut inventory.subnets);
    inventory.filters = filters(&inputs);
    inventory.shard = shard.filter(|shard| !Shard::is_whole(shard));
    Ok(Merged { inventory, remarks: said })
}

/// Joins the filters, which make it a part of what there is.
fn filters(inputs: &[Input]) -> Vec<String> {
    let filters: BTreeSet<&String> = inputs.iter().flat_map(|input| &input.inventory.filters).collect();
    filters.into_iter().cloned().collect()
}

/// Joins the accounts: each once, as the newest input calls it, with every way that led to it.
fn accounts(inputs: &mut [Input]) -> Vec<Account> {
    let mut joined: BTreeMap<(Provider, String), Account> = BTreeMap::new();
    for account in inputs.iter_mut().flat_map(|input| std::mem::take(&mut input.inventory.accounts)) {
        let key = (account.provider, account.id.to_ascii_lowercase());
        match joined.get_mut(&key) {
            None => drop(joined.insert(key, account)),
            Some(known) => join_accounts(known, account),
        }
    }
    joined.into_values().collect()
}

fn join_accounts(known: &mut Account, other: Account) {
    known.name = known.name.take().or(other.name);
    known.tenant = known.tenant.take().or(other.tenant);
    if known.reached_by != other.reached_by {
        known.reached_by.extend(other.reached_by);
        known.reached_by.sort_unstable();
        known.reached_by.dedup();
    }
}
