//! Loads two saved inventories to compare, without the rows that are the same in both.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use super::error::InputError;
use super::load::{Loaded, OpenedInventory, Source, normalize};
use crate::model::Kind;
use crate::snapshot::{self, SnapshotDifferences};

/// Two inventories. What is the same in both may have been left out.
#[derive(Debug)]
pub struct Pair {
    /// The older one.
    pub old: Loaded,
    /// The newer one.
    pub new: Loaded,
    /// How many rows of each kind were left out of both, since they are the same.
    pub same: BTreeMap<Kind, usize>,
}

/// Reads two inventories. Of two snapshots only what differs is kept in memory, and all rows of the kinds `whole`.
pub fn load_pair(old: &Source, new: &Source, whole: &[Kind]) -> Result<Pair, InputError> {
    match (OpenedInventory::new(old)?, OpenedInventory::new(new)?) {
        (OpenedInventory::Snapshot(old), OpenedInventory::Snapshot(new)) => {
            let names = [old.name().to_owned(), new.name().to_owned()];
            let asked = [old.about().asked.clone(), new.about().asked.clone()];
            let SnapshotDifferences { old, new, same } = snapshot::read_differences(*old, *new, whole)?;
            let [of_old, of_new] = asked;
            let (old, new) = (normalize(old, of_old, &names[0])?, normalize(new, of_new, &names[1])?);
            Ok(Pair { old, new, same })
        }
        (old, new) => {
            let (old, new) = thread::scope(|scope| {
                let new = scope.spawn(|| new.load(&Kind::ALL));
                (old.load(&Kind::ALL), new.join().unwrap_or_else(|panic| resume_unwind(panic)))
            });
            Ok(Pair { old: old?, new: new?, same: BTreeMap::new() })
        }
    }
}
