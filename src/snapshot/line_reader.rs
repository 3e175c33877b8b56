//! Reads the lines of a snapshot, in chunks that end where a line ends, so that no line has to be copied.

use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::mpsc::sync_channel;
use std::thread::Scope;

use serde::de::DeserializeOwned;

use super::error::SnapshotError;
use crate::wording::parser_fault;

/// Bytes of a chunk, unless a line is longer.
const CHUNK: usize = 1 << 19;
/// Chunks that are decompressed ahead of the reading.
const CHUNKS_AHEAD: usize = 2;

/// The most bytes of the first line and of a row. A row has some hundred; with every tag and name as long as the clouds
/// allow, less than one MiB.
const MAX_LINE: usize = 16 << 20;
/// The most bytes of the second line, which contains all accounts and the coverage. It has some hundred bytes for each
/// read: four million of them fit, such as five kinds in 17 regions of 50,000 accounts.
const MAX_COVERAGE: usize = 1 << 30;

/// The lines of a snapshot, one at a time.
pub(super) struct LineReader<'r> {
    pub name: String,
    /// What wrote them; `None` where that is not known, or no checksum tells whether they are as they were written.
    pub writer: Option<String>,
    chunks: Box<dyn Iterator<Item = io::Result<Vec<u8>>> + Send + 'r>,
    chunk: Vec<u8>,
    /// Where the current line is in the chunk.
    line: Range<usize>,
    /// Where the next one begins.
    next: usize,
    number: usize,
}

impl<'r> LineReader<'r> {
    pub fn new(text: impl Read + Send + 'r, name: &str) -> Self {
        let chunks = Box::new(LineChunks { text, rest: Vec::new(), begun: 0, end: None });
        Self {
            name: name.to_owned(),
            writer: None,
            chunks,
            chunk: Vec::new(),
            line: 0..0,
            next: 0,
            number: 0,
        }
    }

    /// Starts a thread that reads and decompresses, a few chunks ahead.
    pub fn read_ahead<'s>(&mut self, scope: &'s Scope<'s, '_>)
    where
        'r: 's,
    {
        let (sender, receiver) = sync_channel(CHUNKS_AHEAD);
        let mut chunks = std::mem::replace(&mut self.chunks, Box::new(receiver.into_iter()));
        // Until the file ends, or its reader is gone.
        scope.spawn(move || chunks.try_for_each(|chunk| sender.send(chunk)));
    }

    /// Goes to the next line.
    pub fn next(&mut self) -> Result<(), SnapshotError> {
        self.number += 1;
        if !self.has_more()? {
            return Err(self.damaged("it ends too early"));
        }
        let length = line_length(&self.chunk[self.next..]);
        self.line = self.next..self.next + length - 1;
        self.next += length;
        if self.chunk[self.line.end] != b'\n' {
            return Err(self.damaged("it ends too early"));
        }
        Ok(())
    }

    /// Takes some of the next lines, at least one and at most `most`.
    pub fn batch(&mut self, most: usize) -> Result<LineBatch, SnapshotError> {
        self.next()?;
        let (start, first) = (self.line.start, self.number);
        while self.number - first + 1 < most && self.next < self.chunk.len() {
            self.next()?;
        }
        Ok(LineBatch { text: self.chunk[start..self.next].to_vec(), first, count: self.number - first + 1 })
    }

    /// Returns the current line.
    pub fn bytes(&self) -> &[u8] {
        &self.chunk[self.line.clone()]
    }

    /// Returns whether there is another line, or a part of one.
    pub fn has_more(&mut self) -> Result<bool, SnapshotError> {
        if self.next == self.chunk.len() {
            (self.chunk, self.next) = (Vec::new(), 0);
            if let Some(chunk) = self.chunks.next() {
                self.chunk = chunk.map_err(|error| SnapshotError::from_io(error, &self.name))?;
            }
        }
        Ok(!self.chunk.is_empty())
    }

    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        decode(self.bytes(), self.number).map_err(|error| self.undecoded(error))
    }

    /// Makes the error for a line that cannot be decoded. Whether it is damaged or was written so, only
    /// [`LineReader::explain`] can find out.
    pub fn undecoded(&self, DecodeError { what, is_json }: DecodeError) -> SnapshotError {
        match &self.writer {
            Some(generator) if is_json => {
                SnapshotError::NotUnderstood { name: self.name.clone(), what, generator: generator.clone() }
            }
            _ => self.damaged(&what),
        }
    }

    /// Reads to the end when a line was not understood: if the checksum there does not match, the line is damaged.
    pub fn explain(&mut self, error: SnapshotError) -> SnapshotError {
        if !matches!(error, SnapshotError::NotUnderstood { .. }) {
            return error;
        }
        loop {
            self.next = self.chunk.len();
            match self.has_more() {
                Ok(true) => {}
                Ok(false) => return error,
                Err(damage) => return damage,
            }
        }
    }

    pub fn damaged(&self, what: &str) -> SnapshotError {
        SnapshotError::Damaged { name: self.name.clone(), what: what.to_owned() }
    }
}

/// Some lines that follow each other.
pub(super) struct LineBatch {
    text: Vec<u8>,
    /// The number of the first of them.
    first: usize,
    pub count: usize,
}

impl LineBatch {
    /// Decodes all of them, or says what is wrong with one.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<Vec<T>, DecodeError> {
        let mut rest = self.text.as_slice();
        let line = |number| {
            let (line, others) = rest.split_at(line_length(rest));
            rest = others;
            decode(line, number)
        };
        (self.first..self.first + self.count).map(line).collect()
    }
}

