//! Errors, in the shape of each service.

use serde_json::json;

use super::xml;
use crate::sandbox::server::Answer;

/// The services that are emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Ec2,
    Sts,
    Organizations,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 3] = [Self::Ec2, Self::Sts, Self::Organizations];

    /// Returns the name that requests are signed for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Sts => "sts",
            Self::Organizations => "organizations",
        }
    }
}

/// An error that AWS answers with.
#[derive(Debug)]
pub struct Refusal {
    status: u16,
    code: String,
    message: String,
}

impl Refusal {
    /// Makes an error with an HTTP status other than 400.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Makes an error about the request: 400.
    pub fn bad(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// Says that an action is not emulated, or no action at all.
    pub fn no_action(service: Service, action: &str) -> Self {
        let code =
            if service == Service::Organizations { "UnknownOperationException" } else { "InvalidAction" };
        Self::bad(code, format!("The action {action} is not valid for this web service."))
    }

    /// Puts it into the service's shape.
    pub fn answer(&self, service: Service, request_id: &str) -> Answer {
        let (code, message) = (&self.code, &self.message);
        let body = match service {
            Service::Ec2 => xml::document(
                "Response",
                None,
                &json!({ "Errors": { "Error": { "Code": code, "Message": message } }, "RequestID": request_id }),
            ),
            Service::Sts => xml::document(
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
        };
        Answer::new(self.status, content_type(service), body)
    }
}

/// Returns the media type of a service's answers.
pub const fn content_type(service: Service) -> &'static str {
    match service {
        Service::Ec2 | Service::Sts => "text/xml;charset=UTF-8",
        Service::Organizations => "application/x-amz-json-1.1",
    }
}
