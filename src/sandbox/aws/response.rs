//! Answers in the shape of each service: XML documents, and errors.

use std::fmt::Write;

use quick_xml::escape::escape;
use serde_json::{Value, json};

use crate::sandbox::answer::Answer;

/// The services that are emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Ec2,
    Sts,
    Organizations,
    Sqs,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 4] = [Self::Ec2, Self::Sts, Self::Organizations, Self::Sqs];

    /// Returns the name that requests are signed for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Sts => "sts",
            Self::Organizations => "organizations",
            Self::Sqs => "sqs",
        }
    }
}

/// An error that AWS answers with.
#[derive(Debug)]
pub struct ErrorAnswer {
    status: u16,
    code: String,
    message: String,
}

impl ErrorAnswer {
    /// Makes an error with an HTTP status other than 400.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Makes an error about the request: 400.
    pub fn bad_request(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// Says that an action is not emulated, or no action at all.
    pub fn unknown_action(service: Service, action: &str) -> Self {
        let code = match service {
            Service::Organizations | Service::Sqs => "UnknownOperationException",
            Service::Ec2 | Service::Sts => "InvalidAction",
        };
        Self::bad_request(code, format!("The action {action} is not valid for this web service."))
    }

    /// Puts it into the service's shape.
    pub fn to_answer(&self, service: Service, request_id: &str) -> Answer {
        let (code, message) = (&self.code, &self.message);
        let body = match service {
            Service::Ec2 => xml_document(
                "Response",
                None,
                &json!({ "Errors": { "Error": { "Code": code, "Message": message } }, "RequestID": request_id }),
            ),
            Service::Sts => xml_document(
                "ErrorResponse",
                Some("https://sts.amazonaws.com/doc/2011-06-15/"),
                &json!({
                    "Error": { "Type": "Sender", "Code": code, "Message": message },
                    "RequestId": request_id,
                }),
            ),
            Service::Organizations => {
                json!({ "__type": code, "message": message, "Message": message }).to_string()
            }
            Service::Sqs => {
                json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": message }).to_string()
            }
        };
        let answer = Answer::new(self.status, content_type(service), body);
        match service {
            Service::Sqs => answer.with("x-amzn-query-error", format!("{};Sender", query_code(code))),
            Service::Ec2 | Service::Sts | Service::Organizations => answer,
        }
    }

    /// Writes it as the entry of an SQS batch that failed.
    pub fn to_batch_entry(&self, id: &str) -> Value {
        json!({ "Id": id, "Code": self.code, "Message": self.message, "SenderFault": self.status < 500 })
    }
}

/// Returns the media type of a service's answers.
pub const fn content_type(service: Service) -> &'static str {
    match service {
        Service::Ec2 | Service::Sts => "text/xml;charset=UTF-8",
        Service::Organizations => "application/x-amz-json-1.1",
        Service::Sqs => "application/x-amz-json-1.0",
    }
}

/// Returns the code that an error of SQS had in its query protocol, which SDKs still report:
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait>.
fn query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".into(),
        "EmptyBatchRequest"
        | "TooManyEntriesInBatchRequest"
        | "BatchEntryIdsNotDistinct"
        | "MessageNotInflight" => {
            format!("AWS.SimpleQueueService.{code}")
        }
        _ => code.into(),
    }
}

/// Renders a whole XML document. The tree that it is given becomes XML: members of objects become elements, those of arrays
/// become `item` elements, null becomes nothing.
pub fn xml_document(root: &str, namespace: Option<&str>, content: &Value) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = match namespace {
        Some(namespace) => write!(xml, "<{root} xmlns=\"{namespace}\">"),
        None => write!(xml, "<{root}>"),
    };
    children(content, &mut xml);
    let _ = write!(xml, "</{root}>");
    xml
}

fn element(name: &str, value: &Value, xml: &mut String) {
    if !value.is_null() {
        let _ = write!(xml, "<{name}>");
        children(value, xml);
        let _ = write!(xml, "</{name}>");
    }
}

fn children(value: &Value, xml: &mut String) {
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().for_each(|(name, value)| element(name, value, xml)),
        Value::Array(items) => items.iter().for_each(|item| element("item", item, xml)),
        Value::String(text) => xml.push_str(&escape(text.replace(not_xml, "\u{fffd}"))),
        Value::Bool(_) | Value::Number(_) => {
            let _ = write!(xml, "{value}");
        }
    }
}

/// Tells whether XML 1.0 has no way to write a character: <https://www.w3.org/TR/xml/#charsets>.
const fn not_xml(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_become_elements_and_text_is_escaped() {
        let tree = json!({ "a": [{ "b": "<&\">" }, { "b": null }], "c": true, "d": "\u{1b}[31m" });
        assert_eq!(
            xml_document("R", Some("urn:x"), &tree),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"urn:x\"><a><item><b>&lt;&amp;&quot;&gt;</b></item>\
             <item></item></a><c>true</c><d>\u{fffd}[31m</d></R>"
        );
    }
}
