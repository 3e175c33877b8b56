//! A lease: a pair of files by which one process at a time does something, also where several hosts share the directory.
//!
//! On one host a lock of the file system is enough: it ends with its process, however that ends. Over a network some file
//! systems lock nothing. So the holder also writes who it is and until when, and renews that. A lease of another host is
//! respected until it runs out, which it does a minute after its holder was killed; the clocks of the hosts may differ by
//! half of that. One that is damaged has a holder that is not known, and runs out a minute after it was written. One that
//! cannot be read is an error: it may have a holder.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::fs::WriteError;
use crate::fs::atomic::{PendingFile, is_same_file};
use crate::fs::paths::{read_regular_file, refuse_non_file};

/// How long a lease lasts after it was renewed.
const LASTS: Duration = Duration::from_mins(1);
/// How often it is renewed.
const RENEWED_EVERY: Duration = Duration::from_secs(15);

/// The most bytes that the file of a lease has; it has some hundred.
const LONGEST: u64 = 64 << 10;

/// Who has a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseHolder {
    /// The name of its host.
    pub host: String,
    /// What tells the running system of the host from every other, where that is known.
    boot: Option<String>,
    /// The number of its process there.
    pub process: u32,
    /// When it took the lease.
    since: Timestamp,
    /// When the lease runs out, unless it is renewed.
    pub until: Timestamp,
}

/// A lease that this process has, unless it takes too long to renew it.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    holder: LeaseHolder,
    #[cfg_attr(not(test), expect(dead_code, reason = "the lock lasts as long as the file is open"))]
    lock: Option<File>,
}

/// Why a lease cannot be had, or was lost.
#[derive(Debug)]
pub enum LeaseError {
    /// Another process has it; who that is may be unknown.
    Taken(Option<LeaseHolder>),
    /// Its files cannot be read or written.
    File(WriteError),
}

/// What is at the path of a lease.
#[derive(Debug)]
enum LeaseFile {
    /// Nothing.
    Missing,
    /// A lease.
    Held(LeaseHolder),
    /// Something that is no lease, such as one that a crash of the system cut short.
    Damaged { written: Timestamp },
}

/// Where a process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LeaseHost {
    name: String,
    boot: Option<String>,
}

impl LeaseHolder {
    fn new(host: LeaseHost, now: Timestamp) -> Self {
        let LeaseHost { name: host, boot } = host;
        Self { host, boot, process: std::process::id(), since: now, until: end(now) }
    }

    /// Tells whether it runs on this host, where the lock would tell of it.
    fn is_on(&self, host: &LeaseHost) -> bool {
        match (&self.boot, &host.boot) {
            (Some(boot), Some(own)) => boot == own,
            _ => self.host == host.name,
        }
    }

    /// Tells whether it is the same process; a number of a process is used again.
    fn is_same(&self, other: &Self) -> bool {
        (&self.host, self.process, self.since) == (&other.host, other.process, other.since)
    }
}

impl fmt::Display for LeaseHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.process, self.host)
    }
}

impl Lease {
    /// Takes the lease `NAME.lease` with the lock `NAME.lock`, for the name at the end of `path`.
    ///
    /// # Errors
    /// When another process has it or may have it, or the files cannot be read or written.
    pub fn acquire(path: &Path) -> Result<Self, LeaseError> {
        Self::acquire_on(path, LeaseHost::this(), Timestamp::now())
    }

    fn acquire_on(path: &Path, host: LeaseHost, now: Timestamp) -> Result<Self, LeaseError> {
        let (lock_path, path) = (path.with_extension("lock"), path.with_extension("lease"));
        refuse_non_file(&path).map_err(LeaseError::File)?;
        let lock = match lock(&lock_path)? {
            Locked::Here(file) => Some(file),
            Locked::Elsewhere => return Err(LeaseError::Taken(read(&path).ok().and_then(LeaseFile::holder))),
            Locked::Never => None,
        };
        match read(&path)? {
            LeaseFile::Held(holder) => {
                // We have the lock of this host, so a holder here has ended.
                let has_ended = lock.is_some() && holder.is_on(&host);
                if !has_ended && now < holder.until {
                    return Err(LeaseError::Taken(Some(holder)));
                }
            }
            LeaseFile::Damaged { written } if now.duration_since(written).unsigned_abs() < LASTS => {
                return Err(LeaseError::damaged(&path));
            }
            LeaseFile::Damaged { .. } | LeaseFile::Missing => {}
        }
        let lease = Self { path, holder: LeaseHolder::new(host, now), lock };
        lease.write()?;
        Ok(lease)
    }

    /// Has the lease last for longer.
    ///
    /// # Errors
    /// When another process took it because it had run out, or it cannot be read or written.
    fn renew(&mut self, now: Timestamp) -> Result<(), LeaseError> {
        let other = read(&self.path)?.holder().filter(|holder| !holder.is_same(&self.holder));
        if other.is_some() {
            return Err(LeaseError::Taken(other));
        }
        let until = std::mem::replace(&mut self.holder.until, end(now));
        self.write().inspect_err(|_| self.holder.until = until)
    }

