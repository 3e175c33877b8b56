//! API calls of EC2 as AWS `CloudTrail` records them, in an event of `EventBridge` or in `CloudTrail`'s own files.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids_of_aws;
use super::origin_of_aws::AwsOrigin;
use super::parsed_event::{EventOutcome, IgnoreReason, RefuseReason, ignored, refused, text};
use crate::model::Kind;
use crate::watch::hint::{Hint, HintedChange};

/// What a call may have changed: rows of these kinds whose ids begin with one of these texts. A call that names no such id
/// may have changed all rows of the kinds.
type ChangedRows = (&'static [Kind], &'static [&'static str]);

const NETWORK: &[ChangedRows] = &[(&[Kind::Networks], &["vpc-"])];
const DEFAULT_NETWORK: &[ChangedRows] = &[(&[Kind::Networks, Kind::Subnets], &["vpc-"])];
const SUBNET: &[ChangedRows] = &[(&[Kind::Subnets], &["subnet-"])];
const MACHINE: &[ChangedRows] = &[(&[Kind::Instances, Kind::Interfaces], &["i-"])];
const NEW_MACHINES: &[ChangedRows] =
    &[(&[Kind::Instances, Kind::Interfaces], &["i-"]), (&[Kind::Subnets], &["subnet-"])];
const NEW_INTERFACE: &[ChangedRows] = &[(&[Kind::Interfaces], &["eni-"]), (&[Kind::Subnets], &["subnet-"])];
const INTERFACE: &[ChangedRows] = &[(&[Kind::Instances, Kind::Interfaces], &["eni-", "i-"])];
const SERVICE_INTERFACES: &[ChangedRows] = &[(&[Kind::Interfaces, Kind::Subnets], &["subnet-"])];
const PEERING: &[ChangedRows] = &[(&[Kind::Links], &["pcx-"])];
const ATTACHMENT: &[ChangedRows] = &[(&[Kind::Links], &["tgw-attach-"])];
/// An attachment of a VPC has an interface in each of its subnets.
const VPC_ATTACHMENT: &[ChangedRows] =
    &[(&[Kind::Links], &["tgw-attach-"]), (&[Kind::Interfaces, Kind::Subnets], &["subnet-"])];
const VPN_GATEWAY: &[ChangedRows] = &[(&[Kind::Links], &["vgw-"])];
const VPN: &[ChangedRows] = &[(&[Kind::Links], &["vpn-"])];

/// The calls that change what an inventory has. [`watched_calls`] lists them for rules.
const CALLS: &[(&str, &[ChangedRows])] = &[
    ("AcceptTransitGatewayPeeringAttachment", ATTACHMENT),
    ("AcceptTransitGatewayVpcAttachment", VPC_ATTACHMENT),
    ("AcceptVpcPeeringConnection", PEERING),
    ("AssignIpv6Addresses", INTERFACE),
    ("AssignPrivateIpAddresses", INTERFACE),
    ("AssociateAddress", INTERFACE),
    ("AssociateSubnetCidrBlock", SUBNET),
    ("AssociateVpcCidrBlock", NETWORK),
    ("AttachNetworkInterface", INTERFACE),
    ("AttachVpnGateway", VPN_GATEWAY),
    ("CreateDefaultSubnet", SUBNET),
    ("CreateDefaultVpc", DEFAULT_NETWORK),
    ("CreateFleet", MACHINE),
    ("CreateNatGateway", SERVICE_INTERFACES),
    ("CreateNetworkInterface", NEW_INTERFACE),
    ("CreateSubnet", SUBNET),
    ("CreateSubnetCidrReservation", SUBNET),
    ("CreateTransitGatewayPeeringAttachment", ATTACHMENT),
    ("CreateTransitGatewayVpcAttachment", VPC_ATTACHMENT),
    ("CreateVpc", NETWORK),
    ("CreateVpcEndpoint", SERVICE_INTERFACES),
    ("CreateVpcPeeringConnection", PEERING),
    ("CreateVpnConnection", VPN),
    ("CreateVpnGateway", VPN_GATEWAY),
    ("DeleteNatGateway", SERVICE_INTERFACES),
    ("DeleteNetworkInterface", INTERFACE),
    ("DeleteSubnet", SUBNET),
    ("DeleteSubnetCidrReservation", SUBNET),
    ("DeleteTransitGatewayPeeringAttachment", ATTACHMENT),
    ("DeleteTransitGatewayVpcAttachment", VPC_ATTACHMENT),
    ("DeleteVpc", NETWORK),
    ("DeleteVpcEndpoints", SERVICE_INTERFACES),
    ("DeleteVpcPeeringConnection", PEERING),
    ("DeleteVpnConnection", VPN),
    ("DeleteVpnGateway", VPN_GATEWAY),
    ("DetachNetworkInterface", INTERFACE),
    ("DetachVpnGateway", VPN_GATEWAY),
    ("DisassociateAddress", INTERFACE),
    ("DisassociateSubnetCidrBlock", SUBNET),
    ("DisassociateVpcCidrBlock", NETWORK),
    ("ModifyInstanceAttribute", MACHINE),
    ("ModifyNetworkInterfaceAttribute", INTERFACE),
    ("ModifySubnetAttribute", SUBNET),
    ("ModifyTransitGatewayVpcAttachment", VPC_ATTACHMENT),
    ("ModifyVpcEndpoint", SERVICE_INTERFACES),
    ("ModifyVpnConnection", VPN),
    ("RejectTransitGatewayPeeringAttachment", ATTACHMENT),
    ("RejectTransitGatewayVpcAttachment", VPC_ATTACHMENT),
    ("RejectVpcPeeringConnection", PEERING),
    ("RunInstances", NEW_MACHINES),
    ("StartInstances", MACHINE),
    ("StopInstances", MACHINE),
    ("TerminateInstances", MACHINE),
    ("UnassignIpv6Addresses", INTERFACE),
    ("UnassignPrivateIpAddresses", INTERFACE),
];

/// The calls after which what they name is not listed any more.
const ENDS: [&str; 3] = ["DeleteNetworkInterface", "DeleteSubnet", "DeleteVpc"];

/// The calls that may take an address from another resource, and name only the one that gets it. With each the parameter that
/// decides it, and what that is where the call does not have it.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html>
const TAKE_ADDRESSES: [(&str, &str, bool); 2] = [
    ("AssignPrivateIpAddresses", "allowReassignment", false),
    ("AssociateAddress", "allowReassociation", true),
];

/// The calls that change tags. What they name tells which kinds.
const TAG_CALLS: [&str; 2] = ["CreateTags", "DeleteTags"];

/// Lists the names of the calls of EC2 that lead to a hint.
pub fn watched_calls() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|(name, _)| *name).chain(TAG_CALLS)
}

