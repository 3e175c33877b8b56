//! Snapshots whose machines and interfaces stay in their file: what is made of them is what would be made of all of it.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use netcensus::input::{SnapshotRows, SnapshotRowsError, Source, load_streamed};
use netcensus::model::{Instance, Inventory, Kind, Rows};
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
    snapshot::write_snapshot(&inventory, None, &mut bytes).unwrap();
    home.write("forged.ncsnap", bytes);
}

#[test]
fn every_format_is_the_same_of_a_snapshot_and_of_a_document() {
    let home = Home::new();
    keep(&home, |_| {});
    let formats: Vec<&str> = ExportFormat::all().map(ExportFormat::name).collect();
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
fn rows_that_no_scan_would_have_written_so_are_put_right_like_any_others() {
    let home = Home::new();
    export(&home, "--to e/ -q").run().succeeds();
    let expected = files(&home.path().join("e"));
    let changes: [fn(&mut Inventory); 2] = [
        |inventory| inventory.instances.reverse(),
        |inventory| inventory.instances.insert(0, inventory.instances[0].clone()),
    ];
    for change in changes {
        forge(&home, change);
        for kind in ["networks", "instances"] {
            home.netcensus(&format!("export --from forged.ncsnap --to {kind}.csv --kind {kind} -q"))
                .run()
                .succeeds();
            let written = fs::read(home.path().join(format!("{kind}.csv"))).unwrap();
            assert_eq!(written, expected[&format!("{kind}.csv")], "{kind}");
        }
    }
    home.netcensus("export --from forged.ncsnap --to i.csv --kind instances")
        .run()
        .exits(0)
        .says(&["instances: repeated rows joined with their first: 1"]);
}

#[test]
fn what_cannot_be_read_of_a_snapshot_is_said_of_it_and_replaces_nothing() {
    let home = Home::new();
    home.write("i.csv", "yesterday");
    forge(&home, |inventory| inventory.instances[0].id.clear());
    let refused = || home.netcensus("export --from forged.ncsnap --to i.csv --kind instances").run();
    refused().refuses(&["error: forged.ncsnap is not a valid inventory", "has an empty id"]);
    forge(&home, |_| {});
    let bytes = fs::read(home.path().join("forged.ncsnap")).unwrap();
    let text = String::from_utf8(zstd::decode_all(bytes.as_slice()).unwrap()).unwrap();
    let broken = text.replacen("\"private_ips\":[", "\"private_ips\":{", 1);
    assert_ne!(broken, text);
    home.write("forged.ncsnap", broken);
    let output = refused().refuses(&["error: forged.ncsnap is damaged: line "]);
    assert!(!output.stderr.contains("i.csv"), "{}", output.stderr);
    assert_eq!(fs::read_to_string(home.path().join("i.csv")).unwrap(), "yesterday");
}

/// Opens the forged snapshot, and reads the instances once.
fn opened(home: &Home) -> SnapshotRows {
    let (_, rows) = load_streamed(&Source::Path(home.path().join("forged.ncsnap")), &Kind::ALL).unwrap();
    let rows = rows.unwrap();
    read(&rows, |_| {}).unwrap();
    rows
}

fn read(snapshot: &SnapshotRows, mut look: impl FnMut(usize)) -> Result<usize, String> {
    let mut rows = 0;
    let each = Rows::<Instance>::each(snapshot, &mut |_| {
        rows += 1;
        look(rows);
        Ok(())
    });
    each.map(|()| rows).map_err(|error| error.to_string())
}

#[test]
fn a_snapshot_that_is_changed_in_its_place_is_noticed_by_every_pass() {
    let home = Home::new();
    let drop_one = |inventory: &mut Inventory| drop(inventory.instances.pop());
    let later = SystemTime::now() + Duration::from_secs(61);
    let changed = |result: Result<usize, String>, snapshot: &SnapshotRows| {
        assert!(result.unwrap_err().contains("forged.ncsnap changed while it was read"));
        assert!(matches!(snapshot.take_error(), Some(SnapshotRowsError::Unreadable(_))));
    };
    // Another inventory, under a date that says nothing.
    forge(&home, |_| {});
    let rows = opened(&home);
    let before = fs::metadata(home.path().join("forged.ncsnap")).unwrap().modified().unwrap();
    forge(&home, drop_one);
    let file = File::options().write(true).open(home.path().join("forged.ncsnap")).unwrap();
    file.set_modified(before).unwrap();
    changed(read(&rows, |_| {}), &rows);
    // The same number of other rows, written before a pass and during it.
    let rows = opened(&home);
    file.set_modified(later).unwrap();
    changed(read(&rows, |_| {}), &rows);
    let rows = opened(&home);
    let during = read(&rows, |row| {
        if row == 1 {
            file.set_modified(before).unwrap();
        }
    });
    changed(during, &rows);
}

#[test]
fn a_pass_within_a_pass_is_refused() {
    let home = Home::new();
    forge(&home, |_| {});
    let rows = opened(&home);
    let mut inner = Ok(0);
    read(&rows, |_| inner = read(&rows, |_| {})).unwrap();
    assert!(inner.is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_opened_once() {
    let home = Home::new();
    keep(&home, |_| {});
    // Who opens it again finds its writer gone, now and then, and waits for ever.
    for number in 0..16 {
        let file = if number % 2 == 0 { "a.json" } else { "a.ncsnap" };
        let line = format!(
            "rm -f ff; mkfifo ff; cat {file} > ff & timeout 60 \"$0\" export --from ff --to i.csv --kind instances -q"
        );
        home.shell(&line).run().succeeds();
        assert_eq!(csv(&home.path().join("i.csv")).len(), whole().count(Kind::Instances) + 1);
    }
}

#[test]
fn a_snapshot_that_comes_through_a_pipe_is_read_at_once() {
    let home = Home::new();
    keep(&home, |_| {});
    let piped = fs::read(home.path().join("a.ncsnap")).unwrap();
    home.netcensus("export --from - --to i.csv --kind instances -q").stdin(piped).run().succeeds();
    assert_eq!(csv(&home.path().join("i.csv")).len(), whole().count(Kind::Instances) + 1);
}
