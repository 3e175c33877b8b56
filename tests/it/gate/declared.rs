//! `netcensus.toml`: what it says about collisions counts.

use serde_json::{Value, json};

use super::{findings, gate, paper};
use crate::support::Output;

/// Compares the estate of [`paper::colliding`] by a file, and these arguments more.
fn by(file: &str, arguments: &str) -> Output {
    let home = paper::home(&paper::colliding());
    home.write("netcensus.toml", file);
    home.netcensus(&format!("overlap --from i.json -o json {arguments}")).run()
}

/// Writes an entry of the allow list.
fn entry(fields: &str) -> String {
    format!("[[overlap.allow]]\n{fields}\nreason = \"they never meet\"\n")
}

const OPEN: [&str; 2] = ["NC101! open vpc-c vpc-d", "NC102! open vpc-a vpc-b"];

#[test]
fn the_file_says_what_fails_and_the_flag_wins() {
    assert_eq!(findings(&by("", "").exits(1)), OPEN);
    let none = "[overlap]\nfail-on = []\n";
    let output = by(none, "").succeeds();
    assert_eq!(gate(&output), ("clean".to_owned(), 0, vec![]));
    assert_eq!(findings(&output), ["NC101 open vpc-c vpc-d", "NC102 open vpc-a vpc-b"]);
    assert_eq!(gate(&by(none, "--fail-on connected").exits(1)).1, 1);
    assert_eq!(gate(&by("", "--fail-on latent,planned").exits(1)).1, 1);
    let idle = by("[overlap]\nfail-on = ['connected', 'latent']\n", "--fail-on planned").exits(0);
    assert!(
        idle.stderr.starts_with("note: nothing can fail: --fail-on names only planned"),
        "{}",
        idle.stderr
    );
}

#[test]
fn the_file_says_what_is_compared_and_the_flag_wins() {
    let level = |arguments: &str| by("[overlap]\nlevel = 'subnets'\n", arguments).json()["level"].clone();
    assert_eq!(level(""), "subnets");
    assert_eq!(level("--level networks"), "networks");
}

#[test]
fn every_kind_of_selector_accepts_what_it_selects() {
    for fields in [
        "prefix = '10.0.0.0/16'",
        "network = 'vpc-[ab]'",
        "network = 'VPC-A'",
        "tag = 'env=env*'\nnetwork = 'vpc-a'",
        "account = '1*'\nprefix = '10.0.0.0/9'\nnetwork = '*-a'",
        "region = 'eu-*'\nprovider = 'aws'\nnetwork = 'vpc-b'",
        "between = [{ network = 'vpc-a' }, { account = '222222222222' }]",
        "between = [{ account = '222222222222' }, { network = 'vpc-a' }]",
    ] {
        let output = by(&entry(fields), "").exits(1);
        assert_eq!(findings(&output), [OPEN[0], "NC102 accepted vpc-a vpc-b"], "{fields}");
        let document = output.json();
        assert_eq!(document["allow"][0]["state"], "used", "{fields}");
        let why = document["findings"][1]["accepted_by"][0].as_str().unwrap();
        assert!(why.contains("they never meet") && why.contains("netcensus.toml:1"), "{why}");
    }
    by(&entry("provider = 'aws'"), "").succeeds();
}

#[test]
fn an_entry_that_expired_counts_no_more_and_is_reported() {
    let file = entry("network = 'vpc-a'\nexpires = 2020-02-29");
    let output = by(&file, "").exits(1);
    let output = output.says(&["netcensus.toml:1: this entry", "expired on 2020-02-29", "count again"]);
    assert_eq!(findings(&output), OPEN);
    let expected = json!({
        "place": "netcensus.toml:1", "reason": "they never meet", "expires": "2020-02-29", "state": "expired",
    });
    assert_eq!(output.json()["allow"], Value::from(vec![expected]));
    let home = paper::home(&paper::colliding());
    home.write("netcensus.toml", &file);
    let table = home.netcensus("overlap --from i.json").run().exits(1);
    assert_eq!(table.stderr, "", "the table says it itself");
    assert!(table.stdout.contains("netcensus.toml:1 expired on 2020-02-29"), "{}", table.stdout);
    home.netcensus("overlap --from i.json --summary").run().exits(1).says(&["expired on 2020-02-29"]);
    let later = by(&entry("network = 'vpc-a'\nexpires = '2999-12-31'"), "").exits(1);
    assert_eq!(later.stderr, "");
    assert_eq!(findings(&later)[1], "NC102 accepted vpc-a vpc-b");
}

#[test]
fn an_entry_that_covers_nothing_is_stale() {
    let output = by(&format!("\n{}", entry("network = 'vpc-z'")), "").exits(1);
    let output = output.says(&["netcensus.toml:2: this entry of the allow list covers no collision"]);
    assert_eq!(output.json()["allow"][0]["state"], "stale");
    assert_eq!(output.json()["allow"][0]["expires"], Value::Null);
}

#[test]
fn routing_domains_join_and_isolate() {
    let domain = |name: &str, account: &str, more: &str| {
        format!("[[overlap.domains]]\nname = '{name}'\nmembers = [{{ network = '{account}' }}]\n{more}\n")
    };
    let joined = by(&domain("core", "vpc-[ab]", ""), "").exits(1);
    assert_eq!(findings(&joined)[1], "NC101! open vpc-c vpc-d");
    assert_eq!(findings(&joined)[0], "NC101! open vpc-a vpc-b");
    let apart = domain("a", "vpc-a", "isolated-from = ['b']") + &domain("b", "vpc-b", "");
    let isolated = by(&apart, "").exits(1);
    assert_eq!(findings(&isolated), [OPEN[0], "NC102 accepted vpc-a vpc-b"]);
    let why = isolated.json()["findings"][1]["accepted_by"][0].clone();
    assert_eq!(why, "routing domains `a` and `b` are isolated");
}

#[test]
fn ranges_of_the_file_are_compared() {
    let file = "[[external]]\nsite = 'fra'\nprefixes = ['10.0.7.0/24', '10.99.0.0/16']\nname = 'office'\n";
    let output = by(file, "").exits(1);
    let found = findings(&output);
    assert!(found.iter().any(|it| it.starts_with("NC104! open ") && it.contains("vpc-a")), "{found:?}");
    assert_eq!(output.json()["compared"]["external"], 2);
}

#[test]
fn container_bridges_are_of_the_files_choice() {
    let home = paper::home(&paper::inventory(&[paper::vpc("vpc-a", 1, &["172.17.0.0/20"])], &[], &[]));
    let run = || home.netcensus("overlap --from i.json -o json").run().succeeds();
    assert_eq!(findings(&run()), ["NC106 open vpc-a"], "Docker's by default");
    home.write("netcensus.toml", "[overlap]\ncontainer-bridges = ['172.30.0.0/16']\n");
    assert_eq!(findings(&run()), [""; 0]);
}
