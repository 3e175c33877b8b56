//! Opens what events are wrapped in, and hands each event to the parser of its shape.
//!
//! Azure's queues have JSON in base64, SNS puts the text of an event into a JSON document, `CloudTrail`'s files and answers
//! of Resource Graph have lists, and recorded events stand one on a line.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Deserializer, Value};

use super::parsed_event::{EventOutcome, IgnoreReason, ParsedEvent, RefuseReason, ignored, refused, text};
use super::{cloud_trail, event_bridge, event_grid};

/// Messages of SQS have 1 MiB at most, and those of Azure's queues 64 KiB; a recorded batch may be larger.
const LARGEST_BODY: usize = 16 << 20;
/// How many wrappings are opened: an event in SNS in base64 in an array needs three.
const MAX_WRAPPINGS: u32 = 6;

/// Parses the body of a message into what its events come to, in their order. There is none only if it has nothing but
/// empty batches, such as an answer of Resource Graph without changes.
#[must_use]
pub fn parse_message(body: &[u8]) -> Vec<ParsedEvent> {
    if body.len() > LARGEST_BODY {
        return vec![ParsedEvent::Refused(RefuseReason::TooLarge)];
    }
    let mut parsed = Vec::new();
    parse_text(body, MAX_WRAPPINGS, &mut parsed);
    parsed
}

/// Parses one JSON document or several, or base64 of such.
fn parse_text(text: &[u8], wrappings: u32, parsed: &mut Vec<ParsedEvent>) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    let is_json = text.first().is_some_and(|first| b"{[\"".contains(first));
    if !is_json {
        match STANDARD.decode(text) {
            Ok(decoded) if wrappings > 0 && !text.is_empty() => parse_text(&decoded, wrappings - 1, parsed),
            _ => parsed.push(ParsedEvent::Refused(RefuseReason::NotJson)),
        }
        return;
    }
    for value in Deserializer::from_slice(text).into_iter::<Value>() {
        match value {
            Ok(value) => parse_value(&value, wrappings, parsed),
            // What follows a broken document cannot be told from a part of it.
            Err(_) => return parsed.push(ParsedEvent::Refused(RefuseReason::NotJson)),
        }
    }
}

fn parse_value(value: &Value, wrappings: u32, parsed: &mut Vec<ParsedEvent>) {
    let Some(within) = wrappings.checked_sub(1) else {
        return parsed.push(ParsedEvent::Refused(RefuseReason::NotAnEvent));
    };
    if let Some(values) = batch(value) {
        for value in values {
            parse_value(value, within, parsed);
        }
    } else if let Some(text) = wrapped_text(value) {
        parse_text(text.as_bytes(), within, parsed);
    } else {
        match parse_event(value) {
            Ok(hints) => parsed.extend(hints.into_iter().map(ParsedEvent::Hint)),
            Err(other) => parsed.push(other.into()),
        }
    }
}

/// Returns the events of a batch: an array, a file of `CloudTrail` (`Records`), an answer of Resource Graph (`data`).
fn batch(value: &Value) -> Option<&Vec<Value>> {
    let is_event =
        value.get("detail").or_else(|| value.get("eventType")).or_else(|| value.get("type")).is_some();
    match value {
        Value::Array(values) => Some(values),
        Value::Object(_) if !is_event => value.get("Records").or_else(|| value.get("data"))?.as_array(),
        _ => None,
    }
}

/// Returns the text in a message of SNS, or in a string.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>
fn wrapped_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ if text(value, "Type") == Some("Notification") => text(value, "Message"),
        _ => None,
    }
}

fn parse_event(event: &Value) -> EventOutcome {
    if event.get("detail-type").is_some() {
        event_bridge::parse(event)
    } else if event.get("eventSource").is_some() && event.get("eventName").is_some() {
        cloud_trail::parse_record(event)
    } else if let Some("SubscriptionConfirmation" | "UnsubscribeConfirmation") = text(event, "Type") {
        Err(ignored(IgnoreReason::Subscription))
    } else if event.get("eventType").is_some() || event.get("specversion").is_some() {
        event_grid::parse(event)
    } else if event.pointer("/properties/targetResourceId").is_some() {
        event_grid::parse_change(event)
    } else {
        Err(refused(RefuseReason::NotAnEvent))
    }
}
