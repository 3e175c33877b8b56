//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};

/// Writes a file: beside it first, then in its place, so that whoever reads it finds the old one or the new one.
///
/// # Errors
/// When it cannot be written; what was there before stays.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = beside(&target);
    let written = put(&temporary, bytes).and_then(|()| {
        if let Ok(known) = fs::metadata(&target) {
            fs::set_permissions(&temporary, known.permissions())?;
        }
        fs::rename(&temporary, &target)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        Error::new(ErrorKind::Output, format!("cannot write {}", path.display())).caused_by(&error)
    })
}

/// Names the file that is written first. The process is part of it, so that two runs do not share one.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baseline.json");
        write_whole(&path, b"old").unwrap();
        write_whole(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_named_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/folder.json");
        let error = write_whole(&missing, b"x").unwrap_err();
        assert!(error.message().starts_with("cannot write ") && error.message().ends_with("folder.json"));
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), b"kept").unwrap();
        write_whole(&taken, b"x").unwrap_err();
        assert_eq!(fs::read(taken.join("inside")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
