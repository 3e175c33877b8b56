//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::snapshot::draft_of;

/// What the bytes of a draft go to.
pub type Out = BufWriter<File>;

/// A file that is written and not yet in its place; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    /// What was asked for, for messages.
    path: PathBuf,
    target: PathBuf,
    temporary: PathBuf,
}

/// Who can read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Those who can read what is there; of a new file, those whom the process lets.
    AsBefore,
    /// Its owner.
    Owner,
}

impl Draft {
    /// Writes a file beside `path`, with the permissions of what is there, or those that new files have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(path: &Path, write: impl FnOnce(&mut Out) -> io::Result<()>) -> Result<Self, Error> {
        Self::make(path, Readers::AsBefore, write)
    }

    /// Writes a file beside `path` that nobody but its owner can read, whoever could read what is there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn private(path: &Path, write: impl FnOnce(&mut Out) -> io::Result<()>) -> Result<Self, Error> {
        Self::make(path, Readers::Owner, write)
    }

    /// Finds out whether [`Draft::private`] could write there, and leaves nothing behind.
    ///
    /// # Errors
    /// When it could not.
    pub fn probe(path: &Path) -> Result<(), Error> {
        Self::private(path, |_| Ok(())).map(drop)
    }

    fn make(
        path: &Path,
        readers: Readers,
        write: impl FnOnce(&mut Out) -> io::Result<()>,
    ) -> Result<Self, Error> {
        // A link stays one: what it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Ok(there) = fs::metadata(&target)
            && !there.is_file()
        {
            // A device or a pipe would be replaced by a file.
            let error = if there.is_dir() {
                io::ErrorKind::IsADirectory.into()
            } else {
                io::Error::other("it is not a regular file")
            };
            return Err(cannot_write(path, &error));
        }
        let draft = Self { path: path.to_owned(), temporary: draft_of(&target), target };
        draft.put(readers, write).map_err(|error| cannot_write(path, &error))?;
        Ok(draft)
    }

    /// Puts it in its place, so that whoever reads there finds the old file or the new one.
    ///
    /// # Errors
    /// When it cannot be moved; what was there before stays.
    pub fn keep(self) -> Result<(), Error> {
        fs::rename(&self.temporary, &self.target).map_err(|error| cannot_write(&self.path, &error))?;
        // The name is in the folder, which has to reach the disk too; not every system lets folders be opened.
        if let Some(folder) = self.target.parent().and_then(|folder| File::open(folder).ok()) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    fn put(&self, readers: Readers, write: impl FnOnce(&mut Out) -> io::Result<()>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        if readers == Readers::Owner {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        // A new file, so that nobody who may write in the folder leads the bytes elsewhere by a link.
        let file = options.write(true).create_new(true).open(&self.temporary)?;
        let mut out = BufWriter::with_capacity(1 << 16, file);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if readers == Readers::AsBefore
            && let Ok(known) = fs::metadata(&self.target)
        {
            file.set_permissions(known.permissions())?;
        }
        file.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already when it was kept.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Says that a file cannot be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Output, format!("cannot write {}", path.display())).caused_by(error)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        Draft::write(&path, |out| out.write_all(b"old")).unwrap().keep().unwrap();
        let draft = Draft::write(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old", "until it is kept");
        draft.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        drop(Draft::write(&path, |out| out.write_all(b"never")).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_the_owners_whatever_was_there_and_devices_are_not_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tonight.ncsnap");
        fs::write(&path, b"old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Draft::private(&path, |out| out.write_all(b"new")).unwrap().keep().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let error = Draft::private(Path::new("/dev/null"), |_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "cannot write /dev/null: it is not a regular file");
    }

    #[test]
    fn what_cannot_be_written_is_named_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let error =
            Draft::write(&folder.path().join("no/such/folder.json"), |out| out.write_all(b"x")).unwrap_err();
        assert!(error.message().starts_with("cannot write ") && error.message().ends_with("folder.json"));
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), b"kept").unwrap();
        Draft::write(&taken, |out| out.write_all(b"x")).unwrap_err();
        assert_eq!(fs::read(taken.join("inside")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
