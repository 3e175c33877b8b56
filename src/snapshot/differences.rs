//! Two snapshots without the rows that are the same in both.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::thread;

use super::error::SnapshotError;
use super::reader::SnapshotReader;
use crate::model::{Instance, Interface, Inventory, Kind, Link, Network, Resource, Subnet};

/// What differs between two snapshots, and how much does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotDifferences {
    /// The older one, without rows that the newer one has just so.
    pub old: Inventory,
    /// The newer one, without rows that the older one has just so.
    pub new: Inventory,
    /// How many rows of each kind were left out of both.
    pub same: BTreeMap<Kind, usize>,
}

/// Reads two snapshots side by side and leaves out what is the same in both, but for the kinds `whole`.
///
/// Needs as much memory as what differs, and time for decompression, each snapshot's in a thread of its own, and one
/// comparison of bytes a row. A comparison of the two results, by identity, finds just what a comparison of the whole
/// snapshots finds: rows that are not in canonical order may be kept without need, and none is left out that has no
/// equal.
///
/// # Errors
/// When one of them cannot be read or is damaged.
pub fn read_differences<'r>(
    old: SnapshotReader<'r>,
    new: SnapshotReader<'r>,
    whole: &[Kind],
) -> Result<SnapshotDifferences, SnapshotError> {
    // Both are dropped in here: their threads end only when their lines are taken or their readers are gone.
    thread::scope(move |scope| {
        let (mut old, mut new) = (old, new);
        old.read_ahead(scope);
        new.read_ahead(scope);
        let walked = compare_side_by_side(&mut old, &mut new, whole);
        walked.map_err(|error| {
            let error = old.explain(error);
            new.explain(error)
        })
    })
}

fn compare_side_by_side<'r>(
    old: &mut SnapshotReader<'r>,
    new: &mut SnapshotReader<'r>,
    whole: &[Kind],
) -> Result<SnapshotDifferences, SnapshotError> {
    let mut found = SnapshotDifferences { old: old.head()?, new: new.head()?, same: BTreeMap::new() };
    let mut comparison = SideBySide { old, new, found: &mut found, whole };
    comparison.compare_kind::<Network>()?;
    comparison.compare_kind::<Subnet>()?;
    comparison.compare_kind::<Instance>()?;
    comparison.compare_kind::<Interface>()?;
    comparison.compare_kind::<Link>()?;
    old.end()?;
    new.end()?;
    found.old.upgrade();
    found.new.upgrade();
    Ok(found)
}

struct SideBySide<'w, 'r> {
    old: &'w mut SnapshotReader<'r>,
    new: &'w mut SnapshotReader<'r>,
    found: &'w mut SnapshotDifferences,
    whole: &'w [Kind],
}

impl SideBySide<'_, '_> {
    /// Goes over the rows of one kind in both snapshots, which are in the same order. Equal bytes are equal rows, and are counted
    /// without being decoded, unless the kind is wanted whole. Of two others, the one that comes first by its identity has no
    /// partner in the other snapshot; if both have the same identity, the row changed, and both are kept.
    fn compare_kind<T: Resource>(&mut self) -> Result<(), SnapshotError> {
        let (mut old, mut new) = (RowCursor::<T>::new(self.old), RowCursor::<T>::new(self.new));
        let mut same = 0;
        old.advance(self.old)?;
        new.advance(self.new)?;
        loop {
            let order = match (old.present, new.present) {
                (false, false) => break,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (true, true) if self.old.bytes() == self.new.bytes() => {
                    if self.whole.contains(&T::KIND) {
                        T::all_mut(&mut self.found.old).push(self.old.decode()?);
                        T::all_mut(&mut self.found.new).push(self.new.decode()?);
                    } else {
                        same += 1;
                    }
                    (old.row, new.row) = (None, None);
                    old.advance(self.old)?;
                    new.advance(self.new)?;
                    continue;
                }
                (true, true) => old.row(self.old)?.identity().cmp(&new.row(self.new)?.identity()),
            };
            if order.is_le() {
                T::all_mut(&mut self.found.old).push(old.take(self.old)?);
                old.advance(self.old)?;
            }
            if order.is_ge() {
                T::all_mut(&mut self.found.new).push(new.take(self.new)?);
                new.advance(self.new)?;
            }
        }
        self.found.same.insert(T::KIND, same);
        Ok(())
    }
}

/// Where one snapshot is: at which row of a kind, decoded once that was necessary.
struct RowCursor<T> {
    left: usize,
    present: bool,
    row: Option<T>,
}

impl<T: Resource> RowCursor<T> {
    fn new(reader: &SnapshotReader<'_>) -> Self {
        Self { left: reader.count(T::KIND), present: false, row: None }
    }

    fn advance(&mut self, reader: &mut SnapshotReader<'_>) -> Result<(), SnapshotError> {
        self.present = self.left > 0;
        if self.present {
            self.left -= 1;
            reader.next()?;
        }
        Ok(())
    }

    fn row(&mut self, reader: &SnapshotReader<'_>) -> Result<&T, SnapshotError> {
        match &mut self.row {
            Some(row) => Ok(row),
            row => Ok(row.insert(reader.decode()?)),
        }
    }

