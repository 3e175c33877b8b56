//! Saved inventories: those that are not whole are not taken for it.

use super::{findings, gate, paper};
use crate::support::{Home, netcensus, sample_document};

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_same_comes_of_a_file_of_a_pipe_and_of_the_cloud() {
    let home = Home::new();
    let saved = sample_document();
    let live = findings(&home.netcensus("overlap --sandbox -o json").run().exits(1));
    assert!(live.len() > 5, "{live:?}");
    home.write("i.json", saved);
    assert_eq!(findings(&home.netcensus("overlap --from i.json -o json").run().exits(1)), live);
    let piped = home.netcensus("overlap --from - -o json").stdin(saved).run().exits(1);
    assert_eq!(findings(&piped), live);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_inventory_without_links_is_incomplete() {
    let home = Home::new();
    let scan = "scan --sandbox --provider aws --aws-profile security -o json";
    home.write("i.json", home.netcensus(scan).run().succeeds().stdout);
    let output = home.netcensus("overlap --from i.json -o json").run().exits(3);
    let output = output.says(&["contains no links", "`netcensus scan all -o json`", "(exit code 3)"]);
    let (result, failing, missing) = gate(&output);
    assert_eq!((result.as_str(), failing, missing.len()), ("incomplete", 0, 1));
    let output = home.netcensus("overlap --from i.json --allow-incomplete --summary").run().exits(0);
    output.says(&["the comparison is incomplete", "(allowed by --allow-incomplete)"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_filtered_inventory_is_incomplete() {
    let home = Home::new();
    let scan = "scan all --sandbox --aws-profile security --filter region=eu-* -o json";
    home.write("i.json", home.netcensus(scan).run().succeeds().stdout);
    let output = home.netcensus("overlap --from i.json -o json").run().exits(3);
    let output = output.says(&["the inventory was filtered by region=eu-*", "(exit code 3)"]);
    assert_eq!(gate(&output).2.len(), 1);
}

#[test]
fn what_is_not_an_inventory_is_refused() {
    let home = paper::home(&paper::tidy());
    let report = home.netcensus("overlap --from i.json -o json").run().succeeds().stdout;
    home.write("report.json", report);
    home.netcensus("overlap --from report.json").run().refuses(&["report.json"]);
    home.netcensus("overlap --from -").stdin("").run().refuses(&["standard input is empty"]);
    netcensus("overlap --from .").refuses(&["directory"]);
}
