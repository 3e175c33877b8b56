//! The one place where files are written atomically: beside their place first, then moved there whole.
//!
//! A [`PendingFile`] is written as `.NAME.DIGITS.tmp` in the directory of `NAME`, flushed to disk, and renamed by
//! [`PendingFile::commit`]. So a program that opens `NAME` finds the old file or the new one, never a part of one. A signal
//! that ends the process removes it ([`super::unfinished`]). A pending file is locked while it is in use. One that is not
//! locked was left by a process that was killed, and the next writer of that name removes it ([`remove_abandoned`]).

use std::collections::hash_map::RandomState;
use std::fs::{self, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::error::WriteError;
use super::paths::{follow_links, parent_directory, sync_directory};
use super::unfinished::UnfinishedPath;

/// What the bytes of a pending file are written to.
pub type PendingWriter = BufWriter<File>;

/// Bytes that are collected before they are handed to the system.
const BUFFER: usize = 1 << 16;
/// How many names are tried for a pending file. The first one fails only if another process takes the new file for an
/// abandoned one, and removes it before it is locked.
const ATTEMPTS: usize = 16;
/// What the names of pending files end in.
const SUFFIX: &str = ".tmp";
/// The number of hexadecimal digits that make a name unique.
const DIGITS: usize = 16;
/// The longest name that is a part of the name of its pending file, in bytes. Systems limit names to 255 bytes, some of
/// them to 143, and a file may have a name of that length. Names of kept snapshots are shorter.
const LONGEST_NAME: usize = 100;

/// A file that is written but not yet in its place. If it is dropped before [`PendingFile::commit`], it is removed.
#[derive(Debug)]
pub struct PendingFile {
    /// The path that was asked for, for messages.
    path: PathBuf,
    /// Where the file goes: `path`, or the file that a link at `path` leads to.
    target: PathBuf,
    /// Locked as long as it is in use.
    file: NamedTempFile,
    /// Where it is until it is moved to `target`.
    unfinished: UnfinishedPath,
}

/// Who may read a file once it is in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Those who may read the file that is replaced; without one, those whom the umask allows.
    AsBefore,
    /// Its owner only.
    Owner,
}

impl PendingFile {
    /// Writes a file that takes the owner, group and permissions of the file it replaces; without one, those of a new
    /// file. Only its owner can read it before it is whole.
    ///
    /// # Errors
    /// When it cannot be written, or something other than a regular file is at `path`.
    pub fn write(
        path: &Path,
        write: impl FnOnce(&mut PendingWriter) -> io::Result<()>,
    ) -> Result<Self, WriteError> {
        Self::write_for(path, Readers::AsBefore, write)
    }

    /// Writes a file that only its owner can read, even if others could read the file it replaces.
    ///
    /// # Errors
    /// As [`PendingFile::write`].
    pub fn write_private(
        path: &Path,
        write: impl FnOnce(&mut PendingWriter) -> io::Result<()>,
    ) -> Result<Self, WriteError> {
        Self::write_for(path, Readers::Owner, write)
    }

