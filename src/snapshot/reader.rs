//! Reads a snapshot into an inventory, line by line.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread::{self, Scope};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::SnapshotError;
use super::form::{SNAPSHOT_VERSION, ScanRequest, SnapshotCoverage, SnapshotHeader};
use super::line_reader::LineReader;
use crate::model::{
    Instance, Interface, Inventory, Kind, Link, Network, Resource, Resources, SCHEMA_VERSION, Subnet,
};

/// What a Zstandard frame begins with (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The flag, in the byte after it, for a checksum at the end (RFC 8878, section 3.1.1.1.1).
const CHECKSUM_FLAG: u8 = 0b100;
/// What a decompressed snapshot begins with.
const DECOMPRESSED_BEGIN: &[u8] = b"{\"snapshot_version\":";
/// Compressed bytes that are read at once.
const BUFFER: usize = 1 << 17;
/// The greatest number of threads that decode rows: one thread decompresses, and can feed about this many.
const MAX_DECODERS: usize = 8;

/// Returns whether a file that begins with these bytes may be a snapshot.
#[must_use]
pub fn is_snapshot(start: &[u8]) -> bool {
    start.starts_with(&ZSTD_MAGIC) || start.starts_with(DECOMPRESSED_BEGIN)
}

/// A snapshot whose first line was read.
pub struct SnapshotReader<'r> {
    lines: LineReader<'r>,
    about: SnapshotHeader,
    has_checksum: bool,
}

impl std::fmt::Debug for SnapshotReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SnapshotReader").field("name", &self.lines.name).field("about", &self.about).finish()
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

impl<'r> SnapshotReader<'r> {
    /// Reads the first line from `bytes`; `name` is what messages call the file.
    ///
    /// # Errors
    /// When it cannot be read, is no snapshot, or is of a newer version.
    pub fn new(bytes: impl Read + Send + 'r, name: &str) -> Result<Self, SnapshotError> {
        let failed = |error| SnapshotError::from_io(error, name);
        let mut bytes = BufReader::with_capacity(BUFFER, bytes);
        let damaged = |what: &str| SnapshotError::Damaged { name: name.to_owned(), what: what.to_owned() };
        let start = bytes.fill_buf().map_err(failed)?;
        if start.is_empty() {
            return Err(damaged("it is empty"));
        }
        let compressed = !start.starts_with(b"{");
        let has_checksum =
            compressed && start.get(ZSTD_MAGIC.len()).is_some_and(|flags| flags & CHECKSUM_FLAG != 0);
        let mut text: Box<dyn Read + Send + 'r> = if compressed {
            Box::new(zstd::Decoder::with_buffer(bytes).map_err(failed)?)
        } else {
            Box::new(bytes)
        };
        // Another file may have no lines at all.
        let mut begin = Vec::new();
        (&mut text).take(DECOMPRESSED_BEGIN.len() as u64).read_to_end(&mut begin).map_err(failed)?;
        if begin != DECOMPRESSED_BEGIN {
            return Err(SnapshotError::NotSnapshot(name.to_owned()));
        }
        let mut lines = LineReader::new(DECOMPRESSED_BEGIN.chain(text), name);
        lines.next()?;
        let versions: Versions = lines.decode()?;
        let (snapshot, schema) = (versions.snapshot_version, versions.schema_version);
        if snapshot > u64::from(SNAPSHOT_VERSION) || schema > u64::from(SCHEMA_VERSION) {
            return Err(SnapshotError::Version { name: lines.name, snapshot, schema });
        }
        if snapshot == 0 || schema == 0 {
            return Err(damaged("version 0 does not exist"));
        }
        lines.writer = versions.generator.filter(|_| has_checksum);
        match lines.decode::<SnapshotHeader>() {
            Ok(about) => {
                // Earlier versions did not redact URLs.
                let asked = about.asked.map(|asked| ScanRequest::new(&asked.scope, asked.signer));
                Ok(Self { lines, about: SnapshotHeader { asked, ..about }, has_checksum })
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
    pub const fn about(&self) -> &SnapshotHeader {
        &self.about
    }

    /// Returns whether damage would be noticed. A decompressed snapshot has no checksum.
    #[must_use]
    pub const fn has_checksum(&self) -> bool {
        self.has_checksum
    }

    /// Reads only accounts and coverage, and no row. Damage after them is not noticed.
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

    /// Reads the rows of `kinds` and skips the others. This thread decompresses, others decode.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn read_kinds(mut self, kinds: &[Kind]) -> Result<Inventory, SnapshotError> {
        let read = self.read_inventory(kinds);
        read.map_err(|error| self.explain(error))
    }

    /// Reads everything, hands the rows to `look` a batch at a time, and keeps nothing. Returns how many rows there are.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn verify(mut self, mut look: impl FnMut(Resources)) -> Result<usize, SnapshotError> {
        let read = self.verify_rows(&mut look);
        read.map_err(|error| self.explain(error))?;
        Ok(self.about.counts.values().sum())
    }

