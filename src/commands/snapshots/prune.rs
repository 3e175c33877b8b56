//! `netcensus snapshots prune`: removes the snapshots that no rule keeps.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::item::{ListedSnapshot, format_size, list_with_headers};
use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::cli::snapshots::PruneArgs;
use crate::commands::interrupt;
use crate::commands::record_list::RecordList;
use crate::commands::watch::continued_snapshots;
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::output::Format;
use crate::snapshot::SnapshotStore;
use crate::ui::Ui;
use crate::wording::counted;

/// Removes the snapshots that no rule keeps and no watch continues, and prints them.
///
/// # Errors
/// When no rule would keep anything, the directory cannot be read, or a snapshot cannot be removed.
pub fn run(
    args: &PruneArgs,
    store: &SnapshotStore,
    format: Format,
    fit: Fit,
    ui: &Ui,
) -> Result<Exit, Error> {
    check_rules(args)?;
    let items = list_with_headers(store, ui)?;
    let unread = items.iter().filter(|item| item.about.is_err()).count();
    let future = items.iter().filter(|item| item.is_of_future && item.about.is_ok()).count();
    let number = items.len();
    let old = choose_removable(items, args, Timestamp::now());
    // Looked up last: a watch that keeps one meanwhile continues that one.
    let continued = continued_snapshots(store)?;
    let is_continued =
        |item: &ListedSnapshot| item.entry.path.file_name().is_some_and(|name| continued.contains(name));
    let (continued, old): (Vec<_>, Vec<_>) = old.into_iter().partition(is_continued);
    let (gone, failed) = if args.dry_run { (old, Vec::new()) } else { remove_snapshots(old, ui) };
    let bytes = format_size(gone.iter().map(|item| item.bytes).sum());
    let removed = counted(gone.len(), "snapshot");
    removed_list(&gone, fit).print(format, ui)?;
    let left = counted(number - gone.len(), "snapshot");
    let verbs = if args.dry_run { ["would remove", "would keep"] } else { ["removed", "kept"] };
    let directory = store.directory().display();
    ui.status(&format!("{} {removed} ({bytes}), {} {left} in {directory}", verbs[0], verbs[1]));
    if !continued.is_empty() {
        ui.status(&format!("{} not removed: a watch continues it", counted(continued.len(), "snapshot")));
    }
    if future > 0 {
        ui.warn(&format!("{} not removed: dated in the future", counted(future, "snapshot")));
    }
    if unread > 0 {
        ui.warn(&format!("{} not removed: see above", counted(unread, "unreadable snapshot")));
    }
    if !args.dry_run {
        remove_abandoned(store, ui)?;
    }
    match failed.first() {
        None => Ok(Exit::Clean),
        Some(error) => Err(Error::new(
            ErrorKind::Output,
            format!(
                "cannot remove {} from {}",
                counted(failed.len(), "snapshot"),
                store.directory().display()
            ),
        )
        .with_source(error)),
    }
}

/// Refuses rules that would keep nothing.
fn check_rules(args: &PruneArgs) -> Result<(), Error> {
    let hint = "for example: netcensus snapshots prune --keep-last 30 --keep-days 90";
    match (args.keep_last, args.keep_days) {
        (None, None) => {
            Err(Error::usage("no rule says which snapshots to keep: set --keep-last or --keep-days")
                .remedy(hint))
        }
        (None | Some(0), None | Some(0)) => Err(Error::usage(
            "this would keep no snapshot: set --keep-last or --keep-days to a greater number",
        )
        .remedy(hint)),
        _ => Ok(()),
    }
}

