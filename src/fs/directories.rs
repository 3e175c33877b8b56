//! Folders that are made for files, and taken away again when the files do not come.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::atomic::cannot_write;
use crate::error::Error;

/// Refuses a folder that is not there: a name that is mistyped, or a disk that is not mounted, would be made up
/// otherwise.
///
/// # Errors
/// As it says; the first folder that is missing is named.
pub fn need(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    let outermost = folder.ancestors().take_while(|folder| is_missing(folder)).last();
    Err(match outermost {
        Some(missing) => Error::usage(format!("there is no folder {}", missing.display())).remedy(
            "make it first, or mend the path; of the folder that --to names only the last part is made",
        ),
        None => Error::usage(format!("{} is not a folder", folder.display())),
    })
}

/// Folders that were not there before. Those that are still empty at the end go: nothing was written then.
#[derive(Debug, Default)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// Makes `folder`, and those that it is in, unless it is there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make(&mut self, folder: &Path) -> Result<(), Error> {
        let mut missing: Vec<&Path> = folder.ancestors().take_while(|folder| is_missing(folder)).collect();
        while let Some(folder) = missing.pop() {
            fs::create_dir(folder).map_err(|error| cannot_write(folder, &error))?;
            self.0.push(folder.to_owned());
            // Its name has to reach the disk before the files in it; not every system lets folders be opened.
            if let Some(Ok(parent)) = folder.parent().map(File::open) {
                let _ = parent.sync_all();
            }
        }
        Ok(())
    }
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && !folder.exists()
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails where files are in it, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stay_only_when_files_are_in_them() {
        let home = tempfile::tempdir().unwrap();
        let (used, unused) = (home.path().join("a/b"), home.path().join("a/c/d"));
        let mut folders = Folders::default();
        folders.make(&used).unwrap();
        folders.make(&unused).unwrap();
        folders.make(&used).unwrap();
        fs::write(used.join("file"), "kept").unwrap();
        drop(folders);
        assert!(used.join("file").exists());
        assert!(!home.path().join("a/c").exists());
        let error = Folders::default().make(&used.join("file/e")).unwrap_err();
        assert!(error.message().starts_with("cannot write "), "{error}");
    }

    #[test]
    fn the_first_folder_that_is_missing_is_named() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        fs::write(inside("file"), "").unwrap();
        need(home.path()).unwrap();
        need(Path::new(".")).unwrap();
        let refused = |name: &str| need(&inside(name)).unwrap_err().message().to_owned();
        assert_eq!(refused("a/b/c"), format!("there is no folder {}", inside("a").display()));
        assert_eq!(refused("file"), format!("{} is not a folder", inside("file").display()));
    }
}
