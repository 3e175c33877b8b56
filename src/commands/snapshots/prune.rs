//! `netcensus snapshots prune`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::item::{self, Item, size};
use crate::analysis::value::Value;
use crate::cli::snapshots::PruneArgs;
use crate::commands::record_list::{self, Sheet};
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::output::Format;
use crate::snapshot::Store;
use crate::ui::Ui;
use crate::wording::counted;

/// Removes what neither rule keeps, and lists it.
///
/// # Errors
/// When no rule would keep anything, the folder cannot be read, or a snapshot not be removed.
pub fn run(args: &PruneArgs, store: &Store, format: Format, ui: &Ui) -> Result<Exit, Error> {
    check(args)?;
    let items = item::read(store, ui)?;
    let unread = items.iter().filter(|item| item.about.is_err()).count();
    let future = items.iter().filter(|item| item.is_of_future && item.about.is_ok()).count();
    let number = items.len();
    let old = superfluous(items, args, Timestamp::now());
    let (gone, failed) = if args.dry_run { (old, Vec::new()) } else { remove(old, ui) };
    let bytes = size(gone.iter().map(|item| item.bytes).sum());
    let removed = counted(gone.len(), "snapshot");
    record_list::show(of(&gone), format, ui)?;
    let left = counted(number - gone.len(), "snapshot");
    let verbs = if args.dry_run { ["would remove", "would keep"] } else { ["removed", "kept"] };
    let folder = store.folder().display();
    ui.status(&format!("{} {removed} ({bytes}), {} {left} in {folder}", verbs[0], verbs[1]));
    if future > 0 {
        ui.warn(&format!("{} left alone: dated in the future", counted(future, "snapshot")));
    }
    if unread > 0 {
        ui.warn(&format!("{} left alone: see above", counted(unread, "unreadable snapshot")));
    }
    if !args.dry_run {
        sweep(store, ui)?;
    }
    match failed.first() {
        None => Ok(Exit::Clean),
        Some(error) => Err(Error::new(
            ErrorKind::Output,
            format!("cannot remove {} from {}", counted(failed.len(), "snapshot"), store.folder().display()),
        )
        .caused_by(error)),
    }
}

/// Refuses rules that would keep nothing.
fn check(args: &PruneArgs) -> Result<(), Error> {
    let hint = "such as: netcensus snapshots prune --keep-last 30 --keep-days 90";
    match (args.keep_last, args.keep_days) {
        (None, None) => {
            Err(Error::usage("nothing says which snapshots to keep: give --keep-last or --keep-days")
                .remedy(hint))
        }
        (None | Some(0), None | Some(0)) => Err(Error::usage(
            "this would keep no snapshot at all: give --keep-last or --keep-days a greater number",
        )
        .remedy(hint)),
        _ => Ok(()),
    }
}

/// Picks those of `items`, which are newest first, that neither rule keeps.
///
/// What cannot be read or is dated in the future is neither counted nor removed: it must not push out what is known. Nor must several in a row that hold next to
/// nothing, as when a role was gone: where the newest of a scope are kept, so is the newest complete one.
fn superfluous(mut items: Vec<Item>, args: &PruneArgs, now: Timestamp) -> Vec<Item> {
    let last = args.keep_last.unwrap_or_default();
    let days = args.keep_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    // How many of a scope there were so far, and how many of these were complete.
    let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    items.retain(|item| {
        let (Ok(about), false) = (&item.about, item.is_of_future) else { return false };
        let is_complete = about.incomplete() == 0;
        let (all, complete) = seen.entry(item.entry.scope.clone()).or_default();
        *all += 1;
        *complete += usize::from(is_complete);
        let is_newest = *all <= last || (last > 0 && is_complete && *complete == 1);
        let is_young = days.is_some_and(|days| now.duration_since(item.entry.taken_at) < days);
        !is_newest && !is_young
    });
    items
}

/// Removes `old`; returns what is gone by that, and what went wrong.
fn remove(old: Vec<Item>, ui: &Ui) -> (Vec<Item>, Vec<std::io::Error>) {
    let (mut gone, mut failed) = (Vec::new(), Vec::new());
    for item in old {
        match item.entry.remove() {
            Ok(true) => gone.push(item),
            // Somebody else prunes at the same time.
            Ok(false) => {}
            Err(error) => {
                ui.warn(&format!("cannot remove {}: {error}", item.entry.path.display()));
                failed.push(error);
            }
        }
    }
    (gone, failed)
}

fn sweep(store: &Store, ui: &Ui) -> Result<(), Error> {
    let swept = store.sweep(SystemTime::now()).map_err(|error| {
        let folder = store.folder().display();
        Error::new(ErrorKind::Output, format!("cannot remove what killed writers left in {folder}"))
            .caused_by(&error)
    })?;
    if swept > 0 {
        ui.status(&format!("removed what killed writers left: {}", counted(swept, "file")));
    }
    Ok(())
}