/// Chooses the snapshots that no rule keeps. `items` are newest first.
///
/// A snapshot that cannot be read or is dated in the future is neither counted nor removed: it must not push out a good
/// one. Nor must several snapshots in a row that contain almost nothing, as after a role was deleted: where the newest of
/// a scope are kept, so is the newest complete one.
fn choose_removable(mut items: Vec<ListedSnapshot>, args: &PruneArgs, now: Timestamp) -> Vec<ListedSnapshot> {
    let last = args.keep_last.unwrap_or_default();
    let days = args.keep_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    // For each scope: how many there were so far, and how many of these were complete.
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

/// Removes snapshots; returns those that it removed, and the errors.
fn remove_snapshots(old: Vec<ListedSnapshot>, ui: &Ui) -> (Vec<ListedSnapshot>, Vec<std::io::Error>) {
    // Removed without being listed would be a snapshot that no one can name.
    interrupt::defer_signals();
    let (mut gone, mut failed) = (Vec::new(), Vec::new());
    for item in old {
        match item.entry.remove() {
            Ok(true) => gone.push(item),
            // Another process prunes at the same time.
            Ok(false) => {}
            Err(error) => {
                ui.warn(&format!("cannot remove {}: {error}", item.entry.path.display()));
                failed.push(error);
            }
        }
    }
    (gone, failed)
}

fn remove_abandoned(store: &SnapshotStore, ui: &Ui) -> Result<(), Error> {
    let swept = store.remove_abandoned(SystemTime::now()).map_err(|error| {
        let directory = store.directory().display();
        Error::new(
            ErrorKind::Output,
            format!("cannot remove temporary files of killed processes in {directory}"),
        )
        .with_source(&error)
    })?;
    if swept > 0 {
        ui.status(&format!("removed {} of killed processes", counted(swept, "temporary file")));
    }
    Ok(())
}

fn removed_list(items: &[ListedSnapshot], fit: Fit) -> RecordList<Json> {
    let row = |item: &ListedSnapshot| {
        vec![
            Value::Time(item.entry.taken_at),
            Value::Number(item.bytes),
            Value::Text(item.entry.path.display().to_string()),
        ]
    };
    let object = |item: &ListedSnapshot| {
        let path = item.entry.path.display().to_string();
        json!({ "taken_at": item.entry.taken_at, "bytes": item.bytes, "path": path })
    };
    RecordList {
        name: "snapshots",
        columns: vec![("taken_at", 0), ("bytes", 0), ("path", 0)],
        fit,
        rows: items.iter().map(row).collect(),
        objects: items.iter().map(object).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Inventory, Outcome, Resources};
    use crate::snapshot::{SnapshotEntry, SnapshotError, SnapshotHeader};

    const NOW: &str = "2026-11-20T06:00:00Z";

    fn item(taken_at: &str, scope: &str, sound: bool) -> ListedSnapshot {
        let taken_at: Timestamp = taken_at.parse().unwrap();
        let inventory = Inventory::assemble(String::new(), taken_at, vec![], Resources::default(), vec![]);
        let damaged = || SnapshotError::Damaged { name: "x".into(), what: "cut".into() };
        ListedSnapshot {
            name: String::new(),
            entry: SnapshotEntry {
                taken_at,
                kept: 0,
                scope: scope.into(),
                path: format!("{taken_at}-{scope}").into(),
            },
            is_of_future: false,
            about: if sound { Ok(SnapshotHeader::from_inventory(&inventory, None)) } else { Err(damaged()) },
            bytes: 1,
        }
    }

    fn kept_snapshots() -> Vec<ListedSnapshot> {
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
        let gone = choose_removable(kept_snapshots(), &args, NOW.parse().unwrap());
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
        let mut items = kept_snapshots();
        items.insert(0, ListedSnapshot { is_of_future: true, ..item("2028-01-01T06:00:00Z", "a", true) });
        let args = PruneArgs { keep_last: Some(1), keep_days: None, dry_run: false };
        let gone = choose_removable(items, &args, NOW.parse().unwrap());
        let paths: Vec<String> = gone.iter().map(|item| item.entry.path.display().to_string()).collect();
        assert_eq!(paths, pruned(Some(1), None));
    }

    #[test]
    fn the_newest_complete_one_of_a_scope_stays_beside_the_newest() {
        let mut items: Vec<ListedSnapshot> = (10..20)
            .rev()
            .flat_map(|day| ["a", "b"].map(|scope| item(&format!("2026-11-{day}T06:00:00Z"), scope, true)))
            .collect();
        for item in &mut items {
            let contains_little =
                item.entry.path.display().to_string().as_str() > "2026-11-14" && item.entry.scope == "a";
            if let Ok(about) = &mut item.about {
                about.scopes.insert(Outcome::Denied, usize::from(contains_little));
            }
        }
        let args = PruneArgs { keep_last: Some(2), keep_days: None, dry_run: false };
        let mut kept: Vec<String> = items.iter().map(|item| item.entry.path.display().to_string()).collect();
        let gone = choose_removable(items, &args, NOW.parse().unwrap());
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
            assert!(check_rules(&args).is_err(), "{args:?}");
        }
        assert!(check_rules(&PruneArgs { keep_last: Some(0), keep_days: Some(1), dry_run: false }).is_ok());
    }
}
