//! From the bytes of a snapshot to an inventory, line by line.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread::{self, Scope};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::about::{About, Asked, Head, SNAPSHOT_VERSION};
use super::error::SnapshotError;
use super::lines::Lines;
use crate::model::{
    Instance, Interface, Inventory, Kind, Link, Network, Resource, Resources, SCHEMA_VERSION, Subnet,
};

/// What Zstandard's frames begin with (RFC 8878, section 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The flag in the byte behind it that a checksum stands at the end (RFC 8878, section 3.1.1.1.1).
const CHECKSUM: u8 = 0b100;
/// What a snapshot begins with that somebody decompressed.
const BEGIN: &[u8] = b"{\"snapshot_version\":";
/// Compressed bytes that are read at once.
const CHUNK: usize = 1 << 17;
/// Threads that decode rows, at most: decompression, which is done by one, feeds about so many.
const THREADS: usize = 8;

/// Tells whether a file that begins with these bytes is a snapshot, as far as that can be told.
#[must_use]
pub fn is_snapshot(start: &[u8]) -> bool {
    start.starts_with(&MAGIC) || start.starts_with(BEGIN)
}

/// A snapshot whose first line was read.
pub struct Reader<'r> {
    lines: Lines<'r>,
    about: About,
    has_checksum: bool,
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
    #[serde(default)]
    generator: Option<String>,
}

impl<'r> Reader<'r> {
    /// Reads the first line from `bytes`; `name` is what messages call the file.
    ///
    /// # Errors
    /// When it cannot be read, is no snapshot, or is of a newer version.
    pub fn new(bytes: impl Read + Send + 'r, name: &str) -> Result<Self, SnapshotError> {
        let failed = |error| SnapshotError::of(error, name);
        let mut bytes = BufReader::with_capacity(CHUNK, bytes);
        let damaged = |what: &str| SnapshotError::Damaged { name: name.to_owned(), what: what.to_owned() };
        let start = bytes.fill_buf().map_err(failed)?;
        if start.is_empty() {
            return Err(damaged("it is empty"));
        }
        let compressed = !start.starts_with(b"{");
        let has_checksum = compressed && start.get(MAGIC.len()).is_some_and(|flags| flags & CHECKSUM != 0);
        let mut text: Box<dyn Read + Send + 'r> = if compressed {
            Box::new(zstd::Decoder::with_buffer(bytes).map_err(failed)?)
        } else {
            Box::new(bytes)
        };
        // Something else may have no lines at all.
        let mut begin = Vec::new();
        (&mut text).take(BEGIN.len() as u64).read_to_end(&mut begin).map_err(failed)?;
        if begin != BEGIN {
            return Err(SnapshotError::NotSnapshot(name.to_owned()));
        }
        let mut lines = Lines::new(BEGIN.chain(text), name);
        lines.next()?;
        let versions: Versions = lines.decode()?;
        let (snapshot, schema) = (versions.snapshot_version, versions.schema_version);
        if snapshot > u64::from(SNAPSHOT_VERSION) || schema > u64::from(SCHEMA_VERSION) {
            return Err(SnapshotError::Version { name: lines.name, snapshot, schema });
        }
        if snapshot == 0 || schema == 0 {
            return Err(damaged("there never was a version 0"));
        }
        lines.writer = versions.generator.filter(|_| has_checksum);
        match lines.decode::<About>() {
            Ok(about) => {
                // Earlier versions kept URLs as they were.
                let asked = about.asked.map(|asked| Asked::new(&asked.scope, asked.signer));
                Ok(Self { lines, about: About { asked, ..about }, has_checksum })
            }
            Err(error) => Err(lines.explain(error)),
        }
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

    /// Tells whether damage would be noticed: what somebody decompressed has no checksum any more.
    #[must_use]
    pub const fn has_checksum(&self) -> bool {
        self.has_checksum
    }