    fn write(&self) -> Result<(), LeaseError> {
        let written =
            PendingFile::write_private(&self.path, |out| Ok(serde_json::to_writer(out, &self.holder)?));
        written.and_then(PendingFile::commit).map_err(LeaseError::File)
    }

    /// Gives the lease back.
    fn release(&self) {
        let holder = read(&self.path).ok().and_then(LeaseFile::holder);
        if holder.is_some_and(|holder| holder.is_same(&self.holder)) {
            // What is left runs out by itself.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl LeaseHost {
    /// Returns the host that this process runs on.
    fn this() -> Self {
        let read = |path: &str| fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
        let variable = |name: &str| std::env::var(name).ok();
        let name = read("/proc/sys/kernel/hostname").or_else(|| variable("HOSTNAME"));
        let name = name.or_else(|| variable("COMPUTERNAME")).unwrap_or_else(|| "an unknown host".to_owned());
        Self { name, boot: read("/proc/sys/kernel/random/boot_id") }
    }
}

fn end(now: Timestamp) -> Timestamp {
    now.saturating_add(LASTS).unwrap_or(Timestamp::MAX)
}

impl LeaseFile {
    fn holder(self) -> Option<LeaseHolder> {
        match self {
            Self::Held(holder) => Some(holder),
            Self::Missing | Self::Damaged { .. } => None,
        }
    }
}

impl LeaseError {
    fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::File(
            WriteError::new(format!(
                "cannot read the lease {}, so another watch may have it",
                path.display()
            ))
            .with_source(error)
            .remedy("give your user the permission to read it; or remove it, if no `netcensus watch` runs on any host"),
        )
    }

    fn damaged(path: &Path) -> Self {
        Self::File(
            WriteError::new(format!("the lease {} is damaged, so another watch may have it", path.display()))
                .remedy("try again in a minute: a watch that has it renews it, and else it runs out"),
        )
    }
}

fn read(path: &Path) -> Result<LeaseFile, LeaseError> {
    let bytes = match read_regular_file(path, LONGEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LeaseFile::Missing),
        Err(error) => return Err(LeaseError::unreadable(path, &error)),
    };
    if let Ok(holder) = serde_json::from_slice(&bytes) {
        return Ok(LeaseFile::Held(holder));
    }
    let written = fs::metadata(path).and_then(|file| file.modified());
    let written = written.map_err(|error| LeaseError::unreadable(path, &error))?;
    // A time that no clock has is one that has passed.
    Ok(LeaseFile::Damaged { written: written.try_into().unwrap_or(Timestamp::MIN) })
}

enum Locked {
    /// The lock is ours. It ends when the file is closed, or the process ends in any way.
    Here(File),
    /// Another process has it.
    Elsewhere,
    /// The file system locks nothing.
    Never,
}

fn lock(path: &Path) -> Result<Locked, LeaseError> {
    let cannot = |error: &io::Error| LeaseError::File(WriteError::cannot_write(path, error));
    refuse_non_file(path).map_err(LeaseError::File)?;
    let file = File::options().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|error| cannot(&error))?;
    match file.try_lock() {
        Ok(()) if is_same_file(&file, path) => Ok(Locked::Here(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(Locked::Elsewhere),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Locked::Never),
        Err(TryLockError::Error(error)) => Err(cannot(&error)),
    }
}

/// Renews leases until it is dropped, and gives them back then.
#[derive(Debug)]
pub struct LeaseKeeper {
    lost: CancellationToken,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LeaseKeeper {
    /// Begins to renew leases, on a thread of its own: the loop that needs them may be busy for longer than they
    /// last.
    #[must_use]
    pub fn new(leases: Vec<Lease>) -> Self {
        let lost = CancellationToken::new();
        let (stop, stopped) = channel();
        let token = lost.clone();
        let thread = thread::spawn(move || {
            let mut leases = leases;
            while stopped.recv_timeout(RENEWED_EVERY) == Err(RecvTimeoutError::Timeout) {
                if !renew_all(&mut leases, Timestamp::now()) {
                    token.cancel();
                    return;
                }
            }
            leases.iter().for_each(Lease::release);
        });
        Self { lost, stop: Some(stop), thread: Some(thread) }
    }

    /// Returns what is cancelled when a lease was lost: another process may have it.
    #[must_use]
    pub const fn lost(&self) -> &CancellationToken {
        &self.lost
    }
}

/// Renews leases. Returns whether all of them are still ours. One that cannot be written for a moment is.
fn renew_all(leases: &mut [Lease], now: Timestamp) -> bool {
    leases.iter_mut().all(|lease| match lease.renew(now) {
        Ok(()) => true,
        Err(LeaseError::Taken(other)) => {
            tracing::warn!(path = %lease.path.display(), ?other, "the lease was taken over");
            false
        }
        Err(LeaseError::File(error)) => {
            tracing::warn!(%error, "the lease cannot be renewed");
            now < lease.holder.until
        }
    })
}

impl Drop for LeaseKeeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to say.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> LeaseHost {
        LeaseHost { name: name.to_owned(), boot: Some(format!("boot of {name}")) }
    }

