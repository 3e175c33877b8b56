//! Keeps two exports into one folder apart.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::target;
use crate::error::Error;
use crate::fs::atomic::{cannot_write, is_same_file};
use crate::fs::directories::Folders;

/// The file that is locked; it stays, empty, since taking it away would let a third run in beside a second. Only with a
/// folder that was made for nothing it goes.
const NAME: &str = ".netcensus-export.lock";

/// The lock, held until it is dropped, or the process ends in whichever way.
#[derive(Debug)]
pub struct Lock {
    /// Whether the folder was not there before.
    is_made: bool,
    path: PathBuf,
    #[expect(dead_code, reason = "the system holds the lock as long as the file is open")]
    file: File,
    #[expect(dead_code, reason = "it takes the folder away when it is empty")]
    folders: Folders,
}

impl Lock {
    /// Takes the lock of `folder`, which is made if need be.
    ///
    /// # Errors
    /// When another run has it, or the folder cannot be written.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        let (is_made, mut folders) = (!folder.exists(), Folders::default());
        folders.make(folder)?;
        let path = folder.join(NAME);
        // A pipe would hold the run up for ever, and a link would make a file elsewhere.
        target::refuse_other(&path)?;
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| cannot_write(&path, &error))?;
        match file.try_lock() {
            Ok(()) if is_same_file(&file, &path) => Ok(Self { is_made, path, file, folders }),
            Ok(()) | Err(TryLockError::WouldBlock) => {
                Err(Error::usage(format!("another export is writing to {}", folder.display()))
                    .remedy("wait for it to end; the lock ends with it, even when it is killed"))
            }
            Err(TryLockError::Error(error)) => Err(cannot_write(&path, &error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_made && fs::read_dir(target::folder_of(&self.path)).is_ok_and(|files| files.count() == 1) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_made_for_nothing_goes_with_its_lock_and_every_other_stays() {
        let home = tempfile::tempdir().unwrap();
        let (made, known) = (home.path().join("made"), home.path().join("known"));
        fs::create_dir(&known).unwrap();
        let lock = Lock::take(&made).unwrap();
        let error = Lock::take(&made).unwrap_err();
        assert!(error.message().starts_with("another export is writing to "), "{error}");
        assert!(made.exists(), "the first has it still");
        drop(lock);
        assert!(!made.exists());
        drop(Lock::take(&known).unwrap());
        assert!(known.join(NAME).exists());
        let lock = Lock::take(&made).unwrap();
        fs::write(made.join("networks.csv"), "written").unwrap();
        drop(lock);
        assert_eq!(fs::read_dir(&made).unwrap().count(), 2, "what was written, and the lock");
    }

    #[test]
    fn a_lock_that_was_taken_away_meanwhile_is_none() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(NAME);
        let file = File::create(&path).unwrap();
        assert!(is_same_file(&file, &path));
        fs::remove_file(&path).unwrap();
        assert!(!is_same_file(&file, &path));
        #[cfg(unix)]
        {
            let _other = File::create(&path).unwrap();
            assert!(!is_same_file(&file, &path), "another run has made its own");
        }
    }
}
