//! VPCs and subnets. Element names are those of the API reference's data types.

use std::sync::Arc;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::listing::DescribeAction;
use super::regions::zone_id;
use super::shared::owners_tags;
use crate::sandbox::aws::request::AwsRequest;
use crate::sandbox::aws::response::ErrorAnswer;
use crate::sandbox::estate::{Account, Association, Subnet, Vpc};

pub const VPCS: DescribeAction = DescribeAction {
    set: "vpcSet",
    nested: None,
    id: ("VpcId", "vpcId", "InvalidVpcID.NotFound"),
    paged: true,
    filters: &[
        ("vpc-id", "vpcId"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("cidr", "cidrBlock"),
        ("is-default", "isDefault"),
        ("isDefault", "isDefault"),
        ("cidr-block-association.cidr-block", "cidrBlockAssociationSet.cidrBlock"),
        ("cidr-block-association.state", "cidrBlockAssociationSet.cidrBlockState.state"),
    ],
};

pub const SUBNETS: DescribeAction = DescribeAction {
    set: "subnetSet",
    nested: None,
    id: ("SubnetId", "subnetId", "InvalidSubnetID.NotFound"),
    paged: true,
    filters: &[
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("cidr-block", "cidrBlock"),
        ("availability-zone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("default-for-az", "defaultForAz"),
    ],
};

/// Answers `GetSubnetCidrReservations`, which is about one subnet.
pub fn reservations(call: &AwsRequest<'_>, subnets: &[Arc<Subnet>]) -> Result<Value, ErrorAnswer> {
    let id = call.params.get("SubnetId").unwrap_or_default();
    let subnet = subnets.iter().find(|subnet| subnet.id == id).ok_or_else(|| {
        ErrorAnswer::bad_request("InvalidSubnetID.NotFound", format!("The subnet ID '{id}' does not exist"))
    })?;
    let rows = subnet.reservations.iter().enumerate().map(|(number, reservation)| {
        json!({
            "subnetCidrReservationId": format!("{}-{number}", subnet.id.replace("subnet-", "scr-")),
            "subnetId": subnet.id,
            "cidr": reservation.cidr,
            "reservationType": reservation.kind,
            "ownerId": subnet.owner,
        })
    });
    Ok(json!({
        "requestId": call.request_id,
        "subnetIpv4CidrReservationSet": rows.collect::<Value>(),
        "subnetIpv6CidrReservationSet": [],
    }))
}

/// Renders a VPC for an account.
pub fn render_vpc(viewer: &str, vpc: &Vpc) -> Value {
    let (v4, v6): (Vec<_>, Vec<_>) = vpc.blocks.iter().partition(|block| matches!(block.cidr, IpNet::V4(_)));
    json!({
        "vpcId": vpc.id,
        "ownerId": vpc.owner,
        "state": "available",
        "cidrBlock": v4.first().map(|block| block.cidr),
        "dhcpOptionsId": "dopt-0a1b2c3d4e5f60718",
        "instanceTenancy": "default",
        "isDefault": vpc.is_default,
        "cidrBlockAssociationSet": v4.iter().map(|block| json!({
            "associationId": block.id,
            "cidrBlock": block.cidr,
            "cidrBlockState": { "state": block.state },
        })).collect::<Value>(),
        "ipv6CidrBlockAssociationSet": v6.iter().map(|block| ipv6_block(vpc, block)).collect::<Value>(),
        "tagSet": owners_tags(viewer, &vpc.owner, &vpc.tags),
    })
}

fn ipv6_block(vpc: &Vpc, block: &Association) -> Value {
    json!({
        "associationId": block.id,
        "ipv6CidrBlock": block.cidr,
        "ipv6CidrBlockState": { "state": block.state },
        "networkBorderGroup": vpc.region,
        "ipv6Pool": "Amazon",
    })
}

/// Renders a subnet for an account.
pub fn render_subnet(viewer: &Account, subnet: &Subnet) -> Value {
    let association = subnet.ipv6.map(|cidr| {
        json!({
            "associationId": subnet.id.replace("subnet-", "subnet-cidr-assoc-"),
            "ipv6CidrBlock": cidr,
            "ipv6CidrBlockState": { "state": "associated" },
        })
    });
    json!({
        "subnetId": subnet.id,
        "subnetArn": format!("arn:aws:ec2:{}:{}:subnet/{}", subnet.region, subnet.owner, subnet.id),
        "ownerId": subnet.owner,
        "vpcId": subnet.vpc,
        "state": "available",
        "cidrBlock": subnet.ipv4,
        "availableIpAddressCount": subnet.available,
        "availabilityZone": viewer.zone_name(&subnet.region, subnet.zone),
        "availabilityZoneId": zone_id(&subnet.region, subnet.zone),
        "defaultForAz": subnet.default_for_zone,
        "mapPublicIpOnLaunch": subnet.default_for_zone,
        "assignIpv6AddressOnCreation": subnet.ipv4.is_none(),
        "ipv6Native": subnet.ipv4.is_none(),
        "ipv6CidrBlockAssociationSet": association.into_iter().collect::<Value>(),
        "customerOwnedIpv4Pool": subnet.customer_owned_pool,
        "mapCustomerOwnedIpOnLaunch": subnet.customer_owned_pool.is_some(),
        "tagSet": owners_tags(&viewer.id, &subnet.owner, &subnet.tags),
    })
}
