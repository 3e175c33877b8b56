//! The table of actions.

use std::sync::Arc;

use serde_json::Value;

use super::{link, machine, network, regions};
use crate::sandbox::aws::request::AwsRequest;
use crate::sandbox::aws::response::{ErrorAnswer, Service, xml_document};
use crate::sandbox::estate::{Interface, Reservation, VisibleResources};

/// Answers a call.
pub fn answer(call: &AwsRequest<'_>) -> Result<String, ErrorAnswer> {
    let nothing = VisibleResources::default();
    let visible = call.visible().unwrap_or(&nothing);
    let content = content(call, visible)?;
    let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    Ok(xml_document(&format!("{}Response", call.action), Some(namespace), &content))
}

fn content(call: &AwsRequest<'_>, visible: &VisibleResources) -> Result<Value, ErrorAnswer> {
    refuse_unknown(call)?;
    let viewer = call.account.id.as_str();
    match call.action {
        "DescribeRegions" => regions::regions(call),
        "DescribeAvailabilityZones" => regions::zones(call),
        "DescribeVpcs" => network::VPCS.answer(call, &visible.vpcs, |vpc| network::render_vpc(viewer, vpc)),
        "DescribeSubnets" => network::SUBNETS
            .answer(call, &visible.subnets, |subnet| network::render_subnet(call.account, subnet)),
        "GetSubnetCidrReservations" => network::reservations(call, &visible.subnets),
        "DescribeInstances" => {
            let is_shown = |some: &&Arc<Reservation>| {
                some.instances.iter().all(|one| machine::is_shown(call, one.operator.as_deref()))
            };
            let shown: Vec<_> = visible.reservations.iter().filter(is_shown).collect();
            machine::INSTANCES.answer(call, &shown, |some| machine::render_reservation(call, some))
        }
        "DescribeNetworkInterfaces" => {
            let is_shown = |some: &&Arc<Interface>| machine::is_shown(call, some.operator.as_deref());
            let shown: Vec<_> = visible.interfaces.iter().filter(is_shown).collect();
            machine::INTERFACES.answer(call, &shown, |some| machine::render_interface(call, some))
        }
        "DescribeVpcPeeringConnections" => {
            link::PEERINGS.answer(call, &visible.peerings, |peering| link::render_peering(viewer, peering))
        }
        "DescribeTransitGateways" => {
            link::TRANSIT_GATEWAYS.answer(call, &visible.transit_gateways, |gateway| {
                link::render_transit_gateway(viewer, gateway)
            })
        }
        "DescribeTransitGatewayAttachments" => {
            link::ATTACHMENTS.answer(call, &visible.attachments, |some| link::render_attachment(call, some))
        }
        "DescribeTransitGatewayVpcAttachments" => {
            let some = visible.attachments.iter().filter_map(|some| link::render_vpc_attachment(call, some));
            link::VPC_ATTACHMENTS.answer(call, &some.collect::<Vec<_>>(), Clone::clone)
        }
        "DescribeTransitGatewayPeeringAttachments" => {
            let some =
                visible.attachments.iter().filter_map(|some| link::render_peering_attachment(call, some));
            link::PEERING_ATTACHMENTS.answer(call, &some.collect::<Vec<_>>(), Clone::clone)
        }
        "DescribeVpnGateways" => {
            link::VPN_GATEWAYS.answer(call, &visible.vpn_gateways, link::render_vpn_gateway)
        }
        "DescribeVpnConnections" => {
            link::VPN_CONNECTIONS.answer(call, &visible.vpn_connections, link::render_vpn_connection)
        }
        _ => Err(ErrorAnswer::unknown_action(Service::Ec2, call.action)),
    }
}

/// Refuses a parameter that the region does not know yet.
fn refuse_unknown(call: &AwsRequest<'_>) -> Result<(), ErrorAnswer> {
    let region = call.estate.regions.iter().find(|region| region.name == call.region);
    let mut unknown = region.into_iter().flat_map(|region| &region.unknown_parameters);
    match unknown.find(|name| call.params.get(name).is_some()) {
        Some(name) => Err(ErrorAnswer::bad_request(
            "UnknownParameter",
            format!("The parameter {name} is not recognized"),
        )),
        None => Ok(()),
    }
}
