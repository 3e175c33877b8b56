//! The lines of a snapshot. They come in chunks that end where a line does, so that a line is looked at where it is.

use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::mpsc::sync_channel;
use std::thread::Scope;

use serde::de::DeserializeOwned;

use super::error::SnapshotError;

/// Bytes of a chunk, unless a line is longer.
const CHUNK: usize = 1 << 19;
/// Chunks that are decompressed ahead of who reads them.
const AHEAD: usize = 2;

/// The lines of a snapshot, one at a time.
pub(super) struct Lines<'r> {
    pub name: String,
    chunks: Box<dyn Iterator<Item = io::Result<Vec<u8>>> + Send + 'r>,
    chunk: Vec<u8>,
    /// Where the present line is in the chunk.
    line: Range<usize>,
    /// Where the next one begins.
    next: usize,
    number: usize,
}

impl<'r> Lines<'r> {
    pub fn new(text: impl Read + Send + 'r, name: &str) -> Self {
        let chunks = Box::new(Chunks { text, rest: Vec::new(), end: None });
        Self { name: name.to_owned(), chunks, chunk: Vec::new(), line: 0..0, next: 0, number: 0 }
    }

    /// Has a thread of its own read and decompress, a few chunks ahead.
    pub fn read_ahead<'s>(&mut self, scope: &'s Scope<'s, '_>)
    where
        'r: 's,
    {
        let (sender, receiver) = sync_channel(AHEAD);
        let mut chunks = std::mem::replace(&mut self.chunks, Box::new(receiver.into_iter()));
        // Until there are no more, or nobody wants them.
        scope.spawn(move || chunks.try_for_each(|chunk| sender.send(chunk)));
    }

    /// Goes to the next line.
    pub fn next(&mut self) -> Result<(), SnapshotError> {
        self.number += 1;
        if !self.is_more()? {
            return Err(self.damaged("it ends too early"));
        }
        let length = length(&self.chunk[self.next..]);
        self.line = self.next..self.next + length - 1;
        self.next += length;
        if self.chunk[self.line.end] != b'\n' {
            return Err(self.damaged("it ends too early"));
        }
        Ok(())
    }

    /// Takes some of the next lines, one at least and no more than `most`.
    pub fn batch(&mut self, most: usize) -> Result<Batch, SnapshotError> {
        self.next()?;
        let (start, first) = (self.line.start, self.number);
        while self.number - first + 1 < most && self.next < self.chunk.len() {
            self.next()?;
        }
        Ok(Batch { text: self.chunk[start..self.next].to_vec(), first, count: self.number - first + 1 })
    }

    /// Returns the present line.
    pub fn bytes(&self) -> &[u8] {
        &self.chunk[self.line.clone()]
    }

    /// Tells whether there is another line, or a part of one.
    pub fn is_more(&mut self) -> Result<bool, SnapshotError> {
        if self.next == self.chunk.len() {
            self.next = 0;
            self.chunk = match self.chunks.next() {
                Some(chunk) => chunk.map_err(|error| SnapshotError::of(error, &self.name))?,
                None => Vec::new(),
            };
        }
        Ok(!self.chunk.is_empty())
    }

    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        decode(self.bytes(), self.number).map_err(|what| self.damaged(&what))
    }

    pub fn damaged(&self, what: &str) -> SnapshotError {
        SnapshotError::Damaged { name: self.name.clone(), what: what.to_owned() }
    }
}

/// Some lines that follow each other.
pub(super) struct Batch {
    text: Vec<u8>,
    /// The number of the first of them.
    first: usize,
    pub count: usize,
}

impl Batch {
    /// Decodes all of them, or says what is wrong with one.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<Vec<T>, String> {
        let mut rest = self.text.as_slice();
        let line = |number| {
            let (line, others) = rest.split_at(length(rest));
            rest = others;
            decode(line, number)
        };
        (self.first..self.first + self.count).map(line).collect()
    }
}

/// Counts the bytes of the line that `text` begins with, its end included.
fn length(mut text: &[u8]) -> usize {
    // Quicker than a loop over bytes; text in memory can always be read.
    text.skip_until(b'\n').unwrap_or_default()
}

fn decode<T: DeserializeOwned>(line: &[u8], number: usize) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| format!("line {number}: {error}"))
}

/// A text in chunks of whole lines; but for the last one, when the text ends within a line.
struct Chunks<T> {
    text: T,
    /// The beginning of the next chunk.
    rest: Vec<u8>,
    /// How the text ended.
    end: Option<io::Result<()>>,
}

impl<T: Read> Iterator for Chunks<T> {
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
                return Some(Ok(chunk));
            }
        }
        match self.end.take() {
            Some(Err(error)) => Some(Err(error)),
            _ => (!chunk.is_empty()).then_some(Ok(chunk)),
        }
    }
}
