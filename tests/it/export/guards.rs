//! What must not replace yesterday's files.

use std::fs::{self, File};

use netcensus::model::{Coverage, Inventory, Outcome};
use serde_json::Value;

use super::{csv, export, files, save, whole};
use crate::support::{Home, Run, sample_document};

fn deny(inventory: &mut Inventory) {
    deny_kind(inventory, "networks");
}

fn deny_kind(inventory: &mut Inventory, kind: &str) {
    let is_read = |entry: &&mut Coverage| entry.outcome == Outcome::Complete && entry.kind.as_str() == kind;
    let entry = inventory.coverage.iter_mut().find(is_read).unwrap();
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
    export(&home, "--to out/").run().exits(3).says(&["is shard 1/4 of a scan", "nothing was written"]);
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
    assert_eq!(manifest["missing"][0], "links are unknown: they were not scanned");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_document_has_every_kind_that_its_coverage_calls_complete() {
    let home = Home::new();
    home.write("a.json", sample_document());
    home.netcensus("scan all --from a.json --save a.ncsnap -q").run().exits(0);
    home.netcensus("export --from a.ncsnap --to a/ --format json,csv --kind networks -q").run().succeeds();
    let document: Inventory =
        serde_json::from_slice(&fs::read(home.path().join("a/inventory.json")).unwrap()).unwrap();
    assert!(document.instances.len() > 50 && document.links.len() > 20);
}

#[test]
fn what_lost_too_many_rows_is_refused() {
    let home = Home::new();
    export(&home, "--to out/ -q --max-drop 20%").run().succeeds();
    let before = files(&home.path().join("out"));
    save(&home, "a.json", |inventory| inventory.networks.truncate(1));
    export(&home, "--to out/ --max-drop 20%").run().refuses(&[
        "row counts fell by more than --max-drop allows",
        "1 network now, ",
        "a drop of more than 20 %",
        "netcensus diff",
    ]);
    export(&home, "--to out/ --min-rows networks=2").run().refuses(&["--min-rows is 2"]);
    assert_eq!(files(&home.path().join("out")), before);
    export(&home, "--to out/ --max-drop 100% --min-rows 1 -q").run().succeeds();
    assert_ne!(files(&home.path().join("out")), before);
}

#[test]
fn limits_may_be_in_the_configuration_and_in_variables() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    save(&home, "a.json", |inventory| inventory.networks.truncate(1));
    home.write("netcensus.toml", "[export]\nmax-drop = \"20%\"\nmin-rows = \"instances=1\"\n");
    export(&home, "--to out/").run().refuses(&[
        "row counts fell by more than export.max-drop allows",
        "export once with --max-drop 100%",
    ]);
    // The file is for all exports: this one writes no instances, and has no earlier one to compare with.
    export(&home, "--to - --format csv --kind networks").run().exits(0);
    let with_variables =
        |run: Run| run.env("NETCENSUS_MAX_DROP", "100").env("NETCENSUS_MIN_ROWS", "networks=2");
    with_variables(export(&home, "--to out/"))
        .run()
        .refuses(&["fewer rows than NETCENSUS_MIN_ROWS requires", "1 network, but NETCENSUS_MIN_ROWS is 2"]);
    with_variables(export(&home, "--to out/ --min-rows 1 -q")).run().succeeds();
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
        .refuses(&[&format!("1 instance now, {all} in the export of")]);
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
    out.refuses(&["fewer rows than --min-rows requires", "but --min-rows is 1000"]);
    export(&home, "--to - --format csv --kind networks --max-drop 20%")
        .run()
        .refuses(&["--max-drop cannot be used with standard output"]);
    let out = export(&home, "--to out/ --kind networks --min-rows instances=50").run();
    out.refuses(&["--min-rows: instances are not exported"]);
    assert!(!home.path().join("out").exists(), "it is refused at once");
}

