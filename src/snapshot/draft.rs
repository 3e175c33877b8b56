//! Names that no other file has, and those of files that are not yet whole.

use std::collections::hash_map::RandomState;
use std::fs::{self, DirEntry};
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};

/// What drafts end in.
const DRAFT: &str = ".tmp";
/// Digits of what makes a name the only one.
const DIGITS: usize = 16;

/// Returns digits that no other run has: not even one in another container, where processes have the same numbers.
#[must_use]
pub(super) fn unique() -> String {
    format!("{:0DIGITS$x}", RandomState::new().hash_one(std::process::id()))
}

/// Names the file beside `path` that is written first, and moved to `path` once it is whole.
#[must_use]
pub fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}{DRAFT}", unique()))
}

/// Returns the name of the file that a file of this `name` is a draft of; `None` when it is none.
pub(super) fn target_of(name: &str) -> Option<&str> {
    let (target, digits) = name.strip_prefix('.')?.strip_suffix(DRAFT)?.rsplit_once('.')?;
    number(digits).map(|_| target)
}

/// Lists the drafts in `folder` of the files whose names `fit`: those that are being written, and those that writers
/// left which were killed.
#[must_use]
pub fn drafts_in(folder: &Path, fit: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let is_draft = |file: &DirEntry| {
        file.file_name().to_str().and_then(target_of).is_some_and(&fit)
            && file.file_type().is_ok_and(|known| known.is_file())
    };
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files.filter(is_draft).map(|file| file.path()).collect()
}

/// Reads a number of just as many hexadecimal digits as names have, in lower case.
pub(super) fn number(digits: &str) -> Option<u64> {
    let is_ours = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_number = digits.len() == DIGITS && digits.bytes().all(is_ours);
    u64::from_str_radix(digits, 16).ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drafts_of_a_file_are_those_of_its_name_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let mine =
            ["0123456789abcdef", "fedcba9876543210"].map(|digits| file(&format!(".a.csv.{digits}.tmp")));
        for path in &mine {
            fs::write(path, "half").unwrap();
        }
        for other in ["a.csv", ".b.csv.0123456789abcdef.tmp", ".a.csv.tmp", ".a.csv.0123.tmp"] {
            fs::write(file(other), "kept").unwrap();
        }
        fs::create_dir(file(".a.csv.00000000000000ff.tmp")).unwrap();
        let drafts_of = |folder: &Path, name: &str| drafts_in(folder, |draft| draft == name);
        let mut found = drafts_of(folder.path(), "a.csv");
        found.sort();
        assert_eq!(found, mine);
        assert!(drafts_of(&file("no/such"), "folder.csv").is_empty());
    }

    #[test]
    fn a_draft_tells_what_it_is_a_draft_of() {
        let draft = draft_of(Path::new("/folder/tonight.ncsnap"));
        assert_eq!(draft.parent(), Some(Path::new("/folder")));
        assert_ne!(draft, draft_of(Path::new("/folder/tonight.ncsnap")));
        assert_eq!(target_of(draft.file_name().unwrap().to_str().unwrap()), Some("tonight.ncsnap"));
        for other in
            [".tonight.ncsnap", ".tonight.ncsnap.tmp", ".a.0123456789abcdeF.tmp", "a.0123456789abcdef.tmp"]
        {
            assert_eq!(target_of(other), None, "{other}");
        }
    }
}
