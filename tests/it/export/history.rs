//! A table that grows by a day's rows.

use std::fs;

use super::{csv, export, save, whole};
use crate::support::Home;

fn on(home: &Home, day: &str, networks: usize) {
    save(home, "a.json", |inventory| {
        inventory.taken_at = format!("{day}T23:30:00Z").parse().unwrap();
        inventory.networks.truncate(networks);
    });
}

fn days(home: &Home) -> Vec<String> {
    csv(&home.path().join("h.csv")).into_iter().skip(1).map(|mut row| row.remove(0)).collect()
}

const ADD: &str = "--append-history h.csv --kind networks";

#[test]
fn each_day_adds_its_rows_and_a_second_run_changes_nothing() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    export(&home, ADD).run().exits(0).says(&["added 1 networks to h.csv"]);
    on(&home, "2026-11-20", 2);
    export(&home, ADD).run().exits(0);
    assert_eq!(days(&home), ["2026-11-19", "2026-11-20", "2026-11-20"]);
    let before = fs::read(home.path().join("h.csv")).unwrap();
    export(&home, ADD).run().exits(0);
    assert_eq!(fs::read(home.path().join("h.csv")).unwrap(), before);
    on(&home, "2026-11-20", 1);
    export(&home, &format!("{ADD} --to today.json")).run().exits(0);
    assert_eq!(days(&home), ["2026-11-19", "2026-11-20"], "rows of the same day are replaced");
    assert!(home.path().join("today.json").exists());
}

#[test]
fn other_columns_are_refused_and_nothing_is_lost() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    export(&home, ADD).run().exits(0);
    let before = fs::read(home.path().join("h.csv")).unwrap();
    export(&home, &format!("{ADD} --tag-columns env")).run().refuses(&[
        "h.csv has other columns",
        "it lacks tag:env",
        "it has besides tags",
        "--template",
    ]);
    assert_eq!(fs::read(home.path().join("h.csv")).unwrap(), before);
    home.write("h.csv", "date,provider\n\"2026-11-19");
    export(&home, ADD).run().refuses(&["h.csv has other columns"]);
}

#[test]
fn a_history_is_of_one_kind_and_whole() {
    let home = Home::new();
    export(&home, "--append-history h.csv").run().refuses(&["rows of one kind"]);
    export(&home, &format!("{ADD} --allow-incomplete")).run().exits(2);
    export(&home, &format!("{ADD} --min-rows 1000")).run().refuses(&["--min-rows asks for 1000"]);
    assert!(!home.path().join("h.csv").exists());
    assert!(whole().networks.len() < 1000);
}
