//! `netcensus export`: files that appear whole or not at all, and stay as they were when something is missing.

mod columns;
mod dated;
mod gaps;
mod guards;
mod history;
mod hosts;
mod html;
mod metrics;
mod parquet;
mod places;
#[cfg(unix)]
mod private;
mod snapshot_rows;
mod sqlite;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use netcensus::model::Inventory;

use crate::output::sample;
use crate::support::{Home, Run};

/// Writes the sample inventory, changed by `change`, to a file of that name.
fn save(home: &Home, name: &str, change: impl FnOnce(&mut Inventory)) {
    let mut inventory = whole();
    change(&mut inventory);
    home.write(name, serde_json::to_vec(&inventory).unwrap());
}

/// Returns the sample inventory, as if everything in it had been read.
fn whole() -> Inventory {
    let mut inventory = sample::inventory();
    inventory.coverage.retain(|entry| !entry.outcome.is_incomplete());
    inventory
}

/// Prepares an export of `a.json`, which is the sample unless it is there already.
fn export(home: &Home, arguments: &str) -> Run {
    if !home.path().join("a.json").exists() {
        save(home, "a.json", |_| {});
    }
    home.netcensus(&format!("export --from a.json {arguments}"))
}

/// Reads all files of a folder and of those in it, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let name = name.into_string().unwrap();
        if path.is_dir() {
            files.extend(
                self::files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            files.insert(name, fs::read(path).unwrap());
        }
    }
    files
}

/// Reads CSV: the header, then the rows.
fn csv(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}
