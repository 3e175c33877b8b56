//! What became of the conditions since they were told: the one place that decides what is worth a message.

use std::cmp::Reverse;

use jiff::SignedDuration;

use super::notice::{EventKind, NOTICE_VERSION, Notice, NoticeEvent, Place, Severity};
use super::observation::{Condition, Observation};
use super::reported_conditions::{ReportedCondition, ReportedConditions};
use super::text::ellipsize;

/// The most events of a notice: the worst ones.
pub const MAX_EVENTS: usize = 20;
/// The most notes of a notice.
const MAX_NOTES: usize = 5;
/// The most characters of a sentence.
const MAX_SENTENCE: usize = 400;
/// The most characters of a name or id. The longest ids, those of Azure, are shorter.
const MAX_TEXT: usize = 600;

/// Compares what a report found with what was told before. Returns the events, the worst ones first, and what is told once
/// they are sent. A condition is over only if it would have been seen: what could not be read clears nothing.
#[must_use]
pub fn condition_events(
    told: &ReportedConditions,
    now: &Observation,
    remind: Option<SignedDuration>,
) -> (Vec<NoticeEvent>, ReportedConditions) {
    let mut events: Vec<(usize, NoticeEvent)> = Vec::new();
    let mut next = ReportedConditions::default();
    next.until = Some(now.taken_at);
    for condition in &now.conditions {
        let before = told.conditions.get(&condition.key);
        let (event, after) = become_of(condition, before, now, remind);
        if let Some(event) = event {
            let shown = after.clone().or_else(|| Some(over(condition, before?)));
            events.extend(shown.map(|shown| (condition.size, shown.to_event(event, &condition.key))));
        }
        next.conditions.extend(after.map(|after| (condition.key.clone(), after)));
    }
    let is_seen =
        |key: &str| next.conditions.contains_key(key) || now.conditions.iter().any(|c| c.key == key);
    let mut unseen: Vec<(String, ReportedCondition)> = Vec::new();
    for (key, before) in told.conditions.iter().filter(|(key, _)| !is_seen(key)) {
        if !now.knows(&before.needs) {
            unseen.push((key.clone(), before.clone()));
        } else if now.lasting {
            events.push((before.size, before.to_event(EventKind::Over, key)));
        }
    }
    next.conditions.extend(unseen);
    events.sort_by_cached_key(rank);
    (events.into_iter().map(|(_, event)| event).collect(), next)
}

/// Decides what became of a condition that the report has, and what is remembered of it.
fn become_of(
    condition: &Condition,
    before: Option<&ReportedCondition>,
    now: &Observation,
    remind: Option<SignedDuration>,
) -> (Option<EventKind>, Option<ReportedCondition>) {
    let Some(severity) = severity(condition, before) else {
        return (before.filter(|_| now.lasting).map(|_| EventKind::Over), None);
    };
    let Some(before) = before else {
        let kind = if now.lasting { EventKind::New } else { EventKind::Changed };
        return (Some(kind), Some(ReportedCondition::new(condition, severity, now.taken_at, now.taken_at)));
    };
    let is_due = remind.is_some_and(|remind| now.taken_at.duration_since(before.told_at) >= remind);
    let event = if severity > before.severity || (severity == before.severity && condition.size > before.size)
    {
        Some(EventKind::Worse)
    } else if severity < before.severity {
        Some(EventKind::Better)
    } else {
        is_due.then_some(EventKind::Reminder)
    };
    let event = event.filter(|_| now.lasting);
    let told_at = if event.is_some() { now.taken_at } else { before.told_at };
    let mut after = ReportedCondition::new(condition, severity, before.since, told_at);
    if !now.knows(&condition.needs) {
        // It may be smaller only because a part of it was not read.
        after.size = after.size.max(before.size);
    }
    (event, Some(after))
}

/// Returns how bad a condition is: what was told stays until it is surely over.
fn severity(condition: &Condition, before: Option<&ReportedCondition>) -> Option<Severity> {
    let held = before.and_then(|before| condition.holds.map(|holds| holds.min(before.severity)));
    condition.level.max(held)
}

/// Describes a condition that the report has, and with which nothing is wrong any more.
fn over(condition: &Condition, before: &ReportedCondition) -> ReportedCondition {
    ReportedCondition::new(condition, before.severity, before.since, before.told_at)
}

/// The order of events: what is over comes last, then the worst first.
fn rank((size, event): &(usize, NoticeEvent)) -> impl Ord + use<> {
    let is_over = event.event == EventKind::Over;
    (is_over, Reverse(event.severity), event.event, Reverse(*size), event.key.clone())
}

