//! What holds for every pair of inventories.

use std::collections::BTreeMap;

use netcensus::analysis::diff::{
    self, AddressHolder, ChangeKind, Changes, DiffRequest, DiffSide, IgnoredFields, MovedAddress, RowChange,
};
use netcensus::analysis::filter::Filter;
use netcensus::input::{self, Pair as Loaded, Source};
use netcensus::model::{Inventory, Kind, Outcome, Provider};
use netcensus::snapshot;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::apply::{Rows, apply, invert, levelled, placed};
use super::estate::{Pair, Reading, identity, pairs, rows};

/// What else is asked.
#[derive(Default)]
struct ScanRequest {
    filters: Vec<Filter>,
    only: Option<ChangeKind>,
    ignore: IgnoredFields,
    same: BTreeMap<Kind, usize>,
}

fn between(old: &Inventory, new: &Inventory, asked: &ScanRequest) -> Changes {
    let only = asked.only.map_or_else(|| ChangeKind::ALL.to_vec(), |what| vec![what]);
    let request = DiffRequest {
        old: ("one", old),
        new: ("other", new),
        same: &asked.same,
        kinds: &Kind::ALL,
        filters: &asked.filters,
        only: &only,
        ignore: &asked.ignore,
        same_scope: false,
    };
    diff::compare_inventories(request, "test".into()).0
}

fn compare(Pair(old, new): &Pair) -> Changes {
    between(old, new, &ScanRequest::default())
}

/// Puts the parts of lists in an order; that in which they come is not looked at.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(unordered).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => {
            // The ends of a link have an order that means something.
            let of = |(name, value): (&String, &Value)| match (name.as_str(), value) {
                ("ends", Value::Array(ends)) => (name.clone(), ends.iter().map(unordered).collect()),
                _ => (name.clone(), unordered(value)),
            };
            Value::Object(fields.iter().map(of).collect())
        }
        other => other.clone(),
    }
}

fn unordered_rows(rows: Rows) -> Rows {
    rows.into_iter().map(|(identity, row)| (identity, unordered(&row))).collect()
}

/// What a side knows of a row's place, by its coverage alone: whether every reader of the sort `whose` was read, whether
/// one of them failed, and whether any was tried.
#[derive(Debug, Clone, Copy)]
struct Told {
    read: bool,
    failed: bool,
}

fn told(side: &Inventory, kind: Kind, row: &Value, account: &Value, region: &Value) -> Told {
    let here = side.coverage.iter().filter(|entry| {
        json!(entry.kind) == json!(kind)
            && json!(entry.provider) == row["provider"]
            && json!(entry.account) == *account
            && (entry.region.is_none() || region.is_null() || json!(entry.region) == *region)
    });
    let outcomes: Vec<Outcome> = here.map(|entry| entry.outcome).collect();
    Told {
        read: outcomes.contains(&Outcome::Complete),
        failed: outcomes.iter().any(|outcome| !matches!(outcome, Outcome::Complete | Outcome::Skipped)),
    }
}

fn owners(side: &Inventory, kind: Kind, row: &Value) -> Vec<Told> {
    if kind != Kind::Links {
        return vec![told(side, kind, row, &row["account"], &row["region"])];
    }
    if row["provider"] == "azure" {
        let subscription = row["id"].as_str().unwrap().split('/').nth(2);
        return vec![told(side, kind, row, &json!(subscription), &Value::Null)];
    }
    let ends = row["ends"].as_array().unwrap().iter();
    ends.map(|end| told(side, kind, row, &end["account"], &end["region"])).collect()
}

fn participants(side: &Inventory, kind: Kind, row: &Value) -> Vec<Told> {
    let participants = row["visible_from"].as_array().into_iter().flatten();
    participants.map(|participant| told(side, kind, row, participant, &row["region"])).collect()
}

/// Tells whether it proves anything that `side` lacks a row: an owner was read, and none failed; or it was never seen
/// but through guests, and all were read.
fn proves(side: &Inventory, kind: Kind, row: &Value) -> bool {
    let sound = |told: &Told| told.read && !told.failed;
    let (owners, participants) = (owners(side, kind, row), participants(side, kind, row));
    let by_owner = owners.iter().any(sound) && !owners.iter().any(|told| told.failed);
    let untried = !owners.iter().any(|told| told.read || told.failed);
    keeps(side, row) && (by_owner || (untried && !participants.is_empty() && participants.iter().all(sound)))
}

/// Tells whether a side would have kept a row that it read: by its region, since that does not change, and in no case by
/// its name. Links have no region.
fn keeps(side: &Inventory, row: &Value) -> bool {
    match side.filters.first().map(String::as_str) {
        None => true,
        Some("region=eu-*") => row["region"].as_str().is_some_and(|region| region.starts_with("eu-")),
        Some(_) => false,
    }
}

