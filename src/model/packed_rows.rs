//! Rows that are kept compressed in memory. As lines of JSON in Zstandard, a machine takes some 100 bytes; as a value of
//! Rust it takes 2 KB.

use std::collections::HashMap;
use std::io;
use std::marker::PhantomData;
use std::sync::mpsc::sync_channel;
use std::thread;

use serde_json::Deserializer;
use zstd::bulk::{Compressor, Decompressor};

use super::resource::remove_unidentified;
use super::{Identity, Instance, Interface, Provider, Resource, Rows, Subnet};

/// Rows that wait until they are compressed together, and the most rows of a block.
const BLOCK_ROWS: usize = 1024;
/// Shorter blocks are kept as they are: the frame of Zstandard would take more than it saves.
const MIN_COMPRESSED: usize = 1024;
/// The level that snapshots have too (docs/benchmarks.md).
const COMPRESSION_LEVEL: i32 = 1;
/// Blocks that are decoded ahead of what is read.
const AHEAD: usize = 2;

/// A kind of resource of which there may be millions.
pub trait PackedResource: Resource {
    /// Returns the account that listed it, where that is not its owner. Of several views, the owner's is kept.
    fn seen_by(&self) -> Option<&str>;

    /// Tells whether its subnet may know the id of its zone, which it does not know itself.
    fn lacks_zone_id(&self) -> bool;

    /// Adds the id of its zone if its subnet knows it.
    fn add_zone_id(&mut self, zone_ids: &ZoneIds);
}

macro_rules! packed {
    ($type:ty, |$row:ident| $seen_by:expr) => {
        impl PackedResource for $type {
            fn seen_by(&self) -> Option<&str> {
                let $row = self;
                $seen_by
            }

            fn lacks_zone_id(&self) -> bool {
                self.zone_id.is_none() && self.subnet.is_some()
            }

            fn add_zone_id(&mut self, zone_ids: &ZoneIds) {
                let subnet = self.subnet.as_deref();
                self.zone_id = subnet.and_then(|subnet| zone_ids.get(self.provider, &self.region, subnet));
            }
        }
    };
}

packed!(Instance, |_instance| None);
packed!(Interface, |interface| interface.seen_by.as_deref());

/// The zone ids of subnets. Older endpoints of EC2, and emulators, tell them of subnets only.
#[derive(Debug, Default)]
pub struct ZoneIds(HashMap<(Provider, String, String), String>);

impl ZoneIds {
    /// Takes the ids that `subnets` have.
    #[must_use]
    pub fn from_subnets(subnets: &[Subnet]) -> Self {
        let entry = |subnet: &Subnet| {
            let key = (subnet.provider, subnet.region.clone(), subnet.id.clone());
            Some((key, subnet.zone_id.clone()?))
        };
        Self(subnets.iter().filter_map(entry).collect())
    }

    /// Returns the zone id of a subnet.
    #[must_use]
    pub fn get(&self, provider: Provider, region: &str, subnet: &str) -> Option<String> {
        // A key of borrowed texts would need a type of its own, and most rows know their zone id.
        self.0.get(&(provider, region.to_owned(), subnet.to_owned())).cloned()
    }
}

/// Collects rows in any order, and compresses them.
#[derive(Debug)]
pub struct RowPacker<T> {
    /// Rows that are not compressed yet.
    loose: Vec<T>,
    blocks: Vec<RowBlock>,
    /// Rows that were removed because they lack an identity, a sentence each.
    unidentified: Vec<String>,
    /// Rows that came before the loose ones.
    before: usize,
}

impl<T> Default for RowPacker<T> {
    fn default() -> Self {
        Self { loose: Vec::new(), blocks: Vec::new(), unidentified: Vec::new(), before: 0 }
    }
}

impl<T: PackedResource> Extend<T> for RowPacker<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, rows: I) {
        self.loose.extend(rows);
        self.pack_if_many();
    }
}

