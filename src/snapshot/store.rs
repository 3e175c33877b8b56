//! The directory in which snapshots are kept. Its files are named by time and scope, so that they are found without being
//! opened.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::error::SnapshotError;
use super::form::ScanRequest;
use super::reader::SnapshotReader;
use crate::fs::atomic::{parse_digits, target_name, unique_digits};
use crate::fs::paths::{create_private_directory, open_regular_file};
use crate::model::{Account, Inventory, stable_hash};

/// What the names of snapshots end in.
const EXTENSION: &str = "ncsnap";
/// The name for trying whether a file can be written; there is only ever a temporary file of it.
const PROBE_NAME: &str = "probe.ncsnap";
/// The form of times in names, without a colon, which some file systems refuse.
const TIME_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// The age from which a temporary file is abandoned: its writer was killed.
const ABANDONED_AFTER: Duration = Duration::from_hours(24);

/// The directory of snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotStore {
    directory: PathBuf,
}

/// A kept snapshot, by what the name of its file says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotEntry {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// When it was kept, in nanoseconds since 1970: what tells the order of those that were taken in one second, as
    /// parts of one estate are that were joined one after the other.
    pub kept: u64,
    /// What its scope is told by: equal for what was asked for in the same way.
    pub scope: String,
    /// The file.
    pub path: PathBuf,
}

impl SnapshotStore {
    /// Names the directory, which need not exist.
    #[must_use]
    pub const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Returns the directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Creates the directory, for its owner only, and names a new file in it for `inventory`, which was read as `asked` and
    /// is kept `now`. The name is unique, whatever other processes write at the same time.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn new_path(
        &self,
        inventory: &Inventory,
        asked: Option<&ScanRequest>,
        now: Timestamp,
    ) -> io::Result<PathBuf> {
        let (time, scope, unique) =
            (inventory.taken_at.strftime(TIME_FORMAT), hash_scope(inventory, asked), unique_digits());
        let kept = u64::try_from(now.as_nanosecond()).unwrap_or_default();
        create_private_directory(&self.directory)?;
        Ok(self.directory.join(format!("{time}-{scope}-{kept:016x}-{unique}.{EXTENSION}")))
    }

    /// Creates the directory, for its owner only, and names a file to try whether a snapshot can be kept.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn probe_path(&self) -> io::Result<PathBuf> {
        create_private_directory(&self.directory)?;
        Ok(self.directory.join(PROBE_NAME))
    }

    /// Creates a directory in it, for its owner only, for what other commands remember.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create_subdirectory(&self, name: &str) -> io::Result<()> {
        create_private_directory(&self.directory.join(name))
    }

    /// Lists the snapshots, oldest first; none when the directory does not exist.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn list(&self) -> io::Result<Vec<SnapshotEntry>> {
        let mut entries = Vec::new();
        for file in self.files()? {
            entries.extend(parse_entry(file?.path()));
        }
        entries.sort();
        Ok(entries)
    }

    /// Lists the files of the directory; none when it does not exist.
    fn files(&self) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>> + use<>> {
        let files = match fs::read_dir(&self.directory) {
            Ok(files) => Some(files),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(files.into_iter().flatten())
    }

    /// Removes the temporary files of killed writers once they are a day old, and returns how many there were.
    ///
    /// # Errors
    /// When the directory cannot be read, or a file not be removed.
    pub fn remove_abandoned(&self, now: SystemTime) -> io::Result<usize> {
        let mut swept = 0;
        for file in self.files()? {
            let file = file?;
            let is_pending_file = file.file_name().to_str().is_some_and(is_pending)
                && file.file_type().is_ok_and(|known| known.is_file());
            let age = file.metadata().and_then(|known| known.modified()).map(|then| now.duration_since(then));
            if is_pending_file && age.is_ok_and(|age| age.is_ok_and(|age| age > ABANDONED_AFTER)) {
                swept += usize::from(remove(&file.path())?);
            }
        }
        Ok(swept)
    }
}

