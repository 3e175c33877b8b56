//! What a watch has done and how fresh it is, in numbers.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::events::{IgnoreReason, ParsedEvent, RefuseReason};

/// So many of the latest lags are kept for quantiles.
const LAGS: usize = 4_096;
/// An event that comes later than this after its change is late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// The quantiles of the lag that are shown.
pub const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// Numbers since the start of a watch.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    /// Messages by source.
    pub messages: BTreeMap<String, u64>,
    /// Messages that were received before: their time was over, or another watcher gave them back.
    pub repeated_messages: u64,
    /// Messages that were set aside, because they were received too often.
    pub poisoned_messages: u64,
    /// Events that led to a hint.
    pub hints: u64,
    /// Those of them that came more than a minute after their change.
    pub late: u64,
    /// Events that changed nothing, by reason.
    pub ignored: BTreeMap<IgnoreReason, u64>,
    /// Events that were refused, by reason.
    pub refused: BTreeMap<RefuseReason, u64>,
    /// How long it took from an event to the record.
    pub lag: Lag,
}

impl Counters {
    /// Counts a message of a source, which was received `receive_count` times.
    pub fn count_message(&mut self, source: &str, receive_count: u32) {
        match self.messages.get_mut(source) {
            Some(count) => *count += 1,
            None => drop(self.messages.insert(source.to_owned(), 1)),
        }
        self.repeated_messages += u64::from(receive_count > 1);
    }

    /// Counts an event that was received at `now`.
    pub fn count_event(&mut self, event: &ParsedEvent, now: Timestamp) {
        match event {
            ParsedEvent::Hint(hint) => {
                self.hints += 1;
                let is_late = |at: Timestamp| now.duration_since(at) > LATE_AFTER;
                self.late += u64::from(hint.at.is_some_and(is_late));
            }
            ParsedEvent::Ignored(reason) => *self.ignored.entry(*reason).or_default() += 1,
            ParsedEvent::Refused(reason) => *self.refused.entry(*reason).or_default() += 1,
        }
    }
}

/// The time from an event to the record of what it led to.
#[derive(Debug, Clone, Default)]
pub struct Lag {
    latest: VecDeque<Duration>,
    count: u64,
    sum: Duration,
}

impl Lag {
    /// Records that what an event of `at` led to was recorded at `recorded`. A clock that is ahead gives no lag.
    pub fn record(&mut self, at: Timestamp, recorded: Timestamp) {
        let lag = recorded.duration_since(at).max(SignedDuration::ZERO).unsigned_abs();
        if self.latest.len() == LAGS {
            self.latest.pop_front();
        }
        self.latest.push_back(lag);
        self.count += 1;
        self.sum += lag;
    }

    /// How many were recorded.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// All lags together.
    #[must_use]
    pub const fn sum(&self) -> Duration {
        self.sum
    }

    /// Returns the lag that this part of the latest ones does not exceed, for each of [`QUANTILES`]. `None` before the
    /// first.
    #[must_use]
    pub fn quantiles(&self) -> Option<[(f64, Duration); QUANTILES.len()]> {
        let mut sorted: Vec<Duration> = self.latest.iter().copied().collect();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a few thousand at most"
        )]
        let at =
            |part: f64| sorted[((part * sorted.len() as f64).ceil() as usize).saturating_sub(1).min(last)];
        Some(QUANTILES.map(|part| (part, at(part))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Hint;
    use crate::watch::events::parse_message;

    #[test]
    fn quantiles_are_of_the_latest_lags_and_no_lag_is_negative() {
        let mut lag = Lag::default();
        assert!(lag.quantiles().is_none());
        let at = |second| Timestamp::from_second(second).unwrap();
        lag.record(at(10), at(5));
        assert_eq!(lag.quantiles().unwrap().map(|(_, lag)| lag), [Duration::ZERO; 3]);
        for second in 1..=100 {
            lag.record(at(0), at(second));
        }
        let mut latest = Lag::default();
        for second in 1..=100 {
            latest.record(at(0), at(second));
        }
        assert_eq!(latest.quantiles().unwrap().map(|(_, lag)| lag.as_secs()), [50, 95, 99]);
        assert_eq!((lag.count(), lag.sum().as_secs()), (101, 5050));
        for _ in 0..LAGS {
            lag.record(at(0), at(1));
        }
        assert_eq!(lag.quantiles().unwrap().map(|(_, lag)| lag.as_secs()), [1; 3]);
    }

    #[test]
    fn messages_and_events_are_counted_by_what_became_of_them() {
        let mut counters = Counters::default();
        counters.count_message("a", 1);
        counters.count_message("a", 2);
        let now = Timestamp::UNIX_EPOCH;
        counters.count_event(&ParsedEvent::Ignored(IgnoreReason::FailedCall), now);
        counters.count_event(&ParsedEvent::Refused(RefuseReason::NotJson), now);
        assert_eq!((counters.messages["a"], counters.repeated_messages), (2, 1));
        assert_eq!((counters.ignored.len(), counters.refused.len(), counters.hints), (1, 1, 0));
        let event = include_bytes!("../../tests/fixtures/events/ec2-state-change.json");
        let event = parse_message(event).remove(0);
        let ParsedEvent::Hint(Hint { at: Some(at), .. }) = &event else { panic!("{event:?}") };
        for (seconds, late) in [(-5, 0), (60, 0), (61, 1)] {
            counters.count_event(&event, *at + SignedDuration::from_secs(seconds));
            assert_eq!(counters.late, late, "{seconds} s");
        }
    }
}
