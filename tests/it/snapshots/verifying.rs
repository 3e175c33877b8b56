//! `snapshots verify`: read to the end.

use std::fs;

use super::{keep, kept, store_of};
use crate::support::Home;

#[test]
fn all_or_those_that_are_named_are_read_to_their_ends() {
    let home = Home::new();
    let folder = store_of(&home);
    for day in 17..20 {
        keep(&folder, &format!("2026-11-{day}T06:00:00Z"), "a");
    }
    let output = home.netcensus("snapshots verify -o json").run().exits(0);
    let list = output.json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(
        list.as_array().unwrap().iter().all(|one| one["result"] == "ok" && one["rows"].as_u64() > Some(5))
    );
    output.says(&["3 snapshots verified in full"]);
    home.netcensus("scan --from @latest --save mine.json").run();
    let path = kept(&folder)[0].display().to_string();
    let names = format!("@latest @2026-11-18 mine.json {path}");
    let output = home.netcensus(&format!("snapshots verify {names} -o ndjson")).run().exits(0);
    assert_eq!(output.stdout.lines().count(), 4);
}

#[test]
fn a_damaged_one_is_named_and_ends_with_one() {
    let home = Home::new();
    let folder = store_of(&home);
    let sound = keep(&folder, "2026-11-17T06:00:00Z", "a");
    let damaged = keep(&folder, "2026-11-18T06:00:00Z", "a");
    let newer = keep(&folder, "2026-11-19T06:00:00Z", "a");
    let mut bytes = fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&damaged, bytes).unwrap();
    fs::write(&newer, "{\"snapshot_version\":2,\"schema_version\":1}\n").unwrap();
    let output = home.netcensus("snapshots verify -o json").run().exits(1);
    let results: Vec<_> = output
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["newer version", "damaged", "ok"]);
    assert!(output.json()[1]["problem"].as_str().unwrap().contains("is damaged"));
    output.says(&["2 of 3 snapshots cannot be read in full (exit code 1)"]);
    home.netcensus(&format!("snapshots verify {}", sound.display())).run().exits(0);
    home.netcensus(&format!("snapshots verify {} {}", sound.display(), damaged.display())).run().exits(1);
}

#[test]
fn wrong_names_are_refused_before_anything_is_read() {
    let home = Home::new();
    keep(&store_of(&home), "2026-11-17T06:00:00Z", "a");
    for name in ["@~7", "@2020-01-01", "@never", "nowhere.ncsnap", "."] {
        home.netcensus(&format!("snapshots verify @latest {name}"))
            .run()
            .refuses(&[name.trim_start_matches('@')]);
    }
    Home::new().netcensus("snapshots verify @latest").run().refuses(&["there is no snapshot in"]);
    Home::new().netcensus("snapshots verify").run().exits(0).says(&["0 snapshots verified"]);
}
