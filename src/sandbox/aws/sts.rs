//! The Security Token Service: who am I, and who may I become.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::request::{AwsRequest, session_token};
use super::response::{ErrorAnswer, Service, xml_document};
use crate::sandbox::estate::{Account, secret_key, temporary_key};

/// The API's version, which its requests carry.
pub const VERSION: &str = "2011-06-15";

/// Answers a call.
pub fn answer(call: &AwsRequest<'_>) -> Result<String, ErrorAnswer> {
    let result = match call.action {
        "GetCallerIdentity" => caller_identity(call),
        "AssumeRole" => assume_role(call)?,
        _ => return Err(ErrorAnswer::unknown_action(Service::Sts, call.action)),
    };
    let action = call.action;
    let content = json!({
        format!("{action}Result"): result,
        "ResponseMetadata": { "RequestId": call.request_id },
    });
    let namespace = format!("https://sts.amazonaws.com/doc/{VERSION}/");
    Ok(xml_document(&format!("{action}Response"), Some(&namespace), &content))
}

fn caller_identity(call: &AwsRequest<'_>) -> Value {
    let session = call.session.and_then(|session| session.split_once('/'));
    let user = match session {
        Some((_, name)) => format!("AROA0000{}:{name}", call.account.id),
        None => format!("AIDA0000{}", call.account.id),
    };
    json!({ "Account": call.account.id, "Arn": call.arn(), "UserId": user })
}

fn assume_role(call: &AwsRequest<'_>) -> Result<Value, ErrorAnswer> {
    let required = |name: &str| {
        let missing = || {
            ErrorAnswer::bad_request(
                "ValidationError",
                format!("Value null at '{name}' failed to satisfy constraint"),
            )
        };
        call.params.get(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    let (arn, session) = (required("RoleArn")?, required("RoleSessionName")?);
    if !session.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte)) {
        return Err(ErrorAnswer::bad_request(
            "ValidationError",
            format!("'{session}' is not a role session name"),
        ));
    }
    let duration = match call.params.get("DurationSeconds") {
        Some(text) => text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds)),
        None => Some(3600),
    };
    let duration = duration
        .ok_or_else(|| ErrorAnswer::bad_request("ValidationError", "DurationSeconds must be 900 to 43200"))?;
    let (account, role) = role(call, arn)?;
    // A server may look at the clock; a client that compares with its own would refuse a fixed time.
    let expiration = Timestamp::from_second(Timestamp::now().as_second() + duration)
        .map_err(|_| ErrorAnswer::bad_request("ValidationError", "DurationSeconds is out of range"))?;
    Ok(json!({
        "Credentials": {
            "AccessKeyId": temporary_key(&account.id),
            "SecretAccessKey": secret_key(&account.id),
            "SessionToken": session_token(role, session),
            "Expiration": expiration.to_string(),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": format!("AROA0000{}:{session}", account.id),
            "Arn": format!("arn:aws:sts::{}:assumed-role/{role}/{session}", account.id),
        },
        "PackedPolicySize": 0,
    }))
}

/// Finds the role; one that is not there is refused like one that does not trust the caller.
fn role<'a>(call: &AwsRequest<'a>, arn: &'a str) -> Result<(&'a Account, &'a str), ErrorAnswer> {
    let invalid = || ErrorAnswer::bad_request("ValidationError", format!("{arn} is invalid"));
    let (account, path) =
        arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/")).ok_or_else(invalid)?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let allowed = call.estate.account(account).filter(|account| {
        let trusts = |external_id: &Option<String>| {
            external_id.as_deref().is_none_or(|wanted| call.params.get("ExternalId") == Some(wanted))
        };
        account.is_active() && account.roles.get(name).is_some_and(trusts)
    });
    allowed.map(|account| (account, name)).ok_or_else(|| {
        let caller = call.arn();
        let message =
            format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        ErrorAnswer::new(403, "AccessDenied", message)
    })
}
