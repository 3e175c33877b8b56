//! What all answers have in common: their form, errors in the shape of each service, and pages.

use std::ops::Range;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::estate::hash;
use crate::sandbox::server::{Answer, State};

/// Media type of the resource manager's and Entra's answers.
const JSON: &str = "application/json; charset=utf-8";

/// Answers as the resource manager does: indented, with the line ends of Windows.
pub fn indented(status: u16, body: &Value) -> Answer {
    let text = format!("{body:#}").replace('\n', "\r\n");
    Answer::new(status, JSON, text)
}

/// Answers as Entra does: on one line.
pub fn compact(status: u16, body: &Value) -> Answer {
    Answer::new(status, JSON, body.to_string())
}

/// Makes an error of the resource manager:
/// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>.
pub fn arm_error(status: u16, code: &str, message: impl Into<String>) -> Answer {
    indented(status, &json!({ "error": { "code": code, "message": message.into() } }))
}

/// Refuses a token, and says where to get another one.
pub fn unauthorized(state: &State, code: &str, message: &str) -> Answer {
    let challenge = format!(
        "Bearer authorization_uri=\"{}\", error=\"invalid_token\", error_description=\"{message}\"",
        state.url
    );
    arm_error(401, code, message).with("www-authenticate", challenge)
}

/// Makes an error of Resource Graph, whose reason is in its details.
pub fn graph_error(status: u16, code: &str, reasons: &[(&str, &str)], id: &str) -> Answer {
    let now = Timestamp::now();
    let details: Vec<Value> =
        reasons.iter().map(|(code, message)| json!({ "code": code, "message": message })).collect();
    let message = format!(
        "Please provide below info when asking for support: timestamp = {now}, correlationId = {id}."
    );
    indented(status, &json!({ "error": { "code": code, "message": message, "details": details } }))
}

/// Makes an error of Entra: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub fn entra_error(status: u16, error: &str, number: u32, message: &str, id: &str) -> Answer {
    let now = Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let body = json!({
        "error": error,
        "error_description":
            format!("AADSTS{number}: {message} Trace ID: {id} Correlation ID: {id} Timestamp: {now}"),
        "error_codes": [number],
        "timestamp": now,
        "trace_id": id,
        "correlation_id": id,
    });
    compact(status, &body)
}

/// Finds the page of `len` items that `token` leads to, the first one without; returns it with the token of
/// the next one. `None` when the token is not ours: made up, or of another list, which `scope` tells apart.
pub fn page(
    scope: &str,
    token: Option<&str>,
    size: usize,
    len: usize,
) -> Option<(Range<usize>, Option<String>)> {
    let start = match token {
        Some(token) => usize::from_str_radix(token.get(16..)?, 16).ok()?,
        None => 0,
    };
    let genuine = token.is_none_or(|token| token == make_token(scope, start));
    let start = start.min(len);
    let end = start.saturating_add(size).min(len);
    genuine.then(|| (start..end, (end < len).then(|| make_token(scope, end))))
}

fn make_token(scope: &str, start: usize) -> String {
    format!("{:016x}{start:x}", hash(&format!("{scope}/{start}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_lead_through_their_own_list_only() {
        let (first, next) = page("a", None, 3, 7).expect("is a page");
        let next = next.expect("there is more");
        let (second, last) = page("a", Some(&next), 4, 7).expect("is a page");
        assert_eq!((first, second, last), (0..3, 3..7, None));
        assert_eq!(page("b", Some(&next), 3, 7), None);
        assert_eq!(page("a", Some("00"), 3, 7), None);
        assert_eq!(page("a", None, 3, 0), Some((0..0, None)));
    }

    #[test]
    fn pages_of_any_size_make_the_same_whole() {
        for (size, len) in (1..=7).flat_map(|size| (0..=15).map(move |len| (size, len))) {
            let (mut seen, mut token) = (Vec::new(), None);
            loop {
                let (range, next) = page("a", token.as_deref(), size, len).expect("is a page");
                seen.extend(range);
                token = next;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..len).collect::<Vec<_>>(), "{size}");
        }
    }
}
