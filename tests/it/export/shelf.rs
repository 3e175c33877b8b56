//! Snapshots whose machines and interfaces stay in their file: what is made of them is what would be made of all of it.

use std::fs;

use netcensus::model::{Inventory, Kind};
use netcensus::output::ExportFormat;
use netcensus::snapshot;

use super::{csv, export, files, save, whole};
use crate::support::Home;

/// Keeps the sample, changed by `change`, as a document and as a snapshot.
fn keep(home: &Home, change: impl FnOnce(&mut Inventory)) {
    save(home, "a.json", change);
    home.netcensus("scan all --from a.json --save a.ncsnap -q").run().succeeds();
}

/// Writes a snapshot just as `inventory` is, in order or not.
fn forge(home: &Home, change: impl FnOnce(&mut Inventory)) {
    let mut inventory = whole();
    change(&mut inventory);
    let mut bytes = Vec::new();
    snapshot::write(&inventory, None, &mut bytes).unwrap();
    home.write("forged.ncsnap", bytes);
}

#[test]
fn every_format_is_the_same_of_a_snapshot_and_of_a_document() {
    let home = Home::new();
    keep(&home, |_| {});
    let formats: Vec<&str> = ExportFormat::ALL.iter().map(|info| info.name).collect();
    let formats = formats.join(",");
    for format in [formats.as_str(), "csv,ndjson,xlsx", "ansible,prometheus", "html", "sqlite", "parquet"] {
        export(&home, &format!("--to document/ --format {format} -q")).run().succeeds();
        home.netcensus(&format!("export --from a.ncsnap --to snapshot/ --format {format} -q"))
            .run()
            .succeeds();
        let (document, snapshot) = (home.path().join("document"), home.path().join("snapshot"));
        assert_eq!(files(&document), files(&snapshot), "{format}");
        fs::remove_dir_all(document).unwrap();
        fs::remove_dir_all(snapshot).unwrap();
    }
}

#[test]
fn machines_that_stay_in_the_file_are_counted_in_their_networks() {
    let home = Home::new();
    keep(&home, |_| {});
    home.netcensus("export --from a.ncsnap --to n.csv --kind networks -q").run().succeeds();
    export(&home, "--to expected.csv --kind networks -q").run().succeeds();
    let rows = csv(&home.path().join("n.csv"));
    let at = rows[0].iter().position(|name| name == "instances").unwrap();
    assert!(rows.iter().any(|row| row[at].parse::<u32>().is_ok_and(|number| number > 0)), "{rows:?}");
    assert_eq!(rows, csv(&home.path().join("expected.csv")));
}

#[test]
fn a_page_of_networks_tells_how_many_machines_there_are_all_the_same() {
    let home = Home::new();
    keep(&home, |_| {});
    home.netcensus("export --from a.ncsnap --to p.html --kind networks -q").run().succeeds();
    export(&home, "--to expected.html --kind networks -q").run().succeeds();
    let page = fs::read_to_string(home.path().join("p.html")).unwrap();
    assert_eq!(page, fs::read_to_string(home.path().join("expected.html")).unwrap());
}

#[test]
fn all_tags_are_found_in_the_file_too() {
    let home = Home::new();
    keep(&home, |inventory| {
        inventory.instances[0].tags.insert("only-here".into(), "x".into());
    });
    home.netcensus("export --from a.ncsnap --to i.csv --kind instances --all-tags -q").run().succeeds();
    assert!(csv(&home.path().join("i.csv"))[0].contains(&"tag:only-here".to_owned()));
}

#[test]
fn rows_that_no_scan_would_have_written_so_are_refused_and_nothing_is_replaced() {
    let home = Home::new();
    let refused: [fn(&mut Inventory); 3] = [
        |inventory| inventory.instances.reverse(),
        |inventory| inventory.instances.insert(0, inventory.instances[0].clone()),
        |inventory| inventory.instances[0].id.clear(),
    ];
    home.write("i.csv", "yesterday");
    for change in refused {
        forge(&home, change);
        home.netcensus("export --from forged.ncsnap --to i.csv --kind instances").run().refuses(&[
            "forged.ncsnap has instances without id or account, twice, or in another order",
            "--save NEW",
        ]);
        assert_eq!(fs::read_to_string(home.path().join("i.csv")).unwrap(), "yesterday");
    }
    forge(&home, |inventory| inventory.instances.reverse());
    home.netcensus("scan all --from forged.ncsnap --save new.ncsnap -q").run().succeeds();
    home.netcensus("export --from new.ncsnap --to i.csv --kind instances -q").run().succeeds();
    assert_eq!(csv(&home.path().join("i.csv")).len(), whole().count(Kind::Instances) + 1);
}

#[test]
fn a_snapshot_that_comes_through_a_pipe_is_read_at_once() {
    let home = Home::new();
    keep(&home, |_| {});
    let piped = fs::read(home.path().join("a.ncsnap")).unwrap();
    home.netcensus("export --from - --to i.csv --kind instances -q").stdin(piped).run().succeeds();
    assert_eq!(csv(&home.path().join("i.csv")).len(), whole().count(Kind::Instances) + 1);
}
