//! Files with the day in their names: one manifest for all days, and a guard that compares them.

use std::fs;

use super::{export, files, save};
use crate::support::Home;

fn on(home: &Home, day: &str, networks: usize) {
    save(home, "a.json", |inventory| {
        inventory.taken_at = format!("{day}T23:30:00Z").parse().unwrap();
        inventory.networks.truncate(networks);
    });
}

fn names(home: &Home) -> Vec<String> {
    let names = files(&home.path().join("out")).into_keys();
    names.filter(|name| name != ".netcensus-export.lock").collect()
}

/// Tried as a new user: `--max-drop` compared nothing where the name had the day in it, and said nothing.
#[test]
fn the_day_in_the_name_of_a_file_keeps_one_manifest_and_max_drop_compares() {
    let home = Home::new();
    fs::create_dir(home.path().join("out")).unwrap();
    let to = "--to out/n-{date}.csv --kind networks --max-drop 20%";
    on(&home, "2026-11-19", 2);
    export(&home, to).run().exits(0).says(&[
        "warning: --max-drop compared nothing: there is no earlier export (out/.n-{date}.csv.manifest.json does not exist)",
        "exported 2 networks to n-2026-11-19.csv in out",
    ]);
    on(&home, "2026-11-20", 2);
    let output = export(&home, to).run().exits(0);
    assert!(
        !output.stderr.contains("not replaced") && !output.stderr.contains("compared nothing"),
        "{output:?}"
    );
    let all = [".n-{date}.csv.manifest.json", "n-2026-11-19.csv", "n-2026-11-20.csv"];
    assert_eq!(names(&home), all);
    on(&home, "2026-11-21", 1);
    export(&home, to).run().refuses(&["--max-drop", "1 network now, 2 in the export of 2026-11-20"]);
    assert_eq!(names(&home), all);
    // A killed run of another day left its draft.
    let draft = home.write("out/.n-2026-11-18.csv.0123456789abcdef.tmp", "half");
    on(&home, "2026-11-21", 2);
    export(&home, to).run().exits(0);
    assert!(!draft.exists());
}

#[test]
fn a_name_that_changes_with_the_day_is_said_also_when_quiet() {
    let home = Home::new();
    on(&home, "2026-11-19", 2);
    export(&home, "--to n-2026-11-19.csv --kind networks --max-drop 20% -q").run().succeeds();
    on(&home, "2026-11-20", 1);
    export(&home, "--to n-2026-11-20.csv --kind networks --max-drop 20% -q").run().exits(0).says(&[
        "warning: --max-drop compared nothing",
        "n-2026-11-19.csv",
        "write {date} for the date",
    ]);
    export(&home, "--to day-19/ --max-drop 20% -q").run().succeeds();
    export(&home, "--to day-20/ --max-drop 20% -q").run().exits(0).says(&["whose name stays the same"]);
}

#[test]
fn the_coverage_of_a_day_does_not_outlive_an_incomplete_export() {
    let home = Home::new();
    fs::create_dir(home.path().join("out")).unwrap();
    on(&home, "2026-11-19", 2);
    save(&home, "b.json", |inventory| inventory.filters = vec!["region=eu-*".into()]);
    let to = "--to out/n-{date}.csv --kind networks";
    home.netcensus(&format!("export --from b.json {to} --allow-incomplete")).run().exits(3);
    let day = super::whole().taken_at.strftime("%F").to_string();
    let coverage = home.path().join(format!("out/n-{day}.coverage.csv"));
    let before = fs::read(&coverage).unwrap();
    save(&home, "a.json", |inventory| {
        inventory.coverage.pop();
    });
    export(&home, to).run().exits(0);
    assert_ne!(fs::read(&coverage).unwrap(), before);
    assert!(!home.path().join("out/n-{date}.coverage.csv").exists());
}

#[test]
fn the_day_is_not_for_directories_and_not_for_the_history_too() {
    let home = Home::new();
    for to in ["{date}/", "{date}/a.json"] {
        export(&home, &format!("--to {to}"))
            .run()
            .refuses(&["{date} can be used only in the name of a file"]);
    }
    export(&home, "--to n-{date}.csv --append-history n-2026-11-20.csv --kind networks")
        .run()
        .refuses(&["--to and --append-history both write n-2026-11-20.csv"]);
}
