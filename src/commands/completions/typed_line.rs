//! What else is on the command line that is completed.

use std::path::PathBuf;

use crate::cli::kinds::kind_named;
use crate::model::Kind;

/// The words of the command line that is completed, without those that are not UTF-8.
fn words() -> impl Iterator<Item = String> {
    std::env::args_os().filter_map(|word| word.into_string().ok())
}

/// Returns the kinds whose columns may be meant: those that are named, else what the command lists.
pub fn kinds() -> Vec<Kind> {
    let named: Vec<Kind> =
        words().flat_map(|word| word.split(',').filter_map(kind_named).collect::<Vec<_>>()).collect();
    let (is_scan, is_all) = (words().any(|word| word == "scan"), words().any(|word| word == "all"));
    match named.as_slice() {
        [] if is_scan && !is_all => vec![Kind::Networks],
        [] => Kind::ALL.to_vec(),
        _ => named,
    }
}

/// Returns the path that a flag names.
pub fn path_of(flag: &str) -> Option<PathBuf> {
    let mut words = words();
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => return words.next().map(PathBuf::from),
            Some(rest) if rest.starts_with('=') => return Some(PathBuf::from(&rest[1..])),
            _ => {}
        }
    }
    None
}
