//! The folder in which snapshots are kept. Its files are named by time and scope, so that names need not open them.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::about::Asked;
use super::error::SnapshotError;
use super::read::Reader;
use crate::model::stable_hash;

/// What the names of snapshots end in.
const EXTENSION: &str = "ncsnap";
/// How times stand in names: no colon, which some file systems refuse.
const TIME: &str = "%Y%m%dT%H%M%SZ";
/// A draft that is older was left by a writer that was killed.
const ABANDONED: Duration = Duration::from_hours(24);

/// The folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
}

/// A snapshot in the folder, by what its name says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What its scope is told by: equal for what was asked for in the same way.
    pub scope: String,
    /// The file.
    pub path: PathBuf,
}

impl Store {
    /// Names the folder, which need not exist.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder, for its owner only, and names a new file in it. No other has this name, whoever else writes
    /// at the same time.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn place(&self, taken_at: Timestamp, asked: Option<&Asked>) -> io::Result<PathBuf> {
        make_private(&self.folder)?;
        let unique = RandomState::new().hash_one(std::process::id());
        let name = format!("{}-{}-{unique:016x}.{EXTENSION}", taken_at.strftime(TIME), scope_of(asked));
        Ok(self.folder.join(name))
    }

    /// Lists the snapshots, oldest first; none when there is no folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for file in self.files()? {
            entries.extend(entry(file?.path()));
        }
        entries.sort();
        Ok(entries)
    }

    /// Lists what is in the folder; nothing when there is none.
    fn files(&self) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>> + use<>> {
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => Some(files),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(files.into_iter().flatten())
    }

    /// Removes what writers left that were killed, once it is a day old; returns how many files these were.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file not be removed.
    pub fn sweep(&self, now: SystemTime) -> io::Result<usize> {
        let mut swept = 0;
        for file in self.files()? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            let is_draft = name.starts_with('.') && name.contains(EXTENSION);
            let age = file.metadata().and_then(|known| known.modified()).map(|then| now.duration_since(then));
            if is_draft && age.is_ok_and(|age| age.is_ok_and(|age| age > ABANDONED)) {
                swept += usize::from(remove(&file.path())?);
            }
        }
        Ok(swept)
    }
}

/// Removes a file; tells whether it was there, since somebody else may tidy up at the same time.
fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl Entry {
    /// Opens it, and reads its first line.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or of a newer version.
    pub fn open(&self) -> Result<Reader<'static>, SnapshotError> {
        let name = self.path.display().to_string();
        let file =
            File::open(&self.path).map_err(|source| SnapshotError::Io { name: name.clone(), source })?;
        Reader::new(file, &name)
    }

    /// Removes the file; tells whether it was still there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> io::Result<bool> {
        remove(&self.path)
    }

    /// Returns the name by its time, `@2026-11-20T06:00:00Z`. Of several that were taken in one second it means the
    /// last in order.
    #[must_use]
    pub fn name(&self) -> String {
        format!("@{}", self.taken_at)
    }
}

/// Sums up what was asked for in a few letters.
fn scope_of(asked: Option<&Asked>) -> String {
    let hash = asked.map(|asked| stable_hash(asked.scope.iter().flat_map(|text| text.bytes().chain([0]))));
    format!("{:08x}", hash.unwrap_or_default())
}

fn entry(path: PathBuf) -> Option<Entry> {
    let name = path.file_name()?.to_str()?.strip_suffix(EXTENSION)?.strip_suffix('.')?;
    let mut parts = name.split('-');
    let (time, scope, _) = (parts.next()?, parts.next()?.to_owned(), parts.next()?);
    let time = DateTime::strptime(TIME, time).ok()?;
    let taken_at = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Entry { taken_at, scope, path })
}

/// Makes a folder that nobody else can look into; what is there already stays as it is.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
