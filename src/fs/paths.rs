//! Paths that files are written to: checked before anything is read, and directories created for them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::{CREATE_DIRECTORY, WriteError, is_missing, outermost_missing};
use super::unfinished::UnfinishedPath;

/// The most bytes that a file with a token, a key or a certificate has.
pub const LONGEST_SECRET: u64 = 1 << 20;

/// The most bytes that a bundle of certificates of authorities has.
pub const LONGEST_BUNDLE: u64 = 16 << 20;

/// How many symbolic links are followed, one after the other: as many as by Linux.
const MAX_LINKS: usize = 40;

/// Returns the directory that a file is in.
#[must_use]
pub fn parent_directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns a path that is equal for every spelling of the same file, also of one that does not exist yet.
#[must_use]
pub fn canonical_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (path.file_name(), parent_directory(path)) {
        (Some(name), parent) if parent != path => canonical_path(parent).join(name),
        _ => path.to_owned(),
    })
}

/// Returns the file that symbolic links at `path` lead to, also one that does not exist yet; `path` itself where there is no
/// link.
///
/// # Errors
/// When the links lead back to themselves.
pub fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        // What is no link, or cannot be looked at, is reported by whatever opens it.
        let Ok(next) = fs::read_link(&target) else { return Ok(target) };
        target = parent_directory(&target).join(next);
    }
    Err(io::Error::other("it is a symbolic link that leads back to itself"))
}

/// Creates a directory that only its owner can read. An existing one is not changed.
///
/// # Errors
/// When it cannot be created.
pub fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Opens a regular file, or a link to one. To open a pipe that nothing writes to would wait for ever, and a device may
/// have no end.
///
/// # Errors
/// When it cannot be opened, or is something else.
pub fn open_regular_file(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    File::open(path)
}

/// Reads a regular file, or a link to one, of at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, is something else or longer.
pub fn read_regular_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_bounded(open_regular_file(path)?, limit)
}

/// Reads a file to its end, which is at most `limit` bytes away.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read_bounded(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    check_length(bytes.len() as u64, limit)?;
    Ok(bytes)
}

/// Checks the length of a file, both in bytes.
///
/// # Errors
/// When it is longer than `limit`.
pub fn check_length(length: u64, limit: u64) -> io::Result<()> {
    if length > limit {
        let shown =
            if limit < 1 << 20 { format!("{} KiB", limit >> 10) } else { format!("{} MiB", limit >> 20) };
        return Err(io::Error::other(format!("it is longer than {shown}")));
    }
    Ok(())
}

/// Reads a text as [`read_regular_file`] does.
///
/// # Errors
/// As there, and when it is not UTF-8.
pub fn read_regular_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_regular_file(path, limit)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

/// Returns whether a regular file is there, and not a link to one.
#[must_use]
pub fn is_regular_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

/// Refuses a path at which there is something other than a regular file.
///
/// # Errors
/// When there is, or when it cannot be found out.
pub fn refuse_non_file(path: &Path) -> Result<(), WriteError> {
    let shown = path.display();
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let refused = WriteError::new(format!("cannot access {shown}")).with_source(&error);
            return Err(match error.kind() {
                io::ErrorKind::InvalidFilename => {
                    refused.remedy("use a shorter name, because the names of temporary files are longer")
                }
                _ => refused,
            });
        }
    };
    if metadata.is_symlink() {
        let to = fs::read_link(path).unwrap_or_default();
        return Err(WriteError::new(format!("{shown} is a symbolic link to {}", to.display()))
            .remedy("name the file that it leads to, or remove the link: it would be replaced"));
    }
    if !metadata.is_file() {
        return Err(WriteError::new(format!("{shown} exists and is not a file")));
    }
    Ok(())
}

/// Refuses a directory that does not exist. It is not created, because the path may be mistyped or the disk not
/// mounted.
///
/// # Errors
/// When it does not exist, or is no directory. The error names the first directory of the path that is missing.
pub fn require_directory(directory: &Path) -> Result<(), WriteError> {
    if directory.is_dir() {
        return Ok(());
    }
    Err(match outermost_missing(directory) {
        Some(missing) => WriteError::new(format!("directory {} does not exist", missing.display()))
            .remedy(format!("{CREATE_DIRECTORY}; --to creates only the last directory")),
        None => WriteError::not_directory(directory),
    })
}

/// Directories that were created for files. When dropped, those without a file in them are removed again.
#[derive(Debug, Default)]
pub struct CreatedDirectories(Vec<UnfinishedPath>);

impl CreatedDirectories {
    /// Creates `directory` and its parents where they do not exist.
    ///
    /// # Errors
    /// When one cannot be created.
    pub fn create(&mut self, directory: &Path) -> Result<(), WriteError> {
        let mut missing: Vec<&Path> = directory.ancestors().take_while(|path| is_missing(path)).collect();
        while let Some(directory) = missing.pop() {
            let created = UnfinishedPath::create(directory, || fs::create_dir(directory));
            let (unfinished, ()) = created.map_err(|error| WriteError::cannot_write(directory, &error))?;
            self.0.push(unfinished);
            // Its name has to reach the disk before the files in it.
            sync_directory(parent_directory(directory));
        }
        Ok(())
    }
}

/// Writes the entries of a directory to disk, without which a renamed or created file may be lost. Not every
/// system can.
pub(super) fn sync_directory(directory: &Path) {
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
}

impl Drop for CreatedDirectories {
    fn drop(&mut self) {
        for directory in self.0.iter().rev() {
            // Fails where files are in it, as it should.
            let _ = fs::remove_dir(directory.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn created_directories_stay_only_when_files_are_in_them() {
        let home = tempfile::tempdir().unwrap();
        let (used, unused) = (home.path().join("a/b"), home.path().join("a/c/d"));
        let mut created = CreatedDirectories::default();
        created.create(&used).unwrap();
        created.create(&unused).unwrap();
        created.create(&used).unwrap();
        fs::write(used.join("file"), "kept").unwrap();
        drop(created);
        assert!(used.join("file").exists());
        assert!(!home.path().join("a/c").exists());
        let error = CreatedDirectories::default().create(&used.join("file/e")).unwrap_err();
        assert!(error.diagnostic.message.starts_with("cannot write "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_files_that_do_not_exist_yet() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        fs::create_dir(inside("a")).unwrap();
        symlink("a/second", inside("first")).unwrap();
        symlink("../none/file", inside("a/second")).unwrap();
        assert_eq!(follow_links(&inside("first")).unwrap(), inside("a/../none/file"));
        assert_eq!(follow_links(&inside("a")).unwrap(), inside("a"));
        symlink("loop", inside("loop")).unwrap();
        assert!(follow_links(&inside("loop")).unwrap_err().to_string().contains("leads back to itself"));
    }

    #[test]
    fn the_first_directory_that_is_missing_is_named() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        fs::write(inside("file"), "").unwrap();
        require_directory(home.path()).unwrap();
        require_directory(Path::new(".")).unwrap();
        let refused = |name: &str| require_directory(&inside(name)).unwrap_err().diagnostic.message;
        assert_eq!(refused("a/b/c"), format!("directory {} does not exist", inside("a").display()));
        assert_eq!(refused("file"), format!("{} is not a directory", inside("file").display()));
    }
}
