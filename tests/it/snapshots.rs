//! Snapshots: kept, named, listed, pruned, verified, and never read wrong.

mod completions;
mod damage;
mod future;
mod keeping;
mod kinds;
mod limits;
mod listing;
mod max_age;
mod names;
mod pruning;
mod sandbox;
mod stress;
mod verifying;
mod versions;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use netcensus::model::Inventory;
use netcensus::snapshot::{self, ScanRequest, SnapshotReader, SnapshotStore};

use crate::output::sample;
use crate::support::Home;

/// Returns the folder in which a run keeps snapshots unless told otherwise.
fn store_of(home: &Home) -> PathBuf {
    home.path().join(".local/state/netcensus/snapshots")
}

/// Lists the snapshots in a folder that a user can see, oldest first.
fn kept(folder: &Path) -> Vec<PathBuf> {
    SnapshotStore::new(folder.to_owned()).list().unwrap().into_iter().map(|entry| entry.path).collect()
}

/// Lists all files in a folder, drafts included.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Keeps the sample inventory as if it had been taken then, by somebody who asked for this scope.
fn keep(folder: &Path, taken_at: &str, scope: &str) -> PathBuf {
    let inventory = Inventory { taken_at: taken_at.parse().unwrap(), ..sample::inventory() };
    keep_one(folder, &inventory, scope)
}

fn keep_one(folder: &Path, inventory: &Inventory, scope: &str) -> PathBuf {
    let asked = ScanRequest { scope: vec![scope.to_owned()], signer: 0 };
    let store = SnapshotStore::new(folder.to_owned());
    let path = store.new_path(inventory, Some(&asked), jiff::Timestamp::now()).unwrap();
    snapshot::write_snapshot(inventory, Some(&asked), &mut File::create(&path).unwrap()).unwrap();
    path
}

fn read(path: &Path) -> Inventory {
    SnapshotReader::new(File::open(path).unwrap(), "snapshot").unwrap().read().unwrap()
}
