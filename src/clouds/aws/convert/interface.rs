//! `DescribeNetworkInterfaces` -> [`Interface`].

use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceStatus};

use super::address::{Addresses, Mapped, operator};
use super::{Place, present};
use crate::model::{Interface, InterfaceKind, Provider};

/// Transforms one interface; `None` without an id. The owner of a shared subnet sees the participants'
/// interfaces too; each belongs to the owner the answer names.
pub fn from(interface: NetworkInterface, place: Place<'_>) -> Option<Interface> {
    let addresses = addresses(&interface);
    let kind = kind(&interface);
    let attached_to = interface.attachment.and_then(|attachment| present(attachment.instance_id));
    let (account, seen_by) = place.owner(interface.owner_id);
    Some(Interface {
        provider: Provider::Aws,
        account,
        region: place.region.to_owned(),
        zone: interface.availability_zone,
        zone_id: interface.availability_zone_id.filter(|id| !id.is_empty()),
        id: present(interface.network_interface_id)?,
        network: present(interface.vpc_id),
        subnet: present(interface.subnet_id),
        attached_to,
        kind,
        private_prefixes: Some(addresses.prefixes()),
        private_ips: addresses.private_ips,
        public_ips: addresses.public_ips,
        carrier_ips: Some(addresses.carrier_ips),
        customer_owned_ips: Some(addresses.customer_owned_ips),
        mac: interface.mac_address,
        state: interface.status.map(|status| status.as_str().to_owned()),
        description: interface.description.filter(|text| !text.is_empty()),
        operator: operator(interface.operator),
        seen_by: seen_by.into_iter().next(),
    })
}

/// Gathers the addresses of an interface, the primary one first and IPv6 last.
fn addresses(interface: &NetworkInterface) -> Addresses {
    let mut found = Addresses::default();
    found.push(interface.private_ip_address(), interface.association().map(Mapped::from));
    for address in interface.private_ip_addresses() {
        found.push(address.private_ip_address(), address.association().map(Mapped::from));
    }
    found.push(interface.ipv6_address(), None);
    for address in interface.ipv6_addresses() {
        found.push(address.ipv6_address(), None);
    }
    found.delegate(interface.ipv4_prefixes().iter().map(|one| one.ipv4_prefix()));
    found.delegate(interface.ipv6_prefixes().iter().map(|one| one.ipv6_prefix()));
    found
}

/// Tells what an interface serves. Many services answer the plain type `interface` and are known by who
/// asked for it (`requesterId`) or, failing that, by being managed; older answers carry no type at all.
fn kind(interface: &NetworkInterface) -> Option<InterfaceKind> {
    let instance = interface.attachment().and_then(|a| a.instance_id()).is_some();
    let is_operated = interface.operator().is_some_and(|operator| operator.managed() == Some(true));
    let managed = interface.requester_managed() == Some(true) || is_operated;
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