    /// Hands the rows of a kind to `take`, in their order and a batch at a time, until it breaks.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged up to where `take` breaks.
    pub fn each<T: Resource>(
        self,
        mut take: impl FnMut(Vec<T>) -> ControlFlow<()>,
    ) -> Result<(), SnapshotError> {
        // The reader is dropped in here: the thread that reads ahead ends only when its lines are taken or its reader is gone.
        thread::scope(move |scope| {
            let mut reader = self;
            reader.read_ahead(scope);
            let read = reader.skip_to::<T>().and_then(|()| reader.decode_rows(&mut take));
            read.map_err(|error| reader.explain(error))
        })
    }

    /// Goes to the first row of a kind.
    fn skip_to<T: Resource>(&mut self) -> Result<(), SnapshotError> {
        self.head()?;
        Kind::ALL.into_iter().take_while(|kind| *kind != T::KIND).try_for_each(|kind| self.skip_kind(kind))
    }

    fn skip_kind(&mut self, kind: Kind) -> Result<(), SnapshotError> {
        (0..self.count(kind)).try_for_each(|_| self.next())
    }

    fn read_inventory(&mut self, kinds: &[Kind]) -> Result<Inventory, SnapshotError> {
        let mut inventory = self.head()?;
        self.read_kind::<Network>(kinds, &mut inventory)?;
        self.read_kind::<Subnet>(kinds, &mut inventory)?;
        self.read_kind::<Instance>(kinds, &mut inventory)?;
        self.read_kind::<Interface>(kinds, &mut inventory)?;
        self.read_kind::<Link>(kinds, &mut inventory)?;
        self.end()?;
        inventory.upgrade();
        Ok(inventory)
    }

    fn verify_rows(&mut self, look: &mut dyn FnMut(Resources)) -> Result<(), SnapshotError> {
        self.head()?;
        self.verify_kind::<Network>(look)?;
        self.verify_kind::<Subnet>(look)?;
        self.verify_kind::<Instance>(look)?;
        self.verify_kind::<Interface>(look)?;
        self.verify_kind::<Link>(look)?;
        self.end()
    }

    /// Finds out, by reading to the checksum, whether a line that was not understood is damaged or was written so.
    pub(super) fn explain(&mut self, error: SnapshotError) -> SnapshotError {
        self.lines.explain(error)
    }

