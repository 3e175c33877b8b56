//! A lock on a file that is replaced whole: on a second file beside it, which stays.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::atomic::is_same_file;
use super::error::WriteError;
use super::paths::refuse_non_file;

/// How often the lock is tried when its file is replaced meanwhile.
const ATTEMPTS: usize = 16;

/// How often a lock that another process has is tried again.
const PAUSE: Duration = Duration::from_millis(20);
/// After so long a warning says what is waited for.
const SILENCE: Duration = Duration::from_secs(2);

/// Waits until no other process has the lock of `path`, `longest` at most. The lock is held until the file is dropped, and
/// the system releases it when a process ends in any way.
///
/// Its file stays: if it were removed, a third process could lock a new one while a second one still has the old one.
///
/// # Errors
/// When another process keeps the lock for longer, its file cannot be written, or the disk has no locks.
pub fn lock_beside(path: &Path, longest: Duration) -> Result<File, WriteError> {
    let path = lock_path(path);
    refuse_non_file(&path)?;
    let begun = Instant::now();
    for _ in 0..ATTEMPTS {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| WriteError::cannot_write(&path, &error))?;
        lock(&file, &path, begun, longest)?;
        if is_same_file(&file, &path) {
            return Ok(file);
        }
    }
    Err(WriteError::new(format!("cannot lock {}: another program keeps replacing it", path.display())))
}

fn lock(file: &File, path: &Path, begun: Instant, longest: Duration) -> Result<(), WriteError> {
    let mut is_silent = true;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => {
                return Err(WriteError::new(format!("cannot lock {}", path.display()))
                    .with_source(&error)
                    .remedy("use a disk that has locks, such as a local one or NFS version 4"));
            }
            Err(TryLockError::WouldBlock) if begun.elapsed() >= longest => {
                let seconds = longest.as_secs();
                let message = format!("the lock {} was not free for {seconds} s", path.display());
                return Err(WriteError::new(message)
                    .remedy("wait until the process that has it ends, or end it; its lock ends with it"));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if is_silent && begun.elapsed() >= SILENCE {
            is_silent = false;
            tracing::warn!(path = %path.display(), "waiting for another process that has the lock");
        }
        thread::sleep(PAUSE);
    }
}

/// Returns the file that is locked: `.NAME.lock` beside the file.
#[must_use]
pub fn lock_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_another_keeps_is_waited_for_and_named() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.json");
        let held = lock_beside(&path, Duration::ZERO).unwrap();
        let error = lock_beside(&path, Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().contains(".a.json.lock"), "{error}");
        let waiting = thread::spawn(move || lock_beside(&path, Duration::from_mins(1)).map(drop));
        thread::sleep(Duration::from_millis(50));
        drop(held);
        waiting.join().unwrap().unwrap();
    }
}
