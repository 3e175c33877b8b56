//! `DescribeNetworkInterfaces` -> [`Interface`].

use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceStatus};

use super::Place;
use crate::model::{Interface, InterfaceKind, Provider};
use crate::provider::address::push_ip;

/// Transforms one interface; `None` without an id. The owner of a shared subnet sees the participants'
/// interfaces too; each belongs to the owner the answer names.
pub fn from(interface: NetworkInterface, place: Place<'_>) -> Option<Interface> {
    let (mut private_ips, mut public_ips) = (Vec::new(), Vec::new());
    push_ip(&mut private_ips, interface.private_ip_address());
    push_ip(&mut public_ips, interface.association().and_then(|a| a.public_ip()));
    for address in interface.private_ip_addresses() {
        push_ip(&mut private_ips, address.private_ip_address());
        push_ip(&mut public_ips, address.association().and_then(|a| a.public_ip()));
    }
    push_ip(&mut private_ips, interface.ipv6_address());
    for address in interface.ipv6_addresses() {
        push_ip(&mut private_ips, address.ipv6_address());
    }
    let kind = kind(&interface);
    let attached_to = interface.attachment.and_then(|attachment| attachment.instance_id);
    Some(Interface {
        provider: Provider::Aws,
        account: interface.owner_id.unwrap_or_else(|| place.account.to_owned()),
        region: place.region.to_owned(),
        zone: interface.availability_zone,
        id: interface.network_interface_id?,
        network: interface.vpc_id,
        subnet: interface.subnet_id,
        attached_to,
        kind,
        private_ips,
        public_ips,
        mac: interface.mac_address,
        state: interface.status.map(|status| status.as_str().to_owned()),
        description: interface.description.filter(|text| !text.is_empty()),
    })
}

/// Tells what an interface serves. Many services answer the plain type `interface` and are known by who
/// asked for it (`requesterId`) or, failing that, by being managed; older answers carry no type at all.
fn kind(interface: &NetworkInterface) -> Option<InterfaceKind> {
    let instance = interface.attachment().and_then(|a| a.instance_id()).is_some();
    let managed = interface.requester_managed() == Some(true);
    let by_type = interface.interface_type().and_then(|kind| of_type(kind.as_str()));
    by_type.or_else(|| match interface.requester_id() {
        _ if instance => Some(InterfaceKind::Instance),
        Some("amazon-elb") => Some(InterfaceKind::LoadBalancer),
        Some("amazon-rds" | "amazon-elasticache" | "amazon-redshift") => Some(InterfaceKind::Managed),
        _ if managed => Some(InterfaceKind::Managed),
        _ => match interface.status().map(NetworkInterfaceStatus::as_str) {
            Some("available") => Some(InterfaceKind::Unattached),
            Some("in-use") if interface.interface_type().is_some() => Some(InterfaceKind::Other),
            _ => None,
        },
    })
}

/// EC2's `NetworkInterfaceType`; `None` for the plain types, which say nothing.
fn of_type(code: &str) -> Option<InterfaceKind> {
    Some(match code {
        "interface" | "efa" | "efa-only" => return None,
        "load_balancer" | "network_load_balancer" | "gateway_load_balancer" => InterfaceKind::LoadBalancer,
        "nat_gateway" | "natGateway" | "regional_nat_gateway" => InterfaceKind::NatGateway,
        "vpc_endpoint" | "gateway_load_balancer_endpoint" => InterfaceKind::Endpoint,
        "transit_gateway" => InterfaceKind::TransitGateway,
        "lambda" => InterfaceKind::Lambda,
        "efs" => InterfaceKind::FileSystem,
        "branch" | "trunk" => InterfaceKind::Container,
        "quicksight"
        | "global_accelerator_managed"
        | "api_gateway_managed"
        | "iot_rules_managed"
        | "aws_codestar_connections_managed"
        | "ec2_instance_connect_endpoint" => InterfaceKind::Managed,
        _ => InterfaceKind::Other,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceAttachment, NetworkInterfaceType};

    use super::*;

    fn of(build: impl FnOnce(Builder) -> Builder) -> Option<InterfaceKind> {
        kind(&build(NetworkInterface::builder()).build())
    }
    use aws_sdk_ec2::types::builders::NetworkInterfaceBuilder as Builder;

    #[test]
    fn every_answer_has_the_kind_it_can_prove() {
        let attached = NetworkInterfaceAttachment::builder().instance_id("i-1").build();
        assert_eq!(of(|b| b.attachment(attached)), Some(InterfaceKind::Instance));
        assert_eq!(
            of(|b| b.interface_type(NetworkInterfaceType::NatGateway)),
            Some(InterfaceKind::NatGateway)
        );
        assert_eq!(of(|b| b.requester_id("amazon-elb")), Some(InterfaceKind::LoadBalancer));
        assert_eq!(of(|b| b.requester_managed(true)), Some(InterfaceKind::Managed));
        assert_eq!(of(|b| b.status(NetworkInterfaceStatus::Available)), Some(InterfaceKind::Unattached));
        assert_eq!(of(|b| b.interface_type("brand_new".into())), Some(InterfaceKind::Other));
        assert_eq!(of(|b| b), None, "no type at all is unknown");
    }

    #[test]
    fn an_interface_belongs_to_the_owner_it_names() {
        let answer =
            NetworkInterface::builder().network_interface_id("eni-1").owner_id("222222222222").build();
        let interface = from(answer, Place { account: "111111111111", region: "eu-west-1" }).unwrap();
        assert_eq!(interface.account, "222222222222");
    }
}