/// Tells whether a side never read a place, whatever came of it.
fn untried(side: &Inventory, kind: Kind, row: &Value) -> bool {
    let none = |told: &Told| !told.read && !told.failed;
    !keeps(side, row)
        || owners(side, kind, row).iter().all(none)
        || (!participants(side, kind, row).is_empty() && participants(side, kind, row).iter().any(none))
}

/// Tells whether a side has seen all of a row.
fn saw_all(side: &Inventory, kind: Kind, row: &Value) -> bool {
    owners(side, kind, row).iter().all(|told| told.read && !told.failed)
}

/// Lists the fields in which a row that was made differs from the one that should come out, and that must not: only
/// where a side saw a part may the report be silent.
fn wrong(pair: &Pair, kind: Kind, before: &Value, made: &Value, after: &Value) -> Vec<String> {
    let sides = || [&pair.0, &pair.1].into_iter();
    let moved = identity(kind, before) != identity(kind, after);
    let seen = |side: &Inventory, own: &Value| {
        let all = [before, after];
        all.into_iter().filter(|row| !moved || *row == own).all(|row| saw_all(side, kind, row))
    };
    let all_seen = seen(&pair.0, before) && seen(&pair.1, after);
    let sound = |told: Told| told.read && !told.failed;
    let participants = |row: &Value| sides().all(|side| participants(side, kind, row).into_iter().all(sound));
    let all_asked = participants(before) && participants(after);
    let shared = [before, after].iter().any(|row| row["visible_from"] != json!([]));
    let fields = after.as_object().unwrap().keys().filter(|field| made[*field] != after[*field]);
    let may_hide = |field: &&String| match (kind, field.as_str()) {
        (Kind::Networks | Kind::Subnets, "visible_from") => !all_asked,
        (Kind::Networks | Kind::Subnets, "name" | "tags") => !all_seen && shared,
        (Kind::Subnets, "addresses_available") => !all_seen,
        (Kind::Networks | Kind::Subnets, _) | (Kind::Instances, "name" | "tags") => false,
        (Kind::Instances | Kind::Interfaces | Kind::Links, _) => !all_seen,
    };
    fields.filter(|field| !may_hide(field)).cloned().collect()
}

/// Applies the report, and compares with the newer side.
fn check_applied(pair: &Pair) -> Result<(), TestCaseError> {
    let changes = compare(pair);
    for kind in Kind::ALL {
        let [old, new] = [&pair.0, &pair.1].map(|side| unordered_rows(rows(side, kind)));
        let origin = |identity: &String| {
            let mut moved =
                changes.changes.iter().filter(|change| change.kind == kind && change.was.is_some());
            let change = moved.find(|change| placed(kind, &change.location) == *identity)?;
            old.get(&placed(kind, change.was.as_ref()?))
        };
        let made = unordered_rows(apply(&changes, kind, rows(&pair.0, kind)));
        for (identity, row) in &made {
            match new.get(identity) {
                Some(after) => {
                    let before = origin(identity).or_else(|| old.get(identity)).unwrap_or(after);
                    let wrong = wrong(pair, kind, before, row, after);
                    prop_assert_eq!(wrong, Vec::<String>::new(), "{}", identity);
                }
                None => prop_assert!(untried(&pair.1, kind, row), "{} should be gone", identity),
            }
        }
        for (identity, row) in new.iter().filter(|(identity, _)| !made.contains_key(*identity)) {
            prop_assert!(untried(&pair.0, kind, row), "{} should have come", identity);
        }
    }
    Ok(())
}

fn write_and_load(pair: &Pair, forms: [bool; 2], whole: &[Kind]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let sides = [(&pair.0, "old", forms[0]), (&pair.1, "new", forms[1])];
    let [old, new] = sides.map(|(side, name, as_snapshot)| {
        let path = folder.path().join(name);
        let mut bytes = Vec::new();
        if as_snapshot {
            snapshot::write_snapshot(side, None, &mut bytes).unwrap();
        } else {
            bytes = serde_json::to_vec(side).unwrap();
        }
        std::fs::write(&path, bytes).unwrap();
        Source::Path(path)
    });
    input::load_pair(&old, &new, whole).unwrap()
}

fn any_pair() -> impl Strategy<Value = Pair> {
    prop_oneof![pairs(Reading::Complete), pairs(Reading::SameScopes), pairs(Reading::Any)]
}