/// Removes a file. Returns whether it existed: another process may remove it at the same time.
fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl SnapshotEntry {
    /// Opens it, and reads its first line.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or of a newer version.
    pub fn open(&self) -> Result<SnapshotReader<'static>, SnapshotError> {
        SnapshotReader::new(self.open_file()?, &self.path.display().to_string())
    }

    /// Opens its file. What others put into the directory under the name of a snapshot may be a pipe, which would be
    /// waited for.
    ///
    /// # Errors
    /// When it cannot be opened, or is not a regular file.
    pub fn open_file(&self) -> Result<File, SnapshotError> {
        open_regular_file(&self.path)
            .map_err(|source| SnapshotError::Io { name: self.path.display().to_string(), source })
    }

    /// Removes the file; tells whether it was still there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> io::Result<bool> {
        remove(&self.path)
    }

    /// Returns the name by its time, `@2026-11-20T06:00:00Z`. Of several that were taken in one second it means the one
    /// that was kept last.
    #[must_use]
    pub fn name(&self) -> String {
        format!("@{}", self.taken_at)
    }
}

/// Hashes what was asked for, with the kinds: a snapshot of networks alone is not the previous one of a snapshot of
/// everything. Where it is not known what was asked for, the accounts stand for the scope.
fn hash_scope(inventory: &Inventory, asked: Option<&ScanRequest>) -> String {
    let mut words: Vec<String> = match asked {
        Some(asked) => asked.scope.clone(),
        None => scope_by_accounts(inventory),
    };
    words.extend(inventory.kinds_read().into_iter().map(|kind| format!("kind={kind}")));
    format!("{:08x}", stable_hash(words.iter().flat_map(|word| word.bytes().chain([0]))))
}

/// Describes the scope of an inventory that was read from files.
fn scope_by_accounts(inventory: &Inventory) -> Vec<String> {
    let account = |account: &Account| format!("{}:{}", account.provider, account.id.to_ascii_lowercase());
    let mut words: Vec<String> = inventory.accounts.iter().map(account).collect();
    words.sort();
    words.dedup();
    words.extend(inventory.filters.iter().map(|filter| format!("filter={filter}")));
    words.extend(inventory.shard.iter().map(|shard| format!("shard={shard}")));
    words
}

/// Returns whether this is the name of a temporary file of a snapshot.
fn is_pending(name: &str) -> bool {
    target_name(name).is_some_and(|target| target == PROBE_NAME || parse_entry(target.into()).is_some())
}

