//! A table that grows by a day's rows.

use std::fs;

use super::{csv, export, files, save, whole};
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
    export(&home, ADD).run().exits(0).says(&["added 1 network to h.csv"]);
    on(&home, "2026-11-20", 2);
    export(&home, ADD).run().exits(0);
    assert_eq!(days(&home), ["2026-11-19", "2026-11-20", "2026-11-20"]);
    let before = fs::read(home.path().join("h.csv")).unwrap();
    let again = export(&home, ADD).run().exits(0);
    again.says(&["added 2 networks to h.csv, in place of 2 rows of 2026-11-20"]);
    assert_eq!(fs::read(home.path().join("h.csv")).unwrap(), before);
    on(&home, "2026-11-20", 1);
    export(&home, &format!("{ADD} --to today.json")).run().exits(0);
    assert_eq!(days(&home), ["2026-11-19", "2026-11-20"], "rows of the same day are replaced");
    assert!(home.path().join("today.json").exists());
}

/// Its rows are kept in memory, and filled it.
#[test]
fn a_history_that_is_too_large_is_refused() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    fs::File::create(home.path().join("h.csv")).unwrap().set_len((4 << 30) + 1).unwrap();
    export(&home, ADD).run().refuses(&["h.csv is larger than 4 GiB; nothing was written", "begin another"]);
}

#[test]
fn other_columns_are_refused_and_nothing_is_lost() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    export(&home, ADD).run().exits(0);
    let before = fs::read(home.path().join("h.csv")).unwrap();
    export(&home, &format!("{ADD} --tag-columns env")).run().refuses(&[
        "h.csv has other columns",
        "missing columns: tag:env",
        "additional columns: tags",
        "--template",
    ]);
    assert_eq!(fs::read(home.path().join("h.csv")).unwrap(), before);
    home.write("h.csv", "date,provider\n\"2026-11-19");
    export(&home, ADD).run().refuses(&["h.csv has other columns"]);
}

#[test]
fn a_history_is_of_one_kind_and_whole() {
    let home = Home::new();
    export(&home, "--append-history h.csv").run().refuses(&["exactly one kind"]);
    export(&home, &format!("{ADD} --allow-incomplete")).run().exits(2);
    export(&home, &format!("{ADD} --min-rows 1000")).run().refuses(&["--min-rows is 1000"]);
    assert!(!home.path().join("h.csv").exists());
    assert!(whole().networks.len() < 1000);
}

#[test]
fn a_history_that_the_export_writes_too_is_refused_however_it_is_spelt() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    export(&home, ADD).run().exits(0);
    fs::create_dir(home.path().join("out")).unwrap();
    home.write("out/networks.csv", fs::read(home.path().join("h.csv")).unwrap());
    let before = files(home.path());
    let here = home.path().display();
    for (to, history) in [
        ("h.csv".to_owned(), "h.csv".to_owned()),
        (format!("{here}/h.csv"), "./h.csv".to_owned()),
        ("out/".to_owned(), "out/../out/networks.csv".to_owned()),
        ("new.csv".to_owned(), "out/../new.csv".to_owned()),
    ] {
        let flags = format!("--to {to} --append-history {history} --kind networks --from nofile.json");
        let out = home.netcensus(&format!("export {flags}")).run();
        out.refuses(&[&format!("--to and --append-history both write {history}")]);
    }
    assert_eq!(files(home.path()), before);
}

#[test]
fn the_name_of_a_history_is_that_of_a_table() {
    let home = Home::new();
    export(&home, "--append-history - --kind networks")
        .run()
        .refuses(&["--append-history cannot be used with standard output"]);
    for name in ["h.xlsx", "h.json", "h.PARQUET"] {
        let out = export(&home, &format!("--append-history {name} --kind networks")).run();
        out.refuses(&["--append-history writes csv", name, "name it h.csv"]);
    }
    fs::create_dir(home.path().join("hf")).unwrap();
    for name in ["hf", "hf/", "new/"] {
        let out = export(&home, &format!("--append-history {name} --kind networks")).run();
        out.refuses(&[&format!("--append-history: {name} is a directory"), "history.csv"]);
    }
    export(&home, "--append-history no/such/h.csv --kind networks")
        .run()
        .refuses(&["directory no does not exist\n"]);
    export(&home, "--append-history list.txt --kind networks").run().exits(0);
    export(&home, "--to new/ --append-history new/h.csv --kind networks").run().exits(0);
    assert!(home.path().join("new/h.csv").exists());
}

