//! Reservations in a JSON file, on this machine or on a disk that several share.
//!
//! The file is replaced whole (`fs/atomic.rs`), under a lock on a second file beside it. The system releases the lock when
//! a process ends in any way.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::store::{CommitOutcome, ReservationChange, ReservationStore, StoredReservations};
use crate::diagnostic::Diagnostic;
use crate::fs;
use crate::fs::atomic::PendingFile;
use crate::fs::lock::lock_beside;
use crate::fs::paths::{create_private_directory, follow_links, open_regular_file, parent_directory};
use crate::model::{Reservation, check_reservation_name};
use crate::wording::parser_fault;

/// The version of the form of the file.
const FILE_VERSION: u32 = 1;
/// A larger file is another one, named by mistake: a reservation takes a few hundred bytes.
const MAX_BYTES: u64 = 64 << 20;
/// How long another process may keep the lock. A change takes it for milliseconds.
const LONGEST_LOCK: Duration = Duration::from_mins(1);

/// A file of reservations.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    location: String,
    /// Whether the directory is created if it does not exist. One that you named may be mistyped, or its disk not mounted.
    creates_directory: bool,
}

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReservationDocument {
    /// The version of the form.
    netcensus_reservations: u32,
    /// Grows with every change.
    version: u64,
    reservations: Vec<Reservation>,
}

/// What tells a file of reservations of a newer netcensus from a damaged one.
#[derive(Debug, Deserialize)]
struct DocumentHeader {
    netcensus_reservations: u32,
}

impl FileStore {
    /// Names a file that need not exist, in a directory that has to.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { location: path.display().to_string(), path, creates_directory: false }
    }

    /// Lets the first change create the directory, for its owner only.
    #[must_use]
    pub fn creating_directory(self) -> Self {
        Self { creates_directory: true, ..self }
    }

    fn read(&self) -> Result<StoredReservations, Diagnostic> {
        let mut bytes = Vec::new();
        let read =
            open_regular_file(&self.path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.require_directory()?;
                return Ok(StoredReservations::default());
            }
            Err(error) => return Err(fs::cannot_read(&self.location, &error).context("reservations")),
            Ok(_) if bytes.len() as u64 > MAX_BYTES => {
                return Err(self.damaged(&"it is larger than 64 MiB"));
            }
            Ok(_) => {}
        }
        self.parse(&bytes)
    }

    fn parse(&self, bytes: &[u8]) -> Result<StoredReservations, Diagnostic> {
        if let Ok(header) = serde_json::from_slice::<DocumentHeader>(bytes)
            && header.netcensus_reservations > FILE_VERSION
        {
            return Err(self
                .error(&format!("version {} cannot be read of", header.netcensus_reservations))
                .remedy("a newer netcensus wrote it: upgrade"));
        }
        let document: ReservationDocument =
            serde_json::from_slice(bytes).map_err(|error| self.damaged(&locate(bytes, &error)))?;
        if document.version == u64::MAX {
            return Err(self.damaged(&format!("no change is possible after version {}", document.version)));
        }
        let mut reservations = document.reservations;
        for reservation in &reservations {
            check_reservation_name(&reservation.name).map_err(|what| self.damaged(&what))?;
            if reservation.prefix != reservation.prefix.trunc() {
                return Err(self.damaged(&format!("{} has host bits", reservation.prefix)));
            }
        }
        reservations.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some([twice, _]) = reservations.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(self.damaged(&format!("`{}` is in it twice", twice.name)));
        }
        Ok(StoredReservations { version: document.version, reservations })
    }

    /// Returns the file itself: a process that names it by a symbolic link has to use the same lock and directory as one that
    /// names it directly.
    fn target(&self) -> Result<PathBuf, Diagnostic> {
        follow_links(&self.path).map_err(|error| self.error("cannot read").with_source(&error))
    }

    fn write(&self, version: u64, change: &ReservationChange) -> Result<CommitOutcome, Diagnostic> {
        let target = self.target()?;
        if self.creates_directory {
            create_private_directory(parent_directory(&target))
                .map_err(|error| self.error("cannot create the directory of").with_source(&error))?;
        }
        let _lock = lock_beside(&target, LONGEST_LOCK).map_err(|error| error.diagnostic)?;
        let mut stored = self.read()?;
        if stored.version != version {
            return Ok(CommitOutcome::Conflict);
        }
        stored.apply(change);
        let document = ReservationDocument {
            netcensus_reservations: FILE_VERSION,
            version: stored.version,
            reservations: stored.reservations,
        };
        let pending = PendingFile::write(&target, |out| {
            serde_json::to_writer_pretty(&mut *out, &document)?;
            out.write_all(b"\n")
        });
        let written = pending.and_then(PendingFile::commit);
        written.map_err(|error| error.diagnostic)?;
        Ok(CommitOutcome::Committed)
    }

    fn require_directory(&self) -> Result<(), Diagnostic> {
        let target = self.target()?;
        let directory = parent_directory(&target);
        if self.creates_directory || directory.is_dir() {
            return Ok(());
        }
        Err(Diagnostic::new(format!(
            "cannot read the reservations in {}: directory {} does not exist",
            self.location,
            directory.display()
        ))
        .remedy(
            "create the directory, or fix the path; netcensus creates none, in case a disk is not mounted",
        ))
    }

    fn error(&self, cannot: &str) -> Diagnostic {
        Diagnostic::new(format!("{cannot} the reservations in {}", self.location))
    }

    fn damaged(&self, what: &dyn std::fmt::Display) -> Diagnostic {
        Diagnostic::new(format!("{} is not a file of reservations, or is damaged: {what}", self.location))
            .remedy("restore it, or name another file; netcensus does not change this one")
    }
}

