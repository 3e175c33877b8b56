//! What moved or was replaced, among what is on one side only.

use std::collections::HashMap;
use std::hash::Hash;

use super::item::Item;
use crate::model::{Identity, Kind, Provider};

/// Two rows that are one resource, or follow each other under one name: positions on the old and on the new side.
pub(super) struct Traces {
    pub moved: Vec<(usize, usize)>,
    pub replaced: Vec<(usize, usize)>,
}

/// A row of one side, and whether the other side would have it if it were still there.
pub(super) type Single<'r, T> = (&'r T, bool);

/// Pairs rows that only the old side has with rows that only the new side has, where it can be told.
///
/// - The same id elsewhere is the same resource.
/// - Azure's ids name subscription and resource group: the same type and name elsewhere, in the same region and with the
///   same addresses, is the same resource.
/// - The same name in the same account and region is a successor.
///
/// Only where both places were read on both sides: otherwise the resource may be in both, or was there before. And only
/// where there is one candidate on each side, and what could not be read is a candidate too.
pub(super) fn trace<T: Item>(old: &[Single<'_, T>], new: &[Single<'_, T>]) -> Traces {
    let mut free = Free { old: vec![true; old.len()], new: vec![true; new.len()] };
    let by_id = |item: &T| {
        let identity = item.identity();
        Some((identity.provider, identity.link, identity.id))
    };
    let mut moved = pairs(old, new, &mut free, by_id);
    let by_path = |item: &T| {
        let (identity, marks) = (item.identity(), item.marks());
        let path = path(&identity).filter(|_| T::KIND == Kind::Links || !marks.is_empty())?;
        Some((path.to_owned(), identity.region, marks))
    };
    moved.extend(pairs(old, new, &mut free, by_path));
    let by_name = |item: &T| {
        let identity = item.identity();
        let path = path(&identity).map(str::to_owned);
        let name = if identity.provider == Provider::Azure { path } else { item.name().map(str::to_owned) };
        Some((identity.provider, identity.account, identity.region, name?))
    };
    let replaced = pairs(old, new, &mut free, by_name);
    Traces { moved, replaced }
}

/// Returns the types and names in an id of Azure, without subscription and resource group.
fn path(identity: &Identity) -> Option<&str> {
    let (_, path) = identity.id.split_once("/providers/").filter(|_| identity.provider == Provider::Azure)?;
    Some(path)
}

/// Rows that no pair has yet.
struct Free {
    old: Vec<bool>,
    new: Vec<bool>,
}

/// Pairs rows by a key that one free row of each side has, and no other, where it is proven that the other side lacks
/// them.
fn pairs<T, K: Eq + Hash>(
    old: &[Single<'_, T>],
    new: &[Single<'_, T>],
    free: &mut Free,
    key: impl Fn(&T) -> Option<K>,
) -> Vec<(usize, usize)> {
    let alone = |rows: &[Single<'_, T>], free: &[bool]| {
        let mut found: HashMap<K, Option<usize>> = HashMap::new();
        for (index, (item, _)) in rows.iter().enumerate().filter(|(index, _)| free[*index]) {
            if let Some(key) = key(item) {
                found.entry(key).and_modify(|known| *known = None).or_insert(Some(index));
            }
        }
        found
    };
    let after = alone(new, &free.new);
    let mut pairs: Vec<(usize, usize)> = alone(old, &free.old)
        .into_iter()
        .filter_map(|(key, before)| Some((before?, (*after.get(&key)?)?)))
        .filter(|(before, after)| old[*before].1 && new[*after].1)
        .collect();
    pairs.sort_unstable();
    for (before, after) in &pairs {
        free.old[*before] = false;
        free.new[*after] = false;
    }
    pairs
}
