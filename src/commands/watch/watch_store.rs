//! What a watch keeps in the store: snapshots, the journal of what changed since the last of them, messages that were set
//! aside, and leases.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::commands::save::keep_snapshot;
use crate::commands::snapshot_lookup::{load_before, open_store};
use crate::config::{EventQueueName, Settings};
use crate::error::{Error, ErrorKind};
use crate::fs::WriteError;
use crate::input::{self, Source};
use crate::model::{Inventory, InventoryView, Kind, stable_hash};
use crate::snapshot::{ScanRequest, SnapshotStore};
use crate::ui::Ui;
use crate::watch::{
    Cause, Delta, Journal, JournalEntry, Lease, LeaseError, LeaseKeeper, LiveInventory, Recovered,
    SetAsideFile, SetAsideMessage,
};

/// The directory of journals and leases, in that of the snapshots.
const DIRECTORY: &str = "watch";
/// What the name of a journal ends in.
const JOURNAL: &str = "journal";

/// What a watch keeps.
pub struct WatchStore {
    store: SnapshotStore,
    asked: ScanRequest,
    journal_path: PathBuf,
    journal: Option<Journal>,
    set_aside: SetAsideFile,
    sequence: u64,
    /// When the last full scan began.
    scanned_at: Option<Timestamp>,
    /// Whether something changed since the last snapshot.
    has_changed: bool,
    leases: LeaseKeeper,
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
    /// Opens the store for a scope, and takes leases of the scope and of each queue: two watchers would report everything
    /// twice, and each would get a part of the messages.
    ///
    /// # Errors
    /// When another watcher has a lease, or the directory cannot be written.
    pub fn open(asked: ScanRequest, queues: &[EventQueueName], settings: &Settings) -> Result<Self, Error> {
        let store = open_store(settings)?;
        let directory = store.directory().join(DIRECTORY);
        store.create_subdirectory(DIRECTORY).map_err(|error| WriteError::cannot_write(&directory, &error))?;
        let scope = stable_hash(asked.scope.iter().flat_map(|word| word.bytes().chain([0])));
        let what = format!("of the same scope keeps its inventory in {}", directory.display());
        let other_store = "to watch twice on purpose, name another directory with --store, and give each watch a queue of its own";
        let mut leases = vec![acquire(&directory.join(format!("{scope:08x}")), &what, other_store)?];
        for queue in queues.iter().map(ToString::to_string) {
            let path = directory.join(format!("queue-{:08x}", stable_hash(queue.bytes())));
            let what = format!("takes messages from {queue}");
            leases.push(acquire(&path, &what, "give each watch a queue of its own")?);
        }
        let journal_path = directory.join(format!("{scope:08x}.{JOURNAL}"));
        let set_aside = SetAsideFile::open(directory.join(format!("{scope:08x}.poisoned.ndjson")))?;
        Ok(Self {
            store,
            asked,
            journal_path,
            journal: None,
            set_aside,
            sequence: 0,
            scanned_at: None,
            has_changed: false,
            leases: LeaseKeeper::new(leases),
        })
    }

    /// Reads what the watch before left: the snapshot that its journal continues, or if that was removed, the newest of the
    /// same scope, which has a part of the same changes. `None` if there was no watch, or nothing can be read of it.
    pub fn recover(&mut self, settings: &Settings, ui: &Ui) -> Option<Previous> {
        let mut recovered = match Journal::read(&self.journal_path) {
            Ok(recovered) => recovered?,
            Err(error) => {
                ui.warn(&format!(
                    "{}: the changes since the last snapshot are not known",
                    Error::from(error).diagnostic().reason()
                ));
                return None;
            }
        };
        (self.sequence, self.scanned_at) = (recovered.sequence, recovered.scanned_at);
        let source = Source::from(recovered.snapshot.as_path());
        let (inventory, is_base) = match input::load_kinds(&source, &Kind::ALL) {
            Ok(loaded) => (Some(loaded.inventory), true),
            Err(_) => (load_before(Timestamp::MAX, &self.asked, &Kind::ALL, settings), false),
        };
        if !is_base {
            ui.warn(&describe_missing_base(&recovered.snapshot, inventory.as_ref()));
        }
        let inventory = inventory?;
        if !is_base {
            recovered.skip_until(inventory.taken_at);
        }
        // Marks what is reported of it until another journal replaces it. If it cannot be written, neither can that, and the
        // error is told then.
        self.journal = Journal::reopen(&self.journal_path).ok();
        Some(Previous { inventory, recovered, is_base })
    }

