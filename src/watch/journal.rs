//! The journal of a watch: what changed since the snapshot that it continues, a line each.
//!
//! A change is in the journal before it is reported, and a message is removed from its queue after that. So a process that
//! is killed loses nothing: the next one takes the snapshot, applies the journal, and reports what was not marked as
//! reported. A report that was interrupted between writing and marking is written again, with the same number.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::delta::Delta;
use super::line_file::{self, whole_lines, write_line};
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::fs::paths::refuse_non_file;

/// The most bytes that the first line may have. It has little more than a path.
const MAX_FIRST_LINE: u64 = 1 << 20;

/// The version of the form of the file.
const VERSION: u32 = 1;

/// What made a change known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// Events, after which a part was read again.
    Events,
    /// A scan of everything.
    Scan,
}

impl Cause {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Scan => "scan",
        }
    }
}

/// A change that is in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// The number of the change; it never repeats.
    pub sequence: u64,
    /// When it became known, in UTC.
    pub at: Timestamp,
    /// What made it known.
    pub cause: Cause,
    /// What changed.
    pub delta: Delta,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
enum JournalLine {
    /// The first line: the snapshot that the journal continues, the number of the last change in it, and when the last full
    /// scan before it began.
    Journal {
        version: u32,
        snapshot: PathBuf,
        sequence: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scanned_at: Option<Timestamp>,
    },
    /// What accounts see otherwise than the snapshot says, which has each resource once. It comes before all changes.
    Views { delta: Box<Delta> },
    /// A change.
    Change(Box<JournalEntry>),
    /// Every change up to this one was reported.
    Reported { sequence: u64 },
    /// A full scan that began then has ended. What it found changed is in the line before.
    Scanned { at: Timestamp },
}

/// What a journal says about the watch before.
#[derive(Debug, PartialEq)]
pub struct Recovered {
    /// The snapshot that it continues.
    pub snapshot: PathBuf,
    /// What accounts saw otherwise than it says. Applied to it, it changes what follows from later changes, and nothing else.
    pub views: Delta,
    /// What changed since, in order.
    pub entries: Vec<JournalEntry>,
    /// The number of the last change that was reported.
    pub reported: u64,
    /// The number of the last change.
    pub sequence: u64,
    /// When the last full scan began, if that is known.
    pub scanned_at: Option<Timestamp>,
}

