//! How many reads run at once: as many as you say, or as many as the clouds answer quickly.

use std::sync::{Mutex, PoisonError};

use super::adaptive_limit::{AdaptiveLimit, Attempt, MIN_LIMIT};
use crate::config::Concurrency;
use crate::model::Scope;

/// The limit of a run.
#[derive(Debug)]
pub enum ReadLimit {
    /// So many.
    Fixed(usize),
    /// As many as the clouds answer quickly.
    Adaptive(Box<Mutex<AdaptiveLimit>>),
}

impl ReadLimit {
    /// Makes the limit of a run.
    pub fn new(concurrency: Concurrency) -> Self {
        match concurrency {
            Concurrency::Fixed(reads) => Self::Fixed(reads),
            Concurrency::Auto => {
                let most = allowed_by_files(open_file_limit());
                Self::Adaptive(Box::new(Mutex::new(AdaptiveLimit::new(most))))
            }
        }
    }

    /// Returns how many reads may run at once now.
    pub fn current(&self) -> usize {
        match self {
            Self::Fixed(reads) => *reads,
            Self::Adaptive(limit) => limit.lock().unwrap_or_else(PoisonError::into_inner).current(),
        }
    }

    /// Notes that a read waits because of the limit. A limit that nothing reaches does not grow.
    pub fn note_reached(&self) {
        if let Self::Adaptive(limit) = self {
            limit.lock().unwrap_or_else(PoisonError::into_inner).note_reached();
        }
    }

    /// Notes what an attempt of `scope` came to.
    pub fn note_attempt(&self, scope: &Scope, attempt: Attempt) {
        if let Self::Adaptive(limit) = self {
            limit.lock().unwrap_or_else(PoisonError::into_inner).note_attempt(scope, attempt);
        }
    }
}

/// Files that are open beside connections: standard streams, the runtime's, a snapshot, credential processes.
const OTHER_FILES: u64 = 64;

/// Connections that a read may leave open: the pool keeps one for every read that a region had at once, and each of the
/// regions, about 17, may have had a quarter of all reads.
const CONNECTIONS_PER_READ: u64 = 4;

/// Returns how many reads fit in a limit of open files.
fn allowed_by_files(files: Option<u64>) -> usize {
    let reads = files.map(|files| files.saturating_sub(OTHER_FILES) / CONNECTIONS_PER_READ);
    reads.map_or(usize::MAX, |reads| usize::try_from(reads).unwrap_or(usize::MAX).max(MIN_LIMIT))
}

/// Returns how many files this process may open (`ulimit -n`).
#[cfg(unix)]
fn open_file_limit() -> Option<u64> {
    rlimit::Resource::NOFILE.get_soft().ok()
}

/// Windows does not limit sockets so.
#[cfg(not(unix))]
const fn open_file_limit() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_files_bound_the_reads() {
        assert_eq!(allowed_by_files(Some(1024)), 240);
        assert_eq!(allowed_by_files(Some(256)), 48);
        assert_eq!(allowed_by_files(Some(16)), MIN_LIMIT);
        assert_eq!(allowed_by_files(None), usize::MAX);
        assert!(!cfg!(unix) || open_file_limit().is_some());
    }
}