#[test]
fn a_byte_order_mark_is_written_and_stays() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    export(&home, &format!("{ADD} --bom")).run().exits(0);
    on(&home, "2026-11-20", 1);
    export(&home, ADD).run().exits(0);
    let table = fs::read_to_string(home.path().join("h.csv")).unwrap();
    assert!(table.starts_with("\u{feff}date,"), "{table}");
    assert_eq!(table.matches('\u{feff}').count(), 1);
    assert_eq!(days(&home), ["2026-11-19", "2026-11-20"]);
    export(&home, "--append-history plain.csv --kind networks").run().exits(0);
    assert!(fs::read_to_string(home.path().join("plain.csv")).unwrap().starts_with("date,"));
}

#[test]
fn a_day_that_is_no_date_is_named_with_its_line() {
    let home = Home::new();
    on(&home, "2026-11-18", 1);
    export(&home, ADD).run().exits(0);
    on(&home, "2026-11-19", 1);
    export(&home, ADD).run().exits(0);
    let table = fs::read_to_string(home.path().join("h.csv")).unwrap();
    for wrong in ["19.11.2026", "20261119", "2026-11-19T00:00:00", ""] {
        let table = table.replace("2026-11-19,", &format!("{wrong},"));
        home.write("h.csv", &table);
        export(&home, ADD).run().refuses(&[&format!("h.csv: line 3: `{wrong}` is not a date")]);
        assert_eq!(fs::read_to_string(home.path().join("h.csv")).unwrap(), table);
        home.write("h.csv", table.replace('\r', ""));
        export(&home, ADD).run().refuses(&["h.csv: line 3: "]);
    }
}

#[test]
fn files_stay_when_the_history_cannot_be_written_and_so_the_other_way_round() {
    let home = Home::new();
    export(&home, &format!("{ADD} --to out/ --kind networks -q").replacen("--kind networks ", "", 1))
        .run()
        .exits(0);
    on(&home, "2026-11-21", 1);
    home.write("h.csv", "date,something\r\n2026-11-19,1\r\n");
    let before = files(home.path());
    export(&home, &format!("{ADD} --to out/"))
        .run()
        .refuses(&["h.csv has other columns than this export; nothing was written"]);
    assert_eq!(files(home.path()), before);
    let out = export(&home, &format!("{ADD} --to - --format csv")).run();
    out.refuses(&["h.csv has other columns"]);
    fs::remove_file(home.path().join("h.csv")).unwrap();
    let before = files(home.path());
    export(&home, &format!("{ADD} --to out/ --min-rows 1000")).run().refuses(&["--min-rows"]);
    assert_eq!(files(home.path()), before);
}

#[test]
fn the_last_other_day_is_what_a_day_is_compared_with() {
    let home = Home::new();
    on(&home, "2026-11-18", 1);
    export(&home, ADD).run().exits(0);
    on(&home, "2026-11-19", usize::MAX);
    export(&home, &format!("{ADD} --max-drop 20%")).run().exits(0);
    on(&home, "2026-11-20", 1);
    let all = whole().networks.len();
    for to in ["", "--to out/", "--to - --format csv"] {
        let out = export(&home, &format!("{ADD} {to} --max-drop 20%")).run();
        out.refuses(&[&format!("1 network now, {all} on 2026-11-19 in h.csv: a drop of more than 20 %")]);
    }
    assert!(!home.path().join("out").exists());
    assert!(!days(&home).contains(&"2026-11-20".to_owned()));
    export(&home, ADD).run().exits(0);
    export(&home, &format!("{ADD} --max-drop 20%")).run().refuses(&["on 2026-11-19"]);
}

/// A table whose first line is no text was taken for an empty one, and replaced.
#[test]
fn a_table_whose_header_is_not_text_is_refused() {
    let home = Home::new();
    on(&home, "2026-11-19", 1);
    home.write("h.csv", b"date,caf\xe9\n2026-11-18,x\n");
    export(&home, ADD).run().refuses(&["h.csv is not a CSV table"]);
    assert_eq!(fs::read(home.path().join("h.csv")).unwrap(), b"date,caf\xe9\n2026-11-18,x\n");
}

/// Faults F9, sibling: rows of a wrong clock were the last other day for ever.
#[test]
fn max_drop_compares_with_the_day_before_and_not_with_one_of_a_wrong_clock() {
    let home = Home::new();
    for (day, networks) in [("2028-01-01", 1), ("2026-11-19", 2)] {
        on(&home, day, networks);
        export(&home, ADD).run().exits(0);
    }
    on(&home, "2026-11-20", 1);
    export(&home, &format!("{ADD} --max-drop 20%")).run().refuses(&["2 on 2026-11-19 in h.csv"]);
}
