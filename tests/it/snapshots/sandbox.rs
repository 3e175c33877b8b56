//! Snapshots of the sandbox never pass for those of the clouds, and directories that do not exist for empty ones.

use std::collections::BTreeSet;

use super::{keep, store_of};
use crate::support::Home;

const OF_SANDBOX: &str = "2026-11-20T06:00:00Z";

/// A home with two snapshots of the clouds, and newer ones of the sandbox.
fn home() -> Home {
    let home = Home::new();
    let directory = store_of(&home);
    keep(&directory, "2026-11-18T06:00:00Z", "a");
    keep(&directory, "2026-11-19T06:00:00Z", "a");
    keep(&directory, "2026-11-20T05:00:00Z", "sandbox=estate.toml");
    keep(&directory, OF_SANDBOX, "sandbox");
    home
}

/// A cron job that reads `@latest` must not export the sandbox because you tried it on the same machine.
#[test]
fn names_mean_snapshots_of_the_clouds() {
    let home = home();
    let taken_at = |name: &str| {
        let scan = home.netcensus(&format!("scan networks --from {name} -o json")).run();
        (scan.json()["taken_at"].as_str().unwrap().to_owned(), scan.stderr)
    };
    for name in ["@latest", "@~0", "@1h", "@2026-11-20T12:00", "@2026-11-19"] {
        let (found, said) = taken_at(name);
        assert_eq!(found, "2026-11-19T06:00:00Z", "{name}");
        assert!(!said.contains("sandbox"), "{said}");
    }
    assert_eq!(taken_at("@previous").0, "2026-11-18T06:00:00Z");
    let (found, said) = taken_at(&format!("@{OF_SANDBOX}"));
    assert_eq!(found, OF_SANDBOX);
    assert!(said.contains(" old, of the sandbox: "), "{said}");
    let diff = home.netcensus("diff -o json").run().json();
    assert_eq!(diff["new"]["taken_at"], "2026-11-19T06:00:00Z");
    let history = home.netcensus("find 10.0.0.1 --history").run().stdout;
    assert!(history.contains("searched 2 snapshots"), "{history}");
}

#[test]
fn a_list_says_in_any_width_which_are_of_the_sandbox() {
    for width in ["80", "200"] {
        let listed = home().netcensus("snapshots").env("COLUMNS", width).run().succeeds().stdout;
        let (of_sandbox, of_clouds) = listed.split_once("\n@latest ").unwrap();
        assert!(of_sandbox.contains(&format!("\n@{OF_SANDBOX} ")), "{listed}");
        assert_eq!(of_sandbox.matches("(sandbox)").count(), 2, "{listed}");
        assert!(!of_clouds.contains("(sandbox)"), "{listed}");
    }
}

#[test]
fn without_others_names_mean_those_of_the_sandbox_and_remedies_fit_them() {
    let home = Home::new();
    keep(&store_of(&home), OF_SANDBOX, "sandbox");
    let scan = home.netcensus("scan networks --from @latest").run();
    assert!(scan.stderr.contains("of the sandbox"), "{}", scan.stderr);
    home.netcensus("diff").run().refuses(&["run `netcensus diff @latest live --sandbox`"]);
}

/// A home with snapshots of the sandbox only, and a document of which it is not known what was asked for.
fn home_of_sandbox_only() -> Home {
    let home = Home::new();
    keep(&store_of(&home), "2026-11-19T06:00:00Z", "sandbox");
    keep(&store_of(&home), OF_SANDBOX, "sandbox");
    let document = home.netcensus("scan all --from @latest -o json").run().stdout;
    home.write("all.json", document);
    home
}

