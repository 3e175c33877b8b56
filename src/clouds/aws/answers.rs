//! Checks every answer before what was decoded of it is believed.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    Error, FinalizerInterceptorContextMut, Output, OutputOrError,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::flaw::Flaw;
use super::odd_rows::{self, is_read_to_the_end, text_of, without_sections};
use super::xml_scan::{Layout, Row, RowLayout, scan};
use crate::clouds::causes::root;
use crate::clouds::meter;

/// Refuses answers that are not whole, and leaves out single rows that cannot be read.
///
/// It looks at the body that the SDK has decoded, once that is loaded: it has no other hook between the two.
#[derive(Debug)]
pub struct CheckAnswers;

const fn list(action: &'static str, list: &'static str, id: &'static str) -> Layout {
    Layout { action, list, rows: Some(RowLayout { id, nested: None, needs_all: false }) }
}

const fn result(action: &'static str, list: &'static str) -> Layout {
    Layout { action, list, rows: None }
}

/// The answers in XML: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>.
const LAYOUTS: [Layout; 13] = [
    result("GetCallerIdentity", "GetCallerIdentityResult"),
    result("AssumeRole", "AssumeRoleResult"),
    result("AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentityResult"),
    // A region that is left out would be missed in silence.
    Layout {
        action: "DescribeRegions",
        list: "regionInfo",
        rows: Some(RowLayout { id: "regionName", nested: None, needs_all: true }),
    },
    list("DescribeVpcs", "vpcSet", "vpcId"),
    list("DescribeSubnets", "subnetSet", "subnetId"),
    Layout {
        action: "DescribeInstances",
        list: "reservationSet",
        rows: Some(RowLayout {
            id: "reservationId",
            nested: Some(("instancesSet", "instanceId")),
            needs_all: false,
        }),
    },
    list("DescribeNetworkInterfaces", "networkInterfaceSet", "networkInterfaceId"),
    list("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet", "vpcPeeringConnectionId"),
    list("DescribeTransitGatewayAttachments", "transitGatewayAttachments", "transitGatewayAttachmentId"),
    list(
        "DescribeTransitGatewayPeeringAttachments",
        "transitGatewayPeeringAttachments",
        "transitGatewayAttachmentId",
    ),
    list("DescribeVpnGateways", "vpnGatewaySet", "vpnGatewayId"),
    list("DescribeVpnConnections", "vpnConnectionSet", "vpnConnectionId"),
];

impl Intercept for CheckAnswers {
    fn name(&self) -> &'static str {
        "netcensus::CheckAnswers"
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(replaced) = replaced(context, bag) else { return Ok(()) };
        if let Some(result) = context.output_or_error_mut() {
            *result = replaced;
        }
        Ok(())
    }
}

/// Returns what takes the place of what the SDK decoded; `None` when it stays.
fn replaced(context: &FinalizerInterceptorContextMut<'_>, bag: &ConfigBag) -> Option<OutputOrError> {
    let response = context.response().filter(|response| response.status().is_success())?;
    let is_decoded = context.output_or_error()?.is_ok();
    // An answer that broke off has no body, and is an error already.
    let body = response.body().bytes()?;
    let (action, deserializer) = (bag.load::<Metadata>()?, bag.load::<SharedResponseDeserializer>()?);
    let decode = |text: &str| {
        let again = HttpResponse::new(response.status(), SdkBody::from(text.to_owned()));
        deserializer.deserialize_nonstreaming_with_config(&again, bag)
    };
    let status = response.status().as_u16();
    let judged = match LAYOUTS.iter().find(|layout| layout.action == action.name()) {
        _ if status != 200 => Err(Flaw::Partial(status)),
        Some(layout) => check_xml(body, layout, is_decoded, &decode),
        None if action.name() == "ListAccounts" => check_accounts(body).map(|()| None),
        None => Ok(None),
    };
    match judged {
        // The SDK has found out itself.
        Ok(None) => None,
        Err(Flaw::Foreign) if !is_decoded => None,
        Ok(Some(output)) => Some(Ok(output)),
        Err(flaw) => Some(Err(OrchestratorError::other(flaw))),
    }
}

