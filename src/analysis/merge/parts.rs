//! Shards of an estate: which of them are there, and whether each asked all the clouds.

use std::collections::BTreeSet;

use thiserror::Error;

use super::join::Input;
use crate::model::{Coverage, Outcome, Provider, Shard, Subject};

/// Why inventories cannot be joined. Each names them and says what to do.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    /// There is none.
    #[error("there is no inventory to merge; name at least one")]
    Nothing,
    /// An estate was parted in two ways, so that nobody knows which accounts are missing.
    #[error(
        "{0} is shard {1} and {2} is shard {3}: all must be of one number of parts; scan the parts of one of them again"
    )]
    Different(String, Shard, String, Shard),
    /// One is a part of an estate, and another is not.
    #[error(
        "{part} is shard {shard} and {whole} is no shard; merge all shards of one estate first, and the result with other \
         inventories after that"
    )]
    Mixed {
        /// The shard's name.
        part: String,
        /// Which it is.
        shard: Shard,
        /// The name of the other.
        whole: String,
    },
}

/// Joins the parts that the inputs are; `None` when they are no parts.
pub(super) fn join(inputs: &[Input]) -> Result<Option<Shard>, MergeError> {
    let mut shards = inputs.iter().filter_map(|input| Some((input, input.inventory.shard.as_ref()?)));
    let Some((first, shard)) = shards.next() else { return Ok(None) };
    let mut joined = shard.clone();
    for (input, other) in shards {
        if other.of != shard.of {
            let (one, two) = (first.name.clone(), input.name.clone());
            return Err(MergeError::Different(one, shard.clone(), two, other.clone()));
        }
        joined.parts.extend(&other.parts);
    }
    match inputs.iter().find(|input| input.inventory.shard.is_none()) {
        None => Ok(Some(joined)),
        Some(whole) => Err(MergeError::Mixed {
            part: first.name.clone(),
            shard: shard.clone(),
            whole: whole.name.clone(),
        }),
    }
}

/// Lists the parts that `shard` lacks.
pub(super) fn missing(shard: &Shard) -> Vec<u32> {
    (1..=shard.of).filter(|part| !shard.parts.contains(part)).collect()
}

/// Tells whether an outcome is of a part as a whole: that nothing falls to it, or what [`unread`] says.
pub(super) fn is_of_part(entry: &Coverage, shard: &Shard) -> bool {
    let labels = || single(shard).any(|one| one.label() == entry.account);
    entry.kind == Subject::Accounts && entry.account.starts_with("shard ") && labels()
}

/// Says of each part which clouds it never asked, while other parts did: its accounts there are unknown, and nothing
/// else in the coverage says so.
pub(super) fn unread(inputs: &[Input], shard: &Shard) -> Vec<Coverage> {
    let mut unread = Vec::new();
    let asked: BTreeSet<Provider> = inputs.iter().flat_map(|input| clouds(input, shard)).collect();
    for one in single(shard) {
        let has_it = |input: &&Input| {
            input.inventory.shard.as_ref().is_some_and(|its| its.parts.is_superset(&one.parts))
        };
        for provider in &asked {
            if !inputs.iter().filter(has_it).any(|input| looked(input, *provider, &one, shard)) {
                unread.push(never_asked(*provider, &one));
            }
        }
    }
    unread
}

fn single(shard: &Shard) -> impl Iterator<Item = Shard> + '_ {
    shard.parts.iter().map(|part| Shard { parts: BTreeSet::from([*part]), of: shard.of })
}

/// Lists the clouds that somebody asked for an input.
fn clouds(input: &Input, shard: &Shard) -> BTreeSet<Provider> {
    let accounts = input.inventory.accounts.iter().map(|account| account.provider);
    let tried = input.inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped);
    accounts.chain(tried.filter(|entry| !is_of_part(entry, shard)).map(|entry| entry.provider)).collect()
}

/// Tells whether somebody asked `provider` for its accounts in the part `one`, with or without success.
fn looked(input: &Input, provider: Provider, one: &Shard, shard: &Shard) -> bool {
    let of_one =
        |account: &crate::model::Account| account.provider == provider && one.holds(provider, &account.id);
    let tells = |entry: &Coverage| {
        let nothing_fell = entry.outcome == Outcome::Skipped && is_of_part(entry, one);
        let failed = entry.kind.is_step() && entry.outcome.is_incomplete() && !is_of_part(entry, shard);
        entry.provider == provider && (nothing_fell || failed)
    };
    input.inventory.accounts.iter().any(of_one) || input.inventory.coverage.iter().any(tells)
}

fn never_asked(provider: Provider, one: &Shard) -> Coverage {
    Coverage {
        provider,
        account: one.label(),
        region: None,
        kind: Subject::Accounts,
        outcome: Outcome::Failed,
        detail: Some(
            "this part was not asked for, while others were (scan every part with the same options)"
                .to_owned(),
        ),
        requests: 0,
        duration_ms: 0,
    }
}
