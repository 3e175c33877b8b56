//! Snapshots of the sandbox never pass for those of the clouds, and directories that do not exist for empty ones.

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
