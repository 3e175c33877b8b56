//! A lock that keeps two exports out of one directory.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::is_same_file;
use crate::fs::paths::{CreatedDirectories, parent_directory, refuse_non_file};
use crate::fs::unfinished::UnfinishedPath;

/// The file that is locked. It stays, empty: if it were removed, a third run could lock a new one while a second run
/// still has the old one. It is removed only together with a directory that was created and not used.
const LOCK_FILE: &str = ".netcensus-export.lock";

/// The lock of a directory. It ends when it is dropped, or when the process ends in any way.
#[derive(Debug)]
pub struct ExportLock {
    /// Whether the directory was created for this export.
    is_created: bool,
    path: PathBuf,
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")]
    file: File,
    #[expect(dead_code, reason = "a signal removes it before the directory")]
    unfinished: Option<UnfinishedPath>,
    #[expect(dead_code, reason = "it removes the directory if it is empty")]
    directories: CreatedDirectories,
}

impl ExportLock {
    /// Locks `directory`, which is created if it does not exist.
    ///
    /// # Errors
    /// When another run has locked it, or it cannot be written.
    pub fn acquire(directory: &Path) -> Result<Self, Error> {
        let (is_created, mut directories) = (!directory.exists(), CreatedDirectories::default());
        directories.create(directory)?;
        let path = directory.join(LOCK_FILE);
        // To open a pipe would wait for ever, and a link may lead elsewhere.
        refuse_non_file(&path)?;
        let open = || File::options().write(true).create(true).truncate(false).open(&path);
        // In a directory that existed before, it stays.
        let opened = if is_created {
            UnfinishedPath::create(&path, open).map(|(unfinished, file)| (Some(unfinished), file))
        } else {
            open().map(|file| (None, file))
        };
        let (unfinished, file) = opened.map_err(|error| WriteError::cannot_write(&path, &error))?;
        match file.try_lock() {
            Ok(()) if is_same_file(&file, &path) => {
                Ok(Self { is_created, path, file, unfinished, directories })
            }
            Ok(()) | Err(TryLockError::WouldBlock) => {
                Err(Error::usage(format!("another export is writing to {}", directory.display()))
                    .remedy("wait until it ends; its lock ends with it, even if it is killed"))
            }
            Err(TryLockError::Error(error)) => Err(WriteError::cannot_write(&path, &error).into()),
        }
    }
}

impl Drop for ExportLock {
    fn drop(&mut self) {
        if self.is_created && fs::read_dir(parent_directory(&self.path)).is_ok_and(|files| files.count() == 1)
        {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_was_created_and_not_used_is_removed_with_its_lock_and_every_other_stays() {
        let home = tempfile::tempdir().unwrap();
        let (created, existing) = (home.path().join("made"), home.path().join("known"));
        fs::create_dir(&existing).unwrap();
        let lock = ExportLock::acquire(&created).unwrap();
        let error = ExportLock::acquire(&created).unwrap_err();
        assert!(error.message().starts_with("another export is writing to "), "{error}");
        assert!(created.exists(), "the first run still has its lock");
        drop(lock);
        assert!(!created.exists());
        drop(ExportLock::acquire(&existing).unwrap());
        assert!(existing.join(LOCK_FILE).exists());
        let lock = ExportLock::acquire(&created).unwrap();
        fs::write(created.join("networks.csv"), "written").unwrap();
        drop(lock);
        assert_eq!(fs::read_dir(&created).unwrap().count(), 2, "what was written, and the lock");
    }

    #[test]
    fn a_lock_file_that_was_removed_does_not_count() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(LOCK_FILE);
        let file = File::create(&path).unwrap();
        assert!(is_same_file(&file, &path));
        fs::remove_file(&path).unwrap();
        assert!(!is_same_file(&file, &path));
        #[cfg(unix)]
        {
            let _other = File::create(&path).unwrap();
            assert!(!is_same_file(&file, &path), "another run has created its own");
        }
    }
}
