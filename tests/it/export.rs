//! `netcensus export`: files that appear whole or not at all, and stay as they were when something is missing.

mod columns;
mod guards;
mod history;
mod hosts;
mod html;
mod parquet;
mod places;
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

/// Reads all files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// Reads CSV: the header, then the rows.
fn csv(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}
