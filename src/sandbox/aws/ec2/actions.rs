//! The table of actions.

use std::sync::Arc;

use serde_json::Value;

use super::{link, machine, network, place};
use crate::sandbox::aws::call::Call;
use crate::sandbox::aws::refusal::{Refusal, Service};
use crate::sandbox::aws::xml;
use crate::sandbox::estate::{Holdings, Interface, Reservation};

/// Answers a call.
pub fn answer(call: &Call<'_>) -> Result<String, Refusal> {
    let nothing = Holdings::default();
    let holdings = call.holdings().unwrap_or(&nothing);
    let content = content(call, holdings)?;
    let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    Ok(xml::document(&format!("{}Response", call.action), Some(namespace), &content))
}

fn content(call: &Call<'_>, holdings: &Holdings) -> Result<Value, Refusal> {
    refuse_unknown(call)?;
    let viewer = call.account.id.as_str();
    match call.action {
        "DescribeRegions" => place::regions(call),
        "DescribeAvailabilityZones" => place::zones(call),
        "DescribeVpcs" => network::VPCS.answer(call, &holdings.vpcs, |vpc| network::vpc(viewer, vpc)),
        "DescribeSubnets" => {
            network::SUBNETS.answer(call, &holdings.subnets, |subnet| network::subnet(call.account, subnet))
        }
        "DescribeInstances" => {
            let is_shown = |some: &&Reservation| {
                some.instances.iter().all(|one| machine::is_shown(call, one.operator.as_deref()))
            };
            let shown: Vec<_> = holdings.reservations.iter().filter(is_shown).collect();
            machine::INSTANCES.answer(call, &shown, |some| machine::reservation(call, some))
        }
        "DescribeNetworkInterfaces" => {
            let is_shown = |some: &&Arc<Interface>| machine::is_shown(call, some.operator.as_deref());
            let shown: Vec<_> = holdings.interfaces.iter().filter(is_shown).collect();
            machine::INTERFACES.answer(call, &shown, |some| machine::interface(call, some))
        }
        "DescribeVpcPeeringConnections" => {
            link::PEERINGS.answer(call, &holdings.peerings, |peering| link::peering(viewer, peering))
        }
        "DescribeTransitGateways" => {
            link::TRANSIT_GATEWAYS
                .answer(call, &holdings.transit_gateways, |gateway| link::transit_gateway(viewer, gateway))
        }
        "DescribeTransitGatewayAttachments" => {
            link::ATTACHMENTS.answer(call, &holdings.attachments, |some| link::attachment(call, some))
        }
        "DescribeTransitGatewayVpcAttachments" => {
            let some = holdings.attachments.iter().filter_map(|some| link::vpc_attachment(call, some));
            link::VPC_ATTACHMENTS.answer(call, &some.collect::<Vec<_>>(), Clone::clone)
        }
        "DescribeTransitGatewayPeeringAttachments" => {
            let some = holdings.attachments.iter().filter_map(|some| link::peering_attachment(call, some));
            link::PEERING_ATTACHMENTS.answer(call, &some.collect::<Vec<_>>(), Clone::clone)
        }
        "DescribeVpnGateways" => link::VPN_GATEWAYS.answer(call, &holdings.vpn_gateways, link::vpn_gateway),
        "DescribeVpnConnections" => {
            link::VPN_CONNECTIONS.answer(call, &holdings.vpn_connections, link::vpn_connection)
        }
        _ => Err(Refusal::no_action(Service::Ec2, call.action)),
    }
}

/// Refuses a parameter that the region does not know yet.
fn refuse_unknown(call: &Call<'_>) -> Result<(), Refusal> {
    let region = call.estate.regions.iter().find(|region| region.name == call.region);
    let mut unknown = region.into_iter().flat_map(|region| &region.unknown_parameters);
    match unknown.find(|name| call.params.get(name).is_some()) {
        Some(name) => {
            Err(Refusal::bad("UnknownParameter", format!("The parameter {name} is not recognized")))
        }
        None => Ok(()),
    }
}
