//! From the bytes of a snapshot to an inventory, line by line.

use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::about::{About, Known, SNAPSHOT_VERSION};
use super::error::SnapshotError;
use crate::model::{Instance, Interface, Inventory, Kind, Link, Network, Resource, SCHEMA_VERSION, Subnet};

/// What Zstandard's frames begin with (RFC 8878, section 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// What a snapshot begins with that somebody decompressed.
const BEGIN: &[u8] = b"{\"snapshot_version\":";
/// Bytes that are decompressed at once.
const CHUNK: usize = 1 << 17;

/// Tells whether a file that begins with these bytes is a snapshot, as far as that can be told.
#[must_use]
pub fn is_snapshot(start: &[u8]) -> bool {
    start.starts_with(&MAGIC) || start.starts_with(BEGIN)
}

/// A snapshot whose first line was read.
pub struct Reader<'r> {
    lines: Lines<'r>,
    about: About,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("name", &self.lines.name).field("about", &self.about).finish()
    }
}

/// What every version of a snapshot begins with.
#[derive(Deserialize)]
struct Versions {
    snapshot_version: u64,
    schema_version: u64,
}

impl<'r> Reader<'r> {
    /// Reads the first line from `bytes`; `name` is what messages call the file.
    ///
    /// # Errors
    /// When it cannot be read, is no snapshot, or is of a newer version.
    pub fn new(bytes: impl Read + Send + 'r, name: &str) -> Result<Self, SnapshotError> {
        let io_error = |source| SnapshotError::Io { name: name.to_owned(), source };
        let mut bytes = BufReader::with_capacity(CHUNK, bytes);
        let damaged = |what: &str| SnapshotError::Damaged { name: name.to_owned(), what: what.to_owned() };
        let start = bytes.fill_buf().map_err(io_error)?;
        if start.is_empty() {
            return Err(damaged("it is empty"));
        }
        let compressed = !start.starts_with(b"{");
        let text: Box<dyn BufRead + Send + 'r> = if compressed {
            let decoder = zstd::Decoder::with_buffer(bytes).map_err(io_error)?;
            Box::new(BufReader::with_capacity(CHUNK, decoder))
        } else {
            Box::new(bytes)
        };
        let mut lines = Lines { text, name: name.to_owned(), line: Vec::new(), number: 0 };
        if !lines.begins_with(BEGIN)? {
            return Err(SnapshotError::NotSnapshot(name.to_owned()));
        }
        lines.next()?;
        let versions: Versions = lines.decode()?;
        let (snapshot, schema) = (versions.snapshot_version, versions.schema_version);
        if snapshot > u64::from(SNAPSHOT_VERSION) || schema > u64::from(SCHEMA_VERSION) {
            return Err(SnapshotError::Version { name: lines.name, snapshot, schema });
        }
        if snapshot == 0 || schema == 0 {
            return Err(damaged("there never was a version 0"));
        }
        let about = lines.decode()?;
        Ok(Self { lines, about })
    }

    /// Returns what messages call the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.lines.name
    }

    /// Returns what it is.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// Reads everything.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read(mut self) -> Result<Inventory, SnapshotError> {
        let mut inventory = self.head()?;
        self.rows::<Network>(&mut inventory)?;
        self.rows::<Subnet>(&mut inventory)?;
        self.rows::<Instance>(&mut inventory)?;
        self.rows::<Interface>(&mut inventory)?;
        self.rows::<Link>(&mut inventory)?;
        self.end()?;
        Ok(inventory)
    }

    /// Reads everything and keeps nothing of it; returns how many rows there are.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn verify(mut self) -> Result<usize, SnapshotError> {
        self.head()?;
        let rows = self.pass::<Network>()?
            + self.pass::<Subnet>()?
            + self.pass::<Instance>()?
            + self.pass::<Interface>()?
            + self.pass::<Link>()?;
        self.end()?;
        Ok(rows)
    }

    /// Reads the second line.
    pub(super) fn head(&mut self) -> Result<Inventory, SnapshotError> {
        self.lines.next()?;
        let known: Known = self.lines.decode()?;
        Ok(self.about.inventory(known))
    }

    /// Counts the rows of `kind`.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.about.count(kind)
    }

    /// Goes to the next row, and returns its bytes.
    pub(super) fn next(&mut self) -> Result<(), SnapshotError> {
        self.lines.next()
    }

    /// Returns the bytes of the present row.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.lines.line
    }

    /// Decodes the present row.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        self.lines.decode()
    }

    /// Reads to the end, where the checksum is, and refuses more rows than there should be.
    pub(super) fn end(mut self) -> Result<(), SnapshotError> {
        if self.lines.begins_with(b"")? {
            return Err(self.lines.damaged("it has more rows than it says"));
        }
        Ok(())
    }

    fn pass<T: Resource>(&mut self) -> Result<usize, SnapshotError> {
        let rows = self.count(T::KIND);
        for _ in 0..rows {
            self.next()?;
            self.decode::<T>()?;
        }
        Ok(rows)
    }

    fn rows<T: Resource>(&mut self, inventory: &mut Inventory) -> Result<(), SnapshotError> {
        let rows = T::all_mut(inventory);
        for _ in 0..self.count(T::KIND) {
            self.next()?;
            rows.push(self.decode()?);
        }
        Ok(())
    }
}

/// The lines of a snapshot, one at a time.
struct Lines<'r> {
    text: Box<dyn BufRead + Send + 'r>,
    name: String,
    line: Vec<u8>,
    number: usize,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<(), SnapshotError> {
        self.line.clear();
        self.number += 1;
        let read = self.text.read_until(b'\n', &mut self.line).map_err(|error| self.unreadable(error))?;
        if read == 0 || self.line.pop() != Some(b'\n') {
            return Err(self.damaged("it ends too early"));
        }
        Ok(())
    }

    /// Tells whether there is more, and it begins with `start`.
    fn begins_with(&mut self, start: &[u8]) -> Result<bool, SnapshotError> {
        match self.text.fill_buf() {
            Ok(more) => Ok(!more.is_empty() && more.starts_with(start)),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        serde_json::from_slice(&self.line)
            .map_err(|error| self.damaged(&format!("line {}: {error}", self.number)))
    }

    fn damaged(&self, what: &str) -> SnapshotError {
        SnapshotError::Damaged { name: self.name.clone(), what: what.to_owned() }
    }

    /// The decompressor's errors are of kinds of its own, and an end in the middle is one of them.
    fn unreadable(&self, error: std::io::Error) -> SnapshotError {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.damaged("it ends too early"),
            std::io::ErrorKind::Other => self.damaged(&error.to_string()),
            _ => SnapshotError::Io { name: self.name.clone(), source: error },
        }
    }
}
