//! Reads files that must be text: decodes UTF-16, and refuses binary, empty, damaged and far too long ones.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::{InputError, InputErrorKind};

/// The byte order mark that some editors put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// How many bytes are checked before the rest is read.
const SNIFF_BYTES: u64 = 4096;
/// This many zero bytes in a row mean that the file was not written completely.
const HOLE_BYTES: usize = 4096;
/// How many bytes are read at a time.
const READ_BYTES: u64 = 1 << 20;
/// The most that a plan or a list of ranges may have. A plan of a hundred thousand resources has a tenth of it.
pub(super) const MAX_BYTES: u64 = 1 << 30;

/// Opens `path`, which messages call `name`.
pub(super) fn open_file(path: &Path, name: &str) -> Result<File, InputError> {
    // Windows refuses to open a directory for another reason, so ask first.
    if path.is_dir() {
        return Err(InputError::directory(name));
    }
    File::open(path).map_err(|error| InputError::io(name, &error))
}

/// Reads the text of the file at `path`, of at most 1 GiB.
///
/// # Errors
/// When it cannot be read, is empty, or is not text.
pub fn read_text_file(path: &Path) -> Result<Vec<u8>, InputError> {
    let name = path.display().to_string();
    read_text(open_file(path, &name)?, &name, MAX_BYTES, |_| Ok(()))
}

/// Reads the text of standard input, of at most 1 GiB.
///
/// # Errors
/// When it cannot be read, is empty, or is not text.
pub fn read_text_stdin() -> Result<Vec<u8>, InputError> {
    read_text(io::stdin(), "standard input", MAX_BYTES, |_| Ok(()))
}

/// Reads everything from `reader` as UTF-8 without the byte order mark; `name` is what messages call it.
///
/// `check_start` gets the first bytes, from the first that is not blank. What it refuses is not read any further,
/// however long it is. More than `most` bytes are refused, and so are 4096 zero bytes in a row.
pub(super) fn read_text(
    mut reader: impl Read,
    name: &str,
    most: u64,
    check_start: impl FnOnce(&[u8]) -> Result<(), InputError>,
) -> Result<Vec<u8>, InputError> {
    let io_error = |error: io::Error| InputError::io(name, &error);
    let mut bytes = Vec::new();
    (&mut reader).take(SNIFF_BYTES).read_to_end(&mut bytes).map_err(io_error)?;
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes[..] {
        read_to_end(&mut reader, &mut bytes, name, most, false)?;
        let text = decode_utf16(&bytes, name)?;
        check_start(start_of_text(&text, name)?)?;
        return Ok(text);
    }
    check_start(start_of_text(&bytes, name)?)?;
    read_to_end(&mut reader, &mut bytes, name, most, true)?;
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    Ok(bytes)
}

/// Reads the rest, piece by piece, so that a file that cannot be used is refused before all of it is in memory.
fn read_to_end(
    reader: &mut impl Read,
    bytes: &mut Vec<u8>,
    name: &str,
    most: u64,
    is_text: bool,
) -> Result<(), InputError> {
    let mut looked_at = 0;
    loop {
        let is_hole =
            |block: &[u8]| is_text && block.len() == HOLE_BYTES && block.iter().all(|byte| *byte == 0);
        if bytes[looked_at..].chunks(HOLE_BYTES).any(is_hole) {
            return Err(not_text(name, &format!("it has {HOLE_BYTES} zero bytes in a row"))
                .remedy("the command that writes it may have been stopped: run that command again"));
        }
        looked_at = bytes.len();
        if looked_at as u64 > most {
            let most = most >> 20;
            let message = format!("{name} has more than {most} MiB, the limit for such a file");
            return Err(
                InputError::new(InputErrorKind::TooLarge, message).remedy("give the file that you meant")
            );
        }
        let piece = (&mut *reader).take(READ_BYTES).read_to_end(bytes);
        if piece.map_err(|error| InputError::io(name, &error))? == 0 {
            return Ok(());
        }
    }
}

/// Converts UTF-16 with a byte order mark, as Windows PowerShell writes what `>` redirects.
fn decode_utf16(bytes: &[u8], name: &str) -> Result<Vec<u8>, InputError> {
    let is_little = bytes.starts_with(&[0xff, 0xfe]);
    let unit = |pair: &[u8]| match pair {
        [one, other] if is_little => u16::from_le_bytes([*one, *other]),
        [one, other] => u16::from_be_bytes([*one, *other]),
        _ => 0xd800,
    };
    let units = bytes[2..].chunks(2).map(unit);
    let text: Result<String, _> = char::decode_utf16(units).collect();
    let text = text
        .map_err(|_| "it is UTF-16 and damaged")
        .and_then(|text| if text.contains('\0') { Err("it has zero bytes") } else { Ok(text) });
    text.map(String::into_bytes).map_err(|reason| not_text(name, reason).remedy("save it as UTF-8"))
}

/// Makes an error about the file `name`, which is not text in UTF-8.
pub(super) fn not_text(name: &str, reason: &str) -> InputError {
    InputError::invalid(format!("{name} is not text in UTF-8: {reason}"))
}

/// Returns the text that `bytes` begin with, without the byte order mark and blanks.
fn start_of_text<'b>(bytes: &'b [u8], name: &str) -> Result<&'b [u8], InputError> {
    match bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start() {
        [] if bytes.len() as u64 == SNIFF_BYTES => Err(not_text(name, "it begins with blanks only")),
        [] => Err(InputError::empty(name)),
        [0x1f, 0x8b, ..] => {
            Err(not_text(name, "it is compressed").remedy("decompress it first, as with `gzip -d`"))
        }
        [0, ..] => Err(not_text(name, "it begins with zero bytes")),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Faults F14: a document was read into memory whatever its size.
    #[test]
    fn a_text_is_refused_once_it_is_longer_than_its_limit() {
        let read = |length| {
            let text = b"{\"a\":".as_slice().chain(io::repeat(b' ')).take(length);
            read_text(text, "a.json", 2 << 20, |_| Ok(()))
        };
        assert_eq!(read(2 << 20).unwrap().len(), 2 << 20);
        let error = read(u64::MAX).unwrap_err();
        assert_eq!(error.kind, InputErrorKind::TooLarge);
        assert_eq!(error.diagnostic.message, "a.json has more than 2 MiB, the limit for such a file");
    }
}
