//! Names of snapshots, wherever an inventory is named.

use std::path::PathBuf;

use super::{keep, store_of};
use crate::support::{Home, netcensus};

/// A folder with snapshots of three days and one of another scope; returns the path of the second.
fn home() -> (Home, PathBuf) {
    let home = Home::new();
    let folder = store_of(&home);
    keep(&folder, "2026-11-17T06:00:00Z", "a");
    let second = keep(&folder, "2026-11-18T06:00:00Z", "a");
    keep(&folder, "2026-11-19T05:00:00Z", "b");
    keep(&folder, "2026-11-19T06:00:00Z", "a");
    (home, second)
}

#[test]
fn every_command_takes_every_name() {
    let (home, second) = home();
    let path = second.to_str().unwrap();
    let names = [
        ("@latest", "2026-11-19T06:00:00Z"),
        ("@previous", "2026-11-18T06:00:00Z"),
        ("@~1", "2026-11-18T06:00:00Z"),
        ("@~2", "2026-11-17T06:00:00Z"),
        ("@2026-11-17", "2026-11-17T06:00:00Z"),
        ("@2026-11-19T05:30", "2026-11-19T05:00:00Z"),
        (path, "2026-11-18T06:00:00Z"),
    ];
    for (name, taken_at) in names {
        let scan = home.netcensus(&format!("scan networks --from {name} -o json")).run();
        assert_eq!(scan.json()["taken_at"], taken_at, "{name}: {}", scan.stderr);
        let overlap = home.netcensus(&format!("overlap --from {name} -o json")).run();
        assert_eq!(overlap.json()["taken_at"], taken_at, "{name}: {}", overlap.stderr);
        let diff = home.netcensus(&format!("diff {name} @latest -o json")).run();
        assert_eq!(diff.json()["old"]["taken_at"], taken_at, "{name}: {}", diff.stderr);
        assert_eq!(diff.json()["new"]["taken_at"], "2026-11-19T06:00:00Z");
    }
    let diff = home.netcensus("diff -o json").run().json();
    assert_eq!(diff["old"]["taken_at"], "2026-11-18T06:00:00Z", "previous against latest");
}

#[test]
fn names_that_mean_nothing_are_refused_with_what_there_is() {
    let (home, _) = home();
    home.netcensus("scan --from @~3").run().refuses(&[
        "there is no `@~3`: only 3 snapshots of the scope of @latest are kept",
        "netcensus snapshots",
    ]);
    home.netcensus("scan --from @2026-11-16").run().refuses(&["2026-11-16", "2026-11-17T06:00:00Z"]);
    home.netcensus("overlap --from @yesterday")
        .run()
        .refuses(&["`@yesterday`", "write @1d for the last one"]);
    home.netcensus("overlap --from @nonsense").run().refuses(&["`@nonsense`", "@latest"]);
    home.netcensus("scan --from @2026-11-20")
        .run()
        .refuses(&["@2026-11-20T23:59 means the last one until then"]);
    for name in ["latest", "previous", "~1", "2026-11-19", "7d"] {
        let hint = format!("did you mean @{name}?");
        home.netcensus(&format!("scan --from {name}"))
            .run()
            .refuses(&["is neither a file nor the name of a snapshot", &hint]);
        home.netcensus(&format!("diff {name} @latest")).run().refuses(&[&hint]);
    }
    home.netcensus("diff @~9 @latest").run().refuses(&["@~9"]);
    netcensus("scan --from @latest").refuses(&["there is no snapshot in", "scan all --save"]);
    netcensus("diff").refuses(&["there is no snapshot in"]);
}

#[test]
fn a_folder_is_chosen_by_flag_or_by_the_file() {
    let (home, _) = home();
    keep(&home.path().join("mine"), "2026-11-20T06:00:00Z", "a");
    let taken_at = |arguments: &str| home.netcensus(arguments).run().json()["taken_at"].clone();
    assert_eq!(taken_at("scan --from @latest --store mine -o json"), "2026-11-20T06:00:00Z");
    home.write("conf/netcensus.toml", "store = \"../mine\"\n");
    assert_eq!(taken_at("scan --from @latest --config conf/netcensus.toml -o json"), "2026-11-20T06:00:00Z");
    home.write("file", "");
    home.netcensus("scan --from @latest --store file").run().refuses(&["file is not a directory"]);
    home.netcensus("scan --from @latest --store=~/mine").run().refuses(&["--store", "`~`", "./~"]);
    home.write("conf/netcensus.toml", "store = \"~/mine\"\n");
    home.netcensus("snapshots --config conf/netcensus.toml").run().refuses(&["netcensus.toml:1", "`~`"]);
}

#[test]
fn whoever_reads_a_name_is_told_which_snapshot_it_means() {
    let (home, second) = home();
    let said = home.netcensus("scan --from @previous").run().stderr;
    let (name, accounts) = said.lines().next().unwrap().split_once(", ").unwrap();
    assert_eq!(name, "reading @2026-11-18T06:00:00Z");
    assert!(accounts.ends_with(" old: aws 3 accounts, azure 1 subscription"), "{said}");
    let quiet = home.netcensus("scan --from @previous -q").run();
    assert!(!quiet.stderr.contains("reading"), "{}", quiet.stderr);
    let path = home.netcensus(&format!("scan --from {}", second.display())).run();
    assert!(!path.stderr.contains("reading"), "a path says what it is: {}", path.stderr);
}

#[test]
fn an_age_is_the_last_snapshot_of_so_long_ago_or_before() {
    let home = Home::new();
    let then = |hours| {
        let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours);
        jiff::Timestamp::from_second(then.as_second()).unwrap().to_string()
    };
    let (old, young) = (then(170), then(50));
    keep(&store_of(&home), &old, "a");
    keep(&store_of(&home), &young, "a");
    for (name, taken_at) in [("@12h", &young), ("@2d", &young), ("@51h", &old), ("@7d", &old), ("@1w", &old)]
    {
        let scan = home.netcensus(&format!("scan networks --from {name} -o json")).run();
        assert_eq!(scan.json()["taken_at"], **taken_at, "{name}: {}", scan.stderr);
    }
    home.netcensus("scan --from @8d").run().refuses(&["8d ago or before", &old]);
}
