//! Turns messages into hints, and counts what became of them.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::clouds::Message;
use crate::watch::events::{ParsedEvent, RefuseReason, parse_message};
use crate::watch::{Counters, Hint, LINE, MAX_RECEIVED};
use crate::wording::counted;

/// What a message comes to.
#[derive(Debug, Default)]
pub struct TakenMessage {
    /// Where to look again.
    pub hints: Vec<Hint>,
    /// How many of its events cannot be read.
    pub refused: u64,
}

/// Takes messages in.
#[derive(Debug, Default)]
pub struct EventIntake {
    counters: Counters,
    /// When what a message is about happened, for messages that are not done.
    happened: HashMap<u64, Timestamp>,
    /// Where the first message of a file is that has an event which cannot be read: `line 3 of events.ndjson`.
    first_refused: Option<String>,
}

impl EventIntake {
    /// What was counted so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Says what became of all events, of which `out_of_scope` hints were about what is not watched.
    pub fn describe(&self, out_of_scope: u64) -> String {
        let Counters { hints, ignored, refused, .. } = &self.counters;
        let ignored: u64 = ignored.values().sum();
        let refused = match refused.values().sum::<u64>() {
            0 => String::new(),
            number => {
                let reasons: Vec<&str> = refused.keys().map(|reason| reason.describe()).collect();
                format!(
                    "; netcensus could not understand {} ({}){}",
                    count(number, "event"),
                    reasons.join(", "),
                    self.first_refused.as_ref().map(|place| format!(", first {place}")).unwrap_or_default()
                )
            }
        };
        let messages = self.counters.messages.values().sum();
        format!(
            "{}: {}, {out_of_scope} of them out of scope; {ignored} ignored{refused}",
            count(messages, "message"),
            count(*hints, "hint")
        )
    }

    /// Tells whether nothing that came is an event, so that the source is probably not what it was meant to be.
    pub fn has_understood_nothing(&self) -> bool {
        let Counters { hints, ignored, refused, .. } = &self.counters;
        // What contradicts itself is an event, and what is too large may be one.
        let is_no_event =
            |reason: &RefuseReason| matches!(reason, RefuseReason::NotJson | RefuseReason::NotAnEvent);
        *hints == 0 && ignored.is_empty() && !refused.is_empty() && refused.keys().all(is_no_event)
    }

    /// Returns what a message of `source`, which has this number, comes to. `None` if it is to be set aside.
    pub fn parse(&mut self, source: &str, number: u64, message: &Message) -> Option<TakenMessage> {
        self.counters.count_message(source, message.receive_count);
        if message.receive_count > MAX_RECEIVED {
            self.counters.poisoned_messages += 1;
            return None;
        }
        let (mut hints, mut refused, now) = (Vec::new(), 0, Timestamp::now());
        for event in parse_message(&message.body) {
            self.counters.count_event(&event, now);
            match event {
                ParsedEvent::Hint(hint) => hints.push(hint),
                other => {
                    refused += u64::from(matches!(other, ParsedEvent::Refused(_)));
                    // Not what is in it: that may be personal, or a secret.
                    tracing::debug!(
                        source,
                        message = message.token.as_str(),
                        reason = other.reason(),
                        "no hint"
                    );
                }
            }
        }
        // Ids of messages in queues say nothing to people.
        if refused > 0 && self.first_refused.is_none() && message.token.as_str().starts_with(LINE) {
            self.first_refused = Some(format!("{} of {source}", message.token.as_str()));
        }
        let happened = hints.iter().filter_map(|hint| hint.at).min().or(message.sent_at);
        if let Some(happened) = happened.filter(|_| !hints.is_empty()) {
            self.happened.insert(number, happened);
        }
        Some(TakenMessage { hints, refused })
    }

    /// Forgets a message that led to nothing: no record is late because of it.
    pub fn forget(&mut self, number: u64) {
        self.happened.remove(&number);
    }

    /// Notes that what these messages led to is recorded.
    pub fn note_done(&mut self, numbers: &[u64], now: Timestamp) {
        for happened in numbers.iter().filter_map(|number| self.happened.remove(number)) {
            self.counters.lag.record(happened, now);
        }
    }
}

fn count(number: u64, noun: &str) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::MessageToken;

    const EVENT: &str = include_str!("../../../tests/fixtures/events/ec2-state-change.json");

    fn message(body: &str, receive_count: u32) -> Message {
        Message { token: MessageToken::new("m"), body: body.into(), receive_count, sent_at: None }
    }

    #[test]
    fn the_lag_is_from_the_event_to_when_it_is_done() {
        let mut intake = EventIntake::default();
        let taken = intake.parse("q", 1, &message(EVENT, 1)).unwrap();
        let at = taken.hints[0].at.unwrap();
        intake.note_done(&[1, 2], at + jiff::SignedDuration::from_secs(3));
        assert_eq!((intake.counters().lag.count(), intake.counters().lag.sum().as_secs()), (1, 3));
        assert_eq!((taken.refused, intake.parse("q", 2, &message("hello", 1)).unwrap().refused), (0, 1));
        intake.note_done(&[2], at);
        assert_eq!(intake.counters().lag.count(), 1, "it led to nothing");
        assert_eq!(
            intake.describe(1),
            "2 messages: 1 hint, 1 of them out of scope; 0 ignored; netcensus could not understand 1 event (not JSON)"
        );
    }

    #[test]
    fn a_file_without_events_is_no_file_of_events() {
        let line = |number: u64, body: &str| Message {
            token: MessageToken::new(format!("{LINE}{number}")),
            ..message(body, 1)
        };
        let mut intake = EventIntake::default();
        assert!(!intake.has_understood_nothing(), "an empty file is one in which nothing happened");
        intake.parse("file", 1, &line(7, "hello")).unwrap();
        intake.parse("file", 2, &line(8, "hello")).unwrap();
        assert!(intake.has_understood_nothing());
        let said = intake.describe(0);
        assert!(said.ends_with("could not understand 2 events (not JSON), first line 7 of file"), "{said}");
        intake.parse("file", 3, &line(9, EVENT)).unwrap();
        assert!(!intake.has_understood_nothing());
    }

    #[test]
    fn an_empty_batch_and_an_odd_event_do_not_make_a_file_one_without_events() {
        let large = " ".repeat((16 << 20) + 1);
        let odd = r#"{"properties": {"targetResourceId": "odd"}}"#;
        for (body, refused) in
            [("[]", 0), (r#"{"Records": []}"#, 0), (r#"{"data": []}"#, 0), (odd, 1), (large.as_str(), 1)]
        {
            let mut intake = EventIntake::default();
            let taken = intake.parse("file", 1, &message(body, 1)).unwrap();
            assert_eq!((taken.hints.len(), taken.refused), (0, refused), "{body:.40}");
            assert!(!intake.has_understood_nothing(), "{body:.40}");
        }
    }

    #[test]
    fn a_message_that_comes_back_for_ever_is_set_aside() {
        let mut intake = EventIntake::default();
        assert!(intake.parse("q", 1, &message(EVENT, MAX_RECEIVED)).is_some());
        assert!(intake.parse("q", 2, &message(EVENT, MAX_RECEIVED + 1)).is_none());
        assert_eq!(intake.counters().poisoned_messages, 1);
    }
}
