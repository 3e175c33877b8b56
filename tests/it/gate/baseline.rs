//! `--baseline`: what is known passes, what is new does not.

use std::fs;

use serde_json::{Value, json};

use super::{findings, gate, paper};
use crate::support::Home;

const RUN: &str = "overlap --from i.json --baseline b.json";

/// The estate of [`paper::colliding`], and another VPC that collides with two of it.
fn grown() -> Value {
    let mut inventory = paper::colliding();
    let networks = inventory["networks"].as_array_mut().unwrap();
    networks.push(paper::vpc("vpc-e", 3, &["10.0.0.0/24"]));
    inventory
}

/// A home with a baseline of [`paper::colliding`].
fn known() -> Home {
    let home = paper::home(&paper::colliding());
    let written = home.netcensus(&format!("{RUN} --write-baseline")).run().exits(0);
    assert_eq!(written.stderr, "b.json: 2 findings are in the baseline now\n");
    home
}

#[test]
fn what_was_written_is_known_when_it_is_read() {
    let home = known();
    let output = home.netcensus(&format!("{RUN} -o json")).run().succeeds();
    assert_eq!(findings(&output), ["NC101 known vpc-c vpc-d", "NC102 known vpc-a vpc-b"]);
    assert_eq!(gate(&output), ("clean".to_owned(), 0, vec![]));
    let before = fs::read(home.path().join("b.json")).unwrap();
    home.netcensus(&format!("{RUN} --write-baseline")).run().exits(0);
    assert_eq!(fs::read(home.path().join("b.json")).unwrap(), before, "it changes only when findings do");
    let line = home.netcensus(&format!("{RUN} --summary")).run().succeeds().stdout;
    assert_eq!(line, "overlap: clean; 2 known; 4 prefixes compared\n");
}

#[test]
fn a_new_vpc_fails_and_is_marked() {
    let home = known();
    home.write("i.json", grown().to_string());
    let output = home.netcensus(&format!("{RUN} -o json")).run().exits(1);
    assert_eq!(findings(&output), ["NC102! open vpc-a vpc-b vpc-e", "NC101 known vpc-c vpc-d"]);
    let members = output.json()["findings"][0]["members"].clone();
    let marks: Vec<&Value> = members.as_array().unwrap().iter().map(|member| &member["is_new"]).collect();
    assert_eq!(marks, [&json!(false), &json!(false), &json!(true)]);
    let table = home.netcensus(RUN).run().exits(1).stdout;
    let line = table.lines().find(|line| line.contains("vpc-e")).unwrap();
    assert!(line.to_lowercase().contains("new"), "{table}");
}

#[test]
fn what_is_gone_is_noted() {
    let home = known();
    home.write("i.json", paper::tidy().to_string());
    let output = home.netcensus(&format!("{RUN} -o json")).run().exits(0);
    let output = output.says(&["2 findings of the baseline were not found this time", "--write-baseline"]);
    assert_eq!(output.json()["notes"].as_array().unwrap().len(), 1);
    home.netcensus(&format!("{RUN} --summary"))
        .run()
        .exits(0)
        .says(&["2 findings of the baseline were not found this time"]);
}

#[test]
fn an_incomplete_scan_leaves_the_old_baseline_as_it_was() {
    let home = known();
    let before = fs::read(home.path().join("b.json")).unwrap();
    let mut inventory = grown();
    inventory["coverage"][0] = paper::scope("networks", "denied");
    home.write("i.json", inventory.to_string());
    let output = home.netcensus(&format!("{RUN} --write-baseline")).run();
    output.falls_short(&["the baseline was not written", "--allow-incomplete writes it"]);
    assert_eq!(fs::read(home.path().join("b.json")).unwrap(), before);
    fs::remove_file(home.path().join("b.json")).unwrap();
    home.netcensus(&format!("{RUN} --write-baseline")).run().exits(3);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nor is anything left beside it");
    home.netcensus(&format!("{RUN} --write-baseline --allow-incomplete")).run().exits(0);
    assert_ne!(fs::read(home.path().join("b.json")).unwrap(), before);
}

#[test]
fn what_is_no_baseline_is_refused_with_the_way_out() {
    let home = paper::home(&paper::tidy());
    for (text, words) in [
        ("", ["the baseline b.json is empty", "--write-baseline"]),
        ("fingerprints", ["b.json is not a baseline of netcensus", "at line 1, column 2"]),
        (
            "{\"baseline_version\": 2, \"entries\": []}",
            ["b.json is a baseline of version 2", "reads version 1"],
        ),
        (
            "{\"baseline_version\": 1, \"findngs\": []}",
            ["b.json is not a baseline of netcensus", "`findngs`"],
        ),
        ("{\"schema_version\": 1}", ["b.json is not a baseline of netcensus", "`baseline_version`"]),
    ] {
        home.write("b.json", text);
        home.netcensus(RUN).run().refuses(&words);
    }
    home.netcensus("overlap --from i.json --baseline .").run().refuses(&[". is a directory", "in it"]);
}

#[test]
fn a_baseline_that_cannot_be_written_is_an_error() {
    let home = paper::home(&paper::colliding());
    let missing = home.netcensus("overlap --from i.json --baseline no/b.json --write-baseline").run();
    missing.refuses(&["cannot write no/b.json", "directory no does not exist", "create it"]);
    home.write("taken/inside", "");
    let folder = home.netcensus("overlap --from i.json --baseline taken --write-baseline").run();
    folder.refuses(&["cannot write taken"]);
    assert!(home.path().join("taken/inside").exists());
}

#[test]
fn a_file_that_is_no_baseline_is_not_overwritten() {
    let home = paper::home(&paper::colliding());
    let before = fs::read(home.path().join("i.json")).unwrap();
    let output = home.netcensus("overlap --from i.json --baseline i.json --write-baseline").run();
    output.refuses(&["i.json exists and is not a baseline; nothing was written"]);
    assert_eq!(fs::read(home.path().join("i.json")).unwrap(), before);
}

#[test]
fn taking_apart_what_joins_two_networks_makes_nothing_new() {
    let home = known();
    let mut apart = paper::colliding();
    apart["links"] = json!([]);
    home.write("i.json", apart.to_string());
    let output = home.netcensus(&format!("{RUN} -o json")).run().succeeds();
    assert_eq!(findings(&output), ["NC102 known vpc-a vpc-b", "NC102 known vpc-c vpc-d"]);
}

/// Faults F14: a file was read into memory whatever its size. This one has nothing but a length.
#[cfg(unix)]
#[test]
fn a_baseline_that_is_not_one_is_not_read_to_its_end() {
    let home = paper::home(&paper::colliding());
    let file = fs::File::create(home.path().join("b.json")).unwrap();
    file.set_len(1 << 40).unwrap();
    home.netcensus(RUN).run().refuses(&["b.json", "it begins with zero bytes"]);
    let refused = home.netcensus(&format!("{RUN} --write-baseline")).run();
    refused.refuses(&["b.json exists and is not a baseline"]);
}
