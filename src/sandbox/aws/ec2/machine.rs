//! Instances and interfaces.

use std::net::Ipv4Addr;

use serde::Serialize;
use serde_json::{Value, json};

use super::listing::DescribeAction;
use super::regions::zone_id;
use super::shared::{CREATED, owners_tags, tag_set};
use crate::sandbox::aws::request::AwsRequest;
use crate::sandbox::estate::{Instance, Interface, InterfaceAttachment, Reservation};

pub const INSTANCES: DescribeAction = DescribeAction {
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
        ("availability-zone-id", "placement.availabilityZoneId"),
        ("operator.managed", "operator.managed"),
        ("operator.principal", "operator.principal"),
        ("private-ip-address", "privateIpAddress"),
        ("network-interface.network-interface-id", "networkInterfaceSet.networkInterfaceId"),
    ],
};

pub const INTERFACES: DescribeAction = DescribeAction {
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
        ("availability-zone-id", "availabilityZoneId"),
        ("operator.managed", "operator.managed"),
        ("operator.principal", "operator.principal"),
        ("attachment.instance-id", "attachment.instanceId"),
        ("addresses.private-ip-address", "privateIpAddressesSet.privateIpAddress"),
        ("addresses.association.public-ip", "privateIpAddressesSet.association.publicIp"),
        ("ipv6-addresses.ipv6-address", "ipv6AddressesSet.ipv6Address"),
    ],
};

/// Renders a reservation with its instances.
pub fn render_reservation(call: &AwsRequest<'_>, reservation: &Reservation) -> Value {
    let numbered = reservation.instances.iter().enumerate();
    json!({
        "reservationId": reservation.id,
        "ownerId": reservation.owner,
        "groupSet": [],
        "instancesSet": numbered.map(|(index, instance)| render_instance(call, index, instance)).collect::<Value>(),
    })
}

fn render_instance(call: &AwsRequest<'_>, index: usize, instance: &Instance) -> Value {
    let region = call.region;
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
            "availabilityZone": call.account.zone_name(region, instance.zone),
            "availabilityZoneId": zone_id(region, instance.zone),
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
            let mut short = render_interface(call, interface);
            // What DescribeInstances leaves out of an interface.
            for element in ["tagSet", "availabilityZone", "availabilityZoneId", "requesterManaged"] {
                short.as_object_mut().map(|members| members.remove(element));
            }
            short
        }).collect::<Value>(),
        "operator": operator(call, instance.operator.as_deref()),
        "tagSet": tag_set(&instance.tags),
    })
}

/// Tells whether the caller sees what `operator` manages.
pub fn is_shown(call: &AwsRequest<'_>, operator: Option<&str>) -> bool {
    operator.is_none()
        || !call.account.hides_managed
        || call.params.get("IncludeManagedResources") == Some("true")
}

fn operator(call: &AwsRequest<'_>, operator: Option<&str>) -> Option<Value> {
    let hidden = call.account.hides_managed;
    operator.map(|name| json!({ "managed": true, "principal": name, "hiddenByDefault": hidden }))
}

/// Renders an interface for an account.
pub fn render_interface(call: &AwsRequest<'_>, interface: &Interface) -> Value {
    let region = call.region;
    let primary = interface.ipv4.first();
    let association = association(region, interface);
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
        "availabilityZone": call.account.zone_name(region, interface.zone),
        "availabilityZoneId": zone_id(region, interface.zone),
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
        "ipv4PrefixSet": prefixes("ipv4Prefix", &interface.ipv4_prefixes),
        "ipv6PrefixSet": prefixes("ipv6Prefix", &interface.ipv6_prefixes),
        "operator": operator(call, interface.operator.as_deref()),
        "association": association,
        "attachment": interface.plug.as_ref().map(attachment),
        "groupSet": [],
        "tagSet": owners_tags(&call.account.id, &interface.owner, &interface.tags),
    })
}

fn prefixes<T: Serialize>(name: &str, prefixes: &[T]) -> Value {
    prefixes.iter().map(|prefix| json!({ name: prefix })).collect()
}

/// Renders what is mapped to the primary address of an interface, if anything is.
fn association(region: &str, interface: &Interface) -> Option<Value> {
    let Interface { public, carrier, customer_owned, .. } = interface;
    public.or(*carrier).or(*customer_owned)?;
    Some(json!({
        "publicIp": public,
        "publicDnsName": public.map(|ip| format!("ec2-{}.{region}.compute.amazonaws.com", dashed(ip))),
        "carrierIp": carrier,
        "customerOwnedIp": customer_owned,
        "ipOwnerId": interface.requester.as_deref().unwrap_or("amazon"),
    }))
}

fn attachment(plug: &InterfaceAttachment) -> Value {
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
