//! `snapshots prune`: what goes, what stays, and who may do it at the same time.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::{files, keep, kept, store_of};
use crate::support::{Home, Output, skipped};

fn names(folder: &Path) -> BTreeSet<PathBuf> {
    kept(folder).into_iter().collect()
}

/// Keeps one that is so many hours old.
fn keep_old(folder: &Path, hours: i64, scope: &str) -> PathBuf {
    let then = Timestamp::now() - SignedDuration::from_hours(hours);
    let then = Timestamp::from_second(then.as_second()).unwrap();
    keep(folder, &then.to_string(), scope)
}

#[test]
fn each_scope_keeps_its_newest_and_its_youngest() {
    let home = Home::new();
    let folder = store_of(&home);
    let a: Vec<PathBuf> = [1, 30, 60, 90].map(|hours| keep_old(&folder, hours, "a")).into();
    let b: Vec<PathBuf> = [200, 300].map(|hours| keep_old(&folder, hours, "b")).into();
    let all = names(&folder);

    let dry = home.netcensus("snapshots prune --keep-last 1 --keep-days 2 --dry-run -o json").run().exits(0);
    assert_eq!(names(&folder), all, "a dry run removes nothing");
    let output = home.netcensus("snapshots prune --keep-last 1 --keep-days 2 -o json").run().exits(0);
    assert_eq!(output.stdout, dry.stdout);
    dry.says(&["would remove 3 snapshots", "would keep 3 snapshots"]);
    let removed: BTreeSet<PathBuf> =
        output.json().as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap().into()).collect();
    assert_eq!(removed, [&a[2], &a[3], &b[1]].into_iter().cloned().collect());
    assert_eq!(names(&folder), &all - &removed);
    output.says(&["removed 3 snapshots", "kept 3 snapshots"]);

    let again = home.netcensus("snapshots prune --keep-last 1 --keep-days 2").run().exits(0);
    assert!(again.stdout.ends_with("(none)\n"), "{}", again.stdout);
    home.netcensus("snapshots prune --keep-days 1").run().exits(0);
    assert_eq!(kept(&folder), [a[0].clone()], "a scope that nobody reads any more goes with its age");
}

#[test]
fn what_cannot_be_read_is_left_alone_and_named() {
    let home = Home::new();
    let folder = store_of(&home);
    let sound = keep_old(&folder, 50, "a");
    let old = keep_old(&folder, 60, "a");
    let damaged = keep_old(&folder, 40, "a");
    fs::write(&damaged, "nonsense").unwrap();
    let newer = keep_old(&folder, 99, "a");
    fs::write(&newer, "{\"snapshot_version\":2,\"schema_version\":1}\n").unwrap();
    let stranger = folder.join("README.txt");
    fs::write(&stranger, "not ours").unwrap();
    let output = home.netcensus("snapshots prune --keep-last 1").run().exits(0);
    let damaged_name = damaged.display().to_string();
    output.says(&[&damaged_name, "upgrade", "2 unreadable snapshots not removed"]);
    assert_eq!(names(&folder), [damaged, newer, sound].into(), "a damaged one does not count as the newest");
    assert!(stranger.exists() && !old.exists());
}

#[test]
fn rules_that_would_keep_nothing_are_refused() {
    let home = Home::new();
    let folder = store_of(&home);
    keep(&folder, "2026-11-17T06:00:00Z", "a");
    home.netcensus("snapshots prune").run().refuses(&["--keep-last", "--keep-days"]);
    for rules in ["--keep-last 0", "--keep-days 0", "--keep-last 0 --keep-days 0"] {
        home.netcensus(&format!("snapshots prune {rules}")).run().refuses(&["would keep no snapshot"]);
    }
    home.netcensus("snapshots prune --keep-last -1").run().exits(2);
    assert_eq!(kept(&folder).len(), 1);
    home.netcensus("snapshots prune --keep-last 1 --store nowhere")
        .run()
        .refuses(&["the directory of snapshots nowhere does not exist"]);
    Home::new()
        .netcensus("snapshots prune --keep-last 1")
        .run()
        .exits(0)
        .says(&["removed 0 snapshots", "snapshots\n"]);
    assert!(!home.path().join("nowhere").exists());
}

#[test]
fn what_killed_writers_left_is_removed_once_it_is_a_day_old() {
    let home = Home::new();
    let folder = store_of(&home);
    let path = keep_old(&folder, 1, "a");
    let name = path.file_name().unwrap().to_str().unwrap();
    let draft = |digits: &str| folder.join(format!(".{name}.{digits}.tmp"));
    let [old, fresh] = ["0123456789abcdef", "f123456789abcdef"].map(draft);
    let others = [draft("0"), folder.join(".hidden"), folder.join(".my-ncsnap-notes.txt")];
    for file in others.iter().chain([&old, &fresh]) {
        fs::write(file, "half").unwrap();
    }
    let directory = draft("aaaaaaaaaaaaaaaa");
    fs::create_dir(&directory).unwrap();
    let long_ago = SystemTime::now() - Duration::from_hours(25);
    File::open(&directory).unwrap().set_modified(long_ago).unwrap();
    for draft in others.iter().chain([&old]) {
        File::options().write(true).open(draft).unwrap().set_modified(long_ago).unwrap();
    }
    home.netcensus("snapshots prune --keep-last 1 --dry-run").run().exits(0);
    assert!(old.exists(), "a dry run removes nothing");
    home.netcensus("snapshots prune --keep-last 1")
        .run()
        .exits(0)
        .says(&["removed 1 temporary file of killed processes"]);
    assert!(!old.exists());
    assert!(fresh.exists(), "somebody may be writing it");
    assert!(others.iter().all(|file| file.exists()) && path.exists(), "it is not ours");
    assert!(directory.exists(), "no writer makes folders");
}

#[test]
fn prunes_and_readers_at_the_same_time_do_not_fail_over_each_other() {
    let home = Home::new();
    let folder = store_of(&home);
    for hours in 0..60 {
        keep_old(&folder, hours, "a");
    }
    let newest = kept(&folder).pop().unwrap();
    let start = |arguments: &str| -> Child { home.netcensus(arguments).spawn() };
    let prunes: Vec<Child> = (0..4).map(|_| start("snapshots prune --keep-last 1 -o ndjson")).collect();
    let readers: Vec<Child> =
        ["snapshots -o json", "snapshots verify", "scan --from @latest"].map(start).into();
    let removed: usize =
        prunes.into_iter().map(|child| Output::of(child).exits(0).stdout.lines().count()).sum();
    assert_eq!(removed, 59, "each is removed by one of them");
    for reader in readers {
        let output = Output::of(reader);
        assert!([0, 3].contains(&output.code) && !output.stderr.contains("error"), "{output:#?}");
        assert!(!output.stderr.contains("damaged"), "{output:#?}");
    }
    assert_eq!(kept(&folder), [newest]);
    assert_eq!(files(&folder).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_snapshot_that_cannot_be_removed_is_an_error_and_the_others_go() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let folder = store_of(&home);
    keep_old(&folder, 50, "a");
    keep_old(&folder, 40, "a");
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o500);
    if File::create(folder.join("probe")).is_ok() {
        skipped("a folder that is read-only: permissions do not bind this user");
        return;
    }
    let output = home.netcensus("snapshots prune --keep-last 1").run().exits(2);
    set(0o700);
    output.says(&["error: cannot remove 1 snapshot from"]);
}