fn of(items: &[Item]) -> Sheet {
    let row = |item: &Item| {
        vec![
            Value::Time(item.entry.taken_at),
            Value::Number(item.bytes),
            Value::Text(item.entry.path.display().to_string()),
        ]
    };
    let object = |item: &Item| {
        let path = item.entry.path.display().to_string();
        json!({ "taken_at": item.entry.taken_at, "bytes": item.bytes, "path": path })
    };
    Sheet {
        name: "snapshots",
        columns: vec![("taken_at", 0), ("bytes", 0), ("path", 0)],
        rows: items.iter().map(row).collect(),
        objects: items.iter().map(object).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Inventory, Outcome, Resources};
    use crate::snapshot::{About, Entry, SnapshotError};

    const NOW: &str = "2026-11-20T06:00:00Z";

    fn item(taken_at: &str, scope: &str, sound: bool) -> Item {
        let taken_at: Timestamp = taken_at.parse().unwrap();
        let inventory = Inventory::assemble(String::new(), taken_at, vec![], Resources::default(), vec![]);
        let damaged = || SnapshotError::Damaged { name: "x".into(), what: "cut".into() };
        Item {
            name: String::new(),
            entry: Entry {
                taken_at,
                kept: 0,
                scope: scope.into(),
                path: format!("{taken_at}-{scope}").into(),
            },
            is_of_future: false,
            about: if sound { Ok(About::of(&inventory, None)) } else { Err(damaged()) },
            bytes: 1,
        }
    }

    fn shelf() -> Vec<Item> {
        vec![
            item("2026-11-20T05:00:00Z", "a", false),
            item("2026-11-20T04:00:00Z", "a", true),
            item("2026-11-19T07:00:00Z", "b", true),
            item("2026-11-19T06:00:00Z", "a", true),
            item("2026-11-18T06:00:00Z", "b", true),
            item("2026-10-01T06:00:00Z", "a", false),
            item("2026-10-01T05:00:00Z", "a", true),
        ]
    }

    fn pruned(keep_last: Option<usize>, keep_days: Option<u32>) -> Vec<String> {
        let args = PruneArgs { keep_last, keep_days, dry_run: false };
        let gone = superfluous(shelf(), &args, NOW.parse().unwrap());
        gone.iter().map(|item| item.entry.path.display().to_string()).collect()
    }

    #[test]
    fn each_scope_keeps_its_newest_and_what_cannot_be_read_is_neither_counted_nor_removed() {
        let expected = ["2026-11-19T06:00:00Z-a", "2026-11-18T06:00:00Z-b", "2026-10-01T05:00:00Z-a"];
        assert_eq!(pruned(Some(1), None), expected);
        assert_eq!(pruned(Some(2), None), ["2026-10-01T05:00:00Z-a"]);
        assert!(pruned(Some(9), None).is_empty());
    }

    /// Faults F9: `--keep-last 1` kept the snapshot of a wrong clock, and removed the real ones.
    #[test]
    fn a_snapshot_of_the_future_is_neither_counted_nor_removed() {
        let mut items = shelf();
        items.insert(0, Item { is_of_future: true, ..item("2028-01-01T06:00:00Z", "a", true) });
        let args = PruneArgs { keep_last: Some(1), keep_days: None, dry_run: false };
        let gone = superfluous(items, &args, NOW.parse().unwrap());
        let paths: Vec<String> = gone.iter().map(|item| item.entry.path.display().to_string()).collect();
        assert_eq!(paths, pruned(Some(1), None));
    }

    #[test]
    fn the_newest_complete_one_of_a_scope_stays_beside_the_newest() {
        let mut items: Vec<Item> = (10..20)
            .rev()
            .flat_map(|day| ["a", "b"].map(|scope| item(&format!("2026-11-{day}T06:00:00Z"), scope, true)))
            .collect();
        for item in &mut items {
            let holds_little =
                item.entry.path.display().to_string().as_str() > "2026-11-14" && item.entry.scope == "a";
            if let Ok(about) = &mut item.about {
                about.scopes.insert(Outcome::Denied, usize::from(holds_little));
            }
        }
        let args = PruneArgs { keep_last: Some(2), keep_days: None, dry_run: false };
        let mut kept: Vec<String> = items.iter().map(|item| item.entry.path.display().to_string()).collect();
        let gone = superfluous(items, &args, NOW.parse().unwrap());
        kept.retain(|path| gone.iter().all(|item| item.entry.path.display().to_string() != *path));
        let expected = [
            "2026-11-19T06:00:00Z-a",
            "2026-11-19T06:00:00Z-b",
            "2026-11-18T06:00:00Z-a",
            "2026-11-18T06:00:00Z-b",
            "2026-11-13T06:00:00Z-a",
        ];
        assert_eq!(kept, expected);
    }

    #[test]
    fn either_rule_keeps() {
        let older_than_a_day = ["2026-11-19T06:00:00Z-a", "2026-11-18T06:00:00Z-b", "2026-10-01T05:00:00Z-a"];
        assert_eq!(pruned(None, Some(1)), older_than_a_day, "a day old is not younger than a day");
        assert_eq!(pruned(Some(0), Some(2)), ["2026-11-18T06:00:00Z-b", "2026-10-01T05:00:00Z-a"]);
        assert_eq!(pruned(Some(2), Some(1)), ["2026-10-01T05:00:00Z-a"]);
        assert!(pruned(None, Some(u32::MAX)).is_empty());
    }

    #[test]
    fn rules_that_keep_nothing_are_refused() {
        for (keep_last, keep_days) in [(None, None), (Some(0), None), (None, Some(0)), (Some(0), Some(0))] {
            let args = PruneArgs { keep_last, keep_days, dry_run: false };
            assert!(check(&args).is_err(), "{args:?}");
        }
        assert!(check(&PruneArgs { keep_last: Some(0), keep_days: Some(1), dry_run: false }).is_ok());
    }
}