    /// Reads accounts and coverage alone, and no row; damage further on is not noticed.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read_head(mut self) -> Result<Inventory, SnapshotError> {
        self.head()
    }

    /// Reads everything.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read(self) -> Result<Inventory, SnapshotError> {
        self.read_kinds(&Kind::ALL)
    }

    /// Reads the rows of `kinds`, and passes over the others; this thread decompresses, others decode.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read_kinds(mut self, kinds: &[Kind]) -> Result<Inventory, SnapshotError> {
        let read = self.inventory(kinds);
        read.map_err(|error| self.explain(error))
    }

    /// Reads everything, hands some rows after the other to `look`, and keeps nothing; returns how many there are.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn verify(mut self, mut look: impl FnMut(Resources)) -> Result<usize, SnapshotError> {
        let read = self.look_through(&mut look);
        read.map_err(|error| self.explain(error))?;
        Ok(self.about.counts.values().sum())
    }

    /// Hands the rows of a kind to `take`, some after the other and in their order, until it has enough.
    ///
    /// # Errors
    /// When it cannot be read or is damaged, as far as that shows in what was read.
    pub fn each<T: Resource>(
        self,
        mut take: impl FnMut(Vec<T>) -> ControlFlow<()>,
    ) -> Result<(), SnapshotError> {
        // It is dropped within, since whoever reads ahead waits for somebody to take what was read.
        thread::scope(move |scope| {
            let mut reader = self;
            reader.read_ahead(scope);
            let read = reader.pass_over_to::<T>().and_then(|()| reader.decoded(&mut take));
            read.map_err(|error| reader.explain(error))
        })
    }

    /// Goes to the first row of a kind.
    fn pass_over_to<T: Resource>(&mut self) -> Result<(), SnapshotError> {
        self.head()?;
        let before = Kind::ALL.into_iter().take_while(|kind| *kind != T::KIND);
        let rows: usize = before.map(|kind| self.count(kind)).sum();
        (0..rows).try_for_each(|_| self.next())
    }

    fn inventory(&mut self, kinds: &[Kind]) -> Result<Inventory, SnapshotError> {
        let mut inventory = self.head()?;
        self.rows::<Network>(kinds, &mut inventory)?;
        self.rows::<Subnet>(kinds, &mut inventory)?;
        self.rows::<Instance>(kinds, &mut inventory)?;
        self.rows::<Interface>(kinds, &mut inventory)?;
        self.rows::<Link>(kinds, &mut inventory)?;
        self.end()?;
        inventory.upgrade();
        Ok(inventory)
    }

    fn look_through(&mut self, look: &mut dyn FnMut(Resources)) -> Result<(), SnapshotError> {
        self.head()?;
        self.heaps::<Network>(look)?;
        self.heaps::<Subnet>(look)?;
        self.heaps::<Instance>(look)?;
        self.heaps::<Interface>(look)?;
        self.heaps::<Link>(look)?;
        self.end()
    }

    /// Says whether what was not understood is damaged or was written so, which needs all of it to be read.
    pub(super) fn explain(&mut self, error: SnapshotError) -> SnapshotError {
        self.lines.explain(error)
    }

    /// Has a thread of its own decompress, ahead of who reads.
    pub(super) fn read_ahead<'s>(&mut self, scope: &'s Scope<'s, '_>)
    where
        'r: 's,
    {
        self.lines.read_ahead(scope);
    }

    /// Reads the second line.
    pub(super) fn head(&mut self) -> Result<Inventory, SnapshotError> {
        self.lines.next()?;
        let head: Head = self.lines.decode()?;
        Ok(self.about.inventory(head))
    }

    /// Counts the rows of `kind`.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.about.count(kind)
    }

    /// Goes to the next row.
    pub(super) fn next(&mut self) -> Result<(), SnapshotError> {
        self.lines.next()
    }

    /// Returns the bytes of the present row.
    pub(super) fn bytes(&self) -> &[u8] {
        self.lines.bytes()
    }

    /// Decodes the present row.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        self.lines.decode()
    }

    /// Reads to the end, where the checksum is, and refuses more rows than there should be.
    pub(super) fn end(&mut self) -> Result<(), SnapshotError> {
        if self.lines.is_more()? {
            return Err(self.lines.damaged("it has more rows than it says"));
        }
        Ok(())
    }

    fn rows<T: Resource>(&mut self, kinds: &[Kind], inventory: &mut Inventory) -> Result<(), SnapshotError> {
        if !kinds.contains(&T::KIND) {
            return (0..self.count(T::KIND)).try_for_each(|_| self.next());
        }
        let rows = T::all_mut(inventory);
        self.decoded::<T>(|mut some| {
            rows.append(&mut some);
            ControlFlow::Continue(())
        })
    }

    fn heaps<T: Resource>(&mut self, look: &mut dyn FnMut(Resources)) -> Result<(), SnapshotError> {
        self.decoded::<T>(|some| {
            let mut heap = Resources::default();
            *T::heap_mut(&mut heap) = some;
            look(heap);
            ControlFlow::Continue(())
        })
    }

    /// Decodes the rows of a kind in other threads, and hands them on in their order, until `take` has enough.
    fn decoded<T: Resource>(
        &mut self,
        mut take: impl FnMut(Vec<T>) -> ControlFlow<()>,
    ) -> Result<(), SnapshotError> {
        let mut left = self.count(T::KIND);
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        thread::scope(|scope| {
            let mut decoding = VecDeque::new();
            loop {
                while left > 0 && decoding.len() < threads {
                    let batch = self.lines.batch(left)?;
                    left -= batch.count;
                    if left == 0 && decoding.is_empty() {
                        // Nothing is beside it that a thread could do.
                        let rows = batch.decode().map_err(|error| self.lines.undecoded(error))?;
                        let _ = take(rows);
                        return Ok(());
                    }
                    decoding.push_back(scope.spawn(move || batch.decode::<T>()));
                }
                let Some(first) = decoding.pop_front() else { return Ok(()) };
                let decoded = first.join().unwrap_or_else(|panic| resume_unwind(panic));
                if take(decoded.map_err(|error| self.lines.undecoded(error))?).is_break() {
                    return Ok(());
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_and_no_snapshot_is_refused_by_its_first_bytes() {
        let frame = zstd::encode_all(vec![b'x'; 1 << 20].as_slice(), 3).unwrap();
        // Whoever looks for a line in it has no end of bytes to look at.
        let endless = std::iter::repeat_with(move || frame.clone()).flatten();
        let error = Reader::new(Bytes(endless), "file").unwrap_err();
        assert!(matches!(error, SnapshotError::NotSnapshot(_)), "{error}");
    }

    struct Bytes<I>(I);

    impl<I: Iterator<Item = u8>> Read for Bytes<I> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            Ok(buffer.iter_mut().zip(&mut self.0).map(|(place, byte)| *place = byte).count())
        }
    }
}
