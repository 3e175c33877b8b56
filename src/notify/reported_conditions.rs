//! What was told on a channel: the only state beside the snapshots, because no snapshot knows whether a message arrived.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::notice::{NoticeEvent, Place, Severity};
use super::observation::{Condition, Observation};
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::fs::paths::read_regular_file;

/// The version of the file's shape.
const FILE_VERSION: u32 = 1;
/// The most that the file may have: half a million conditions.
const MAX_BYTES: u64 = 256 << 20;

/// The conditions that were told on one channel, of one report and scope, and are not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedConditions {
    version: u32,
    /// When the inventory was read that was told last; `None` when nothing was told yet.
    pub until: Option<Timestamp>,
    /// By [`Condition::key`].
    pub conditions: BTreeMap<String, ReportedCondition>,
}

/// A condition as it was last told or seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedCondition {
    /// How bad it is.
    pub severity: Severity,
    /// How large it is.
    pub size: usize,
    /// When the first inventory was taken that had it.
    pub since: Timestamp,
    /// When the inventory was taken that it was last told of.
    pub told_at: Timestamp,
    /// The code of the finding.
    pub code: Option<String>,
    /// What it is.
    pub what: String,
    /// Where it is.
    pub places: Vec<Place>,
    /// How many more places there are.
    pub places_left_out: usize,
    /// The reads that have to succeed before its absence means that it is over.
    pub needs: Vec<String>,
    /// The command that shows more.
    pub command: String,
}

impl Default for ReportedConditions {
    fn default() -> Self {
        Self { version: FILE_VERSION, until: None, conditions: BTreeMap::new() }
    }
}

impl ReportedConditions {
    /// Takes everything that an older report found as told, so that the first message on a channel tells what changed since
    /// then and not everything that has been there for years.
    #[must_use]
    pub fn from_older(older: &Observation) -> Self {
        super::condition_events(&Self::default(), older, None).1
    }

    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is not such a file.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let bytes = match read_regular_file(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let told: Self = serde_json::from_slice(&bytes)?;
        if told.version != FILE_VERSION {
            let found = told.version;
            return Err(io::Error::other(format!("it has version {found}, and this netcensus reads 1")));
        }
        Ok(Some(told))
    }

    /// Writes the file, which only its owner can read.
    ///
    /// # Errors
    /// When it cannot be written. What was there before stays.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        PendingFile::write_private(path, |out| Ok(serde_json::to_writer(&mut *out, self)?))?.commit()
    }
}

impl ReportedCondition {
    /// Makes the state of a condition that is told, or seen again, now.
    pub(super) fn new(
        condition: &Condition,
        severity: Severity,
        since: Timestamp,
        told_at: Timestamp,
    ) -> Self {
        Self {
            severity,
            size: condition.size,
            since,
            told_at,
            code: condition.code.clone(),
            what: condition.what.clone(),
            places: condition.places.clone(),
            places_left_out: condition.places_left_out,
            needs: condition.needs.clone(),
            command: condition.command.clone(),
        }
    }

    /// Makes an event of it.
    pub(super) fn to_event(&self, event: super::EventKind, key: &str) -> NoticeEvent {
        NoticeEvent {
            event,
            severity: self.severity,
            key: key.to_owned(),
            code: self.code.clone(),
            what: self.what.clone(),
            places: self.places.clone(),
            places_left_out: self.places_left_out,
            since: self.since,
            command: self.command.clone(),
        }
    }
}