impl Notice {
    /// Makes the notice of the events of an inventory that was read in `scope`; `None` when nothing happened, because an
    /// empty message helps no one and some services refuse it.
    #[must_use]
    pub fn new(now: &Observation, events: Vec<NoticeEvent>, scope: &str) -> Option<Self> {
        if events.is_empty() {
            return None;
        }
        let counts = EventKind::ALL.into_iter().filter_map(|kind| {
            let number = events.iter().filter(|event| event.event == kind).count();
            (number > 0).then(|| format!("{number} {}", counted_as(kind, number)))
        });
        let counts: Vec<String> = counts.collect();
        Some(Self {
            schema_version: NOTICE_VERSION,
            generator: now.generator.clone(),
            id: Self::make_id(now.report, scope, now.taken_at, &events),
            report: now.report,
            taken_at: now.taken_at,
            complete: now.complete,
            summary: ellipsize(
                &format!("netcensus {}: {}; {}", now.report.as_str(), counts.join(", "), now.now),
                MAX_SENTENCE,
            ),
            left_out: events.len().saturating_sub(MAX_EVENTS),
            events: events.into_iter().take(MAX_EVENTS).map(bounded).collect(),
            notes: now.notes.iter().take(MAX_NOTES).map(|note| ellipsize(note, MAX_SENTENCE)).collect(),
            command: ellipsize(&now.command, MAX_SENTENCE),
        })
    }
}

/// Bounds the texts of an event: names are as long as anyone likes, and a notice has to fit into every service.
fn bounded(event: NoticeEvent) -> NoticeEvent {
    let text = |text: Option<String>| text.map(|text| ellipsize(&text, MAX_TEXT));
    let place = |place: Place| Place {
        account: text(place.account),
        account_name: text(place.account_name),
        id: ellipsize(&place.id, MAX_TEXT),
        name: text(place.name),
        ..place
    };
    NoticeEvent {
        key: ellipsize(&event.key, MAX_TEXT),
        what: ellipsize(&event.what, MAX_SENTENCE),
        places: event.places.into_iter().map(place).collect(),
        command: ellipsize(&event.command, MAX_TEXT),
        ..event
    }
}

