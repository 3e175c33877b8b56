//! The bytes of a file that somebody named, or one sentence on why there are none to work with.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

/// Why a file cannot be read, whatever it should hold. Each names the file and says what to do.
#[derive(Debug, Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no file {0}")]
    Missing(String),
    /// It is a directory.
    #[error("{0} is a directory; name a file in it")]
    Directory(String),
    /// It cannot be opened or read.
    #[error("cannot read {name}")]
    Io {
        /// The file.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It has no bytes, or blank ones only.
    #[error("{0} is empty; perhaps the command that writes it failed")]
    Empty(String),
    /// It is not text in UTF-8.
    #[error("{name} is not text in UTF-8: {reason}")]
    NotText {
        /// The file.
        name: String,
        /// What it begins with, and what to do.
        reason: String,
    },
}

/// The byte order mark that some editors put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// Bytes to look at before the rest is read.
const SNIFFED: u64 = 4096;

/// Opens `path`, which messages call `name`.
pub(super) fn open(path: &Path, name: &str) -> Result<File, ReadError> {
    let name = name.to_owned();
    // Windows refuses to open a directory for another reason, so ask first.
    if path.is_dir() {
        return Err(ReadError::Directory(name));
    }
    File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ReadError::Missing(name),
        io::ErrorKind::IsADirectory => ReadError::Directory(name),
        _ => ReadError::Io { name, source },
    })
}

/// Reads everything from `reader`, without the byte order mark; `name` is what messages call it.
///
/// `look` judges the first bytes, from the first that is not blank, so that what is no such file is refused
/// after them, however long it is.
pub(super) fn read<E: From<ReadError>>(
    mut reader: impl Read,
    name: &str,
    look: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let io_error = |source| ReadError::Io { name: name.to_owned(), source };
    let mut bytes = Vec::new();
    (&mut reader).take(SNIFFED).read_to_end(&mut bytes).map_err(io_error)?;
    look(sniff(&bytes, name)?)?;
    reader.read_to_end(&mut bytes).map_err(io_error)?;
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    Ok(bytes)
}

/// Returns the text that `bytes` begin with, without the byte order mark and blanks.
fn sniff<'b>(bytes: &'b [u8], name: &str) -> Result<&'b [u8], ReadError> {
    let not_text =
        |reason: &str| Err(ReadError::NotText { name: name.to_owned(), reason: reason.to_owned() });
    match bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start() {
        [] if bytes.len() as u64 == SNIFFED => not_text("it begins with blanks only"),
        [] => Err(ReadError::Empty(name.to_owned())),
        [0x1f, 0x8b, ..] => not_text("it is compressed; decompress it first, as with `gzip -d`"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => not_text("it is UTF-16; save it as UTF-8"),
        [0, ..] => not_text("it begins with zero bytes"),
        text => Ok(text),
    }
}
