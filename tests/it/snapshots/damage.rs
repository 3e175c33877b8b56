//! Bytes that are not as they were written: an error, never another inventory.

use std::sync::LazyLock;

use netcensus::model::Inventory;
use netcensus::snapshot::{self, ScanRequest, SnapshotError, SnapshotReader, read_differences};
use proptest::prelude::*;

use crate::output::sample;

/// A row of every kind, since every bit is tried; `NETCENSUS_FUZZ` takes all rows of the sample.
static INVENTORY: LazyLock<Inventory> = LazyLock::new(|| {
    let mut inventory = sample::inventory();
    if std::env::var_os("NETCENSUS_FUZZ").is_none() {
        inventory.networks.truncate(1);
        inventory.subnets.truncate(1);
        inventory.instances.truncate(1);
        inventory.interfaces.truncate(1);
        inventory.links.truncate(1);
        inventory.coverage.truncate(2);
    }
    inventory
});

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let asked = ScanRequest { scope: vec!["aws.regions=[]".into()], signer: 7 };
    let mut bytes = Vec::new();
    snapshot::write_snapshot(&*INVENTORY, Some(&asked), &mut bytes).unwrap();
    bytes
});

fn read(bytes: &[u8]) -> Result<Inventory, SnapshotError> {
    SnapshotReader::new(bytes, "night.ncsnap")?.read()
}

fn is_told(error: &SnapshotError) -> bool {
    error.to_string().contains("night.ncsnap")
}

/// Reads `bytes` in every way there is; tells whether all of them failed.
fn is_refused(bytes: &[u8]) -> bool {
    let whole = read(bytes);
    let passed = SnapshotReader::new(bytes, "night.ncsnap").and_then(|reader| reader.verify(drop));
    let reduced = SnapshotReader::new(bytes, "night.ncsnap")
        .and_then(|damaged| read_differences(damaged, SnapshotReader::new(&BYTES[..], "night.ncsnap")?, &[]));
    let failed = [whole.as_ref().err(), passed.as_ref().err(), reduced.as_ref().err()];
    assert!(failed.iter().flatten().all(|error| is_told(error)), "{failed:?}");
    if let Ok(inventory) = whole {
        assert!(inventory == *INVENTORY, "it reads as another inventory");
        let reduced = reduced.unwrap();
        assert!(reduced.old.networks.is_empty() && reduced.new.networks.is_empty());
        passed.unwrap();
        return false;
    }
    failed.iter().all(Option::is_some)
}

#[test]
fn whatever_is_cut_off_is_missed() {
    assert!(!is_refused(&BYTES));
    for length in 0..BYTES.len() {
        assert!(is_refused(&BYTES[..length]), "cut to {length} bytes");
    }
    assert!(is_refused(&[&BYTES[..], b"x"].concat()), "something stands behind it");
    assert!(is_refused(&[&BYTES[..], &BYTES[..]].concat()), "it is there twice");
}

#[test]
fn no_flipped_bit_makes_another_inventory() {
    let mut tolerated = 0;
    for position in 0..BYTES.len() {
        for bit in 0..8 {
            let mut bytes = BYTES.clone();
            bytes[position] ^= 1 << bit;
            tolerated += usize::from(!is_refused(&bytes));
        }
    }
    // Some bits say how to decompress, such as how much memory to take, and not what.
    assert!(tolerated * 100 < BYTES.len() * 8, "{tolerated} of {} bits are not missed", BYTES.len() * 8);
}

proptest! {
    #[test]
    fn no_damage_makes_another_inventory(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>())),
    ) {
        let mut bytes = BYTES.clone();
        for (position, byte) in edits {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        if let Some((from, to)) = cut {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            bytes.drain(from.min(to)..from.max(to));
        }
        is_refused(&bytes);
    }

    #[test]
    fn whatever_else_is_there_is_no_snapshot(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(is_refused(&bytes));
        prop_assert!(is_refused(&[&BYTES[..12], &bytes].concat()));
    }
}