    /// Starts a thread that decompresses ahead of the reading.
    pub(super) fn read_ahead<'s>(&mut self, scope: &'s Scope<'s, '_>)
    where
        'r: 's,
    {
        self.lines.read_ahead(scope);
    }

    /// Reads the second line.
    pub(super) fn head(&mut self) -> Result<Inventory, SnapshotError> {
        self.lines.next()?;
        let head: SnapshotCoverage = self.lines.decode()?;
        let inventory = self.about.to_inventory(head);
        // Lists of snapshots and the choice of one go by the first line alone.
        match self.about.difference_from(&inventory) {
            Some(what) => Err(self.lines.damaged(&format!("its first two lines disagree about the {what}"))),
            None => Ok(inventory),
        }
    }

    /// Counts the rows of `kind`.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.about.count(kind)
    }

    /// Goes to the next row.
    pub(super) fn next(&mut self) -> Result<(), SnapshotError> {
        self.lines.next()
    }

    /// Returns the bytes of the current row.
    pub(super) fn bytes(&self) -> &[u8] {
        self.lines.bytes()
    }

    /// Decodes the current row.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, SnapshotError> {
        self.lines.decode()
    }

    /// Reads to the end, where the checksum is, and refuses more rows than there should be.
    pub(super) fn end(&mut self) -> Result<(), SnapshotError> {
        if self.lines.has_more()? {
            return Err(self.lines.damaged("it has more rows than it says"));
        }
        Ok(())
    }

    fn read_kind<T: Resource>(
        &mut self,
        kinds: &[Kind],
        inventory: &mut Inventory,
    ) -> Result<(), SnapshotError> {
        if !kinds.contains(&T::KIND) {
            return self.skip_kind(T::KIND);
        }
        let rows = T::all_mut(inventory);
        self.decode_rows::<T>(|mut some| {
            rows.append(&mut some);
            ControlFlow::Continue(())
        })
    }

    fn verify_kind<T: Resource>(&mut self, look: &mut dyn FnMut(Resources)) -> Result<(), SnapshotError> {
        self.decode_rows::<T>(|some| {
            let mut heap = Resources::default();
            *T::heap_mut(&mut heap) = some;
            look(heap);
            ControlFlow::Continue(())
        })
    }

    /// Decodes the rows of a kind in other threads, and hands them to `take` in their order, until it breaks.
    fn decode_rows<T: Resource>(
        &mut self,
        mut take: impl FnMut(Vec<T>) -> ControlFlow<()>,
    ) -> Result<(), SnapshotError> {
        let mut left = self.count(T::KIND);
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_DECODERS);
        thread::scope(|scope| {
            let mut decoding = VecDeque::new();
            loop {
                while left > 0 && decoding.len() < threads {
                    let batch = self.lines.batch(left)?;
                    left -= batch.count;
                    if left == 0 && decoding.is_empty() {
                        // The only batch: another thread would have nothing to do in parallel.
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
    use crate::model::{Account, Outcome, Provider, Resources, fixtures};
    use crate::snapshot::write_snapshot;

    /// Returns the lines of a snapshot of one network, with another word in the first one.
    fn lines_with(word: &str, other: &str) -> String {
        let resources = Resources { networks: vec![fixtures::network("1", "vpc-1")], ..Resources::default() };
        let coverage = vec![
            fixtures::coverage("1", "eu-west-1", Kind::Networks, Outcome::Complete),
            fixtures::coverage("1", "eu-west-1", Kind::Subnets, Outcome::Denied),
        ];
        let taken_at = "2026-11-20T06:00:00Z".parse().unwrap();
        let mut inventory = Inventory::assemble("test".to_owned(), taken_at, Vec::new(), resources, coverage);
        inventory.accounts = vec![Account {
            provider: Provider::Aws,
            id: "1".to_owned(),
            name: None,
            tenant: None,
            reached_by: Vec::new(),
        }];
        let mut bytes = Vec::new();
        write_snapshot(&inventory, None, &mut bytes).unwrap();
        let text = String::from_utf8(zstd::decode_all(bytes.as_slice()).unwrap()).unwrap();
        let (first, rest) = text.split_once('\n').unwrap();
        assert!(first.contains(word), "{first}");
        format!("{}\n{rest}", first.replacen(word, other, 1))
    }

    /// Whether a snapshot is complete, and which kinds it has, is decided by its first line.
    #[test]
    fn a_first_line_that_counts_otherwise_than_the_second_is_damage() {
        let read = |text: String| SnapshotReader::new(Bytes(text.into_bytes().into_iter()), "file")?.read();
        read(lines_with("test", "test")).unwrap();
        for (word, other, what) in [
            (r#""aws":1"#, r#""aws":2"#, "accounts"),
            (r#""accounts":{"aws":1}"#, r#""accounts":{}"#, "accounts"),
            (r#""denied":1"#, r#""complete":1"#, "reads"),
            (r#""denied":1"#, r#""denied":18446744073709551615"#, "reads"),
            (r#"["networks","subnets"]"#, r#"["networks"]"#, "kinds"),
        ] {
            let error = read(lines_with(word, other)).unwrap_err().to_string();
            assert_eq!(error, format!("file is damaged: its first two lines disagree about the {what}"));
        }
    }

    /// Sums of them do not overflow, before the lines are read that they are compared with.
    #[test]
    fn numbers_of_a_first_line_may_be_any() {
        let most = usize::MAX;
        let text = lines_with(r#""scopes":{"#, &format!(r#""scopes":{{"failed":{most},"#));
        let reader = SnapshotReader::new(Bytes(text.into_bytes().into_iter()), "file").unwrap();
        assert_eq!(reader.about().incomplete(), most);
        let text = lines_with(r#""networks":1,"subnets":0"#, &format!(r#""networks":1,"subnets":{most}"#));
        let reader = SnapshotReader::new(Bytes(text.into_bytes().into_iter()), "file").unwrap();
        let error = reader.each::<Link>(|_| ControlFlow::Continue(())).unwrap_err();
        assert!(error.to_string().contains("it ends too early"), "{error}");
    }

    #[test]
    fn another_compressed_file_is_refused_by_its_first_bytes() {
        let frame = zstd::encode_all(vec![b'x'; 1 << 20].as_slice(), 3).unwrap();
        // A search for the end of a line in it would never end.
        let endless = std::iter::repeat_with(move || frame.clone()).flatten();
        let error = SnapshotReader::new(Bytes(endless), "file").unwrap_err();
        assert!(matches!(error, SnapshotError::NotSnapshot(_)), "{error}");
    }

    struct Bytes<I>(I);

    impl<I: Iterator<Item = u8>> Read for Bytes<I> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            Ok(buffer.iter_mut().zip(&mut self.0).map(|(place, byte)| *place = byte).count())
        }
    }
}
