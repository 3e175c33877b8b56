//! Files of lines of JSON that only grow: the journal, and the messages that were set aside.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::fs::paths::{read_regular_file, refuse_non_file};

/// The most that is read of such a file, since it is read into memory. A journal begins anew with a snapshot.
const MAX_BYTES: u64 = 1 << 30;

/// Reads a file; `None` if there is none.
///
/// # Errors
/// When it cannot be read, is longer than 1 GiB, or is a pipe, which may bring nothing for ever, a link or something else.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    read_up_to(path, MAX_BYTES)
}

fn read_up_to(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    refuse_non_file(path).map_err(io::Error::other)?;
    match read_regular_file(path, most) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the lines that were written whole, with their line feeds: one at the end may have been cut short.
pub(super) fn whole_lines(text: &[u8]) -> &[u8] {
    text.iter().rposition(|byte| *byte == b'\n').map_or(&[], |end| &text[..=end])
}

/// Writes a line at once, so that no other can be cut short by it.
pub(super) fn append(file: &mut File, line: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::new();
    write_line(line, &mut bytes)?;
    file.write_all(&bytes)
}

/// Writes a line.
pub(super) fn write_line(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_largest_size() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("watch.journal");
        std::fs::write(&path, [b'a'; 2048]).unwrap();
        assert_eq!(read_up_to(&path, 2048).unwrap().unwrap().len(), 2048);
        let error = read_up_to(&path, 1024).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 1 KiB");
    }
}