/// Returns the number of bytes of the first line of `text`, with its end.
fn line_length(mut text: &[u8]) -> usize {
    // Faster than a loop over bytes. Reading from memory cannot fail.
    text.skip_until(b'\n').unwrap_or_default()
}

/// Why a line cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DecodeError {
    /// What is wrong, and in which line.
    pub what: String,
    /// Whether it is well-formed JSON, only not what is expected.
    is_json: bool,
}

fn decode<T: DeserializeOwned>(line: &[u8], number: usize) -> Result<T, DecodeError> {
    serde_json::from_slice(line).map_err(|error| DecodeError {
        what: format!("line {number}: {}", parser_fault(&error)),
        is_json: error.is_data(),
    })
}

/// A text in chunks of whole lines; but for the last one, when the text ends within a line.
struct LineChunks<T> {
    text: T,
    /// The beginning of the next chunk.
    rest: Vec<u8>,
    /// How many lines are before it; not counted beyond two.
    begun: usize,
    /// How the text ended.
    end: Option<io::Result<()>>,
}

impl<T> LineChunks<T> {
    /// Returns why the line that is being read is too long. It would fill the memory: a small file can contain a line of
    /// any length, because blanks compress well.
    fn check_length(&self, length: usize) -> io::Result<()> {
        let (line, most) = match self.begun {
            0 => ("its first line", MAX_LINE),
            1 => ("its second line", MAX_COVERAGE),
            _ => ("a row", MAX_LINE),
        };
        if length <= most {
            return Ok(());
        }
        Err(io::Error::other(format!("{line} is longer than {} MiB, the limit for it", most >> 20)))
    }
}

impl<T: Read> Iterator for LineChunks<T> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut chunk = std::mem::take(&mut self.rest);
        while self.end.is_none() {
            let known = chunk.len();
            match (&mut self.text).take(CHUNK as u64).read_to_end(&mut chunk) {
                Ok(1..) => {}
                end => self.end = Some(end.map(drop)),
            }
            // What could be read before an error is good.
            if let Some(last) = chunk[known..].iter().rposition(|byte| *byte == b'\n') {
                self.rest = chunk.split_off(known + last + 1);
                if self.begun < 2 {
                    // Splitting counts the ends of lines too, and no crate is needed for it.
                    self.begun += chunk[known..].split(|byte| *byte == b'\n').count() - 1;
                }
                return Some(Ok(chunk));
            }
            if let Err(error) = self.check_length(chunk.len()) {
                self.end = Some(Ok(()));
                return Some(Err(error));
            }
        }
        match self.end.take() {
            Some(Err(error)) => Some(Err(error)),
            _ => (!chunk.is_empty()).then_some(Ok(chunk)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: impl Read + Send) -> (Vec<String>, Option<String>) {
        let mut lines = LineReader::new(text, "file");
        let mut found = Vec::new();
        loop {
            match lines.has_more().and_then(|more| if more { lines.next().map(Some) } else { Ok(None) }) {
                Ok(Some(())) => found.push(String::from_utf8(lines.bytes().to_vec()).unwrap()),
                Ok(None) => return (found, None),
                Err(error) => return (found, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn lines_of_any_length_come_one_by_one() {
        let lengths = [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK, 0, 7, 2 * CHUNK - 8];
        let lines: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
        let text = lines.join("\n") + "\n";
        assert_eq!(all(text.as_bytes()), (lines, None));
    }

    #[test]
    fn a_text_that_ends_within_a_line_is_damaged_after_the_lines_before() {
        let (lines, error) = all(b"one\ntwo\nthr".as_slice());
        assert_eq!(lines, ["one", "two"]);
        assert!(error.unwrap().starts_with("file is damaged: it ends too early"));
    }

    #[test]
    fn what_was_read_before_an_error_is_good() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("checksum"))
            }
        }
        let (lines, error) = all(b"one\ntwo\nthr".chain(Broken));
        assert_eq!(lines, ["one", "two"]);
        assert!(error.unwrap().starts_with("file is damaged: checksum"));
    }

    /// Faults F14: a line of 10 GB in a file of 320 KiB filled the memory.
    #[test]
    fn a_line_without_end_is_refused_once_it_is_longer_than_its_limit() {
        struct Blanks(usize);
        impl Read for Blanks {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += buffer.len();
                assert!(self.0 < 2 * MAX_LINE, "it is not read to its end");
                buffer.fill(b' ');
                Ok(buffer.len())
            }
        }
        let row = "a row";
        for (before, line) in [("", "its first line"), ("one\ntwo\n", row), ("one\ntwo\nthree\n", row)] {
            let (lines, error) = all(before.as_bytes().chain(Blanks(0)));
            assert_eq!(lines.len(), before.lines().count());
            let expected = format!("file is damaged: {line} is longer than 16 MiB, the limit for it");
            assert!(error.unwrap().starts_with(&expected));
        }
        let long = format!("one\n{}\n", " ".repeat(MAX_LINE + 2 * CHUNK));
        assert_eq!(all(long.as_bytes()).0.len(), 2, "accounts and coverage may be longer");
    }

    #[test]
    fn a_batch_names_the_line_that_cannot_be_decoded() {
        let mut lines = LineReader::new(b"0\n1\n2\nx\n4\n".as_slice(), "file");
        lines.next().unwrap();
        assert_eq!(lines.batch(2).unwrap().decode::<u8>(), Ok(vec![1, 2]));
        let rest = lines.batch(9).unwrap();
        assert_eq!(rest.count, 2);
        let error = rest.decode::<u8>().unwrap_err().what;
        assert!(error.starts_with("line 4: "), "{error}");
        assert!(!lines.has_more().unwrap());
    }
}
