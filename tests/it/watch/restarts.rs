//! A watch that is started again: what it goes on from, when it scans, and what it needs of the store.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use netcensus::model::Inventory;
use netcensus::watch::{AccountRegion, Cause, Delta, Journal, JournalEntry, Recovered, ViewChange};
use serde_json::{Value, json};

use super::{WATCH, estate, watch_and_stop};
use crate::support::{Home, Output, interrupt, wait_for};

/// Starts a watch with more flags, and stops it as soon as it watches.
fn watch_with(home: &Home, flags: &str) -> Output {
    let mut child = home.netcensus(&format!("{WATCH} {flags}")).spawn();
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    interrupt(&child);
    Output::of(child).succeeds()
}

/// Lists the files in a directory whose names end so.
fn files(directory: &Path, end: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_str().unwrap().ends_with(end)).collect()
}

/// Has the journal say that the last full scan was some time ago.
pub(super) fn age_scan(home: &Home, age: SignedDuration) {
    let path = files(&home.path().join("store/watch"), ".journal").remove(0);
    let text = fs::read_to_string(&path).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let mut first: Value = serde_json::from_str(first).unwrap();
    assert!(first["scanned_at"].is_string(), "{first}");
    first["scanned_at"] = json!(Timestamp::now() - age);
    fs::write(path, format!("{first}\n{rest}")).unwrap();
}

/// Snapshots that a watch keeps are of what events told of. How old they are says nothing of events that were lost.
#[test]
fn how_old_a_watch_is_counts_from_its_last_full_scan_and_not_from_what_it_kept_since() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    home.write("estate.toml", estate(&["10.0.0.0/16", "10.1.0.0/16"]));
    assert_eq!(watch_with(&home, "--max-age 1h").stdout, "", "it was scanned a moment ago");
    age_scan(&home, SignedDuration::from_mins(61));
    let changes = watch_with(&home, "--max-age 1h").stdout;
    assert!(changes.contains("\"cause\":\"scan\"") && changes.contains("\"change\":\"added\""), "{changes}");
}

#[test]
fn the_next_full_scan_is_due_some_time_after_the_last_one_also_after_a_restart() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    home.write("estate.toml", estate(&["10.0.0.0/16", "10.1.0.0/16"]));
    // It is started without a scan, and the next one is due, since the last one was an hour ago.
    age_scan(&home, SignedDuration::from_mins(61));
    let mut child = home.netcensus(&format!("{WATCH} --max-age 1d --export export.json")).spawn();
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    let export = home.path().join("export.json");
    while !fs::read_to_string(&export).is_ok_and(|text| text.contains("10.1.0.0/16")) {
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(&child);
    let output = Output::of(child).succeeds();
    assert!(output.stdout.contains("\"cause\":\"scan\""), "{}", output.stdout);
}

/// Without the snapshot that its journal continues, a watch does not know what changed since.
#[test]
fn a_snapshot_that_a_watch_continues_is_not_pruned() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    let store = home.path().join("store");
    let continued = files(&store, ".ncsnap");
    assert_eq!(continued.len(), 1);
    for _ in 0..2 {
        home.netcensus("scan all --sandbox --estate estate.toml --save --store store").run().exits(0);
    }
    assert_eq!(files(&store, ".ncsnap").len(), 3);
    let pruned = home.netcensus("snapshots prune --keep-last 1 --store store").run().exits(0);
    pruned.says(&["removed 1 snapshot", "kept 2 snapshots", "1 snapshot not removed: a watch continues it"]);
    assert!(continued[0].exists());
    home.write("estate.toml", estate(&["10.0.0.0/16", "10.1.0.0/16"]));
    let changes = watch_and_stop(&home).succeeds().stdout;
    assert_eq!(changes.matches("\"change\":\"added\"").count(), 1, "{changes}");
    // It has kept another one since.
    home.netcensus("snapshots prune --keep-last 1 --store store").run().exits(0);
    assert!(!continued[0].exists());
}

#[test]
fn a_watch_whose_snapshot_is_gone_says_what_it_compares_with() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    let store = home.path().join("store");
    let remove_all = || files(&store, ".ncsnap").iter().for_each(|path| fs::remove_file(path).unwrap());
    remove_all();
    let mut child = home.netcensus(WATCH).spawn();
    let _stderr = wait_for(&mut child, "there is no other snapshot of the scope", 1);
    interrupt(&child);
    Output::of(child);
    remove_all();
    home.netcensus("scan all --sandbox --estate estate.toml --save --store store").run().exits(0);
    let mut child = home.netcensus(WATCH).spawn();
    let _stderr = wait_for(&mut child, "this one compares with the snapshot @", 1);
    interrupt(&child);
    Output::of(child);
}

/// What is on stdout is told to channels by another thread, which may be killed before it does so.
#[test]
fn channels_are_told_of_what_the_watch_before_was_killed_before_telling() {
    let home = Home::new();
    home.write("netcensus.toml", "[notify.ops]\ntype = 'file'\npath = 'ops.ndjson'\n");
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    // The journal of a watch that found another network, which collides, and was killed once that was on stdout.
    home.write("both.toml", estate(&["10.0.0.0/16", "10.0.0.0/20"]));
    let both = home.netcensus("scan --sandbox --estate both.toml -o json").run().succeeds().stdout;
    let both: Inventory = serde_json::from_str(&both).unwrap();
    let row =
        both.networks.iter().find(|one| json!(one).to_string().contains("10.0.0.0/20")).unwrap().clone();
    let viewer = AccountRegion::new(row.provider, &row.account, Some(&row.region));
    let networks = vec![ViewChange { viewer, row, is_gone: false }];
    let delta = Delta { networks, ..Delta::default() };
    let path = files(&home.path().join("store/watch"), ".journal").remove(0);
    let Recovered { snapshot, scanned_at, .. } = Journal::read(&path).unwrap().unwrap();
    let mut journal = Journal::begin(&path, &snapshot, 0, scanned_at, Delta::default()).unwrap();
    journal.append(JournalEntry { sequence: 1, at: Timestamp::now(), cause: Cause::Events, delta }).unwrap();
    journal.mark_reported(1).unwrap();
    drop(journal);
    let told = || fs::read_to_string(home.path().join("ops.ndjson")).unwrap_or_default();
    assert_eq!(watch_with(&home, "--max-age 1h --notify ops").stdout, "", "it was reported");
    assert_eq!(told().matches("\"what\":\"collision introduced").count(), 1, "{}", told());
    watch_with(&home, "--max-age 1h --notify ops");
    assert_eq!(told().matches("\"what\":\"collision introduced").count(), 1, "{}", told());
}

/// A change that cannot be written to the journal is not reported either, so that it is reported once in the end.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_reported_that_is_not_kept() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    watch_and_stop(&home).succeeds();
    let many: Vec<String> = (1..100).map(|number| format!("10.{number}.0.0/16")).collect();
    home.write("estate.toml", estate(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    let full = home.netcensus(WATCH).limit_file_size(40).run().exits(2);
    assert_eq!(full.stdout, "");
    full.says(&["cannot write", ".journal"]);
    let changes = watch_and_stop(&home).succeeds().stdout;
    assert_eq!(changes.matches("\"change\":\"added\"").count(), 99);
    assert_eq!(watch_and_stop(&home).succeeds().stdout, "", "it was reported");
}
