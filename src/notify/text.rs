//! A notice as plain text: mail by way of SNS, and the parts that other channels put into their own shapes.
//!
//! Anyone who can tag a resource writes names, so control, bidirectional and invisible characters are escaped here, and
//! lengths are bounded.

use std::fmt::Write;

use jiff::Timestamp;

use super::notice::{Notice, NoticeEvent, Place};
use crate::output::escape_unprintable;
use crate::wording::counted;

/// The most characters of a sentence that are kept.
const MAX_SENTENCE: usize = 400;
/// The most characters of a line about a place that are kept.
const MAX_LINE: usize = 300;

/// Writes what happened, and how bad it is: `new critical NC101, since 2026-11-20 06:00 UTC`.
pub fn heading(event: &NoticeEvent) -> String {
    let code = event.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let (kind, severity) = (event.event.as_str(), event.severity.as_str());
    clean(&format!("{kind} ({severity}){code}, since {}", minute(event.since)), MAX_LINE)
}

/// Writes what it is, where it is and how to see more, a line each.
pub fn body(event: &NoticeEvent) -> Vec<String> {
    let mut lines = vec![clean(&event.what, MAX_SENTENCE)];
    lines.extend(event.places.iter().map(place));
    if event.places_left_out > 0 {
        lines.push(format!("... and {} more", event.places_left_out));
    }
    lines.push(format!("see more: {}", clean(&event.command, MAX_LINE)));
    lines
}

/// Writes where something is, with names and ids.
fn place(place: &Place) -> String {
    let named = |id: &String, name: &Option<String>| match name {
        Some(name) if name != id => format!("{id} ({name})"),
        _ => id.clone(),
    };
    let mut words: Vec<String> = place.provider.iter().map(|provider| provider.as_str().to_owned()).collect();
    words.extend(place.account.as_ref().map(|account| named(account, &place.account_name)));
    words.extend(place.region.clone());
    words.push(named(&place.id, &place.name));
    words.extend(place.prefix.clone());
    clean(&words.join(" "), MAX_LINE)
}

/// Writes when the inventory was read, what was left out, the notes and the command, a line each.
pub fn footer(notice: &Notice) -> Vec<String> {
    let mut lines = Vec::new();
    if notice.left_out > 0 {
        lines.push(format!("... and {}", counted(notice.left_out, "more event")));
    }
    let complete = if notice.complete {
        "complete"
    } else {
        "INCOMPLETE: what could not be read does not count as over"
    };
    lines.push(format!("inventory of {}, {complete}", minute(notice.taken_at)));
    lines.extend(notice.notes.iter().take(5).map(|note| clean(note, MAX_LINE)));
    lines.push(format!("see more: {}", clean(&notice.command, MAX_LINE)));
    lines
}

/// Writes the whole notice.
pub fn full_text(notice: &Notice) -> String {
    let mut text = format!("{}\n", clean(&notice.summary, MAX_SENTENCE));
    for event in &notice.events {
        let _ = write!(text, "\n{}\n  {}\n", heading(event), body(event).join("\n  "));
    }
    let _ = write!(text, "\n{}\n", footer(notice).join("\n"));
    text
}

/// Writes a time for people, to the minute.
pub(super) fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Escapes what cannot be printed, and cuts a text to so many characters.
pub fn clean(text: &str, most: usize) -> String {
    ellipsize(&escape_unprintable(text), most)
}

/// Cuts a text to so many characters, and marks that it was cut.
pub fn ellipsize(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
