//! What every store of reservations can do.
//!
//! A store is changed by compare and swap. [`ReservationStore::load`] returns every reservation and the version of the
//! whole store. [`ReservationStore::commit`] makes a change only if the store still has that version. So what was decided
//! by looking at all reservations is written only if none has changed since, and two processes never hold overlapping
//! prefixes. A process that is killed leaves no lock behind.

use futures_util::future::BoxFuture;

use crate::diagnostic::Diagnostic;
use crate::model::Reservation;

/// A place that several processes keep reservations in.
pub trait ReservationStore: Send + Sync {
    /// Returns what messages call it: a path, or the URL of a table.
    fn location(&self) -> &str;

    /// Reads every reservation, expired ones too, in the order of their names.
    ///
    /// # Errors
    /// When the store cannot be read; the message names it. A store that nothing was written to yet has none.
    fn load(&self) -> BoxFuture<'_, Result<StoredReservations, Diagnostic>>;

    /// Makes a change if the store still has `version`. Once it returns, the change outlasts the end of the process and
    /// of the machine.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn commit<'a>(
        &'a self,
        version: u64,
        change: &'a ReservationChange,
    ) -> BoxFuture<'a, Result<CommitOutcome, Diagnostic>>;
}

/// The reservations of a store at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredReservations {
    /// Grows with every change; 0 before the first.
    pub version: u64,
    /// In the order of their names, each of which is there once.
    pub reservations: Vec<Reservation>,
}

/// A change of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReservationChange {
    /// Adds a reservation, or replaces the one of the same name.
    Put(Reservation),
    /// Removes the reservation of this name.
    Remove(String),
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    /// It was made.
    Committed,
    /// Another process changed the store first: nothing was written. Load it and decide again.
    Conflict,
}

impl StoredReservations {
    /// Finds a reservation by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Reservation> {
        let found = self.reservations.binary_search_by(|reservation| reservation.name.as_str().cmp(name));
        found.ok().map(|index| &self.reservations[index])
    }

    /// Makes a change, and counts the version up.
    pub fn apply(&mut self, change: &ReservationChange) {
        let name = match change {
            ReservationChange::Put(reservation) => &reservation.name,
            ReservationChange::Remove(name) => name,
        };
        let place = self.reservations.binary_search_by(|reservation| reservation.name.cmp(name));
        match (change, place) {
            (ReservationChange::Put(reservation), Ok(index)) => {
                self.reservations[index] = reservation.clone();
            }
            (ReservationChange::Put(reservation), Err(index)) => {
                self.reservations.insert(index, reservation.clone());
            }
            (ReservationChange::Remove(_), Ok(index)) => drop(self.reservations.remove(index)),
            (ReservationChange::Remove(_), Err(_)) => {}
        }
        self.version += 1;
    }
}
