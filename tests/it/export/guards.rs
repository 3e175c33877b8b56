//! What must not replace yesterday's files.

use std::fs::{self, File};

use netcensus::model::{Inventory, Outcome};
use serde_json::Value;

use super::{csv, export, files, save, whole};
use crate::support::Home;

fn deny(inventory: &mut Inventory) {
    let entry = inventory.coverage.iter_mut().find(|entry| entry.outcome == Outcome::Complete).unwrap();
    entry.outcome = Outcome::Denied;
    entry.detail = Some("UnauthorizedOperation (allow it)".to_owned());
}

#[test]
fn an_incomplete_inventory_replaces_nothing() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    let before = files(&home.path().join("out"));
    save(&home, "a.json", deny);
    export(&home, "--to out/").run().falls_short(&["nothing was written", "UnauthorizedOperation"]);
    assert_eq!(files(&home.path().join("out")), before);
    export(&home, "--to new.json").run().falls_short(&["nothing was written"]);
    assert!(!home.path().join("new.json").exists());
}

#[test]
fn an_incomplete_inventory_that_is_allowed_says_what_is_missing() {
    let home = Home::new();
    save(&home, "a.json", deny);
    export(&home, "--to out/ --allow-incomplete").run().falls_short(&["; incomplete"]);
    let coverage = csv(&home.path().join("out/coverage.csv"));
    assert!(coverage.iter().any(|row| row.contains(&"denied".to_owned())), "{coverage:?}");
    let manifest: Value =
        serde_json::from_slice(&fs::read(home.path().join("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["complete"], false);
    assert!(manifest["missing"][0].as_str().unwrap().contains("UnauthorizedOperation"));
    export(&home, "--to networks.csv --kind networks --allow-incomplete").run();
    assert!(home.path().join("networks.coverage.csv").exists());
}

#[test]
fn a_kind_that_nobody_read_is_missing() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.instances.clear();
        for entry in inventory.coverage.iter_mut().filter(|entry| entry.kind.as_str() == "instances") {
            entry.outcome = Outcome::Skipped;
            entry.detail = Some("not asked for".to_owned());
        }
    });
    export(&home, "--to out/").run().exits(3).says(&["instances are unknown", "nothing was written"]);
    export(&home, "--to links.csv --kind links").run().exits(0);
}

#[test]
fn a_part_of_the_estate_does_not_pass_for_the_whole() {
    let home = Home::new();
    save(&home, "a.json", |inventory| inventory.shard = Some("1/4".parse().unwrap()));
    export(&home, "--to out/").run().exits(3).says(&["is shard 1/4 of the estate", "nothing was written"]);
    export(&home, "--to out/ --allow-incomplete").run().exits(3).says(&["; incomplete"]);
    let manifest: Value =
        serde_json::from_slice(&fs::read(home.path().join("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["complete"], false);
    save(&home, "a.json", |inventory| inventory.filters = vec!["region=eu-*".into()]);
    export(&home, "--to new/").run().exits(3).says(&["filtered by `region=eu-*`"]);
}

#[test]
fn a_kind_that_nobody_read_is_missing_even_when_that_is_allowed() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.links.clear();
        for entry in inventory.coverage.iter_mut().filter(|entry| entry.kind.as_str() == "links") {
            entry.outcome = Outcome::Skipped;
        }
    });
    export(&home, "--to out/ --allow-incomplete").run().exits(3);
    let manifest: Value =
        serde_json::from_slice(&fs::read(home.path().join("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["complete"], false);
    assert_eq!(manifest["missing"][0], "links are unknown: nobody asked for them");
}

#[test]
fn a_document_has_every_kind_that_its_coverage_calls_complete() {
    let home = Home::new();
    home.netcensus("scan all --sandbox --save a.ncsnap -q").run().exits(0);
    home.netcensus("export --from a.ncsnap --to a.json --kind networks -q").run().succeeds();
    let document: Inventory = serde_json::from_slice(&fs::read(home.path().join("a.json")).unwrap()).unwrap();
    assert!(document.instances.len() > 50 && document.links.len() > 20);
}

#[test]
fn what_lost_too_many_rows_is_refused() {
    let home = Home::new();
    export(&home, "--to out/ -q --max-drop 20%").run().succeeds();
    let before = files(&home.path().join("out"));
    save(&home, "a.json", |inventory| inventory.networks.truncate(1));
    export(&home, "--to out/ --max-drop 20%").run().refuses(&[
        "lost more rows than --max-drop lets it",
        "1 networks, and ",
        "more than 20 % fewer",
        "netcensus diff",
    ]);
    export(&home, "--to out/ --min-rows networks=2").run().refuses(&["--min-rows asks for 2"]);
    assert_eq!(files(&home.path().join("out")), before);
    export(&home, "--to out/ --max-drop 100% --min-rows 1 -q").run().succeeds();
    assert_ne!(files(&home.path().join("out")), before);
}

#[test]
fn a_kind_is_compared_with_its_last_complete_export_whatever_was_written_since() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    export(&home, "--to out/ --kind networks --format html -q").run().succeeds();
    save(&home, "a.json", |inventory| {
        deny(inventory);
        inventory.instances.truncate(1);
    });
    export(&home, "--to out/ --allow-incomplete -q").run().exits(3);
    let before = files(&home.path().join("out"));
    save(&home, "a.json", |inventory| inventory.instances.truncate(1));
    let all = whole().instances.len();
    export(&home, "--to out/ --max-drop 20%")
        .run()
        .refuses(&[&format!("1 instances, and {all} in the export of")]);
    assert_eq!(files(&home.path().join("out")), before);
    let manifest: Value = serde_json::from_slice(&before["manifest.json"]).unwrap();
    assert_eq!(manifest["rows"]["instances"], 1);
    assert_eq!(manifest["last_complete"]["instances"]["rows"], all);
    assert_eq!(manifest["last_complete"]["instances"]["taken_at"], whole().taken_at.to_string());
}

#[test]
fn standard_output_has_a_least_number_of_rows_and_nothing_to_compare_with() {
    let home = Home::new();
    let out = export(&home, "--to - --format csv --kind networks --min-rows 1000").run();
    out.refuses(&["fewer rows than --min-rows asks for", "and --min-rows asks for 1000"]);
    export(&home, "--to - --format csv --kind networks --max-drop 20%")
        .run()
        .refuses(&["--max-drop has nothing"]);
    let out = export(&home, "--to out/ --kind networks --min-rows instances=50").run();
    out.refuses(&["--min-rows: instances are not exported"]);
    assert!(!home.path().join("out").exists(), "it is refused at once");
}

#[test]
fn one_file_has_a_memory_too() {
    let home = Home::new();
    export(&home, "--to all.json -q").run().succeeds();
    save(&home, "a.json", |inventory| inventory.subnets.clear());
    export(&home, "--to all.json --max-drop 5").run().refuses(&["0 subnets, and "]);
}

#[test]
fn a_second_run_does_not_run_into_the_first() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    let lock = File::options().write(true).open(home.path().join("out/.netcensus-export.lock")).unwrap();
    lock.lock().unwrap();
    export(&home, "--to out/").run().refuses(&["another export is writing to out/"]);
    drop(lock);
    export(&home, "--to out/ -q").run().succeeds();
}

#[test]
fn numbers_that_are_none_are_refused() {
    let home = Home::new();
    export(&home, "--to out/ --min-rows vpcs=1").run().refuses(&["--min-rows: `vpcs=1`"]);
    export(&home, "--to out/ --max-drop 120%").run().refuses(&["--max-drop: `120%`"]);
}
