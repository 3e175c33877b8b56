//! The table of actions.

use serde_json::Value;

use super::{link, machine, network, place};
use crate::sandbox::aws::call::Call;
use crate::sandbox::aws::refusal::{Refusal, Service};
use crate::sandbox::aws::xml;
use crate::sandbox::estate::Holdings;

/// Answers a call.
pub fn answer(call: &Call<'_>) -> Result<String, Refusal> {
    let nothing = Holdings::default();
    let holdings = call.holdings().unwrap_or(&nothing);
    let content = content(call, holdings)?;
    let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    Ok(xml::document(&format!("{}Response", call.action), Some(namespace), &content))
}

fn content(call: &Call<'_>, holdings: &Holdings) -> Result<Value, Refusal> {
    let (viewer, region) = (call.account.id.as_str(), call.region);
    match call.action {
        "DescribeRegions" => place::regions(call),
        "DescribeAvailabilityZones" => place::zones(call),
        "DescribeVpcs" => network::VPCS.answer(call, &holdings.vpcs, |vpc| network::vpc(viewer, vpc)),
        "DescribeSubnets" => {
            network::SUBNETS.answer(call, &holdings.subnets, |subnet| network::subnet(viewer, subnet))
        }
        "DescribeInstances" => {
            machine::INSTANCES.answer(call, &holdings.reservations, |some| machine::reservation(region, some))
        }
        "DescribeNetworkInterfaces" => machine::INTERFACES
            .answer(call, &holdings.interfaces, |some| machine::interface(region, viewer, some)),
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
