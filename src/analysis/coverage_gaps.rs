//! What of an inventory was not read, and so may lack resources. A command that says that something does not exist asks
//! here first.

use std::collections::BTreeSet;

use crate::model::{Coverage, Inventory, Kind, Outcome, Provider, Shard, Subject};

/// Lists the scopes that could not be read and may have resources of `kinds`.
pub fn unread_scopes<'a>(
    inventory: &'a Inventory,
    kinds: &[Kind],
) -> impl Iterator<Item = &'a Coverage> + use<'a> {
    let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
    inventory.incomplete().filter(move |entry| entry.kind.is_step() || subjects.contains(&entry.kind))
}

/// Lists what else an inventory lacks of `kinds`, a sentence each: other shards, kinds that were not scanned, rows that
/// were filtered out.
#[must_use]
pub fn unscanned_parts(inventory: &Inventory, kinds: &[Kind]) -> Vec<String> {
    let mut gaps: Vec<String> =
        inventory.shard.as_ref().and_then(Shard::partial_reason).into_iter().collect();
    let scanned = inventory.kinds_read();
    let is_unscanned = |kind: &&Kind| !scanned.contains(kind) && !inventory.is_empty_part();
    gaps.extend(kinds.iter().filter(is_unscanned).map(|kind| kind_not_scanned(*kind)));
    gaps.extend(kinds_not_scanned_everywhere(inventory, kinds));
    if !inventory.filters.is_empty() {
        gaps.push(filtered(&inventory.filters));
    }
    gaps
}

/// An account, and a region of it; `None` for all of them.
type ScannedPlace<'a> = (Provider, &'a str, Option<&'a str>);

/// Names the places where one of `kinds` was not scanned although it was elsewhere. Inventories that you merged from
/// scans of different kinds have such places. Kinds that were scanned nowhere are left to [`unscanned_parts`].
fn kinds_not_scanned_everywhere(inventory: &Inventory, kinds: &[Kind]) -> Vec<String> {
    let read = inventory.kinds_read();
    let scanned = inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped);
    let known: BTreeSet<(ScannedPlace<'_>, Subject)> =
        scanned.clone().map(|entry| (place_of(entry), entry.kind)).collect();
    let mut places: BTreeSet<ScannedPlace<'_>> =
        scanned.filter(|entry| !entry.kind.is_step()).map(place_of).collect();
    for account in &inventory.accounts {
        let is_covered =
            |entry: &Coverage| (entry.provider, &entry.account) == (account.provider, &account.id);
        if !inventory.coverage.iter().any(is_covered) {
            places.insert((account.provider, &account.id, None));
        }
    }
    let mut gaps = Vec::new();
    for place in places {
        let (provider, account, _) = place;
        // An entry without a region covers all regions of the account.
        let is_known = |kind: Kind| {
            [place, (provider, account, None)]
                .iter()
                .any(|place| known.contains(&(*place, Subject::from(kind))))
        };
        let missing: Vec<&str> = kinds
            .iter()
            .filter(|kind| read.contains(kind) && !is_known(**kind))
            .map(|kind| kind.as_str())
            .collect();
        if !missing.is_empty() {
            gaps.push(kinds_not_scanned_in(&missing, place));
        }
    }
    gaps
}

fn place_of(entry: &Coverage) -> ScannedPlace<'_> {
    (entry.provider, &entry.account, entry.region.as_deref())
}

/// Says that the inventory has no resources of a kind, since that was not scanned.
fn kind_not_scanned(kind: Kind) -> String {
    format!(
        "the inventory contains no {kind}: they were not scanned (`netcensus scan all -o json` scans everything)"
    )
}

/// Says that kinds were scanned elsewhere, but not in this account, or region of it.
fn kinds_not_scanned_in(
    kinds: &[&str],
    (provider, account, region): (Provider, &str, Option<&str>),
) -> String {
    let region = region.map(|region| format!(" {region}")).unwrap_or_default();
    format!("the {} of {provider} {account}{region} were not scanned", kinds.join(" and "))
}

/// Says that the inventory was filtered.
fn filtered(filters: &[String]) -> String {
    let filters = filters.join(", ");
    format!("the inventory was filtered by {filters} and may lack networks; scan again without filters")
}

/// Tells an account id from what stands in its place in the coverage while none is known, such as `profile:NAME`.
pub(super) fn is_account(text: &str) -> bool {
    !text.contains([':', ' '])
}