/// Returns when what holds the prefix was first seen.
fn first_seen(home: &Home, from: &str) -> BTreeSet<String> {
    let why = home.netcensus(&format!("free --why 10.0.0.0/16 --from {from} -o json")).run().json();
    let held = why["answers"][0]["held"].as_array().unwrap();
    assert!(!held.is_empty(), "{why}");
    held.iter().filter_map(|one| one["since"]["first"]["at"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_history_of_the_sandbox_alone_is_announced() {
    let find = home_of_sandbox_only().netcensus("find 10.0.0.10 --history --quiet").run();
    assert!(find.stdout.contains("searched 2 snapshots"), "{}", find.stdout);
    find.says(&["all snapshots are of the sandbox"]);
    let find = home().netcensus("find 10.0.0.10 --history").run();
    assert!(!find.stderr.contains("of the sandbox"), "{}", find.stderr);
}

/// The past of the sandbox is none of your clouds, also if nothing else is saved.
#[test]
fn a_past_is_that_of_what_is_read() {
    let home = home_of_sandbox_only();
    assert_eq!(first_seen(&home, "all.json"), BTreeSet::new());
    assert_eq!(first_seen(&home, "@latest"), BTreeSet::from(["2026-11-19T06:00:00Z".to_owned()]));
    for (from, snapshots) in [("all.json", 0), ("@latest", 1)] {
        let usage = home.netcensus(&format!("usage --forecast --from {from} -o json")).run().json();
        assert_eq!(usage["snapshots"], snapshots, "{from}");
    }
}

#[test]
fn since_when_a_prefix_of_the_sandbox_is_held_comes_from_the_sandbox() {
    let first = first_seen(&home(), &format!("@{OF_SANDBOX}"));
    assert_eq!(first, BTreeSet::from(["2026-11-20T05:00:00Z".to_owned()]));
    assert_eq!(first_seen(&home(), "@latest"), BTreeSet::from(["2026-11-18T06:00:00Z".to_owned()]));
}

/// Before the first snapshot is saved, its directory does not exist.
#[test]
fn answers_that_need_no_snapshot_are_given_without_a_directory() {
    let home = home_of_sandbox_only();
    home.write("netcensus.toml", "store = '/nowhere/snapshots'\n");
    for command in ["free --why 10.0.0.0/16", "usage --forecast"] {
        let output = home.netcensus(&format!("{command} --from all.json -o json")).run();
        assert_ne!(output.code, 2, "{}", output.stderr);
        assert!(output.json().is_object());
        output.says(&[
            "the directory of snapshots /nowhere/snapshots does not exist",
            "nothing is known of the past",
        ]);
    }
}

/// A mistyped directory is not an empty one.
#[test]
fn a_directory_that_was_named_and_does_not_exist_is_an_error_and_is_not_created() {
    let home = Home::new();
    for command in [
        "snapshots",
        "snapshots prune --keep-last 1",
        "snapshots verify",
        "scan --from @latest",
        "diff",
        "find 10.0.0.1 --history",
        "merge @latest",
    ] {
        home.netcensus(&format!("{command} --store typo"))
            .run()
            .refuses(&["the directory of snapshots typo does not exist (--store)", "check the path"]);
        assert!(!home.path().join("typo").exists(), "{command}");
    }
    home.netcensus("reservations --unchecked --store typo")
        .run()
        .exits(0)
        .says(&["reservations.json, which does not exist"]);
    home.netcensus("snapshots").run().exits(0).says(&["there is no snapshot in "]);
}

/// Without --from, you may not expect an old inventory.
#[test]
fn an_inventory_that_the_configuration_chose_is_announced_with_its_setting() {
    let home = home();
    home.write("netcensus.toml", "from = '@latest'\n");
    let said = home.netcensus("scan networks").run().stderr;
    assert!(said.contains("reading @2026-11-19T06:00:00Z") && said.contains("(`from` of "), "{said}");
    assert!(said.contains("netcensus.toml:1)"), "{said}");
    let scan = home.netcensus("scan networks --from @latest -o json").run();
    assert!(!scan.stderr.contains("`from`"), "{}", scan.stderr);
    home.write("inventory.json", scan.stdout);
    home.write("netcensus.toml", "from = 'inventory.json'\n");
    let said = home.netcensus("scan networks").run().stderr;
    assert!(said.contains("inventory.json (`from` of "), "{said}");
    let said = home.netcensus("scan networks").env("NETCENSUS_FROM", "@previous").run().stderr;
    assert!(said.contains("(`from` of NETCENSUS_FROM)"), "{said}");
}