/// Parses a record in a file of `CloudTrail`. The account is that of the resources, which is not that of the caller where a
/// role of another account was used.
pub fn parse_record(record: &Value) -> EventOutcome {
    let account = text(record, "recipientAccountId").ok_or(refused(RefuseReason::NotAnEvent))?;
    let region = text(record, "awsRegion").ok_or(refused(RefuseReason::NotAnEvent))?;
    parse(&AwsOrigin::new(account, region, text(record, "eventTime"))?, record)
}

/// Parses the record of a call that was made at `origin`.
pub fn parse(origin: &AwsOrigin, record: &Value) -> EventOutcome {
    let field = |name| text(record, name).ok_or(refused(RefuseReason::NotAnEvent));
    let (service, call) = (field("eventSource")?, field("eventName")?);
    let agrees = |name, other: &dyn Fn(&str) -> bool| text(record, name).is_none_or(other);
    if !agrees("recipientAccountId", &|account| origin.is_in_account(account))
        || !agrees("awsRegion", &|region| origin.is_in_region(region))
    {
        return Err(refused(RefuseReason::Inconsistent));
    }
    if service != "ec2.amazonaws.com" {
        return Err(ignored(IgnoreReason::OtherEvent));
    }
    if ["errorCode", "errorMessage"].iter().any(|name| record.get(name).is_some_and(|value| !value.is_null()))
    {
        return Err(ignored(IgnoreReason::FailedCall));
    }
    if TAG_CALLS.contains(&call) {
        return tagged(origin, record);
    }
    let changes = CALLS.iter().find(|(name, _)| *name == call);
    let (_, changes) = changes.ok_or(ignored(IgnoreReason::OtherEvent))?;
    let change = change_of(call, record);
    let hint =
        |(kinds, prefixes): &ChangedRows| Hint { change, ..origin.hint(kinds, named_ids(record, prefixes)) };
    Ok(changes.iter().map(hint).collect())
}

fn change_of(call: &str, record: &Value) -> HintedChange {
    let is_allowed = |(_, parameter, default): &(&str, &str, bool)| {
        let value = record.get("requestParameters").and_then(|request| request.get(parameter));
        value.and_then(Value::as_bool).unwrap_or(*default)
    };
    if TAKE_ADDRESSES.iter().find(|(name, ..)| *name == call).is_some_and(is_allowed) {
        return HintedChange::GotAddress;
    }
    if call == "TerminateInstances" {
        return HintedChange::MachineEnds;
    }
    HintedChange::ended_if(ENDS.contains(&call))
}

fn named_ids(record: &Value, prefixes: &[&str]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for part in ["requestParameters", "responseElements"] {
        if let Some(part) = record.get(part) {
            ids_of_aws::collect_ids(part, prefixes, &mut ids);
        }
    }
    ids
}

fn tagged(origin: &AwsOrigin, record: &Value) -> EventOutcome {
    let items = record.pointer("/requestParameters/resourcesSet/items").and_then(Value::as_array);
    let items = items.ok_or(refused(RefuseReason::NotAnEvent))?;
    let ids = items.iter().filter_map(|item| text(item, "resourceId")).map(str::to_owned);
    let hints = origin.hints_by_kind(ids);
    if hints.is_empty() { Err(ignored(IgnoreReason::OtherResource)) } else { Ok(hints) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_are_sorted_and_each_has_kinds() {
        assert!(CALLS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert!(CALLS.iter().all(|(_, changes)| !changes.is_empty()));
        assert_eq!(watched_calls().count(), CALLS.len() + 2);
        let is_watched = |call: &str| CALLS.iter().any(|(known, _)| *known == call);
        assert!(ENDS.into_iter().chain(TAKE_ADDRESSES.map(|(call, ..)| call)).all(is_watched));
    }

    #[test]
    fn a_call_takes_an_address_only_if_it_may() {
        for (call, parameters, takes) in [
            ("AssociateAddress", json!({}), true),
            ("AssociateAddress", json!({ "allowReassociation": true }), true),
            ("AssociateAddress", json!({ "allowReassociation": false }), false),
            ("AssignPrivateIpAddresses", json!({ "allowReassignment": true }), true),
            ("AssignPrivateIpAddresses", json!({ "secondaryPrivateIpAddressCount": 14 }), false),
            ("UnassignPrivateIpAddresses", json!({ "allowReassignment": true }), false),
        ] {
            let record = json!({ "requestParameters": parameters });
            assert_eq!(change_of(call, &record) == HintedChange::GotAddress, takes, "{call} {record}");
        }
    }
}
