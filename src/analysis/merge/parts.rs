//! Shards of an estate: which of them are there, and whether each asked for the same clouds and kinds.

use std::collections::{BTreeMap, BTreeSet};

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

/// Tells whether an outcome is of a part as a whole: that nothing falls to it, or what [`unread`] says.
pub(super) fn is_of_part(entry: &Coverage, shard: &Shard) -> bool {
    shard.part_labelled(&entry.account).is_some()
}

/// What is known of a part in a cloud.
#[derive(Default)]
struct Known {
    /// Whether somebody asked the cloud for its accounts, with or without success.
    looked: bool,
    /// Kinds that somebody asked for.
    asked: BTreeSet<Subject>,
    /// Kinds that nobody asked for in an account at least.
    skipped: BTreeSet<Subject>,
}

impl Known {
    /// Tells whether a kind was left out. Nothing is left out where there is no account, or none could be entered.
    fn lacks(&self, kind: Subject) -> bool {
        !self.asked.contains(&kind) && (self.skipped.contains(&kind) || !self.asked.is_empty())
    }
}

/// Says of each part which clouds and kinds it never asked for, while other parts did: what it has of them is unknown,
/// and nothing else in the coverage says so.
pub(super) fn unread(inputs: &[Input], shard: &Shard) -> Vec<Coverage> {
    let mut parts: BTreeMap<(Provider, u32), Known> = BTreeMap::new();
    let mut clouds: BTreeMap<Provider, BTreeSet<Subject>> = BTreeMap::new();
    for Input { inventory, .. } in inputs {
        for account in &inventory.accounts {
            clouds.entry(account.provider).or_default();
            parts
                .entry((account.provider, shard.part_of(account.provider, &account.id)))
                .or_default()
                .looked = true;
        }
        let mut stuck = BTreeSet::new();
        for entry in &inventory.coverage {
            let is_asked = entry.outcome != Outcome::Skipped;
            if let Some(part) = shard.part_labelled(&entry.account) {
                parts.entry((entry.provider, part)).or_default().looked |= !is_asked;
                continue;
            }
            if is_asked {
                clouds.entry(entry.provider).or_default();
            }
            if entry.kind.is_step() {
                stuck.extend(entry.outcome.is_incomplete().then_some(entry.provider));
                continue;
            }
            let known =
                parts.entry((entry.provider, shard.part_of(entry.provider, &entry.account))).or_default();
            if is_asked {
                known.asked.insert(entry.kind);
                clouds.entry(entry.provider).or_default().insert(entry.kind);
            } else {
                known.skipped.insert(entry.kind);
            }
        }
        let own = inventory.shard.iter().flat_map(|its| &its.parts);
        for (part, provider) in own.flat_map(|part| stuck.iter().map(move |provider| (part, provider))) {
            parts.entry((*provider, *part)).or_default().looked = true;
        }
    }
    let mut unread = Vec::new();
    for (provider, kinds) in clouds {
        for part in &shard.parts {
            let known = parts.entry((provider, *part)).or_default();
            let lacking = kinds.iter().copied().filter(|kind| known.lacks(*kind));
            let lacking = if known.looked { lacking.collect() } else { vec![Subject::Accounts] };
            unread.extend(lacking.into_iter().map(|kind| never_asked(provider, *part, shard.of, kind)));
        }
    }
    unread
}

fn never_asked(provider: Provider, part: u32, of: u32, kind: Subject) -> Coverage {
    Coverage {
        provider,
        account: Shard { parts: BTreeSet::from([part]), of }.label(),
        region: None,
        kind,
        outcome: Outcome::Failed,
        detail: Some(
            "this part was not asked for, while others were (scan every part with the same options)"
                .to_owned(),
        ),
        requests: 0,
        duration_ms: 0,
    }
}
