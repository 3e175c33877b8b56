//! What this process has created and not finished yet: a signal that ends the process removes it.
//!
//! Destructors do not run when a process exits. So pending files and new directories are noted here, under one lock with
//! the decision that files are being moved to their places: neither happens in the middle of the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static STATE: Mutex<UnfinishedFiles> = Mutex::new(UnfinishedFiles { is_moving: false, paths: Vec::new() });

#[derive(Debug)]
struct UnfinishedFiles {
    /// Whether files are being moved to their places, which must not stop halfway.
    is_moving: bool,
    /// Files and directories in the order of their creation, so that a directory comes before what is in it.
    paths: Vec<PathBuf>,
}

fn lock() -> MutexGuard<'static, UnfinishedFiles> {
    // A panic cannot leave the state inconsistent: every change is one step.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or directory that a signal removes if it ends the process. When dropped, it is only forgotten.
#[derive(Debug)]
pub struct UnfinishedPath(PathBuf);

impl UnfinishedPath {
    /// Lets `create` make what is to be at `path`. No signal ends the process before it is noted.
    ///
    /// # Errors
    /// As `create`.
    pub fn create<T>(path: &Path, create: impl FnOnce() -> io::Result<T>) -> io::Result<(Self, T)> {
        let mut state = lock();
        let created = create()?;
        state.paths.push(path.to_owned());
        Ok((Self(path.to_owned()), created))
    }

    /// Returns the path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Lets `finish` move the file to its place. No signal ends the process meanwhile.
    pub fn finish<T>(self, finish: impl FnOnce() -> T) -> T {
        let _state = lock_and_forget(&self.0);
        finish()
    }
}

impl Drop for UnfinishedPath {
    fn drop(&mut self) {
        drop(lock_and_forget(&self.0));
    }
}

fn lock_and_forget(path: &Path) -> MutexGuard<'static, UnfinishedFiles> {
    let mut state = lock();
    if let Some(at) = state.paths.iter().rposition(|known| known == path) {
        state.paths.remove(at);
    }
    state
}

/// Notes that files are moved to their places from now on: no signal may end the process any more.
pub fn start_moving() {
    lock().is_moving = true;
}

/// Stops this process from creating and moving files. It ends when this is dropped.
#[derive(Debug)]
pub struct Removed {
    _state: MutexGuard<'static, UnfinishedFiles>,
}

/// Removes what is unfinished, so that the process can exit; `None` once [`start_moving`] was called.
#[must_use]
pub fn remove_all() -> Option<Removed> {
    let mut state = lock();
    if state.is_moving {
        return None;
    }
    for path in std::mem::take(&mut state.paths).iter().rev() {
        // What cannot be removed does no harm, and a directory with other files in it has to stay.
        let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
    }
    Some(Removed { _state: state })
}