/// Names the reservation and the key that cannot be read, which an error about the whole file does not.
fn locate(bytes: &[u8], error: &serde_json::Error) -> String {
    let document: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let rows = document.get("reservations").and_then(Value::as_array);
    let is_wrong = |row: &&Value| Reservation::deserialize(*row).is_err();
    let Some(row) = rows.into_iter().flatten().find(is_wrong) else { return parser_fault(error) };
    let time = |key| row.get(key).is_some_and(|value| Timestamp::deserialize(value).is_err());
    let prefix = row.get("prefix").is_some_and(|value| IpNet::deserialize(value).is_err());
    let keys = [("prefix", prefix), ("created_at", time("created_at")), ("expires_at", time("expires_at"))];
    let key = keys.iter().find(|(_, is_wrong)| *is_wrong).map(|(key, _)| format!("`{key}` of "));
    let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
    format!("{}reservation `{}`: {}", key.unwrap_or_default(), name.escape_debug(), parser_fault(error))
}

impl ReservationStore for FileStore {
    fn location(&self) -> &str {
        &self.location
    }

    fn load(&self) -> BoxFuture<'_, Result<StoredReservations, Diagnostic>> {
        Box::pin(std::future::ready(self.read()))
    }

    fn commit<'a>(
        &'a self,
        version: u64,
        change: &'a ReservationChange,
    ) -> BoxFuture<'a, Result<CommitOutcome, Diagnostic>> {
        Box::pin(std::future::ready(self.write(version, change)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use futures_util::FutureExt;

    use super::*;
    use crate::fs::lock::lock_path;

    fn reservation(name: &str, prefix: &str) -> Reservation {
        Reservation {
            name: name.to_owned(),
            prefix: prefix.parse().unwrap(),
            pool: Some("prod".to_owned()),
            owner: "team-a".to_owned(),
            reason: None,
            created_at: "2026-11-27T12:00:00Z".parse().unwrap(),
            expires_at: "2026-12-11T12:00:00Z".parse().unwrap(),
        }
    }

    fn put(name: &str, prefix: &str) -> ReservationChange {
        ReservationChange::Put(reservation(name, prefix))
    }

    fn load(store: &FileStore) -> Result<StoredReservations, Diagnostic> {
        store.load().now_or_never().unwrap()
    }

    fn commit(store: &FileStore, version: u64, change: &ReservationChange) -> CommitOutcome {
        store.commit(version, change).now_or_never().unwrap().unwrap()
    }

    #[test]
    fn a_change_is_made_only_at_the_version_that_was_read() {
        let home = tempfile::tempdir().unwrap();
        let store = FileStore::new(home.path().join("reservations.json"));
        assert_eq!(load(&store).unwrap(), StoredReservations::default());
        assert_eq!(commit(&store, 0, &put("b", "10.0.0.0/20")), CommitOutcome::Committed);
        assert_eq!(commit(&store, 0, &put("a", "10.0.0.0/20")), CommitOutcome::Conflict);
        assert_eq!(commit(&store, 1, &put("a", "10.0.16.0/20")), CommitOutcome::Committed);
        let stored = load(&store).unwrap();
        assert_eq!((stored.version, stored.reservations.len()), (2, 2));
        assert_eq!(stored.get("a"), Some(&reservation("a", "10.0.16.0/20")));
        assert_eq!(commit(&store, 2, &ReservationChange::Remove("a".to_owned())), CommitOutcome::Committed);
        assert_eq!(load(&store).unwrap().get("a"), None);
        assert_eq!(commit(&store, 2, &put("c", "10.0.16.0/20")), CommitOutcome::Conflict, "removed since");
    }

    /// Faults of this kind lose reservations: a reader that takes a part of a file for the whole of it.
    #[test]
    fn a_file_that_is_not_one_of_reservations_is_an_error_and_stays() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("reservations.json");
        let store = FileStore::new(path.clone());
        commit(&store, 0, &put("a", "10.0.0.0/20"));
        let whole = fs::read(&path).unwrap();
        for damaged in [&b""[..], b"{}", b"[]", &whole[..whole.len() / 2]] {
            fs::write(&path, damaged).unwrap();
            let error = load(&store).unwrap_err();
            assert!(error.to_string().contains("is not a file of reservations"), "{error}");
            assert!(store.commit(1, &put("b", "10.0.16.0/20")).now_or_never().unwrap().is_err());
            assert_eq!(fs::read(&path).unwrap(), damaged);
        }
        let whole = String::from_utf8(whole).unwrap();
        fs::write(&path, whole.replace("\"version\": 1", "\"version\": 18446744073709551615")).unwrap();
        assert!(
            load(&store)
                .unwrap_err()
                .to_string()
                .contains("no change comes after version 18446744073709551615")
        );
        let late = whole.replace("2026-12-11T12:00:00Z", "9999-12-31T23:59:59Z");
        fs::write(&path, late).unwrap();
        assert!(load(&store).unwrap_err().to_string().contains("`expires_at` of reservation `a`: "));
        let newer =
            whole.replace("\"netcensus_reservations\": 1", "\"netcensus_reservations\": 2, \"more\": {}");
        fs::write(&path, newer).unwrap();
        assert_eq!(load(&store).unwrap_err().remedies, ["a newer netcensus wrote it: upgrade"]);
    }

    #[test]
    fn a_directory_that_does_not_exist_is_no_empty_store_unless_it_is_the_default_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("mnt/reservations.json");
        let named = FileStore::new(path.clone());
        assert!(load(&named).unwrap_err().to_string().contains("mnt does not exist"));
        let default = FileStore::new(path).creating_directory();
        assert_eq!(load(&default).unwrap(), StoredReservations::default());
        assert_eq!(commit(&default, 0, &put("a", "10.0.0.0/20")), CommitOutcome::Committed);
        assert_eq!(load(&named).unwrap().reservations.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_shares_the_lock_of_the_file_that_it_leads_to() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        fs::create_dir(inside("shared")).unwrap();
        symlink("shared/reservations.json", inside("link.json")).unwrap();
        let (file, link) =
            (FileStore::new(inside("shared/reservations.json")), FileStore::new(inside("link.json")));
        // The first change makes the file that the link leads to.
        assert_eq!(commit(&link, 0, &put("a", "10.0.0.0/20")), CommitOutcome::Committed);
        assert!(fs::symlink_metadata(inside("link.json")).unwrap().is_symlink());
        assert_eq!(load(&file).unwrap(), load(&link).unwrap());
        assert_eq!(commit(&file, 1, &put("b", "10.0.16.0/20")), CommitOutcome::Committed);
        assert!(inside("shared/.reservations.json.lock").exists() && !inside(".link.json.lock").exists());
        // A link to a disk that is not mounted does not pass for an empty store.
        symlink("unmounted/reservations.json", inside("away.json")).unwrap();
        let away = FileStore::new(inside("away.json"));
        assert!(load(&away).unwrap_err().to_string().contains("unmounted does not exist"));
        assert!(away.commit(0, &put("a", "10.0.0.0/20")).now_or_never().unwrap().is_err());
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_its_lock_is_gone() {
        let home = tempfile::tempdir().unwrap();
        let store = FileStore::new(home.path().join("reservations.json"));
        let left = home.path().join(".reservations.json.0123456789abcdef.tmp");
        fs::write(&left, "half a docu").unwrap();
        fs::write(lock_path(&store.path), "").unwrap();
        assert_eq!(commit(&store, 0, &put("a", "10.0.0.0/20")), CommitOutcome::Committed);
        assert!(!left.exists());
    }
}
