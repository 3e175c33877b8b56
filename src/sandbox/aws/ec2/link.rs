//! What joins networks: peerings, transit gateways and their attachments, VPNs.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::listing::DescribeAction;
use super::shared::{CREATED, owners_tags, tag_set};
use crate::sandbox::aws::request::AwsRequest;
use crate::sandbox::estate::{Attached, Attachment, Peering, TransitGateway, Vpc, VpnConnection, VpnGateway};

pub const PEERINGS: DescribeAction = DescribeAction {
    set: "vpcPeeringConnectionSet",
    nested: None,
    id: ("VpcPeeringConnectionId", "vpcPeeringConnectionId", "InvalidVpcPeeringConnectionID.NotFound"),
    paged: true,
    filters: &[
        ("vpc-peering-connection-id", "vpcPeeringConnectionId"),
        ("status-code", "status.code"),
        ("requester-vpc-info.vpc-id", "requesterVpcInfo.vpcId"),
        ("requester-vpc-info.owner-id", "requesterVpcInfo.ownerId"),
        ("accepter-vpc-info.vpc-id", "accepterVpcInfo.vpcId"),
        ("accepter-vpc-info.owner-id", "accepterVpcInfo.ownerId"),
    ],
};

pub const TRANSIT_GATEWAYS: DescribeAction = DescribeAction {
    set: "transitGatewaySet",
    nested: None,
    id: ("TransitGatewayIds", "transitGatewayId", "InvalidTransitGatewayID.NotFound"),
    paged: true,
    filters: &[("transit-gateway-id", "transitGatewayId"), ("owner-id", "ownerId"), ("state", "state")],
};

pub const ATTACHMENTS: DescribeAction = DescribeAction {
    set: "transitGatewayAttachments",
    nested: None,
    id: (
        "TransitGatewayAttachmentIds",
        "transitGatewayAttachmentId",
        "InvalidTransitGatewayAttachmentID.NotFound",
    ),
    paged: true,
    filters: &[
        ("transit-gateway-attachment-id", "transitGatewayAttachmentId"),
        ("transit-gateway-id", "transitGatewayId"),
        ("transit-gateway-owner-id", "transitGatewayOwnerId"),
        ("resource-id", "resourceId"),
        ("resource-owner-id", "resourceOwnerId"),
        ("resource-type", "resourceType"),
        ("state", "state"),
        ("vpc-id", "vpcId"),
    ],
};

pub const VPC_ATTACHMENTS: DescribeAction =
    DescribeAction { set: "transitGatewayVpcAttachments", ..ATTACHMENTS };

pub const PEERING_ATTACHMENTS: DescribeAction =
    DescribeAction { set: "transitGatewayPeeringAttachments", ..ATTACHMENTS };

pub const VPN_GATEWAYS: DescribeAction = DescribeAction {
    set: "vpnGatewaySet",
    nested: None,
    id: ("VpnGatewayId", "vpnGatewayId", "InvalidVpnGatewayID.NotFound"),
    paged: false,
    filters: &[
        ("vpn-gateway-id", "vpnGatewayId"),
        ("attachment.vpc-id", "attachments.vpcId"),
        ("state", "state"),
    ],
};

pub const VPN_CONNECTIONS: DescribeAction = DescribeAction {
    set: "vpnConnectionSet",
    nested: None,
    id: ("VpnConnectionId", "vpnConnectionId", "InvalidVpnConnectionID.NotFound"),
    paged: false,
    filters: &[
        ("vpn-connection-id", "vpnConnectionId"),
        ("vpn-gateway-id", "vpnGatewayId"),
        ("transit-gateway-id", "transitGatewayId"),
        ("state", "state"),
    ],
};

/// Renders a VPC peering connection for an account.
pub fn render_peering(viewer: &str, peering: &Peering) -> Value {
    // Until it is accepted, the other side's blocks are not told.
    let accepted = matches!(peering.status.as_str(), "active" | "provisioning");
    json!({
        "vpcPeeringConnectionId": peering.id,
        "requesterVpcInfo": peering_end(&peering.requester, true),
        "accepterVpcInfo": peering_end(&peering.accepter, accepted),
        "status": { "code": peering.status, "message": peering.status },
        "tagSet": owners_tags(viewer, &peering.requester.owner, &peering.tags),
    })
}

fn peering_end(vpc: &Vpc, told: bool) -> Value {
    let blocks =
        || vpc.blocks.iter().filter(|block| told && block.state == "associated").map(|block| block.cidr);
    let (v4, v6): (Vec<_>, Vec<_>) = blocks().partition(|cidr| matches!(cidr, IpNet::V4(_)));
    json!({
        "ownerId": vpc.owner,
        "vpcId": vpc.id,
        "region": vpc.region,
        "cidrBlock": v4.first(),
        "cidrBlockSet": v4.iter().map(|cidr| json!({ "cidrBlock": cidr })).collect::<Value>(),
        "ipv6CidrBlockSet": v6.iter().map(|cidr| json!({ "ipv6CidrBlock": cidr })).collect::<Value>(),
    })
}

