//! From an inventory to the bytes of a snapshot.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::about::{About, Asked, Head};
use crate::model::Inventory;

/// How hard to compress: rows that are like each other become smaller by level 1 than by the usual 3, and it takes half
/// the time (docs/benchmarks.md).
const LEVEL: i32 = 1;
/// Bytes that are handed to the compressor at once.
const CHUNK: usize = 1 << 17;

/// Writes `inventory`, which is in canonical order, as a snapshot; `asked` is what was asked for ([`About::asked`]).
///
/// # Errors
/// When `out` cannot be written.
pub fn write(inventory: &Inventory, asked: Option<&Asked>, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(out, LEVEL)?;
    encoder.include_checksum(true)?;
    let mut lines = BufWriter::with_capacity(CHUNK, encoder);
    line(&About::of(inventory, asked), &mut lines)?;
    let head = Head { accounts: inventory.accounts.clone(), coverage: inventory.coverage.clone() };
    line(&head, &mut lines)?;
    rows(&inventory.networks, &mut lines)?;
    rows(&inventory.subnets, &mut lines)?;
    rows(&inventory.instances, &mut lines)?;
    rows(&inventory.interfaces, &mut lines)?;
    rows(&inventory.links, &mut lines)?;
    lines.into_inner().map_err(io::IntoInnerError::into_error)?.finish().map(drop)
}

fn rows<T: Serialize>(rows: &[T], out: &mut impl Write) -> io::Result<()> {
    rows.iter().try_for_each(|row| line(row, out))
}

fn line<T: Serialize>(value: &T, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