    /// Adds a change to the journal. It is on the disk when this returns. Returns its number.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, delta: Delta, at: Timestamp, cause: Cause) -> Result<u64, Error> {
        self.has_changed = true;
        self.append_entry(delta, at, cause)
    }

    /// Adds a change to the journal that changes nothing in the inventory, so that there is nothing to report: only some
    /// account sees something else than before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append_unseen(&mut self, delta: Delta, at: Timestamp, cause: Cause) -> Result<(), Error> {
        let sequence = self.append_entry(delta, at, cause)?;
        self.mark_reported(sequence)
    }

    fn append_entry(&mut self, delta: Delta, at: Timestamp, cause: Cause) -> Result<u64, Error> {
        self.sequence += 1;
        if let Some(journal) = &mut self.journal {
            journal.append(JournalEntry { sequence: self.sequence, at, cause, delta })?;
        }
        Ok(self.sequence)
    }

    /// Notes that every change up to this one was reported.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_reported(&mut self, sequence: u64) -> Result<(), Error> {
        match &mut self.journal {
            Some(journal) => Ok(journal.mark_reported(sequence)?),
            None => Ok(()),
        }
    }

    /// Notes that a full scan that began at `at` has ended, and that what it found changed was added.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_scan(&mut self, at: Timestamp) -> Result<(), Error> {
        self.scanned_at = Some(at);
        match &mut self.journal {
            Some(journal) => Ok(journal.mark_scanned(at)?),
            None => Ok(()),
        }
    }

    /// Notes a message that is set aside. It is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_aside(&mut self, message: &SetAsideMessage) -> Result<(), Error> {
        Ok(self.set_aside.add(message)?)
    }

    /// Tells whether something changed since the last snapshot.
    pub const fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Returns what is cancelled when another watcher may have taken a lease over.
    pub const fn lost_lease(&self) -> &CancellationToken {
        self.leases.lost()
    }

    /// Makes sure that another watcher has not taken a lease over: its journal must not be replaced.
    ///
    /// # Errors
    /// When one may have.
    fn check_leases(&self) -> Result<(), Error> {
        if self.leases.lost().is_cancelled() { Err(lost_lease()) } else { Ok(()) }
    }

    /// Begins a new journal, which continues a snapshot that is kept already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn go_on(&mut self, snapshot: &Path, views: Delta) -> Result<(), Error> {
        self.check_leases()?;
        self.begin_journal(snapshot, views)
    }

    /// Begins a new journal. `views` is what accounts see otherwise than the snapshot says.
    fn begin_journal(&mut self, snapshot: &Path, views: Delta) -> Result<(), Error> {
        let (path, sequence) = (&self.journal_path, self.sequence);
        self.journal = Some(Journal::begin(path, snapshot, sequence, self.scanned_at, views)?);
        Ok(())
    }

    /// Keeps a snapshot, and begins a new journal, which continues it.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn keep(&mut self, live: &LiveInventory, taken_at: Timestamp) -> Result<(), Error> {
        self.check_leases()?;
        let inventory = live.to_inventory(taken_at);
        let path = keep_snapshot(&self.store, InventoryView::new(&inventory), Some(&self.asked), &|| ())?;
        let path = std::path::absolute(&path).unwrap_or(path);
        tracing::info!("kept {}", path.display());
        // Killed before the next line, the old journal is applied to the old snapshot: that is the same inventory.
        self.begin_journal(&path, live.views_beyond_inventory())?;
        self.has_changed = false;
        Ok(())
    }
}

/// Lists the names of the snapshots that watches continue: without them, what changed since would not be known.
///
/// # Errors
/// When a journal cannot be read.
pub fn continued_snapshots(store: &SnapshotStore) -> Result<BTreeSet<OsString>, Error> {
    let directory = store.directory().join(DIRECTORY);
    let cannot = |path: &Path, error: &io::Error| {
        Error::input(format!(
            "cannot read {}, so it is not known which snapshots a watch continues",
            path.display()
        ))
        .with_source(error)
    };
    let files = match fs::read_dir(&directory) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(cannot(&directory, &error)),
    };
    let mut names = BTreeSet::new();
    for file in files {
        let path = file.map_err(|error| cannot(&directory, &error))?.path();
        if path.extension().is_none_or(|extension| extension != JOURNAL) {
            continue;
        }
        let snapshot = Journal::continued_snapshot(&path).map_err(|error| cannot(&path, &error))?;
        names.extend(snapshot.and_then(|snapshot| snapshot.file_name().map(OsStr::to_owned)));
    }
    Ok(names)
}

/// Warns that the snapshot that a journal continues is not there, and says what stands for it.
fn describe_missing_base(snapshot: &Path, instead: Option<&Inventory>) -> String {
    let snapshot = snapshot.display();
    match instead {
        Some(inventory) => format!(
            "the last watch continued {snapshot}, which cannot be read; this one compares with the snapshot @{} instead",
            inventory.taken_at
        ),
        None => format!(
            "the last watch continued {snapshot}, which cannot be read, and there is no other snapshot of the scope: what \
             changed since is not reported"
        ),
    }
}

/// Makes the error of a watcher that was overtaken by another one.
pub fn lost_lease() -> Error {
    Error::new(
        ErrorKind::System,
        "another `netcensus watch` took over, because this one did not renew its lease",
    )
    .remedy("watch the same scope or queue on one host only, where the directory of the store can be written")
}

/// Takes a lease, which ends with its process. `what` is what another process does that has it.
fn acquire(path: &Path, what: &str, remedy: &str) -> Result<Lease, Error> {
    Lease::acquire(path).map_err(|error| match error {
        LeaseError::File(error) => error.into(),
        LeaseError::Taken(None) => Error::usage(format!("another `netcensus watch` {what}"))
            .remedy("stop it first; its lock ends with it, even if it is killed")
            .remedy(remedy),
        LeaseError::Taken(Some(holder)) => {
            Error::usage(format!("another `netcensus watch` {what} ({holder})"))
                .remedy(format!(
                    "stop it first; if it was killed on another host, its lease ends at {}",
                    in_seconds(holder.until)
                ))
                .remedy(remedy)
        }
    })
}

fn in_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
