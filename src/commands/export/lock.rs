//! Keeps two exports into one folder apart.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::commands::sink::cannot_write;
use crate::error::Error;

/// The file that is locked; it stays, empty, since taking it away would let a third run in beside a second.
const NAME: &str = ".netcensus-export.lock";

/// The lock, held until it is dropped, or the process ends in whichever way.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the system holds the lock as long as the file is open")] File);

impl Lock {
    /// Takes the lock of `folder`, which is made if need be.
    ///
    /// # Errors
    /// When another run has it, or the folder cannot be written.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
        let path = folder.join(NAME);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| cannot_write(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(Error::usage(format!("another export is writing to {}", folder.display()))
                    .hint("wait for it to end; the lock ends with it, even when it is killed"))
            }
            Err(TryLockError::Error(error)) => Err(cannot_write(&path, &error)),
        }
    }
}
