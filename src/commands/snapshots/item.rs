//! The snapshots of a folder with what their first lines say.

use std::fs;

use jiff::Timestamp;

use crate::commands::snapshot_lookup;
use crate::error::Error;
use crate::snapshot::{self, About, Entry, SnapshotError, Store};
use crate::ui::Ui;

/// A snapshot that is kept.
#[derive(Debug)]
pub struct Item {
    /// The name it is found by.
    pub name: String,
    /// The file.
    pub entry: Entry,
    /// What its first line says.
    pub about: Result<About, SnapshotError>,
    /// Whether it is dated in the future, so that its age is unknown.
    pub is_of_future: bool,
    /// The size of the file, in bytes.
    pub bytes: u64,
}

/// Reads the first line of each snapshot in the folder, newest first; warns of those that cannot be read.
///
/// # Errors
/// When the folder cannot be read.
pub fn read(store: &Store, ui: &Ui) -> Result<Vec<Item>, Error> {
    let entries = snapshot_lookup::list(store)?;
    let now = Timestamp::now();
    let names = snapshot::names(&entries, now);
    let future = snapshot::of_future(&entries, now);
    if !future.is_empty() {
        ui.warn(&snapshot_lookup::left_out(future, &store.folder().display().to_string()));
    }
    let items: Vec<Item> =
        entries.into_iter().zip(names).rev().filter_map(|(entry, name)| item(entry, name, now)).collect();
    for error in items.iter().filter_map(|item| item.about.as_ref().err()) {
        ui.warn(&error.to_diagnostic().to_line());
    }
    Ok(items)
}

/// Reads the first line of one; `None` when somebody removed it meanwhile.
fn item(entry: Entry, name: String, now: Timestamp) -> Option<Item> {
    let about = entry.open().map(|reader| reader.about().clone());
    if about.as_ref().is_err_and(SnapshotError::is_missing) {
        return None;
    }
    let bytes = fs::metadata(&entry.path).map(|known| known.len()).unwrap_or_default();
    let is_of_future = snapshot::is_of_future(entry.taken_at, now);
    Some(Item { name, entry, about, is_of_future, bytes })
}

/// Says in a word or two why a snapshot cannot be read.
pub const fn trouble(error: &SnapshotError) -> &'static str {
    match error {
        SnapshotError::Version { .. } => "newer version",
        SnapshotError::Strange { .. } => "not understood",
        SnapshotError::Io { .. } => "unreadable",
        SnapshotError::Damaged { .. } | SnapshotError::NotSnapshot(_) => "damaged",
    }
}

/// Writes a size for people: `11.7 KiB`.
pub fn size(bytes: u64) -> String {
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
    fn sizes_are_written_for_people() {
        let cases =
            [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12_017, "11.7 KiB"), (1 << 20, "1.0 MiB")];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(size(5 << 40), "5.0 TiB");
        assert_eq!(size(5 << 50), "5120.0 TiB");
    }
}