/// Renders a transit gateway for an account.
pub fn render_transit_gateway(viewer: &str, gateway: &TransitGateway) -> Value {
    let TransitGateway { id, owner, region, asn, tags } = gateway;
    json!({
        "transitGatewayId": id,
        "transitGatewayArn": format!("arn:aws:ec2:{region}:{owner}:transit-gateway/{id}"),
        "ownerId": owner,
        "state": "available",
        "creationTime": CREATED,
        "options": { "amazonSideAsn": asn, "dnsSupport": "enable", "vpnEcmpSupport": "enable" },
        "tagSet": owners_tags(viewer, owner, tags),
    })
}

/// Renders any attachment, as `DescribeTransitGatewayAttachments` does: from this side's transit gateway.
pub fn render_attachment(call: &AwsRequest<'_>, attachment: &Attachment) -> Value {
    let mut gateway = &attachment.gateway;
    let (kind, id, owner) = match &attachment.resource {
        Attached::Vpc { vpc, .. } => ("vpc", &vpc.id, &vpc.owner),
        Attached::Vpn(id) => ("vpn", id, &gateway.owner),
        Attached::Peer { gateway: peer, accepter } => {
            let here = gateway.owner == call.account.id
                && gateway.region == call.region
                && (gateway.region != peer.region || attachment.id != *accepter);
            let mut other = peer;
            if !here {
                (gateway, other) = (other, gateway);
            }
            ("peering", &other.id, &other.owner)
        }
    };
    json!({
        "transitGatewayAttachmentId": attachment.id,
        "transitGatewayId": gateway.id,
        "transitGatewayOwnerId": gateway.owner,
        "resourceType": kind,
        "resourceId": id,
        "resourceOwnerId": owner,
        "state": attachment.state,
        "creationTime": CREATED,
        "tagSet": owners_tags(&call.account.id, owner, &attachment.tags),
    })
}

/// Renders an attachment of a VPC; `None` for others.
pub fn render_vpc_attachment(call: &AwsRequest<'_>, attachment: &Attachment) -> Option<Value> {
    let Attached::Vpc { vpc, subnets } = &attachment.resource else { return None };
    Some(json!({
        "transitGatewayAttachmentId": attachment.id,
        "transitGatewayId": attachment.gateway.id,
        "vpcId": vpc.id,
        "vpcOwnerId": vpc.owner,
        "subnetIds": subnets,
        "state": attachment.state,
        "creationTime": CREATED,
        "options": { "dnsSupport": "enable", "ipv6Support": "disable", "applianceModeSupport": "disable" },
        "tagSet": owners_tags(&call.account.id, &vpc.owner, &attachment.tags),
    }))
}

/// Renders a peering of transit gateways; `None` for others.
pub fn render_peering_attachment(call: &AwsRequest<'_>, attachment: &Attachment) -> Option<Value> {
    let Attached::Peer { gateway: peer, accepter } = &attachment.resource else { return None };
    let end = |gateway: &TransitGateway| json!({ "transitGatewayId": gateway.id, "ownerId": gateway.owner, "region": gateway.region });
    Some(json!({
        "transitGatewayAttachmentId": attachment.id,
        "accepterTransitGatewayAttachmentId": accepter,
        "requesterTgwInfo": end(&attachment.gateway),
        "accepterTgwInfo": end(peer),
        "status": { "code": attachment.state, "message": attachment.state },
        "state": attachment.state,
        "creationTime": CREATED,
        "tagSet": owners_tags(&call.account.id, &attachment.gateway.owner, &attachment.tags),
    }))
}

/// Renders a VPN gateway.
pub fn render_vpn_gateway(gateway: &VpnGateway) -> Value {
    json!({
        "vpnGatewayId": gateway.id,
        "state": "available",
        "type": "ipsec.1",
        "amazonSideAsn": 64512,
        "attachments": [{ "vpcId": gateway.vpc, "state": "attached" }],
        "tagSet": tag_set(&gateway.tags),
    })
}

/// Renders a site-to-site VPN connection.
pub fn render_vpn_connection(connection: &VpnConnection) -> Value {
    let routes = connection.routes.iter();
    json!({
        "vpnConnectionId": connection.id,
        "customerGatewayId": connection.customer_gateway,
        "vpnGatewayId": connection.vpn_gateway,
        "transitGatewayId": connection.transit_gateway,
        "category": "VPN",
        "state": "available",
        "type": "ipsec.1",
        "options": {
            "enableAcceleration": false,
            "staticRoutesOnly": !connection.routes.is_empty(),
            "localIpv4NetworkCidr": "0.0.0.0/0",
            "remoteIpv4NetworkCidr": "0.0.0.0/0",
        },
        "routes": routes.map(|cidr| json!({
            "destinationCidrBlock": cidr, "source": "Static", "state": "available",
        })).collect::<Value>(),
        "tagSet": tag_set(&connection.tags),
    })
}
