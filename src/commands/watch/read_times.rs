//! When each scope was read last.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::{Coverage, Kind, Outcome};
use crate::watch::AccountRegion;

/// When a kind in an account and region was last read completely.
#[derive(Debug, Clone, Default)]
pub struct ReadTimes {
    scopes: BTreeMap<(AccountRegion, Kind), Timestamp>,
    scanned_at: Option<Timestamp>,
}

impl ReadTimes {
    /// Notes a full scan that began at `at`. What it could not read keeps its time.
    pub fn note_scan(&mut self, coverage: &[Coverage], at: Timestamp) {
        for entry in coverage.iter().filter(|entry| entry.outcome == Outcome::Complete) {
            if let Some(kind) = entry.kind.resource_kind() {
                self.note_scope(AccountRegion::from(entry), kind, at);
            }
        }
        self.scanned_at = Some(at);
    }

    /// Notes that all of a scope was read at `at`; a scan that began before that does not make it older.
    pub fn note_scope(&mut self, place: AccountRegion, kind: Kind, at: Timestamp) {
        let known = self.scopes.entry((place, kind)).or_insert(at);
        *known = at.max(*known);
    }

    /// Lists the scopes and when they were read.
    pub fn scopes(&self) -> impl Iterator<Item = (&AccountRegion, Kind, Timestamp)> {
        self.scopes.iter().map(|((place, kind), at)| (place, *kind, *at))
    }

    /// When the last full scan began, if there was one.
    pub const fn scanned_at(&self) -> Option<Timestamp> {
        self.scanned_at
    }
}