    fn later(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_link_is_no_lease() {
        let directory = tempfile::tempdir().unwrap();
        let (path, target) = (directory.path().join("a"), directory.path().join("elsewhere"));
        let lease = path.with_extension("lease");
        let check = || {
            let taken = Lease::acquire_on(&path, host("a"), later(0));
            assert!(matches!(taken, Err(LeaseError::File(_))) && !target.exists());
            std::fs::remove_file(&lease).unwrap();
        };
        std::os::unix::fs::symlink(&target, &lease).unwrap();
        check();
        // As with a journal, instead of a pipe.
        drop(std::os::unix::net::UnixListener::bind(&lease).unwrap());
        check();
    }

    #[test]
    fn a_lease_that_cannot_be_read_is_no_free_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        killed(&path, "a", later(0));
        let lease = path.with_extension("lease");
        let text = fs::read_to_string(&lease).unwrap();
        fs::write(&lease, text + &" ".repeat(LONGEST.try_into().unwrap())).unwrap();
        let refused = refusal(&path, later(600));
        assert!(refused.contains("it is longer than 64 KiB") && refused.contains("a.lease"), "{refused}");
    }

    /// Returns why a lease cannot be had.
    fn refusal(path: &Path, now: Timestamp) -> String {
        match Lease::acquire_on(path, host("a"), now) {
            Err(LeaseError::File(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// A crash of the system may leave a file without its bytes. It must hold up a job that is started again and again for a
    /// minute, and not for ever.
    #[test]
    fn a_damaged_lease_runs_out_a_minute_after_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        for bytes in ["", "\0\0\0", "{\"host\":\"b\"", "[]"] {
            fs::write(path.with_extension("lease"), bytes).unwrap();
            let file = File::options().write(true).open(path.with_extension("lease")).unwrap();
            file.set_modified(later(0).into()).unwrap();
            for now in [later(-59), later(0), later(59)] {
                let refused = refusal(&path, now);
                assert!(refused.contains("a.lease is damaged"), "{refused}");
            }
            assert_eq!(holder(&path, "a", later(60)), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_watch_writes_a_damaged_lease_of_its_own_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let mut lease = Lease::acquire_on(&path, host("a"), later(0)).unwrap();
        fs::write(&lease.path, "").unwrap();
        lease.renew(later(15)).unwrap();
        assert!(matches!(read(&lease.path), Ok(LeaseFile::Held(holder)) if holder.is_same(&lease.holder)));
    }

    /// Takes the lease and ends as `kill -9` does: nothing is given back.
    fn killed(path: &Path, name: &str, now: Timestamp) -> Lease {
        let mut lease = Lease::acquire_on(path, host(name), now).unwrap();
        lease.lock = None;
        lease
    }

    fn holder(path: &Path, name: &str, now: Timestamp) -> Option<String> {
        match Lease::acquire_on(path, host(name), now) {
            Ok(_) => None,
            Err(LeaseError::Taken(holder)) => Some(holder.unwrap().host),
            Err(LeaseError::File(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn on_one_host_a_lease_ends_with_its_process() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scope");
        let first = Lease::acquire_on(&path, host("a"), later(0)).unwrap();
        assert_eq!(
            holder(&path, "a", later(600)),
            Some("a".to_owned()),
            "it has the lock, however late it is"
        );
        drop(first);
        killed(&path, "a", later(601));
        assert_eq!(holder(&path, "a", later(602)), None);
    }

    #[test]
    fn a_lease_of_another_host_is_respected_until_it_runs_out() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scope");
        let mut first = killed(&path, "a", later(0));
        first.renew(later(50)).unwrap();
        assert_eq!(holder(&path, "b", later(100)), Some("a".to_owned()));
        let second = Lease::acquire_on(&path, host("b"), later(111)).unwrap();
        assert!(matches!(first.renew(later(112)), Err(LeaseError::Taken(Some(other))) if other.host == "b"));
        assert!(!renew_all(std::slice::from_mut(&mut first), later(112)), "it is lost");
        first.release();
        assert!(second.path.exists(), "what is not ours is not given back");
        second.release();
        drop(second);
        assert_eq!(holder(&path, "a", later(113)), None);
    }

    #[test]
    fn leases_are_given_back_when_their_keeper_ends() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scope");
        let keeper = LeaseKeeper::new(vec![Lease::acquire(&path).unwrap()]);
        assert!(path.with_extension("lease").exists() && !keeper.lost().is_cancelled());
        drop(keeper);
        assert!(!path.with_extension("lease").exists());
    }
}
