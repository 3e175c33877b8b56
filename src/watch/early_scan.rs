//! Scans of everything before it is time, because something happened that events do not explain.
//!
//! Anyone who can send a message can cause such scans, and some reasons are harmless: an interface that lives for a second is never
//! found. So there is a pause before each such scan, and it doubles while these scans find nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The longest time from the end of a scan to one that is early. The regular scan comes round more often.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// Why to scan early: something after which what is known may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EarlyScanReason {
    /// An event that cannot be read.
    RefusedEvent,
    /// A resource that an event named and that was not found, although it was asked for again.
    UnknownResource,
    /// An account that an event named and that the last scan did not find: it may have joined since.
    UnknownAccount,
    /// A message that was set aside.
    PoisonedMessage,
    /// A source that could not be read until someone did something, and that may have lost messages meanwhile.
    UnreadSource,
    /// A sign-in or list of accounts or regions that failed, and may succeed the next time.
    UnreachedScope,
}

impl EarlyScanReason {
    /// Returns the name in counters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefusedEvent => "refused_event",
            Self::UnknownResource => "unknown_resource",
            Self::UnknownAccount => "unknown_account",
            Self::PoisonedMessage => "poisoned_message",
            Self::UnreadSource => "unread_source",
            Self::UnreachedScope => "unreached_scope",
        }
    }

    /// Returns what it is called in messages: one, and several.
    #[must_use]
    pub const fn noun(self) -> (&'static str, &'static str) {
        match self {
            Self::RefusedEvent => ("event that cannot be read", "events that cannot be read"),
            Self::UnknownResource => ("resource that was never found", "resources that were never found"),
            Self::UnknownAccount => {
                ("account that was not known before", "accounts that were not known before")
            }
            Self::PoisonedMessage => ("message that was set aside", "messages that were set aside"),
            Self::UnreadSource => ("queue that could not be read", "queues that could not be read"),
            Self::UnreachedScope => {
                ("account that could not be reached", "accounts that could not be reached")
            }
        }
    }
}

/// How often something happened, by reason.
pub type EarlyScanReasons = BTreeMap<EarlyScanReason, u64>;

/// When to scan early, and why.
#[derive(Debug)]
pub struct EarlyScans {
    /// What happened since the last scan began.
    waiting: EarlyScanReasons,
    /// What happened before the scan that runs, and which it clears up if it succeeds.
    scanned_for: EarlyScanReasons,
    /// Whether the scan that runs is early.
    is_early: bool,
    /// The shortest time from the end of a scan to one that is early.
    first_pause: Duration,
    pause: Duration,
    not_before: Instant,
    scans: EarlyScanReasons,
}

impl EarlyScans {
    /// Begins after a scan, or with an inventory that stands for one. `first_pause` is the shortest time from the end of a
    /// scan to one that is early.
    #[must_use]
    pub fn new(now: Instant, first_pause: Duration) -> Self {
        Self {
            waiting: EarlyScanReasons::new(),
            scanned_for: EarlyScanReasons::new(),
            is_early: false,
            first_pause,
            pause: first_pause,
            not_before: now + first_pause,
            scans: EarlyScanReasons::new(),
        }
    }

    /// Records that something happened `times` times.
    pub fn record(&mut self, reason: EarlyScanReason, times: u64) {
        if times > 0 {
            *self.waiting.entry(reason).or_default() += times;
        }
    }

    /// Returns when to scan early; `None` if there is no reason.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        (!self.waiting.is_empty()).then_some(self.not_before)
    }

    /// Records that a scan begins, early or because it is time. Returns what it is to clear up.
    pub fn begin(&mut self, is_early: bool) -> &EarlyScanReasons {
        self.scanned_for = std::mem::take(&mut self.waiting);
        self.is_early = is_early;
        if is_early {
            for reason in self.scanned_for.keys() {
                *self.scans.entry(*reason).or_default() += 1;
            }
        }
        &self.scanned_for
    }

    /// Records that the scan ended which was begun, and how many changes it found that no event told of; `None` if it failed.
    pub fn end(&mut self, missed: Option<u64>, now: Instant) {
        let scanned_for = std::mem::take(&mut self.scanned_for);
        match missed {
            None => scanned_for.into_iter().for_each(|(reason, times)| self.record(reason, times)),
            Some(0) if self.is_early => self.pause = (self.pause * 2).min(LONGEST_PAUSE),
            Some(0) => {}
            Some(_) => self.pause = self.first_pause,
        }
        self.not_before = now + self.pause;
    }

    /// Records that reads after a scan confirmed changes that it had found and no event had told of.
    pub fn note_missed(&mut self, now: Instant) {
        self.pause = self.first_pause;
        self.not_before = self.not_before.min(now + self.pause);
    }

    /// How many scans were early, by reason. One that had two counts for both.
    #[must_use]
    pub const fn scans(&self) -> &EarlyScanReasons {
        &self.scans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST_PAUSE: Duration = Duration::from_mins(10);

    #[test]
    fn reasons_lead_to_one_scan_after_a_pause() {
        let start = Instant::now();
        let mut early = EarlyScans::new(start, FIRST_PAUSE);
        assert_eq!(early.due(), None);
        early.record(EarlyScanReason::RefusedEvent, 0);
        assert_eq!(early.due(), None, "nothing happened");
        early.record(EarlyScanReason::RefusedEvent, 2);
        early.record(EarlyScanReason::UnknownResource, 1);
        assert_eq!(early.due(), Some(start + FIRST_PAUSE));
        let why: Vec<_> = early.begin(true).clone().into_iter().collect();
        assert_eq!(why, [(EarlyScanReason::RefusedEvent, 2), (EarlyScanReason::UnknownResource, 1)]);
        assert_eq!(early.due(), None, "the scan clears it up");
        assert_eq!(early.scans().values().copied().collect::<Vec<_>>(), [1, 1]);
        // Too late for the scan that runs.
        early.record(EarlyScanReason::RefusedEvent, 1);
        let end = start + Duration::from_mins(30);
        early.end(Some(1), end);
        assert_eq!(early.due(), Some(end + FIRST_PAUSE));
    }

    #[test]
    fn scans_that_find_nothing_become_rare_and_one_that_finds_something_counts_again() {
        let mut now = Instant::now();
        let mut early = EarlyScans::new(now, FIRST_PAUSE);
        let mut pauses = Vec::new();
        for missed in [0, 0, 0, 5, 0] {
            early.record(EarlyScanReason::UnknownResource, 1);
            let due = early.due().unwrap();
            pauses.push(due.duration_since(now).as_secs() / 60);
            early.begin(true);
            now = due;
            early.end(Some(missed), now);
        }
        assert_eq!(pauses, [10, 20, 40, 80, 10]);
    }

    #[test]
    fn a_regular_scan_is_not_counted_and_one_that_fails_clears_nothing_up() {
        let start = Instant::now();
        let mut early = EarlyScans::new(start, FIRST_PAUSE);
        early.record(EarlyScanReason::PoisonedMessage, 1);
        early.begin(false);
        early.end(None, start);
        assert_eq!(early.due(), Some(start + FIRST_PAUSE), "what happened is not cleared up");
        early.begin(false);
        early.end(Some(0), start);
        assert_eq!((early.due(), early.scans().is_empty()), (None, true));
    }
}