    /// Checks that [`PendingFile::write_private`] can write at `path`, and leaves nothing behind.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_writable(path: &Path) -> Result<(), WriteError> {
        Self::write_private(path, |_| Ok(())).map(drop)
    }

    fn write_for(
        path: &Path,
        readers: Readers,
        write: impl FnOnce(&mut PendingWriter) -> io::Result<()>,
    ) -> Result<Self, WriteError> {
        // A symbolic link stays: the file that it leads to is replaced, or made if it does not exist yet.
        let target = fs::canonicalize(path).or_else(|_| follow_links(path));
        let target = target.map_err(|error| WriteError::cannot_write(path, &error))?;
        if let Ok(there) = fs::metadata(&target)
            && !there.is_file()
        {
            // A rename would put a regular file in the place of a device or a pipe.
            let (error, remedy) = if there.is_dir() {
                (io::ErrorKind::IsADirectory.into(), "name a file in it")
            } else {
                (
                    io::Error::other("it is not a regular file"),
                    "name a regular file, or a path that does not exist yet",
                )
            };
            return Err(WriteError::cannot_write(path, &error).remedy(remedy));
        }
        let name = pending_name(&target);
        remove_abandoned(parent_directory(&target), |other| other == name);
        let (file, unfinished) =
            create_locked(&target).map_err(|error| WriteError::cannot_write(path, &error))?;
        let pending = Self { path: path.to_owned(), target, file, unfinished };
        pending.fill(readers, write).map_err(|error| WriteError::cannot_write(path, &error))?;
        Ok(pending)
    }

    /// Moves the file to its place.
    ///
    /// # Errors
    /// When it cannot be moved. The file that was there stays.
    pub fn commit(self) -> Result<(), WriteError> {
        let Self { path, target, file, unfinished } = self;
        let moved = unfinished.finish(|| file.persist(&target));
        moved.map_err(|error| WriteError::cannot_write(&path, &error.error))?;
        sync_directory(parent_directory(&target));
        Ok(())
    }

    fn fill(
        &self,
        readers: Readers,
        write: impl FnOnce(&mut PendingWriter) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, self.file.as_file().try_clone()?);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if readers == Readers::AsBefore {
            match fs::metadata(&self.target) {
                Ok(replaced) => copy_access(&file, &replaced)?,
                Err(_) => set_access_of_new_file(&file, &self.target)?,
            }
        }
        file.sync_all()
    }
}

/// Moves all `files` to their places, in this order. Before the first one `defer_signals` is called: from then on, no signal
/// may end the process, so that either all files are moved or none.
///
/// # Errors
/// When one cannot be moved. The files before it are in their places then.
pub fn commit_all(files: Vec<PendingFile>, defer_signals: &dyn Fn()) -> Result<(), WriteError> {
    if !files.is_empty() {
        defer_signals();
    }
    files.into_iter().try_for_each(PendingFile::commit)
}

/// Removes the pending files that killed processes left in `directory`, of the files whose [`pending_name`] `matches`.
pub fn remove_abandoned(directory: &Path, matches: impl Fn(&str) -> bool) {
    for path in pending_files(directory, matches) {
        let is_abandoned = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if is_abandoned {
            // One that cannot be removed does no harm.
            let _ = fs::remove_file(path);
        }
    }
}

/// Lists the pending files in `directory`, in use or abandoned, of the files whose [`pending_name`] `matches`.
fn pending_files(directory: &Path, matches: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let is_pending = |file: &DirEntry| {
        file.file_name().to_str().and_then(target_name).is_some_and(&matches)
            && file.file_type().is_ok_and(|kind| kind.is_file())
    };
    let files = fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
    files.filter(is_pending).map(|file| file.path()).collect()
}

/// Returns what the pending files of `target` are called: its own name, or a number if that is long or not UTF-8. Long names
/// that differ only in digits, as dates do, have the same number.
#[must_use]
pub fn pending_name(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    if let Some(name) = name.to_str().filter(|name| name.len() <= LONGEST_NAME) {
        return name.to_owned();
    }
    let mut hasher = DefaultHasher::new();
    for byte in name.as_encoded_bytes() {
        hasher.write_u8(if byte.is_ascii_digit() { b'0' } else { *byte });
    }
    format!("{:0DIGITS$x}", hasher.finish())
}

/// Returns the [`pending_name`] of the file that a pending file of this `name` becomes; `None` when it is not the name of
/// one.
#[must_use]
pub fn target_name(name: &str) -> Option<&str> {
    let (target, digits) = name.strip_prefix('.')?.strip_suffix(SUFFIX)?.rsplit_once('.')?;
    parse_digits(digits).map(|_| target)
}

/// Makes hexadecimal digits that no other name has, not even one from another container, where processes have the same
/// ids.
#[must_use]
pub fn unique_digits() -> String {
    format!("{:0DIGITS$x}", RandomState::new().hash_one(std::process::id()))
}

/// Reads digits as [`unique_digits`] writes them: as many, and in lower case.
#[must_use]
pub fn parse_digits(digits: &str) -> Option<u64> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_number = digits.len() == DIGITS && digits.bytes().all(is_digit);
    u64::from_str_radix(digits, 16).ok().filter(|_| is_number)
}

