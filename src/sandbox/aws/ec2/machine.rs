//! Instances and interfaces.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::listing::Listing;
use super::place::zone_id;
use super::shared::{CREATED, owners_tags, tag_set};
use crate::sandbox::estate::{Instance, Interface, Plug, Reservation};

pub const INSTANCES: Listing = Listing {
    set: "reservationSet",
    nested: Some("instancesSet"),
    id: ("InstanceId", "instanceId", "InvalidInstanceID.NotFound"),
    paged: true,
    filters: &[
        ("instance-id", "instanceId"),
        ("vpc-id", "vpcId"),
        ("subnet-id", "subnetId"),
        ("instance-state-name", "instanceState.name"),
        ("instance-type", "instanceType"),
        ("architecture", "architecture"),
        ("availability-zone", "placement.availabilityZone"),
        ("private-ip-address", "privateIpAddress"),
    ],
};

pub const INTERFACES: Listing = Listing {
    set: "networkInterfaceSet",
    nested: None,
    id: ("NetworkInterfaceId", "networkInterfaceId", "InvalidNetworkInterfaceID.NotFound"),
    paged: true,
    filters: &[
        ("network-interface-id", "networkInterfaceId"),
        ("vpc-id", "vpcId"),
        ("subnet-id", "subnetId"),
        ("owner-id", "ownerId"),
        ("status", "status"),
        ("interface-type", "interfaceType"),
        ("description", "description"),
        ("availability-zone", "availabilityZone"),
        ("attachment.instance-id", "attachment.instanceId"),
        ("addresses.private-ip-address", "privateIpAddressesSet.privateIpAddress"),
    ],
};

/// Renders a reservation with its instances.
pub fn reservation(region: &str, reservation: &Reservation) -> Value {
    let numbered = reservation.instances.iter().enumerate();
    json!({
        "reservationId": reservation.id,
        "ownerId": reservation.owner,
        "groupSet": [],
        "instancesSet": numbered.map(|(index, instance)| self::instance(region, index, instance)).collect::<Value>(),
    })
}

fn instance(region: &str, index: usize, instance: &Instance) -> Value {
    let primary = instance.interfaces.first();
    let private = primary.and_then(|interface| interface.ipv4.first());
    let (code, name) = instance.state.code_and_name();
    json!({
        "instanceId": instance.id,
        "imageId": instance.image,
        "instanceState": { "code": code, "name": name },
        "privateDnsName": private.map_or_else(String::new, |ip| private_dns(region, *ip)),
        "dnsName": "",
        "amiLaunchIndex": index,
        "instanceType": instance.size,
        "launchTime": instance.launched.to_string(),
        "placement": {
            "availabilityZone": instance.zone,
            "availabilityZoneId": zone_id(&instance.zone),
            "groupName": "",
            "tenancy": "default",
        },
        "monitoring": { "state": "disabled" },
        "subnetId": primary.map(|interface| &interface.subnet),
        "vpcId": primary.map(|interface| &interface.vpc),
        "privateIpAddress": private,
        "ipAddress": primary.and_then(|interface| interface.public),
        "architecture": instance.architecture,
        "cpuOptions": instance.cpu.map(|(cores, threads)| json!({ "coreCount": cores, "threadsPerCore": threads })),
        "hypervisor": "xen",
        "virtualizationType": "hvm",
        "rootDeviceType": "ebs",
        "platform": instance.os.starts_with("Windows").then_some("windows"),
        "platformDetails": instance.os,
        "networkInterfaceSet": instance.interfaces.iter().map(|interface| {
            let mut short = self::interface(region, &interface.owner, interface);
            // What DescribeInstances leaves out of an interface.
            for element in ["tagSet", "availabilityZone", "availabilityZoneId", "requesterManaged"] {
                short.as_object_mut().map(|members| members.remove(element));
            }
            short
        }).collect::<Value>(),
        "tagSet": tag_set(&instance.tags),
    })
}

/// Renders an interface for an account.
pub fn interface(region: &str, viewer: &str, interface: &Interface) -> Value {
    let primary = interface.ipv4.first();
    let association = interface.public.map(|ip| association(region, interface, ip));
    let addresses = interface.ipv4.iter().enumerate().map(|(index, ip)| {
        json!({
            "privateIpAddress": ip,
            "privateDnsName": private_dns(region, *ip),
            "primary": index == 0,
            "association": association.as_ref().filter(|_| index == 0),
        })
    });
    json!({
        "networkInterfaceId": interface.id,
        "ownerId": interface.owner,
        "subnetId": interface.subnet,
        "vpcId": interface.vpc,
        "availabilityZone": interface.zone,
        "availabilityZoneId": zone_id(&interface.zone),
        "interfaceType": interface.kind,
        "description": interface.description,
        "status": if interface.plug.is_some() { "in-use" } else { "available" },
        "macAddress": interface.mac,
        "requesterId": interface.requester,
        "requesterManaged": interface.requester.is_some(),
        "sourceDestCheck": true,
        "privateIpAddress": primary,
        "privateDnsName": primary.map(|ip| private_dns(region, *ip)),
        "privateIpAddressesSet": addresses.collect::<Value>(),
        "ipv6AddressesSet": interface.ipv6.iter().map(|ip| json!({ "ipv6Address": ip })).collect::<Value>(),
        "association": association,
        "attachment": interface.plug.as_ref().map(attachment),
        "groupSet": [],
        "tagSet": owners_tags(viewer, &interface.owner, &interface.tags),
    })
}

fn association(region: &str, interface: &Interface, public: Ipv4Addr) -> Value {
    json!({
        "publicIp": public,
        "publicDnsName": format!("ec2-{}.{region}.compute.amazonaws.com", dashed(public)),
        "ipOwnerId": interface.requester.as_deref().unwrap_or("amazon"),
    })
}

fn attachment(plug: &Plug) -> Value {
    json!({
        "attachmentId": plug.id,
        "instanceId": plug.instance,
        "instanceOwnerId": plug.owner,
        "deviceIndex": plug.index,
        "networkCardIndex": 0,
        "status": "attached",
        "attachTime": CREATED,
        "deleteOnTermination": plug.instance.is_some(),
    })
}

fn private_dns(region: &str, ip: Ipv4Addr) -> String {
    let domain =
        if region == "us-east-1" { "ec2.internal".into() } else { format!("{region}.compute.internal") };
    format!("ip-{}.{domain}", dashed(ip))
}

fn dashed(ip: Ipv4Addr) -> String {
    ip.to_string().replace('.', "-")
}