    fn take(&mut self, reader: &SnapshotReader<'_>) -> Result<T, SnapshotError> {
        self.row.take().map_or_else(|| reader.decode(), Ok)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::write_snapshot;
    use super::*;
    use crate::model::{Block, Identity, NetworkKind, Provider, Resources};

    /// A network is a number for its place and one for its value.
    fn network((place, value): (u8, u8)) -> Network {
        Network {
            provider: Provider::Aws,
            account: format!("{:012}", place % 3),
            account_name: None,
            region: "eu-west-1".to_owned(),
            id: format!("vpc-{place}"),
            name: Some(format!("value {value}")),
            kind: NetworkKind::Vpc,
            blocks: Vec::<Block>::new(),
            is_default: None,
            state: None,
            visible_from: Vec::new(),
            tags: crate::model::Tags::new(),
        }
    }

    /// Links have no account, and are listed by another order than networks.
    fn link((place, value): (u8, u8)) -> Link {
        let kind = [crate::model::LinkKind::Vpn, crate::model::LinkKind::VpcPeering][usize::from(place % 2)];
        let state = Some(format!("value {value}"));
        Link { provider: Provider::Aws, kind, id: format!("link-{place}"), ends: Vec::new(), state }
    }

    fn inventory(rows: impl IntoIterator<Item = (u8, u8)> + Clone) -> Inventory {
        let resources = Resources {
            networks: rows.clone().into_iter().map(network).collect(),
            links: rows.into_iter().map(link).collect(),
            ..Resources::default()
        };
        let taken_at = "2026-11-20T06:00:00Z".parse().unwrap();
        Inventory::assemble("test".to_owned(), taken_at, Vec::new(), resources, Vec::new())
    }

    fn bytes(inventory: &Inventory) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_snapshot(inventory, None, &mut bytes).unwrap();
        bytes
    }

    fn reduced(old: &[u8], new: &[u8], whole: &[Kind]) -> Result<SnapshotDifferences, SnapshotError> {
        read_differences(SnapshotReader::new(old, "old")?, SnapshotReader::new(new, "new")?, whole)
    }

    /// What a comparison of all rows finds.
    fn differences<T: Resource>(old: &Inventory, new: &Inventory) -> BTreeMap<Identity, [Option<T>; 2]> {
        let mut found: BTreeMap<Identity, [Option<T>; 2]> = BTreeMap::new();
        for (side, inventory) in [old, new].into_iter().enumerate() {
            for row in T::all(inventory) {
                found.entry(row.identity()).or_insert([None, None])[side] = Some(row.clone());
            }
        }
        found.retain(|_, [old, new]| old != new);
        found
    }

    fn check(old: &Inventory, new: &Inventory) -> SnapshotDifferences {
        let found = reduced(&bytes(old), &bytes(new), &[]).unwrap();
        assert_eq!(differences::<Network>(&found.old, &found.new), differences::<Network>(old, new));
        assert_eq!(differences::<Link>(&found.old, &found.new), differences::<Link>(old, new));
        for kind in Kind::ALL {
            assert_eq!(found.old.count(kind) + found.same[&kind], old.count(kind), "{kind}");
            assert_eq!(found.new.count(kind) + found.same[&kind], new.count(kind), "{kind}");
        }
        found
    }

    proptest! {
        #[test]
        fn nothing_that_differs_is_left_out_whatever_the_order_of_rows(
            old in proptest::collection::btree_map(0..24_u8, 0..3_u8, 0..20),
            new in proptest::collection::btree_map(0..24_u8, 0..3_u8, 0..20),
            turned in 0..20_usize,
        ) {
            let (old, mut new) = (inventory(old), inventory(new));
            let found = check(&old, &new);
            prop_assert!(
                found.old.networks.iter().all(|row| !new.networks.contains(row)),
                "and nothing else is kept of rows in order"
            );
            let middle = turned.min(new.networks.len());
            new.networks.rotate_left(middle);
            check(&old, &new);
        }
    }

    #[test]
    fn an_empty_side_leaves_the_other_as_it_is() {
        let (empty, full) = (inventory([]), inventory((0..9).map(|place| (place, 0))));
        assert_eq!(check(&empty, &full).new, full);
        assert_eq!(check(&full, &empty).old, full);
        assert_eq!(check(&full, &full).old, empty);
    }

    #[test]
    fn a_kind_that_is_wanted_whole_is_kept_where_it_is_the_same() {
        let (old, new) = (inventory([(1, 0), (2, 0)]), inventory([(1, 0), (2, 1), (3, 0)]));
        let found = reduced(&bytes(&old), &bytes(&new), &[Kind::Networks]).unwrap();
        assert_eq!((&found.old.networks, &found.new.networks), (&old.networks, &new.networks));
        assert_eq!(found.old.links, [link((2, 0))]);
        assert_eq!((found.same[&Kind::Networks], found.same[&Kind::Links]), (0, 1));
    }

    #[test]
    fn other_kinds_are_skipped_when_one_is_read() {
        let whole = inventory((0..9).map(|place| (place, 0)));
        let read =
            SnapshotReader::new(bytes(&whole).as_slice(), "one").unwrap().read_kinds(&[Kind::Links]).unwrap();
        assert_eq!(read, Inventory { networks: Vec::new(), ..whole });
    }

    #[test]
    fn a_side_that_is_damaged_after_its_first_lines_is_refused_and_named() {
        let whole = bytes(&inventory((0..=255).map(|place| (place, 0))));
        let text = zstd::decode_all(whole.as_slice()).unwrap();
        let first_half = &text[..text.len() / 2];
        let cut = &whole[..whole.len() - 40];
        let mut checksum = whole.clone();
        *checksum.last_mut().unwrap() ^= 1;
        let more = [text.as_slice(), b"{}\n"].concat();
        for damaged in [first_half, cut, &checksum, &more] {
            for (old, new, name) in [(damaged, whole.as_slice(), "old"), (&whole, damaged, "new")] {
                let error = reduced(old, new, &[]).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{name} is damaged: ")), "{error}");
            }
            let error =
                SnapshotReader::new(damaged, "one").and_then(SnapshotReader::read).unwrap_err().to_string();
            assert!(error.starts_with("one is damaged: "), "{error}");
        }
    }
}