#[test]
fn one_file_has_a_memory_too() {
    let home = Home::new();
    export(&home, "--to all.json -q").run().succeeds();
    save(&home, "a.json", |inventory| inventory.subnets.clear());
    export(&home, "--to all.json --max-drop 5").run().refuses(&["0 subnets now, "]);
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

#[test]
fn the_coverage_beside_a_table_is_never_that_of_another_day() {
    let home = Home::new();
    save(&home, "a.json", deny);
    export(&home, "--to n.csv --kind networks --allow-incomplete").run().exits(3);
    let beside = home.path().join("n.coverage.csv");
    assert!(fs::read_to_string(&beside).unwrap().contains("denied"));
    save(&home, "a.json", |_| {});
    export(&home, "--to n.csv --kind networks -q").run().succeeds();
    assert!(!fs::read_to_string(&beside).unwrap().contains("denied"));
    export(&home, "--to m.csv --kind networks -q").run().succeeds();
    assert!(!home.path().join("m.coverage.csv").exists(), "it is not there, and nothing is missing");
}

#[test]
fn the_coverage_stands_beside_targets_which_cannot_tell_what_is_missing() {
    let home = Home::new();
    let text = |name: &str| fs::read_to_string(home.path().join(name)).unwrap_or_default();
    export(&home, "--to new/ --format prometheus -q").run().succeeds();
    assert!(!home.path().join("new/coverage.csv").exists());
    save(&home, "a.json", |inventory| deny_kind(inventory, "instances"));
    export(&home, "--to fi.json --format prometheus --allow-incomplete").run().exits(3);
    assert!(text("fi.coverage.csv").contains("denied"));
    export(&home, "--to hosts.yml --format ansible --allow-incomplete").run().exits(3);
    assert!(!home.path().join("hosts.coverage.csv").exists(), "a comment tells");
    export(&home, "--to new/ --format prometheus --allow-incomplete").run().exits(3);
    assert!(text("new/coverage.csv").contains("denied"));
    export(&home, "--to all/ --format prometheus,json --allow-incomplete").run().exits(3);
    assert!(!home.path().join("all/coverage.csv").exists(), "the document tells");
    save(&home, "a.json", |_| {});
    export(&home, "--to new/ --format prometheus -q").run().succeeds();
    assert!(!text("new/coverage.csv").contains("denied"), "nor is that of another day left");
    export(&home, "--to tables/ -q").run().succeeds();
    let before = text("tables/coverage.csv");
    save(&home, "a.json", |inventory| inventory.coverage.truncate(60));
    export(&home, "--to tables/ --format prometheus").run();
    assert_eq!(text("tables/coverage.csv"), before, "it belongs to the tables");
}

#[test]
fn files_of_the_export_before_that_are_not_replaced_are_named() {
    let home = Home::new();
    export(&home, "--to out/ --kind networks,subnets,links -q").run().succeeds();
    fs::remove_file(home.path().join("out/links.csv")).unwrap();
    let before = fs::read(home.path().join("out/subnets.csv")).unwrap();
    save(&home, "a.json", |inventory| inventory.taken_at = "2026-11-21T08:00:00Z".parse().unwrap());
    let out = export(&home, "--to out/ --kind networks").run().exits(0);
    let line = "not replaced, from the export of 2026-11-20T08:00:00Z: subnets.csv in out/\n";
    assert_eq!(out.says(&[line]).stderr.lines().count(), 2);
    assert_eq!(fs::read(home.path().join("out/subnets.csv")).unwrap(), before);
    export(&home, "--to days/ --format parquet -q").run().succeeds();
    save(&home, "a.json", |inventory| inventory.taken_at = "2026-11-22T08:00:00Z".parse().unwrap());
    let out = export(&home, "--to days/ --format parquet").run().exits(0);
    assert_eq!(out.stderr.lines().count(), 1, "days stay, as they should: {}", out.stderr);
}

#[test]
fn an_older_inventory_says_that_it_replaces_a_newer_one() {
    let home = Home::new();
    let older = |inventory: &mut Inventory| inventory.taken_at = "2026-11-18T08:00:00Z".parse().unwrap();
    for (to, says) in [("--to out/", 1), ("--to all.json", 1), ("--to days/ --format parquet", 0)] {
        save(&home, "a.json", |_| {});
        export(&home, &format!("{to} -q")).run().succeeds();
        save(&home, "a.json", older);
        let out = export(&home, to).run().exits(0);
        let words =
            "an inventory taken at 2026-11-18T08:00:00Z replaced a newer one, taken at 2026-11-20T08:00:00Z";
        assert_eq!(out.stderr.matches(words).count(), says, "{to}: {}", out.stderr);
        assert_eq!(out.stderr.matches("warning: ").count(), says, "{to}: {}", out.stderr);
    }
}
