//! Messages that were set aside, because they came back again and again: whatever takes them ends before it is done.
//!
//! They are in a file of lines of JSON beside the journal: what a message is called and what it was about, and nothing else
//! of it. A message is removed from its queue only after it is in the file.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::events::{ParsedEvent, parse_message};
use super::hint::Hint;
use super::line_file::{self, whole_lines};
use crate::clouds::Message;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;

/// A message that was received more often than this is set aside. Queues with a dead-letter queue set messages aside
/// themselves, most of them after ten times.
pub const MAX_RECEIVED: u32 = 20;

/// A message that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsideMessage {
    /// When it was set aside, in UTC.
    pub at: Timestamp,
    /// The queue.
    pub source: String,
    /// Its id there.
    pub message: String,
    /// How often it was received.
    pub receive_count: u32,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Where its events tell to look again.
    pub hints: Vec<Hint>,
}

impl SetAsideMessage {
    /// Describes a message of `source`.
    #[must_use]
    pub fn new(source: &str, message: &Message, at: Timestamp) -> Self {
        // Its body may be what ends whatever takes it.
        let events = catch_unwind(AssertUnwindSafe(|| parse_message(&message.body))).unwrap_or_default();
        let hints = events.into_iter().filter_map(|event| match event {
            ParsedEvent::Hint(hint) => Some(hint),
            ParsedEvent::Ignored(_) | ParsedEvent::Refused(_) => None,
        });
        Self {
            at,
            source: source.to_owned(),
            message: message.token.as_str().to_owned(),
            receive_count: message.receive_count,
            sent_at: message.sent_at,
            hints: hints.collect(),
        }
    }
}

/// The file of messages that were set aside. It is there once there is one.
#[derive(Debug)]
pub struct SetAsideFile {
    path: PathBuf,
    file: Option<File>,
    /// Each message is in it once, also if it was not removed from its queue before the process ended.
    known: HashSet<(String, String)>,
}

impl SetAsideFile {
    /// Reads which messages are in the file already.
    ///
    /// # Errors
    /// When the file cannot be read, or is a pipe, a link or something else.
    pub fn open(path: PathBuf) -> Result<Self, WriteError> {
        let cannot_read =
            |error| WriteError::new(format!("cannot read {}", path.display())).with_source(&error);
        let text = line_file::read(&path).map_err(cannot_read)?;
        let text = text.unwrap_or_default();
        let messages = whole_lines(&text).split(|byte| *byte == b'\n');
        let messages = messages.filter_map(|line| serde_json::from_slice::<SetAsideMessage>(line).ok());
        let known = messages.map(|message| (message.source, message.message)).collect();
        Ok(Self { path, file: None, known })
    }

    /// Adds a message, which is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, message: &SetAsideMessage) -> Result<(), WriteError> {
        let key = (message.source.clone(), message.message.clone());
        if self.known.contains(&key) {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        let written = line_file::append(&mut file, message).and_then(|()| file.sync_data());
        self.file = Some(file);
        written.map_err(|error| WriteError::cannot_write(&self.path, &error))?;
        self.known.insert(key);
        Ok(())
    }
}

/// Opens the file to add lines, without one at its end that was cut short.
fn open(path: &Path) -> Result<File, WriteError> {
    let cannot = |error: &io::Error| WriteError::cannot_write(path, error);
    let text = line_file::read(path).map_err(|error| cannot(&error))?;
    let whole = text.as_deref().map(whole_lines).unwrap_or_default();
    if text.as_deref() != Some(whole) {
        PendingFile::write_private(path, |out| out.write_all(whole))?.commit()?;
    }
    File::options().append(true).open(path).map_err(|error| cannot(&error))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::clouds::MessageToken;

    const EVENT: &str = include_str!("../../tests/fixtures/events/ec2-state-change.json");

    fn message(id: &str, body: &str) -> SetAsideMessage {
        let message = Message {
            token: MessageToken::new(id),
            body: body.into(),
            receive_count: MAX_RECEIVED + 1,
            sent_at: None,
        };
        SetAsideMessage::new("aws:https://x/1/q", &message, Timestamp::UNIX_EPOCH)
    }

    fn lines(path: &Path) -> Vec<SetAsideMessage> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn nothing_is_kept_but_names_ids_kinds_and_times() {
        let kept = message("m-1", EVENT);
        assert_eq!((kept.hints.len(), kept.hints[0].region.is_some()), (1, true));
        assert!(message("m-2", "{\"password\": \"s3cret\"}").hints.is_empty());
        let fields: serde_json::Value = serde_json::to_value(&kept).unwrap();
        let names: BTreeSet<&str> = fields.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = ["at", "hints", "message", "receive_count", "sent_at", "source"];
        assert_eq!(names, BTreeSet::from(expected));
    }

    #[test]
    fn a_message_is_in_the_file_once_and_a_line_that_was_cut_short_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.poisoned.ndjson");
        let mut file = SetAsideFile::open(path.clone()).unwrap();
        assert!(!path.exists(), "there is none yet");
        file.add(&message("m-1", EVENT)).unwrap();
        file.add(&message("m-2", "no event")).unwrap();
        let text = fs::read(&path).unwrap();
        fs::write(&path, &text[..text.len() - 3]).unwrap();
        // The process was killed while it wrote the second, and the first is still in its queue.
        let mut file = SetAsideFile::open(path.clone()).unwrap();
        file.add(&message("m-1", EVENT)).unwrap();
        file.add(&message("m-2", "no event")).unwrap();
        assert_eq!(lines(&path), [message("m-1", EVENT), message("m-2", "no event")]);
    }

    /// A message would be set aside again, or the watch wait for a pipe that nothing writes to.
    #[test]
    fn what_is_there_and_cannot_be_read_is_no_empty_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.poisoned.ndjson");
        let refuse = || assert!(SetAsideFile::open(path.clone()).is_err());
        fs::create_dir(&path).unwrap();
        refuse();
        fs::remove_dir(&path).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(directory.path().join("nowhere"), &path).unwrap();
            refuse();
            fs::remove_file(&path).unwrap();
            // As with a journal, instead of a pipe.
            drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
            refuse();
        }
    }
}