impl Recovered {
    /// Leaves out the changes that a snapshot of this time has already: later ones may be undone in it.
    pub fn skip_until(&mut self, taken_at: Timestamp) {
        self.entries.retain(|entry| entry.at > taken_at);
    }
}

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not a journal, or one of a newer version.
    #[error("{} is not a journal of this version of netcensus (line {line})", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The number of the line.
        line: usize,
    },
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Reads the journal of the watch before; `None` if there is none.
    ///
    /// # Errors
    /// When it cannot be read. A last line that was cut short was not acted on, and does not count.
    pub fn read(path: &Path) -> Result<Option<Recovered>, JournalError> {
        let text =
            line_file::read(path).map_err(|source| JournalError::Io { path: path.to_owned(), source })?;
        let Some(text) = text else { return Ok(None) };
        let malformed = |line: usize| JournalError::Malformed { path: path.to_owned(), line: line + 1 };
        let whole = whole_lines(&text);
        let mut lines = whole.split_inclusive(|byte| *byte == b'\n').enumerate();
        let first = lines.next().and_then(|(_, line)| serde_json::from_slice(line).ok());
        let Some(JournalLine::Journal { version: VERSION, snapshot, sequence, scanned_at }) = first else {
            return Err(malformed(0));
        };
        if sequence == u64::MAX {
            return Err(malformed(0));
        }
        let (views, entries) = (Delta::default(), Vec::new());
        let mut recovered = Recovered { snapshot, views, entries, reported: sequence, sequence, scanned_at };
        for (number, line) in lines {
            match serde_json::from_slice(line) {
                // No change comes after it.
                Ok(JournalLine::Change(entry)) if entry.sequence == u64::MAX => {
                    return Err(malformed(number));
                }
                Ok(JournalLine::Views { delta }) => recovered.views = *delta,
                Ok(JournalLine::Change(entry)) => {
                    recovered.sequence = entry.sequence;
                    recovered.entries.push(*entry);
                }
                Ok(JournalLine::Reported { sequence }) => recovered.reported = sequence,
                Ok(JournalLine::Scanned { at }) => recovered.scanned_at = Some(at),
                Ok(JournalLine::Journal { .. }) | Err(_) => return Err(malformed(number)),
            }
        }
        Ok(Some(recovered))
    }

    /// Returns the snapshot that the journal at `path` continues, whatever its version is; `None` if it says none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn continued_snapshot(path: &Path) -> io::Result<Option<PathBuf>> {
        #[derive(Deserialize)]
        struct FirstLine {
            snapshot: PathBuf,
        }
        refuse_non_file(path).map_err(io::Error::other)?;
        let mut first = Vec::new();
        BufReader::new(File::open(path)?.take(MAX_FIRST_LINE)).read_until(b'\n', &mut first)?;
        if first.len() as u64 == MAX_FIRST_LINE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its first line does not end"));
        }
        Ok(serde_json::from_slice(&first).ok().map(|FirstLine { snapshot }| snapshot))
    }

    /// Opens the journal of the watch before, to mark what is reported of it. A last line that was cut short is removed.
    pub fn reopen(path: &Path) -> io::Result<Self> {
        let whole = line_file::read(path)?.map_or(0, |text| whole_lines(&text).len());
        let file = File::options().append(true).open(path)?;
        file.set_len(whole as u64)?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Begins a journal that continues `snapshot`, in which every change up to `sequence` is, after the full scan that began
    /// at `scanned_at`, and from which accounts see what `views` says. It replaces the one at `path` as a whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(
        path: &Path,
        snapshot: &Path,
        sequence: u64,
        scanned_at: Option<Timestamp>,
        views: Delta,
    ) -> Result<Self, WriteError> {
        let first =
            JournalLine::Journal { version: VERSION, snapshot: snapshot.to_owned(), sequence, scanned_at };
        let views = (!views.is_empty()).then(|| JournalLine::Views { delta: Box::new(views) });
        let write = |out: &mut _| {
            write_line(&first, out)?;
            views.iter().try_for_each(|views| write_line(views, out))
        };
        refuse_non_file(path)?;
        PendingFile::write_private(path, write)?.commit()?;
        let file = File::options().append(true).open(path);
        let file = file.map_err(|error| WriteError::cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Adds a change, which is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, entry: JournalEntry) -> Result<(), WriteError> {
        let written = line_file::append(&mut self.file, &JournalLine::Change(Box::new(entry)))
            .and_then(|()| self.file.sync_data());
        written.map_err(|error| WriteError::cannot_write(&self.path, &error))
    }

    /// Notes that every change up to `sequence` was reported.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_reported(&mut self, sequence: u64) -> Result<(), WriteError> {
        self.mark(&JournalLine::Reported { sequence })
    }

    /// Notes that a full scan that began at `at` has ended, and that what it found is in the journal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_scanned(&mut self, at: Timestamp) -> Result<(), WriteError> {
        self.mark(&JournalLine::Scanned { at })
    }

    fn mark(&mut self, line: &JournalLine) -> Result<(), WriteError> {
        let written = line_file::append(&mut self.file, line);
        written.map_err(|error| WriteError::cannot_write(&self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn entry(sequence: u64) -> JournalEntry {
        let delta = Delta { accounts: Some(vec![]), ..Delta::default() };
        JournalEntry { sequence, at: Timestamp::UNIX_EPOCH, cause: Cause::Events, delta }
    }

    /// A pipe was waited for until SIGKILL, and what a link leads to was written.
    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_link_is_no_journal() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        let target = directory.path().join("elsewhere");
        let begin = || Journal::begin(&path, Path::new("a.ncsnap"), 0, None, Delta::default());
        let check = || {
            assert!(matches!(Journal::read(&path), Err(JournalError::Io { .. })));
            assert!(Journal::continued_snapshot(&path).is_err() && Journal::reopen(&path).is_err());
            assert!(begin().is_err() && !target.exists());
            fs::remove_file(&path).unwrap();
        };
        std::os::unix::fs::symlink(&target, &path).unwrap();
        check();
        // No process is started for a pipe: it would hold the locks of other tests for a moment. A socket is no file either.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        check();
    }

    /// It was read into memory whole, and `snapshots prune` was killed for it.
    #[test]
    fn a_first_line_that_does_not_end_is_not_read_to_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        fs::File::create(&path).unwrap().set_len(20 << 30).unwrap();
        let error = Journal::continued_snapshot(&path).unwrap_err();
        assert_eq!(error.to_string(), "its first line does not end");
    }

    #[test]
    fn a_journal_that_was_cut_anywhere_has_every_change_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        assert!(Journal::read(&path).unwrap().is_none());
        let mut journal = Journal::begin(&path, Path::new("a.ncsnap"), 6, None, Delta::default()).unwrap();
        for sequence in [7, 8, 9] {
            journal.append(entry(sequence)).unwrap();
            if sequence < 9 {
                journal.mark_reported(sequence).unwrap();
            }
        }
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
        for length in first + 1..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let recovered = Journal::read(&path).unwrap().unwrap();
            let lines = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            let changes = [0, 0, 1, 1, 2, 2, 3][lines];
            assert_eq!(recovered.entries, [7, 8, 9].map(entry)[..changes], "{length}");
            assert_eq!(recovered.reported, [6, 6, 6, 7, 7, 8, 8][lines]);
        }
        fs::write(&path, "{}\n").unwrap();
        assert!(matches!(Journal::read(&path), Err(JournalError::Malformed { line: 1, .. })));
    }

    #[test]
    fn a_number_that_no_change_can_follow_is_malformed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        for (first, change, malformed) in [(u64::MAX, 1, 1), (6, u64::MAX, 2)] {
            let mut journal =
                Journal::begin(&path, Path::new("a.ncsnap"), first, None, Delta::default()).unwrap();
            journal.append(entry(change)).unwrap();
            let read = Journal::read(&path);
            assert!(
                matches!(read, Err(JournalError::Malformed { line, .. }) if line == malformed),
                "{read:?}"
            );
        }
    }

    #[test]
    fn what_is_reported_of_an_old_journal_is_marked_behind_its_last_whole_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        let mut journal = Journal::begin(&path, Path::new("a.ncsnap"), 6, None, Delta::default()).unwrap();
        journal.append(entry(7)).unwrap();
        journal.append(entry(8)).unwrap();
        let mut cut = fs::read(&path).unwrap();
        cut.extend(b"{\"record\":\"rep");
        fs::write(&path, cut).unwrap();
        Journal::reopen(&path).unwrap().mark_reported(7).unwrap();
        let recovered = Journal::read(&path).unwrap().unwrap();
        assert_eq!((recovered.entries, recovered.reported), (vec![entry(7), entry(8)], 7));
    }

    #[test]
    fn changes_that_a_later_snapshot_has_are_left_out() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let entries = vec![JournalEntry { at: at(5), ..entry(1) }, JournalEntry { at: at(9), ..entry(2) }];
        let mut recovered = Recovered {
            snapshot: PathBuf::from("a"),
            views: Delta::default(),
            entries,
            reported: 0,
            sequence: 2,
            scanned_at: None,
        };
        recovered.skip_until(at(7));
        let left: Vec<u64> = recovered.entries.iter().map(|entry| entry.sequence).collect();
        assert_eq!((left, recovered.sequence), (vec![2], 2));
    }

    #[test]
    fn a_new_journal_continues_a_later_snapshot() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        let mut journal = Journal::begin(&path, Path::new("a.ncsnap"), 0, None, Delta::default()).unwrap();
        journal.append(entry(1)).unwrap();
        let views = entry(0).delta;
        Journal::begin(&path, Path::new("b.ncsnap"), 1, None, views.clone()).unwrap();
        let recovered = Journal::read(&path).unwrap().unwrap();
        assert_eq!((recovered.snapshot, recovered.sequence), (PathBuf::from("b.ncsnap"), 1));
        assert_eq!((recovered.entries, recovered.views), (vec![], views));
    }

    #[test]
    fn the_last_full_scan_is_known_and_what_is_kept_later_is_no_scan() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        let scanned_at = || Journal::read(&path).unwrap().unwrap().scanned_at;
        let mut journal = Journal::begin(&path, Path::new("a.ncsnap"), 0, at(5), Delta::default()).unwrap();
        journal.append(entry(1)).unwrap();
        assert_eq!(scanned_at(), at(5));
        journal.mark_scanned(at(7).unwrap()).unwrap();
        assert_eq!(scanned_at(), at(7));
        Journal::begin(&path, Path::new("b.ncsnap"), 1, at(7), Delta::default()).unwrap();
        assert_eq!(scanned_at(), at(7));
        assert_eq!(Journal::continued_snapshot(&path).unwrap(), Some(PathBuf::from("b.ncsnap")));
        fs::write(&path, "{\"record\":\"journal\",\"version\":9,\"snapshot\":\"c.ncsnap\"}\n").unwrap();
        let continued = Journal::continued_snapshot(&path).unwrap();
        assert_eq!(continued, Some(PathBuf::from("c.ncsnap")), "a newer version needs its snapshot too");
    }
}
