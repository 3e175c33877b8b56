//! A watch that is killed at random moments: its files are whole, and the next watch reports what it did not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::estate;
use crate::support::{Home, Output, random_moment, report, rounds};

/// It ends by itself, since no event comes.
const WATCH: &str = "watch --sandbox --estate estate.toml --events none.ndjson --on-change --store store \
                     --export json=out/i.json --keep-every 1ms";

/// The batches on standard output by their numbers, without one that was cut short.
fn batches(stdout: &str) -> BTreeMap<u64, Vec<String>> {
    let mut batches: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut number = 0;
    let whole = stdout.rfind('\n').map_or("", |end| &stdout[..end]);
    for line in whole.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        if record["record"] == "batch" {
            number = record["sequence"].as_u64().unwrap();
        }
        batches.entry(number).or_default().push(line.to_owned());
    }
    batches
}

fn temporary_files(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(temporary_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "tmp") {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_watch_that_is_killed_loses_no_change_and_leaves_whole_files() {
    let (mut whole, mut told, mut left) = (Duration::ZERO, 0, 0);
    for _ in 0..rounds() {
        let home = Home::new();
        home.write("none.ndjson", "");
        fs::create_dir(home.path().join("out")).unwrap();
        home.write("estate.toml", estate(&["10.0.0.0/16"]));
        let begun = Instant::now();
        home.netcensus(WATCH).run().exits(0);
        whole = whole.max(begun.elapsed());
        home.write("estate.toml", estate(&["10.0.0.0/16", "10.1.0.0/16"]));
        let mut child = home.netcensus(WATCH).spawn();
        std::thread::sleep(random_moment(whole));
        child.kill().unwrap();
        let killed = Output::of(child);
        told += usize::from(killed.stdout.contains("10.1.0.0/16"));
        let export = fs::read_to_string(home.path().join("out/i.json")).unwrap();
        serde_json::from_str::<Value>(&export).expect("the export is whole");
        left += usize::from(!temporary_files(home.path()).is_empty());
        let next = home.netcensus(WATCH).run().exits(0);
        let (first, second) = (batches(&killed.stdout), batches(&next.stdout));
        let added = |batches: &BTreeMap<u64, Vec<String>>| {
            batches.values().flatten().any(|line| line.contains("10.1.0.0/16"))
        };
        assert!(added(&first) || added(&second), "a change is lost: {killed:?}, {next:?}");
        for (number, lines) in &second {
            let before = first.get(number).map(Vec::as_slice).unwrap_or_default();
            assert!(lines.starts_with(before), "batch {number} has two contents: {before:?} {lines:?}");
        }
        assert_eq!(home.netcensus(WATCH).run().exits(0).stdout, "", "it is told again and again");
        home.netcensus("snapshots verify --store store").run().exits(0);
        let outside: Vec<_> = temporary_files(&home.path().join("out"));
        assert_eq!(outside, [""; 0], "an export cleans up at once");
    }
    report(&format!(
        "SIGKILL: watch: {} stops in {} ms: {told} told the change, {left} with pending files",
        rounds(),
        whole.as_millis()
    ));
}
