//! The long lists of a snapshot, left in its file and read one row after the other.

use std::cell::{RefCell, RefMut};
use std::fs::{File, Metadata};
use std::io::{self, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::time::SystemTime;

use super::error::{InputError, InputErrorKind};
use super::load::{self, Loaded, Opened, Source};
use crate::model::{Identity, Kind, Resource, Rows};
use crate::snapshot::{SnapshotHeader, SnapshotReader};

/// The kinds of which there are as many as there are machines.
const LONG: [Kind; 2] = [Kind::Instances, Kind::Interfaces];

/// The instances and interfaces of a snapshot. The file is held open, so that they are those of the rest of it, whatever
/// becomes of its name.
#[derive(Debug)]
pub struct Shelf {
    /// Borrowed for as long as a pass takes: where it stands belongs to that pass.
    file: RefCell<File>,
    name: String,
    about: SnapshotHeader,
    stamp: Stamp,
    trouble: RefCell<Option<Trouble>>,
}

/// Why rows could not be had from a shelf.
#[derive(Debug)]
pub enum Trouble {
    /// Rows are not as a scan writes them, and have to be put right in memory.
    Disorder,
    /// The file cannot be read, is damaged, or was changed meanwhile.
    Unreadable(InputError),
}

/// What tells whether somebody wrote to a file that is held open.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    /// `None` where the system does not know.
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self { length: file.len(), modified: file.modified().ok() }
    }
}

/// Reads the inventory at `source` like [`super::load_kinds`], but for the instances and interfaces of a snapshot: these
/// stay where they are. Of anything else everything is loaded.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn load_short(source: &Source, kinds: &[Kind]) -> Result<(Loaded, Option<Shelf>), InputError> {
    let Source::Path(path) = source else { return Ok((super::load_kinds(source, kinds)?, None)) };
    let name = path.display().to_string();
    let file = load::open(path, &name)?;
    let failed = |error: io::Error| InputError::io(&name, &error);
    let metadata = file.metadata().map_err(failed)?;
    // Opened once: what a pipe gave is not given again.
    let opened = Opened::of(file.try_clone().map_err(failed)?, &name)?;
    match opened {
        Opened::Snapshot(reader) if metadata.is_file() => {
            let shelf = Shelf {
                file: RefCell::new(file),
                about: reader.about().clone(),
                stamp: Stamp::of(&metadata),
                trouble: RefCell::default(),
                name,
            };
            let short: Vec<Kind> = kinds.iter().copied().filter(|kind| !LONG.contains(kind)).collect();
            let loaded = Opened::Snapshot(reader).load(&short);
            shelf.check()?;
            Ok((loaded?, Some(shelf)))
        }
        other => Ok((other.load(kinds)?, None)),
    }
}

impl Shelf {
    /// Says why rows could not be had, once.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// Reads all of `kinds` into memory, and puts them right.
    ///
    /// # Errors
    /// When they cannot be read, or not be put right.
    pub fn load(&self, kinds: &[Kind]) -> Result<Loaded, InputError> {
        let loaded = self.open().and_then(|file| Opened::of(&*file, &self.name)?.load(kinds));
        self.check()?;
        loaded
    }

    /// Goes back to the beginning of the file.
    fn open(&self) -> Result<RefMut<'_, File>, InputError> {
        let failed = |error: io::Error| InputError::io(&self.name, &error);
        let mut file = self
            .file
            .try_borrow_mut()
            .map_err(|_| failed(io::Error::other("its rows are being read already")))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(file)
    }

    /// Refuses a file that somebody wrote to.
    fn check(&self) -> Result<(), InputError> {
        let failed = |error: io::Error| InputError::io(&self.name, &error);
        let now = self.file.try_borrow().map_err(|error| failed(io::Error::other(error)))?.metadata();
        if Stamp::of(&now.map_err(failed)?) == self.stamp { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> InputError {
        InputError::new(InputErrorKind::Changed, format!("{} changed while it was read", self.name))
            .remedy("run it again, and let what writes the file move a whole one to its place")
    }

    /// Hands the rows of a kind to `take`, until it has enough.
    fn pass<T: Resource>(&self, take: &mut dyn FnMut(T) -> ControlFlow<()>) -> Result<(), InputError> {
        let file = self.open()?;
        let reader = SnapshotReader::new(&*file, &self.name)?;
        // Of another inventory; its time alone may be the same.
        if *reader.about() != self.about {
            return Err(self.changed());
        }
        Ok(reader.each::<T>(|some| some.into_iter().try_for_each(&mut *take))?)
    }

    fn note(&self, trouble: Trouble) -> io::Error {
        let text = match &trouble {
            Trouble::Disorder => format!("{} is not in order", self.name),
            Trouble::Unreadable(error) => error.to_string(),
        };
        *self.trouble.borrow_mut() = Some(trouble);
        io::Error::other(text)
    }
}

impl<T: Resource> Rows<T> for Shelf {
    fn count(&self) -> usize {
        self.about.count(T::KIND)
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        let (mut last, mut taken) = (None, Ok(()));
        let read = self.pass::<T>(&mut |row| {
            taken = if follows(&mut last, row.identity()) {
                take(&row)
            } else {
                Err(self.note(Trouble::Disorder))
            };
            if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // Whoever wrote to it damaged what was being read.
        self.check().and(read).map_err(|error| self.note(Trouble::Unreadable(error)))?;
        taken
    }
}

/// Tells whether a row has an identity, and one behind that of the `last`, which it becomes.
fn follows(last: &mut Option<Identity>, identity: Identity) -> bool {
    let is_known = !identity.id.trim().is_empty() && !identity.account.trim().is_empty();
    let follows = last.as_ref().is_none_or(|last| *last < identity);
    *last = Some(identity);
    is_known && follows
}
