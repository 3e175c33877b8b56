//! The joining itself: inputs in, one inventory and what there is to say about it out.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::claims::Claims;
use super::known::{self, Known};
use super::parts::{self, MergeError};
use super::rows::{self, Guests};
use crate::model::{Account, Inventory, Provider, Resources, Shard};

/// Parts of one picture should not be further apart.
const APART: SignedDuration = SignedDuration::from_hours(24);

/// An inventory to join.
#[derive(Debug, Clone)]
pub struct Input {
    /// What the user calls it.
    pub name: String,
    /// What it has, each resource once.
    pub inventory: Inventory,
}

/// Inventories joined into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The one inventory, as old as its oldest part.
    pub inventory: Inventory,
    /// What the user should know of how it came about, a sentence each.
    pub remarks: Vec<String>,
    /// The parts of the estate that no input is, where the inputs are shards; empty when none is missing.
    pub missing: Vec<u32>,
}

/// Joins `inputs` into one inventory, written by `generator`. Of a scope that several have the newest tells, and of
/// equally old ones the first.
///
/// # Errors
/// When there is none, or they are parts of estates that were parted in different ways.
pub fn merge(mut inputs: Vec<Input>, generator: String) -> Result<Merged, MergeError> {
    let shard = parts::join(&inputs)?;
    inputs.sort_by_key(|input| Reverse(input.inventory.taken_at));
    let (Some(newest), Some(oldest)) = (inputs.first(), inputs.last()) else {
        return Err(MergeError::Nothing);
    };
    let (newest, taken_at) = (newest.inventory.taken_at, oldest.inventory.taken_at);
    let claims = Claims::new(&inputs);
    let Known { coverage, overruled } = known::join(&mut inputs, &claims, shard.as_ref());
    let mut remarks: Vec<String> = overruled
        .iter()
        .map(|((by, input), scopes)| replaced(&inputs, *by, *input, &claims, scopes))
        .collect();
    remarks.extend(distance(newest, taken_at));
    let mut resources = Resources::default();
    let mut guests = [Guests::default(), Guests::default()];
    for (index, input) in inputs.iter_mut().enumerate() {
        resources.append(rows::take(index, &mut input.inventory, &claims, &mut guests));
    }
    let mut inventory = Inventory::assemble(generator, taken_at, accounts(&mut inputs), resources, coverage);
    let [of_networks, of_subnets] = guests;
    of_networks.add_to(&mut inventory.networks);
    of_subnets.add_to(&mut inventory.subnets);
    inventory.filters = filters(&inputs, &mut remarks);
    let missing = shard.as_ref().map(parts::missing).unwrap_or_default();
    inventory.shard = shard.filter(|shard| !Shard::is_whole(shard));
    Ok(Merged { inventory, remarks, missing })
}

/// Says, once for two inputs, that one tells in place of the other.
fn replaced(inputs: &[Input], by: usize, input: usize, claims: &Claims, scopes: &[String]) -> String {
    let (one, other) = (&inputs[by].name, &inputs[input].name);
    let such = scopes.first().map(String::as_str).unwrap_or_default();
    let what = if scopes.len() == 1 {
        format!("{such} is")
    } else {
        format!("{} scopes are, such as {such},", scopes.len())
    };
    let why = if claims.is_newer(by, input) { "which is newer" } else { "which is as old and named first" };
    format!("{what} in both {one} and {other}; {one}, {why}, stands")
}

fn distance(newest: Timestamp, oldest: Timestamp) -> Option<String> {
    let apart = newest.duration_since(oldest);
    (apart > APART).then(|| {
        format!(
            "the inputs are {} days apart, of {oldest} to {newest}: what moved between them may be there twice, or not at \
             all",
            (apart.as_hours() + 12) / 24
        )
    })
}

/// Joins the filters, which make it a part of what there is.
fn filters(inputs: &[Input], remarks: &mut Vec<String>) -> Vec<String> {
    let mut filters: Vec<String> = Vec::new();
    for Input { name, inventory } in inputs {
        if inventory.filters.is_empty() {
            continue;
        }
        remarks.push(format!(
            "{name} was filtered by {} and may lack rows, and so does the result; take it without",
            inventory.filters.join(", ")
        ));
        filters.extend(inventory.filters.iter().cloned());
    }
    filters.sort_unstable();
    filters.dedup();
    filters
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
