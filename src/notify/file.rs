//! A file: each notice is a line of JSON, the `CloudEvent` that a webhook gets, appended whole.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;

use super::channel::{Channel, RetryAdvice, SendError};
use super::notice::Notice;
use super::observation::Observation;
use super::part::Part;
use super::webhook::event_within_limit;
use crate::diagnostic::Diagnostic;
use crate::fs::paths::refuse_non_file;

/// A file that lines are appended to.
#[derive(Debug, Clone)]
pub struct NoticeFile(pub PathBuf);

impl Channel for NoticeFile {
    fn check(&self) -> Result<(), Diagnostic> {
        open(&self.0).map(drop).map_err(|error| error.diagnostic)
    }

    fn render(&self, notice: Option<&Notice>, _: &Observation) -> Vec<Part> {
        let event = |notice: &Notice| Part::Json { body: event_within_limit(notice), id: notice.id.clone() };
        notice.map(event).into_iter().collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let Part::Json { body, .. } = part else { return Ok(()) };
            append(&self.0, body)
        })
    }
}

fn open(path: &Path) -> Result<File, SendError> {
    refuse_non_file(path).map_err(|error| SendError::new(error.diagnostic))?;
    File::options()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .map_err(|error| cannot_write(path, &error))
}

/// Appends a line, or nothing.
fn append(path: &Path, line: &str) -> Result<(), SendError> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let locked = Diagnostic::new(format!("another process has locked {}", path.display()));
            return Err(SendError::new(locked).retry(RetryAdvice::Later));
        }
        Err(TryLockError::Error(error)) => return Err(cannot_write(path, &error)),
    }
    append_locked(&mut file, line).map_err(|error| cannot_write(path, &error))
}

fn append_locked(file: &mut File, line: &str) -> io::Result<()> {
    let before = file.seek(SeekFrom::End(0))?;
    // What was written by something that was killed has no end.
    let begin = if ends_with_line_feed(file, before)? { "" } else { "\n" };
    let written = file.write_all(format!("{begin}{line}\n").as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // A full disk must not leave half a line.
        let _ = file.set_len(before);
    }
    written
}

fn ends_with_line_feed(file: &mut File, length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn cannot_write(path: &Path, error: &io::Error) -> SendError {
    SendError::new(Diagnostic::new(format!("cannot append to {}", path.display())).with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_whole_and_a_torn_one_is_ended() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("alerts.ndjson");
        append(&path, "{\"a\":1}").unwrap();
        std::fs::write(&path, "{\"a\":1}\n{\"torn\":").unwrap();
        append(&path, "{\"b\":2}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":1}\n{\"torn\":\n{\"b\":2}\n");
        let lock = File::options().append(true).open(&path).unwrap();
        lock.lock().unwrap();
        let error = append(&path, "{\"c\":3}").unwrap_err();
        assert_eq!(error.retry, RetryAdvice::Later, "{error:?}");
        lock.unlock().unwrap();
        append(&path, "{\"c\":3}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
        assert!(append(home.path(), "x").is_err(), "a directory");
    }
}