impl<T: PackedResource> RowPacker<T> {
    /// Adds everything of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.blocks.append(&mut other.blocks);
        self.loose.append(&mut other.loose);
        self.unidentified.append(&mut other.unidentified);
        self.pack_if_many();
    }

    /// Returns the rows that are not compressed yet, to change them.
    pub fn loose_mut(&mut self) -> &mut Vec<T> {
        &mut self.loose
    }

    /// Removes the rows that [lack](Resource::missing_identity) an identity, and says which, a sentence each.
    pub fn remove_unidentified(&mut self) -> Vec<String> {
        remove_unidentified(&mut self.loose, self.before, &mut self.unidentified);
        std::mem::take(&mut self.unidentified)
    }

    /// Tells whether the subnet of a row may know the id of its zone, which the row does not know itself.
    pub fn lacks_zone_ids(&self) -> bool {
        self.loose.iter().any(PackedResource::lacks_zone_id)
            || self.blocks.iter().any(|block| block.lacks_zone_ids)
    }

    fn pack_if_many(&mut self) {
        if self.loose.len() >= BLOCK_ROWS {
            self.pack();
        }
    }

    /// Compresses what is loose: a block has rows of one account and region, as one account sees them.
    fn pack(&mut self) {
        let count = self.loose.len();
        remove_unidentified(&mut self.loose, self.before, &mut self.unidentified);
        self.before += count;
        let mut rows: Vec<PackedRow> = std::mem::take(&mut self.loose).iter().map(PackedRow::new).collect();
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        rows.dedup_by(|next, kept| next.key == kept.key);
        let mut compressor = new_compressor();
        for same in rows.chunk_by(|one, other| one.key.is_beside(&other.key)) {
            self.blocks.extend(same.chunks(BLOCK_ROWS).map(|rows| RowBlock::new(rows, &mut compressor)));
        }
    }

    /// Puts all rows in canonical order, each once, and adds the zone ids that only subnets have.
    ///
    /// # Errors
    /// When a block cannot be decompressed.
    pub fn finish(mut self, zone_ids: &ZoneIds) -> io::Result<PackedRows<T>> {
        self.pack();
        self.blocks.sort_by(|one, other| one.key().cmp(&other.key()));
        let mut packed = PackedRows { blocks: Vec::with_capacity(self.blocks.len()), row: PhantomData };
        let mut compressor = new_compressor();
        let mut overlapping: Vec<RowBlock> = Vec::new();
        // The greatest identity so far: a block that begins behind it lies apart from all before.
        let mut latest: Option<Identity> = None;
        for block in self.blocks {
            if latest.as_ref().is_none_or(|latest| *latest < block.first) {
                join::<T>(std::mem::take(&mut overlapping), zone_ids, &mut compressor, &mut packed.blocks)?;
            }
            latest = latest.max(Some(block.last.clone()));
            overlapping.push(block);
        }
        join::<T>(overlapping, zone_ids, &mut compressor, &mut packed.blocks)?;
        Ok(packed)
    }
}

/// Adds `blocks`, whose rows lie between each other, to `joined` as blocks that are in order.
fn join<T: PackedResource>(
    blocks: Vec<RowBlock>,
    zone_ids: &ZoneIds,
    compressor: &mut Compressor<'_>,
    joined: &mut Vec<RowBlock>,
) -> io::Result<()> {
    let lacks_zone_ids = !zone_ids.0.is_empty() && blocks.iter().any(|block| block.lacks_zone_ids);
    if blocks.len() < 2 && !lacks_zone_ids {
        joined.extend(blocks);
        return Ok(());
    }
    let mut rows: Vec<PackedRow> = Vec::new();
    let mut decompressor = Decompressor::new()?;
    for block in blocks {
        // The lines and not the values are kept: they take a third of the memory.
        block.each_line(&mut decompressor, |mut row: T, line| {
            let is_changed = lacks_zone_ids && row.lacks_zone_id();
            if is_changed {
                row.add_zone_id(zone_ids);
            }
            let line = if is_changed { encode(&row) } else { line.to_vec() };
            let key = PackedKey { seen_by: block.seen_by.clone(), identity: row.identity() };
            rows.push(PackedRow { key, line, lacks_zone_id: false });
        })?;
    }
    // The owner's view comes first, and is kept.
    rows.sort_by(|one, other| {
        (&one.key.identity, &one.key.seen_by).cmp(&(&other.key.identity, &other.key.seen_by))
    });
    rows.dedup_by(|next, kept| next.key.identity == kept.key.identity);
    joined.extend(rows.chunks(BLOCK_ROWS).map(|rows| RowBlock::new(rows, compressor)));
    Ok(())
}

/// Rows in canonical order, compressed.
#[derive(Debug)]
pub struct PackedRows<T> {
    blocks: Vec<RowBlock>,
    row: PhantomData<fn() -> T>,
}

impl<T: PackedResource> PackedRows<T> {
    /// Returns the bytes that the rows take.
    #[cfg(test)]
    #[must_use]
    pub fn packed_bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes.len()).sum()
    }

    /// Decompresses all rows.
    ///
    /// # Errors
    /// When a block cannot be decompressed.
    pub fn unpack(self) -> io::Result<Vec<T>> {
        let mut rows = Vec::with_capacity(self.count());
        let mut decompressor = Decompressor::new()?;
        for block in self.blocks {
            block.each_line(&mut decompressor, |row, _| rows.push(row))?;
        }
        Ok(rows)
    }
}