/// Returns how an event is counted: `2 reminders`.
const fn counted_as(kind: EventKind, number: usize) -> &'static str {
    match (kind, number) {
        (EventKind::Reminder, 2..) => "reminders",
        (kind, _) => kind.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;

    use super::super::notice::ReportKind;
    use super::*;

    fn condition(key: &str, level: Option<Severity>) -> Condition {
        Condition {
            key: key.to_owned(),
            level,
            holds: level,
            size: 2,
            code: None,
            what: format!("{key} is full"),
            places: Vec::new(),
            places_left_out: 0,
            needs: vec!["subnets of a".to_owned()],
            command: format!("netcensus find {key}"),
        }
    }

    fn observe(day: i64, conditions: Vec<Condition>) -> Observation {
        Observation {
            report: ReportKind::Usage,
            generator: "test".to_owned(),
            taken_at: Timestamp::from_second(1_795_000_000 + day * 86_400).unwrap(),
            lasting: true,
            conditions,
            complete: true,
            reads: BTreeSet::new(),
            now: "1 subnet is critical".to_owned(),
            notes: Vec::new(),
            command: "netcensus usage".to_owned(),
            metrics: Vec::new(),
        }
    }

    /// Returns what is told of each observation, one after the other.
    fn tell(days: &[Observation], remind: Option<SignedDuration>) -> Vec<Vec<String>> {
        let mut told = ReportedConditions::default();
        let mut each = Vec::new();
        for now in days {
            let (events, next) = condition_events(&told, now, remind);
            let words = |event: &NoticeEvent| {
                format!("{} {} {}", event.event.as_str(), event.severity.as_str(), event.key)
            };
            each.push(events.iter().map(words).collect());
            told = next;
        }
        each
    }

    const WARNING: Option<Severity> = Some(Severity::Warning);
    const CRITICAL: Option<Severity> = Some(Severity::Critical);

    #[test]
    fn a_condition_is_told_once_when_it_begins_and_once_when_it_is_over() {
        let full = || vec![condition("a", CRITICAL)];
        let told = tell(
            &[
                observe(0, full()),
                observe(1, full()),
                observe(1, full()),
                observe(2, vec![]),
                observe(3, vec![]),
            ],
            None,
        );
        assert_eq!(told, [vec!["new critical a"], vec![], vec![], vec!["over critical a"], vec![]]);
    }

    #[test]
    fn a_condition_that_rises_falls_or_grows_is_told() {
        let sized = |size| vec![Condition { size, ..condition("a", CRITICAL) }];
        let told = tell(
            &[
                observe(0, vec![condition("a", WARNING)]),
                observe(1, vec![condition("a", CRITICAL)]),
                observe(2, sized(3)),
                observe(3, sized(2)),
                observe(4, sized(3)),
                observe(5, vec![condition("a", WARNING)]),
            ],
            None,
        );
        assert_eq!(
            told,
            [
                vec!["new warning a"],
                vec!["worse critical a"],
                vec!["worse critical a"],
                vec![],
                vec!["worse critical a"],
                vec!["better warning a"]
            ]
        );
    }

    /// Trap 8 of thresholds: a value that swings around its threshold is told once.
    #[test]
    fn hysteresis_keeps_a_condition_until_it_is_surely_over() {
        let swinging = || vec![Condition { holds: CRITICAL, ..condition("a", WARNING) }];
        let below = || vec![Condition { holds: WARNING, ..condition("a", None) }];
        let told = tell(
            &[
                observe(0, below()),
                observe(1, swinging()),
                observe(2, vec![condition("a", CRITICAL)]),
                observe(3, swinging()),
                observe(4, vec![condition("a", CRITICAL)]),
                observe(5, below()),
                observe(6, vec![condition("a", None)]),
            ],
            None,
        );
        assert_eq!(
            told,
            [
                vec![],
                vec!["new warning a"],
                vec!["worse critical a"],
                vec![],
                vec![],
                vec!["better warning a"],
                vec!["over warning a"]
            ]
        );
    }

    #[test]
    fn what_could_not_be_read_clears_nothing() {
        let full = || vec![condition("a", CRITICAL)];
        let blind = |day| Observation { complete: false, ..observe(day, vec![]) };
        let elsewhere = Observation { reads: BTreeSet::from(["subnets of a".to_owned()]), ..blind(3) };
        let told = tell(&[observe(0, full()), blind(1), observe(2, full()), elsewhere], None);
        assert_eq!(told, [vec!["new critical a"], vec![], vec![], vec!["over critical a"]]);
        // One that was seen in part only is not smaller, so that the rest of it is not news later.
        let sized = |size| vec![Condition { size, ..condition("a", CRITICAL) }];
        let partial = Observation { complete: false, ..observe(1, sized(1)) };
        assert_eq!(
            tell(&[observe(0, sized(3)), partial, observe(2, sized(3))], None)[1..],
            [vec![""; 0], vec![]]
        );
    }

    #[test]
    fn reminders_come_as_long_as_a_condition_lasts() {
        let full = |day| observe(day, vec![condition("a", CRITICAL)]);
        let told =
            tell(&[full(0), full(6), full(7), full(8), full(14)], Some(SignedDuration::from_hours(7 * 24)));
        let reminder = vec!["reminder critical a"];
        assert_eq!(told, [vec!["new critical a"], vec![], reminder.clone(), vec![], reminder]);
    }

    #[test]
    fn changes_are_told_once_and_never_end() {
        let changed = |day, keys: &[&str]| Observation {
            lasting: false,
            ..observe(day, keys.iter().map(|key| condition(key, WARNING)).collect())
        };
        let told =
            tell(&[changed(0, &["a"]), changed(0, &["a", "b"]), changed(1, &[]), changed(2, &["a"])], None);
        assert_eq!(
            told,
            [vec!["changed warning a"], vec!["changed warning b"], vec![], vec!["changed warning a"]]
        );
    }

    #[test]
    fn what_an_older_snapshot_had_is_not_new() {
        let older = observe(0, vec![condition("a", CRITICAL)]);
        let now = observe(1, vec![condition("a", CRITICAL), condition("b", CRITICAL)]);
        let (events, next) = condition_events(&ReportedConditions::from_older(&older), &now, None);
        assert_eq!(events.iter().map(|event| event.key.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(next.conditions["a"].since, older.taken_at);
    }

    #[test]
    fn a_notice_has_the_worst_twenty_and_counts_all() {
        let mut conditions: Vec<_> = (0..30).map(|n| condition(&format!("w{n:02}"), WARNING)).collect();
        conditions.push(condition("zzz", CRITICAL));
        let now = observe(1, conditions);
        let (events, _) = condition_events(
            &ReportedConditions::from_older(&observe(0, vec![condition("gone", CRITICAL)])),
            &now,
            None,
        );
        let notice = Notice::new(&now, events.clone(), "0a1b2c3d").unwrap();
        assert_eq!((notice.events.len(), notice.left_out, notice.events[0].key.as_str()), (20, 12, "zzz"));
        assert_eq!(notice.summary, "netcensus usage: 31 new, 1 over; 1 subnet is critical");
        assert_eq!(notice.id, Notice::new(&now, events, "0a1b2c3d").unwrap().id);
        assert_eq!(Notice::new(&now, Vec::new(), "0a1b2c3d"), None);
        assert_eq!(super::super::text::minute(now.taken_at), "2026-11-19 11:06 UTC");
    }
}