fn parse_entry(path: PathBuf) -> Option<SnapshotEntry> {
    let name = path.file_name()?.to_str()?.strip_suffix(EXTENSION)?.strip_suffix('.')?;
    let [time, scope, kept, unique] = name.split('-').collect::<Vec<_>>().try_into().ok()?;
    parse_digits(unique)?;
    let (scope, kept) = (scope.to_owned(), parse_digits(kept)?);
    let time = DateTime::strptime(TIME_FORMAT, time).ok()?;
    let taken_at = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(SnapshotEntry { taken_at, kept, scope, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::atomic::pending_name;
    use crate::model::{Coverage, Outcome, Provider, Resources, Subject};

    fn inventory(accounts: &[&str], kinds: &[Subject]) -> Inventory {
        let account = |id: &&str| Account {
            provider: Provider::Aws,
            id: (*id).to_owned(),
            name: None,
            tenant: None,
            reached_by: Vec::new(),
        };
        let read = |kind: &Subject| Coverage {
            provider: Provider::Aws,
            account: accounts[0].to_owned(),
            region: None,
            kind: *kind,
            outcome: Outcome::Complete,
            detail: None,
            requests: 1,
            duration_ms: 1,
        };
        let (accounts, coverage) = (accounts.iter().map(account).collect(), kinds.iter().map(read).collect());
        let taken_at = "2026-11-20T06:00:00Z".parse().unwrap();
        Inventory::assemble("test".to_owned(), taken_at, accounts, Resources::default(), coverage)
    }

    /// Names files, kept a nanosecond after each other, and returns what their names say.
    fn placed(several: &[(&Inventory, Option<&ScanRequest>)]) -> Vec<SnapshotEntry> {
        let directory = tempfile::tempdir().unwrap();
        let store = SnapshotStore::new(directory.path().to_owned());
        for (nanosecond, (inventory, asked)) in (1_i128..).zip(several) {
            let now = Timestamp::from_nanosecond(1_800_000_000_000_000_000 + nanosecond).unwrap();
            fs::write(store.new_path(inventory, *asked, now).unwrap(), nanosecond.to_string()).unwrap();
        }
        store.list().unwrap()
    }

    fn scopes(several: &[(&Inventory, Option<&ScanRequest>)]) -> Vec<String> {
        placed(several).into_iter().map(|entry| entry.scope).collect()
    }

    #[test]
    fn of_one_second_the_one_that_was_kept_later_is_later_whatever_its_scope() {
        let several: Vec<Inventory> =
            (0..20).map(|number| inventory(&[&format!("{number:012}")], &[Subject::Networks])).collect();
        let directory = tempfile::tempdir().unwrap();
        let store = SnapshotStore::new(directory.path().to_owned());
        let mut expected = Vec::new();
        for (nanosecond, inventory) in (0_i128..).zip(&several) {
            let now = Timestamp::from_nanosecond(1_799_999_999_999_999_990 + nanosecond).unwrap();
            let path = store.new_path(inventory, None, now).unwrap();
            fs::write(&path, "").unwrap();
            expected.push(path);
        }
        let listed: Vec<PathBuf> = store.list().unwrap().into_iter().map(|entry| entry.path).collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn inventories_of_unknown_scope_are_distinguished_by_their_accounts() {
        let (one, same, other) = (
            inventory(&["1", "2"], &[Subject::Networks]),
            inventory(&["2", "1"], &[Subject::Networks]),
            inventory(&["3"], &[Subject::Networks]),
        );
        let mut filtered = one.clone();
        filtered.filters.push("region=eu-*".to_owned());
        let mut part = one.clone();
        part.shard = "1/2".parse().ok();
        let found = scopes(&[(&one, None), (&same, None), (&other, None), (&filtered, None), (&part, None)]);
        assert_eq!(found[0], found[1]);
        let others: std::collections::BTreeSet<&String> = found[1..].iter().collect();
        assert_eq!(others.len(), 4, "{found:?}");
    }

    #[test]
    fn kinds_are_part_of_the_scope_and_the_signer_is_not() {
        let (networks, all) = (
            inventory(&["1"], &[Subject::Networks]),
            inventory(&["1"], &[Subject::Networks, Subject::Links]),
        );
        let asked = |signer| ScanRequest { scope: vec!["AWS_PROFILE=audit".to_owned()], signer };
        let found =
            scopes(&[(&networks, Some(&asked(1))), (&networks, Some(&asked(2))), (&all, Some(&asked(1)))]);
        assert_eq!(found[0], found[1]);
        assert_ne!(found[0], found[2]);
    }

    #[test]
    fn only_our_names_are_snapshots_and_temporary_files() {
        let name = "20261120T060000Z-0ac3acc5-18fae27693b40000-fd7965857bf147fb.ncsnap";
        assert!(parse_entry(name.into()).is_some());
        for other in ["20261120T060000Z-0ac3acc5-fd7965857bf147fb.ncsnap", "tonight.ncsnap", &name[1..]] {
            assert_eq!(parse_entry(other.into()), None, "{other}");
        }
        assert!(is_pending(&format!(".{name}.0123456789abcdef.tmp")));
        assert_eq!(pending_name(Path::new(name)), name, "a number would not tell that it is one of ours");
        for other in [".tonight.ncsnap.0123456789abcdef.tmp", &format!(".{name}.0.tmp"), ".my-ncsnap-notes"] {
            assert!(!is_pending(other), "{other}");
        }
    }
}