impl<T: PackedResource> Rows<T> for PackedRows<T> {
    fn count(&self) -> usize {
        self.blocks.iter().map(|block| block.rows).sum()
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        let mut decompressor = Decompressor::new()?;
        thread::scope(|scope| {
            let (sender, decoded) = sync_channel(AHEAD);
            scope.spawn(move || {
                for block in &self.blocks {
                    let mut rows = Vec::with_capacity(block.rows);
                    let read = block.each_line(&mut decompressor, |row: T, _| rows.push(row)).map(|()| rows);
                    // The reader has stopped early.
                    if sender.send(read).is_err() {
                        return;
                    }
                }
            });
            decoded.into_iter().try_for_each(|rows| rows?.iter().try_for_each(&mut *take))
        })
    }
}

/// What a row is sorted by until all are known: a block has rows that one account saw of one account and region.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PackedKey {
    seen_by: Option<String>,
    identity: Identity,
}

impl PackedKey {
    fn new(row: &impl PackedResource) -> Self {
        Self { seen_by: row.seen_by().map(str::to_owned), identity: row.identity() }
    }

    /// Tells whether rows with these keys may be in one block.
    fn is_beside(&self, other: &Self) -> bool {
        let place =
            |key: &Self| (key.identity.provider, key.identity.account.clone(), key.identity.region.clone());
        self.seen_by == other.seen_by && place(self) == place(other)
    }
}

/// A row on its way into a block.
#[derive(Debug)]
struct PackedRow {
    key: PackedKey,
    line: Vec<u8>,
    lacks_zone_id: bool,
}

impl PackedRow {
    fn new(row: &impl PackedResource) -> Self {
        Self { key: PackedKey::new(row), line: encode(row), lacks_zone_id: row.lacks_zone_id() }
    }
}

/// Some rows in canonical order, as lines of JSON.
#[derive(Debug)]
struct RowBlock {
    first: Identity,
    last: Identity,
    /// The account that saw these rows, if that is not their owner.
    seen_by: Option<String>,
    rows: usize,
    lacks_zone_ids: bool,
    /// Bytes of the lines.
    length: usize,
    /// The lines; compressed if they are shorter then.
    bytes: Box<[u8]>,
}

impl RowBlock {
    /// Packs `rows`, of which there is at least one.
    fn new(rows: &[PackedRow], compressor: &mut Compressor<'_>) -> Self {
        let lines: Vec<u8> = rows.iter().flat_map(|row| &row.line).copied().collect();
        let compressed = (lines.len() >= MIN_COMPRESSED).then(|| compressor.compress(&lines).ok()).flatten();
        let (first, last) = (&rows[0].key, &rows[rows.len() - 1].key);
        Self {
            first: first.identity.clone(),
            last: last.identity.clone(),
            seen_by: first.seen_by.clone(),
            rows: rows.len(),
            lacks_zone_ids: rows.iter().any(|row| row.lacks_zone_id),
            length: lines.len(),
            bytes: compressed.filter(|bytes| bytes.len() < lines.len()).unwrap_or(lines).into_boxed_slice(),
        }
    }

    fn key(&self) -> (&Identity, Option<&str>) {
        (&self.first, self.seen_by.as_deref())
    }

    /// Hands each row and its line to `take`.
    fn each_line<T: Resource>(
        &self,
        decompressor: &mut Decompressor<'_>,
        mut take: impl FnMut(T, &[u8]),
    ) -> io::Result<()> {
        let decompressed;
        let lines = if self.bytes.len() < self.length {
            decompressed = decompressor.decompress(&self.bytes, self.length)?;
            &decompressed
        } else {
            &*self.bytes
        };
        let mut rows = Deserializer::from_slice(lines).into_iter::<T>();
        let mut start = 0;
        while let Some(row) = rows.next() {
            let end = rows.byte_offset();
            take(row?, &lines[start..end]);
            start = end;
        }
        Ok(())
    }
}

/// Writes a row as a line.
fn encode(row: &impl Resource) -> Vec<u8> {
    let mut line = serde_json::to_vec(row).expect("a row has only texts as keys");
    line.push(b'\n');
    line
}

fn new_compressor() -> Compressor<'static> {
    Compressor::new(COMPRESSION_LEVEL).expect("the level exists")
}
