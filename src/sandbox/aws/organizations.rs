//! AWS Organizations, in its JSON protocol.

use serde::Deserialize;
use serde_json::{Value, json};

use super::request::AwsRequest;
use super::response::{ErrorAnswer, Service};
use crate::sandbox::estate::{Account, Organization};

/// When every account joined, in seconds of the epoch.
const JOINED: f64 = 1_700_000_000.0;

/// The most accounts a page holds.
const LARGEST_PAGE: usize = 20;

/// Answers a call.
pub fn answer(call: &AwsRequest<'_>, body: &[u8]) -> Result<String, ErrorAnswer> {
    let organization = call.estate.organization.as_ref().ok_or_else(|| {
        ErrorAnswer::bad_request(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        )
    })?;
    let content = match call.action {
        "DescribeOrganization" => describe(call, organization),
        "ListAccounts" => list_accounts(call, organization, body)?,
        _ => return Err(ErrorAnswer::unknown_action(Service::Organizations, call.action)),
    };
    Ok(content.to_string())
}

fn describe(call: &AwsRequest<'_>, organization: &Organization) -> Value {
    let (id, management) = (&organization.id, &organization.management);
    json!({ "Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{management}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountId": management,
        "MasterAccountArn": arn(organization, management),
        "MasterAccountEmail": call.estate.account(management).map(email),
    }})
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAccounts {
    next_token: Option<String>,
    max_results: Option<usize>,
}

fn list_accounts(
    call: &AwsRequest<'_>,
    organization: &Organization,
    body: &[u8],
) -> Result<Value, ErrorAnswer> {
    if call.account.id != organization.management {
        let message = "You don't have permissions to access this resource.";
        return Err(ErrorAnswer::bad_request("AccessDeniedException", message));
    }
    let input: ListAccounts = serde_json::from_slice(body).map_err(|_| {
        ErrorAnswer::bad_request("SerializationException", "The request is not the JSON that it should be.")
    })?;
    let size = input.max_results.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(ErrorAnswer::bad_request("InvalidInputException", "MaxResults must be 1 to 20."));
    }
    let page = call
        .page(input.next_token.as_deref(), size.min(call.estate.page_size))
        .ok_or_else(|| ErrorAnswer::bad_request("InvalidInputException", "The NextToken is not valid."))?;
    let all = &call.estate.accounts;
    let (range, next) = page.slice(all.len());
    let accounts: Vec<Value> =
        all[range].iter().map(|account| describe_account(organization, account)).collect();
    Ok(match next {
        Some(token) => json!({ "Accounts": accounts, "NextToken": token }),
        None => json!({ "Accounts": accounts }),
    })
}

fn describe_account(organization: &Organization, account: &Account) -> Value {
    json!({
        "Id": account.id,
        "Arn": arn(organization, &account.id),
        "Email": email(account),
        "Name": account.name,
        "Status": account.status,
        "State": account.status,
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": JOINED,
    })
}

fn arn(organization: &Organization, account: &str) -> String {
    format!("arn:aws:organizations::{}:account/{}/{account}", organization.management, organization.id)
}

fn email(account: &Account) -> String {
    format!("{}@example.com", account.name)
}
