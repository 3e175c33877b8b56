//! Saved inventories: a table from a file is the live one.

use std::fs::File;

use netcensus::model::Kind;

use crate::support::{Home, netcensus};

#[test]
fn a_saved_inventory_renders_as_the_live_one() {
    let home = Home::new();
    let scope = "--sandbox --aws-profile {shop-prod,network-hub} --azure-subscription shop-azure";
    let saved = home.netcensus(&format!("scan all {scope} -o json")).run().succeeds().stdout;
    home.write("saved.json", &saved);
    for kind in Kind::ALL.map(Kind::as_str).into_iter().chain(["all"]) {
        // The table of links names the networks at their ends, which the file has and a scan of links alone does not read.
        let form = if kind == "links" { "--columns kind,id,state,ends,prefixes" } else { "" };
        let live = home.netcensus(&format!("scan {kind} {scope} {form}")).run().succeeds().stdout;
        let from_file =
            home.netcensus(&format!("scan {kind} --from saved.json {form}")).run().succeeds().stdout;
        assert_eq!(from_file, live, "{kind}");
        let piped =
            home.netcensus(&format!("scan {kind} --from - {form}")).stdin(saved.clone()).run().succeeds();
        assert_eq!(piped.stdout, live, "{kind}");
    }
    let again = home.netcensus("scan all --from saved.json -o json").run().succeeds().stdout;
    assert_eq!(again, saved, "the document survives the round trip");
}

#[test]
fn what_was_not_read_then_is_unknown_now() {
    let home = Home::new();
    let subnets = home.netcensus("scan subnets --sandbox --aws-profile security -o json").run().succeeds();
    home.write("subnets.json", subnets.stdout);
    let output = home.netcensus("scan instances --from subnets.json").run().exits(3);
    assert!(output.stdout.ends_with("(not read)\n"), "{}", output.stdout);
    output.says(&["instances are unknown", "`netcensus scan instances`"]);
}

#[test]
fn an_incomplete_scan_stays_incomplete_in_its_file() {
    let home = Home::new();
    let arguments = "scan --sandbox --aws-profile security --fault deny@region=eu-central-1 -o json";
    let live = home.netcensus(arguments).run().falls_short(&["eu-central-1", "denied"]);
    home.write("saved.json", &live.stdout);
    let saved = home.netcensus("scan --from saved.json").run().falls_short(&["eu-central-1", "denied"]);
    assert_eq!(saved.stderr, live.stderr);
}

#[test]
fn what_is_not_an_inventory_is_refused() {
    let home = Home::new();
    let whole = home.netcensus("scan --sandbox --aws-profile security -o json").run().succeeds().stdout;
    let cases: [(&str, String, &[&str]); 7] = [
        ("empty.json", String::new(), &["empty.json is empty"]),
        ("text.json", "hello".into(), &["text.json is not a JSON document"]),
        ("cut.json", whole[..whole.len() / 2].into(), &["cut.json ends too early, at line"]),
        ("aws.json", r#"{"Vpcs": []}"#.into(), &["aws.json", "AWS CLI", "netcensus scan"]),
        (
            "newer.json",
            whole.replace("\"schema_version\": 2", "\"schema_version\": 3"),
            &["newer.json has schema version 3", "reads versions 1 to 2", "upgrade"],
        ),
        ("older.json", whole.replace("\"schema_version\": 2", "\"schema_version\": 0"), &["scan again"]),
        ("odd.json", whole.replace("\"networks\"", "\"netwerks\""), &["odd.json", "netwerks", "line"]),
    ];
    for (name, text, words) in cases {
        home.write(name, &text);
        home.netcensus(&format!("scan --from {name}")).run().refuses(words);
        let piped = home.netcensus("scan --from -").stdin(text).run();
        piped.refuses(&["standard input"]);
    }
    home.netcensus("scan --from nowhere.json").run().refuses(&["nowhere.json", "netcensus scan"]);
    home.netcensus("scan --from .").run().refuses(&["directory"]);
    home.write("binary.json", [0xff, 0xfe, 0x00, 0x80]);
    home.netcensus("scan --from binary.json").run().refuses(&["binary.json"]);
}

#[test]
fn two_gigabytes_of_zeros_are_refused_at_their_beginning() {
    let home = Home::new();
    let file = File::create(home.path().join("zeros.json")).unwrap();
    file.set_len(2 << 30).unwrap();
    home.netcensus("scan --from zeros.json").run().refuses(&["zeros.json", "zero bytes"]);
}

#[test]
fn a_saved_inventory_and_a_cloud_exclude_each_other() {
    netcensus("scan --sandbox --from x.json").refuses(&["--from", "--sandbox"]);
}

#[test]
fn what_is_only_saved_is_not_printed() {
    let home = Home::new();
    let scope = "scan --sandbox --aws-profile security --save saved.json";
    let saved = home.netcensus(scope).run().exits(0);
    assert_eq!(saved.stdout, "");
    saved.says(&["saved.json"]);
    let networks = home.netcensus("scan --from saved.json").run().succeeds().stdout;
    assert!(networks.contains("vpc-"), "{networks}");
    for flags in ["-o table", "--columns id", "--filter id=*", "--sort id", "--wide"] {
        let printed = home.netcensus(&format!("{scope} {flags}")).run().exits(0).stdout;
        assert!(printed.contains("vpc-"), "{flags}: {printed}");
    }
}

#[test]
fn a_table_is_in_the_order_of_the_names_that_it_shows() {
    let table =
        netcensus("scan networks --sandbox --aws-profile {shop-prod,network-hub,security}").succeeds();
    let places: Vec<Vec<&str>> = table
        .rows()
        .into_iter()
        .filter(|row| !row.starts_with(' '))
        .map(|row| row.split_whitespace().take(2).collect())
        .collect();
    assert!(places.is_sorted() && places.len() > 3, "{places:?}");
}
