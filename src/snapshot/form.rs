//! The form of a snapshot: its first two lines, and how it is written.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::model::ScanRequest;
use crate::model::{
    Account, Coverage, Inventory, InventoryView, Kind, Outcome, Provider, SCHEMA_VERSION, Shard,
};

/// The version of the form.
pub const SNAPSHOT_VERSION: u32 = 1;
/// The level of compression. Rows that resemble each other become smaller by level 1 than by the default of 3, in half the
/// time (docs/benchmarks.md).
const COMPRESSION_LEVEL: i32 = 1;
/// Bytes that are handed to the compressor at once.
const BUFFER: usize = 1 << 17;

/// The first line: what the snapshot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotHeader {
    /// Version of the form of the file.
    pub snapshot_version: u32,
    /// Version of the shape of accounts, coverage and rows, as in the inventory document.
    pub schema_version: u32,
    /// What wrote the inventory.
    pub generator: String,
    /// When reading began, in UTC.
    pub taken_at: Timestamp,
    /// What was asked for; `None` when it is not known, as for an inventory that was read from a file.
    pub asked: Option<ScanRequest>,
    /// Filters that rows were dropped by.
    pub filters: Vec<String>,
    /// The part that was read, where several machines share a scan.
    pub shard: Option<Shard>,
    /// How many accounts of each cloud there are.
    pub accounts: BTreeMap<Provider, usize>,
    /// How many scopes came to which outcome.
    pub scopes: BTreeMap<Outcome, usize>,
    /// The kinds that were scanned. The others are unknown.
    pub kinds: Vec<Kind>,
    /// How many rows of each kind follow.
    pub counts: BTreeMap<Kind, usize>,
}

/// The second line: accounts, and which reads succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotCoverage {
    /// Accounts and subscriptions in scope.
    pub accounts: Vec<Account>,
    /// The outcome of every scope.
    pub coverage: Vec<Coverage>,
}

impl SnapshotHeader {
    /// Describes an inventory.
    #[must_use]
    pub fn from_inventory<'a>(view: impl Into<InventoryView<'a>>, asked: Option<&ScanRequest>) -> Self {
        let view = view.into();
        let inventory = view.inventory;
        let mut accounts = BTreeMap::new();
        for account in &inventory.accounts {
            *accounts.entry(account.provider).or_insert(0) += 1;
        }
        let mut scopes = BTreeMap::new();
        for entry in &inventory.coverage {
            *scopes.entry(entry.outcome).or_insert(0) += 1;
        }
        Self {
            snapshot_version: SNAPSHOT_VERSION,
            schema_version: SCHEMA_VERSION,
            generator: inventory.generator.clone(),
            taken_at: inventory.taken_at,
            asked: asked.cloned(),
            filters: inventory.filters.clone(),
            shard: inventory.shard.clone(),
            accounts,
            scopes,
            kinds: inventory.kinds_read().into_iter().collect(),
            counts: Kind::ALL.into_iter().map(|kind| (kind, view.count(kind))).collect(),
        }
    }

    /// Tells whether it is of the sandbox, as far as that is known.
    #[must_use]
    pub fn is_of_sandbox(&self) -> bool {
        self.asked.as_ref().is_some_and(ScanRequest::is_of_sandbox)
    }

    /// Counts the scopes that may lack resources.
    #[must_use]
    pub fn incomplete(&self) -> usize {
        let incomplete = self.scopes.iter().filter(|(outcome, _)| outcome.is_incomplete());
        // Of a damaged file that was not read on, the numbers may be any.
        incomplete.fold(0, |sum, (_, number)| sum.saturating_add(*number))
    }

    /// Names what this line counts otherwise than the accounts and coverage of `inventory`, if anything.
    pub(super) fn difference_from(&self, inventory: &Inventory) -> Option<&'static str> {
        let counted = Self::from_inventory(inventory, None);
        let checks = [
            ("accounts", self.accounts == counted.accounts),
            ("reads", self.scopes == counted.scopes),
            ("kinds", self.kinds == counted.kinds),
        ];
        checks.into_iter().find(|(_, is_same)| !is_same).map(|(what, _)| what)
    }

    /// Counts the rows of `kind`.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// Makes an inventory without rows, of this line and the second one.
    #[must_use]
    pub(super) fn to_inventory(&self, head: SnapshotCoverage) -> Inventory {
        Inventory {
            schema_version: self.schema_version,
            generator: self.generator.clone(),
            taken_at: self.taken_at,
            filters: self.filters.clone(),
            shard: self.shard.clone(),
            accounts: head.accounts,
            networks: Vec::new(),
            subnets: Vec::new(),
            instances: Vec::new(),
            interfaces: Vec::new(),
            links: Vec::new(),
            coverage: head.coverage,
        }
    }
}

/// Writes an inventory, which is in canonical order, as a snapshot; `asked` is what was asked for ([`SnapshotHeader::asked`]).
pub fn write_snapshot<'a>(
    view: impl Into<InventoryView<'a>>,
    asked: Option<&ScanRequest>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let view = view.into();
    let inventory = view.inventory;
    let mut encoder = zstd::Encoder::new(out, COMPRESSION_LEVEL)?;
    encoder.include_checksum(true)?;
    let mut lines = BufWriter::with_capacity(BUFFER, encoder);
    write_line(&SnapshotHeader::from_inventory(view, asked), &mut lines)?;
    let head =
        SnapshotCoverage { accounts: inventory.accounts.clone(), coverage: inventory.coverage.clone() };
    write_line(&head, &mut lines)?;
    write_rows(&inventory.networks, &mut lines)?;
    write_rows(&inventory.subnets, &mut lines)?;
    view.instances.each(&mut |row| write_line(row, &mut lines))?;
    view.interfaces.each(&mut |row| write_line(row, &mut lines))?;
    write_rows(&inventory.links, &mut lines)?;
    lines.into_inner().map_err(io::IntoInnerError::into_error)?.finish().map(drop)
}

fn write_rows<T: Serialize>(rows: &[T], out: &mut impl Write) -> io::Result<()> {
    rows.iter().try_for_each(|row| write_line(row, out))
}

fn write_line<T: Serialize>(value: &T, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
