//! The instances and interfaces of a snapshot, read from its file on demand, one row after the other.

use std::cell::{RefCell, RefMut};
use std::fs::{File, Metadata};
use std::io::{self, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::time::SystemTime;

use super::error::{InputError, InputErrorKind};
use super::load::{Loaded, OpenedInventory, Source};
use crate::model::{Identity, Kind, Resource, Rows};
use crate::snapshot::{SnapshotHeader, SnapshotReader};

/// The kinds of which there may be millions.
const STREAMED: [Kind; 2] = [Kind::Instances, Kind::Interfaces];

/// The instances and interfaces of a snapshot. The file stays open, so that the rows belong to what was loaded, also when
/// another file takes its name.
#[derive(Debug)]
pub struct SnapshotRows {
    /// Borrowed while rows are read: two reads at a time would share one position in the file.
    file: RefCell<File>,
    name: String,
    header: SnapshotHeader,
    version: FileVersion,
    error: RefCell<Option<SnapshotRowsError>>,
}

/// Why rows could not be read.
#[derive(Debug)]
pub enum SnapshotRowsError {
    /// Rows are not sorted or lack an identity. They have to be loaded and normalized instead.
    Unsorted,
    /// The file cannot be read, is damaged, or was changed meanwhile.
    Unreadable(InputError),
}

/// Length and time of an open file, which show whether it was written to.
#[derive(Debug, PartialEq, Eq)]
struct FileVersion {
    length: u64,
    /// `None` where the system does not know.
    modified: Option<SystemTime>,
}

impl FileVersion {
    fn new(file: &Metadata) -> Self {
        Self { length: file.len(), modified: file.modified().ok() }
    }
}

/// Reads the inventory at `source` like [`super::load_kinds`], except the instances and interfaces of a snapshot: these
/// stay in the file. A document is loaded as a whole.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn load_streamed(source: &Source, kinds: &[Kind]) -> Result<(Loaded, Option<SnapshotRows>), InputError> {
    let Some((file, name)) = source.open()? else { return Ok((super::load_kinds(source, kinds)?, None)) };
    let failed = |error: io::Error| InputError::io(&name, &error);
    let metadata = file.metadata().map_err(failed)?;
    // OpenedInventory once, because a pipe cannot be read twice.
    let opened = OpenedInventory::from_reader(file.try_clone().map_err(failed)?, &name)?;
    match opened {
        OpenedInventory::Snapshot(reader) if metadata.is_file() => {
            let snapshot_rows = SnapshotRows {
                file: RefCell::new(file),
                header: reader.about().clone(),
                version: FileVersion::new(&metadata),
                error: RefCell::default(),
                name,
            };
            let short: Vec<Kind> = kinds.iter().copied().filter(|kind| !STREAMED.contains(kind)).collect();
            let loaded = OpenedInventory::Snapshot(reader).load(&short);
            snapshot_rows.check_unchanged()?;
            Ok((loaded?, Some(snapshot_rows)))
        }
        other => Ok((other.load(kinds)?, None)),
    }
}

impl SnapshotRows {
    /// Returns why the last read failed, and forgets it.
    pub fn take_error(&self) -> Option<SnapshotRowsError> {
        self.error.take()
    }

    /// Loads all rows of `kinds` and normalizes them.
    ///
    /// # Errors
    /// When they cannot be read or normalized.
    pub fn load(&self, kinds: &[Kind]) -> Result<Loaded, InputError> {
        let loaded =
            self.rewind().and_then(|file| OpenedInventory::from_reader(&*file, &self.name)?.load(kinds));
        self.check_unchanged()?;
        loaded
    }

    /// Borrows the file, and goes back to its beginning.
    fn rewind(&self) -> Result<RefMut<'_, File>, InputError> {
        let failed = |error: io::Error| InputError::io(&self.name, &error);
        let mut file = self
            .file
            .try_borrow_mut()
            .map_err(|_| failed(io::Error::other("its rows are being read already")))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(file)
    }

    /// Refuses a file that was written to since it was opened.
    fn check_unchanged(&self) -> Result<(), InputError> {
        let failed = |error: io::Error| InputError::io(&self.name, &error);
        let now = self.file.try_borrow().map_err(|error| failed(io::Error::other(error)))?.metadata();
        if FileVersion::new(&now.map_err(failed)?) == self.version {
            Ok(())
        } else {
            Err(self.changed_error())
        }
    }

    fn changed_error(&self) -> InputError {
        InputError::new(InputErrorKind::Changed, format!("{} changed while it was read", self.name))
            .remedy("run it again; the program that writes the file should write a new one, and rename it when it is complete")
    }

    /// Calls `take` with each row of a kind, until it breaks.
    fn for_each_row<T: Resource>(
        &self,
        take: &mut dyn FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), InputError> {
        let file = self.rewind()?;
        let reader = SnapshotReader::new(&*file, &self.name)?;
        // Another inventory was written into the file, perhaps within the resolution of its time.
        if *reader.about() != self.header {
            return Err(self.changed_error());
        }
        Ok(reader.each::<T>(|some| some.into_iter().try_for_each(&mut *take))?)
    }

    /// Keeps the error for [`Self::take_error`], since an [`io::Error`] cannot contain it.
    fn record(&self, error: SnapshotRowsError) -> io::Error {
        let text = match &error {
            SnapshotRowsError::Unsorted => format!("{} is not in order", self.name),
            SnapshotRowsError::Unreadable(error) => error.to_string(),
        };
        *self.error.borrow_mut() = Some(error);
        io::Error::other(text)
    }
}

impl<T: Resource> Rows<T> for SnapshotRows {
    fn count(&self) -> usize {
        self.header.count(T::KIND)
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        let (mut last, mut taken) = (None, Ok(()));
        let read = self.for_each_row::<T>(&mut |row| {
            taken = if is_next(&mut last, row.identity()) {
                take(&row)
            } else {
                Err(self.record(SnapshotRowsError::Unsorted))
            };
            if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // Checked first: a write to the file explains why its rows could not be read.
        self.check_unchanged()
            .and(read)
            .map_err(|error| self.record(SnapshotRowsError::Unreadable(error)))?;
        taken
    }
}

/// Returns whether a row has an identity that sorts after `last`, which it replaces.
fn is_next(last: &mut Option<Identity>, identity: Identity) -> bool {
    let is_known = !identity.id.trim().is_empty() && !identity.account.trim().is_empty();
    let follows = last.as_ref().is_none_or(|last| *last < identity);
    *last = Some(identity);
    is_known && follows
}
