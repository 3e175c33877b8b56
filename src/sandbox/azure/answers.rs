//! What all answers have in common: their form, and errors in the shape of each service.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::answer::Answer;
use crate::sandbox::state::State;

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
        state.server.url
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
