//! What a watch keeps in the store: snapshots, the journal of what changed since the last of them, and a lock.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::commands::save::keep_snapshot;
use crate::commands::snapshot_lookup::{load_before, open_store};
use crate::config::Settings;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::is_same_file;
use crate::fs::paths::refuse_non_file;
use crate::input::{self, Source};
use crate::model::{Inventory, InventoryView, Kind, stable_hash};
use crate::snapshot::{ScanRequest, SnapshotStore};
use crate::ui::Ui;
use crate::watch::{Cause, Delta, Journal, JournalEntry, Recovered};

/// The directory of journals and locks, in that of the snapshots.
const DIRECTORY: &str = "watch";

/// What a watch keeps.
pub struct WatchStore {
    store: SnapshotStore,
    asked: ScanRequest,
    journal_path: PathBuf,
    journal: Option<Journal>,
    sequence: u64,
    /// Whether something changed since the last snapshot.
    has_changed: bool,
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")]
    lock: File,
}

/// The inventory of the watch before, and what its journal says.
pub struct Previous {
    /// The snapshot that the journal continues.
    pub inventory: Inventory,
    /// What changed since.
    pub recovered: Recovered,
    /// Whether it is that snapshot, and not a later one because that was removed.
    pub is_base: bool,
}

impl WatchStore {
    /// Opens the store for a scope, and locks it: two watchers would report everything twice.
    ///
    /// # Errors
    /// When another watcher has the lock, or the directory cannot be written.
    pub fn open(asked: ScanRequest, settings: &Settings) -> Result<Self, Error> {
        let store = open_store(settings)?;
        let directory = store.directory().join(DIRECTORY);
        store.create_subdirectory(DIRECTORY).map_err(|error| WriteError::cannot_write(&directory, &error))?;
        let scope = stable_hash(asked.scope.iter().flat_map(|word| word.bytes().chain([0])));
        let lock = acquire(&directory.join(format!("{scope:08x}.lock")), &directory)?;
        let journal_path = directory.join(format!("{scope:08x}.journal"));
        Ok(Self { store, asked, journal_path, journal: None, sequence: 0, has_changed: false, lock })
    }

    /// Reads what the watch before left: the snapshot that its journal continues, or if that was removed, the newest of the
    /// same scope, which has a part of the same changes. `None` if there was no watch, or nothing can be read of it.
    pub fn recover(&mut self, settings: &Settings, ui: &Ui) -> Option<Previous> {
        let recovered = match Journal::read(&self.journal_path) {
            Ok(recovered) => recovered?,
            Err(error) => {
                ui.warn(&format!(
                    "{}: the changes since the last snapshot are not known",
                    Error::from(error).diagnostic().reason()
                ));
                return None;
            }
        };
        self.sequence = recovered.sequence;
        let source = Source::from(recovered.snapshot.as_path());
        let (inventory, is_base) = match input::load_kinds(&source, &Kind::ALL) {
            Ok(loaded) => (Some(loaded.inventory), true),
            Err(_) => (load_before(Timestamp::MAX, &self.asked, &Kind::ALL, settings), false),
        };
        Some(Previous { inventory: inventory?, recovered, is_base })
    }

    /// Adds a change to the journal. It is on the disk when this returns. Returns its number.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, delta: Delta, at: Timestamp, cause: Cause) -> Result<u64, Error> {
        self.sequence += 1;
        self.has_changed = true;
        if let Some(journal) = &mut self.journal {
            journal.append(JournalEntry { sequence: self.sequence, at, cause, delta })?;
        }
        Ok(self.sequence)
    }

    /// Notes that every change so far was reported.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_reported(&mut self) -> Result<(), Error> {
        match &mut self.journal {
            Some(journal) => Ok(journal.mark_reported(self.sequence)?),
            None => Ok(()),
        }
    }

    /// Tells whether something changed since the last snapshot.
    pub const fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Begins a new journal, which continues a snapshot that is kept already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn go_on(&mut self, snapshot: &Path) -> Result<(), Error> {
        self.journal = Some(Journal::begin(&self.journal_path, snapshot, self.sequence)?);
        Ok(())
    }

    /// Keeps a snapshot, and begins a new journal, which continues it.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn keep(&mut self, inventory: &Inventory) -> Result<(), Error> {
        let path = keep_snapshot(&self.store, InventoryView::new(inventory), Some(&self.asked), &|| ())?;
        let path = std::path::absolute(&path).unwrap_or(path);
        tracing::info!("kept {}", path.display());
        // Killed before the next line, the old journal is applied to the old snapshot: that is the same inventory.
        self.journal = Some(Journal::begin(&self.journal_path, &path, self.sequence)?);
        self.has_changed = false;
        Ok(())
    }
}

/// Locks a file. The lock ends when the file is closed, or the process ends in any way.
fn acquire(path: &Path, directory: &Path) -> Result<File, Error> {
    refuse_non_file(path)?;
    let file = File::options().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|error| WriteError::cannot_write(path, &error))?;
    match file.try_lock() {
        Ok(()) if is_same_file(&file, path) => Ok(file),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(Error::usage(format!(
            "another `netcensus watch` of the same scope keeps its inventory in {}",
            directory.display()
        ))
        .remedy("stop it first; its lock ends with it, even if it is killed")
        .remedy("to watch twice on purpose, name another directory with --store")),
        Err(TryLockError::Error(error)) => Err(WriteError::cannot_write(path, &error).into()),
    }
}
