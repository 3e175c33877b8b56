//! What Azure Storage answers: XML, and errors in its shape.
//! <https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2>

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use quick_xml::escape::escape;

use crate::sandbox::answer::Answer;
use crate::sandbox::queues::{Message, RETENTION};
use crate::sandbox::state::State;

const XML: &str = "application/xml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

/// What a message is listed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Only what makes it known, as when it was put there.
    Put,
    /// Everything, as when it is received.
    Received,
    /// Everything but what it takes to delete it, as when it is looked at.
    Peeked,
}

/// Answers with messages.
pub fn messages(status: u16, messages: &[Message], next_visible: Timestamp, listed: Listed) -> Answer {
    let items: Vec<String> = messages.iter().map(|message| item(message, next_visible, listed)).collect();
    let items = items.concat();
    Answer::new(status, XML, format!("{DECLARATION}<QueueMessagesList>{items}</QueueMessagesList>"))
}

fn item(message: &Message, next_visible: Timestamp, listed: Listed) -> String {
    // Queues keep messages for an hour, though the service would for seven days.
    let expires = message.sent + RETENTION;
    let mut elements = vec![
        ("MessageId", message.id.clone()),
        ("InsertionTime", date(message.sent)),
        ("ExpirationTime", date(expires)),
    ];
    if listed != Listed::Peeked {
        elements.push(("PopReceipt", message.receipt.clone()));
        elements.push(("TimeNextVisible", date(next_visible)));
    }
    if listed != Listed::Put {
        elements.push(("DequeueCount", message.receive_count.to_string()));
        elements.push(("MessageText", escape(&*message.body).into_owned()));
    }
    let elements: Vec<String> =
        elements.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    format!("<QueueMessage>{}</QueueMessage>", elements.concat())
}

/// Answers without a body.
pub fn empty(status: u16) -> Answer {
    Answer::new(status, XML, String::new())
}

/// Makes an error.
pub fn error(status: u16, code: &str, message: &str) -> Answer {
    let now = Timestamp::now();
    let (code_text, message) = (escape(code), escape(message));
    let body = format!(
        "{DECLARATION}<Error><Code>{code_text}</Code><Message>{message}\nTime:{now}</Message></Error>"
    );
    Answer::new(status, XML, body).with("x-ms-error-code", code)
}

/// Refuses a request without a good token, and says where to get one.
pub fn unauthorized(state: &State) -> Answer {
    let tenant = state.estate.azure.tenants.first().map_or("common", |tenant| &*tenant.id);
    let challenge = format!(
        "Bearer authorization_uri={}/{tenant}/oauth2/authorize resource_id=https://storage.azure.com",
        state.server.url
    );
    let message = "Server failed to authenticate the request. Please refer to the information in the \
                   www-authenticate header.";
    error(401, "InvalidAuthenticationInfo", message).with("www-authenticate", challenge)
}

/// Writes a time as HTTP does.
pub fn date(time: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}
