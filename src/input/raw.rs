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
    /// It is longer than any file of its kind.
    #[error(
        "{name} has more than {most} MiB, which no such file has; give the file that was meant, or split it"
    )]
    TooLong {
        /// The file.
        name: String,
        /// The bound.
        most: u64,
    },
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
/// So many zero bytes in a row are a hole in a file that was not written completely.
const BLOCK: usize = 4096;
/// Bytes to read at a time.
const PIECE: u64 = 1 << 20;
/// The most that a plan or a list of ranges may have. A plan of a hundred thousand resources has a tenth of it.
pub(super) const MOST: u64 = 1 << 30;

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

/// Reads the text of the file at `path`, of a length that such files have.
///
/// # Errors
/// When it cannot be read, is empty, or is no text.
pub fn text(path: &Path) -> Result<Vec<u8>, ReadError> {
    let name = path.display().to_string();
    read(open(path, &name)?, &name, MOST, |_| Ok(()))
}

/// Reads everything from `reader` as UTF-8 without the byte order mark; `name` is what messages call it.
///
/// `look` judges the first bytes, from the first that is not blank, so that what is no such file is refused
/// after them, however long it is. More than `most` bytes are refused, and so is a hole as soon as it is read.
pub(super) fn read<E: From<ReadError>>(
    mut reader: impl Read,
    name: &str,
    most: u64,
    look: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let io_error = |source| ReadError::Io { name: name.to_owned(), source };
    let mut bytes = Vec::new();
    (&mut reader).take(SNIFFED).read_to_end(&mut bytes).map_err(io_error)?;
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes[..] {
        read_to_end(&mut reader, &mut bytes, name, most, false)?;
        let text = of_utf16(&bytes, name)?;
        look(sniff(&text, name)?)?;
        return Ok(text);
    }
    look(sniff(&bytes, name)?)?;
    read_to_end(&mut reader, &mut bytes, name, most, true)?;
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    Ok(bytes)
}

/// Reads the rest, piece by piece, so that what cannot be used is not held in memory as a whole first.
fn read_to_end(
    reader: &mut impl Read,
    bytes: &mut Vec<u8>,
    name: &str,
    most: u64,
    is_text: bool,
) -> Result<(), ReadError> {
    let mut looked_at = 0;
    loop {
        let is_hole = |block: &[u8]| is_text && block.len() == BLOCK && block.iter().all(|byte| *byte == 0);
        if bytes[looked_at..].chunks(BLOCK).any(is_hole) {
            let reason = format!("it has {BLOCK} zero bytes in a row; perhaps it was not written completely");
            return Err(ReadError::NotText { name: name.to_owned(), reason });
        }
        looked_at = bytes.len();
        if looked_at as u64 > most {
            return Err(ReadError::TooLong { name: name.to_owned(), most: most >> 20 });
        }
        let piece = (&mut *reader).take(PIECE).read_to_end(bytes);
        if piece.map_err(|source| ReadError::Io { name: name.to_owned(), source })? == 0 {
            return Ok(());
        }
    }
}

/// Converts UTF-16 with a byte order mark, as Windows PowerShell writes what `>` redirects.
fn of_utf16(bytes: &[u8], name: &str) -> Result<Vec<u8>, ReadError> {
    let is_little = bytes.starts_with(&[0xff, 0xfe]);
    let unit = |pair: &[u8]| match pair {
        [one, other] if is_little => u16::from_le_bytes([*one, *other]),
        [one, other] => u16::from_be_bytes([*one, *other]),
        _ => 0xd800,
    };
    let units = bytes[2..].chunks(2).map(unit);
    let text: Result<String, _> = char::decode_utf16(units).collect();
    let text = text.map_err(|_| "it is UTF-16 and damaged; save it as UTF-8").and_then(|text| {
        if text.contains('\0') { Err("it has zero bytes; save it as UTF-8") } else { Ok(text) }
    });
    text.map(String::into_bytes)
        .map_err(|reason| ReadError::NotText { name: name.to_owned(), reason: reason.to_owned() })
}

/// Returns the text that `bytes` begin with, without the byte order mark and blanks.
fn sniff<'b>(bytes: &'b [u8], name: &str) -> Result<&'b [u8], ReadError> {
    let not_text =
        |reason: &str| Err(ReadError::NotText { name: name.to_owned(), reason: reason.to_owned() });
    match bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start() {
        [] if bytes.len() as u64 == SNIFFED => not_text("it begins with blanks only"),
        [] => Err(ReadError::Empty(name.to_owned())),
        [0x1f, 0x8b, ..] => not_text("it is compressed; decompress it first, as with `gzip -d`"),
        [0, ..] => not_text("it begins with zero bytes"),
        text => Ok(text),
    }
}
