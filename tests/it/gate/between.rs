//! `--between`: some with others.

use super::{findings, gate, paper};

const IDS: &str = "overlap --from i.json -o json --between";

#[test]
fn only_pairs_across_the_two_filters_are_compared() {
    let home = paper::home(&paper::colliding());
    let across = home.netcensus(&format!("{IDS} tag:env=env1 tag:env=env2")).run().exits(1);
    assert_eq!(findings(&across).len(), 2);
    assert_eq!(across.json()["between"][0], "tag:env=env1");
    let one = home.netcensus(&format!("{IDS} id=vpc-a id=vpc-*")).run().exits(1);
    assert_eq!(findings(&one), ["NC102! open vpc-a vpc-b"]);
    let none = home.netcensus(&format!("{IDS} tag:env=env1 id=vpc-c")).run().succeeds();
    assert_eq!(findings(&none), [""; 0]);
}

#[test]
fn ranges_outside_the_clouds_have_a_provider_of_their_own() {
    let home = paper::home(&paper::colliding());
    home.write("sites.csv", "prefix,site\n10.1.0.0/16,fra\n");
    let arguments = format!("{IDS} provider=aws provider=external --external sites.csv");
    let output = home.netcensus(&arguments).run().exits(1);
    let found = findings(&output);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("NC104! open "), "{found:?}");
    assert_eq!(gate(&output).1, 1);
}

#[test]
fn a_baseline_is_applied_and_what_was_not_compared_is_not_gone() {
    let home = paper::home(&paper::colliding());
    home.netcensus("overlap --from i.json --baseline b.json --write-baseline").run().exits(0);
    let output = home.netcensus(&format!("{IDS} id=vpc-a id=vpc-b --baseline b.json")).run().succeeds();
    assert_eq!(findings(&output), ["NC102 known vpc-a vpc-b"]);
}

#[test]
fn a_filter_that_keeps_nothing_is_an_error_and_not_a_clean_comparison() {
    let home = paper::home(&paper::colliding());
    let output = home.netcensus(&format!("{IDS} tag:env=env1 tag:env=prd")).run();
    output.refuses(&["--between tag:env=prd: selects none of 4 networks, ranges and planned networks"]);
}

#[test]
fn two_comparisons_are_not_made_in_one_run() {
    let home = paper::home(&paper::colliding());
    let twice = home.netcensus(&format!("{IDS} id=vpc-a id=vpc-b --between id=vpc-c id=vpc-d")).run();
    twice.refuses(&["--between may be given once, with its two filters"]);
}
