//! What moved or was replaced, among what is on one side only.

use std::collections::HashMap;
use std::hash::Hash;

use super::item::Item;
use crate::model::Provider;

/// Two rows that are one resource, or follow each other under one name: positions on the old and on the new side.
pub(super) struct Traces {
    pub moved: Vec<(usize, usize)>,
    pub replaced: Vec<(usize, usize)>,
}

/// A row of one side, and whether the other side would have it if it were still there.
pub(super) type Single<'r, T> = (&'r T, bool);

/// Pairs rows that only the old side has with rows that only the new side has, where it can be told.
///
/// - The same id elsewhere is the same resource, even where one side could not be read: ids are of one account.
/// - Azure's ids name subscription and resource group: the same type and name elsewhere, in the same region, is the
///   same resource, if there is but one on each side, and both sides were read.
/// - The same name in the same account and region is a successor, likewise.
pub(super) fn trace<T: Item>(old: &[Single<'_, T>], new: &[Single<'_, T>]) -> Traces {
    let mut free = Free { old: vec![true; old.len()], new: vec![true; new.len()] };
    let mut moved = pairs(old, new, &mut free, |item: &T, _| {
        let place = item.place();
        Some((place.provider, place.id.to_ascii_lowercase()))
    });
    moved.extend(pairs(old, new, &mut free, |item: &T, proven| {
        let place = item.place();
        let id = place.id.to_ascii_lowercase();
        let (_, tail) =
            id.split_once("/providers/").filter(|_| proven && place.provider == Provider::Azure)?;
        Some((place.provider, tail.to_owned(), place.region))
    }));
    let replaced = pairs(old, new, &mut free, |item: &T, proven| {
        let place = item.place();
        let name = item.name().filter(|_| proven)?;
        Some((place.provider, place.account, place.region, name.to_owned()))
    });
    Traces { moved, replaced }
}

/// Rows that no pair has yet.
struct Free {
    old: Vec<bool>,
    new: Vec<bool>,
}

/// Pairs rows by a key that one free row of each side has, and no other.
fn pairs<T, K: Eq + Hash>(
    old: &[Single<'_, T>],
    new: &[Single<'_, T>],
    free: &mut Free,
    key: impl Fn(&T, bool) -> Option<K>,
) -> Vec<(usize, usize)> {
    let single = |rows: &[Single<'_, T>], free: &[bool]| {
        let mut found: HashMap<K, Option<usize>> = HashMap::new();
        for (index, (item, proven)) in rows.iter().enumerate().filter(|(index, _)| free[*index]) {
            if let Some(key) = key(item, *proven) {
                found.entry(key).and_modify(|known| *known = None).or_insert(Some(index));
            }
        }
        found
    };
    let after = single(new, &free.new);
    let mut pairs: Vec<(usize, usize)> = single(old, &free.old)
        .into_iter()
        .filter_map(|(key, before)| Some((before?, (*after.get(&key)?)?)))
        .collect();
    pairs.sort_unstable();
    for (before, after) in &pairs {
        free.old[*before] = false;
        free.new[*after] = false;
    }
    pairs
}
