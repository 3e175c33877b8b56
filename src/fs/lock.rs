//! A lock on a file that is replaced whole: on a second file beside it, which stays.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::atomic::is_same_file;
use super::error::WriteError;
use super::paths::refuse_non_file;

/// How often the lock is tried when its file is replaced meanwhile.
const ATTEMPTS: usize = 16;

/// Waits until no other process has the lock of `path`. The lock is held until the file is dropped, and the system releases
/// it when a process ends in any way.
///
/// Its file stays: if it were removed, a third process could lock a new one while a second one still has the old one.
///
/// # Errors
/// When the file of the lock cannot be written, or the disk has no locks.
pub fn lock_beside(path: &Path) -> Result<File, WriteError> {
    let path = lock_path(path);
    refuse_non_file(&path)?;
    for _ in 0..ATTEMPTS {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| WriteError::cannot_write(&path, &error))?;
        file.lock().map_err(|error| {
            WriteError::new(format!("cannot lock {}", path.display()))
                .caused_by(&error)
                .remedy("use a disk that has locks, such as a local one or NFS version 4")
        })?;
        if is_same_file(&file, &path) {
            return Ok(file);
        }
    }
    Err(WriteError::new(format!("cannot lock {}: another program keeps replacing it", path.display())))
}

/// Returns the file that is locked: `.NAME.lock` beside the file.
#[must_use]
pub fn lock_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}
