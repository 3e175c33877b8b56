//! Files that are written whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::snapshot::{draft_of, drafts_in};

/// What the bytes of a draft go to.
pub type Out = BufWriter<File>;

/// So many names are tried for a draft; only a sweep that takes a new draft for an abandoned one costs a name.
const ATTEMPTS: usize = 16;

/// A file that is written and not yet in its place; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    /// What was asked for, for messages.
    path: PathBuf,
    target: PathBuf,
    temporary: PathBuf,
    /// Locked as long as the draft is in use, so that a later run can tell it from one that a killed run left.
    file: File,
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
    /// Writes a file beside `path`, with the owner, group and permissions of what is there, or those that new files
    /// have. Until it is whole, only its owner can read it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(path: &Path, write: impl FnOnce(&mut Out) -> io::Result<()>) -> Result<Self, Error> {
        Self::make(path, Readers::AsBefore, write)
    }

    /// Writes a file beside `path` that only its owner can read, whoever could read what is there.
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
        let name = target.file_name().and_then(OsStr::to_str);
        sweep(directory_of(&target), |draft| Some(draft) == name);
        let (temporary, file) = begin(&target).map_err(|error| cannot_write(path, &error))?;
        let draft = Self { path: path.to_owned(), temporary, target, file };
        draft.put(readers, write).map_err(|error| cannot_write(path, &error))?;
        Ok(draft)
    }

    /// Puts it in its place, so that whoever reads there finds the old file or the new one.
    ///
    /// # Errors
    /// When it cannot be moved; what was there before stays.
    pub fn keep(self) -> Result<(), Error> {
        fs::rename(&self.temporary, &self.target).map_err(|error| cannot_write(&self.path, &error))?;
        // The name is in the directory, which has to reach the disk too; not every system lets directories be opened.
        if let Some(directory) = self.target.parent().and_then(|directory| File::open(directory).ok()) {
            let _ = directory.sync_all();
        }
        Ok(())
    }

    fn put(&self, readers: Readers, write: impl FnOnce(&mut Out) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, self.file.try_clone()?);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if readers == Readers::AsBefore {
            match fs::metadata(&self.target) {
                Ok(known) => share_as(&file, &known)?,
                Err(_) => share_as_new(&file, &self.target)?,
            }
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

/// Puts all of `drafts` in their places, in this order, after `hold_off`, which has to see to it that no signal stops
/// this halfway.
///
/// # Errors
/// When one cannot be moved; what was there before stays.
pub fn keep_all(drafts: Vec<Draft>, hold_off: &dyn Fn()) -> Result<(), Error> {
    if !drafts.is_empty() {
        hold_off();
    }
    drafts.into_iter().try_for_each(Draft::keep)
}

/// Makes an empty draft that only its owner can read, and locks it.
fn begin(target: &Path) -> io::Result<(PathBuf, File)> {
    for _ in 0..ATTEMPTS {
        let temporary = draft_of(target);
        let file = create_private(&temporary)?;
        // A sweep may have come between. Where the system has no locks, no sweep removes anything.
        let is_swept = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !is_swept && is_same_file(&file, &temporary) {
            return Ok((temporary, file));
        }
    }
    Err(io::Error::other("another process keeps removing the file that is written first"))
}

/// Makes a new file that only its owner can read: not one that is there, since a symbolic link may lead elsewhere.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes the drafts that killed runs left in `directory` of the files whose names `fit`: those that no process has
/// locked.
pub fn sweep(directory: &Path, fit: impl Fn(&str) -> bool) {
    for draft in drafts_in(directory, fit) {
        let is_abandoned = File::open(&draft).is_ok_and(|file| file.try_lock().is_ok());
        if is_abandoned {
            // One that cannot be removed is in nobody's way.
            let _ = fs::remove_file(draft);
        }
    }
}

/// Tells whether `file` is still what is at `path`: another process may have removed or replaced it since.
pub fn is_same_file(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let place = |known: Metadata| (known.dev(), known.ino());
        let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
        place(open) == place(there)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Gives `file` the owner, group and permissions of `known`, as far as the system lets: where the group is another one,
/// it gets nothing, since its members are not those who could read the file before.
#[cfg(unix)]
fn share_as(file: &File, known: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let draft = file.metadata()?;
    if (draft.uid(), draft.gid()) != (known.uid(), known.gid())
        && fchown(file, Some(known.uid()), Some(known.gid())).is_err()
    {
        // Only root may give files away; a group that one is in can be kept.
        let _ = fchown(file, None, Some(known.gid()));
    }
    let is_group_kept = file.metadata()?.gid() == known.gid();
    let mode = known.mode() & if is_group_kept { 0o777 } else { 0o707 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn share_as(file: &File, known: &Metadata) -> io::Result<()> {
    file.set_permissions(known.permissions())
}

/// Gives `file` the permissions that a new file has in the directory of `target`. The standard library does not tell
/// the umask, and an access control list of the directory may have a say too; an empty file shows what comes of both.
#[cfg(unix)]
fn share_as_new(file: &File, target: &Path) -> io::Result<()> {
    let sample = draft_of(target);
    let made = OpenOptions::new().write(true).create_new(true).open(&sample)?;
    let permissions = made.metadata().map(|known| known.permissions());
    // A sweep by another process may have removed it.
    let _ = fs::remove_file(&sample);
    file.set_permissions(permissions?)
}

#[cfg(not(unix))]
fn share_as_new(_file: &File, _target: &Path) -> io::Result<()> {
    Ok(())
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

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    }

    /// Faults F12: the draft of a private file was readable by all while it was written.
    #[cfg(unix)]
    #[test]
    fn a_draft_is_its_owners_until_it_is_whole_and_then_as_what_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("new.json");
        fs::write(folder.path().join("sample"), b"").unwrap();
        let usual = mode(&folder.path().join("sample"));
        for (name, before, after) in [
            ("a", Some(0o600), 0o600),
            ("b", Some(0o640), 0o640),
            ("c", Some(0o666), 0o666),
            ("d", None, usual),
        ] {
            let path = folder.path().join(name);
            if let Some(before) = before {
                fs::write(&path, b"old").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            }
            let look = |out: &mut Out| {
                out.write_all(b"new")?;
                out.flush()?;
                assert_eq!(
                    drafts_in(folder.path(), |draft| draft == name)
                        .iter()
                        .map(|draft| mode(draft))
                        .collect::<Vec<_>>(),
                    [0o600]
                );
                Ok(())
            };
            Draft::write(&path, look).unwrap().keep().unwrap();
            assert_eq!(mode(&path), after, "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5, "nothing is left beside them");
        drop(Draft::write(&new, |_| Ok(())).unwrap());
    }

    /// Faults F17: the draft of a killed `--save FILE` stayed for ever.
    #[test]
    fn the_drafts_of_killed_runs_are_removed_and_those_in_use_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tonight.ncsnap");
        let abandoned = draft_of(&path);
        fs::write(&abandoned, b"half").unwrap();
        let used = Draft::private(&path, |out| out.write_all(b"one")).unwrap();
        assert!(!abandoned.exists());
        Draft::private(&path, |out| out.write_all(b"two")).unwrap().keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        used.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
