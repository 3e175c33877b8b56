//! Two snapshots without the rows that are the same in both.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::thread;

use super::error::SnapshotError;
use super::read::Reader;
use crate::model::{Instance, Interface, Inventory, Kind, Link, Network, Resource, Subnet};

/// What differs between two snapshots, and how much does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// The older one, without rows that the newer one has just so.
    pub old: Inventory,
    /// The newer one, likewise.
    pub new: Inventory,
    /// How many rows of each kind were left out of both.
    pub same: BTreeMap<Kind, usize>,
}

/// Reads two snapshots side by side and leaves out what is the same in both, but for the kinds `whole`.
///
/// Needs as much memory as what differs, and time for decompression, each snapshot's in a thread of its own, and one
/// comparison of bytes a row. A comparison of the two results, by identity, finds just what a comparison of the whole snapshots finds: rows that are not in
/// canonical order may be kept without need, and none is left out that has no equal.
///
/// # Errors
/// When one of them cannot be read or is damaged.
pub fn reduce(mut old: Reader<'_>, mut new: Reader<'_>, whole: &[Kind]) -> Result<Reduced, SnapshotError> {
    thread::scope(|scope| {
        old.read_ahead(scope);
        new.read_ahead(scope);
        let mut reduced = Reduced { old: old.head()?, new: new.head()?, same: BTreeMap::new() };
        let mut walk = Walk { old, new, reduced: &mut reduced, whole };
        walk.kind::<Network>()?;
        walk.kind::<Subnet>()?;
        walk.kind::<Instance>()?;
        walk.kind::<Interface>()?;
        walk.kind::<Link>()?;
        walk.old.end()?;
        walk.new.end()?;
        Ok(reduced)
    })
}

struct Walk<'w, 'r> {
    old: Reader<'r>,
    new: Reader<'r>,
    reduced: &'w mut Reduced,
    whole: &'w [Kind],
}

impl Walk<'_, '_> {
    fn kind<T: Resource>(&mut self) -> Result<(), SnapshotError> {
        let (mut old, mut new) = (Side::<T>::of(&self.old), Side::<T>::of(&self.new));
        let mut same = 0;
        old.advance(&mut self.old)?;
        new.advance(&mut self.new)?;
        loop {
            let order = match (old.present, new.present) {
                (false, false) => break,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (true, true) if self.old.bytes() == self.new.bytes() => {
                    if self.whole.contains(&T::KIND) {
                        T::all_mut(&mut self.reduced.old).push(self.old.decode()?);
                        T::all_mut(&mut self.reduced.new).push(self.new.decode()?);
                    } else {
                        same += 1;
                    }
                    (old.row, new.row) = (None, None);
                    old.advance(&mut self.old)?;
                    new.advance(&mut self.new)?;
                    continue;
                }
                (true, true) => old.row(&self.old)?.identity().cmp(&new.row(&self.new)?.identity()),
            };
            if order.is_le() {
                T::all_mut(&mut self.reduced.old).push(old.take(&self.old)?);
                old.advance(&mut self.old)?;
            }
            if order.is_ge() {
                T::all_mut(&mut self.reduced.new).push(new.take(&self.new)?);
                new.advance(&mut self.new)?;
            }
        }
        self.reduced.same.insert(T::KIND, same);
        Ok(())
    }
}

/// Where one snapshot is: at which row of a kind, decoded once that was necessary.
struct Side<T> {
    left: usize,
    present: bool,
    row: Option<T>,
}

impl<T: Resource> Side<T> {
    fn of(reader: &Reader<'_>) -> Self {
        Self { left: reader.count(T::KIND), present: false, row: None }
    }

    fn advance(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        self.present = self.left > 0;
        if self.present {
            self.left -= 1;
            reader.next()?;
        }
        Ok(())
    }

    fn row(&mut self, reader: &Reader<'_>) -> Result<&T, SnapshotError> {
        match &mut self.row {
            Some(row) => Ok(row),
            row => Ok(row.insert(reader.decode()?)),
        }
    }

    fn take(&mut self, reader: &Reader<'_>) -> Result<T, SnapshotError> {
        self.row.take().map_or_else(|| reader.decode(), Ok)
    }
}
