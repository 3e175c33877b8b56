//! The folder under stress: several writers, killed writers, no room, no permission.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use netcensus::model::{Inventory, Network};
use netcensus::output::write_document;

use super::{files, kept, read, store_of};
use crate::output::sample;
use crate::support::{Home, Output, skipped};

const ROWS: usize = 1_000;

/// A home with a document that takes a while to write as a snapshot.
fn home() -> Home {
    let home = Home::new();
    let mut inventory = sample::inventory();
    let network = inventory.networks[0].clone();
    inventory.networks =
        (0..ROWS).map(|number| Network { id: format!("vpc-{number:08x}"), ..network.clone() }).collect();
    inventory.coverage.clear();
    let mut document = Vec::new();
    write_document(&inventory, &mut document).unwrap();
    home.write("big.json", document);
    home
}

fn save(home: &Home) -> Child {
    home.netcensus("scan links --from big.json --save -q").spawn()
}

/// Reads what a user can see in the folder and is not known to be whole yet.
#[track_caller]
fn check(folder: &Path, whole: &mut BTreeSet<PathBuf>) {
    for path in kept(folder) {
        if whole.insert(path.clone()) {
            assert_eq!(read(&path).networks.len(), ROWS, "{}", path.display());
        }
    }
}

#[test]
fn writers_at_the_same_time_all_land_whole() {
    let home = home();
    let writers: Vec<Child> = (0..8).map(|_| save(&home)).collect();
    for writer in writers {
        let output = Output::of(writer);
        assert!(!output.stderr.contains("error"), "{}", output.stderr);
    }
    let folder = store_of(&home);
    assert_eq!(kept(&folder).len(), 8);
    assert_eq!(files(&folder).len(), 8, "no draft is left");
    check(&folder, &mut BTreeSet::new());
    home.netcensus("snapshots verify").run().exits(0).says(&["verified in full: 8 snapshots"]);
}

#[test]
fn writers_of_one_file_leave_the_whole_of_one_of_them() {
    let home = home();
    let write = |_| home.netcensus("scan links --from big.json --save one.ncsnap -q").spawn();
    let writers: Vec<Child> = (0..4).map(write).collect();
    for writer in writers {
        assert!(!Output::of(writer).stderr.contains("error"));
    }
    assert_eq!(read(&home.path().join("one.ncsnap")).networks.len(), ROWS);
    let drafts = files(home.path()).into_iter().filter(|name| name.contains(".tmp")).count();
    assert_eq!(drafts, 0);
}

#[test]
fn a_writer_that_is_killed_at_any_moment_leaves_nothing_visible_that_is_not_whole() {
    let home = home();
    let folder = store_of(&home);
    let begun = Instant::now();
    save(&home).wait().unwrap();
    let whole = begun.elapsed();
    let mut sound = BTreeSet::new();
    // Moments of its whole life, and moments while it writes.
    for moment in 0..20 {
        let mut child = save(&home);
        thread::sleep(whole * moment / 20);
        kill(&mut child);
        check(&folder, &mut sound);
    }
    for pause in 0..20 {
        let before = files(&folder).len();
        let mut child = save(&home);
        while files(&folder).len() == before && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(pause * 3));
        kill(&mut child);
        check(&folder, &mut sound);
    }
    save(&home).wait().unwrap();
    let visible = kept(&folder).len();
    assert!(visible > sound.len(), "the folder still works");
    let verified = home.netcensus("snapshots verify -o ndjson").run().exits(0);
    assert_eq!(verified.stdout.lines().count(), visible);
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_full_disk_costs_the_snapshot_and_not_the_result() {
    let home = home();
    let shown = home.netcensus("scan links --from big.json -o csv").run().stdout;
    let line = |save: &str| {
        // Files of at most one block; the signal ignored, writing fails as on a full disk.
        format!("trap '' XFSZ; ulimit -f 1; exec \"$0\" scan links --from big.json -o csv --save {save}")
    };
    for save in ["", "mine.ncsnap", "mine.json"] {
        let output = home.shell(&line(save)).run().exits(2);
        assert_eq!(output.stdout, shown, "the result is there all the same");
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{}", output.stderr);
        output.says(&["error: cannot write ", if save.is_empty() { ".ncsnap" } else { save }, "too large"]);
        assert!(save.is_empty() || !home.path().join(save).exists());
    }
    assert_eq!(files(&store_of(&home)), [""; 0], "not even a draft");
}

#[test]
fn a_folder_that_cannot_be_written_is_one_error() {
    let home = home();
    home.write("file", "");
    let mut places = vec![PathBuf::from("file"), "file/below".into()];
    if Path::new("/proc/self").exists() {
        places.push("/proc/netcensus".into());
    }
    let locked = home.path().join("locked");
    fs::create_dir(&locked).unwrap();
    lock(&locked);
    if fs::write(locked.join("probe"), "").is_err() {
        places.push(locked.clone());
    } else {
        skipped("a folder that is read-only: permissions do not bind this user");
    }
    for place in places {
        let place = place.display();
        let output =
            home.netcensus(&format!("scan links --from big.json --save --store {place}")).run().exits(2);
        assert_eq!(output.stdout, "", "it is found out before anything is read");
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{}", output.stderr);
        output.says(&["error: ", &place.to_string()]);
    }
}

fn lock(folder: &Path) {
    let mut permissions = fs::metadata(folder).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder, permissions).unwrap();
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_folder_that_does_not_exist_is_made_with_those_above_it() {
    let home = Home::new();
    home.netcensus("scan --sandbox --aws-profile security --save --store a/b/c").run().exits(0);
    assert_eq!(kept(&home.path().join("a/b/c")).len(), 1);
}

#[test]
fn what_is_large_is_the_same_inventory_again() {
    let home = home();
    let document = fs::File::open(home.path().join("big.json")).unwrap();
    let inventory: Inventory = serde_json::from_reader(std::io::BufReader::new(document)).unwrap();
    home.netcensus("scan links --from big.json --save big.ncsnap").run();
    assert!(read(&home.path().join("big.ncsnap")) == inventory);
}
