//! Compares a whole scan with what is known: reads that ended since it began know better.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{LiveInventory, add_gone, places_of};
use crate::model::{Identity, Inventory, Kind, Subject};
use crate::watch::account_region::AccountRegion;
use crate::watch::delta::{Delta, ViewChange};
use crate::watch::live_resource::LiveResource;
use crate::watch::live_rows::LiveRows;
use crate::watch::scanned_places::ScannedPlaces;

/// A resource of which a scan and a later read say different things.
#[derive(Debug)]
pub(in crate::watch) struct RowToReadAgain {
    pub kind: Kind,
    /// The id to ask for it by.
    pub id: String,
    /// Where to ask for it.
    pub places: BTreeSet<AccountRegion>,
}

impl LiveInventory {
    /// Compares a whole scan, which began after the read `began`, with what is known. Returns what changed, without the coverage,
    /// and the resources where a later read says something else: they have to be read again.
    pub(in crate::watch) fn compare_scan(
        &self,
        scan: &Inventory,
        began: u64,
    ) -> (Delta, Vec<RowToReadAgain>) {
        let unread = scan.coverage.iter().filter(|entry| entry.outcome.is_incomplete());
        let mut compared = ScanComparison {
            live: self,
            scanned: ScannedPlaces::new(places_of(&scan.coverage).keys(), &scan.subnets),
            unread: unread.map(|entry| (AccountRegion::from(entry), entry.kind)).collect(),
            began,
            delta: Delta::default(),
            to_read_again: Vec::new(),
        };
        compared.compare(&self.networks, &scan.networks);
        compared.compare(&self.subnets, &scan.subnets);
        compared.compare(&self.instances, &scan.instances);
        compared.compare(&self.interfaces, &scan.interfaces);
        compared.compare(&self.links, &scan.links);
        let ScanComparison { mut delta, to_read_again, .. } = compared;
        delta.accounts = (self.accounts != scan.accounts).then(|| scan.accounts.clone());
        (delta, to_read_again)
    }
}

/// A scan that is compared with what is known.
struct ScanComparison<'a> {
    live: &'a LiveInventory,
    scanned: ScannedPlaces,
    /// What the scan could not read, and says nothing about.
    unread: HashSet<(AccountRegion, Subject)>,
    began: u64,
    delta: Delta,
    to_read_again: Vec<RowToReadAgain>,
}

impl ScanComparison<'_> {
    fn compare<T: LiveResource>(&mut self, rows: &LiveRows<T>, scanned: &[T]) {
        let found: HashMap<Identity, &T> = scanned.iter().map(|row| (row.identity(), row)).collect();
        let gone = rows.identities().filter(|identity| !found.contains_key(*identity));
        for identity in gone {
            match rows.joined(identity).filter(|_| rows.is_newer(identity, self.began)) {
                Some(row) => self.read_again(&row, identity, []),
                None => self.remove_views(rows, identity, &[]),
            }
        }
        for (identity, row) in found {
            if rows.joined(&identity).is_some_and(|known| self.is_same(&known, row)) {
                continue;
            }
            let listing_places = self.listing_places(row);
            let was_asked = listing_places.iter().any(|place| self.live.was_asked(place, row));
            if was_asked || rows.is_newer(&identity, self.began) {
                self.read_again(row, &identity, listing_places);
            } else {
                self.take_row_over(rows, &identity, row);
            }
        }
    }

    /// Takes a row of the scan over.
    fn take_row_over<T: LiveResource>(&mut self, rows: &LiveRows<T>, identity: &Identity, row: &T) {
        let views = self.scanned.views(row);
        let viewers: Vec<AccountRegion> = views.iter().map(|(viewer, _)| viewer.clone()).collect();
        self.remove_views(rows, identity, &viewers);
        // A row of another account stands for one that could not be read, unless that is known.
        let views = views
            .into_iter()
            .filter(|(viewer, _)| !self.is_unread::<T>(viewer) || rows.view(viewer, identity).is_none());
        let set = views.map(|(viewer, row)| ViewChange { viewer, row, is_gone: false });
        let set: Vec<ViewChange<T>> = set.collect();
        T::changes_mut(&mut self.delta).extend(set);
    }

    /// Notes that a row has to be read again, where it is known and where the scan may have found it.
    fn read_again<T: LiveResource>(
        &mut self,
        row: &T,
        identity: &Identity,
        listing_places: impl IntoIterator<Item = AccountRegion>,
    ) {
        let places = self.live.viewers(T::KIND, identity).into_iter().chain(listing_places).collect();
        self.to_read_again.push(RowToReadAgain { kind: T::KIND, id: row.asked_as(), places });
    }

    /// Returns the accounts and regions that may have listed a row of the scan.
    fn listing_places<T: LiveResource>(&self, row: &T) -> BTreeSet<AccountRegion> {
        let mut listing_places: BTreeSet<AccountRegion> = self.scanned.viewers(row).into_iter().collect();
        if listing_places.iter().any(|place| self.is_unread::<T>(place)) {
            listing_places.extend(self.scanned.sharing_owners(row));
        }
        listing_places
    }

    fn is_unread<T: LiveResource>(&self, place: &AccountRegion) -> bool {
        self.unread.contains(&(place.clone(), T::KIND.into()))
    }

    /// Compares with a row that may lack the id of its zone, which only the subnet knows.
    fn is_same<T: LiveResource>(&self, known: &T, scanned: &T) -> bool {
        known == scanned || { self.live.with_zone_ids(known).as_ref() == Some(scanned) }
    }

    fn remove_views<T: LiveResource>(
        &mut self,
        rows: &LiveRows<T>,
        identity: &Identity,
        kept: &[AccountRegion],
    ) {
        let viewers = rows.viewers(identity).filter(|one| !kept.contains(one));
        let viewers: Vec<AccountRegion> = viewers.filter(|one| !self.is_unread::<T>(one)).cloned().collect();
        for viewer in viewers {
            add_gone(rows, &viewer, identity, &mut self.delta);
        }
    }
}
