//! What a report of changes says, done: to the older rows, and the other way round.

use std::collections::BTreeMap;

use netcensus::analysis::diff::{ChangeKind, Changes, DiffSide, FieldChange, ResourceLocation, RowChange};
use netcensus::model::{Kind, LinkKind};
use serde_json::{Map, Value, json};

use super::estate::identity;

/// Rows of a kind, by identity.
pub type Rows = BTreeMap<String, Value>;

/// Makes the newer rows of `kind` from the older ones. What is unknown is taken as it would be if the sides were right.
pub fn apply(changes: &Changes, kind: Kind, mut rows: Rows) -> Rows {
    for change in changes.changes.iter().filter(|change| change.kind == kind) {
        let row = match change.change {
            ChangeKind::Removed => {
                let row = rows.remove(&identity(kind, &json!(change.row))).expect("it was there");
                assert_eq!(row, json!(change.row));
                continue;
            }
            ChangeKind::Added => json!(change.row),
            ChangeKind::Changed => applied(take(&mut rows, kind, &change.location), change),
            ChangeKind::Moved | ChangeKind::Replaced => {
                applied(take(&mut rows, kind, change.was.as_ref().unwrap()), change)
            }
        };
        assert_eq!(rows.insert(identity(kind, &row), row), None, "it was not there");
    }
    for unknown in changes.unknown.iter().filter(|unknown| unknown.kind == kind) {
        let row = json!(unknown.row);
        match unknown.only_in {
            DiffSide::Old => assert_eq!(rows.remove(&identity(kind, &row)), Some(row)),
            DiffSide::New => assert_eq!(rows.insert(identity(kind, &row), row), None),
        }
    }
    rows
}

fn take(rows: &mut Rows, kind: Kind, location: &ResourceLocation) -> Value {
    rows.remove(&placed(kind, location)).expect("it was there")
}

/// Says what the row at a place is. A link is nowhere: its id tells, and its kind goes with the cloud here.
pub fn placed(kind: Kind, location: &ResourceLocation) -> String {
    let mut named = json!(location);
    if kind == Kind::Links {
        let is_aws = location.id.starts_with("pcx-");
        named["kind"] = json!(if is_aws { LinkKind::VpcPeering } else { LinkKind::VnetPeering });
    }
    identity(kind, &named)
}

fn applied(mut row: Value, change: &RowChange) -> Value {
    row["id"] = json!(change.location.id);
    if change.kind != Kind::Links {
        row["account"] = json!(change.location.account);
        row["region"] = json!(change.location.region);
    }
    for field in &change.fields {
        set(&mut row, field);
    }
    row
}

fn set(row: &mut Value, change: &FieldChange) {
    if let Some(key) = change.field.strip_prefix("tag:") {
        let tags: &mut Map<String, Value> = row["tags"].as_object_mut().unwrap();
        match &change.new {
            Value::Null => drop(tags.remove(key)),
            value => drop(tags.insert(key.to_owned(), value.clone())),
        }
        return;
    }
    match change.field.strip_prefix("ends[").and_then(|rest| rest.split_once("].")) {
        Some((index, field)) => row["ends"][index.parse::<usize>().unwrap()][field] = change.new.clone(),
        None => row[&change.field] = change.new.clone(),
    }
}

/// Turns a report round.
pub fn invert(changes: &Changes) -> Changes {
    let mut turned = changes.clone();
    std::mem::swap(&mut turned.old, &mut turned.new);
    for counts in &mut turned.counts {
        std::mem::swap(&mut counts.added, &mut counts.removed);
    }
    for change in &mut turned.changes {
        change.change = match change.change {
            ChangeKind::Added => ChangeKind::Removed,
            ChangeKind::Removed => ChangeKind::Added,
            same => same,
        };
        if let Some(was) = &mut change.was {
            std::mem::swap(was, &mut change.location);
        }
        for field in &mut change.fields {
            std::mem::swap(&mut field.old, &mut field.new);
            std::mem::swap(&mut field.added, &mut field.removed);
        }
    }
    for moved in &mut turned.moved_addresses {
        std::mem::swap(&mut moved.from, &mut moved.to);
    }
    turned.unknown.iter_mut().for_each(|unknown| unknown.only_in = other(unknown.only_in));
    turned.not_compared.iter_mut().for_each(|left| left.only_in = other(left.only_in));
    turned.accounts.iter_mut().for_each(|account| account.only_in = other(account.only_in));
    turned.gaps.iter_mut().for_each(|gap| gap.side = other(gap.side));
    turned
}

const fn other(side: DiffSide) -> DiffSide {
    match side {
        DiffSide::Old => DiffSide::New,
        DiffSide::New => DiffSide::Old,
    }
}

/// Puts a report in an order that does not depend on its direction, and leaves out what is said of one side only: notes
/// and other sentences, and the names, and of a link the place, that a resource of both sides has now.
pub fn levelled(mut changes: Changes) -> Changes {
    for change in &mut changes.changes {
        if change.row.is_none() {
            (change.name, change.account_name) = (None, None);
        }
        if change.kind == Kind::Links {
            for location in std::iter::once(&mut change.location).chain(&mut change.was) {
                (location.account, location.region) = (None, None);
            }
            change.account_name = None;
        }
    }
    let location = |location: &ResourceLocation| serde_json::to_string(location).unwrap();
    changes.changes.sort_by_key(|change| (change.kind, location(&change.location), change.change));
    changes.moved_addresses.sort_by_key(|moved| {
        (moved.kind, moved.field.clone(), moved.address.clone(), location(&moved.to.location))
    });
    changes.unknown.sort_by_key(|unknown| (unknown.only_in, unknown.kind, location(&unknown.location)));
    changes.not_compared.sort();
    changes.gaps.sort_by_key(|gap| (gap.side, gap.scope.to_string()));
    changes.accounts.sort();
    changes.notes.clear();
    changes.missing.clear();
    changes
}
