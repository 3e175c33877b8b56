//! The kept snapshots, with what their first lines say.

use std::fs;

use jiff::Timestamp;

use crate::commands::snapshot_lookup;
use crate::error::Error;
use crate::model::is_in_future;
use crate::snapshot::{self, SnapshotEntry, SnapshotError, SnapshotHeader, SnapshotStore};
use crate::ui::Ui;

/// A kept snapshot.
#[derive(Debug)]
pub struct ListedSnapshot {
    /// The name it is found by.
    pub name: String,
    /// The file.
    pub entry: SnapshotEntry,
    /// What its first line says.
    pub about: Result<SnapshotHeader, SnapshotError>,
    /// Whether it is dated in the future, so that its age is unknown.
    pub is_of_future: bool,
    /// The size of the file, in bytes.
    pub bytes: u64,
}

/// Reads the first line of each kept snapshot, newest first, and warns of those that cannot be read.
///
/// # Errors
/// When the directory cannot be read.
pub fn list_with_headers(store: &SnapshotStore, ui: &Ui) -> Result<Vec<ListedSnapshot>, Error> {
    let entries = snapshot_lookup::list_snapshots(store)?;
    let now = Timestamp::now();
    let names = snapshot::name_snapshots(&entries, &snapshot::scopes_set_aside(&entries, false), now);
    let future = snapshot::dated_in_future(&entries, now);
    if !future.is_empty() {
        ui.warn(&snapshot_lookup::describe_future_snapshots(
            future,
            &store.directory().display().to_string(),
        ));
    }
    let items: Vec<ListedSnapshot> = entries
        .into_iter()
        .zip(names)
        .rev()
        .filter_map(|(entry, name)| read_header(entry, name, now))
        .collect();
    for error in items.iter().filter_map(|item| item.about.as_ref().err()) {
        ui.warn(&error.to_diagnostic().to_line());
    }
    Ok(items)
}

/// Reads the first line of a snapshot; `None` when another process has just removed it.
fn read_header(entry: SnapshotEntry, name: String, now: Timestamp) -> Option<ListedSnapshot> {
    let about = entry.open().map(|reader| reader.about().clone());
    if about.as_ref().is_err_and(SnapshotError::is_missing) {
        return None;
    }
    let bytes = fs::metadata(&entry.path).map(|known| known.len()).unwrap_or_default();
    let is_of_future = is_in_future(entry.taken_at, now);
    Some(ListedSnapshot { name, entry, about, is_of_future, bytes })
}

/// Returns in a word or two why a snapshot cannot be read.
pub const fn describe_problem(error: &SnapshotError) -> &'static str {
    match error {
        SnapshotError::Version { .. } => "newer version",
        SnapshotError::NotUnderstood { .. } => "not understood",
        SnapshotError::Io { .. } => "unreadable",
        SnapshotError::Damaged { .. } | SnapshotError::NotSnapshot(_) => "damaged",
    }
}

/// Writes a size such as `11.7 KiB`.
pub fn format_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, rounded down.
    let mut tenths = bytes * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        let cases =
            [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12_017, "11.7 KiB"), (1 << 20, "1.0 MiB")];
        for (bytes, text) in cases {
            assert_eq!(format_size(bytes), text);
        }
        assert_eq!(format_size(5 << 40), "5.0 TiB");
        assert_eq!(format_size(5 << 50), "5120.0 TiB");
    }
}