fn pending_path(target: &Path) -> PathBuf {
    target.with_file_name(format!(".{}.{}{SUFFIX}", pending_name(target), unique_digits()))
}

/// Creates an empty pending file that only its owner can read, and locks it.
fn create_locked(target: &Path) -> io::Result<(NamedTempFile, UnfinishedPath)> {
    for _ in 0..ATTEMPTS {
        let path = pending_path(target);
        let (unfinished, file) = UnfinishedPath::create(&path, || create_private(&path))?;
        let file = NamedTempFile::from_parts(file, TempPath::try_from_path(path)?);
        // Where the system has no locks, no process removes anything as abandoned.
        let is_removed = matches!(file.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if !is_removed && is_same_file(file.as_file(), file.path()) {
            return Ok((file, unfinished));
        }
    }
    Err(io::Error::other("another process keeps removing the temporary file"))
}

/// Creates a file that only its owner can read. Fails when the path exists: a symbolic link may lead elsewhere.
///
/// # Errors
/// When it exists, or cannot be created.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// Returns whether `file` is still the file at `path`: another process may have removed or replaced it.
#[must_use]
pub fn is_same_file(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
        identity(open) == identity(there)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Gives `file` the owner, group and permissions of the file it replaces, as far as the system allows.
#[cfg(unix)]
fn copy_access(file: &File, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (replaced.uid(), replaced.gid())
        && fchown(file, Some(replaced.uid()), Some(replaced.gid())).is_err()
    {
        // Only root may give files away, but members of the group may keep it.
        let _ = fchown(file, None, Some(replaced.gid()));
    }
    // The members of another group could not read the file before, so they get no access.
    let is_group_kept = file.metadata()?.gid() == replaced.gid();
    let mode = replaced.mode() & if is_group_kept { 0o777 } else { 0o707 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn copy_access(file: &File, replaced: &Metadata) -> io::Result<()> {
    file.set_permissions(replaced.permissions())
}

/// Gives `file` the permissions that a new file has in the directory of `target`.
///
/// The standard library cannot read the umask, and an access control list of the directory may matter too. So an empty
/// file is created to see what both come to.
#[cfg(unix)]
fn set_access_of_new_file(file: &File, target: &Path) -> io::Result<()> {
    let sample = pending_path(target);
    let create = || OpenOptions::new().write(true).create_new(true).open(&sample);
    let (_unfinished, created) = UnfinishedPath::create(&sample, create)?;
    let permissions = created.metadata().map(|metadata| metadata.permissions());
    // Another process may have removed it as abandoned.
    let _ = fs::remove_file(&sample);
    file.set_permissions(permissions?)
}

#[cfg(not(unix))]
fn set_access_of_new_file(_file: &File, _target: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::ffi::OsStr;
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("baseline.json");
        PendingFile::write(&path, |out| out.write_all(b"old")).unwrap().commit().unwrap();
        let pending = PendingFile::write(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old", "until it is kept");
        pending.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        drop(PendingFile::write(&path, |out| out.write_all(b"never")).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn private_files_are_readable_by_their_owner_only_and_devices_are_not_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tonight.ncsnap");
        fs::write(&path, b"old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        PendingFile::write_private(&path, |out| out.write_all(b"new")).unwrap().commit().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let error = PendingFile::write_private(Path::new("/dev/null"), |_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "cannot write /dev/null: it is not a regular file");
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    }

    /// Faults F12: the temporary file of a private file was readable by all while it was written.
    #[cfg(unix)]
    #[test]
    fn a_pending_file_is_private_until_it_is_committed_and_then_as_the_file_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let new = directory.path().join("new.json");
        fs::write(directory.path().join("sample"), b"").unwrap();
        let usual = mode(&directory.path().join("sample"));
        for (name, before, after) in [
            ("a", Some(0o600), 0o600),
            ("b", Some(0o640), 0o640),
            ("c", Some(0o666), 0o666),
            ("d", None, usual),
        ] {
            let path = directory.path().join(name);
            if let Some(before) = before {
                fs::write(&path, b"old").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
            }
            let look = |out: &mut PendingWriter| {
                out.write_all(b"new")?;
                out.flush()?;
                assert_eq!(
                    pending_files(directory.path(), |other| other == name)
                        .iter()
                        .map(|pending| mode(pending))
                        .collect::<Vec<_>>(),
                    [0o600]
                );
                Ok(())
            };
            PendingFile::write(&path, look).unwrap().commit().unwrap();
            assert_eq!(mode(&path), after, "{name}");
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 5, "nothing is left beside them");
        drop(PendingFile::write(&new, |_| Ok(())).unwrap());
    }

    /// Faults F17: the temporary file of a killed `--save FILE` stayed for ever.
    #[test]
    fn the_pending_of_killed_runs_are_removed_and_those_in_use_are_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tonight.ncsnap");
        let abandoned = pending_path(&path);
        fs::write(&abandoned, b"half").unwrap();
        let used = PendingFile::write_private(&path, |out| out.write_all(b"one")).unwrap();
        assert!(!abandoned.exists());
        PendingFile::write_private(&path, |out| out.write_all(b"two")).unwrap().commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        used.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_the_file_and_the_old_file_stays() {
        let directory = tempfile::tempdir().unwrap();
        let error =
            PendingFile::write(&directory.path().join("no/such/directory.json"), |out| out.write_all(b"x"))
                .unwrap_err();
        assert!(
            error.diagnostic.message.starts_with("cannot write ")
                && error.diagnostic.message.ends_with("directory.json")
        );
        let taken = directory.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), b"kept").unwrap();
        PendingFile::write(&taken, |out| out.write_all(b"x")).unwrap_err();
        assert_eq!(fs::read(taken.join("inside")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn the_pending_of_a_file_are_those_of_its_name_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| directory.path().join(name);
        let mine =
            ["0123456789abcdef", "fedcba9876543210"].map(|digits| file(&format!(".a.csv.{digits}.tmp")));
        for path in &mine {
            fs::write(path, "half").unwrap();
        }
        for other in ["a.csv", ".b.csv.0123456789abcdef.tmp", ".a.csv.tmp", ".a.csv.0123.tmp"] {
            fs::write(file(other), "kept").unwrap();
        }
        fs::create_dir(file(".a.csv.00000000000000ff.tmp")).unwrap();
        let pending_of = |directory: &Path, name: &str| pending_files(directory, |other| other == name);
        let mut found = pending_of(directory.path(), "a.csv");
        found.sort();
        assert_eq!(found, mine);
        assert!(pending_of(&file("no/such"), "directory.csv").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_may_have_the_longest_name_there_is_and_one_that_is_no_text() {
        use std::os::unix::ffi::OsStrExt;
        let directory = tempfile::tempdir().unwrap();
        for name in [OsStr::from_bytes(&[b'a'; 255]), OsStr::from_bytes(b"\xff.ncsnap")] {
            let path = directory.path().join(name);
            let abandoned = pending_path(&path);
            fs::write(&abandoned, b"half").unwrap();
            PendingFile::write(&path, |out| out.write_all(b"new")).unwrap().commit().unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            assert!(!abandoned.exists());
        }
    }

    #[test]
    fn long_names_share_a_number_only_if_they_differ_in_nothing_but_digits() {
        let name = |text: &str| pending_name(Path::new(&format!("{text}{}", "x".repeat(LONGEST_NAME))));
        assert_eq!(name("2026-11-20"), name("2026-11-21"));
        assert_ne!(name("a"), name("b"));
        assert_eq!(pending_name(Path::new("out/networks.csv")), "networks.csv");
    }

    #[test]
    fn a_pending_file_names_the_file_that_it_becomes() {
        let pending = pending_path(Path::new("/directory/tonight.ncsnap"));
        assert_eq!(pending.parent(), Some(Path::new("/directory")));
        assert_ne!(pending, pending_path(Path::new("/directory/tonight.ncsnap")));
        assert_eq!(target_name(pending.file_name().unwrap().to_str().unwrap()), Some("tonight.ncsnap"));
        for other in
            [".tonight.ncsnap", ".tonight.ncsnap.tmp", ".a.0123456789abcdeF.tmp", "a.0123456789abcdef.tmp"]
        {
            assert_eq!(target_name(other), None, "{other}");
        }
    }
}
