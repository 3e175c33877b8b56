//! Files of lines of JSON that only grow: the journal, and the messages that were set aside.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::fs::paths::refuse_non_file;

/// Reads a file; `None` if there is none.
///
/// # Errors
/// When it cannot be read, or is a pipe, which may bring nothing for ever, a link or something else.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    refuse_non_file(path).map_err(io::Error::other)?;
    match fs::read(path) {
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
///
/// # Errors
/// When it cannot be written.
pub(super) fn append(file: &mut File, line: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::new();
    write_line(line, &mut bytes)?;
    file.write_all(&bytes)
}

/// Writes a line.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_line(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
