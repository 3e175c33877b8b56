//! The store in a file: many writers at once, and writers that are killed.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::FutureExt;
use ipnet::IpNet;
use netcensus::model::Reservation;
use netcensus::reservations::{
    CommitOutcome, FileStore, ReservationChange, ReservationStore, StoredReservations,
};

use crate::support::Home;

fn load(store: &FileStore) -> StoredReservations {
    store.load().now_or_never().unwrap().unwrap()
}

/// Reserves the first free /24 of 10.0.0.0/16, as often as others are faster.
fn reserve(path: &Path, name: &str) {
    let store = FileStore::new(path.to_owned());
    let pool: IpNet = "10.0.0.0/16".parse().unwrap();
    loop {
        let stored = load(&store);
        let is_free = |prefix: &IpNet| !stored.reservations.iter().any(|other| other.prefix == *prefix);
        let reservation = Reservation {
            name: name.to_owned(),
            prefix: pool.subnets(24).unwrap().find(is_free).unwrap(),
            pool: None,
            owner: "team-a".to_owned(),
            reason: None,
            created_at: "2026-11-27T12:00:00Z".parse().unwrap(),
            expires_at: "2026-12-11T12:00:00Z".parse().unwrap(),
        };
        let change = ReservationChange::Put(reservation);
        let committed = store.commit(stored.version, &change).now_or_never().unwrap().unwrap();
        if committed == CommitOutcome::Committed {
            return;
        }
    }
}

#[test]
fn writers_at_once_never_get_the_same_prefix_and_lose_nothing() {
    const WRITERS: usize = 24;
    let home = Home::new();
    let path = home.path().join("reservations.json");
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let path = &path;
            scope.spawn(move || reserve(path, &format!("network-{number}")));
        }
    });
    let stored = load(&FileStore::new(path));
    let prefixes: BTreeSet<IpNet> = stored.reservations.iter().map(|one| one.prefix).collect();
    assert_eq!((stored.reservations.len(), prefixes.len()), (WRITERS, WRITERS));
    assert_eq!(stored.version, WRITERS as u64, "one change for each");
}