/// Checks an answer in XML; returns another output when rows were left out.
fn check_xml(
    body: &[u8],
    layout: &Layout,
    is_decoded: bool,
    decode: &dyn Fn(&str) -> OutputOrError,
) -> Result<Option<Output>, Flaw> {
    let mut text = text_of(body);
    let found = scan(&text, layout)?;
    let has_nested = layout.rows.is_some_and(|rows| rows.nested.is_some());
    let is_odd = |row: &Row| row.is_lossy || (has_nested && !row.has_nested_list);
    let is_plain = !found.has_sections && !found.rows.iter().any(is_odd);
    if is_decoded && is_plain && is_read_to_the_end(&text) {
        return Ok(None);
    }
    if found.has_sections {
        text = without_sections(&text)?.into();
    }
    let why = |error: OrchestratorError<Error>| root(&error);
    let readable = odd_rows::leave_out(&text, layout, &|text| decode(text).map(drop).map_err(why))?;
    if let Some(odd) = readable.left_out.first().filter(|_| layout.rows.is_some_and(|rows| rows.needs_all)) {
        return Err(Flaw::Unreadable(odd.clone()));
    }
    let output = decode(&readable.body).map_err(|error| Flaw::Unreadable(why(error)))?;
    readable.left_out.into_iter().for_each(meter::note_oddity);
    Ok(Some(output))
}

/// A page of `ListAccounts`.
#[derive(Deserialize)]
struct AccountsPage {
    #[serde(rename = "Accounts")]
    accounts: Option<Vec<Map<String, Value>>>,
    #[serde(rename = "NextToken")]
    next_token: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Checks a page of the accounts of an organization. Only one that leads on may be without a list, and has nothing
/// else then; an error with status 200 is no empty list.
fn check_accounts(body: &[u8]) -> Result<(), Flaw> {
    let page: AccountsPage =
        serde_json::from_slice(body).map_err(|error| Flaw::Malformed(error.to_string()))?;
    let leads_on = page.next_token.is_some_and(|token| !token.is_empty()) && page.others.is_empty();
    if page.accounts.is_some() || leads_on { Ok(()) } else { Err(Flaw::NoList("Accounts")) }
}

#[cfg(test)]
mod tests {
    use super::super::calls::{DISCOVERY_CALLS, ORGANIZATION_CALLS, calls};
    use super::*;
    use crate::model::Kind;

    #[test]
    fn every_call_has_a_layout() {
        let read = Kind::ALL.into_iter().flat_map(calls);
        for call in read.chain(DISCOVERY_CALLS).chain(ORGANIZATION_CALLS) {
            let (_, action) = call.split_once(':').unwrap();
            let is_known = LAYOUTS.iter().any(|layout| layout.action == action);
            assert!(is_known || action == "ListAccounts", "{call}");
        }
    }

    /// faults F4: each of these was an empty list, complete.
    #[test]
    fn a_page_of_accounts_has_accounts_or_leads_on() {
        let accounts = |body: &str| check_accounts(body.as_bytes());
        for page in [r#"{"Accounts":[{"Id":"1"}]}"#, r#"{"Accounts":[]}"#, r#"{"NextToken":"t"}"#] {
            assert_eq!(accounts(page), Ok(()), "{page}");
        }
        for none in ["{}", r#"{"Accounts":null}"#, r#"{"accounts":[],"NextToken":"t"}"#, r#"{"__type":"X"}"#]
        {
            assert_eq!(accounts(none), Err(Flaw::NoList("Accounts")), "{none}");
        }
        for odd in
            [r#"{"Accounts":[null]}"#, r#"{"Accounts":{}}"#, r#"{"Accounts":[],"Accounts":[]}"#, "[]", ""]
        {
            assert!(matches!(accounts(odd), Err(Flaw::Malformed(_))), "{odd}");
        }
    }
}