proptest! {
    #![proptest_config(crate::cases::cases(80))]

    #[test]
    fn nothing_changes_between_an_inventory_and_itself(Pair(one, _) in any_pair()) {
        let changes = between(&one, &one, &ScanRequest::default());
        prop_assert_eq!(&changes.changes, &[]);
        prop_assert!(changes.unknown.is_empty() && changes.not_compared.is_empty());
        for counts in &changes.counts {
            prop_assert_eq!(counts.same, Some(one.count(counts.kind)));
        }
        if one.filters.is_empty() {
            prop_assert_eq!(changes.complete, one.incomplete().next().is_none() && !one.coverage.is_empty());
        }
    }

    #[test]
    fn the_other_way_round_everything_is_the_other_way_round(Pair(old, new) in any_pair()) {
        let turned = invert(&compare(&Pair(old.clone(), new.clone())));
        let back = between(&new, &old, &ScanRequest::default());
        let renamed = |changes: Changes| {
            let mut changes = levelled(changes);
            (changes.old.name, changes.new.name) = (String::new(), String::new());
            changes
        };
        prop_assert_eq!(renamed(turned), renamed(back));
    }

    #[test]
    fn what_was_read_completely_becomes_the_newer_side_by_its_changes(pair in pairs(Reading::Complete)) {
        let changes = compare(&pair);
        prop_assert!(changes.complete && changes.unknown.is_empty() && changes.not_compared.is_empty());
        for kind in Kind::ALL {
            let made = apply(&changes, kind, rows(&pair.0, kind));
            prop_assert_eq!(unordered_rows(made), unordered_rows(rows(&pair.1, kind)));
        }
    }

    #[test]
    fn what_both_sides_asked_for_becomes_the_newer_side_by_its_changes(pair in pairs(Reading::SameScopes)) {
        prop_assert_eq!(compare(&pair).not_compared, vec![]);
        check_applied(&pair)?;
    }

    #[test]
    fn what_both_sides_cover_becomes_the_newer_side_by_its_changes(pair in pairs(Reading::Any)) {
        check_applied(&pair)?;
    }

    #[test]
    fn nothing_comes_or_goes_that_the_other_side_need_not_have_seen(pair in any_pair()) {
        let changes = compare(&pair);
        for RowChange { change, kind, row, .. } in &changes.changes {
            let lacking = match change {
                ChangeKind::Added => &pair.0,
                ChangeKind::Removed => &pair.1,
                ChangeKind::Changed | ChangeKind::Moved | ChangeKind::Replaced => continue,
            };
            prop_assert!(proves(lacking, *kind, &json!(row)), "{:?} {:?}", change, row);
        }
        for unknown in &changes.unknown {
            let lacking = if unknown.only_in == DiffSide::Old { &pair.1 } else { &pair.0 };
            let row = json!(unknown.row);
            // A doubt about one end of a link is a doubt, though the other was read, and so is a step that may have kept
            // the side from the owner.
            let told = match unknown.kind {
                Kind::Links => saw_all(lacking, Kind::Links, &row),
                kind if lacking.incomplete().any(|entry| entry.kind.is_step()) => saw_all(lacking, kind, &row),
                kind => proves(lacking, kind, &row),
            };
            prop_assert!(!told, "{:?}", unknown);
        }
        prop_assert!(changes.unknown.is_empty() || !changes.complete);
    }

    #[test]
    fn an_address_that_moved_was_at_one_and_is_at_the_other(pair in any_pair()) {
        let changes = compare(&pair);
        let has = |side: &Inventory, moved: &MovedAddress, holder: &AddressHolder| {
            let row = rows(side, moved.kind).remove(&placed(moved.kind, &holder.location));
            row.is_some_and(|row| row[&moved.field].as_array().unwrap().contains(&json!(moved.address)))
        };
        for moved in &changes.moved_addresses {
            prop_assert!(has(&pair.0, moved, &moved.from) && !has(&pair.1, moved, &moved.from), "{:?}", moved);
            prop_assert!(!has(&pair.0, moved, &moved.to) && has(&pair.1, moved, &moved.to), "{:?}", moved);
        }
    }

    #[test]
    fn every_row_of_both_sides_is_counted_once(pair in any_pair()) {
        let changes = compare(&pair);
        for counts in &changes.counts {
            let both = counts.changed + counts.moved + counts.replaced + counts.same.unwrap();
            let of = |side: DiffSide| {
                let unknown = changes.unknown.iter().filter(|one| (one.only_in, one.kind) == (side, counts.kind));
                let left = changes.not_compared.iter().filter(|one| (one.only_in, one.kind) == (side, counts.kind));
                both + unknown.count() + left.map(|left| left.rows).sum::<usize>()
            };
            prop_assert_eq!(of(DiffSide::Old) + counts.removed, pair.0.count(counts.kind));
            prop_assert_eq!(of(DiffSide::New) + counts.added, pair.1.count(counts.kind));
            let listed = changes.changes.iter().filter(|change| change.kind == counts.kind).count();
            prop_assert_eq!(listed, both - counts.same.unwrap() + counts.added + counts.removed);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(Pair(old, new) in any_pair(), turn in 0_usize..5) {
        let changes = compare(&Pair(old.clone(), new.clone()));
        let shuffled = |mut inventory: Inventory| {
            inventory.networks.reverse();
            let by = turn.min(inventory.subnets.len());
            inventory.subnets.rotate_left(by);
            inventory.instances.reverse();
            inventory.interfaces.reverse();
            inventory.links.reverse();
            inventory
        };
        prop_assert_eq!(compare(&Pair(shuffled(old), shuffled(new))), changes);
    }

    #[test]
    fn a_sort_of_changes_is_a_part_of_all(pair in any_pair(), what in select(ChangeKind::ALL.to_vec())) {
        let whole = compare(&pair);
        let part = between(&pair.0, &pair.1, &ScanRequest { only: Some(what), ..ScanRequest::default() });
        let is_it = |change: &RowChange| change.change == what;
        let (of_it, others): (Vec<RowChange>, Vec<RowChange>) = whole.changes.into_iter().partition(is_it);
        let (told, singly): (Vec<RowChange>, Vec<RowChange>) =
            part.changes.into_iter().partition(|change| of_it.contains(change));
        prop_assert_eq!(told, of_it);
        // What moved or was replaced is gone from one place and new in another.
        let pairs = || others.iter().filter(|change| change.was.is_some());
        for one in &singly {
            let location = |change: &RowChange| if what == ChangeKind::Added { Some(change.location.clone()) } else { change.was.clone() };
            prop_assert!(is_it(one) && pairs().any(|pair| location(pair) == Some(one.location.clone())), "{:?}", one);
        }
        if part.complete && matches!(what, ChangeKind::Added | ChangeKind::Removed) {
            let surely = pairs().filter(|pair| pair.change == ChangeKind::Replaced);
            prop_assert!(singly.len() >= surely.count());
        }
        prop_assert_eq!((part.unknown, part.gaps, part.complete), (whole.unknown, whole.gaps, whole.complete));
    }

    #[test]
    fn filters_leave_a_part_of_all(
        pair in any_pair(),
        filter in select(vec!["provider=aws", "account=1*", "region!=us-*", "name=a", "tag:env=dev", "state="]),
    ) {
        let whole = compare(&pair);
        let filters = vec![filter.parse().unwrap()];
        let part = between(&pair.0, &pair.1, &ScanRequest { filters, ..ScanRequest::default() });
        prop_assert!(part.changes.iter().all(|change| whole.changes.contains(change)));
        prop_assert!(part.unknown.iter().all(|unknown| whole.unknown.contains(unknown)));
        prop_assert!(part.gaps.iter().all(|gap| whole.gaps.contains(gap)));
        if filter == "provider=aws" {
            let aws = whole.changes.iter().filter(|change| change.location.provider == Provider::Aws);
            prop_assert_eq!(part.changes.len(), aws.count());
        }
    }

    #[test]
    fn ignoring_fields_takes_their_changes_away_and_nothing_else(pair in any_pair()) {
        let mut whole = compare(&pair);
        let ignore = IgnoredFields::new(["state", "networks.tags", "tag:team", "ends", "subnets.name"]).unwrap();
        let part = between(&pair.0, &pair.1, &ScanRequest { ignore, ..ScanRequest::default() });
        for RowChange { kind, fields, .. } in &mut whole.changes {
            fields.retain(|change| match change.field.as_str() {
                "state" | "tag:team" => false,
                "tag:env" => *kind != Kind::Networks,
                "name" => *kind != Kind::Subnets,
                field => !field.starts_with("ends["),
            });
        }
        whole.changes.retain(|change| change.change != ChangeKind::Changed || !change.fields.is_empty());
        prop_assert_eq!(part.changes, whole.changes);
        prop_assert_eq!(part.unknown, whole.unknown);
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(40))]

    #[test]
    fn snapshots_and_documents_change_alike(pair in any_pair(), forms in any::<[bool; 2]>(), whole in any::<bool>()) {
        let expected = compare(&pair);
        let whole: &[Kind] = if whole { &[Kind::Networks, Kind::Links] } else { &[] };
        for forms in [forms, [true, true]] {
            let Loaded { old, new, same } = write_and_load(&pair, forms, whole);
            let asked = ScanRequest { same, ..ScanRequest::default() };
            prop_assert_eq!(between(&old.inventory, &new.inventory, &asked), expected.clone());
            prop_assert_eq!(old.warnings.len() + new.warnings.len(), 0);
        }
    }
}
