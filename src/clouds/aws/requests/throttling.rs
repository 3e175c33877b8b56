//! Recognises answers that refuse a request because too many were sent. How long is waited then is decided in
//! `pauses.rs` if the answer has `Retry-After`, else in `retries.rs`, and how many reads run at once afterwards in
//! `clouds/adaptive_limit.rs`. All of this is decided in `authentication/role_pacer.rs` for requests to assume a role.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::clouds::meter::TOO_MANY_REQUESTS;

/// As the SDK's own retry classifier has them, plus Organizations' word.
const THROTTLED: &[&str] = &[
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "TooManyRequestsException",
    "SlowDown",
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
];

/// Tells whether an error code says that too many requests were sent.
pub fn is_throttling_code(code: &str) -> bool {
    THROTTLED.contains(&code)
}

/// Tells whether an answer refuses the request for having asked too often. Its code stands in XML (`<Code>CODE</Code>`)
/// or JSON (`"__type":"NAMESPACE#CODE"`); EC2 sends status 503 with it, STS and Organizations 400.
pub fn is_throttling(response: &HttpResponse) -> bool {
    let status = response.status();
    if status.is_success() {
        return false;
    }
    let body = response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
    let is_code = |code: &&str| {
        body.match_indices(*code).any(|(at, _)| {
            let (before, behind) = (&body[..at], &body[at + code.len()..]);
            before.ends_with(['>', '"', '#']) && behind.starts_with(['<', '"'])
        })
    };
    status.as_u16() == TOO_MANY_REQUESTS || THROTTLED.iter().any(is_code)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn throttling_is_told_by_the_code_in_the_answer() {
        let answer = |status: u16, body: &str| {
            is_throttling(&HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_owned())))
        };
        let ec2 = "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>";
        assert!(answer(503, ec2));
        assert!(answer(400, r#"{"__type":"com.amazonaws.organizations#TooManyRequestsException"}"#));
        assert!(answer(429, ""));
        assert!(!answer(200, ec2));
        assert!(!answer(503, "<Code>Unavailable</Code><Message>no RequestLimitExceeded</Message>"));
    }
}
