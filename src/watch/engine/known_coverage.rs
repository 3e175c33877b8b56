//! What could be read: the outcomes of the last scan, and of the reads since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{Coverage, Kind, Outcome, Subject};
use crate::watch::account_region::AccountRegion;
use crate::watch::live_inventory::ReadAnswer;
use crate::watch::pending::Target;

/// The outcomes of the last scan, and of the reads since.
#[derive(Debug)]
pub(super) struct KnownCoverage {
    scanned: Vec<Coverage>,
    /// Where in `scanned` the kinds are.
    positions: HashMap<(AccountRegion, Kind), usize>,
    /// Reads since that failed, and what they were to read: whether that changed is not known.
    failed: BTreeMap<(AccountRegion, Kind), FailedTarget>,
    /// Whether an outcome may have changed since [`KnownCoverage::take_changed`].
    may_differ: bool,
}

/// A read that failed.
#[derive(Debug)]
struct FailedTarget {
    coverage: Coverage,
    /// Whether it was refused once: that it fails for another reason now does not mean that it is allowed.
    was_denied: bool,
    /// What was not read since: another read that succeeds says nothing of it.
    unread: Target,
}

impl KnownCoverage {
    /// Begins with the outcomes of a scan.
    pub fn new(scanned: &[Coverage]) -> Self {
        let (scanned, positions) = (scanned.to_vec(), positions(scanned));
        Self { scanned, positions, failed: BTreeMap::new(), may_differ: false }
    }

    /// Lists what cannot be read, by its last outcome: what the last scan could not read, and of what failed since, what was
    /// refused and what `is_given_up`.
    pub fn unreadable(
        &self,
        is_given_up: impl Fn(&(AccountRegion, Kind)) -> bool,
    ) -> impl Iterator<Item = &Coverage> {
        let scanned = self.scanned.iter().filter(|entry| entry.outcome.is_incomplete());
        let failed = self.failed.iter();
        let failed = failed
            .filter(|(key, _)| !self.scanned_outcome(key).is_some_and(Outcome::is_incomplete))
            .filter(move |(key, failed)| failed.was_denied || is_given_up(key))
            .map(|(_, failed)| &failed.coverage);
        scanned.chain(failed)
    }

    /// Takes the outcomes of another scan. What it could read has not failed any more.
    pub fn set_scanned(&mut self, scanned: &[Coverage]) {
        let mut failed = std::mem::take(&mut self.failed);
        *self = Self { may_differ: true, ..Self::new(scanned) };
        failed.retain(|key, _| self.scanned_outcome(key) != Some(Outcome::Complete));
        self.failed = failed;
    }

    fn scanned_outcome(&self, key: &(AccountRegion, Kind)) -> Option<Outcome> {
        self.positions.get(key).map(|position| self.scanned[*position].outcome)
    }

    /// Notes the outcome of a read that was to find what `asked` says. Returns whether it failed.
    pub fn note_read(&mut self, place: &AccountRegion, asked: Option<&Target>, answer: &ReadAnswer) -> bool {
        let key = (place.clone(), answer.kind);
        if answer.coverage.outcome.is_incomplete() {
            self.note_failure(key, asked, &answer.coverage);
            return true;
        }
        if let Some(failed) = self.failed.get_mut(&key) {
            failed.unread.ids.retain(|id| asked.is_none_or(|asked| !asked.ids.contains(id)));
            let is_open = failed.unread.is_whole || !failed.unread.ids.is_empty();
            if answer.is_whole || !is_open {
                self.failed.remove(&key);
                self.may_differ = true;
            }
        }
        if let Some(position) = self.positions.get(&key).filter(|_| answer.is_whole) {
            let entry = &mut self.scanned[*position];
            let Coverage { requests, duration_ms, .. } = *entry;
            let read = Coverage { requests, duration_ms, ..answer.coverage.clone() };
            self.may_differ |= read != *entry;
            *entry = read;
        }
        false
    }

    fn note_failure(&mut self, key: (AccountRegion, Kind), asked: Option<&Target>, coverage: &Coverage) {
        let before = self.failed.remove(&key);
        let was_denied =
            coverage.outcome == Outcome::Denied || before.as_ref().is_some_and(|failed| failed.was_denied);
        let mut unread = before.map(|failed| failed.unread).unwrap_or_default();
        unread.merge(asked.cloned().unwrap_or_default());
        self.failed.insert(key, FailedTarget { coverage: coverage.clone(), was_denied, unread });
        self.may_differ = true;
    }

    /// Tells whether a kind was refused when it was read last.
    pub fn is_denied(&self, place: &AccountRegion, kind: Kind) -> bool {
        let failed = self.failed.get(&(place.clone(), kind));
        failed.is_some_and(|failed| failed.coverage.outcome == Outcome::Denied)
    }

    /// Returns the ids of a kind that could not be read, none if all could not; `None` if all was read.
    pub fn unread(&self, place: &AccountRegion, kind: Kind) -> Option<BTreeSet<String>> {
        let key = (place.clone(), kind);
        if self.scanned_outcome(&key).is_some_and(Outcome::is_incomplete) {
            return Some(BTreeSet::new());
        }
        let unread = &self.failed.get(&key)?.unread;
        Some(if unread.is_whole { BTreeSet::new() } else { unread.ids.clone() })
    }

    /// Returns the outcomes with those of the reads that failed since, if they differ from what is `known` of them.
    pub fn take_changed(&mut self, known: &[Coverage]) -> Option<Vec<Coverage>> {
        // Mostly nothing has failed, and there may be tens of thousands of them.
        if !std::mem::take(&mut self.may_differ) {
            return None;
        }
        let mut coverage = self.scanned.clone();
        for (key, failed) in &self.failed {
            let Some(position) = self.positions.get(key) else { continue };
            let entry = &mut coverage[*position];
            // The scan may have failed already, and says why.
            if !entry.outcome.is_incomplete() {
                (entry.outcome, entry.detail) = (failed.coverage.outcome, failed.coverage.detail.clone());
            }
        }
        (!are_same_outcomes(&coverage, known)).then_some(coverage)
    }
}

fn positions(scanned: &[Coverage]) -> HashMap<(AccountRegion, Kind), usize> {
    let mut positions = HashMap::new();
    for (position, entry) in scanned.iter().enumerate() {
        if let Some(kind) = entry.kind.resource_kind() {
            positions.entry((AccountRegion::from(entry), kind)).or_insert(position);
        }
    }
    positions
}

/// Compares outcomes, whatever they cost.
fn are_same_outcomes(one: &[Coverage], other: &[Coverage]) -> bool {
    fn outcome(entry: &Coverage) -> (AccountRegion, Subject, Outcome, Option<&String>) {
        (AccountRegion::from(entry), entry.kind, entry.outcome, entry.detail.as_ref())
    }
    one.iter().map(outcome).eq(other.iter().map(outcome))
}
